/* Names of classes in paths, and Keras's order of nodes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "assemble.h"
#include "keras_graph.h"
#include "memory.h"

static void names_of_classes(void **state)
{
    (void)state;
    static const char *const names[][2] = {{"LSTM", "lstm"},
                                           {"GRU", "gru"},
                                           {"SimpleRNN", "simple_rnn"},
                                           {"Conv1D", "conv1d"},
                                           {"GlobalMaxPooling1D", "global_max_pooling1d"},
                                           {"MaxPooling1D", "max_pooling1d"},
                                           {"SpatialDropout1D", "spatial_dropout1d"},
                                           {"BatchNormalization", "batch_normalization"},
                                           {"InputLayer", "input_layer"}};
    char text[SN_KERAS_CLASS];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_string_equal(sn_keras_snake(names[i][0], text), names[i][1]);
}

/* A model of layers with weights of zeros. */
static seqnet_model *make_model(const sn_layer_spec *layers, size_t count, float **weights)
{
    static const char *const labels[] = {"no", "yes"};
    sn_model_config *config;
    seqnet_model *model;
    char *record;
    assert_int_equal(sn_alloc(&config, 1, sizeof *config, NULL), SEQNET_OK);
    *config = (sn_model_config){.layer_count = count, .maxlen = 9, .encoding = {.id_count = 7}};
    memcpy(config->layers, layers, count * sizeof *layers);
    assert_int_equal(sn_model_outline(&model, config, NULL), SEQNET_OK);
    assert_int_equal(sn_model_set_labels(model, labels, 2, NULL), SEQNET_OK);
    assert_int_equal(sn_alloc(weights, model->network.table.floats, sizeof **weights, NULL),
                     SEQNET_OK);
    assert_int_equal(sn_copy_string(&record, "{}", 2, NULL), SEQNET_OK);
    assert_int_equal(sn_model_complete(model, *weights, record, NULL), SEQNET_OK);
    free(config);
    return model;
}

static void assert_order(const sn_layer_spec *layers, size_t count, const char *expected)
{
    float *weights;
    sn_keras_graph *graph;
    char names[512] = "";
    seqnet_model *const model = make_model(layers, count, &weights);
    assert_int_equal(sn_alloc(&graph, 1, sizeof *graph, NULL), SEQNET_OK);
    assert_int_equal(sn_keras_graph_make(graph, model, SN_KERAS_FORM_3, NULL), SEQNET_OK);
    for (size_t i = 0; i < graph->count; i++) {
        const size_t used = strlen(names);
        (void)snprintf(names + used, sizeof names - used, "%s%s", i ? " " : "",
                       graph->nodes[graph->order[i]].name);
    }
    assert_string_equal(names, expected);
    sn_keras_graph_free(graph);
    free(graph);
    seqnet_model_free(model);
    free(weights);
}

#define EMBEDDING(MASKS)                                                                           \
    {                                                                                              \
        .kind = SN_EMBEDDING, .embedding = {.id_count = 7, .units = 2, .mask_zero = (MASKS) }      \
    }
#define DENSE(UNITS)                                                                               \
    {                                                                                              \
        .kind = SN_DENSE, .dense = {.units = (UNITS) }                                             \
    }
#define POOLING(MODE)                                                                              \
    {                                                                                              \
        .kind = SN_POOLING, .pooling = {.mode = (MODE) }                                           \
    }

static void nodes_are_in_the_order_of_keras(void **state)
{
    (void)state;
    static const sn_layer_spec chain[] = {EMBEDDING(false), POOLING(SN_POOL_MEAN), DENSE(1)};
    assert_order(chain, 3, "input_layer embedding pooling dense");

    /* A long branch and a short one: those of one distance from the output stand together. */
    const sn_layer_spec branches[] = {
        EMBEDDING(false),
        {.kind = SN_DENSE, .input_count = 1, .inputs = {0}, .dense = {.units = 3}},
        POOLING(SN_POOL_MAX),
        {.kind = SN_POOLING, .input_count = 1, .inputs = {0}, .pooling = {.mode = SN_POOL_MEAN}},
        {.kind = SN_CONCATENATE, .input_count = 2, .inputs = {2, 3}},
        DENSE(1)};
    assert_order(branches, 6, "input_layer embedding dense pooling pooling_1 concatenate dense_1");
}

static void a_maximum_without_padding_has_nodes_of_its_own(void **state)
{
    (void)state;
    static const sn_layer_spec layers[] = {EMBEDDING(true), POOLING(SN_POOL_MAX_MEAN), DENSE(1)};
    assert_order(layers, 3,
                 "input_layer embedding padding_penalty pooling_words padding_penalty_max "
                 "pooling_most has_words pooling_max pooling_mean pooling dense");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_classes),
        cmocka_unit_test(nodes_are_in_the_order_of_keras),
        cmocka_unit_test(a_maximum_without_padding_has_nodes_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
