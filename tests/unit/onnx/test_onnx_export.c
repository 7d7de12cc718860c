/* Models of all kinds of layers as ONNX files, which score the samples as the models do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <seqnet/seqnet.h>

#include "exported_networks.h"
#include "onnx_export.h"
#include "support.h"

static const seqnet_export_options ONNX = {.output_format = SEQNET_EXPORT_ONNX};

static void describe(size_t number, const seqnet_model *model)
{
    print_message("network %zu, maxlen %zu, padding %d %d:", number, model->config.maxlen,
                  (int)model->config.padding.padding, (int)model->config.padding.truncating);
    for (size_t i = 0; i < model->network.count; i++)
        print_message(" %s", model->network.layers[i].name);
    print_message("\n");
}

static void all_kinds_of_layers_agree(void **state)
{
    (void)state;
    for (size_t number = 0; number < EXPORTED_NETWORKS; number++) {
        seqnet_export_report report;
        seqnet_error err = {0};
        char *bytes;
        seqnet_model *const model = exported_model(number);
        const seqnet_status status = seqnet_export_bytes(model, &bytes, &ONNX, &report, &err);
        if (status != SEQNET_OK || !(report.difference < 1e-5) || report.rows < 9) {
            describe(number, model);
            fail_msg("%s: %g", err.message, report.difference);
        }
        free(bytes);
        seqnet_model_free(model);
    }
}

/* A model whose graph has many of the operators: masks, both directions, a body, padding and
 * cutting on different sides. */
static seqnet_model *rich_model(void)
{
    static const sn_layer_spec layers[] = {
        {.kind = SN_EMBEDDING,
         .embedding = {.id_count = EXPORTED_IDS, .units = 3, .mask_zero = true}},
        {.kind = SN_LSTM_CARRY, .recurrent = {.units = 2, .return_sequences = true}},
        {.kind = SN_LSTM,
         .recurrent = {.units = 2, .return_sequences = true, .bidirectional = true}},
        {.kind = SN_POOLING, .pooling = {.mode = SN_POOL_MAX_MEAN}},
        {.kind = SN_DENSE, .dense = {.units = 3}}};
    const sn_model_config config =
        network_config(layers, 5, 6, (sn_padding){SEQNET_POST, SEQNET_PRE});
    return network_model(&config, 0.4);
}

typedef struct written {
    seqnet_model *model;
    sn_samples samples;
    sn_buffer bytes;
    double *probabilities;
} written;

static void open_written(written *w)
{
    seqnet_error err = {0};
    *w = (written){.model = rich_model()};
    assert_ok(sn_samples_make(&w->samples, w->model, &err), &err);
    assert_ok(sn_onnx_write(w->model, &ONNX, &w->bytes, &err), &err);
    assert_ok(sn_alloc(&w->probabilities, w->samples.count * w->samples.labels,
                       sizeof *w->probabilities, &err),
              &err);
}

static void close_written(written *w)
{
    free(w->probabilities);
    sn_buffer_free(&w->bytes);
    sn_samples_free(&w->samples);
    seqnet_model_free(w->model);
}

/* Passes if a file of these bytes, in a block of their size, scores the samples or is refused. */
static seqnet_status score_bytes(written *w, const char *bytes, size_t size, seqnet_error *err)
{
    size_t rows;
    sn_buffer copy = {0};
    assert_ok(sn_buffer_reserve(&copy, size, err), err);
    assert_ok(sn_buffer_add(&copy, bytes, size, err), err);
    const seqnet_status status =
        sn_onnx_score(w->model, &copy, &w->samples, w->probabilities, &rows, err);
    assert_true(status == SEQNET_OK || status == SEQNET_ERR_MODEL || status == SEQNET_ERR_MEMORY);
    sn_buffer_free(&copy);
    return status;
}

static void damaged_files_are_refused_or_scored(void **state)
{
    (void)state;
    enum { FLIPS = 2000 };
    written w;
    sn_rng rng;
    seqnet_error err;
    open_written(&w);
    for (size_t size = 0; size < w.bytes.length; size += 1 + w.bytes.length / 300)
        assert_int_not_equal(score_bytes(&w, w.bytes.bytes, size, &err), SEQNET_OK);
    sn_rng_seed(&rng, 1, SN_RNG_INIT);
    for (size_t i = 0; i < FLIPS; i++) {
        char *const byte = w.bytes.bytes + sn_rng_below(&rng, w.bytes.length);
        const char before = *byte;
        *byte = (char)(*byte ^ (1 << sn_rng_below(&rng, 8)));
        (void)score_bytes(&w, w.bytes.bytes, w.bytes.length, &err);
        *byte = before;
    }
    assert_ok(score_bytes(&w, w.bytes.bytes, w.bytes.length, &err), &err);
    close_written(&w);
}

static void a_path_gets_the_same_bytes(void **state)
{
    (void)state;
    const seqnet_export_options by_ending = {.output_format = SEQNET_EXPORT_AUTO};
    const test_path path = in_folder("a.onnx"), missing = in_folder("b/a.onnx");
    seqnet_export_report report;
    seqnet_error err = {0};
    written w;
    open_written(&w);
    for (int i = 0; i < 2; i++) {
        assert_ok(seqnet_export(w.model, path.text, &by_ending, &report, &err), &err);
        assert_int_equal(report.format, SEQNET_EXPORT_ONNX);
        assert_int_equal(report.bytes, w.bytes.length);
        assert_int_equal(report.replaced, i);
        assert_false(report.has_texts);
    }
    char *const found = malloc(report.bytes);
    FILE *const file = fopen(path.text, "rb");
    assert_int_equal(fread(found, 1, report.bytes, file), report.bytes);
    assert_int_equal(fgetc(file), EOF);
    assert_memory_equal(found, w.bytes.bytes, report.bytes);
    fclose(file);
    free(found);
    assert_failure(seqnet_export(w.model, missing.text, &by_ending, NULL, &err), &err,
                   SEQNET_ERR_WRITE, "create the folder first");
    close_written(&w);
}

/* Replaces the first of some bytes of the file by others, of the same length. */
static void replace(written *w, const char *old, const char *new)
{
    const size_t length = strlen(old);
    for (size_t i = 0; i + length <= w->bytes.length; i++)
        if (memcmp(w->bytes.bytes + i, old, length) == 0) {
            memcpy(w->bytes.bytes + i, new, length);
            return;
        }
    fail_msg("the file has no %s", old);
}

static void a_file_of_other_operators_is_refused(void **state)
{
    static const char *const cases[][3] = {
        {"\"\004LSTM", "\"\004LSTN", "LSTN is not one that seqnet uses"},
        {"\"\006MatMul", "\"\006Concat", "Concat cannot take its inputs"},
        {"\022\015probabilities", "\022\015probabilitieX", "nothing takes"},
        {"\"\006Expand", "\"\006Gather", "Gather cannot take its inputs"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        written w;
        seqnet_error err = {0};
        open_written(&w);
        replace(&w, cases[i][0], cases[i][1]);
        assert_failure(score_bytes(&w, w.bytes.bytes, w.bytes.length, &err), &err, SEQNET_ERR_MODEL,
                       cases[i][2]);
        close_written(&w);
    }
}

static void an_activation_that_cells_lack_is_named(void **state)
{
    static const sn_layer_spec layers[] = {
        {.kind = SN_EMBEDDING, .embedding = {.id_count = EXPORTED_IDS, .units = 3}},
        {.kind = SN_GRU, .recurrent = {.units = 2, .recurrent_activation = SN_SELU}},
        {.kind = SN_DENSE, .dense = {.units = 1, .activation = SN_SELU}},
        {.kind = SN_DENSE, .dense = {.units = 1}}};
    const sn_model_config config = network_config(layers, 4, 5, (sn_padding){0});
    seqnet_model *const model = network_model(&config, 0.4);
    seqnet_error err = {0};
    char *bytes;
    (void)state;
    assert_failure(seqnet_export_bytes(model, &bytes, &ONNX, NULL, &err), &err, SEQNET_ERR_USAGE,
                   "layer 'gru' has the activation selu");
    seqnet_model_free(model);
}

/* A weight of another value is found by comparing. */
static void a_file_that_says_something_else_is_not_written(void **state)
{
    (void)state;
    written w;
    seqnet_error err = {0};
    open_written(&w);
    const double before = w.samples.probabilities[4];
    assert_ok(score_bytes(&w, w.bytes.bytes, w.bytes.length, &err), &err);
    assert_true(fabs(w.probabilities[4] - before) < 1e-6);
    const float bias = w.model->weights[w.model->network.table.floats - 1];
    replace(&w,
            (const char[]){((const char *)&bias)[0], ((const char *)&bias)[1],
                           ((const char *)&bias)[2], ((const char *)&bias)[3], '\0'},
            "\001\001\200\077");
    assert_ok(score_bytes(&w, w.bytes.bytes, w.bytes.length, &err), &err);
    assert_true(fabs(w.probabilities[4] - before) > 1e-3);
    close_written(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_kinds_of_layers_agree),
        cmocka_unit_test(a_path_gets_the_same_bytes),
        cmocka_unit_test(damaged_files_are_refused_or_scored),
        cmocka_unit_test(a_file_of_other_operators_is_refused),
        cmocka_unit_test(an_activation_that_cells_lack_is_named),
        cmocka_unit_test(a_file_that_says_something_else_is_not_written)};
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
