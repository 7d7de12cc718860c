/* Rows that repeat an earlier row's words or ids. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dataset.h"
#include "records.h"

/* "train 2 = train 0 same|" for each duplicate. */
static void assert_duplicates(const seqnet_dataset *dataset, const char *expected)
{
    static const char *const parts[SN_PARTS] = {
        [SEQNET_TRAIN] = "train", [SEQNET_TEST] = "test", [SEQNET_VALIDATION] = "val"};
    seqnet_duplicate *duplicates = NULL;
    size_t count = 99;
    seqnet_error err = {0};
    text_log log = {0};
    log_text(&log, "");
    assert_ok(seqnet_dataset_duplicates(dataset, &duplicates, &count, &err), &err);
    for (size_t i = 0; i < count; i++) {
        char line[128];
        (void)snprintf(line, sizeof line, "%s %zu = %s %zu %s|", parts[duplicates[i].part],
                       duplicates[i].row, parts[duplicates[i].first_part], duplicates[i].first_row,
                       duplicates[i].same_label ? "same" : "other");
        log_text(&log, line);
    }
    assert_string_equal(log.text, expected);
    free(log.text);
    free(duplicates);
}

static seqnet_dataset *load(const char *train, const char *test, const char *validation,
                            bool keep_texts, int64_t num_words)
{
    seqnet_error err = {0};
    seqnet_dataset *dataset = NULL;
    seqnet_dataset_options options = seqnet_dataset_options_default();
    const test_path path = write_text("train.csv", train);
    const test_path other = write_text("test.csv", test ? test : "label,text\n");
    const test_path third = write_text("val.csv", validation ? validation : "");
    options.labels.any = true;
    options.keep_texts = keep_texts;
    options.words.num_words = num_words;
    options.splits.test = test ? other.text : NULL;
    options.splits.validation = validation ? third.text : NULL;
    assert_ok(seqnet_dataset_load(&dataset, path.text, &options, &err), &err);
    return dataset;
}

static void assert_duplicates_of(const char *train, const char *test, const char *validation,
                                 const char *expected)
{
    for (int keep = 0; keep < 2; keep++) {
        seqnet_dataset *const dataset = load(train, test, validation, keep, SEQNET_NUM_WORDS_AUTO);
        assert_duplicates(dataset, expected);
        seqnet_dataset_free(dataset);
    }
}

static void repeated_rows_are_duplicates_of_the_first(void **state)
{
    (void)state;
    assert_duplicates_of("label,text\na,one\nb,two\na,one\nb,one\na,three\nb,two\n", NULL, NULL,
                         "train 2 = train 0 same|train 3 = train 0 other|train 5 = train 1 same|");
    assert_duplicates_of("label,text\na,one\nb,two\n", NULL, NULL, "");
}

/* Training rows come first, then validation rows; the list goes by part. */
static void parts_are_compared_in_order(void **state)
{
    (void)state;
    seqnet_dataset *const dataset =
        load("label,text\na,one\nb,two\n", "label,text\na,two\na,five four\nb,one\n",
             "label,text\na,five four\nb,one\na,one\n", true, SEQNET_NUM_WORDS_AUTO);
    assert_duplicates(dataset, "test 0 = train 1 other|test 1 = val 0 same|test 2 = train 0 other|"
                               "val 1 = train 0 other|val 2 = train 0 same|");
    seqnet_dataset_free(dataset);
}

static void words_count_not_bytes(void **state)
{
    (void)state;
    seqnet_dataset *const dataset =
        load("label,text\na,One  two.\na,one TWO .\nb,onetwo\nb,one two\n", NULL, NULL, true,
             SEQNET_NUM_WORDS_AUTO);
    assert_duplicates(dataset, "train 1 = train 0 same|");
    seqnet_dataset_free(dataset);
}

/* Of ids, unknown words are all alike; of kept texts they are not. */
static void kept_texts_tell_unknown_words_apart(void **state)
{
    (void)state;
    static const char rows[] = "label,text\na,the one\na,the two\na,the the\n";
    seqnet_dataset *dataset = load(rows, NULL, NULL, false, 5);
    assert_duplicates(dataset, "train 1 = train 0 same|");
    seqnet_dataset_free(dataset);
    dataset = load(rows, NULL, NULL, true, 5);
    assert_duplicates(dataset, "");
    seqnet_dataset_free(dataset);
}

/* "ab c" and "a bc" differ although their letters do not; empty rows are equal. */
static void word_ends_count_and_empty_rows_are_equal(void **state)
{
    (void)state;
    assert_duplicates_of("label,text\na,ab c\na,a bc\na,\nb,\"\"\n", NULL, NULL,
                         "train 3 = train 2 other|");
}

static void the_demo_has_duplicates_too(void **state)
{
    (void)state;
    seqnet_duplicate *duplicates;
    size_t count;
    seqnet_dataset *dataset;
    const seqnet_dataset_options options = seqnet_dataset_options_default();
    assert_int_equal(seqnet_dataset_load(&dataset, "builtin:demo:2000", &options, NULL), SEQNET_OK);
    assert_int_equal(seqnet_dataset_duplicates(dataset, &duplicates, &count, NULL), SEQNET_OK);
    for (size_t i = 0; i < count; i++) {
        size_t length, first_length;
        const int32_t *const ids =
            seqnet_dataset_row(dataset, duplicates[i].part, duplicates[i].row, &length, NULL);
        const int32_t *const first = seqnet_dataset_row(
            dataset, duplicates[i].first_part, duplicates[i].first_row, &first_length, NULL);
        assert_int_equal(length, first_length);
        assert_memory_equal(ids, first, length * sizeof *ids);
    }
    free(duplicates);
    seqnet_dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repeated_rows_are_duplicates_of_the_first),
        cmocka_unit_test(parts_are_compared_in_order),
        cmocka_unit_test(words_count_not_bytes),
        cmocka_unit_test(kept_texts_tell_unknown_words_apart),
        cmocka_unit_test(word_ends_count_and_empty_rows_are_equal),
        cmocka_unit_test(the_demo_has_duplicates_too),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
