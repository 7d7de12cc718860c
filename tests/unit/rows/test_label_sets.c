#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "label_sets.h"

static int32_t add(sn_label_sets *sets, int32_t a, int32_t b, int32_t c, size_t count)
{
    int32_t labels[] = {a, b, c}, number;
    assert_int_equal(sn_label_sets_add(sets, labels, count, &number, NULL), 0);
    return number;
}

static void equal_sets_have_one_number(void **state)
{
    (void)state;
    sn_label_sets sets = {0};
    assert_int_equal(add(&sets, 3, 1, 3, 3), 0);
    assert_int_equal(add(&sets, 0, 0, 0, 0), 1);
    assert_int_equal(add(&sets, 1, 3, 0, 2), 0);
    assert_int_equal(add(&sets, 1, 3, 0, 3), 2);
    assert_int_equal(add(&sets, 0, 0, 0, 0), 1);
    assert_int_equal(sets.count, 3);
    const sn_label_set first = sn_label_sets_get(&sets, 0), none = sn_label_sets_get(&sets, 1);
    assert_int_equal(first.count, 2);
    assert_int_equal(first.labels[0], 1);
    assert_int_equal(first.labels[1], 3);
    assert_int_equal(none.count, 0);
    sn_label_sets_free(&sets);
}

static void a_copy_renames_labels_and_keeps_numbers(void **state)
{
    (void)state;
    static const size_t places[] = {2, 0, 1};
    sn_label_sets sets = {0}, copy;
    (void)add(&sets, 0, 1, 0, 2);
    (void)add(&sets, 2, 0, 0, 1);
    assert_int_equal(sn_label_sets_copy(&copy, &sets, places, NULL), 0);
    const sn_label_set first = sn_label_sets_get(&copy, 0), second = sn_label_sets_get(&copy, 1);
    assert_int_equal(first.labels[0], 0);
    assert_int_equal(first.labels[1], 2);
    assert_int_equal(second.labels[0], 1);
    sn_label_sets_free(&copy);
    assert_int_equal(sn_label_sets_copy(&copy, &sets, NULL, NULL), 0);
    assert_int_equal(sn_label_sets_get(&copy, 0).labels[1], 1);
    sn_label_sets_free(&copy);
    sn_label_sets_free(&sets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_sets_have_one_number),
        cmocka_unit_test(a_copy_renames_labels_and_keeps_numbers),
    };
    return cmocka_run_group_tests_name("label_sets", tests, NULL, NULL);
}
