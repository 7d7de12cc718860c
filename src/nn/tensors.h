/*
 * The table of named tensors. All float tensors of a model lie one after the other in one slab, and
 * a second slab of the same layout holds gradients, a third moments: saving, optimising, summing
 * and gradient checks are loops over the table or over the whole slab.
 */
#ifndef SN_TENSORS_H
#define SN_TENSORS_H

#include <stddef.h>

#include "status.h"

enum { SN_MAX_RANK = 3, SN_TENSOR_NAME = 64 };

typedef struct sn_tensor {
    /* "layer.tensor", e.g. "lstm.recurrent_kernel" */
    char name[SN_TENSOR_NAME];
    size_t rank;
    size_t shape[SN_MAX_RANK];
    /* number of its first float in the slab */
    size_t offset;
    /* of its floats */
    size_t count;
} sn_tensor;

typedef struct sn_tensor_table {
    sn_tensor *tensors;
    size_t count, capacity;
    /* of a slab */
    size_t floats;
} sn_tensor_table;

/* Appends a tensor "layer.name" of the given shape; *offset (may be NULL) becomes the number of its
 * first float in a slab. SEQNET_ERR_USAGE when the number of floats would overflow. */
seqnet_status sn_tensor_table_add(sn_tensor_table *table, const char *layer, const char *name,
                                  size_t rank, const size_t *shape, size_t *offset,
                                  seqnet_error *err);
void sn_tensor_table_free(sn_tensor_table *table);

#endif
