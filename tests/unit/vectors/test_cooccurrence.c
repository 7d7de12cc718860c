/* Counted pairs of words, against a count that goes over the rows in the plainest way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

#include "cooccurrence.h"
#include "rng.h"

enum { IDS = 150, ROWS = 60, MOST_IDS = ROWS * 40, FIRST = 4 };

static const sn_encoding ENCODING = {
    .id_count = IDS, .start_char = 1, .oov_char = 2, .index_from = 3};

static int32_t ids[MOST_IDS], labels[ROWS];
static size_t offsets[ROWS + 1];

/* Rows of 0 to 39 ids, small ones more often, among them pads, starts and unknown words. */
static sn_rows make_rows(void)
{
    sn_rng rng;
    sn_rng_seed(&rng, 3, SN_RNG_INIT);
    for (size_t r = 0; r < ROWS; r++) {
        offsets[r + 1] = offsets[r] + (size_t)sn_rng_below(&rng, 40);
        for (size_t i = offsets[r]; i < offsets[r + 1]; i++)
            ids[i] = (int32_t)sn_rng_below(&rng, 1 + sn_rng_below(&rng, IDS - 1));
    }
    return (sn_rows){.ids = ids, .offsets = offsets, .labels = labels, .count = ROWS};
}

static double counted[IDS][IDS];

static void count_plainly(const sn_rows *rows)
{
    memset(counted, 0, sizeof counted);
    for (size_t r = 0; r < rows->count; r++)
        for (size_t i = 0; i < sn_rows_length(rows, r); i++)
            for (size_t j = 0; j < sn_rows_length(rows, r); j++) {
                const size_t distance = i > j ? i - j : j - i;
                const int32_t a = sn_rows_ids(rows, r, NULL)[i], b = sn_rows_ids(rows, r, NULL)[j];
                if (a >= FIRST && b >= FIRST && distance > 0 && distance <= 5)
                    counted[a][b] += (6.0 - (double)distance) / 5.0;
            }
}

static double sum_of(size_t a)
{
    double sum = 0.0;
    for (size_t b = 0; b < IDS; b++)
        sum += counted[a][b];
    return sum;
}

static double expected(size_t a, size_t b)
{
    double total = 0.0;
    for (size_t i = FIRST; i < IDS; i++)
        total += pow(sum_of(i), 0.75);
    return counted[a][b] > 0.0
               ? fmax(0.0, log(counted[a][b] * total / (sum_of(a) * pow(sum_of(b), 0.75))))
               : 0.0;
}

/* The matrix as products with the unit vectors show it. */
static float *multiply_out(const sn_ppmi *m, bool transposed, sn_pool *pool)
{
    float *const unit = calloc(m->words * m->words, sizeof *unit);
    float *const out = calloc(m->words * m->words, sizeof *out);
    assert_true(unit && out);
    for (size_t i = 0; i < m->words; i++)
        unit[i * m->words + i] = 1.0F;
    sn_ppmi_multiply(m, transposed, unit, m->words, out, pool);
    free(unit);
    return out;
}

static sn_ppmi count(const sn_rows *parts, size_t part_count, size_t threads, sn_pool **pool)
{
    sn_ppmi m;
    seqnet_error err = {0};
    assert_ok(sn_pool_create(pool, threads, &err), &err);
    assert_ok(sn_ppmi_count(&m, parts, part_count, &ENCODING, *pool, &err), &err);
    return m;
}

static void the_matrix_is_that_of_a_plain_count(void **state)
{
    (void)state;
    sn_pool *pool;
    const sn_rows rows = make_rows();
    sn_ppmi m = count(&rows, 1, 2, &pool);
    count_plainly(&rows);
    assert_true(m.words > 100 && m.words <= IDS - FIRST);
    float *const direct = multiply_out(&m, false, pool), *const turned =
                                                             multiply_out(&m, true, pool);
    for (size_t i = 0; i < m.words * m.words; i++) {
        const size_t a = i / m.words, b = i % m.words;
        const double value = expected((size_t)m.ids[a], (size_t)m.ids[b]);
        assert_true(fabs((double)direct[i] - value) < 1e-5);
        assert_true(direct[i] == turned[b * m.words + a]);
    }
    free(direct);
    free(turned);
    sn_ppmi_free(&m);
    sn_pool_free(pool);
}

static void frequent_words_come_first(void **state)
{
    (void)state;
    sn_pool *pool;
    const sn_rows rows = make_rows();
    size_t counts[IDS] = {0};
    for (size_t i = 0; i < offsets[ROWS]; i++)
        counts[ids[i]]++;
    sn_ppmi m = count(&rows, 1, 1, &pool);
    for (size_t i = 1; i < m.words; i++)
        assert_true(counts[m.ids[i]] < counts[m.ids[i - 1]] ||
                    (counts[m.ids[i]] == counts[m.ids[i - 1]] && m.ids[i] > m.ids[i - 1]));
    sn_ppmi_free(&m);
    sn_pool_free(pool);
}

/* The same rows in two parts give the same matrix. */
static void parts_and_threads_change_nothing(void **state)
{
    (void)state;
    sn_pool *one, *three;
    const sn_rows rows = make_rows();
    const sn_rows parts[] = {sn_rows_slice(&rows, 0, 25), sn_rows_slice(&rows, 25, ROWS - 25)};
    sn_ppmi whole = count(&rows, 1, 1, &one), halves = count(parts, 2, 3, &three);
    float *const a = multiply_out(&whole, false, one), *const b =
                                                           multiply_out(&halves, false, three);
    assert_int_equal(whole.words, halves.words);
    assert_memory_equal(a, b, whole.words * whole.words * sizeof *a);
    free(a);
    free(b);
    sn_ppmi_free(&whole);
    sn_ppmi_free(&halves);
    sn_pool_free(one);
    sn_pool_free(three);
}

static void rows_without_words_have_an_empty_matrix(void **state)
{
    (void)state;
    sn_pool *pool;
    const int32_t few[] = {1, 2, 0, 3};
    const size_t ends[] = {0, 4, 4};
    const sn_rows rows = {.ids = few, .offsets = ends, .labels = labels, .count = 2};
    sn_ppmi m = count(&rows, 1, 2, &pool);
    assert_int_equal(m.words, 0);
    assert_int_equal(m.block_count, 0);
    sn_ppmi_free(&m);
    sn_pool_free(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_matrix_is_that_of_a_plain_count),
                                       cmocka_unit_test(frequent_words_come_first),
                                       cmocka_unit_test(parts_and_threads_change_nothing),
                                       cmocka_unit_test(rows_without_words_have_an_empty_matrix)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
