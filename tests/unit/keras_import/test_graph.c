/* The graph of a Keras configuration: versions, forms of calls, nested models, today's names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "graph.h"

static sn_graph graph;

static void read(const char *json, const char *version)
{
    seqnet_error err = {0};
    if (sn_graph_read(&graph, json, "model.h5", version, &err) != SEQNET_OK)
        fail_msg("%s", err.message);
}

static void assert_refused(const char *json, const char *sentence)
{
    seqnet_error err = {0};
    assert_int_equal(sn_graph_read(&graph, json, "model.h5", NULL, &err), SEQNET_ERR_MODEL);
    assert_string_equal(err.message, sentence);
    sn_graph_free(&graph);
}

#define DENSE(NAME) "{\"class_name\":\"Dense\",\"config\":{\"name\":\"" NAME "\",\"units\":3}}"
#define SEQUENTIAL(LAYERS)                                                                         \
    "{\"class_name\":\"Sequential\",\"config\":{\"name\":\"s\",\"layers\":[" LAYERS "]}}"

static void a_sequence_is_a_chain(void **state)
{
    (void)state;
    static const char *const forms[] = {
        SEQUENTIAL(DENSE("a") "," DENSE("b")), "[" DENSE("a") "," DENSE("b") "]",
        "{\"layers\":[" DENSE("a") "," DENSE("b") "]}",
        "{\"class_name\":\"Sequential\",\"config\":[" DENSE("a") "," DENSE("b") "]}"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        read(forms[i], NULL);
        assert_int_equal(graph.count, 2);
        assert_int_equal(graph.output, 1);
        assert_string_equal(graph.nodes[0].name, "a");
        assert_int_equal(graph.nodes[0].input_count, 0);
        assert_int_equal(graph.nodes[1].input_count, 1);
        assert_int_equal(graph.nodes[1].inputs[0], 0);
        sn_graph_free(&graph);
    }
}

#define CALLED(NAME, CALLS)                                                                        \
    "{\"class_name\":\"Dense\",\"name\":\"" NAME                                                   \
    "\",\"config\":{\"units\":3},\"inbound_nodes\":" CALLS "}"
#define TENSOR(NAME)                                                                               \
    "{\"class_name\":\"__keras_tensor__\",\"config\":{\"keras_history\":[\"" NAME "\",0,0]}}"
#define INPUT "{\"class_name\":\"InputLayer\",\"name\":\"in\",\"config\":{},\"inbound_nodes\":[]}"

#define ARGS(TENSORS) "[{\"args\":[" TENSORS "],\"kwargs\":{\"mask\":null}}]"
#define MODEL(CLASS, FIRST, SECOND, INPUTS, OUTPUTS)                                               \
    "{\"class_name\":\"" CLASS "\",\"config\":{\"name\":\"m\",\"layers\":[" INPUT "," FIRST        \
    "," SECOND "],\"input_layers\":" INPUTS ",\"output_layers\":" OUTPUTS "}}"

/* Both forms of calls, and layers that stand before those that they take. */
static void calls_are_edges(void **state)
{
    (void)state;
    static const char *const forms[] = {
        MODEL("Model", CALLED("b", "[[[\"in\",0,0,{}],[\"a\",0,0,{}]]]"),
              CALLED("a", "[[[\"in\",0,0,{}]]]"), "[[\"in\",0,0]]", "[[\"b\",0,0]]"),
        MODEL("Functional", CALLED("b", ARGS("[" TENSOR("in") "," TENSOR("a") "]")),
              CALLED("a", ARGS(TENSOR("in"))), "[\"in\",0,0]", "[\"b\",0,0]")};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        read(forms[i], NULL);
        assert_int_equal(graph.count, 3);
        assert_string_equal(graph.nodes[1].name, "a");
        assert_string_equal(graph.nodes[2].name, "b");
        assert_int_equal(graph.nodes[2].input_count, 2);
        assert_int_equal(graph.nodes[2].inputs[0], 0);
        assert_int_equal(graph.nodes[2].inputs[1], 1);
        assert_false(graph.nodes[2].takes_mask);
        sn_graph_free(&graph);
    }
}

static void models_in_models_are_expanded(void **state)
{
    (void)state;
    read(SEQUENTIAL(DENSE("a") "," SEQUENTIAL(
             INPUT "," DENSE("b") "," SEQUENTIAL(DENSE("c"))) "," DENSE("d")),
         NULL);
    assert_int_equal(graph.count, 4);
    for (size_t i = 1; i < 4; i++)
        assert_int_equal(graph.nodes[i].inputs[0], i - 1);
    assert_int_equal(graph.nodes[1].home, 1);
    assert_int_equal(graph.nodes[2].home, 2);
    assert_int_equal(graph.homes[2].home, 1);
    assert_int_equal(graph.nodes[3].home, SN_TOP_HOME);
    sn_graph_free(&graph);
}

static void the_version_is_found(void **state)
{
    (void)state;
    const struct {
        const char *json, *given;
        unsigned version;
    } cases[] = {
        {"[" DENSE("a") "]", "2.4.0", 2},
        {"[" DENSE("a") "]", "1.2.2", 1},
        {"[" DENSE("a") "]", NULL, 3},
        {"[{\"class_name\":\"Dense\",\"config\":{\"batch_input_shape\":[null,3]}}]", NULL, 2},
        {"[{\"class_name\":\"LSTM\",\"config\":{\"inner_activation\":\"tanh\"}}]", NULL, 1},
        {"[{\"class_name\":\"InputLayer\",\"config\":{\"batch_shape\":[null,3]}}]", NULL, 3}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        read(cases[i].json, cases[i].given);
        assert_int_equal(graph.version, cases[i].version);
        sn_graph_free(&graph);
    }
    read("{\"class_name\":\"Sequential\",\"keras_version\":\"3.5.0\",\"config\":[" DENSE("a") "]}",
         "2.0.0");
    assert_int_equal(graph.version, 3);
    assert_int_equal(graph.minor, 5);
    sn_graph_free(&graph);
}

static void old_names_become_those_of_today(void **state)
{
    (void)state;
    read("[{\"class_name\":\"Convolution1D\",\"config\":{\"nb_filter\":7,\"filter_length\":3,"
         "\"border_mode\":\"same\",\"activation\":{\"class_name\":\"function\",\"config\":\"relu\"}"
         "}},"
         "{\"class_name\":\"Bidirectional\",\"config\":{\"layer\":{\"class_name\":\"LSTM\","
         "\"config\":"
         "{\"output_dim\":4,\"inner_activation\":\"sigmoid\",\"activation\":null}}}},"
         "{\"class_name\":\"TimeDistributed\",\"config\":{\"name\":\"t\",\"layer\":{\"class_name\":"
         "\"Dense\",\"config\":{\"name\":\"inner\",\"output_dim\":5}}}},"
         "{\"class_name\":\"RNN\",\"config\":{\"return_sequences\":true,\"cell\":{\"class_name\":"
         "\"GRUCell\",\"config\":{\"units\":6}}}}]",
         NULL);
    const sn_graph_node *const nodes = graph.nodes;
    assert_string_equal(nodes[0].class_name, "Conv1D");
    assert_string_equal(nodes[0].stored_class, "Convolution1D");
    assert_int_equal(sn_json_member(nodes[0].config, "filters")->valueint, 7);
    assert_string_equal(sn_json_text(nodes[0].config, "padding"), "same");
    assert_string_equal(sn_json_text(nodes[0].config, "activation"), "relu");
    const cJSON *const inner = sn_json_member(sn_json_member(nodes[1].config, "layer"), "config");
    assert_int_equal(sn_json_member(inner, "units")->valueint, 4);
    assert_string_equal(sn_json_text(inner, "recurrent_activation"), "sigmoid");
    assert_string_equal(sn_json_text(inner, "activation"), "linear");
    assert_string_equal(nodes[2].class_name, "Dense");
    assert_string_equal(nodes[2].name, "t");
    assert_int_equal(sn_json_member(nodes[2].config, "units")->valueint, 5);
    assert_string_equal(nodes[3].class_name, "GRU");
    assert_string_equal(nodes[3].stored_class, "RNN");
    assert_true(sn_json_is_true(nodes[3].config, "return_sequences"));
    sn_graph_free(&graph);
}

static void what_is_no_model_is_named(void **state)
{
    (void)state;
    assert_refused(
        "{\"class_name\":\"Mine\",\"config\":{\"units\":3}}",
        "model.h5: is of the class 'Mine', whose code is not in the file; Sequential and "
        "functional models are supported");
    assert_refused("[{\"config\":{}}]",
                   "model.h5: an entry of its list of layers has no class_name");
    assert_refused("7", "model.h5: the model '?' has no list of layers");
    assert_refused("[", "model.h5: its configuration: byte 2 is not as expected");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_sequence_is_a_chain),
                                       cmocka_unit_test(calls_are_edges),
                                       cmocka_unit_test(models_in_models_are_expanded),
                                       cmocka_unit_test(the_version_is_found),
                                       cmocka_unit_test(old_names_become_those_of_today),
                                       cmocka_unit_test(what_is_no_model_is_named)};
    return cmocka_run_group_tests_name("graph", tests, NULL, NULL);
}
