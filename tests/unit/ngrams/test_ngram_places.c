/* Places of n-grams: the words that they cover, and sums that agree with scores of whole texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "made_ngrams.h"
#include "ngram_places.h"

static const char *const TEXTS[] = {KNOWN,
                                    "",
                                    "good",
                                    "good, bad; not a good film!",
                                    "a (bad) film... all-good? bad bad bad bad",
                                    "“good” filmé 好 film-but U.S.A. one",
                                    " \t\n",
                                    "g\xff\xfe"
                                    "ood <b>bad</b> one&amp;all"};
enum { TEXT_COUNT = sizeof TEXTS / sizeof *TEXTS, OUTPUTS = 3 };

static const sn_ngram_shares SHARES = {0.75, 1.5};

static sn_ngram_places places;
static sn_ngram_sums sums;
static sn_ngram_scorer scorer;

static int free_scratch(void **state)
{
    (void)state;
    sn_ngram_places_free(&places);
    sn_ngram_sums_free(&sums);
    sn_ngram_scorer_free(&scorer);
    return 0;
}

static void assert_near(double found, double expected)
{
    if (fabs(found - expected) > 1e-5 * (1.0 + fabs(expected)))
        fail_msg("%.9g instead of %.9g", found, expected);
}

static void assert_decisions(const sn_ngrams *n, const char *text, size_t length)
{
    double found[OUTPUTS];
    float svm[OUTPUTS], nb[OUTPUTS];
    assert_int_equal(sn_ngrams_score(n, &scorer, text, length, svm, nb, NULL), SEQNET_OK);
    sn_ngram_sums_decide(&sums, n, SHARES, found);
    for (size_t k = 0; k < n->outputs; k++)
        assert_near(found[k], SHARES.svm * (double)svm[k] + SHARES.nb * (double)nb[k]);
}

static void begin(const sn_ngrams *n, const char *text)
{
    assert_int_equal(sn_ngram_places_read(&places, n, text, strlen(text), NULL), SEQNET_OK);
    assert_int_equal(sn_ngram_sums_begin(&sums, n, &places, NULL), SEQNET_OK);
}

static void add_closings(const sn_ngrams *n, size_t token, bool adds)
{
    for (size_t i = 0; i < places.closing_count; i++)
        if (places.closings[i].last == token)
            (adds ? sn_ngram_sums_add : sn_ngram_sums_remove)(&sums, n, &places,
                                                              &places.closings[i]);
}

/* Adds a text token by token; after each the decisions are those about the text up to there. */
static void check_beginnings(const sn_ngrams *n, const char *text)
{
    size_t next = 0;
    begin(n, text);
    assert_decisions(n, "", 0);
    for (size_t token = 0; token < places.token_count; token++) {
        for (; next < places.count && places.places[next].last == token; next++)
            sn_ngram_sums_add(&sums, n, &places, &places.places[next]);
        add_closings(n, token, true);
        assert_decisions(n, text, places.spans[token].end);
        add_closings(n, token, false);
    }
    assert_int_equal(next, places.count);
    assert_decisions(n, text, strlen(text));
}

static void sums_agree_with_scores_of_beginnings(void **state)
{
    (void)state;
    for (size_t outputs = 1; outputs <= OUTPUTS; outputs += 2)
        for (int has_nb = 0; has_nb < 2; has_nb++) {
            sn_ngrams *const n = make_part(outputs, has_nb);
            for (size_t i = 0; i < TEXT_COUNT; i++)
                check_beginnings(n, TEXTS[i]);
            sn_ngrams_free(n);
        }
}

static void contributions_are_the_decisions_without_biases(void **state)
{
    (void)state;
    sn_ngrams *const n = make_part(OUTPUTS, true);
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        double tokens[64 * OUTPUTS] = {0}, whole[OUTPUTS], empty[OUTPUTS];
        begin(n, TEXTS[i]);
        sn_ngram_sums_decide(&sums, n, SHARES, empty);
        for (size_t p = 0; p < places.count; p++)
            sn_ngram_sums_add(&sums, n, &places, &places.places[p]);
        sn_ngram_sums_decide(&sums, n, SHARES, whole);
        sn_ngram_sums_contribute(&sums, n, &places, SHARES, tokens);
        for (size_t k = 0; k < OUTPUTS; k++) {
            for (size_t t = 0; t < places.token_count; t++)
                empty[k] += tokens[t * OUTPUTS + k];
            assert_near(empty[k], whole[k]);
        }
    }
    sn_ngrams_free(n);
}

/* The part knows "good", " good" and the like as characters, and pairs of words. */
static void places_cover_their_words(void **state)
{
    (void)state;
    sn_ngrams *const n = make_part(1, false);
    begin(n, "zz good film");
    assert_int_equal(places.token_count, 3);
    assert_int_equal(places.spans[1].start, 3);
    assert_int_equal(places.spans[1].end, 7);
    size_t pairs = 0, singles = 0;
    for (size_t i = 0; i < places.count; i++) {
        const sn_ngram_place *const place = &places.places[i];
        assert_true(place->last >= 1 && place->first >= 1); /* zz is not known */
        pairs += place->first == 1 && place->last == 2;
        singles += place->entry < places.text.word_count && place->first == place->last;
    }
    assert_int_equal(pairs, 1); /* characters do not reach over a blank */
    assert_int_equal(singles, 2);
    sn_ngrams_free(n);
}

/* A word that occurs twice has (1 + ln 2) / 2 of the weight at each place. */
static void known_weights_are_divided_equally(void **state)
{
    (void)state;
    sn_ngrams *n;
    sn_ngram_text scratch = {0};
    const sn_ngram_spec spec = {.words = 2, .rule = {.kind = SN_TEXT_RULE_UNICODE}};
    assert_int_equal(sn_ngram_text_read(&scratch, &spec, "good film", 9, NULL), SEQNET_OK);
    assert_int_equal(sn_ngrams_create(&n, &spec, 3, 1, false, NULL), SEQNET_OK);
    for (size_t i = 0; i < 3; i++)
        n->hashes[i] = scratch.ngrams[i].hash;
    qsort(n->hashes, 3, sizeof *n->hashes, ascending);
    assert_int_equal(sn_ngrams_complete(n, NULL), SEQNET_OK);
    n->scales[SN_SCALE_IDF] = n->scales[SN_SCALE_SVM] = 1.0F;
    enum { GOOD, FILM, PAIR }; /* as n-grams come: good, film, and behind them the pair */
    const int8_t weights[] = {[GOOD] = 2, [FILM] = -1, [PAIR] = 3};
    const double squares[] = {4.0, -1.0, 9.0};
    for (size_t i = 0; i < 3; i++) {
        const size_t number = sn_ngram_index_find(&n->index, scratch.ngrams[i].hash);
        n->idf[number] = 1;
        n->svm[number] = weights[i];
    }
    double tokens[3] = {0};
    begin(n, "good film good");
    for (size_t p = 0; p < places.count; p++)
        sn_ngram_sums_add(&sums, n, &places, &places.places[p]);
    sn_ngram_sums_contribute(&sums, n, &places, (sn_ngram_shares){1.0, 0.0}, tokens);
    const double twice = 1.0 + log(2.0), norm = sqrt(twice * twice + 2.0);
    const double good = squares[GOOD] * twice / 2.0, half = squares[PAIR] / 2.0;
    assert_near(tokens[0] * norm, good + half);
    assert_near(tokens[1] * norm, squares[FILM] + half);
    assert_near(tokens[2] * norm, good);
    sn_ngram_text_free(&scratch);
    sn_ngrams_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_agree_with_scores_of_beginnings),
        cmocka_unit_test(contributions_are_the_decisions_without_biases),
        cmocka_unit_test(places_cover_their_words),
        cmocka_unit_test(known_weights_are_divided_equally),
    };
    return cmocka_run_group_tests(tests, NULL, free_scratch);
}
