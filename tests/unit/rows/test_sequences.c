/* Rows of ids: what is added comes back, through growth, empty rows and reuse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "rng.h"
#include "sequences.h"

static void add(sn_sequences *rows, const int32_t *ids, size_t length, int32_t label)
{
    assert_int_equal(sn_sequences_add(rows, ids, length, label, NULL), SEQNET_OK);
}

static void keeps_rows_of_different_length(void **state)
{
    (void)state;
    sn_sequences rows = {0};
    add(&rows, (const int32_t[]){5, 6, 7}, 3, 1);
    add(&rows, (const int32_t[]){8}, 1, 0);
    assert_int_equal(rows.count, 2);
    assert_int_equal(sn_sequences_length(&rows, 0), 3);
    assert_int_equal(sn_sequences_length(&rows, 1), 1);
    assert_int_equal(sn_sequences_row(&rows, 0)[2], 7);
    assert_int_equal(sn_sequences_row(&rows, 1)[0], 8);
    assert_int_equal(rows.labels[0], 1);
    assert_int_equal(rows.labels[1], 0);
    sn_sequences_free(&rows);
}

static void rows_may_be_empty(void **state)
{
    (void)state;
    sn_sequences rows = {0};
    add(&rows, NULL, 0, 1);
    add(&rows, (const int32_t[]){4}, 1, 0);
    add(&rows, NULL, 0, 0);
    assert_int_equal(rows.count, 3);
    assert_int_equal(sn_sequences_length(&rows, 0), 0);
    assert_int_equal(sn_sequences_length(&rows, 1), 1);
    assert_int_equal(sn_sequences_length(&rows, 2), 0);
    assert_int_equal(sn_sequences_row(&rows, 1)[0], 4);
    sn_sequences_free(&rows);
}

/* Row i holds i, i + 1, ...; with or without room made beforehand. */
static void assert_many_rows(size_t reserved_rows, size_t reserved_ids)
{
    enum { ROWS = 3000, LONGEST = 40 };
    sn_sequences rows = {0};
    sn_rng rng;
    int32_t ids[LONGEST];
    static size_t lengths[ROWS];
    sn_rng_seed(&rng, 1, SN_RNG_INIT);
    if (reserved_rows)
        assert_int_equal(sn_sequences_reserve(&rows, reserved_rows, reserved_ids, NULL), SEQNET_OK);
    for (size_t row = 0; row < ROWS; row++) {
        lengths[row] = (size_t)sn_rng_below(&rng, LONGEST + 1);
        for (size_t i = 0; i < lengths[row]; i++)
            ids[i] = (int32_t)(row + i);
        add(&rows, ids, lengths[row], (int32_t)(row % 2));
    }
    for (size_t row = 0; row < ROWS; row++) {
        assert_int_equal(sn_sequences_length(&rows, row), lengths[row]);
        assert_int_equal(rows.labels[row], row % 2);
        for (size_t i = 0; i < lengths[row]; i++)
            assert_int_equal(sn_sequences_row(&rows, row)[i], row + i);
    }
    sn_sequences_free(&rows);
}

static void grows_without_losing_anything(void **state)
{
    (void)state;
    assert_many_rows(0, 0);
    assert_many_rows(1, 0);
    assert_many_rows(100, 50);
    assert_many_rows(3000, 200000);
}

/* Ids that a file has in two bytes each come back as they were. */
static void narrow_rows_have_the_same_ids(void **state)
{
    (void)state;
    enum { ROWS = 500, MOST = 3 };
    sn_spill spill = {.limit = 100};
    sn_sequences rows = {.spill = &spill};
    int32_t wide[MOST];
    for (int32_t i = 0; i < ROWS; i++)
        add(&rows, (const int32_t[]){i, UINT16_MAX - i, 7}, (size_t)(i % (MOST + 1)), i % 2);
    sn_sequences_narrow(&rows, UINT16_MAX + 2);
    assert_null(rows.narrow);
    sn_sequences_narrow(&rows, UINT16_MAX + 1);
    assert_non_null(rows.narrow);
    assert_null(rows.ids);
    const sn_rows view = sn_sequences_view(&rows);
    assert_true(view.is_mapped);
    for (int32_t i = 0; i < ROWS; i++) {
        const int32_t expected[] = {i, UINT16_MAX - i, 7};
        const size_t length = (size_t)(i % (MOST + 1));
        assert_int_equal(sn_rows_length(&view, (size_t)i), length);
        assert_memory_equal(sn_rows_ids(&view, (size_t)i, wide), expected, length * sizeof *wide);
    }
    sn_rows_read_ahead(&view, (const uint32_t[]){3, 1}, 2);
    sn_sequences_free(&rows);
    assert_int_equal(spill.held + spill.filed, 0);
}

static void rows_of_the_heap_stay_wide(void **state)
{
    (void)state;
    sn_spill spill = {.limit = SIZE_MAX};
    sn_sequences rows = {.spill = &spill};
    add(&rows, (const int32_t[]){5}, 1, 0);
    sn_sequences_narrow(&rows, 6);
    assert_int_equal(rows.ids[0], 5);
    assert_false(sn_sequences_view(&rows).is_mapped);
    sn_sequences_free(&rows);
}

static void a_reserve_is_an_empty_start(void **state)
{
    (void)state;
    sn_sequences rows = {0};
    assert_int_equal(sn_sequences_reserve(&rows, 0, 0, NULL), SEQNET_OK);
    assert_int_equal(rows.count, 0);
    assert_non_null(rows.ids);
    assert_int_equal(rows.offsets[0], 0);
    assert_int_equal(sn_sequences_reserve(&rows, 10, 1000, NULL), SEQNET_OK);
    assert_in_range(rows.ids_capacity, 1000, SIZE_MAX);
    assert_in_range(rows.labels_capacity, 10, SIZE_MAX);
    const int32_t *const ids = rows.ids;
    assert_int_equal(sn_sequences_reserve(&rows, 5, 7, NULL), SEQNET_OK);
    assert_ptr_equal(rows.ids, ids);
    sn_sequences_free(&rows);
}

static void a_reserve_keeps_the_rows(void **state)
{
    (void)state;
    sn_sequences rows = {0};
    add(&rows, (const int32_t[]){1, 2}, 2, 1);
    assert_int_equal(sn_sequences_reserve(&rows, 5000, 100000, NULL), SEQNET_OK);
    assert_int_equal(rows.count, 1);
    assert_int_equal(sn_sequences_length(&rows, 0), 2);
    assert_int_equal(sn_sequences_row(&rows, 0)[1], 2);
    assert_int_equal(rows.labels[0], 1);
    sn_sequences_free(&rows);
}

static void free_leaves_a_usable_struct(void **state)
{
    (void)state;
    sn_sequences rows = {0};
    sn_sequences_free(&rows);
    add(&rows, (const int32_t[]){1}, 1, 0);
    sn_sequences_free(&rows);
    assert_null(rows.ids);
    assert_null(rows.offsets);
    assert_null(rows.labels);
    assert_int_equal(rows.count, 0);
    add(&rows, (const int32_t[]){2}, 1, 0);
    assert_int_equal(sn_sequences_row(&rows, 0)[0], 2);
    sn_sequences_free(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_rows_of_different_length),
        cmocka_unit_test(rows_may_be_empty),
        cmocka_unit_test(grows_without_losing_anything),
        cmocka_unit_test(narrow_rows_have_the_same_ids),
        cmocka_unit_test(rows_of_the_heap_stay_wide),
        cmocka_unit_test(a_reserve_is_an_empty_start),
        cmocka_unit_test(a_reserve_keeps_the_rows),
        cmocka_unit_test(free_leaves_a_usable_struct),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
