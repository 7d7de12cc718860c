/* Document frequencies and the choice of n-grams, against a plain count. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ngram_counts.h"
#include "ngram_rows.h"
#include "support.h"

static const sn_ngram_spec SPEC = {
    .words = 2, .characters = 3, .rule = {.kind = SN_TEXT_RULE_UNICODE}};

/* An n-gram with its number of rows. */
typedef struct counted {
    uint32_t hash, rows;
    bool of_characters;
} counted;

static int by_hash(const void *left, const void *right)
{
    const counted *const a = left, *const b = right;
    return (a->hash > b->hash) - (a->hash < b->hash);
}

/* The most frequent first, of equal ones the lowest hash. */
static int by_rows(const void *left, const void *right)
{
    const counted *const a = left, *const b = right;
    return a->rows != b->rows ? (a->rows < b->rows) - (a->rows > b->rows) : by_hash(left, right);
}

/* Counts the n-grams of rows by sorting all of them. Returns the number of distinct ones. */
static size_t count_plainly(const sn_rows *rows, counted **all)
{
    sn_ngram_text scratch = {0};
    size_t count = 0, used = 0, room = 0;
    *all = NULL;
    for (size_t row = 0; row < rows->count; row++) {
        (void)read_ngrams_of(&SPEC, rows->texts[row].text, &scratch);
        if (count + scratch.count >= room)
            *all = realloc(*all, (room = 2 * (count + scratch.count) + 1) * sizeof **all);
        for (size_t i = 0; i < scratch.count; i++)
            (*all)[count++] = (counted){scratch.ngrams[i].hash, 1, i >= scratch.word_count};
    }
    sn_ngram_text_free(&scratch);
    qsort(*all, count, sizeof **all, by_hash);
    for (size_t i = 0; i < count; i++)
        if (used > 0 && (*all)[used - 1].hash == (*all)[i].hash)
            (*all)[used - 1].rows++;
        else
            (*all)[used++] = (*all)[i];
    return used;
}

static void assert_choice(const sn_ngram_rows *rows, counted *all, size_t count,
                          const sn_ngram_choice *choice, size_t threads)
{
    sn_pool *pool;
    sn_ngram_counts counts;
    size_t kept = 0;
    assert_int_equal(sn_pool_create(&pool, threads, NULL), SEQNET_OK);
    assert_int_equal(sn_ngram_counts_make(&counts, rows, &SPEC, choice, pool, NULL), SEQNET_OK);
    counted *const expected = malloc((count + 1) * sizeof *expected);
    for (size_t i = 0; i < count; i++)
        if (all[i].rows >=
            (all[i].of_characters ? choice->min_character_rows : choice->min_word_rows))
            expected[kept++] = all[i];
    qsort(expected, kept, sizeof *expected, by_rows);
    kept = kept < choice->limit ? kept : choice->limit;
    qsort(expected, kept, sizeof *expected, by_hash);
    assert_int_equal(counts.count, kept);
    for (size_t i = 0; i < kept; i++) {
        assert_int_equal(counts.hashes[i], expected[i].hash);
        assert_int_equal(counts.rows[i], expected[i].rows);
    }
    free(expected);
    sn_ngram_counts_free(&counts);
    sn_pool_free(pool);
}

/* More rows than are read at a time, in two parts with an empty one between them. */
static void any_choice_is_as_counted_plainly(void **state)
{
    (void)state;
    enum { ROWS = 4500, FIRST = 4200 };
    static const sn_ngram_choice choices[] = {{1, 1, SIZE_MAX}, {2, 1, SIZE_MAX}, {1, 3, SIZE_MAX},
                                              {1, 1, 100},      {1, 1, 7},        {40, 60, 20},
                                              {5000, 1, 1000},  {5000, 5000, 9},  {3, 3, 100000}};
    text_rows rows = make_text_rows(ROWS);
    uint32_t seed = 3;
    for (size_t row = 0; row < ROWS; row++) {
        char text[TEXT_SIZE];
        random_text(text, row % 7, &seed);
        set_text_row(&rows, row, text, 0);
    }
    const sn_rows parts[] = {
        sn_rows_slice(&rows.view, 0, FIRST), {0}, sn_rows_slice(&rows.view, FIRST, ROWS - FIRST)};
    const sn_ngram_rows all_rows = {parts, 3, NULL};
    counted *all;
    const size_t count = count_plainly(&rows.view, &all);
    assert_true(count > 200);
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
        assert_choice(&all_rows, all, count, &choices[i], i % 2 ? 3 : 1);
    /* With memory for the tables of one walk, of some and of all. */
    for (size_t limit = 1; limit < 1000000; limit *= 10) {
        sn_spill spill = {.limit = limit};
        const sn_ngram_rows spilled = {parts, 3, &spill};
        assert_choice(&spilled, all, count, &choices[limit % 3], 2);
    }
    assert_choice(&all_rows, all, count, &choices[0], 3);
    free(all);
    free_text_rows(&rows);
}

/* Every limit cuts the tied n-grams at the same place, by their hashes. */
static void ties_are_broken_by_hash(void **state)
{
    (void)state;
    static const char *const texts[] = {"a b", "b c", "c a b"};
    text_rows rows = make_rows_of(texts, 3);
    const sn_ngram_rows all_rows = {&rows.view, 1, NULL};
    counted *all;
    const size_t count = count_plainly(&rows.view, &all);
    for (size_t limit = 0; limit <= count + 1; limit++)
        assert_choice(&all_rows, all, count, &(sn_ngram_choice){1, 1, limit}, 1);
    free(all);
    free_text_rows(&rows);
}

static void an_ngram_counts_once_a_row(void **state)
{
    (void)state;
    static const char *const texts[] = {"a a a a", "a", "b", ""};
    const sn_ngram_spec words = {.words = 1, .rule = {.kind = SN_TEXT_RULE_UNICODE}};
    text_rows rows = make_rows_of(texts, 4);
    const sn_ngram_rows all_rows = {&rows.view, 1, NULL};
    sn_pool *pool;
    sn_ngram_counts counts;
    assert_int_equal(sn_pool_create(&pool, 1, NULL), SEQNET_OK);
    assert_int_equal(
        sn_ngram_counts_make(&counts, &all_rows, &words, &(sn_ngram_choice){1, 1, 9}, pool, NULL),
        SEQNET_OK);
    assert_int_equal(counts.count, 2);
    assert_int_equal(counts.rows[0] + counts.rows[1], 3);
    sn_ngram_counts_free(&counts);
    sn_ngram_counts_free(&counts);
    sn_pool_free(pool);
    free_text_rows(&rows);
}

static void no_rows_have_none(void **state)
{
    (void)state;
    text_rows rows = make_rows_of((const char *const[]){""}, 1);
    const sn_rows none = {0};
    const sn_ngram_rows empty = {&rows.view, 1, NULL}, nothing = {&none, 1, NULL};
    counted *all = NULL;
    assert_choice(&empty, all, 0, &(sn_ngram_choice){1, 1, 10}, 1);
    assert_choice(&nothing, all, 0, &(sn_ngram_choice){1, 1, 10}, 3);
    free_text_rows(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_choice_is_as_counted_plainly),
        cmocka_unit_test(ties_are_broken_by_hash),
        cmocka_unit_test(an_ngram_counts_once_a_row),
        cmocka_unit_test(no_rows_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
