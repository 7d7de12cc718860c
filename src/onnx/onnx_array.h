/*
 * The values of the evaluator (onnx_run.h): arrays of floats or of whole numbers, in row-major
 * order. Truth values are whole numbers, 0 and 1.
 */
#ifndef SN_ONNX_ARRAY_H
#define SN_ONNX_ARRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

enum { SN_ONNX_RANK = 4 };

typedef struct sn_onnx_array {
    size_t rank, dims[SN_ONNX_RANK];
    /* The numbers in all. */
    size_t count;
    /* One of them is NULL. */
    float *floats;
    int64_t *ints;
    /* The numbers belong to somebody else. */
    bool is_borrowed;
} sn_onnx_array;

/* Makes an array of zeros. SEQNET_ERR_MODEL for more than SN_ONNX_RANK axes or too many numbers. */
seqnet_status sn_onnx_array_make(sn_onnx_array *array, bool is_ints, size_t rank,
                                 const size_t *dims, seqnet_error *err);

void sn_onnx_array_free(sn_onnx_array *array);

/* The bytes of the numbers, and of one of them. */
static inline char *sn_onnx_array_bytes(const sn_onnx_array *array)
{
    return array->floats ? (char *)array->floats : (char *)array->ints;
}

static inline size_t sn_onnx_array_width(const sn_onnx_array *array)
{
    return array->floats ? sizeof *array->floats : sizeof *array->ints;
}

/* How many numbers the axes from one on, before another one, have together. */
static inline size_t sn_onnx_array_product(const sn_onnx_array *array, size_t from, size_t to)
{
    size_t product = 1;
    for (size_t i = from; i < to; i++)
        product *= array->dims[i];
    return product;
}

#endif
