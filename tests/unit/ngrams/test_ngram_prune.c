/* Leaving n-grams out of a training: which stay, and what the rows look like without the others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "ngram_prune.h"
#include "support.h"

enum { NGRAMS = 6, ROWS = 3, ENTRIES = 9 };

/* Three rows over six n-grams; the second row has no characters, the third nothing. */
static void make(sn_ngram_counts *counts, sn_ngram_matrix *m, float idf[NGRAMS])
{
    static const size_t starts[] = {0, 3, 6, 9, 9, 9, 9};
    const uint32_t entries[] = {sn_walk_entry(0, 1), sn_walk_entry(4, 2), sn_walk_entry(2, 3),
                                sn_walk_entry(1, 1), sn_walk_entry(3, 1), sn_walk_entry(5, 9),
                                sn_walk_entry(2, 1), sn_walk_entry(0, 1), sn_walk_entry(4, 300)};
    *counts = (sn_ngram_counts){.hashes = calloc(NGRAMS, 4), .rows = calloc(NGRAMS, 4), NGRAMS};
    *m = (sn_ngram_matrix){.rows = ROWS,
                           .columns = NGRAMS,
                           .entries = malloc(sizeof entries),
                           .starts = malloc(sizeof starts),
                           .scales = calloc(2 * ROWS, sizeof(float))};
    memcpy(m->entries, entries, sizeof entries);
    memcpy(m->starts, starts, sizeof starts);
    for (uint32_t j = 0; j < NGRAMS; j++) {
        counts->hashes[j] = 100 + j;
        counts->rows[j] = 10 + j;
        idf[j] = 1.0F + (float)j;
    }
}

/* Prunes and passes if just these n-grams, by their old numbers, stay. */
static void assert_kept(const float importance[NGRAMS], size_t kept, const char *expected)
{
    sn_ngram_counts counts;
    sn_ngram_matrix m, before;
    sn_ngram_counts unused;
    float idf[NGRAMS], old_idf[NGRAMS];
    make(&counts, &m, idf);
    make(&unused, &before, old_idf);
    assert_int_equal(sn_ngram_prune(&counts, &m, idf, importance, kept, NULL), SEQNET_OK);
    assert_int_equal(counts.count, strlen(expected));
    assert_int_equal(m.columns, strlen(expected));
    for (size_t j = 0; j < counts.count; j++) {
        const uint32_t old = (uint32_t)(expected[j] - '0');
        assert_int_equal(counts.hashes[j], 100 + old);
        assert_int_equal(counts.rows[j], 10 + old);
        assert_true(idf[j] == old_idf[old]);
    }
    for (size_t b = 0; b < 2 * ROWS; b++) {
        size_t at = m.starts[b];
        double squares = 0.0;
        for (size_t e = before.starts[b]; e < before.starts[b + 1]; e++) {
            const size_t old = sn_entry_number(before.entries[e]);
            const char *const found = strchr(expected, (int)('0' + old));
            if (!found)
                continue;
            assert_true(at < m.starts[b + 1]);
            assert_int_equal(sn_entry_number(m.entries[at]), found - expected);
            assert_int_equal(m.entries[at] >> 24, before.entries[e] >> 24);
            squares += pow((double)(sn_entry_frequency(m.entries[at++]) * old_idf[old]), 2.0);
        }
        assert_int_equal(at, m.starts[b + 1]);
        const double scale = squares > 0.0 ? 1.0 / sqrt(squares) : 0.0;
        assert_true(fabs((double)m.scales[b] - scale) <= 1e-6 * scale);
    }
    sn_ngram_counts_free(&counts);
    sn_ngram_counts_free(&unused);
    sn_ngram_matrix_free(&m);
    sn_ngram_matrix_free(&before);
}

static void the_most_important_stay(void **state)
{
    (void)state;
    static const float importance[NGRAMS] = {0.5F, 3.0F, 0.1F, 2.0F, 1.0F, 0.2F};
    assert_kept(importance, 1, "1");
    assert_kept(importance, 2, "13");
    assert_kept(importance, 3, "134");
    assert_kept(importance, 4, "0134");
    assert_kept(importance, 5, "01345");
    assert_kept(importance, 6, "012345");
}

static void of_equal_ones_the_lowest_hashes_stay(void **state)
{
    (void)state;
    static const float equal[NGRAMS] = {0}, some[NGRAMS] = {1.0F, 2.0F, 1.0F, 1.0F, 2.0F, 1.0F};
    assert_kept(equal, 1, "0");
    assert_kept(equal, 4, "0123");
    assert_kept(some, 2, "14");
    assert_kept(some, 3, "014");
    assert_kept(some, 4, "0124");
    assert_kept(some, 5, "01234");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_most_important_stay),
        cmocka_unit_test(of_equal_ones_the_lowest_hashes_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
