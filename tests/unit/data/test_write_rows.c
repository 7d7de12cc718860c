/* Chosen rows written with fields added, and what rows say of their words and fields. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dataset.h"
#include "npz_file.h"
#include "records.h"

static int make_quiet_folder(void **state)
{
    return make_folder(state) || unsetenv("SEQNET_DATA") || setenv("HOME", test_folder, 1);
}

static seqnet_dataset *load(const char *name, const char *text, bool keep_fields)
{
    const test_path path = write_text(name, text);
    seqnet_error err = {0};
    seqnet_dataset *dataset = NULL;
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.keep_texts = true;
    options.records.keep_fields = keep_fields;
    options.labels.any = true;
    options.words.num_words = 6; /* ids 0 to 5: two words are known */
    assert_ok(seqnet_dataset_load(&dataset, path.text, &options, &err), &err);
    return dataset;
}

/* The bytes of a file as a text, which the caller frees. */
static char *read_text(const char *name)
{
    const test_path path = in_folder(name);
    FILE *const file = fopen(path.text, "rb");
    char *const text = calloc(1, 4096);
    assert_true(file && text);
    assert_true(fread(text, 1, 4095, file) > 0);
    (void)fclose(file);
    return text;
}

static const char ROWS[] = "id,label,text,date\n"
                           "1,pos,\"good, good\",2024-01-02\n"
                           "2,neg,bad film,\n"
                           "3,pos,good bad,2024-02-03\n";

static const char *const NAMES[] = {"prediction", "probability"};
static const bool ARE_JSON[] = {false, true};
static const seqnet_added_fields ADDED = {.names = NAMES, .are_json = ARE_JSON, .count = 2};
static const char *const FIRST[] = {"neg", "0.75"}, *const SECOND[] = {"a \"b\"", "0.5"};
static const seqnet_written_row CHOSEN[] = {
    {.part = SEQNET_TRAIN, .row = 2, .values = FIRST},
    {.part = SEQNET_TRAIN, .row = 0, .values = SECOND},
};

static void assert_written(const seqnet_dataset *dataset, const char *name, const char *expected)
{
    const test_path path = in_folder(name);
    seqnet_error err = {0};
    bool replaced = true;
    assert_ok(seqnet_dataset_write_rows(dataset, CHOSEN, 2, &ADDED, path.text, &replaced, &err),
              &err);
    assert_false(replaced);
    assert_file_is(path.text, expected);
}

static void rows_keep_their_columns(void **state)
{
    (void)state;
    seqnet_dataset *const dataset = load("rows.csv", ROWS, true);
    assert_written(dataset, "out.csv",
                   "id,label,text,date,prediction,probability\n"
                   "3,pos,good bad,2024-02-03,neg,0.75\n"
                   "1,pos,\"good, good\",2024-01-02,\"a \"\"b\"\"\",0.5\n");
    assert_written(dataset, "out.jsonl",
                   "{\"id\":\"3\",\"label\":\"pos\",\"text\":\"good bad\",\"date\":\"2024-02-03\","
                   "\"prediction\":\"neg\",\"probability\":0.75}\n"
                   "{\"id\":\"1\",\"label\":\"pos\",\"text\":\"good, good\",\"date\":"
                   "\"2024-01-02\",\"prediction\":\"a \\\"b\\\"\",\"probability\":0.5}\n");
    seqnet_dataset_free(dataset);
}

static void rows_without_columns_have_a_place(void **state)
{
    (void)state;
    seqnet_dataset *const dataset =
        load("rows.ft", "__label__pos good\n__label__neg bad\n__label__pos fine\n", true);
    const test_path path = in_folder("out.csv");
    seqnet_error err = {0};
    assert_ok(seqnet_dataset_write_rows(dataset, CHOSEN, 1, &ADDED, path.text, NULL, &err), &err);
    char *const text = read_text("out.csv");
    assert_non_null(strstr(text, "label,text,source,line,prediction,probability\npos,fine,"));
    assert_non_null(strstr(text, "rows.ft,3,neg,0.75\n"));
    free(text);
    seqnet_dataset_free(dataset);
}

static void what_cannot_be_written_is_refused(void **state)
{
    (void)state;
    seqnet_dataset *const dataset = load("rows.csv", ROWS, true);
    const test_path text = in_folder("out.ft"), taken = in_folder("taken.csv");
    static const char *const names[] = {"date", "probability"};
    const seqnet_added_fields added = {.names = names, .are_json = ARE_JSON, .count = 2};
    seqnet_error err = {0};
    assert_int_equal(seqnet_dataset_write_rows(dataset, CHOSEN, 1, &ADDED, text.text, NULL, &err),
                     SEQNET_ERR_USAGE);
    assert_int_equal(seqnet_dataset_write_rows(dataset, CHOSEN, 1, &added, taken.text, NULL, &err),
                     SEQNET_ERR_DATA);
    assert_non_null(strstr(err.message, "has a column 'date' already"));
    seqnet_dataset_free(dataset);
}

static void fields_of_rows(void **state)
{
    (void)state;
    seqnet_dataset *const dataset = load("rows.csv", ROWS, true);
    const size_t date = seqnet_dataset_find_field(dataset, "date");
    char *text;
    size_t length;
    assert_int_equal(date, 1);
    assert_true(seqnet_dataset_find_field(dataset, "text") == SIZE_MAX);
    assert_int_equal(seqnet_dataset_row_field(dataset, SEQNET_TRAIN, 0, date, &text, &length, NULL),
                     SEQNET_OK);
    assert_string_equal(text, "2024-01-02");
    assert_int_equal(length, 10);
    free(text);
    assert_int_equal(seqnet_dataset_row_field(dataset, SEQNET_TRAIN, 1, date, &text, &length, NULL),
                     SEQNET_OK);
    assert_string_equal(text, "");
    free(text);
    seqnet_dataset_free(dataset);
}

static void words_of_rows(void **state)
{
    (void)state;
    seqnet_dataset *const dataset = load("rows.csv", ROWS, false);
    size_t unknown;
    assert_int_equal(seqnet_dataset_row_words(dataset, SEQNET_TRAIN, 0, &unknown), 3);
    assert_int_equal(unknown, 1); /* the comma */
    assert_int_equal(seqnet_dataset_row_words(dataset, SEQNET_TRAIN, 1, &unknown), 2);
    assert_int_equal(unknown, 1);
    assert_int_equal(seqnet_dataset_field_count(dataset), 0);
    seqnet_dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_keep_their_columns),
        cmocka_unit_test(rows_without_columns_have_a_place),
        cmocka_unit_test(what_cannot_be_written_is_refused),
        cmocka_unit_test(fields_of_rows),
        cmocka_unit_test(words_of_rows),
    };
    return cmocka_run_group_tests(tests, make_quiet_folder, remove_folder);
}
