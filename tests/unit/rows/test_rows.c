/* Views of rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rows.h"
#include "sequences.h"

/* Rows of 0, 1, 2 and 3 ids, labelled 0 to 3. */
static sn_sequences four_rows(void)
{
    static const int32_t ids[] = {10, 20, 21, 30, 31, 32};
    sn_sequences rows = {0};
    for (size_t i = 0, first = 0; i < 4; first += i++)
        assert_int_equal(sn_sequences_add(&rows, ids + first, i, (int32_t)i, NULL), SEQNET_OK);
    return rows;
}

static void a_view_shows_all_rows(void **state)
{
    (void)state;
    sn_sequences rows = four_rows();
    const sn_rows view = sn_sequences_view(&rows);
    int32_t wide[4] = {0};
    assert_int_equal(view.count, 4);
    assert_null(view.weights);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(sn_rows_length(&view, i), i);
        assert_int_equal(view.labels[i], i);
        if (i)
            assert_int_equal(sn_rows_ids(&view, i, wide)[i - 1], 10 * i + i - 1);
    }
    assert_int_equal(sn_rows_id_count(&view), 6);
    assert_int_equal(sn_rows_id(&view, 5), rows.ids[5]);
    assert_int_equal(sn_rows_longest(&view), 3);
    assert_int_equal(sn_rows_longest(&(sn_rows){0}), 0);
    sn_sequences_free(&rows);
}

static void a_slice_begins_at_its_first_row(void **state)
{
    (void)state;
    sn_sequences rows = four_rows();
    assert_int_equal(sn_sequences_weigh(&rows, NULL), SEQNET_OK);
    assert_true(rows.weights[3] == 1.0F);
    rows.weights[2] = 0.5F;
    const sn_rows view = sn_sequences_view(&rows);
    const sn_rows slice = sn_rows_slice(&view, 2, 1);
    size_t first, end;
    int32_t wide[4] = {0};
    assert_int_equal(slice.count, 1);
    assert_int_equal(sn_rows_length(&slice, 0), 2);
    assert_int_equal(sn_rows_ids(&slice, 0, wide)[0], 20);
    assert_int_equal(slice.labels[0], 2);
    assert_true(slice.weights[0] == 0.5F);
    sn_rows_places(&slice, &first, &end);
    assert_int_equal(sn_rows_id(&slice, first + 1), 21);
    assert_int_equal(end - first, 2);
    sn_sequences_free(&rows);
}

static void nothing_has_an_empty_slice(void **state)
{
    (void)state;
    const sn_rows nothing = {0}, slice = sn_rows_slice(&nothing, 0, 0);
    size_t first = 1, end = 1;
    assert_int_equal(slice.count, 0);
    assert_int_equal(sn_rows_id_count(&slice), 0);
    sn_rows_places(&slice, &first, &end);
    assert_int_equal(end - first, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_view_shows_all_rows),
        cmocka_unit_test(a_slice_begins_at_its_first_row),
        cmocka_unit_test(nothing_has_an_empty_slice),
    };
    return cmocka_run_group_tests_name("rows", tests, NULL, NULL);
}
