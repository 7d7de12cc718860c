/*
 * Sums of arrays in an order that is fixed by a binary tree over numbered leaves: 0 + 1, 2 + 3,
 * ..., then the pairs, the pairs of pairs, and so on. A leaf that is missing is left out, and what
 * it would have been added to stays as it is. Whoever has all leaves below a node can take its part
 * of the sum alone; the whole has the same bits, however the leaves are spread over threads or
 * processes.
 */
#ifndef SN_TREE_SUM_H
#define SN_TREE_SUM_H

#include <stddef.h>
#include <stdint.h>

/* Leaves have numbers below this one. */
enum { SN_TREE_LEAVES = 64 };

/* Adds up the floats first .. first + count of `arrays`, whose leaves are numbered leaves[0] <
 * leaves[1] < ...; NULL: 0, 1, 2, ... The sum is then in arrays[0], and the others hold parts of
 * it.
 */
void sn_tree_sum(float *const *arrays, const uint8_t *leaves, size_t array_count, size_t first,
                 size_t count);

/* The same for one number of each leaf. Returns the sum; 0 for no leaves. Overwrites the numbers.
 */
double sn_tree_sum_numbers(double *numbers, size_t count);

#endif
