/*
 * The matrix product of the reproducible arithmetic, and of all where no BLAS is built in, in terms
 * of simd.h. Included by kernels_impl.h only, once for each instruction set.
 *
 * Each element of c is a sum of its own that grows in the order of k, so that neither the vectors'
 * length nor the size of a tile or of a block changes a bit: it is what sn_gemm_plain computes. C
 * is worked through in strips of columns, and a strip in blocks of k, whose part of b stays in the
 * first-level cache while tiles of a few rows go through it. A part of b whose rows do not lie side
 * by side is copied first.
 */
#ifndef SN_PRODUCT_H
#define SN_PRODUCT_H

enum {
    /* Vectors of a row of a tile at most. */
    STRIP_VECTORS = VFLOATS == 16 ? 4 : 2,
    /* Floats of the part of b that is copied at a time, and of one that is not. */
    COPIED_FLOATS = 1024,
    BLOCK_FLOATS = 8192
};

/* A strip of c with a block of k. */
typedef struct product_block {
    size_t m, depth;
    const float *a;
    size_t a_row, a_column;
    /* Row p of the block stands at b + p * b_row. */
    const float *b;
    size_t b_row;
    /* Rows of c are c_row floats apart. */
    float *c;
    size_t c_row;
} product_block;

SN_INLINE void product_tile(const product_block *block, size_t row, const int rows,
                            const int vectors)
{
    vfloat sums[ROWS][STRIP_VECTORS];
    const float *a = block->a + row * block->a_row, *b = block->b;
    float *const c = block->c + row * block->c_row;
    SN_FIRST (r, rows, ROWS)
        SN_FIRST (v, vectors, STRIP_VECTORS)
            sums[r][v] = v_load(c + (size_t)r * block->c_row + v * VFLOATS);
    for (size_t p = 0; p < block->depth; p++, a += block->a_column, b += block->b_row) {
        vfloat column[STRIP_VECTORS];
        SN_FIRST (v, vectors, STRIP_VECTORS)
            column[v] = v_load(b + v * VFLOATS);
        SN_FIRST (r, rows, ROWS) {
            const vfloat factor = v_all(a[(size_t)r * block->a_row]);
            SN_FIRST (v, vectors, STRIP_VECTORS)
                sums[r][v] = v_fma(factor, column[v], sums[r][v]);
        }
    }
    SN_FIRST (r, rows, ROWS)
        SN_FIRST (v, vectors, STRIP_VECTORS)
            v_store(c + (size_t)r * block->c_row + v * VFLOATS, sums[r][v]);
}

SN_INLINE void product_vectors(const product_block *block, const int vectors)
{
    size_t row = 0;
    for (; row + ROWS <= block->m; row += ROWS)
        product_tile(block, row, ROWS, vectors);
    for (; row < block->m; row++)
        product_tile(block, row, 1, vectors);
}

/* A strip that fills no vector. */
static void product_columns(const product_block *block, size_t columns)
{
    for (size_t row = 0; row < block->m; row++)
        for (size_t j = 0; j < columns; j++) {
            float sum = block->c[row * block->c_row + j];
            for (size_t p = 0; p < block->depth; p++)
                sum += block->a[row * block->a_row + p * block->a_column] *
                       block->b[p * block->b_row + j];
            block->c[row * block->c_row + j] = sum;
        }
}

/* The columns of a strip, of which `left` are left: vectors of 4, 2 or 1, or what fills none. */
static size_t strip_columns(size_t left)
{
    size_t columns = STRIP_VECTORS * VFLOATS;
    while (columns > left && columns > VFLOATS)
        columns /= 2;
    return columns > left ? left : columns;
}

static void product_strip(const product_block *block, size_t columns)
{
    if (columns == (size_t)STRIP_VECTORS * VFLOATS)
        product_vectors(block, STRIP_VECTORS);
    else if (columns == (size_t)2 * VFLOATS)
        product_vectors(block, 2);
    else if (columns == VFLOATS)
        product_vectors(block, 1);
    else
        product_columns(block, columns);
}

/* Copies rows of b to rows of `columns` floats. */
static void copy_strip(const sn_product *p, size_t first, size_t depth, size_t column,
                       size_t columns, float *to)
{
    for (size_t j = 0; j < columns; j++)
        for (size_t i = 0; i < depth; i++)
            to[i * columns + j] = p->b[(first + i) * p->b_row + (column + j) * p->b_column];
}

static void product_of_block(const sn_product *p, size_t first, size_t depth, size_t column,
                             size_t columns)
{
    float copied[COPIED_FLOATS];
    product_block block = {.m = p->m,
                           .depth = depth,
                           .a = p->a + first * p->a_column,
                           .a_row = p->a_row,
                           .a_column = p->a_column,
                           .b = p->b + first * p->b_row + column,
                           .b_row = p->b_row,
                           .c = p->c + column,
                           .c_row = p->n};
    if (p->b_column != 1) {
        copy_strip(p, first, depth, column, columns, copied);
        block.b = copied;
        block.b_row = columns;
    }
    product_strip(&block, columns);
}

static void product(const sn_product *p)
{
    const size_t floats = p->b_column == 1 ? BLOCK_FLOATS : COPIED_FLOATS;
    for (size_t column = 0, columns; column < p->n; column += columns) {
        columns = strip_columns(p->n - column);
        const size_t most = floats / columns;
        for (size_t first = 0; first < p->k; first += most)
            product_of_block(p, first, p->k - first < most ? p->k - first : most, column, columns);
    }
}

#endif
