/* Scores of texts, against a plain computation from the tensors of a part. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "made_ngrams.h"
#include "ngrams.h"
#include "support.h"

static size_t number_of(const sn_ngrams *n, uint32_t hash)
{
    for (size_t j = 0; j < n->count; j++)
        if (n->hashes[j] == hash)
            return j;
    return SIZE_MAX;
}

/* The decisions of svm (which = 0) and of nb (1) for output k. */
static double decide(const sn_ngrams *n, const sn_ngram_text *text, size_t k, int which)
{
    const size_t ends[] = {text->word_count, text->count};
    double sum = 0.0, squares = 0.0;
    for (size_t b = 0, i = 0; b < 2; b++) {
        double norm = 0.0, part = 0.0, ratios = 0.0;
        for (; i < ends[b]; i++) {
            const size_t j = number_of(n, text->ngrams[i].hash);
            if (j == SIZE_MAX)
                continue;
            const double f = 1.0 + log(text->ngrams[i].count);
            const double idf = n->idf[j] * (double)sn_ngrams_scale(n, SN_SCALE_IDF, 0);
            const int q = which ? n->nb[j * n->outputs + k] : n->svm[j * n->outputs + k];
            norm += f * idf * f * idf;
            part += f * q * abs(q);
            if (which) {
                const double r = (double)n->ratios[j * n->outputs + k];
                ratios += f * r * r * f * r * r;
            }
        }
        if (norm > 0.0) {
            sum += part / sqrt(norm);
            squares += ratios / norm;
        }
    }
    if (which == 0)
        return sum * (double)sn_ngrams_scale(n, SN_SCALE_SVM, k) +
               (double)sn_ngrams_scale(n, SN_BIAS_SVM, k);
    const double length = sqrt(squares) * (double)sn_ngrams_scale(n, SN_SCALE_RATIO, k);
    return (length > 0.0 ? sum * (double)sn_ngrams_scale(n, SN_SCALE_NB, k) / length : 0.0) +
           (double)sn_ngrams_scale(n, SN_BIAS_NB, k);
}

static void assert_near(float found, double expected)
{
    if (!(fabs((double)found - expected) < 1e-4 * (1.0 + fabs(expected))))
        fail_msg("%f, expected %f", (double)found, expected);
}

static void assert_scores(const sn_ngrams *n)
{
    static const char *const texts[] = {"a good film", "a bad, bad, bad film", KNOWN,
                                        "good",        "nothing film like",    "film\xff good"};
    sn_ngram_scorer scorer = {0};
    sn_ngram_text scratch = {0};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        float svm[4], nb[4];
        assert_int_equal(sn_ngrams_score(n, &scorer, texts[i], strlen(texts[i]), svm, nb, NULL),
                         SEQNET_OK);
        (void)read_ngrams_of(&SPEC, texts[i], &scratch);
        for (size_t k = 0; k < n->outputs; k++) {
            assert_near(svm[k], decide(n, &scratch, k, 0));
            assert_near(nb[k], n->nb ? decide(n, &scratch, k, 1) : 0.0);
        }
    }
    sn_ngram_text_free(&scratch);
    sn_ngram_scorer_free(&scorer);
    sn_ngram_scorer_free(&scorer);
}

static void scores_are_as_computed_plainly(void **state)
{
    (void)state;
    for (size_t outputs = 1; outputs <= 4; outputs++)
        for (int has_nb = 0; has_nb < 2; has_nb++) {
            sn_ngrams *const n = make_part(outputs, has_nb);
            assert_scores(n);
            sn_ngrams_free(n);
        }
}

/* Equal texts have equal bits, whatever was scored with the scratch before. */
static void the_scratch_changes_no_bit(void **state)
{
    (void)state;
    sn_ngrams *const n = make_part(3, true);
    sn_ngram_scorer scorer = {0}, fresh = {0};
    float first[6], second[6];
    assert_int_equal(sn_ngrams_score(n, &fresh, "bad film", 8, first, first + 3, NULL), SEQNET_OK);
    assert_int_equal(sn_ngrams_score(n, &scorer, KNOWN, strlen(KNOWN), second, second + 3, NULL),
                     SEQNET_OK);
    assert_int_equal(sn_ngrams_score(n, &scorer, "bad film", 8, second, second + 3, NULL),
                     SEQNET_OK);
    assert_memory_equal(first, second, sizeof first);
    sn_ngram_scorer_free(&scorer);
    sn_ngram_scorer_free(&fresh);
    sn_ngrams_free(n);
}

static void unknown_texts_have_the_biases(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "zzz", "\xff", "...", "xyz 很好看"};
    sn_ngrams *const n = make_part(2, true);
    sn_ngram_scorer scorer = {0};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        float svm[2], nb[2];
        assert_int_equal(sn_ngrams_score(n, &scorer, texts[i], strlen(texts[i]), svm, nb, NULL),
                         SEQNET_OK);
        assert_true(svm[0] == 0.25F && svm[1] == -0.75F);
        assert_true(nb[0] == -0.75F && nb[1] == 0.25F);
    }
    sn_ngram_scorer_free(&scorer);
    sn_ngrams_free(n);
}

/* Weights of nothing but zeros, as of n-grams that say nothing. */
static void ratios_of_0_divide_nothing(void **state)
{
    (void)state;
    sn_ngrams *const n = make_part(1, true);
    sn_ngram_scorer scorer = {0};
    float svm, nb;
    memset(n->ratios, 0, n->count);
    assert_int_equal(sn_ngrams_score(n, &scorer, KNOWN, strlen(KNOWN), &svm, &nb, NULL), SEQNET_OK);
    assert_true(nb == -0.75F);
    memset(n->idf, 0, n->count);
    assert_int_equal(sn_ngrams_score(n, &scorer, KNOWN, strlen(KNOWN), &svm, &nb, NULL), SEQNET_OK);
    assert_true(svm == 0.25F && nb == -0.75F);
    sn_ngram_scorer_free(&scorer);
    sn_ngrams_free(n);
}

static void the_tensors_are_all_arrays(void **state)
{
    (void)state;
    for (int has_nb = 0; has_nb < 2; has_nb++) {
        sn_ngrams *const n = make_part(3, has_nb);
        sn_ngram_tensor tensors[SN_NGRAM_TENSORS];
        const size_t count = sn_ngrams_tensors(n, tensors);
        size_t bytes = 0;
        assert_int_equal(count, has_nb ? 6 : 4);
        for (size_t i = 0; i < count; i++) {
            const size_t element = tensors[i].type[1] == '8' ? 1 : 4;
            const size_t columns = tensors[i].rank == 2 ? tensors[i].shape[1] : 1;
            assert_int_equal(tensors[i].bytes, tensors[i].shape[0] * columns * element);
            assert_int_equal((uintptr_t)tensors[i].data % element, 0);
            bytes += (tensors[i].bytes + 7) / 8 * 8;
        }
        assert_int_equal(bytes, sn_ngrams_bytes(n->count, 3, has_nb));
        sn_ngrams_free(n);
    }
    sn_ngrams_free(NULL);
}

static void a_part_may_know_nothing(void **state)
{
    (void)state;
    sn_ngrams *n;
    sn_ngram_scorer scorer = {0};
    float svm = 1.0F, nb = 1.0F;
    assert_int_equal(sn_ngrams_create(&n, &SPEC, 0, 1, true, NULL), SEQNET_OK);
    assert_int_equal(sn_ngrams_complete(n, NULL), SEQNET_OK);
    assert_int_equal(sn_ngrams_score(n, &scorer, "a", 1, &svm, &nb, NULL), SEQNET_OK);
    assert_true(svm == 0.0F && nb == 0.0F);
    sn_ngram_scorer_free(&scorer);
    sn_ngrams_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_are_as_computed_plainly),
        cmocka_unit_test(the_scratch_changes_no_bit),
        cmocka_unit_test(unknown_texts_have_the_biases),
        cmocka_unit_test(ratios_of_0_divide_nothing),
        cmocka_unit_test(the_tensors_are_all_arrays),
        cmocka_unit_test(a_part_may_know_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
