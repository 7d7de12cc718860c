#include "onnx_array.h"

#include <stdlib.h>

#include "memory.h"

#include "banned.h"

/* Of one array. */
#define MOST_NUMBERS ((size_t)1 << 40)

seqnet_status sn_onnx_array_make(sn_onnx_array *array, bool is_ints, size_t rank,
                                 const size_t *dims, seqnet_error *err)
{
    *array = (sn_onnx_array){.rank = rank, .count = 1};
    if (rank > SN_ONNX_RANK)
        return sn_fail(err, SEQNET_ERR_MODEL, "the ONNX file has an array of %zu axes", rank);
    for (size_t i = 0; i < rank; i++) {
        if (dims[i] && array->count > MOST_NUMBERS / dims[i])
            return sn_fail(err, SEQNET_ERR_MODEL, "the ONNX file has an array that is too large");
        array->dims[i] = dims[i];
        array->count *= dims[i];
    }
    return is_ints ? sn_alloc(&array->ints, array->count, sizeof *array->ints, err)
                   : sn_alloc(&array->floats, array->count, sizeof *array->floats, err);
}

void sn_onnx_array_free(sn_onnx_array *array)
{
    if (!array->is_borrowed) {
        free(array->floats);
        free(array->ints);
    }
    *array = (sn_onnx_array){0};
}
