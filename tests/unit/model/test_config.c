/* A configuration as JSON: the exact text, which goes into fingerprints, and the way back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include <seqnet/seqnet.h>

#include "config.h"
#include "failing_json.h"
#include "kernels.h"
#include "support.h"

static sn_model_config all_layers(void)
{
    return (sn_model_config){
        .layers = {{.kind = SN_EMBEDDING,
                    .embedding = {.units = 8, .id_count = 50, .mask_zero = true}},
                   {.kind = SN_LSTM,
                    .recurrent = {.units = 4, .return_sequences = true, .recurrent_dropout = 0.1}},
                   {.kind = SN_POOLING, .pooling = {.mode = SN_POOL_MAX_MEAN}},
                   {.kind = SN_DROPOUT, .dropout = {.rate = 0.3}},
                   {.kind = SN_DENSE, .dense = {.units = 3}}},
        .layer_count = 5,
        .maxlen = 70,
        .padding = {.padding = SEQNET_POST, .truncating = SEQNET_PRE},
        .encoding = {.id_count = 50, .start_char = 1, .oov_char = -1, .index_from = 3},
        .row_kind = SN_ROWS_TEXT};
}

static const char TEXT[] =
    "{\"layers\":[{\"type\":\"embedding\",\"id_count\":50,\"units\":8,\"mask_zero\":true},"
    "{\"type\":\"lstm\",\"units\":4,\"return_sequences\":true,\"recurrent_dropout\":0.1},"
    "{\"type\":\"pooling\",\"mode\":\"max_mean\"},{\"type\":\"dropout\",\"rate\":0.3},"
    "{\"type\":\"dense\",\"units\":3}],\"maxlen\":70,\"padding\":\"post\",\"truncating\":\"pre\","
    "\"source\":\"text\",\"encoding\":{\"num_words\":50,\"skip_top\":0,\"start_char\":1,"
    "\"oov_char\":-1,\"index_from\":3}}";

static void the_text_stays_what_fingerprints_are_made_of(void **state)
{
    (void)state;
    char *text;
    const sn_model_config config = all_layers();
    assert_int_equal(sn_config_to_json(&config, &text, NULL), SEQNET_OK);
    assert_string_equal(text, TEXT);
    free(text);
}

static void comes_back(const char *json)
{
    char *text;
    sn_model_config config;
    assert_int_equal(sn_config_from_json(&config, json, "m", NULL), SEQNET_OK);
    assert_int_equal(sn_config_to_json(&config, &text, NULL), SEQNET_OK);
    assert_string_equal(text, json);
    free(text);
}

static void it_is_read_back(void **state)
{
    (void)state;
    comes_back(TEXT);
}

#define BEGIN                                                                                      \
    "{\"layers\":[{\"type\":\"embedding\",\"id_count\":50,\"units\":8,\"mask_zero\":true},"
#define END                                                                                        \
    "],\"maxlen\":70,\"padding\":\"post\",\"truncating\":\"pre\",\"source\":\"text\","             \
    "\"encoding\":{"                                                                               \
    "\"num_words\":50,\"skip_top\":0,\"start_char\":1,\"oov_char\":-1,\"index_from\":3}}"

/* What has its usual value, and an input that is the layer before, are not written. */
/* The configuration with this member behind the others. */
static void with_member(char text[2048], const char *member)
{
    (void)snprintf(text, 2048, "%.*s,%s}", (int)strlen(TEXT) - 1, TEXT, member);
}

static void any_number_of_labels_is_read_back(void **state)
{
    (void)state;
    char text[2048];
    with_member(text, "\"multi_label\":{\"threshold\":0.1875}");
    comes_back(text);
    with_member(text, "\"multi_label\":{\"threshold\":0.5,\"separator\":\"; \"}");
    comes_back(text);
}

static void a_temperature_is_read_back(void **state)
{
    (void)state;
    char text[2048];
    with_member(text, "\"temperature\":1.193");
    comes_back(text);
}

static void damaged_temperatures_are_refused(void **state)
{
    (void)state;
    static const char *const values[] = {"0", "-1", "0.001", "101", "null", "\"1\"", "[]"};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        char text[2048], member[40];
        sn_model_config config;
        seqnet_error err = {0};
        (void)snprintf(member, sizeof member, "\"temperature\":%s", values[i]);
        with_member(text, member);
        assert_failure(sn_config_from_json(&config, text, "m", &err), &err, SEQNET_ERR_MODEL,
                       "m: its configuration is damaged: 'temperature' is not a number from 0.01 "
                       "to 100");
    }
}

static void damaged_numbers_of_labels_are_refused(void **state)
{
    (void)state;
    static const char *const members[] = {
        "\"multi_label\":true", "\"multi_label\":{\"threshold\":1.5}",
        "\"multi_label\":{\"threshold\":\"x\"}",
        "\"multi_label\":{\"threshold\":0.5,\"separator\":\"\"}",
        "\"multi_label\":{\"threshold\":0.5,\"separator\":\"sixteen bytes...\"}"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        char text[2048];
        sn_model_config config;
        seqnet_error err;
        with_member(text, members[i]);
        assert_int_equal(sn_config_from_json(&config, text, "m", &err), SEQNET_ERR_MODEL);
        assert_non_null(strstr(err.message, i < 3 ? "'threshold' is not" : "'separator' is not"));
    }
}

static void usual_values_are_left_out(void **state)
{
    (void)state;
    char *text;
    const sn_model_config base = all_layers();
    sn_model_config config = {
        .layers = {base.layers[0],
                   {.kind = SN_CONV1D, .conv1d = {.units = 4, .kernel_size = 3}},
                   {.kind = SN_BATCH_NORMALIZATION,
                    .batch_normalization = {SN_BATCH_NORMALIZATION_EPSILON},
                    .input_count = 1,
                    .inputs = {1}},
                   {.kind = SN_ACTIVATION},
                   {.kind = SN_FLATTEN},
                   {.kind = SN_DENSE, .dense = {.units = 3}}},
        .layer_count = 6,
        .maxlen = base.maxlen,
        .padding = base.padding,
        .encoding = base.encoding,
        .row_kind = base.row_kind};
    static const char wanted[] =
        BEGIN "{\"type\":\"conv1d\",\"filters\":4,\"kernel_size\":3},"
              "{\"type\":\"batch_normalization\"},{\"type\":\"activation\"},{\"type\":\"flatten\"},"
              "{\"type\":\"dense\",\"units\":3}" END;
    assert_int_equal(sn_config_to_json(&config, &text, NULL), SEQNET_OK);
    assert_string_equal(text, wanted);
    free(text);
    assert_int_equal(sn_config_from_json(&config, wanted, "m", NULL), SEQNET_OK);
    assert_true(config.layers[2].batch_normalization.epsilon == SN_BATCH_NORMALIZATION_EPSILON);
    assert_int_equal(config.layers[2].input_count, 0);
    comes_back(wanted);
}

static void other_values_are_read_back(void **state)
{
    (void)state;
    comes_back(BEGIN
               "{\"type\":\"spatial_dropout1d\",\"rate\":0.2},"
               "{\"type\":\"conv1d\",\"filters\":4,\"kernel_size\":3,\"padding\":\"same\","
               "\"activation\":\"relu\"},{\"type\":\"max_pooling1d\",\"pool_size\":5},"
               "{\"type\":\"conv1d\",\"filters\":2,\"kernel_size\":1,\"activation\":\"linear\","
               "\"inputs\":[1]},{\"type\":\"concatenate\",\"inputs\":[3,4,0]},"
               "{\"type\":\"batch_normalization\",\"epsilon\":0.01},"
               "{\"type\":\"activation\",\"activation\":\"hard_sigmoid\"},{\"type\":\"flatten\"},"
               "{\"type\":\"dense\",\"units\":3,\"activation\":\"tanh\"},"
               "{\"type\":\"dense\",\"units\":3}" END);
}

/* A network of as many layers as there may be, each with all that it can say. */
static void the_longest_configuration_is_read_back(void **state)
{
    (void)state;
    char *text, *again;
    sn_model_config config = all_layers(), read;
    for (config.layer_count = 1; config.layer_count < SN_MAX_LAYERS; config.layer_count++)
        config.layers[config.layer_count] = (sn_layer_spec){.kind = SN_CONV1D,
                                                            .conv1d = {2, 3, SN_CONV_SAME, SN_RELU},
                                                            .input_count = SN_LAYER_INPUTS};
    assert_int_equal(sn_config_to_json(&config, &text, NULL), SEQNET_OK);
    assert_int_equal(sn_config_from_json(&read, text, "m", NULL), SEQNET_OK);
    assert_int_equal(sn_config_to_json(&read, &again, NULL), SEQNET_OK);
    assert_string_equal(text, again);
    free(text);
    free(again);
}

/* A layer with a cell has all its fields only where they say something. */
static void what_a_cell_can_be_is_written_and_read(void **state)
{
    (void)state;
    static const char wanted[] =
        "{\"type\":\"gru\",\"units\":4,\"return_sequences\":true,\"recurrent_dropout\":0.1,"
        "\"bidirectional\":true,\"reset_before\":true,\"activation\":\"relu\","
        "\"recurrent_activation\":\"hard_sigmoid_02\"}";
    char *text, *again;
    sn_model_config config = all_layers();
    config.layers[1].kind = SN_GRU;
    config.layers[1].recurrent.bidirectional = config.layers[1].recurrent.reset_before = true;
    config.layers[1].recurrent.activation = SN_RELU;
    config.layers[1].recurrent.recurrent_activation = SN_HARD_SIGMOID_02;
    assert_int_equal(sn_config_to_json(&config, &text, NULL), SEQNET_OK);
    assert_non_null(strstr(text, wanted));
    assert_int_equal(sn_config_from_json(&config, text, "m", NULL), SEQNET_OK);
    assert_int_equal(sn_config_to_json(&config, &again, NULL), SEQNET_OK);
    assert_string_equal(again, text);
    free(text);
    free(again);
}

static seqnet_status make_config(char **text, seqnet_error *err)
{
    const sn_model_config config = all_layers();
    return sn_config_to_json(&config, text, err);
}

static void no_memory_leaves_nothing_out(void **state)
{
    (void)state;
    assert_failures_are_told(make_config);
}

/* A configuration whose layer number 2 has this text behind its fields. */
static const char *with_inputs(const char *inputs)
{
    static char text[2000];
    static const char before[] = "\"mode\":\"max_mean\"";
    const char *const rest = strstr(TEXT, before) + sizeof before - 1;
    (void)snprintf(text, sizeof text, "%.*s%s%s", (int)(rest - TEXT), TEXT, inputs, rest);
    return text;
}

static void inputs_are_earlier_layers_by_number(void **state)
{
    (void)state;
    char *text;
    sn_model_config config;
    const char *const given = with_inputs(",\"inputs\":[0,1]");
    assert_int_equal(sn_config_from_json(&config, given, "m", NULL), SEQNET_OK);
    assert_int_equal(config.layers[1].input_count, 0);
    assert_int_equal(config.layers[2].input_count, 2);
    assert_int_equal(config.layers[2].inputs[1], 1);
    assert_int_equal(sn_config_to_json(&config, &text, NULL), SEQNET_OK);
    assert_string_equal(text, given);
    free(text);
}

static void other_inputs_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"[]",      "[99]",  "[-1]",   "[0.5]",
                                      "[\"a\"]", "1",     "{}",     "null",
                                      "[1e308]", "[[0]]", "[true]", "[0,0,0,0,0,0,0,0,0]"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char inputs[80];
        sn_model_config config;
        seqnet_error err = {0};
        (void)snprintf(inputs, sizeof inputs, ",\"inputs\":%s", bad[i]);
        assert_failure(
            sn_config_from_json(&config, with_inputs(inputs), "m", &err), &err, SEQNET_ERR_MODEL,
            "m: its configuration is damaged: 'inputs' is not a list of the numbers of layers");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_text_stays_what_fingerprints_are_made_of),
        cmocka_unit_test(it_is_read_back),
        cmocka_unit_test(inputs_are_earlier_layers_by_number),
        cmocka_unit_test(other_inputs_are_refused),
        cmocka_unit_test(any_number_of_labels_is_read_back),
        cmocka_unit_test(a_temperature_is_read_back),
        cmocka_unit_test(damaged_temperatures_are_refused),
        cmocka_unit_test(damaged_numbers_of_labels_are_refused),
        cmocka_unit_test(usual_values_are_left_out),
        cmocka_unit_test(other_values_are_read_back),
        cmocka_unit_test(the_longest_configuration_is_read_back),
        cmocka_unit_test(what_a_cell_can_be_is_written_and_read),
        cmocka_unit_test(no_memory_leaves_nothing_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
