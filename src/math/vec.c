#include "vec.h"

#include <stdint.h>
#include <string.h>

#include "kernels.h"

#include "banned.h"

void sn_vec_add(float *y, const float *x, size_t count)
{
    sn_kernels_best()->add(y, x, count);
}

bool sn_vec_all_zero(const float *x, size_t count)
{
    uint32_t any = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        any |= bits << 1;
    }
    return any == 0;
}

bool sn_vec_all_finite(const float *x, size_t count)
{
    /* A float is finite unless its exponent field is all ones; the OR of tests has no branch. */
    uint32_t bad = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        bad |= (bits & 0x7f800000U) == 0x7f800000U;
    }
    return bad == 0;
}
