/* Arrays that outgrow their memory: what they hold stays, on the heap and in a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "spill.h"
#include "support.h"

enum { MANY = 3000000 };

static void use_folder(const char *path)
{
    assert_int_equal(setenv("TMPDIR", path, 1), 0);
}

/* Appends numbers up to `end` one by one. */
static void fill(sn_spill *spill, sn_spilled *place, uint32_t **numbers, size_t *capacity,
                 size_t first, size_t end)
{
    seqnet_error err = {0};
    for (size_t i = first; i < end; i++) {
        assert_ok(sn_spill_grow(spill, place, numbers, capacity, i + 1, sizeof **numbers, &err),
                  &err);
        (*numbers)[i] = (uint32_t)(i * 7);
    }
}

static void assert_numbers(const uint32_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (numbers[i] != (uint32_t)(i * 7))
            fail_msg("number %zu is %u", i, numbers[i]);
}

static void without_a_spill_arrays_are_on_the_heap(void **state)
{
    (void)state;
    sn_spilled place = {0};
    uint32_t *numbers = NULL;
    size_t capacity = 0;
    fill(NULL, &place, &numbers, &capacity, 0, 1000);
    assert_false(sn_is_spilled(&place));
    assert_numbers(numbers, 1000);
    sn_spill_free(&place, numbers);
}

static void an_array_moves_to_a_file_at_the_limit(void **state)
{
    (void)state;
    sn_spill spill = {.limit = 4096};
    sn_spilled place = {0};
    uint32_t *numbers = NULL;
    size_t capacity = 0;
    fill(&spill, &place, &numbers, &capacity, 0, 1024);
    assert_false(sn_is_spilled(&place));
    assert_int_equal(spill.held, 4096);
    assert_int_equal(spill.most_filed, 0);
    fill(&spill, &place, &numbers, &capacity, 1024, MANY);
    assert_true(sn_is_spilled(&place));
    assert_int_equal(spill.held, 0);
    assert_in_range(spill.filed, MANY * sizeof *numbers, MANY * sizeof *numbers * 3 / 2);
    assert_numbers(numbers, MANY);
    assert_int_equal(count_entries(test_folder), 0); /* the file has no name */
    sn_spill_free(&place, numbers);
    assert_int_equal(spill.filed, 0);
    assert_in_range(spill.most_filed, MANY * sizeof *numbers, SIZE_MAX);
}

static void arrays_share_the_limit(void **state)
{
    (void)state;
    sn_spill spill = {.limit = 6000};
    sn_spilled places[3] = {{0}};
    uint32_t *numbers[3] = {0};
    size_t capacities[3] = {0};
    for (size_t i = 0; i < 3; i++)
        fill(&spill, &places[i], &numbers[i], &capacities[i], 0, 700);
    assert_false(sn_is_spilled(&places[0]));
    assert_true(sn_is_spilled(&places[1]));
    for (size_t i = 0; i < 3; i++) {
        assert_numbers(numbers[i], 700);
        sn_spill_free(&places[i], numbers[i]);
    }
    assert_int_equal(spill.held + spill.filed, 0);
}

static void a_block_has_just_its_bytes(void **state)
{
    (void)state;
    seqnet_error err = {0};
    sn_spill spill = {.limit = 5000};
    sn_spilled heap, file, plain;
    char *small = NULL, *large = NULL, *other = NULL;
    assert_ok(sn_spill_alloc(&spill, &heap, &small, 5000, &err), &err);
    assert_ok(sn_spill_alloc(&spill, &file, &large, 70001, &err), &err);
    assert_ok(sn_spill_alloc(NULL, &plain, &other, 9, &err), &err);
    assert_false(sn_is_spilled(&heap));
    assert_true(sn_is_spilled(&file));
    assert_int_equal(spill.held, 5000);
    small[4999] = large[70000] = other[8] = 1;
    sn_spill_free(&plain, other);
    sn_spill_free(&file, large);
    sn_spill_free(&heap, small);
    assert_int_equal(spill.held + spill.filed, 0);
}

static void a_cut_array_keeps_its_beginning(void **state)
{
    (void)state;
    sn_spill spill = {.limit = 0};
    sn_spilled place = {0};
    uint32_t *numbers = NULL;
    size_t capacity = 0;
    fill(&spill, &place, &numbers, &capacity, 0, MANY);
    const size_t before = spill.filed;
    sn_spill_cut(&place, numbers, 1000 * sizeof *numbers);
    assert_true(spill.filed < before);
    assert_numbers(numbers, 1000);
    sn_spill_cut(&place, numbers, MANY * sizeof *numbers); /* longer than it is */
    assert_numbers(numbers, 1000);
    sn_read_ahead(numbers + 3, 1000);
    sn_read_at_random(numbers, 4000);
    sn_read_in_order(numbers, 4000);
    sn_read_in_order(numbers, 0);
    assert_numbers(numbers, 1000);
    sn_spill_free(&place, numbers);
    assert_int_equal(spill.filed, 0);
}

static void an_array_that_cannot_move_stays_where_it_is(void **state)
{
    (void)state;
    seqnet_error err = {0};
    sn_spill spill = {.limit = 64};
    sn_spilled place = {0};
    uint32_t *numbers = NULL;
    size_t capacity = 0;
    fill(&spill, &place, &numbers, &capacity, 0, 16);
    const test_path nowhere = in_folder("nowhere");
    use_folder(nowhere.text);
    assert_failure(sn_spill_grow(&spill, &place, &numbers, &capacity, 17, sizeof *numbers, &err),
                   &err, SEQNET_ERR_WRITE,
                   "nowhere: a temporary file of 1.05 MB cannot be written");
    assert_failure(sn_spill_grow(&spill, &place, &numbers, &capacity, SIZE_MAX / 4, 4, &err), &err,
                   SEQNET_ERR_MEMORY, "out of memory");
    use_folder(test_folder);
    assert_numbers(numbers, 16);
    fill(&spill, &place, &numbers, &capacity, 16, 100);
    assert_numbers(numbers, 100);
    sn_spill_free(&place, numbers);
}

static void the_limit_is_a_share_of_the_memory(void **state)
{
    (void)state;
    assert_int_equal(sn_spill_make(4000).limit, 1000);
    assert_in_range(sn_spill_make(0).limit, 1, SIZE_MAX);
}

static void folders_have_their_order(void **state)
{
    (void)state;
    assert_string_equal(sn_spill_folder(), test_folder);
    use_folder("");
    assert_string_not_equal(sn_spill_folder(), "");
    use_folder(test_folder);
}

static int set_up(void **state)
{
    const int made = make_folder(state);
    use_folder(test_folder);
    return made;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_spill_arrays_are_on_the_heap),
        cmocka_unit_test(an_array_moves_to_a_file_at_the_limit),
        cmocka_unit_test(arrays_share_the_limit),
        cmocka_unit_test(a_block_has_just_its_bytes),
        cmocka_unit_test(a_cut_array_keeps_its_beginning),
        cmocka_unit_test(an_array_that_cannot_move_stays_where_it_is),
        cmocka_unit_test(the_limit_is_a_share_of_the_memory),
        cmocka_unit_test(folders_have_their_order),
    };
    return cmocka_run_group_tests(tests, set_up, remove_folder);
}
