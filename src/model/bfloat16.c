#include "bfloat16.h"

#include <string.h>

#include "banned.h"

static const uint32_t LOWER_HALF = 0xffffU, EXPONENT = 0x7f800000U;

static uint32_t bits_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static float float_of(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

void sn_bfloat16_round(float *x, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const uint32_t bits = bits_of(x[i]);
        const uint32_t rounded = bits + LOWER_HALF / 2 + (bits >> 16 & 1);
        const bool overflows = (rounded & EXPONENT) == EXPONENT; /* or is not finite before */
        x[i] = float_of((overflows ? bits : rounded) & ~LOWER_HALF);
    }
}

bool sn_bfloat16_holds(const float *x, size_t count)
{
    uint32_t lost = 0;
    for (size_t i = 0; i < count; i++)
        lost |= bits_of(x[i]) & LOWER_HALF;
    return lost == 0;
}

void sn_bfloat16_pack(uint8_t *to, const float *from, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const uint32_t bits = bits_of(from[i]);
        to[2 * i] = (uint8_t)(bits >> 16);
        to[2 * i + 1] = (uint8_t)(bits >> 24);
    }
}

void sn_bfloat16_unpack(float *to, const uint8_t *from, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] = float_of((uint32_t)from[2 * i] << 16 | (uint32_t)from[2 * i + 1] << 24);
}
