/* From options to layers, and options that do not fit together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "architecture.h"
#include "kernels.h"
#include "support.h"

static sn_model_config make_for(const seqnet_train_options *options, size_t maxlen)
{
    sn_model_config config = {.maxlen = maxlen, .encoding = {.id_count = 50}};
    seqnet_error err = {0};
    assert_null(seqnet_train_options_check(options));
    assert_ok(sn_architecture_make(&config, options, 50, 1, &err), &err);
    return config;
}

static sn_model_config make(const seqnet_train_options *options)
{
    return make_for(options, 500);
}

static seqnet_train_options conv1d(void)
{
    seqnet_train_options options = seqnet_train_options_default();
    seqnet_train_options_set_cell(&options, SEQNET_CELL_CONV1D);
    return options;
}

/* The kinds of the layers, the last one being -1. */
static void assert_kinds(const sn_model_config *config, const int *kinds)
{
    size_t count = 0;
    for (; kinds[count] >= 0; count++) {
        assert_true(count < config->layer_count);
        assert_int_equal(config->layers[count].kind, kinds[count]);
    }
    assert_int_equal(config->layer_count, count);
}

static void the_default_is_the_tutorials(void **state)
{
    (void)state;
    const seqnet_train_options options = seqnet_train_options_default();
    const sn_model_config config = make(&options);
    assert_kinds(&config, (const int[]){SN_EMBEDDING, SN_LSTM, SN_DENSE, -1});
    assert_int_equal(config.layers[0].embedding.id_count, 50);
    assert_int_equal(config.layers[1].recurrent.units, 32);
    assert_false(config.layers[1].recurrent.return_sequences);
    assert_int_equal(config.layers[1].recurrent.activation, SN_ACTIVATION_OWN);
    assert_int_equal(config.layers[2].dense.units, 1);
}

static void each_cell_has_its_layer(void **state)
{
    (void)state;
    static const int kinds[] = {SN_LSTM, SN_GRU, SN_SIMPLE_RNN, SN_LSTM_CARRY};
    for (int cell = SEQNET_CELL_LSTM; cell < SEQNET_CELL_CONV1D; cell++) {
        seqnet_train_options options = seqnet_train_options_default();
        seqnet_train_options_set_cell(&options, (seqnet_cell)cell);
        options.bidirectional = true;
        options.activation = SEQNET_ACTIVATION_RELU;
        const sn_model_config config = make(&options);
        assert_kinds(&config, (const int[]){SN_EMBEDDING, kinds[cell], SN_DENSE, -1});
        assert_true(config.layers[1].recurrent.bidirectional);
        assert_int_equal(config.layers[1].recurrent.activation, SN_RELU);
    }
}

static void a_gru_has_its_choices(void **state)
{
    (void)state;
    seqnet_train_options options = seqnet_train_options_default();
    options.cell = SEQNET_CELL_GRU;
    options.reset_before = true;
    options.activation = SEQNET_ACTIVATION_TANH; /* its own */
    options.recurrent_activation = SEQNET_RECURRENT_HARD_SIGMOID_02;
    const sn_recurrent_spec spec = make(&options).layers[1].recurrent;
    assert_true(spec.reset_before);
    assert_int_equal(spec.activation, SN_ACTIVATION_OWN);
    assert_int_equal(spec.recurrent_activation, SN_HARD_SIGMOID_02);
}

/* All but the last give sequences, and the last width counts for all layers behind it. */
static void layers_are_stacked(void **state)
{
    (void)state;
    seqnet_train_options options = seqnet_train_options_default();
    options.units[0] = 8;
    options.units[1] = 4;
    options.layers = 3;
    sn_model_config config = make(&options);
    assert_kinds(&config, (const int[]){SN_EMBEDDING, SN_LSTM, SN_LSTM, SN_LSTM, SN_DENSE, -1});
    assert_int_equal(config.layers[1].recurrent.units, 8);
    assert_int_equal(config.layers[2].recurrent.units, 4);
    assert_int_equal(config.layers[3].recurrent.units, 4);
    assert_true(config.layers[2].recurrent.return_sequences);
    assert_false(config.layers[3].recurrent.return_sequences);
    options.layers = 0;
    options.pooling = SEQNET_POOLING_MEAN;
    config = make(&options);
    assert_kinds(&config, (const int[]){SN_EMBEDDING, SN_LSTM, SN_LSTM, SN_POOLING, SN_DENSE, -1});
    assert_true(config.layers[2].recurrent.return_sequences);
}

static void everything_optional_has_its_place(void **state)
{
    (void)state;
    seqnet_train_options options = seqnet_train_options_default();
    options.spatial_dropout = 0.1;
    options.pooling = SEQNET_POOLING_MAX;
    options.dense[0] = 6;
    options.dense[1] = 3;
    options.dropout = 0.5;
    sn_model_config config = make(&options);
    assert_kinds(&config, (const int[]){SN_EMBEDDING, SN_SPATIAL_DROPOUT1D, SN_LSTM, SN_POOLING,
                                        SN_DENSE, SN_DENSE, SN_DROPOUT, SN_DENSE, -1});
    assert_int_equal(config.layers[4].dense.activation, SN_RELU);
    assert_int_equal(config.layers[5].dense.units, 3);
    assert_int_equal(config.layers[7].dense.activation, SN_ACTIVATION_OWN);
    options.dense_activation = SEQNET_ACTIVATION_TANH;
    config = make(&options);
    assert_int_equal(config.layers[5].dense.activation, SN_TANH);
}

static void convolutions_are_blocks(void **state)
{
    (void)state;
    seqnet_train_options options = conv1d();
    sn_model_config config = make(&options);
    assert_kinds(&config, (const int[]){SN_EMBEDDING, SN_CONV1D, SN_MAX_POOLING1D, SN_CONV1D,
                                        SN_POOLING, SN_DENSE, -1});
    assert_int_equal(config.layers[1].conv1d.units, 32);
    assert_int_equal(config.layers[1].conv1d.kernel_size, 7);
    assert_int_equal(config.layers[1].conv1d.activation, SN_RELU);
    assert_int_equal(config.layers[2].max_pooling1d.pool_size, 5);
    assert_int_equal(config.layers[4].pooling.mode, SN_POOL_MAX);
    options.filters[0] = 8;
    options.filters[1] = 6;
    options.filters[2] = 4;
    options.pool_size = 2;
    options.activation = SEQNET_ACTIVATION_TANH;
    config = make(&options);
    assert_int_equal(config.layer_count, 8);
    assert_int_equal(config.layers[5].conv1d.units, 4);
    assert_int_equal(config.layers[5].conv1d.activation, SN_TANH);
    assert_int_equal(config.layers[4].max_pooling1d.pool_size, 2);
}

/* Where nothing was asked for: the second block needs 7 steps, each of 5 outputs of the first. */
static void short_rows_have_one_block(void **state)
{
    (void)state;
    seqnet_train_options options = conv1d();
    assert_int_equal(make_for(&options, 41).layer_count, 6);
    assert_int_equal(make_for(&options, 40).layer_count, 4);
    options.layers = 2;
    assert_int_equal(make_for(&options, 40).layer_count, 6);
}

static void kernel_sizes_stand_side_by_side(void **state)
{
    (void)state;
    seqnet_train_options options = conv1d();
    memcpy(options.kernel_size, (const int64_t[]){3, 4, 5}, 3 * sizeof(int64_t));
    options.spatial_dropout = 0.2;
    const sn_model_config config = make(&options);
    assert_kinds(&config,
                 (const int[]){SN_EMBEDDING, SN_SPATIAL_DROPOUT1D, SN_CONV1D, SN_POOLING, SN_CONV1D,
                               SN_POOLING, SN_CONV1D, SN_POOLING, SN_CONCATENATE, SN_DENSE, -1});
    assert_int_equal(config.layers[2].input_count, 0);
    assert_int_equal(config.layers[6].input_count, 1);
    assert_int_equal(config.layers[6].inputs[0], 1);
    assert_int_equal(config.layers[6].conv1d.kernel_size, 5);
    assert_int_equal(config.layers[8].input_count, 3);
    assert_int_equal(config.layers[8].inputs[2], 7);
}

/* Eight branches and more are counted, not stored beyond the end. */
static void too_many_layers_are_counted(void **state)
{
    (void)state;
    seqnet_train_options options = seqnet_train_options_default();
    sn_network network;
    seqnet_error err = {0};
    options.layers = 8;
    options.pooling = SEQNET_POOLING_MAX;
    for (size_t i = 0; i < 8; i++)
        options.dense[i] = 2;
    options.spatial_dropout = options.dropout = 0.1;
    const sn_model_config config = make(&options);
    assert_int_equal(config.layer_count, 21);
    if (SN_MAX_LAYERS < 21)
        assert_failure(sn_network_init(&network, config.layers, config.layer_count, 9, &err), &err,
                       SEQNET_ERR_USAGE, "layers, not 21");
}

static void a_list_takes_the_place_of_options(void **state)
{
    (void)state;
    seqnet_train_options options = seqnet_train_options_default();
    options.pooling = SEQNET_POOLING_MAX;
    options.layer_list = "[{\"class_name\":\"Embedding\",\"config\":{\"output_dim\":4,"
                         "\"input_length\":12}},{\"class_name\":\"Flatten\"}]";
    sn_model_config config = make(&options);
    assert_kinds(&config, (const int[]){SN_EMBEDDING, SN_FLATTEN, SN_DENSE, -1});
    assert_int_equal(config.maxlen, 12);
    options.maxlen = 10;
    assert_int_equal(make_for(&options, 9).maxlen, 9); /* as it was set from the option */
    seqnet_error err = {0};
    options.layer_list = "[7]";
    assert_failure(sn_architecture_make(&config, &options, 50, 1, &err), &err, SEQNET_ERR_DATA,
                   "layers: layer 1 (?)");
    options.layer_list_name = "net.json";
    assert_failure(sn_architecture_make(&config, &options, 50, 1, &err), &err, SEQNET_ERR_DATA,
                   "net.json: layer 1 (?)");
}

static void assert_reason(const seqnet_train_options *options, const char *reason)
{
    const char *const found = seqnet_train_options_check(options);
    assert_non_null(found);
    assert_string_equal(found, reason);
}

static void ranges_are_checked(void **state)
{
    (void)state;
    const seqnet_train_options good = seqnet_train_options_default();
    seqnet_train_options o = good;
    o.units[0] = 4097;
    assert_reason(&o, "units must be from 1 to 4096");
    o.units[0] = -1;
    assert_reason(&o, "units must be from 1 to 4096");
    o.units[0] = 0;
    assert_reason(&o, "units must be from 1 to 4096");
    for (size_t i = 0; i < SEQNET_WIDTHS; i++)
        o.units[i] = 1; /* without an end */
    assert_reason(&o, "units must be from 1 to 4096");
    o = good;
    o.dense[0] = 4097;
    assert_reason(&o, "filters and dense must be from 1 to 4096");
    o = good;
    o.layers = 9;
    assert_reason(&o, "layers must be from 1 to 8, or 0 for the default");
    o = good;
    o.cell = (seqnet_cell)5;
    assert_reason(&o, "cell must be a seqnet_cell");
    o = good;
    o.activation = (seqnet_activation)3;
    assert_reason(&o, "activation, dense_activation and recurrent_activation must be values of "
                      "their enums");
    o = good;
    o.spatial_dropout = (double)NAN;
    assert_reason(&o, "spatial_dropout must be at least 0 and below 1");
    o = conv1d();
    o.kernel_size[1] = 3; /* behind the end */
    assert_null(seqnet_train_options_check(&o));
    o.kernel_size[0] = 1001;
    assert_reason(&o, "kernel_size and pool_size must be from 1 to 1000");
}

static void what_a_cell_does_not_have_is_refused(void **state)
{
    (void)state;
    const seqnet_train_options good = seqnet_train_options_default();
    seqnet_train_options o = good;
    o.filters[0] = 8;
    assert_reason(&o, "a recurrent layer has no filters; pass .cell conv1d, or leave out .filters");
    o = good;
    o.kernel_size[0] = 8;
    assert_reason(
        &o, "a recurrent layer has no kernel size; pass .cell conv1d, or leave out .kernel_size");
    o = good;
    o.pool_size = 8;
    assert_reason(&o,
                  "a recurrent layer has no pool size; pass .cell conv1d, or leave out .pool_size");
    o = good;
    o.units[1] = 8;
    o.layers = 1;
    assert_reason(&o, "there are more numbers of units than layers; leave out .layers");
    o = good;
    o.reset_before = true;
    assert_reason(&o, "only a GRU has a reset gate; pass .cell gru, or leave out .reset_before");
    o = good;
    o.cell = SEQNET_CELL_RNN;
    o.recurrent_activation = SEQNET_RECURRENT_HARD_SIGMOID;
    assert_reason(&o, "a simple RNN has no gates; leave out .recurrent_activation");
    o = good;
    o.dense_activation = SEQNET_ACTIVATION_TANH;
    assert_reason(&o,
                  "there are no hidden Dense layers; pass .dense, or leave out .dense_activation");
}

static void what_a_convolution_does_not_have_is_refused(void **state)
{
    (void)state;
    seqnet_train_options o = conv1d();
    o.units[0] = 8;
    assert_reason(&o,
                  "a convolution has filters instead of units; pass .filters and leave out .units");
    o = conv1d();
    o.pooling = SEQNET_POOLING_LAST;
    assert_reason(&o, "a convolution has no last state; pass .pooling max, mean or max-mean");
    o = conv1d();
    o.bidirectional = true;
    assert_reason(&o, "a convolution has no direction; leave out .bidirectional");
    o = conv1d();
    o.mask_zero = true;
    assert_reason(&o, "a convolution cannot skip padding; leave out .mask_zero");
    o = conv1d();
    o.recurrent_dropout = 0.1;
    assert_reason(&o, "a convolution has no state; leave out .recurrent_dropout");
    o = conv1d();
    o.recurrent_activation = SEQNET_RECURRENT_HARD_SIGMOID;
    assert_reason(&o, "a convolution has no gates; leave out .recurrent_activation");
    o = conv1d();
    o.reset_before = true;
    assert_reason(&o, "a convolution has no gates; leave out .reset_before");
    o = conv1d();
    o.filters[0] = o.filters[1] = 4;
    o.layers = 1;
    assert_reason(&o, "there are more numbers of filters than blocks of convolutions; name one "
                      "number of them, or leave out .layers or all but one .kernel_size");
    o = conv1d();
    o.kernel_size[0] = o.kernel_size[1] = 4;
    o.layers = 2;
    assert_reason(&o, "convolutions of several kernel sizes stand side by side in one block; name "
                      "one .kernel_size, or leave out .layers");
    o = conv1d();
    o.layers = 1;
    o.pool_size = 2;
    assert_reason(&o, "pooling stands between blocks of convolutions, and there is one block; "
                      "leave out .pool_size");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_is_the_tutorials),
        cmocka_unit_test(each_cell_has_its_layer),
        cmocka_unit_test(a_gru_has_its_choices),
        cmocka_unit_test(layers_are_stacked),
        cmocka_unit_test(everything_optional_has_its_place),
        cmocka_unit_test(convolutions_are_blocks),
        cmocka_unit_test(short_rows_have_one_block),
        cmocka_unit_test(kernel_sizes_stand_side_by_side),
        cmocka_unit_test(too_many_layers_are_counted),
        cmocka_unit_test(a_list_takes_the_place_of_options),
        cmocka_unit_test(ranges_are_checked),
        cmocka_unit_test(what_a_cell_does_not_have_is_refused),
        cmocka_unit_test(what_a_convolution_does_not_have_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
