/*
 * The vector type and operations that kernels_impl.h is written in. The including file defines
 * SN_VECTOR_BYTES first: 64 for AVX-512 (F and DQ), 32 for AVX2 with FMA, or 16 for the vectors
 * that gcc and clang map to SSE2, to NEON, or to plain scalar code. + - * / work on the vector
 * types themselves.
 *
 * With SN_REPRODUCIBLE_KERNELS defined, and compiled without contraction, all of them give the same
 * bits: no lane depends on another one, and what v_fma and v_fnma multiply is rounded before it is
 * added, as the vectors of 16 bytes need.
 */
#ifndef SN_SIMD_H
#define SN_SIMD_H

#include <stdint.h>
#include <string.h>

#if SN_VECTOR_BYTES == 64

#include <immintrin.h>

typedef __m512 vfloat;
typedef uint32_t vint __attribute__((vector_size(64)));
enum { VFLOATS = 16 };

static inline vfloat v_all(float x)
{
    return _mm512_set1_ps(x);
}

/* The smaller or larger one; b when a or b is NaN. */
static inline vfloat v_min(vfloat a, vfloat b)
{
    return _mm512_min_ps(a, b);
}

static inline vfloat v_max(vfloat a, vfloat b)
{
    return _mm512_max_ps(a, b);
}

/* The magnitude of a with the sign of b. */
static inline vfloat v_copysign(vfloat a, vfloat b)
{
    const vfloat sign = v_all(-0.0F);
    return _mm512_or_ps(_mm512_andnot_ps(sign, a), _mm512_and_ps(sign, b));
}

static inline vfloat v_sqrt(vfloat a)
{
    return _mm512_sqrt_ps(a);
}

/* x < limit ? a : b */
static inline vfloat v_if_less(vfloat x, vfloat limit, vfloat a, vfloat b)
{
    return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(x, limit, _CMP_LT_OQ), b, a);
}

#elif SN_VECTOR_BYTES == 32

#include <immintrin.h>

typedef __m256 vfloat;
typedef uint32_t vint __attribute__((vector_size(32)));
enum { VFLOATS = 8 };

static inline vfloat v_all(float x)
{
    return _mm256_set1_ps(x);
}

static inline vfloat v_min(vfloat a, vfloat b)
{
    return _mm256_min_ps(a, b);
}

static inline vfloat v_max(vfloat a, vfloat b)
{
    return _mm256_max_ps(a, b);
}

static inline vfloat v_copysign(vfloat a, vfloat b)
{
    const vfloat sign = v_all(-0.0F);
    return _mm256_or_ps(_mm256_andnot_ps(sign, a), _mm256_and_ps(sign, b));
}

static inline vfloat v_sqrt(vfloat a)
{
    return _mm256_sqrt_ps(a);
}

static inline vfloat v_if_less(vfloat x, vfloat limit, vfloat a, vfloat b)
{
    return _mm256_blendv_ps(b, a, _mm256_cmp_ps(x, limit, _CMP_LT_OQ));
}

#else

#include <math.h>

typedef float vfloat __attribute__((vector_size(16)));
typedef uint32_t vint __attribute__((vector_size(16)));
enum { VFLOATS = 4 };

static inline vfloat v_all(float x)
{
    return (vfloat){x, x, x, x};
}

/* mask ? a : b for a mask of all ones or all zeros in each lane. */
static inline vfloat v_select(vint mask, vfloat a, vfloat b)
{
    return (vfloat)((mask & (vint)a) | (~mask & (vint)b));
}

static inline vfloat v_min(vfloat a, vfloat b)
{
    return v_select((vint)(a < b), a, b);
}

static inline vfloat v_max(vfloat a, vfloat b)
{
    return v_select((vint)(a > b), a, b);
}

static inline vfloat v_copysign(vfloat a, vfloat b)
{
    const vint sign = (vint)v_all(-0.0F);
    return (vfloat)((~sign & (vint)a) | (sign & (vint)b));
}

static inline vfloat v_sqrt(vfloat a)
{
    for (int i = 0; i < VFLOATS; i++)
        a[i] = sqrtf(a[i]);
    return a;
}

static inline vfloat v_if_less(vfloat x, vfloat limit, vfloat a, vfloat b)
{
    return v_select((vint)(x < limit), a, b);
}

#endif

/* a * b + c and c - a * b: rounded once where the instruction set has it. */
static inline vfloat v_fma(vfloat a, vfloat b, vfloat c)
{
#if defined(SN_REPRODUCIBLE_KERNELS) || SN_VECTOR_BYTES == 16
    return a * b + c;
#elif SN_VECTOR_BYTES == 32
    return _mm256_fmadd_ps(a, b, c);
#else
    return _mm512_fmadd_ps(a, b, c);
#endif
}

static inline vfloat v_fnma(vfloat a, vfloat b, vfloat c)
{
#if defined(SN_REPRODUCIBLE_KERNELS) || SN_VECTOR_BYTES == 16
    return c - a * b;
#elif SN_VECTOR_BYTES == 32
    return _mm256_fnmadd_ps(a, b, c);
#else
    return _mm512_fnmadd_ps(a, b, c);
#endif
}

/* Loads and stores need no alignment. */
static inline vfloat v_load(const float *from)
{
    vfloat v;
    memcpy(&v, from, sizeof v);
    return v;
}

static inline void v_store(float *to, vfloat v)
{
    memcpy(to, &v, sizeof v);
}

#endif
