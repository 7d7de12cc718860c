/* The sparse matrix of TF-IDF weights, against weights that are computed directly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "ngram_counts.h"
#include "ngram_matrix.h"
#include "ngram_rows.h"
#include "support.h"

static const sn_ngram_spec SPEC = {
    .words = 2, .characters = 2, .rule = {.kind = SN_TEXT_RULE_UNICODE}};

static void frequencies_are_1_plus_the_logarithm(void **state)
{
    (void)state;
    assert_true(sn_ngram_frequency[0] == 0.0F);
    for (int count = 1; count < 256; count++)
        assert_true(fabs((double)sn_ngram_frequency[count] - 1.0 - log(count)) < 1e-6);
}

static void entries_have_a_number_and_a_count(void **state)
{
    (void)state;
    static const uint32_t counts[] = {1, 2, 254, 255, 256, 70000};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        const uint32_t entry = sn_walk_entry(SN_MAX_NGRAMS - 1 - i, counts[i]);
        assert_int_equal(sn_entry_number(entry), SN_MAX_NGRAMS - 1 - i);
        assert_true(sn_entry_frequency(entry) ==
                    sn_ngram_frequency[counts[i] < 255 ? counts[i] : 255]);
    }
}

/* Passes if a block has exactly the known n-grams first .. end - 1 of the text, with their counts,
 * and the norm 1. */
static void assert_block(const sn_ngram_matrix *m, size_t block, const sn_ngram_index *index,
                         const float *idf, const sn_ngram_text *text, size_t first, size_t end)
{
    size_t at = m->starts[block];
    double squares = 0.0;
    for (size_t i = first; i < end; i++) {
        const size_t number = sn_ngram_index_find(index, text->ngrams[i].hash);
        if (number == SIZE_MAX)
            continue;
        assert_true(at < m->starts[block + 1]);
        assert_int_equal(sn_entry_number(m->entries[at]), number);
        const double frequency = 1.0 + log(text->ngrams[i].count);
        assert_true(fabs((double)sn_entry_frequency(m->entries[at++]) - frequency) < 1e-6);
        squares += frequency * (double)idf[number] * frequency * (double)idf[number];
    }
    assert_int_equal(at, m->starts[block + 1]);
    const double scale = squares > 0.0 ? 1.0 / sqrt(squares) : 0.0;
    assert_true(fabs((double)m->scales[block] - scale) <= 1e-6 * scale);
}

static void assert_matrix(const sn_ngram_rows *rows, const sn_ngram_choice *choice, size_t threads)
{
    sn_pool *pool;
    sn_ngram_counts counts;
    sn_ngram_index index;
    sn_ngram_matrix m;
    sn_ngram_text scratch = {0};
    assert_int_equal(sn_pool_create(&pool, threads, NULL), SEQNET_OK);
    assert_int_equal(sn_ngram_counts_make(&counts, rows, &SPEC, choice, pool, NULL), SEQNET_OK);
    float *const idf = calloc(counts.count + 1, sizeof *idf);
    for (size_t j = 0; j < counts.count; j++)
        idf[j] = 1.0F + (float)(j % 13) / 8.0F;
    assert_int_equal(sn_ngram_index_make(&index, counts.hashes, counts.count, NULL), SEQNET_OK);
    assert_int_equal(sn_ngram_matrix_make(&m, rows, &SPEC, &index, idf, pool, NULL), SEQNET_OK);
    assert_int_equal(m.rows, sn_ngram_rows_count(rows));
    assert_int_equal(m.columns, counts.count);
    assert_int_equal(m.starts[0], 0);
    for (size_t row = 0; row < m.rows; row++) {
        size_t own = row;
        const sn_rows *const part = sn_ngram_rows_find(rows, &own);
        (void)read_ngrams_of(&SPEC, part->texts[own].text, &scratch);
        assert_block(&m, 2 * row, &index, idf, &scratch, 0, scratch.word_count);
        assert_block(&m, 2 * row + 1, &index, idf, &scratch, scratch.word_count, scratch.count);
    }
    sn_ngram_text_free(&scratch);
    sn_ngram_matrix_free(&m);
    sn_ngram_matrix_free(&m);
    sn_ngram_index_free(&index);
    sn_ngram_counts_free(&counts);
    sn_pool_free(pool);
    free(idf);
}

/* More rows than are read at a time. */
static void weights_are_as_computed_directly(void **state)
{
    (void)state;
    enum { ROWS = 4200, FIRST = 100 };
    text_rows rows = make_text_rows(ROWS);
    uint32_t seed = 5;
    for (size_t row = 0; row < ROWS; row++) {
        char text[TEXT_SIZE];
        random_text(text, row % 6, &seed);
        set_text_row(&rows, row, text, 0);
    }
    const sn_rows parts[] = {sn_rows_slice(&rows.view, 0, FIRST),
                             sn_rows_slice(&rows.view, FIRST, ROWS - FIRST)};
    const sn_ngram_rows all_rows = {parts, 2, NULL};
    assert_matrix(&all_rows, &(sn_ngram_choice){1, 1, SIZE_MAX}, 1);
    assert_matrix(&all_rows, &(sn_ngram_choice){9, 50, 100}, 3);
    free_text_rows(&rows);
}

static void rows_may_be_empty(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "a", "", "...", "b b", ""};
    text_rows rows = make_rows_of(texts, 6);
    const sn_ngram_rows all_rows = {&rows.view, 1, NULL};
    const sn_rows nothing = {0};
    assert_matrix(&all_rows, &(sn_ngram_choice){1, 1, SIZE_MAX}, 1);
    assert_matrix(&all_rows, &(sn_ngram_choice){9, 9, SIZE_MAX}, 1); /* no n-gram is known */
    assert_matrix(&(sn_ngram_rows){&nothing, 1, NULL}, &(sn_ngram_choice){1, 1, SIZE_MAX}, 1);
    free_text_rows(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frequencies_are_1_plus_the_logarithm),
        cmocka_unit_test(entries_have_a_number_and_a_count),
        cmocka_unit_test(weights_are_as_computed_directly),
        cmocka_unit_test(rows_may_be_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
