/*
 * Floats in 16 bits, as safetensors' BF16 has them: the sign, the exponent and 7 bits of the
 * fraction, which are the upper half of a float. A model of n-grams and a network rounds its
 * embedding to such numbers, which makes its file about half as large.
 */
#ifndef SN_BFLOAT16_H
#define SN_BFLOAT16_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rounds each number to the nearest of 16 bits, of two to the even one. Finite ones stay finite. */
void sn_bfloat16_round(float *x, size_t count);

/* Whether 16 bits hold all of the numbers as they are. */
bool sn_bfloat16_holds(const float *x, size_t count);

/* Writes such numbers to 2 count bytes, the lower byte first. */
void sn_bfloat16_pack(uint8_t *to, const float *from, size_t count);

/* Reads them back. `from` need not be aligned. */
void sn_bfloat16_unpack(float *to, const uint8_t *from, size_t count);

#endif
