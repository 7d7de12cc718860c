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
        cmocka_unit_test(usual_values_are_left_out),
        cmocka_unit_test(other_values_are_read_back),
        cmocka_unit_test(the_longest_configuration_is_read_back),
        cmocka_unit_test(no_memory_leaves_nothing_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
