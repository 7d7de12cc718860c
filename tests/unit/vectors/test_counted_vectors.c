/* Counted word vectors: what they tell apart, and what they do not depend on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "support.h"

#include "counted_vectors.h"
#include "rng.h"

enum { IDS = 64, ROWS = 400, LENGTH = 12, DIM = 8, FIRST = 4, LONELY = 63, HALF = 30 };

static const sn_encoding ENCODING = {
    .id_count = IDS, .start_char = 1, .oov_char = 2, .index_from = 3};

static int32_t ids[ROWS * LENGTH + 1], labels[ROWS + 1];
static size_t offsets[ROWS + 2];

/* Rows of words of one of two halves of the vocabulary; and a word that is alone in its row. */
static sn_rows make_rows(void)
{
    sn_rng rng;
    sn_rng_seed(&rng, 5, SN_RNG_INIT);
    for (size_t i = 0; i < ROWS * LENGTH; i++)
        ids[i] = (int32_t)(FIRST + (i / LENGTH % 2) * (HALF - 1) + sn_rng_below(&rng, HALF - 1));
    ids[ROWS * LENGTH] = LONELY;
    for (size_t r = 0; r <= ROWS; r++)
        offsets[r] = r * LENGTH;
    offsets[ROWS + 1] = ROWS * LENGTH + 1;
    return (sn_rows){.ids = ids, .offsets = offsets, .labels = labels, .count = ROWS + 1};
}

typedef struct table {
    float rows[IDS][DIM];
    uint8_t seen[IDS];
    size_t words;
} table;

static table count(uint64_t seed, size_t threads)
{
    static table t;
    const sn_rows rows = make_rows();
    seqnet_error err = {0};
    sn_pool *pool;
    t = (table){0};
    for (size_t i = 0; i < IDS; i++)
        for (size_t j = 0; j < DIM; j++)
            t.rows[i][j] = -7.0F;
    assert_ok(sn_pool_create(&pool, threads, &err), &err);
    assert_ok(sn_vectors_count(&t.rows[0][0], t.seen, &t.words, &rows, 1, &ENCODING, DIM, seed,
                               pool, &err),
              &err);
    sn_pool_free(pool);
    return t;
}

static double product(const table *t, size_t a, size_t b)
{
    double sum = 0.0;
    for (size_t i = 0; i < DIM; i++)
        sum += (double)t->rows[a][i] * (double)t->rows[b][i];
    return sum;
}

static void words_of_one_company_are_alike(void **state)
{
    (void)state;
    const table t = count(1, 2);
    const size_t second = FIRST + HALF - 1, end = second + HALF - 1;
    double within = 0.0, across = 0.0;
    for (size_t a = FIRST; a < second; a++)
        for (size_t b = second; b < end; b++) {
            across += product(&t, a, b);
            within += product(&t, a, b - second + FIRST);
        }
    const double pairs = (double)((second - FIRST) * (end - second));
    assert_true(within / pairs > 0.5);
    assert_true(fabs(across / pairs) < 0.1);
}

static void vectors_have_length_one_and_others_are_left_alone(void **state)
{
    (void)state;
    const table t = count(1, 1);
    assert_int_equal(t.words, 2 * (HALF - 1));
    for (size_t id = 0; id < IDS; id++) {
        const bool has_vector = id >= FIRST && id < FIRST + 2 * (HALF - 1);
        assert_int_equal(t.seen[id], has_vector);
        if (has_vector)
            assert_true(fabs(product(&t, id, id) - 1.0) < 1e-5);
        else
            assert_true(t.rows[id][0] == -7.0F);
    }
}

static void threads_change_no_bit_and_the_seed_does(void **state)
{
    (void)state;
    const table one = count(1, 1), three = count(1, 3), other = count(2, 1);
    assert_memory_equal(one.rows, three.rows, sizeof one.rows);
    assert_memory_not_equal(one.rows, other.rows, sizeof one.rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_one_company_are_alike),
        cmocka_unit_test(vectors_have_length_one_and_others_are_left_alone),
        cmocka_unit_test(threads_change_no_bit_and_the_seed_does)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
