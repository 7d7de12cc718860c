/* Labels that are none of those known beforehand: counted, and refused with a remedy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "foreign_label.h"

static void count(sn_string_set *met, seqnet_reading *reading, const char *label)
{
    assert_int_equal(sn_foreign_label_count(met, reading, label, strlen(label), NULL), SEQNET_OK);
}

static void rows_and_labels_are_counted(void **state)
{
    (void)state;
    sn_string_set met = {0};
    seqnet_reading reading = {0};
    count(&met, &reading, "a");
    count(&met, &reading, "b");
    count(&met, &reading, "a");
    assert_int_equal(reading.foreign_rows, 3);
    assert_int_equal(reading.foreign_labels, 2);
    assert_string_equal(reading.foreign, "'a', 'b'");
    sn_string_set_free(&met);
}

/* Only whole labels are listed, as many as there is room for. */
static void many_and_long_labels(void **state)
{
    (void)state;
    sn_string_set met = {0};
    seqnet_reading reading = {0};
    char label[100];
    memset(label, 'x', 99);
    label[99] = '\0';
    count(&met, &reading, label);
    assert_string_equal(reading.foreign, "");
    for (int i = 0; i < 1000; i++) {
        (void)snprintf(label, sizeof label, "label%d", i);
        count(&met, &reading, label);
    }
    assert_int_equal(reading.foreign_labels, 1001);
    assert_true(strlen(reading.foreign) < sizeof reading.foreign);
    assert_true(reading.foreign[strlen(reading.foreign) - 1] == '\'');
    sn_string_set_free(&met);
}

static void the_refusal_names_a_remedy(void **state)
{
    (void)state;
    sn_string_set known = {0};
    size_t number;
    seqnet_error err = {0};
    assert_int_equal(sn_string_set_add(&known, "pos", 3, &number, NULL), SEQNET_OK);
    assert_int_equal(sn_string_set_add(&known, "neg", 3, &number, NULL), SEQNET_OK);
    assert_int_equal(sn_foreign_label_refuse(&known, "the model's", "a.csv:7", "Pos", 3, &err),
                     SEQNET_ERR_DATA);
    assert_string_equal(err.message,
                        "a.csv:7: the label 'Pos' is none of the model's (pos, neg); rename it "
                        "with .map 'Pos=pos', or drop its rows with 'Pos='");
    assert_int_equal(sn_foreign_label_refuse(&known, "the model's", "a.csv:7", "x", 1, &err),
                     SEQNET_ERR_DATA);
    assert_non_null(strstr(err.message, "'x=NAME'"));
    sn_string_set_free(&known);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rows_and_labels_are_counted),
                                       cmocka_unit_test(many_and_long_labels),
                                       cmocka_unit_test(the_refusal_names_a_remedy)};
    return cmocka_run_group_tests_name("foreign labels", tests, NULL, NULL);
}
