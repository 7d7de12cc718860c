#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

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
                                                        "GlobalMaxAveragePooling1D"};
    for (sn_pooling mode = SN_POOL_MAX; mode < SN_POOLINGS; mode++) {
        sn_network network;
        const sn_layer_spec pooling = {.kind = SN_POOLING, .pooling = {.mode = mode}};
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

static void refused(const sn_layer_spec *specs, size_t count)
{
    sn_network network;
    seqnet_error err = {0};
    assert_int_equal(sn_network_init(&network, specs, count, 7, &err), SEQNET_ERR_USAGE);
    assert_true(strlen(err.message) > 10);
    sn_network_free(&network);
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
    refused((sn_layer_spec[]){huge, LSTM, DENSE}, 3);
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
        cmocka_unit_test(the_last_layer_gives_the_logits),
        cmocka_unit_test(initial_weights_follow_the_seed),
    };
    return cmocka_run_group_tests_name("network", tests, NULL, NULL);
}
