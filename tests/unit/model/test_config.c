/* A configuration as JSON: the exact text, which goes into fingerprints, and the way back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include <seqnet/seqnet.h>

#include "config.h"
#include "failing_json.h"
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

static void it_is_read_back(void **state)
{
    (void)state;
    char *text;
    sn_model_config config;
    assert_int_equal(sn_config_from_json(&config, TEXT, "m", NULL), SEQNET_OK);
    assert_int_equal(sn_config_to_json(&config, &text, NULL), SEQNET_OK);
    assert_string_equal(text, TEXT);
    free(text);
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
    static const char *const bad[] = {"[]",     "[99]",   "[-1]",  "[0.5]",
                                      "[\"a\"]", "1",     "{}",    "null",
                                      "[1e308]", "[[0]]", "[true]", "[0,0,0,0,0,0,0,0,0]"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char inputs[80];
        sn_model_config config;
        seqnet_error err = {0};
        (void)snprintf(inputs, sizeof inputs, ",\"inputs\":%s", bad[i]);
        assert_failure(sn_config_from_json(&config, with_inputs(inputs), "m", &err), &err,
                       SEQNET_ERR_MODEL, "m: its configuration is damaged: 'inputs' is not a list of the numbers of layers");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_text_stays_what_fingerprints_are_made_of),
        cmocka_unit_test(it_is_read_back),
        cmocka_unit_test(inputs_are_earlier_layers_by_number),
        cmocka_unit_test(other_inputs_are_refused),
        cmocka_unit_test(no_memory_leaves_nothing_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
