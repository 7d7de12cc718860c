/* What all layers share: masks, names; and Dense over a sequence, which is Dense over each step. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "kernels.h"
#include "one_layer.h"

enum { B = 3, T = 4, FEATURES = 5 };
static const sn_shape SEQUENCE = {T, FEATURES};

/* As in Keras: of the layers that keep the time axis, convolution and max pooling drop masks. */
static void masks_go_on_where_keras_lets_them(void **state)
{
    (void)state;
    static const struct {
        sn_layer_spec spec;
        bool goes_on;
    } cases[] = {
        {{.kind = SN_DENSE, .dense = {.units = 2}}, true},
        {{.kind = SN_DROPOUT, .dropout = {.rate = 0.5}}, true},
        {{.kind = SN_SPATIAL_DROPOUT1D, .dropout = {.rate = 0.5}}, true},
        {{.kind = SN_BATCH_NORMALIZATION}, true},
        {{.kind = SN_ACTIVATION, .activation = {SN_RELU}}, true},
        {{.kind = SN_LSTM, .recurrent = {.units = 2, .return_sequences = true}}, true},
        {{.kind = SN_LSTM, .recurrent = {.units = 2}}, false},
        {{.kind = SN_POOLING}, false},
        {{.kind = SN_FLATTEN}, false},
        {{.kind = SN_CONV1D, .conv1d = {.units = 2, .kernel_size = 1}}, false},
        {{.kind = SN_CONV1D, .conv1d = {2, 3, SN_CONV_SAME, SN_RELU}}, false},
        {{.kind = SN_MAX_POOLING1D, .max_pooling1d = {1}}, false},
    };
    static const uint8_t mask[T * B] = {0, 1, 1};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        one_layer o;
        one_layer_open(&o, cases[i].spec, SEQUENCE, B);
        o.in.mask = mask;
        one_layer_run(&o);
        assert_ptr_equal(o.out.mask, cases[i].goes_on ? mask : NULL);
        assert_true(sn_layer_keeps_mask(&o.layer) == cases[i].goes_on);
        one_layer_close(&o);
    }
}

static void dense_takes_each_step_on_its_own(void **state)
{
    (void)state;
    one_layer over_steps, over_vectors;
    const sn_layer_spec spec = {.kind = SN_DENSE, .dense = {.units = 2, .activation = SN_TANH}};
    one_layer_open(&over_steps, spec, SEQUENCE, B);
    one_layer_open(&over_vectors, spec, (sn_shape){0, FEATURES}, T * B);
    one_layer_run(&over_steps);
    one_layer_run(&over_vectors);
    assert_int_equal(over_steps.layer.output.time, T);
    assert_int_equal(over_steps.outputs, over_vectors.outputs);
    assert_memory_equal(over_steps.output, over_vectors.output, over_steps.outputs * sizeof(float));
    one_layer_close(&over_steps);
    one_layer_close(&over_vectors);
}

static void layers_that_hide_features_take_sequences(void **state)
{
    (void)state;
    assert_layer_refused((sn_layer_spec){.kind = SN_SPATIAL_DROPOUT1D}, (sn_shape){0, FEATURES},
                         "takes a sequence");
}

static void layers_are_called_as_in_keras(void **state)
{
    (void)state;
    static const struct {
        sn_layer_kind kind;
        const char *type, *title;
    } names[] = {{SN_CONV1D, "conv1d", "Conv1D"},
                 {SN_MAX_POOLING1D, "max_pooling1d", "MaxPooling1D"},
                 {SN_FLATTEN, "flatten", "Flatten"},
                 {SN_SPATIAL_DROPOUT1D, "spatial_dropout1d", "SpatialDropout1D"},
                 {SN_BATCH_NORMALIZATION, "batch_normalization", "BatchNormalization"},
                 {SN_ACTIVATION, "activation", "Activation"},
                 {SN_CONCATENATE, "concatenate", "Concatenate"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const sn_layer layer = {.ops = sn_layer_ops_of(names[i].kind)};
        assert_string_equal(layer.ops->type, names[i].type);
        assert_string_equal(sn_layer_title(&layer), names[i].title);
    }
    const sn_layer_spec both_ways = {.kind = SN_GRU, .recurrent = {.bidirectional = true}};
    assert_string_equal(sn_layer_base_name(&both_ways), "bidirectional");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(masks_go_on_where_keras_lets_them),
        cmocka_unit_test(dense_takes_each_step_on_its_own),
        cmocka_unit_test(layers_that_hide_features_take_sequences),
        cmocka_unit_test(layers_are_called_as_in_keras),
    };
    return cmocka_run_group_tests_name("layer", tests, NULL, NULL);
}
