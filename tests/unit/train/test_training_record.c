/* The training record: what it tells of a training, and that nothing is left out for want of
 * memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <seqnet/seqnet.h>

#include "failing_json.h"
#include "training_record.h"

static const sn_epoch_record EPOCHS[] = {{0.5, 0.7, 0.625, 0.6875, 0.25},
                                         {0.75, 0.5, (double)NAN, (double)NAN, 0.25}};

/* Rows of an archive of ids: no records were read. */
static const sn_origin ORIGIN = {
    .hash = "4567", .seed = UINT64_MAX, .test_split = 0.125, .validation_split = 0.25};

static sn_training_record some_record(void)
{
    return (sn_training_record){.origin = &ORIGIN,
                                .data = "reviews.csv",
                                .data_hash = "0123",
                                .train_rows = 70,
                                .validation_rows = 17,
                                .validation_split = 0.25,
                                .threads = 3,
                                .kept_epoch = 1,
                                .stopped = "finished",
                                .history = EPOCHS,
                                .epochs_run = 2};
}

static cJSON *parse(const sn_training_record *record, const seqnet_train_options *options)
{
    char *text;
    assert_int_equal(sn_training_record_to_json(&text, record, options, NULL), SEQNET_OK);
    cJSON *const root = cJSON_Parse(text);
    free(text);
    assert_non_null(root);
    return root;
}

static double number(const cJSON *object, const char *key)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(object, key);
    assert_true(cJSON_IsNumber(item));
    return item->valuedouble;
}

static void a_refit_is_told_with_its_rows(void **state)
{
    (void)state;
    const seqnet_train_options options = seqnet_train_options_default();
    sn_training_record record = some_record();
    cJSON *root = parse(&record, &options);
    assert_true(cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(root, "refit")));
    assert_false(cJSON_HasObjectItem(root, "refit_rows"));
    assert_false(cJSON_HasObjectItem(root, "refit_epochs"));
    cJSON_Delete(root);
    record.is_refitted = true; /* n-grams have no epochs */
    root = parse(&record, &options);
    assert_true(cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(root, "refit")));
    assert_false(cJSON_HasObjectItem(root, "refit_epochs"));
    cJSON_Delete(root);
    record.refit_epochs = 4;
    root = parse(&record, &options);
    assert_true(cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(root, "refit")));
    assert_true(number(root, "refit_rows") == 87.0);
    assert_true(number(root, "refit_epochs") == 4.0);
    cJSON_Delete(root);
}

static void what_the_best_epoch_is_best_in_is_told(void **state)
{
    (void)state;
    static const char *const names[] = {
        [SEQNET_VAL_ACCURACY] = "val_acc", [SEQNET_VAL_LOSS] = "val_loss"};
    const sn_training_record record = some_record();
    for (int monitor = SEQNET_VAL_ACCURACY; monitor <= SEQNET_VAL_LOSS; monitor++) {
        seqnet_train_options options = seqnet_train_options_default();
        options.monitor = (seqnet_monitor)monitor;
        cJSON *const root = parse(&record, &options);
        const cJSON *const made = cJSON_GetObjectItemCaseSensitive(root, "options");
        assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(made, "monitor")),
                            names[monitor]);
        cJSON_Delete(root);
    }
}

static void assert_options(const seqnet_train_options *options, const char *wanted)
{
    const sn_training_record record = some_record();
    cJSON *const root = parse(&record, options);
    char *const text = cJSON_PrintUnformatted(cJSON_GetObjectItemCaseSensitive(root, "options"));
    assert_string_equal(text, wanted);
    cJSON_free(text);
    cJSON_Delete(root);
}

static void the_optimizer_is_told_with_what_was_asked_of_it(void **state)
{
    (void)state;
    seqnet_train_options options = seqnet_train_options_default();
    assert_options(&options, "{\"preset\":\"keras\",\"optimizer\":\"rmsprop\",\"lr\":0.001,"
                             "\"batch_size\":128,\"epochs\":10,\"validation_split\":0.25,"
                             "\"monitor\":\"val_acc\"}");
    options.optimizer = SEQNET_SGD;
    options.momentum = 0.5;
    options.nesterov = true;
    options.schedule = SEQNET_SCHEDULE_COSINE;
    options.warmup = 20.0;
    options.clip_norm = 1.5;
    options.l2 = 0.25;
    assert_options(&options, "{\"preset\":\"keras\",\"optimizer\":\"sgd\",\"lr\":0.001,"
                             "\"momentum\":0.5,\"nesterov\":true,\"schedule\":\"cosine\","
                             "\"warmup\":20,\"clip_norm\":1.5,\"l2\":0.25,"
                             "\"batch_size\":128,\"epochs\":10,\"validation_split\":0.25,"
                             "\"monitor\":\"val_acc\"}");
    options = seqnet_train_options_default();
    options.preset = SEQNET_PRESET_IDS;
    assert_options(&options, "{\"preset\":\"ids\",\"optimizer\":\"rmsprop\",\"lr\":0.001,"
                             "\"batch_size\":128,\"epochs\":10,\"validation_split\":0.25,"
                             "\"monitor\":\"val_acc\"}");
    options = seqnet_train_options_default();
    options.optimizer = SEQNET_ADAMW;
    options.weight_decay = 0.5;
    options.schedule = SEQNET_SCHEDULE_LINEAR;
    assert_options(&options, "{\"preset\":\"keras\",\"optimizer\":\"adamw\",\"lr\":0.001,"
                             "\"weight_decay\":0.5,\"schedule\":\"linear\","
                             "\"batch_size\":128,\"epochs\":10,\"validation_split\":0.25,"
                             "\"monitor\":\"val_acc\"}");
}

static void a_measure_that_does_not_exist_is_left_out(void **state)
{
    (void)state;
    const seqnet_train_options options = seqnet_train_options_default();
    const sn_training_record record = some_record();
    cJSON *const root = parse(&record, &options);
    const cJSON *const history = cJSON_GetObjectItemCaseSensitive(root, "history");
    assert_int_equal(cJSON_GetArraySize(history), 2);
    assert_true(number(cJSON_GetArrayItem(history, 0), "val_loss") == 0.6875);
    assert_false(cJSON_HasObjectItem(cJSON_GetArrayItem(history, 1), "val_loss"));
    cJSON_Delete(root);
}

/* Names of files and the command line are bytes. */
static void bytes_that_are_not_utf8_are_replaced(void **state)
{
    (void)state;
    seqnet_train_options options = seqnet_train_options_default();
    options.command_line = "seqnet train caf\xe9.csv";
    sn_training_record record = some_record();
    record.data = "caf\xe9.csv";
    cJSON *const root = parse(&record, &options);
    assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, "data")),
                        "caf\xef\xbf\xbd.csv");
    assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, "command")),
                        "seqnet train caf\xef\xbf\xbd.csv");
    cJSON_Delete(root);
}

static void a_seed_keeps_all_of_its_digits(void **state)
{
    (void)state;
    char *text;
    seqnet_train_options options = seqnet_train_options_default();
    options.seed = 18446744073709551615U;
    const sn_training_record record = some_record();
    assert_int_equal(sn_training_record_to_json(&text, &record, &options, NULL), SEQNET_OK);
    assert_non_null(strstr(text, "\"seed\":18446744073709551615,"));
    free(text);
}

static seqnet_status make_record(char **text, seqnet_error *err)
{
    seqnet_train_options options = seqnet_train_options_default();
    options.command_line = "seqnet train reviews.csv";
    options.class_weight = "balanced";
    sn_training_record record = some_record();
    record.is_refitted = true;
    record.refit_epochs = 2;
    return sn_training_record_to_json(text, &record, &options, err);
}

static void no_memory_leaves_nothing_out(void **state)
{
    (void)state;
    assert_failures_are_told(make_record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refit_is_told_with_its_rows),
        cmocka_unit_test(what_the_best_epoch_is_best_in_is_told),
        cmocka_unit_test(the_optimizer_is_told_with_what_was_asked_of_it),
        cmocka_unit_test(a_measure_that_does_not_exist_is_left_out),
        cmocka_unit_test(bytes_that_are_not_utf8_are_replaced),
        cmocka_unit_test(a_seed_keeps_all_of_its_digits),
        cmocka_unit_test(no_memory_leaves_nothing_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
