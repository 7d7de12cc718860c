#include "tree_sum.h"

#include "vec.h"

#include "banned.h"

/* Levels of a tree of SN_TREE_LEAVES leaves, and one. */
enum { DEPTH = 7 };

_Static_assert(1 << (DEPTH - 1) == SN_TREE_LEAVES, "the stack must hold a path");

/* Arrays that wait for what is added to them, from left to right. */
typedef struct path {
    size_t arrays[DEPTH];
    /* the level of the node that joins an array with the one before it */
    int levels[DEPTH];
    size_t used;
} path;

/* The level of the lowest node above two different leaves. */
static int level_above(unsigned a, unsigned b)
{
    int level = 0;
    for (unsigned different = a ^ b; different > 1; different >>= 1)
        level++;
    return level;
}

/* Joins the arrays below this level. */
static void join(path *p, float *const *arrays, int level, size_t first, size_t count)
{
    for (; p->used > 1 && p->levels[p->used - 1] < level; p->used--)
        sn_vec_add(arrays[p->arrays[p->used - 2]] + first, arrays[p->arrays[p->used - 1]] + first,
                   count);
}

void sn_tree_sum(float *const *arrays, const uint8_t *leaves, size_t array_count, size_t first,
                 size_t count)
{
    path p = {.used = 0};
    for (size_t i = 0; i < array_count; i++) {
        const unsigned leaf = leaves ? leaves[i] : (unsigned)i;
        const unsigned before = i == 0 ? 0 : leaves ? leaves[i - 1] : leaf - 1;
        const int level = i == 0 ? 0 : level_above(before, leaf);
        join(&p, arrays, level, first, count);
        p.arrays[p.used] = i;
        p.levels[p.used++] = level;
    }
    join(&p, arrays, DEPTH, first, count);
}

double sn_tree_sum_numbers(double *numbers, size_t count)
{
    for (size_t apart = 1; apart < count; apart *= 2)
        for (size_t i = 0; i + apart < count; i += 2 * apart)
            numbers[i] += numbers[i + apart];
    return count ? numbers[0] : 0.0;
}
