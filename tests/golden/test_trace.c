/*
 * Ten optimiser steps on the real data against the float64 training trace: the loss before each
 * step, and the weights after the last one. Needs SEQNET_DATA (imdb.npz) and SEQNET_SHARED
 * (golden/).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "agreement.h"
#include "dataset.h"
#include "engine.h"
#include "file.h"
#include "memory.h"
#include "optimizer.h"

enum { STEPS = 10, BATCH = 128, MAXLEN = 500, ID_COUNT = 10000 };

static const sn_layer_spec SPECS[] = {
    {.kind = SN_EMBEDDING, .embedding = {.units = 32, .id_count = ID_COUNT}},
    {.kind = SN_LSTM, .recurrent = {.units = 32}},
    {.kind = SN_DENSE, .dense = {.units = 1}}};

/* The members of trace.npz in the order of the tensor table; json names are the same. */
static const char *const MEMBERS[] = {"embedding", "rnn.kernel",   "rnn.recurrent_kernel",
                                      "rnn.bias",  "dense.kernel", "dense.bias"};

static char path_buffer[4096];

static const char *in_folder(const char *folder, const char *file)
{
    (void)snprintf(path_buffer, sizeof path_buffer, "%s/%s", folder, file);
    return path_buffer;
}

/* float32 arrays in C order: what follows the npy header is the tensor. */
static void read_member(zip_t *archive, const char *name, float *out, size_t count)
{
    char member[64];
    unsigned char start[10];
    (void)snprintf(member, sizeof member, "%s.npy", name);
    zip_file_t *const file = zip_fopen(archive, member, 0);
    assert_non_null(file);
    assert_int_equal(zip_fread(file, start, sizeof start), sizeof start);
    for (size_t left = start[8] + 256U * start[9]; left > 0; left--)
        assert_int_equal(zip_fread(file, start, 1), 1);
    assert_int_equal(zip_fread(file, out, count * sizeof *out), count * sizeof *out);
    zip_fclose(file);
}

static void read_weights(const sn_network *network, float *weights)
{
    int error;
    zip_t *const archive =
        zip_open(in_folder(getenv("SEQNET_SHARED"), "golden/trace.npz"), ZIP_RDONLY, &error);
    assert_non_null(archive);
    for (size_t i = 0; i < network->table.count; i++) {
        const sn_tensor *const tensor = &network->table.tensors[i];
        read_member(archive, MEMBERS[i], weights + tensor->offset, tensor->count);
    }
    zip_discard(archive);
}

static cJSON *read_trace(void)
{
    sn_bytes bytes;
    const char *const path = in_folder(getenv("SEQNET_SHARED"), "golden/trace.json");
    assert_int_equal(sn_bytes_open(&bytes, path, SEQNET_ERR_DATA, NULL), SEQNET_OK);
    cJSON *const root = cJSON_ParseWithLength((const char *)bytes.data, bytes.size);
    assert_non_null(root);
    sn_bytes_close(&bytes);
    return root;
}

static void assert_values(const cJSON *wanted, const float *got)
{
    int i = 0;
    const cJSON *value;
    cJSON_ArrayForEach(value, wanted)
    {
        assert_true(fabs((double)got[i++] - value->valuedouble) <= 1e-6);
    }
    assert_true(i > 0);
}

/* first8, row1000_first4 within 1e-6; the norm, which sees every weight, within 1e-5. */
static void check_weights(const cJSON *after, const sn_network *network, const float *weights)
{
    for (size_t i = 0; i < network->table.count; i++) {
        const sn_tensor *const tensor = &network->table.tensors[i];
        const float *const values = weights + tensor->offset;
        const cJSON *const wanted = cJSON_GetObjectItem(after, MEMBERS[i]);
        const size_t row_size = tensor->count / tensor->shape[0];
        const size_t row = tensor->shape[0] > 1000 ? 1000 : tensor->shape[0] - 1;
        assert_values(cJSON_GetObjectItem(wanted, "first8"), values);
        assert_values(cJSON_GetObjectItem(wanted, "row1000_first4"), values + row * row_size);
        double square = 0.0;
        for (size_t k = 0; k < tensor->count; k++)
            square += (double)values[k] * (double)values[k];
        const double norm = cJSON_GetObjectItem(wanted, "l2")->valuedouble;
        assert_true(fabs(sqrt(square) - norm) <= 1e-5 * fmax(1.0, norm));
    }
}

static double step(sn_engine *engine, sn_optimizer *optimizer, const sn_network *network,
                   const sn_rows *rows, size_t number, float *weights, float *gradients)
{
    const int32_t *ids[BATCH];
    size_t lengths[BATCH];
    for (size_t i = 0; i < BATCH; i++) {
        ids[i] = sn_rows_ids(rows, number * BATCH + i, NULL);
        lengths[i] = sn_rows_length(rows, number * BATCH + i);
    }
    const sn_minibatch batch = {
        .rows = ids, .lengths = lengths, .labels = rows->labels + number * BATCH, .count = BATCH};
    sn_loss_sums sums = {0};
    sn_engine_use(engine, weights);
    sn_engine_gradients(engine, &batch, gradients, &sums);
    sn_optimizer_begin_step(optimizer);
    sn_optimizer_update(optimizer, weights, gradients, 0, network->table.floats);
    return sums.loss / BATCH;
}

static void check_run(const seqnet_dataset *dataset, const cJSON *run, sn_optimizer_kind kind)
{
    sn_network network;
    sn_pool *pool;
    sn_engine *engine;
    sn_optimizer optimizer;
    float *weights, *gradients;
    const sn_padding padding = {SEQNET_PRE, SEQNET_PRE};
    assert_int_equal(sn_network_init(&network, SPECS, 3, MAXLEN, NULL), SEQNET_OK);
    assert_int_equal(sn_alloc_floats(&weights, network.table.floats, NULL), SEQNET_OK);
    assert_int_equal(sn_alloc_floats(&gradients, network.table.floats, NULL), SEQNET_OK);
    assert_int_equal(sn_pool_create(&pool, 2, NULL), SEQNET_OK);
    assert_int_equal(sn_engine_create(&engine, &network, padding, pool, true, NULL), SEQNET_OK);
    assert_int_equal(sn_optimizer_init(&optimizer,
                                       &(sn_optimizer_spec){.kind = kind, .learning_rate = 1e-3},
                                       network.table.floats, NULL),
                     SEQNET_OK);
    read_weights(&network, weights);
    const cJSON *const losses = cJSON_GetObjectItem(run, "losses");
    agreement a = {0};
    for (size_t i = 0; i < STEPS; i++) {
        const double loss = step(engine, &optimizer, &network, &dataset->parts[SEQNET_TRAIN], i,
                                 weights, gradients);
        agreement_add(&a, loss, cJSON_GetArrayItem(losses, (int)i)->valuedouble);
    }
    print_message("largest difference of a loss: %.2g\n", a.worst);
    assert_true(a.worst <= 2e-6);
    check_weights(cJSON_GetObjectItem(run, "after"), &network, weights);
    sn_optimizer_free(&optimizer);
    sn_engine_free(engine);
    sn_pool_free(pool);
    sn_network_free(&network);
    free(weights);
    free(gradients);
}

static void trace_is_reproduced(void **state)
{
    (void)state;
    if (!getenv("SEQNET_DATA") || !getenv("SEQNET_SHARED")) {
        print_message("skipped: SEQNET_DATA and SEQNET_SHARED are not both set\n");
        skip();
    }
    seqnet_dataset *dataset;
    const seqnet_dataset_options options = seqnet_dataset_options_default();
    assert_int_equal(
        seqnet_dataset_load(&dataset, in_folder(getenv("SEQNET_DATA"), "imdb.npz"), &options, NULL),
        SEQNET_OK);
    cJSON *const trace = read_trace();
    const cJSON *const runs = cJSON_GetObjectItem(trace, "runs");
    check_run(dataset, cJSON_GetObjectItem(runs, "rmsprop"), SN_RMSPROP);
    check_run(dataset, cJSON_GetObjectItem(runs, "adam"), SN_ADAM);
    cJSON_Delete(trace);
    seqnet_dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(trace_is_reproduced)};
    return cmocka_run_group_tests_name("training trace", tests, NULL, NULL);
}
