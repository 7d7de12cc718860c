/* Samples through an ONNX file: a few rows at a time, as a batch of rows of different length. */
#include <stdlib.h>

#include "onnx_export.h"
#include "onnx_run.h"
#include "pieces.h"

#include "banned.h"

enum { BATCH = 3 };

/* Rows `first` .. first + count - 1 with zeros on the side of padding. */
static seqnet_status make_ids(const seqnet_model *model, const sn_samples *samples, size_t first,
                              size_t count, sn_onnx_array *ids, seqnet_error *err)
{
    const bool is_front = model->config.padding.padding == SEQNET_PRE;
    size_t dims[2] = {count, 0};
    for (size_t i = 0; i < count; i++)
        dims[1] = sn_larger(dims[1], sn_sequences_length(&samples->ids, first + i));
    SN_TRY(sn_onnx_array_make(ids, true, 2, dims, err));
    for (size_t i = 0; i < count; i++) {
        const size_t length = sn_sequences_length(&samples->ids, first + i);
        const int32_t *const row = sn_sequences_row(&samples->ids, first + i);
        int64_t *const to = ids->ints + i * dims[1] + (is_front ? dims[1] - length : 0);
        for (size_t k = 0; k < length; k++)
            to[k] = row[k];
    }
    return SEQNET_OK;
}

static seqnet_status run_batch(const Onnx__ModelProto *file, sn_onnx_array *ids, size_t labels,
                               double *probabilities, seqnet_error *err)
{
    sn_onnx_array output;
    SN_TRY(sn_onnx_run(file, ids, &output, err));
    const bool fits =
        output.rank == 2 && output.dims[0] == ids->dims[0] && output.dims[1] == labels;
    for (size_t i = 0; fits && i < output.count; i++)
        probabilities[i] = (double)output.floats[i];
    sn_onnx_array_free(&output);
    return fits ? SEQNET_OK
                : sn_fail(err, SEQNET_ERR_MODEL,
                          "the ONNX file gives other labels than the model has");
}

static seqnet_status score_samples(const seqnet_model *model, const Onnx__ModelProto *file,
                                   const sn_samples *samples, double *probabilities,
                                   seqnet_error *err)
{
    for (size_t first = 0; first < samples->count; first += BATCH) {
        sn_onnx_array ids = {0};
        const size_t count = sn_smaller(BATCH, samples->count - first);
        seqnet_status status = make_ids(model, samples, first, count, &ids, err);
        if (status == SEQNET_OK)
            status = run_batch(file, &ids, samples->labels, probabilities + first * samples->labels,
                               err);
        sn_onnx_array_free(&ids);
        SN_TRY(status);
    }
    return SEQNET_OK;
}

seqnet_status sn_onnx_score(const seqnet_model *model, const sn_buffer *bytes,
                            const sn_samples *samples, double *probabilities, size_t *rows,
                            seqnet_error *err)
{
    Onnx__ModelProto *file;
    SN_TRY(sn_onnx_read(&file, bytes->bytes, bytes->length, err));
    const seqnet_status status = score_samples(model, file, samples, probabilities, err);
    onnx__model_proto__free_unpacked(file, NULL);
    *rows = samples->count;
    return status;
}
