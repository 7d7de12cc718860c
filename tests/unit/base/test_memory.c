/* Allocation: overflow is a failure, floats are aligned, growth keeps what was there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "available.h"
#include "memory.h"
#include "support.h"

/* AddressSanitizer ends the program on an impossible size unless told to behave like malloc. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

static void allocates_zeroed_elements(void **state)
{
    (void)state;
    uint32_t *numbers = NULL;
    assert_int_equal(sn_alloc(&numbers, 1000, sizeof *numbers, NULL), SEQNET_OK);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(numbers[i], 0);
    free(numbers);
}

static void no_elements_are_a_valid_pointer(void **state)
{
    (void)state;
    char *bytes = NULL;
    float *floats = NULL;
    assert_int_equal(sn_alloc(&bytes, 0, 1, NULL), SEQNET_OK);
    assert_non_null(bytes);
    free(bytes);
    assert_int_equal(sn_alloc_floats(&floats, 0, NULL), SEQNET_OK);
    assert_non_null(floats);
    free(floats);
}

static void an_overflowing_size_is_out_of_memory(void **state)
{
    (void)state;
    seqnet_error err = {0};
    uint32_t dummy = 0, *numbers = &dummy;
    assert_int_equal(sn_alloc(&numbers, SIZE_MAX / 2 + 1, sizeof *numbers, &err),
                     SEQNET_ERR_MEMORY);
    assert_null(numbers);
    assert_int_equal(err.status, SEQNET_ERR_MEMORY);
    assert_non_null(strstr(err.message, "out of memory"));
}

static void too_many_floats_are_out_of_memory(void **state)
{
    (void)state;
    static const size_t counts[] = {SIZE_MAX, SIZE_MAX / 4, SIZE_MAX / 4 - 8, SIZE_MAX / 8};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        seqnet_error err = {0};
        float dummy = 0.0F, *floats = &dummy;
        assert_int_equal(sn_alloc_floats(&floats, counts[i], &err), SEQNET_ERR_MEMORY);
        assert_null(floats);
        assert_int_equal(err.status, SEQNET_ERR_MEMORY);
    }
}

static void floats_start_on_a_cache_line(void **state)
{
    (void)state;
    for (size_t count = 1; count < 200; count += 3) {
        float *floats = NULL;
        assert_int_equal(sn_alloc_floats(&floats, count, NULL), SEQNET_OK);
        assert_int_equal((uintptr_t)floats % 64, 0);
        for (size_t i = 0; i < count; i++)
            floats[i] = 1.0F;
        free(floats);
    }
}

static void growth_keeps_the_elements_and_is_geometric(void **state)
{
    (void)state;
    enum { COUNT = 100000 };
    size_t *numbers = NULL, capacity = 0, moves = 0;
    for (size_t i = 0; i < COUNT; i++) {
        const size_t before = capacity;
        assert_int_equal(sn_grow(&numbers, &capacity, i + 1, sizeof *numbers, NULL), SEQNET_OK);
        assert_true(capacity > i);
        moves += capacity != before;
        numbers[i] = i;
    }
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(numbers[i], i);
    assert_in_range(moves, 1, 20);
    free(numbers);
}

static void enough_room_is_left_alone(void **state)
{
    (void)state;
    char *bytes = NULL;
    size_t capacity = 0;
    assert_int_equal(sn_grow(&bytes, &capacity, 0, 1, NULL), SEQNET_OK);
    assert_null(bytes);
    assert_int_equal(sn_grow(&bytes, &capacity, 10, 1, NULL), SEQNET_OK);
    const char *const before = bytes;
    const size_t room = capacity;
    assert_int_equal(sn_grow(&bytes, &capacity, room, 1, NULL), SEQNET_OK);
    assert_ptr_equal(bytes, before);
    assert_int_equal(capacity, room);
    free(bytes);
}

static void a_failed_growth_keeps_the_old_array(void **state)
{
    (void)state;
    static const size_t needs[] = {SIZE_MAX, SIZE_MAX / 2 + 2, SIZE_MAX / 8 + 1, SIZE_MAX / 8};
    seqnet_error err = {0};
    uint64_t *numbers = NULL;
    size_t capacity = 0;
    assert_int_equal(sn_grow(&numbers, &capacity, 1, sizeof *numbers, NULL), SEQNET_OK);
    numbers[0] = 42;
    const size_t before = capacity;
    for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++) {
        assert_int_equal(sn_grow(&numbers, &capacity, needs[i], sizeof *numbers, &err),
                         SEQNET_ERR_MEMORY);
        assert_int_equal(capacity, before);
        assert_true(numbers[0] == 42);
    }
    free(numbers);
}

static void copies_bytes_and_ends_them(void **state)
{
    (void)state;
    char *copy = NULL;
    assert_int_equal(sn_copy_string(&copy, "words and more", 5, NULL), SEQNET_OK);
    assert_string_equal(copy, "words");
    free(copy);
    assert_int_equal(sn_copy_string(&copy, "", 0, NULL), SEQNET_OK);
    assert_string_equal(copy, "");
    free(copy);
}

static void a_string_of_the_largest_size_is_out_of_memory(void **state)
{
    (void)state;
    seqnet_error err = {0};
    char dummy = 'x', *copy = &dummy;
    assert_int_equal(sn_copy_string(&copy, "x", SIZE_MAX, &err), SEQNET_ERR_MEMORY);
    assert_null(copy);
    assert_int_equal(err.status, SEQNET_ERR_MEMORY);
}

/* More than any machine has, in numbers that can be multiplied. */
enum { ABSURD = 1000000 };

static void an_absurd_size_is_told(void **state)
{
    (void)state;
    seqnet_error err = {0};
    char *bytes = NULL;
    float *floats = NULL;
    const size_t count = (size_t)5500 * ABSURD;
    assert_failure(sn_alloc(&bytes, count, 1000, &err), &err, SEQNET_ERR_MEMORY,
                   "out of memory for 5.5 TB");
    assert_null(bytes);
    assert_failure(sn_alloc_floats(&floats, count * 250, &err), &err, SEQNET_ERR_MEMORY,
                   "out of memory for 5.5 TB");
    assert_null(floats);
    assert_failure(sn_memory_check(count * 1000, &err), &err, SEQNET_ERR_MEMORY,
                   "out of memory for 5.5 TB");
}

static void growing_to_an_absurd_size_keeps_the_array(void **state)
{
    (void)state;
    seqnet_error err = {0};
    double *numbers = NULL;
    size_t capacity = 0;
    assert_int_equal(sn_grow(&numbers, &capacity, 4, sizeof *numbers, NULL), SEQNET_OK);
    numbers[3] = 42;
    const size_t before = capacity;
    assert_failure(sn_grow(&numbers, &capacity, (size_t)ABSURD * ABSURD, sizeof *numbers, &err),
                   &err, SEQNET_ERR_MEMORY, "out of memory for ");
    assert_int_equal(capacity, before);
    assert_true(numbers[3] == 42);
    free(numbers);
}

static void a_check_of_little_passes_and_of_everything_fails(void **state)
{
    (void)state;
    seqnet_error err = {0};
    if (sn_available_memory("") == SIZE_MAX)
        SKIP_WITHOUT("a machine that tells how much memory is left");
    assert_ok(sn_memory_check(0, &err), &err);
    assert_ok(sn_memory_check(4096, &err), &err);
    assert_failure(sn_memory_check(SIZE_MAX, &err), &err, SEQNET_ERR_MEMORY, "being left");
    assert_failure(sn_memory_check(sn_available_memory(""), &err), &err, SEQNET_ERR_MEMORY,
                   "being left");
    assert_int_equal(sn_memory_check(SIZE_MAX, NULL), SEQNET_ERR_MEMORY);
}

static void filling_counts_up_to_the_next_check(void **state)
{
    (void)state;
    enum { STEP = 1 << 20 };
    seqnet_error err = {0};
    size_t filled = 0, checks = 0;
    for (size_t step = 0; step < 100; step++) {
        const size_t before = filled;
        assert_ok(sn_memory_fill(&filled, STEP, &err), &err);
        checks += filled == 0;
        assert_true(filled == 0 || filled == before + STEP);
    }
    assert_in_range(checks, 1, 20);
}

static void a_place_is_put_around_what_did_not_fit(void **state)
{
    (void)state;
    seqnet_error err = {0};
    const seqnet_status status = sn_memory_check(SIZE_MAX / 2, &err);
    if (status == SEQNET_OK)
        SKIP_WITHOUT("a machine that tells how much memory is left");
    assert_failure(sn_memory_place(status, "rows.csv", "use fewer rows", &err), &err,
                   SEQNET_ERR_MEMORY, "rows.csv: does not fit into the memory (out of memory for ");
    assert_non_null(strstr(err.message, " being left); use fewer rows"));
}

/* The innermost place is the one that is told. */
static void a_second_place_changes_nothing(void **state)
{
    (void)state;
    seqnet_error err = {.status = SEQNET_ERR_MEMORY, .message = "out of memory for 1 GB"}, once;
    (void)sn_memory_place(SEQNET_ERR_MEMORY, "rows.csv", "use fewer rows", &err);
    once = err;
    assert_int_equal(sn_memory_place(SEQNET_ERR_MEMORY, "other", "buy more", &err),
                     SEQNET_ERR_MEMORY);
    assert_string_equal(err.message, once.message);
}

static void only_a_lack_of_memory_has_a_place(void **state)
{
    (void)state;
    seqnet_error err = {.status = SEQNET_ERR_DATA, .message = "rows.csv:1: has no label"};
    assert_int_equal(sn_memory_place(SEQNET_ERR_DATA, "x", "y", &err), SEQNET_ERR_DATA);
    assert_string_equal(err.message, "rows.csv:1: has no label");
    assert_int_equal(sn_memory_place(SEQNET_OK, "x", "y", &err), SEQNET_OK);
    assert_string_equal(err.message, "rows.csv:1: has no label");
    assert_int_equal(sn_memory_place(SEQNET_ERR_MEMORY, "x", "y", NULL), SEQNET_ERR_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(allocates_zeroed_elements),
        cmocka_unit_test(no_elements_are_a_valid_pointer),
        cmocka_unit_test(an_overflowing_size_is_out_of_memory),
        cmocka_unit_test(too_many_floats_are_out_of_memory),
        cmocka_unit_test(floats_start_on_a_cache_line),
        cmocka_unit_test(growth_keeps_the_elements_and_is_geometric),
        cmocka_unit_test(enough_room_is_left_alone),
        cmocka_unit_test(a_failed_growth_keeps_the_old_array),
        cmocka_unit_test(copies_bytes_and_ends_them),
        cmocka_unit_test(a_string_of_the_largest_size_is_out_of_memory),
        cmocka_unit_test(an_absurd_size_is_told),
        cmocka_unit_test(growing_to_an_absurd_size_keeps_the_array),
        cmocka_unit_test(a_check_of_little_passes_and_of_everything_fails),
        cmocka_unit_test(filling_counts_up_to_the_next_check),
        cmocka_unit_test(a_place_is_put_around_what_did_not_fit),
        cmocka_unit_test(a_second_place_changes_nothing),
        cmocka_unit_test(only_a_lack_of_memory_has_a_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
