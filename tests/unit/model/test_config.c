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
#include "kernels.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_text_stays_what_fingerprints_are_made_of),
        cmocka_unit_test(it_is_read_back),
        cmocka_unit_test(what_a_cell_can_be_is_written_and_read),
        cmocka_unit_test(no_memory_leaves_nothing_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
