#include "keras_export.h"

#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "fill.h"
#include "keras_arrays.h"
#include "masked_maxima.h"
#include "memory.h"
#include "node_arrays.h"
#include "weights_file.h"
#include "weights_write.h"

#include "banned.h"

/* ---- Writing */

typedef seqnet_status file_writer(sn_buffer *bytes, const sn_weights_file *file, seqnet_error *err);

static seqnet_status write_file(const seqnet_model *model, sn_weights_layout layout,
                                file_writer *writer, sn_buffer *bytes, seqnet_error *err)
{
    sn_weights_file file = {0};
    seqnet_status status = sn_keras_arrays_make(&file, model, layout, err);
    if (status == SEQNET_OK)
        status = sn_keras_extras_add(&file, model, err);
    if (status == SEQNET_OK)
        status = writer(bytes, &file, err);
    sn_weights_file_free(&file);
    return status;
}

seqnet_status sn_keras_export_h5(const seqnet_model *model, const seqnet_export_options *options,
                                 sn_buffer *bytes, seqnet_error *err)
{
    (void)options;
    return write_file(model, SN_WEIGHTS_BY_LAYER, sn_weights_write_h5, bytes, err);
}

seqnet_status sn_keras_export_keras(const seqnet_model *model, const seqnet_export_options *options,
                                    sn_buffer *bytes, seqnet_error *err)
{
    (void)options;
    return write_file(model, SN_WEIGHTS_BY_PATH, sn_weights_write_keras, bytes, err);
}

seqnet_status sn_keras_export_npz(const seqnet_model *model, const seqnet_export_options *options,
                                  sn_buffer *bytes, seqnet_error *err)
{
    (void)options;
    return write_file(model, SN_WEIGHTS_IN_ORDER, sn_weights_write_npz, bytes, err);
}

/* ---- Comparing */

/* A file that was read back, and the network that it describes. */
typedef struct read_back {
    const seqnet_model *model;
    seqnet_error *err;
    sn_weights_file file;
    sn_graph graph;
    sn_notes notes;
    sn_translation translation;
    sn_model_config config;
    sn_network network;
    float *weights;
} read_back;

static seqnet_status disagree(const read_back *b, const char *what)
{
    return sn_fail(b->err, SEQNET_ERR_MODEL, "the file would not agree with the model: %s", what);
}

/* Compares the arrays of the file with those that were to be written, bit by bit. */
static seqnet_status compare_arrays(const read_back *b, const sn_weights_file *written)
{
    if (b->file.array_count != written->array_count)
        return disagree(b, "it has another number of arrays");
    for (size_t i = 0; i < written->array_count; i++) {
        const sn_weights_array *const one = &written->arrays[i];
        const sn_weights_array *const other = sn_weights_file_find(&b->file, one->layer, one->name);
        if (!other || other->rank != one->rank ||
            memcmp(other->shape, one->shape, one->rank * sizeof *one->shape) != 0 ||
            memcmp(other->values, one->values, one->count * sizeof *one->values) != 0)
            return disagree(b, one->name);
    }
    return SEQNET_OK;
}

static seqnet_status read_arrays(read_back *b, const sn_buffer *bytes)
{
    sn_weights_file written = {0};
    SN_TRY(sn_weights_file_parse(&b->file, bytes->bytes, bytes->length, "the file", b->err));
    seqnet_status status = sn_keras_arrays_make(&written, b->model, b->file.layout, b->err);
    if (status == SEQNET_OK)
        status = compare_arrays(b, &written);
    sn_weights_file_free(&written);
    return status;
}

/* Makes the network from the file alone, as an import does. */
static seqnet_status make_network(read_back *b)
{
    size_t time;
    SN_TRY(sn_graph_read(&b->graph, b->file.config, "the file", b->file.keras_version, b->err));
    sn_graph_fold_maxima(&b->graph);
    SN_TRY(sn_translate_check(&b->graph, b->err));
    SN_TRY(sn_graph_time(&b->graph, &time, b->err));
    SN_TRY(sn_node_arrays_find(&b->graph, &b->file, b->err));
    SN_TRY(sn_graph_check_maxima(&b->graph, b->err));
    SN_TRY(sn_translate(&b->translation, &b->graph, time, &b->config, &b->notes, b->err));
    SN_TRY(sn_network_init(&b->network, b->config.layers, b->config.layer_count, time, b->err));
    SN_TRY(sn_alloc_floats(&b->weights, b->network.table.floats, b->err));
    return sn_keras_fill(&b->translation, &b->network, b->file.backend, b->weights, b->err);
}

static seqnet_status score_rows(const read_back *b, sn_engine *engine, const sn_samples *samples,
                                double *probabilities)
{
    float *logits;
    const size_t outputs = b->network.outputs;
    SN_TRY(sn_alloc_floats(&logits, outputs, b->err));
    for (size_t row = 0; row < samples->count; row++) {
        const int32_t *const ids = sn_sequences_row(&samples->ids, row);
        const size_t length = sn_sequences_length(&samples->ids, row);
        sn_engine_score(engine, &(sn_minibatch){.rows = &ids, .lengths = &length, .count = 1},
                        logits);
        sn_row_probabilities(logits, outputs, b->config.multi_label,
                             probabilities + row * samples->labels);
    }
    free(logits);
    return SEQNET_OK;
}

static seqnet_status score(read_back *b, const sn_samples *samples, double *probabilities)
{
    sn_pool *pool = NULL;
    sn_engine *engine = NULL;
    const size_t labels =
        b->config.multi_label ? b->network.outputs : sn_class_count(b->network.outputs);
    if (labels != samples->labels)
        return disagree(b, "it has another number of labels");
    seqnet_status status = sn_pool_create(&pool, 1, b->err);
    if (status == SEQNET_OK)
        status = sn_engine_plain_create(&engine, &b->network, b->model->config.padding, pool, false,
                                        b->err);
    if (status == SEQNET_OK) {
        sn_engine_use(engine, b->weights);
        status = score_rows(b, engine, samples, probabilities);
    }
    sn_engine_free(engine);
    sn_pool_free(pool);
    return status;
}

seqnet_status sn_keras_export_score(const seqnet_model *model, const sn_buffer *bytes,
                                    const sn_samples *samples, double *probabilities, size_t *rows,
                                    seqnet_error *err)
{
    read_back *b;
    SN_TRY(sn_alloc(&b, 1, sizeof *b, err));
    b->model = model;
    b->err = err;
    b->notes.is_silent = true;
    seqnet_status status = read_arrays(b, bytes);
    if (status == SEQNET_OK)
        status = make_network(b);
    if (status == SEQNET_OK)
        status = score(b, samples, probabilities);
    *rows = samples->count;
    free(b->weights);
    sn_network_free(&b->network);
    sn_notes_free(&b->notes);
    sn_graph_free(&b->graph);
    sn_weights_file_free(&b->file);
    free(b);
    return status;
}
