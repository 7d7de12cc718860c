#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "kernels.h"
#include "network.h"

static const sn_layer_spec EMBEDDING = {.kind = SN_EMBEDDING,
                                        .embedding = {.units = 4, .id_count = 10}};
static const sn_layer_spec LSTM = {.kind = SN_LSTM, .recurrent = {.units = 3}};
static const sn_layer_spec SEQUENCES = {.kind = SN_LSTM,
                                        .recurrent = {.units = 3, .return_sequences = true}};
static const sn_layer_spec POOLING = {.kind = SN_POOLING};
static const sn_layer_spec DENSE = {.kind = SN_DENSE, .dense = {.units = 1}};

static void layers_and_tensors_have_names(void **state)
{
    (void)state;
    sn_network network;
    const sn_layer_spec specs[] = {EMBEDDING, SEQUENCES, LSTM, DENSE};
    static const char *const names[] = {"embedding.embeddings",
                                        "lstm.kernel",
                                        "lstm.recurrent_kernel",
                                        "lstm.bias",
                                        "lstm_1.kernel",
                                        "lstm_1.recurrent_kernel",
                                        "lstm_1.bias",
                                        "dense.kernel",
                                        "dense.bias"};
    assert_int_equal(sn_network_init(&network, specs, 4, 7, NULL), SEQNET_OK);
    assert_int_equal(network.table.count, 9);
    size_t offset = 0;
    for (size_t i = 0; i < 9; i++) {
        assert_string_equal(network.table.tensors[i].name, names[i]);
        assert_int_equal(network.table.tensors[i].offset, offset);
        offset += network.table.tensors[i].count;
    }
    assert_int_equal(network.table.floats, offset);
    assert_int_equal(network.layers[1].output.time, 7);
    assert_int_equal(network.layers[2].output.time, 0);
    sn_network_free(&network);
}

static void layers_of_two_cells_have_a_name_of_their_own(void **state)
{
    (void)state;
    sn_network network;
    const sn_layer_spec both = {
        .kind = SN_GRU, .recurrent = {.units = 3, .return_sequences = true, .bidirectional = true}};
    const sn_layer_spec specs[] = {EMBEDDING, both, SEQUENCES, both, LSTM, DENSE};
    static const char *const names[] = {"embedding",       "bidirectional", "lstm",
                                        "bidirectional_1", "lstm_1",        "dense"};
    assert_int_equal(sn_network_init(&network, specs, 6, 7, NULL), SEQNET_OK);
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(network.layers[i].name, names[i]);
    assert_int_equal(network.layers[2].input.features, 6);
    sn_network_free(&network);
}

static void only_a_reset_gate_comes_before_the_product(void **state)
{
    (void)state;
    sn_network network;
    seqnet_error err;
    sn_layer_spec specs[] = {EMBEDDING, LSTM, DENSE};
    specs[1].recurrent.reset_before = true;
    assert_int_equal(sn_network_init(&network, specs, 3, 7, &err), SEQNET_ERR_USAGE);
    assert_non_null(strstr(err.message, "'lstm' has no reset gate"));
    sn_network_free(&network);
    specs[1].kind = SN_GRU;
    assert_int_equal(sn_network_init(&network, specs, 3, 7, &err), SEQNET_OK);
    assert_int_equal(network.table.tensors[3].rank, 1);
    sn_network_free(&network);
}

/* Layers without tensors: they leave no trace in the table, and dropout masks tell them apart. */
static void layers_without_tensors(void **state)
{
    (void)state;
    static const sn_layer_spec dropout = {.kind = SN_DROPOUT, .dropout = {.rate = 0.5}};
    static const char *const titles[SN_POOLINGS] = {[SN_POOL_MAX] = "GlobalMaxPooling1D",
                                                    [SN_POOL_MEAN] = "GlobalAveragePooling1D",
                                                    [SN_POOL_MAX_MEAN] =
                                                        "GlobalMaxAveragePooling1D",
                                                    [SN_POOL_MAX_ALL] = "GlobalMaxPooling1D"};
    for (sn_pooling mode = SN_POOL_MAX; mode < SN_POOLINGS; mode++) {
        sn_network network;
        const sn_layer_spec pooling = {.kind = SN_POOLING, .pooling = {.mode = (int)mode}};
        const sn_layer_spec specs[] = {EMBEDDING, dropout, SEQUENCES, pooling, dropout, DENSE};
        assert_int_equal(sn_network_init(&network, specs, 6, 7, NULL), SEQNET_OK);
        assert_int_equal(network.table.count, 6);
        assert_string_equal(network.layers[1].name, "dropout");
        assert_string_equal(network.layers[4].name, "dropout_1");
        assert_string_equal(sn_layer_title(&network.layers[4]), "Dropout");
        assert_string_equal(sn_layer_title(&network.layers[3]), titles[mode]);
        assert_int_equal(network.layers[1].output.time, 7);
        assert_int_equal(network.layers[3].output.time, 0);
        assert_int_equal(network.layers[3].output.features, mode == SN_POOL_MAX_MEAN ? 6 : 3);
        assert_int_equal(network.layers[3].parameters, 0);
        float *const weights = malloc(network.table.floats * sizeof *weights);
        assert_int_equal(sn_network_initialise(&network, weights, 1, NULL), SEQNET_OK);
        free(weights);
        sn_network_free(&network);
    }
}

static void refused_as(const sn_layer_spec *specs, size_t count, const char *part)
{
    sn_network network;
    seqnet_error err = {0};
    assert_int_equal(sn_network_init(&network, specs, count, 7, &err), SEQNET_ERR_USAGE);
    if (!strstr(err.message, part))
        fail_msg("\"%s\" does not say \"%s\"", err.message, part);
    sn_network_free(&network);
}

static void refused(const sn_layer_spec *specs, size_t count)
{
    refused_as(specs, count, "layer");
}

static void lists_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    const sn_layer_spec huge = {.kind = SN_EMBEDDING,
                                .embedding = {.units = SIZE_MAX / 8, .id_count = 1000}};
    refused((sn_layer_spec[]){EMBEDDING}, 1);
    refused((sn_layer_spec[]){LSTM, DENSE}, 2);
    refused((sn_layer_spec[]){EMBEDDING, EMBEDDING, LSTM, DENSE}, 4);
    refused((sn_layer_spec[]){EMBEDDING, DENSE}, 2);             /* a sequence into Dense */
    refused((sn_layer_spec[]){EMBEDDING, LSTM, LSTM, DENSE}, 4); /* a vector into LSTM */
    refused((sn_layer_spec[]){EMBEDDING, LSTM}, 2);
    refused((sn_layer_spec[]){EMBEDDING, LSTM, POOLING, DENSE}, 4); /* a vector into pooling */
    refused((sn_layer_spec[]){EMBEDDING, POOLING}, 2);
    refused_as((sn_layer_spec[]){huge, LSTM, DENSE}, 3, "too large");
    const sn_layer_spec relu = {.kind = SN_DENSE, .dense = {.units = 1, .activation = SN_RELU}};
    refused_as((sn_layer_spec[]){EMBEDDING, LSTM, relu}, 3, "belongs to the loss");
    refused_as((sn_layer_spec[]){EMBEDDING, DENSE}, 2, "not a sequence");
    sn_layer_spec many[SN_MAX_LAYERS + 1] = {EMBEDDING, LSTM};
    for (size_t i = 2; i <= SN_MAX_LAYERS; i++)
        many[i] = DENSE;
    refused_as(many, SN_MAX_LAYERS + 1, "2 to 64 layers");
}

/* The embedding, two convolutions over it, and what they have in common. */
static sn_layer_spec *branching(void)
{
    static sn_layer_spec specs[6];
    static const sn_layer_spec conv = {.kind = SN_CONV1D, .conv1d = {2, 3, SN_CONV_SAME, SN_TANH}};
    static const sn_layer_spec join = {.kind = SN_CONCATENATE, .input_count = 2, .inputs = {1, 2}};
    const sn_layer_spec fresh[6] = {EMBEDDING, conv, conv, join, POOLING, DENSE};
    memcpy(specs, fresh, sizeof specs);
    specs[2].input_count = 1;
    specs[2].conv1d.units = 3;
    return specs;
}

static void layers_find_their_inputs(void **state)
{
    (void)state;
    sn_network network;
    assert_int_equal(sn_network_init(&network, branching(), 6, 7, NULL), SEQNET_OK);
    const sn_layer *const layers = network.layers;
    static const size_t counts[6] = {0, 1, 1, 2, 1, 1};
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(layers[i].input_count, counts[i]);
    assert_int_equal(sn_network_input(&network, &layers[1], 0), 0);
    assert_int_equal(sn_network_input(&network, &layers[2], 0), 0);
    assert_int_equal(sn_network_input(&network, &layers[3], 0), 1);
    assert_int_equal(sn_network_input(&network, &layers[3], 1), 2);
    assert_int_equal(sn_network_input(&network, &layers[4], 0), 3);
    assert_int_equal(layers[3].output.time, 7);
    assert_int_equal(layers[3].output.features, 5);
    assert_string_equal(layers[1].name, "conv1d");
    assert_string_equal(layers[2].name, "conv1d_1");
    static const bool summed[6] = {true, true, true};
    for (size_t i = 0; i < 6; i++)
        assert_true(network.is_summed[i] == summed[i]);
    sn_network_free(&network);
}

static void inputs_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    static const size_t far[] = {1, 2, 63, SIZE_MAX};
    sn_layer_spec *specs = branching();
    for (size_t i = 0; i < sizeof far / sizeof *far; i++) { /* itself, or one that follows */
        specs[1].input_count = 1;
        specs[1].inputs[0] = far[i];
        refused_as(specs, 6, "does not stand before it");
    }
    specs = branching();
    specs[2].input_count = 2; /* of a layer with one input */
    specs[2].inputs[1] = 1;
    refused_as(specs, 6, "takes at most 1 inputs");
    specs = branching();
    specs[3].input_count = SN_LAYER_INPUTS + 1;
    refused_as(specs, 6, "takes at most 8 inputs");
    specs = branching();
    specs[0].input_count = 1;
    refused_as(specs, 6, "takes at most 0 inputs");
    specs = branching();
    specs[2].conv1d.padding = SN_CONV_VALID; /* two steps less */
    refused_as(specs, 6, "of 7 and of 5 timesteps");
    specs = branching();
    specs[3].inputs[1] = 1; /* nothing takes the second convolution */
    refused_as(specs, 6, "no layer takes the output of the layer 'conv1d_1'");
}

/* Layers that each take the one before twice double the features until they are too many. */
static void sizes_cannot_overflow(void **state)
{
    (void)state;
    sn_layer_spec specs[SN_MAX_LAYERS] = {EMBEDDING, LSTM};
    for (size_t i = 2; i + 1 < SN_MAX_LAYERS; i++) {
        specs[i] = (sn_layer_spec){.kind = SN_CONCATENATE, .input_count = 8};
        for (size_t k = 0; k < 8; k++)
            specs[i].inputs[k] = i - 1;
    }
    specs[SN_MAX_LAYERS - 1] = DENSE;
    refused_as(specs, SN_MAX_LAYERS, "would be too large");
    const sn_layer_spec long_rows[] = {EMBEDDING, {.kind = SN_FLATTEN}, DENSE};
    sn_network network;
    seqnet_error err = {0};
    assert_int_equal(sn_network_init(&network, long_rows, 3, SIZE_MAX / 2, &err), SEQNET_ERR_USAGE);
    sn_network_free(&network);
}

/* Only where the mask of the ids reaches a layer that looks at it. */
static void ids_are_masked_where_that_has_an_effect(void **state)
{
    (void)state;
    static const sn_layer_spec conv = {.kind = SN_CONV1D, .conv1d = {2, 1, SN_CONV_SAME, SN_TANH}};
    static const sn_layer_spec relu = {.kind = SN_ACTIVATION, .activation = {SN_RELU}};
    sn_layer_spec masked = EMBEDDING;
    masked.embedding.mask_zero = true;
    sn_layer_spec both[] = {
        masked, conv, {.kind = SN_CONCATENATE, .input_count = 2}, POOLING, DENSE};
    both[2].inputs[1] = 1;
    const struct {
        sn_layer_spec specs[6];
        size_t count;
        bool is_used;
    } cases[] = {
        {{masked, LSTM, DENSE}, 3, true},
        {{masked, POOLING, DENSE}, 3, true},
        {{masked, relu, SEQUENCES, POOLING, DENSE}, 5, true},
        {{EMBEDDING, LSTM, DENSE}, 3, false},
        {{masked, conv, LSTM, DENSE}, 4, false},
        {{masked, conv, relu, POOLING, DENSE}, 5, false},
        {{masked, {.kind = SN_FLATTEN}, DENSE}, 3, false},
        {{both[0], both[1], both[2], both[3], both[4]}, 5, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sn_network network;
        assert_int_equal(sn_network_init(&network, cases[i].specs, cases[i].count, 7, NULL),
                         SEQNET_OK);
        assert_true(network.mask_zero == cases[i].is_used);
        sn_network_free(&network);
    }
}

static void bidirectional_layers_are_counted_together(void **state)
{
    (void)state;
    sn_network network;
    sn_layer_spec lstm = SEQUENCES;
    lstm.recurrent.bidirectional = true;
    sn_layer_spec gru = lstm;
    gru.kind = SN_GRU;
    const sn_layer_spec specs[] = {EMBEDDING, lstm, gru, LSTM, DENSE};
    assert_int_equal(sn_network_init(&network, specs, 5, 7, NULL), SEQNET_OK);
    assert_string_equal(network.layers[1].name, "bidirectional");
    assert_string_equal(network.layers[2].name, "bidirectional_1");
    assert_string_equal(network.layers[3].name, "lstm");
    sn_network_free(&network);
}

static void batch_normalization_is_not_trained(void **state)
{
    (void)state;
    sn_network network;
    seqnet_error err = {0};
    const sn_layer_spec specs[] = {EMBEDDING, LSTM, {.kind = SN_BATCH_NORMALIZATION}, DENSE};
    assert_int_equal(sn_network_init(&network, specs, 4, 7, NULL), SEQNET_OK);
    assert_int_equal(sn_network_check_trainable(&network, &err), SEQNET_ERR_USAGE);
    assert_non_null(strstr(err.message, "BatchNormalization layer ('batch_normalization')"));
    sn_network_free(&network);
    assert_int_equal(sn_network_init(&network, branching(), 6, 7, NULL), SEQNET_OK);
    assert_int_equal(sn_network_check_trainable(&network, &err), SEQNET_OK);
    sn_network_free(&network);
}

static void the_last_layer_gives_the_logits(void **state)
{
    (void)state;
    for (size_t units = 1; units < 5; units++) {
        sn_network network;
        const sn_layer_spec specs[] = {
            EMBEDDING, LSTM, {.kind = SN_DENSE, .dense = {.units = units}}};
        assert_int_equal(sn_network_init(&network, specs, 3, 7, NULL), SEQNET_OK);
        assert_int_equal(network.outputs, units);
        sn_network_free(&network);
    }
}

static void initial_weights_follow_the_seed(void **state)
{
    (void)state;
    sn_network network;
    const sn_layer_spec specs[] = {EMBEDDING, LSTM, DENSE};
    assert_int_equal(sn_network_init(&network, specs, 3, 7, NULL), SEQNET_OK);
    const size_t size = network.table.floats * sizeof(float);
    float *const a = malloc(size), *const b = malloc(size);
    assert_int_equal(sn_network_initialise(&network, a, 1, NULL), SEQNET_OK);
    assert_int_equal(sn_network_initialise(&network, b, 1, NULL), SEQNET_OK);
    assert_memory_equal(a, b, size);
    assert_int_equal(sn_network_initialise(&network, b, 2, NULL), SEQNET_OK);
    assert_memory_not_equal(a, b, size);
    free(a);
    free(b);
    sn_network_free(&network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layers_and_tensors_have_names),
        cmocka_unit_test(layers_of_two_cells_have_a_name_of_their_own),
        cmocka_unit_test(only_a_reset_gate_comes_before_the_product),
        cmocka_unit_test(layers_without_tensors),
        cmocka_unit_test(lists_that_do_not_fit_are_refused),
        cmocka_unit_test(layers_find_their_inputs),
        cmocka_unit_test(inputs_that_do_not_fit_are_refused),
        cmocka_unit_test(sizes_cannot_overflow),
        cmocka_unit_test(ids_are_masked_where_that_has_an_effect),
        cmocka_unit_test(bidirectional_layers_are_counted_together),
        cmocka_unit_test(batch_normalization_is_not_trained),
        cmocka_unit_test(the_last_layer_gives_the_logits),
        cmocka_unit_test(initial_weights_follow_the_seed),
    };
    return cmocka_run_group_tests_name("network", tests, NULL, NULL);
}
