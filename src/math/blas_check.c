#include "blas_check.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "memory.h"

#include "banned.h"

/* Floats of A, B and C at most, and behind C. */
enum { LARGEST_A = 32 * 250, LARGEST_B = 250 * 128, LARGEST_C = 32 * 128, GUARD = 64 };

/* A product of A [m, k] and B [k, n]. */
typedef struct shape {
    size_t m, n, k;
} shape;

/* The steps and gradients of layers: few rows by a packed kernel, and back; the gradient of a
 * kernel over one to 240 tokens (GRADIENT_TOKENS, engine/recurrent_ragged.c); a dense layer of one
 * unit; odd sizes, which end in part of a vector. OpenBLAS takes another way above a million
 * multiplications: the last one has more. */
static const shape SHAPES[] = {
    {1, 128, 32},  {2, 128, 32},   {3, 128, 32}, {4, 128, 32},  {8, 128, 32},
    {16, 128, 32}, {1, 32, 128},   {4, 32, 128}, {16, 32, 128}, {32, 128, 1},
    {32, 128, 7},  {32, 128, 240}, {128, 1, 32}, {32, 1, 128},  {128, 32, 1},
    {1, 1, 1},     {5, 7, 3},      {17, 33, 13}, {61, 47, 101}, {32, 128, 250},
};

typedef struct form {
    sn_transpose transpose_a, transpose_b;
    float beta;
} form;

static const form FORMS[] = {{SN_AS_IS, SN_AS_IS, 0.0F},
                             {SN_AS_IS, SN_AS_IS, 1.0F},
                             {SN_TRANSPOSED, SN_AS_IS, 1.0F},
                             {SN_AS_IS, SN_TRANSPOSED, 0.0F}};

typedef struct operands {
    /* [m, k] and [k, n], each as it is and transposed */
    float *a[2], *b[2];
    /* The sums of products; C, and what lies behind. */
    float *sums, *c;
} operands;

/* Returns how many floats there are. */
static size_t lay_out(operands *o, float *block)
{
    size_t used = 0;
    for (int i = 0; i < 2; i++) {
        o->a[i] = sn_carve(block, &used, LARGEST_A);
        o->b[i] = sn_carve(block, &used, LARGEST_B);
    }
    o->sums = sn_carve(block, &used, LARGEST_C);
    o->c = sn_carve(block, &used, LARGEST_C + GUARD);
    return used;
}

/* Powers of two. Products are at most 2^9 2^5, sums of 250 of them below 2^22. */
enum { HALF_A = 512, HALF_B = 32, HALF_C = 512 };

/* A whole number from -half to half - 1 for each place, in no regular order (multiplicative
 * hashing: Knuth, The Art of Computer Programming 3, 6.4). */
static float number_at(size_t place, uint32_t half)
{
    const uint32_t mixed = (uint32_t)(place + 1) * 2654435761U >> 16;
    return (float)((int)(mixed & (2 * half - 1)) - (int)half);
}

static void fill(float *values, size_t count, uint32_t half)
{
    for (size_t i = 0; i < count; i++)
        values[i] = number_at(i, half);
}

static void transpose(const float *from, size_t rows, size_t columns, float *to)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++)
            to[j * rows + i] = from[i * columns + j];
}

/* With beta 0, NaN instead of numbers that must not be read. */
static void fill_result(float *c, size_t count, float beta)
{
    fill(c, count + GUARD, HALF_C);
    for (size_t i = 0; i < count && beta == 0.0F; i++)
        c[i] = NAN;
}

static bool is_right(sn_gemm_function *product, const operands *o, const shape *s, const form *f)
{
    const size_t count = s->m * s->n;
    fill_result(o->c, count, f->beta);
    product(f->transpose_a, f->transpose_b, s->m, s->n, s->k, o->a[f->transpose_a],
            o->b[f->transpose_b], f->beta, o->c);
    bool right = true;
    for (size_t i = 0; i < count; i++)
        right &= o->c[i] == o->sums[i] + f->beta * number_at(i, HALF_C);
    for (size_t i = count; i < count + GUARD; i++)
        right &= o->c[i] == number_at(i, HALF_C);
    return right;
}

static bool check_shape(sn_gemm_function *product, const operands *o, const shape *s)
{
    transpose(o->a[SN_AS_IS], s->m, s->k, o->a[SN_TRANSPOSED]);
    transpose(o->b[SN_AS_IS], s->k, s->n, o->b[SN_TRANSPOSED]);
    sn_gemm_plain(SN_AS_IS, SN_AS_IS, s->m, s->n, s->k, o->a[SN_AS_IS], o->b[SN_AS_IS], 0.0F,
                  o->sums);
    bool right = true;
    for (size_t i = 0; i < sizeof FORMS / sizeof *FORMS && right; i++)
        right = is_right(product, o, s, &FORMS[i]);
    return right;
}

bool sn_blas_check(sn_gemm_function *product, char *failure, size_t room)
{
    operands o;
    float *block;
    if (sn_alloc_floats(&block, lay_out(&o, NULL), NULL) != SEQNET_OK)
        return true;
    (void)lay_out(&o, block);
    fill(o.a[SN_AS_IS], LARGEST_A, HALF_A);
    fill(o.b[SN_AS_IS], LARGEST_B, HALF_B);
    bool right = true;
    for (size_t i = 0; i < sizeof SHAPES / sizeof *SHAPES && right; i++) {
        right = check_shape(product, &o, &SHAPES[i]);
        if (!right)
            (void)snprintf(failure, room, "%zux%zux%zu", SHAPES[i].m, SHAPES[i].n, SHAPES[i].k);
    }
    free(block);
    return right;
}
