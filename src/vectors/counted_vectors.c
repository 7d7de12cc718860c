/*
 * The decomposition is a randomised one (Halko, Martinsson and Tropp 2011): products with the
 * matrix m [V, V] turn a random q [V, L] to the directions of its largest singular values, with L a
 * little above the wanted dimension:
 *
 *     y = m x;  q = y made orthonormal;  x = m^T q made orthonormal; and again
 *     x = m^T q = w s u^T  gives  m ~ q x^T = (q u) s w^T
 *
 * A word's vector is its row of (q u) s^.5, scaled to length 1.
 */
#include "counted_vectors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cooccurrence.h"
#include "decompose.h"
#include "gemm.h"
#include "memory.h"
#include "pieces.h"
#include "rng.h"
#include "scalar.h"
#include "vec.h"

#include "banned.h"

enum {
    ITERATIONS = 2,
    /* L is a multiple of it, and the dimension at least half of it below. */
    COLUMNS = 16,
    /* Rows that one task multiplies. */
    BLOCK_ROWS = 1024
};

/* V words, L columns. */
typedef struct decomposition {
    const sn_ppmi *matrix;
    sn_pool *pool;
    size_t words, columns, blocks;
    /* [V, L] each; `spare` takes products. */
    float *x, *q, *spare;
    /* [blocks, L, L]: products of a block's rows. */
    float *parts;
    /* [L, L]: what rows are multiplied by. */
    float *factor;
    /* [L, L] each, and [L]. */
    double *gram, *square, *values;
    /* What a task reads. */
    const float *rows;
} decomposition;

static seqnet_status allocate(decomposition *d, seqnet_error *err)
{
    const size_t size = d->columns * d->columns;
    SN_TRY(sn_alloc_floats(&d->x, d->words * d->columns, err));
    SN_TRY(sn_alloc_floats(&d->q, d->words * d->columns, err));
    SN_TRY(sn_alloc_floats(&d->spare, d->words * d->columns, err));
    SN_TRY(sn_alloc_floats(&d->parts, d->blocks * size, err));
    SN_TRY(sn_alloc_floats(&d->factor, size, err));
    SN_TRY(sn_alloc(&d->gram, size, sizeof *d->gram, err));
    SN_TRY(sn_alloc(&d->square, size, sizeof *d->square, err));
    SN_TRY(sn_alloc(&d->values, d->columns, sizeof *d->values, err));
    return sn_gemm_prepare(sn_pool_threads(d->pool), err);
}

static void free_decomposition(decomposition *d)
{
    free(d->x);
    free(d->q);
    free(d->spare);
    free(d->parts);
    free(d->factor);
    free(d->gram);
    free(d->square);
    free(d->values);
}

static size_t block_rows(const decomposition *d, size_t block)
{
    return sn_smaller(d->words - block * BLOCK_ROWS, BLOCK_ROWS);
}

static void gram_task(void *context, size_t task, size_t worker)
{
    const decomposition *const d = context;
    const float *const rows = d->rows + task * BLOCK_ROWS * d->columns;
    (void)worker;
    sn_gemm(SN_TRANSPOSED, SN_AS_IS, d->columns, d->columns, block_rows(d, task), rows, rows, 0.0F,
            d->parts + task * d->columns * d->columns);
}

/* d->gram = rows^T rows, the blocks added in their order. */
static void make_gram(decomposition *d, const float *rows)
{
    const size_t size = d->columns * d->columns;
    d->rows = rows;
    sn_pool_run(d->pool, gram_task, d, d->blocks);
    memset(d->gram, 0, size * sizeof *d->gram);
    for (size_t b = 0; b < d->blocks; b++)
        for (size_t i = 0; i < size; i++)
            d->gram[i] += (double)d->parts[b * size + i];
}

static void multiply_task(void *context, size_t task, size_t worker)
{
    const decomposition *const d = context;
    const size_t first = task * BLOCK_ROWS * d->columns;
    (void)worker;
    sn_gemm(SN_AS_IS, SN_AS_IS, block_rows(d, task), d->columns, d->columns, d->rows + first,
            d->factor, 0.0F, d->spare + first);
}

/* *rows = *rows times d->square, in place of d->spare. */
static void multiply_rows(decomposition *d, float **rows)
{
    float *const before = *rows;
    for (size_t i = 0; i < d->columns * d->columns; i++)
        d->factor[i] = (float)d->square[i];
    d->rows = before;
    sn_pool_run(d->pool, multiply_task, d, d->blocks);
    *rows = d->spare;
    d->spare = before;
}

/* Makes the columns of *rows orthonormal, twice because of rounding. Those that depend on others
 * become 0. */
static void orthonormalise(decomposition *d, float **rows)
{
    for (int i = 0; i < 2; i++) {
        make_gram(d, *rows);
        sn_cholesky_inverse(d->gram, d->square, d->columns);
        multiply_rows(d, rows);
    }
}

static void multiply(const decomposition *d, bool transposed, const float *x, float *y)
{
    sn_ppmi_multiply(d->matrix, transposed, x, d->columns, y, d->pool);
}

/* d->q = the left singular vectors, times the square roots of the singular values. */
static void decompose(decomposition *d, uint64_t seed)
{
    sn_rng rng;
    sn_rng_seed(&rng, seed, SN_RNG_VECTORS);
    for (size_t i = 0; i < d->words * d->columns; i++)
        d->x[i] = (float)sn_scalar_normal(&rng);
    multiply(d, false, d->x, d->q);
    for (int i = 0; i < ITERATIONS; i++) {
        orthonormalise(d, &d->q);
        multiply(d, true, d->q, d->x);
        orthonormalise(d, &d->x);
        multiply(d, false, d->x, d->q);
    }
    orthonormalise(d, &d->q);
    multiply(d, true, d->q, d->x);
    make_gram(d, d->x);
    sn_symmetric_eigen(d->gram, d->values, d->square, d->columns);
    for (size_t i = 0; i < d->columns * d->columns; i++)
        d->square[i] *= sqrt(sqrt(fmax(d->values[i % d->columns], 0.0)));
    multiply_rows(d, &d->q);
}

/* Writes the words' rows, without those that no word stands near. Returns how many there are. */
static size_t write_rows(const decomposition *d, float *table, uint8_t *seen, size_t dimension)
{
    const size_t used = sn_smaller(dimension, d->columns);
    size_t words = 0;
    for (size_t w = 0; w < d->words; w++) {
        const float *const row = d->q + w * d->columns;
        const double length = sqrt(sn_vec_sum_squares(row, used));
        const size_t id = (size_t)d->matrix->ids[w];
        if (!(length > 1e-6) || !isfinite(length))
            continue;
        for (size_t i = 0; i < dimension; i++)
            table[id * dimension + i] = i < used ? (float)((double)row[i] / length) : 0.0F;
        seen[id] = 1;
        words++;
    }
    return words;
}

seqnet_status sn_vectors_count(float *table, uint8_t *seen, size_t *words, const sn_rows *parts,
                               size_t part_count, const sn_encoding *encoding, size_t dimension,
                               uint64_t seed, sn_pool *pool, seqnet_error *err)
{
    sn_ppmi matrix;
    seqnet_status status = sn_ppmi_count(&matrix, parts, part_count, encoding, pool, err);
    decomposition d = {.matrix = &matrix, .pool = pool, .words = matrix.words};
    d.columns = sn_pieces(dimension + COLUMNS / 2, COLUMNS) * COLUMNS;
    d.blocks = sn_pieces(d.words, BLOCK_ROWS);
    *words = 0;
    if (status == SEQNET_OK)
        status = allocate(&d, err);
    if (status == SEQNET_OK && d.words > 0) {
        decompose(&d, seed);
        *words = write_rows(&d, table, seen, dimension);
    }
    free_decomposition(&d);
    sn_ppmi_free(&matrix);
    return status;
}
