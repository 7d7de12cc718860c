/* Stratified splits: shares of every class, folds that cover all rows once, seeds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "split.h"

enum { ROWS = 1000, CLASSES = 4 };

static const size_t SIZES[CLASSES] = {700, 249, 50, 1};

/* Labels in turn, so that no class is in one piece. */
static void make_labels(int32_t labels[ROWS])
{
    size_t left[CLASSES], row = 0;
    memcpy(left, SIZES, sizeof left);
    while (row < ROWS)
        for (int32_t c = 0; c < CLASSES; c++)
            if (left[c] > 0) {
                left[c]--;
                labels[row++] = c;
            }
}

static void count_chosen(const int32_t *labels, const uint8_t *chosen, size_t counts[CLASSES])
{
    memset(counts, 0, CLASSES * sizeof *counts);
    for (size_t i = 0; i < ROWS; i++) {
        assert_in_range(chosen[i], 0, 1);
        counts[labels[i]] += chosen[i];
    }
}

static void share(double part, uint64_t seed, const int32_t *labels, uint8_t chosen[ROWS])
{
    memset(chosen, 7, ROWS);
    assert_int_equal(sn_split_share(labels, ROWS, CLASSES, part, seed, chosen, NULL), SEQNET_OK);
}

static void every_class_gives_its_share(void **state)
{
    (void)state;
    int32_t labels[ROWS];
    uint8_t chosen[ROWS];
    size_t counts[CLASSES];
    make_labels(labels);
    share(0.1, 1, labels, chosen);
    count_chosen(labels, chosen, counts);
    assert_int_equal(counts[0], 70);
    assert_int_equal(counts[1], 25);
    assert_int_equal(counts[2], 5);
    assert_int_equal(counts[3], 0);
    share(0.5, 1, labels, chosen);
    count_chosen(labels, chosen, counts);
    assert_int_equal(counts[0], 350);
    assert_int_equal(counts[1], 125);
    assert_int_equal(counts[2], 25);
    assert_int_equal(counts[3], 0);
}

static void a_class_is_never_taken_whole(void **state)
{
    (void)state;
    int32_t labels[ROWS];
    uint8_t chosen[ROWS];
    size_t counts[CLASSES];
    make_labels(labels);
    share(0.9999, 1, labels, chosen);
    count_chosen(labels, chosen, counts);
    for (size_t c = 0; c < CLASSES; c++)
        assert_int_equal(counts[c], SIZES[c] - 1);
}

static void the_seed_chooses_the_rows(void **state)
{
    (void)state;
    int32_t labels[ROWS];
    uint8_t first[ROWS], same[ROWS], other[ROWS];
    make_labels(labels);
    share(0.2, 1, labels, first);
    share(0.2, 1, labels, same);
    share(0.2, 2, labels, other);
    assert_memory_equal(first, same, ROWS);
    assert_memory_not_equal(first, other, ROWS);
    size_t early = 0;
    for (size_t i = 0; i < ROWS / 2; i++)
        early += first[i];
    assert_in_range(early, 60, 140); /* of 200: neither the first rows nor the last ones */
}

static void fold(size_t folds, size_t number, uint64_t seed, const int32_t *labels,
                 uint8_t chosen[ROWS])
{
    memset(chosen, 7, ROWS);
    assert_int_equal(sn_split_fold(labels, ROWS, CLASSES, folds, number, seed, chosen, NULL),
                     SEQNET_OK);
}

static void every_row_is_in_one_fold(void **state)
{
    (void)state;
    static const size_t folds[] = {2, 3, 7, 1000};
    int32_t labels[ROWS];
    make_labels(labels);
    for (size_t f = 0; f < sizeof folds / sizeof folds[0]; f++) {
        size_t times[ROWS] = {0};
        for (size_t number = 0; number < folds[f]; number++) {
            uint8_t chosen[ROWS];
            size_t counts[CLASSES];
            fold(folds[f], number, 5, labels, chosen);
            count_chosen(labels, chosen, counts);
            for (size_t c = 0; c < CLASSES; c++) {
                const size_t least = SIZES[c] / folds[f];
                assert_in_range(counts[c], least, least + 1);
            }
            for (size_t i = 0; i < ROWS; i++)
                times[i] += chosen[i];
        }
        for (size_t i = 0; i < ROWS; i++)
            assert_int_equal(times[i], 1);
    }
}

static void the_seed_changes_the_folds(void **state)
{
    (void)state;
    int32_t labels[ROWS];
    uint8_t first[ROWS], same[ROWS], other[ROWS];
    make_labels(labels);
    fold(5, 2, 1, labels, first);
    fold(5, 2, 1, labels, same);
    fold(5, 2, 9, labels, other);
    assert_memory_equal(first, same, ROWS);
    assert_memory_not_equal(first, other, ROWS);
}

static void no_rows_are_no_trouble(void **state)
{
    (void)state;
    uint8_t chosen = 7;
    assert_int_equal(sn_split_share(NULL, 0, 0, 0.5, 1, &chosen, NULL), SEQNET_OK);
    assert_int_equal(sn_split_share(NULL, 0, 3, 0.5, 1, &chosen, NULL), SEQNET_OK);
    assert_int_equal(sn_split_fold(NULL, 0, 3, 2, 1, 1, &chosen, NULL), SEQNET_OK);
    assert_int_equal(chosen, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_class_gives_its_share),
        cmocka_unit_test(a_class_is_never_taken_whole),
        cmocka_unit_test(the_seed_chooses_the_rows),
        cmocka_unit_test(every_row_is_in_one_fold),
        cmocka_unit_test(the_seed_changes_the_folds),
        cmocka_unit_test(no_rows_are_no_trouble),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
