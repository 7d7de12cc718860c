/* Groups of rows by words and by the values of a field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "slices.h"
#include "support.h"

enum { ROWS = 6 };

static const row_place PLACES[ROWS] = {{SEQNET_TRAIN, 0}, {SEQNET_TRAIN, 1}, {SEQNET_TRAIN, 2},
                                       {SEQNET_TRAIN, 3}, {SEQNET_TRAIN, 4}, {SEQNET_TRAIN, 5}};
static const bool RIGHT[ROWS] = {true, false, true, true, false, true};

/* Six rows with these values in a column. */
static seqnet_dataset *rows_with(const char *const values[ROWS])
{
    char text[1024] = "label,text,value\n";
    for (size_t i = 0; i < ROWS; i++) {
        const size_t used = strlen(text);
        (void)snprintf(text + used, sizeof text - used, "%s,%s,%s\n", i % 2 ? "a" : "b",
                       i == 5 ? "one two three four five six seven eight nine ten eleven" : "one",
                       values[i]);
    }
    const test_path path = write_text("rows.csv", text);
    seqnet_error err = {0};
    seqnet_dataset *dataset = NULL;
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.keep_texts = options.records.keep_fields = true;
    assert_ok(seqnet_dataset_load(&dataset, path.text, &options, &err), &err);
    return dataset;
}

static sliced_rows all_of(const seqnet_dataset *dataset)
{
    return (sliced_rows){
        .dataset = dataset, .data = "rows.csv", .places = PLACES, .right = RIGHT, .count = ROWS};
}

/* "NAME right/rows|" for each slice. */
static void assert_slices(const slice_table *table, const char *expected)
{
    char text[512] = "";
    for (size_t i = 0; i < table->count; i++) {
        const size_t used = strlen(text);
        (void)snprintf(text + used, sizeof text - used, "%s %zu/%zu|", table->slices[i].name,
                       table->slices[i].right, table->slices[i].rows);
    }
    assert_string_equal(text, expected);
}

static void assert_by_value(const char *const values[ROWS], const char *expected)
{
    seqnet_dataset *const dataset = rows_with(values);
    const sliced_rows rows = all_of(dataset);
    slice_table table = {0};
    seqnet_error err = {0};
    assert_ok(slice_by_field(&rows, "value", &table, &err), &err);
    assert_slices(&table, expected);
    free_slices(&table);
    seqnet_dataset_free(dataset);
}

static void values_have_those_with_most_rows_first(void **state)
{
    (void)state;
    assert_by_value((const char *const[]){"y", "x", "x", "", "z", "x"}, "x 2/3| 1/1|y 1/1|z 0/1|");
}

static void dates_become_months_in_their_order(void **state)
{
    (void)state;
    assert_by_value((const char *const[]){"2024-02-01", "2023-12-31", "2024-02-09T10:00", "",
                                          "2024-01-01", "2024-01"},
                    " 1/1|2023-12 0/1|2024-01 1/2|2024-02 2/2|");
}

static void what_only_begins_like_dates_does_not(void **state)
{
    (void)state;
    assert_by_value((const char *const[]){"2024-02-011", "2024-02-01", "2024-02-01", "2024-02-01",
                                          "2024-02-02", "2024-02-02"},
                    "2024-02-01 2/3|2024-02-02 1/2|2024-02-011 1/1|");
}

static void by_words(void **state)
{
    (void)state;
    seqnet_dataset *const dataset = rows_with((const char *const[]){"y", "x", "x", "", "z", "x"});
    const sliced_rows rows = all_of(dataset);
    slice_table lengths = {0}, unknowns = {0};
    seqnet_error err = {0};
    assert_ok(slice_by_words(&rows, &lengths, &unknowns, &err), &err);
    assert_slices(&lengths, "up to 10 words 3/5|11 to 25 words 1/1|");
    assert_int_equal(unknowns.slices[0].rows + (unknowns.count > 1 ? unknowns.slices[1].rows : 0),
                     ROWS);
    free_slices(&lengths);
    free_slices(&unknowns);
    seqnet_dataset_free(dataset);
}

static void a_field_that_is_not_there(void **state)
{
    (void)state;
    seqnet_dataset *const dataset = rows_with((const char *const[]){"y", "x", "x", "", "z", "x"});
    const sliced_rows rows = all_of(dataset);
    slice_table table = {0};
    seqnet_error err = {0};
    assert_int_equal(slice_by_field(&rows, "nix", &table, &err), SEQNET_ERR_DATA);
    assert_string_equal(err.message,
                        "rows.csv: has no column 'nix' beside text and label; choose value");
    free_slices(&table);
    seqnet_dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_have_those_with_most_rows_first),
        cmocka_unit_test(dates_become_months_in_their_order),
        cmocka_unit_test(what_only_begins_like_dates_does_not),
        cmocka_unit_test(by_words),
        cmocka_unit_test(a_field_that_is_not_there),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
