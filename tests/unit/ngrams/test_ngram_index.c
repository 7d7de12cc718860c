/* The index of n-grams: every hash that is there is found, and no other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "ngram_index.h"
#include "support.h"

static void assert_all_found(const uint32_t *hashes, size_t count)
{
    sn_ngram_index index;
    seqnet_error err = {0};
    assert_ok(sn_ngram_index_make(&index, hashes, count, &err), &err);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(sn_ngram_index_find(&index, hashes[i]), i);
        if (hashes[i] > 0 && (i == 0 || hashes[i - 1] < hashes[i] - 1))
            assert_int_equal(sn_ngram_index_find(&index, hashes[i] - 1), SIZE_MAX);
        if (hashes[i] < UINT32_MAX && (i + 1 == count || hashes[i + 1] > hashes[i] + 1))
            assert_int_equal(sn_ngram_index_find(&index, hashes[i] + 1), SIZE_MAX);
    }
    sn_ngram_index_free(&index);
}

static void nothing_is_found_in_nothing(void **state)
{
    (void)state;
    sn_ngram_index index;
    assert_int_equal(sn_ngram_index_make(&index, NULL, 0, NULL), SEQNET_OK);
    static const uint32_t hashes[] = {0, 1, 1U << 28, 1U << 31, UINT32_MAX};
    for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++)
        assert_int_equal(sn_ngram_index_find(&index, hashes[i]), SIZE_MAX);
    sn_ngram_index_free(&index);
    sn_ngram_index_free(&index);
}

static void the_ends_are_found(void **state)
{
    (void)state;
    static const uint32_t ends[] = {0, 1, UINT32_MAX - 1, UINT32_MAX};
    assert_all_found(ends, 4);
    assert_all_found(ends, 1);
    assert_all_found(ends + 3, 1);
}

static void many_are_found(void **state)
{
    (void)state;
    enum { COUNT = 20000 };
    uint32_t *const hashes = malloc(COUNT * sizeof *hashes);
    for (uint32_t i = 0; i < COUNT; i++)
        hashes[i] = i * (UINT32_MAX / COUNT) + i * 7919 % 1000;
    assert_all_found(hashes, COUNT);
    for (uint32_t i = 0; i < COUNT; i++) /* all in few buckets */
        hashes[i] = UINT32_MAX - 2 * (COUNT - i);
    assert_all_found(hashes, 300);
    assert_all_found(hashes + COUNT - 300, 300);
    free(hashes);
}

static void hashes_that_do_not_ascend_are_refused(void **state)
{
    (void)state;
    static const uint32_t equal[] = {1, 2, 2}, falling[] = {3, 2};
    sn_ngram_index index;
    seqnet_error err = {0};
    assert_failure(sn_ngram_index_make(&index, equal, 3, &err), &err, SEQNET_ERR_DATA, "ascend");
    sn_ngram_index_free(&index);
    assert_failure(sn_ngram_index_make(&index, falling, 2, &err), &err, SEQNET_ERR_DATA, "ascend");
    sn_ngram_index_free(&index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_found_in_nothing),
        cmocka_unit_test(the_ends_are_found),
        cmocka_unit_test(many_are_found),
        cmocka_unit_test(hashes_that_do_not_ascend_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
