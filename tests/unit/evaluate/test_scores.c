/* Scores of rows: by hand, and those of a model next to its evaluation. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <seqnet/seqnet.h>

#include "scorer.h"
#include "scores.h"
#include "small_model.h"

#define CLOSE(a, b) assert_true(fabs((a) - (b)) < 1e-12)

static int train_model(void **state)
{
    (void)state;
    return train_small_model("builtin:demo:6000", 1);
}

static seqnet_scores *new_scores(size_t outputs)
{
    seqnet_scores *scores;
    assert_int_equal(sn_scores_create(&scores, outputs, false, NULL), SEQNET_OK);
    return scores;
}

static void add(seqnet_scores *scores, const float *logits, const int32_t *labels, size_t count)
{
    assert_int_equal(sn_scores_reserve(scores, count, NULL), SEQNET_OK);
    sn_scores_add(scores, logits, labels, count);
}

static seqnet_scores *scored(seqnet_part part, size_t limit, size_t threads)
{
    seqnet_scores *scores;
    assert_int_equal(seqnet_scores_create(&scores, model, NULL), SEQNET_OK);
    assert_int_equal(seqnet_model_score(model, dataset, part, limit, threads, scores, NULL),
                     SEQNET_OK);
    return scores;
}

/* Probabilities 1/4, 1/2 and 1/4 of the row's class; the second row is predicted wrongly. */
static void three_classes_by_hand(void **state)
{
    (void)state;
    const float two = 0.69314718F, logits[] = {0.0F, two, 0.0F, 0.0F, two, 0.0F};
    const int32_t labels[] = {1, 2};
    seqnet_scores *const scores = new_scores(3);
    add(scores, logits, labels, 1);
    add(scores, logits + 3, labels + 1, 1);
    double p[3];
    seqnet_scores_probabilities(scores, 1, p);
    assert_true(fabs(p[0] - 0.25) < 1e-7 && fabs(p[1] - 0.5) < 1e-7 && fabs(p[2] - 0.25) < 1e-7);
    assert_int_equal(seqnet_scores_classes(scores), 3);
    assert_int_equal(seqnet_scores_count(scores), 2);
    assert_int_equal(seqnet_scores_label(scores, 0), 1);
    assert_int_equal(seqnet_scores_label(scores, 1), 2);
    seqnet_evaluation e;
    assert_int_equal(seqnet_evaluation_init(&e, 3, NULL), SEQNET_OK);
    seqnet_scores_evaluate(scores, &e);
    static const size_t confusion[9] = {0, 0, 0, 0, 1, 0, 0, 1, 0};
    assert_memory_equal(e.confusion, confusion, sizeof confusion);
    assert_true(e.n == 2 && e.correct == 1 && e.accuracy == 0.5);
    assert_true(fabs(e.loss - 1.5 * log(2.0)) < 1e-7);
    seqnet_evaluation_free(&e);
    seqnet_scores_free(scores);
}

/* One logit tells two classes apart. */
static void two_classes_by_hand(void **state)
{
    (void)state;
    const float logits[] = {0.0F, -2.0F};
    const int32_t labels[] = {1, 1};
    seqnet_scores *const scores = new_scores(1);
    add(scores, logits, labels, 2);
    double p[2];
    seqnet_scores_probabilities(scores, 1, p);
    CLOSE(p[1], 1.0 / (1.0 + exp(2.0)));
    CLOSE(p[0] + p[1], 1.0);
    seqnet_evaluation e = seqnet_evaluation_totals(2);
    seqnet_scores_evaluate(scores, &e);
    assert_int_equal(e.correct, 0);
    CLOSE(e.loss, (log(2.0) + log1p(exp(2.0))) / 2.0);
    seqnet_scores_free(scores);
}

static void no_rows_are_an_empty_evaluation(void **state)
{
    (void)state;
    seqnet_scores *const scores = new_scores(1);
    seqnet_evaluation e = seqnet_evaluation_totals(2);
    seqnet_scores_evaluate(scores, &e);
    assert_true(e.n == 0 && e.correct == 0 && e.accuracy == 0.0 && e.loss == 0.0);
    seqnet_scores_free(scores);
    seqnet_scores_free(NULL);
}

static void they_give_the_bits_of_the_evaluation(void **state)
{
    (void)state;
    seqnet_evaluation direct, indirect;
    assert_int_equal(seqnet_evaluation_init(&direct, 2, NULL), SEQNET_OK);
    assert_int_equal(seqnet_evaluation_init(&indirect, 2, NULL), SEQNET_OK);
    assert_int_equal(seqnet_model_evaluate(model, dataset, SEQNET_TRAIN, 0, 2, &direct, NULL),
                     SEQNET_OK);
    seqnet_scores *const scores = scored(SEQNET_TRAIN, 0, 2);
    assert_true(seqnet_scores_count(scores) > SN_BLOCK_ROWS);
    seqnet_scores_evaluate(scores, &indirect);
    assert_true(direct.n == indirect.n && direct.correct == indirect.correct);
    assert_memory_equal(&direct.loss, &indirect.loss, sizeof direct.loss);
    assert_memory_equal(direct.confusion, indirect.confusion, 4 * sizeof *direct.confusion);
    seqnet_scores_free(scores);
    seqnet_evaluation_free(&direct);
    seqnet_evaluation_free(&indirect);
}

static void threads_do_not_change_a_bit(void **state)
{
    (void)state;
    seqnet_scores *const one = scored(SEQNET_TRAIN, 0, 1), *const three =
                                                               scored(SEQNET_TRAIN, 0, 3);
    assert_int_equal(one->count, three->count);
    assert_memory_equal(one->logits, three->logits, one->count * sizeof *one->logits);
    assert_memory_equal(one->labels, three->labels, one->count * sizeof *one->labels);
    seqnet_scores_free(one);
    seqnet_scores_free(three);
}

static void parts_are_appended(void **state)
{
    (void)state;
    seqnet_scores *const both = scored(SEQNET_TRAIN, 5, 1), *const test = scored(SEQNET_TEST, 7, 1);
    assert_int_equal(seqnet_model_score(model, dataset, SEQNET_TEST, 7, 1, both, NULL), SEQNET_OK);
    assert_int_equal(both->count, 12);
    assert_memory_equal(both->logits + 5, test->logits, 7 * sizeof *test->logits);
    assert_memory_equal(both->labels + 5, test->labels, 7 * sizeof *test->labels);
    seqnet_scores_free(both);
    seqnet_scores_free(test);
}

static void they_are_for_the_models_labels(void **state)
{
    (void)state;
    seqnet_scores *const scores = new_scores(3);
    seqnet_error err = {0};
    assert_int_equal(seqnet_model_score(model, dataset, SEQNET_TEST, 0, 1, scores, &err),
                     SEQNET_ERR_USAGE);
    assert_string_equal(err.message, "scores of 3 classes, a model of 2");
    assert_int_equal(seqnet_scores_count(scores), 0);
    seqnet_scores_free(scores);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_classes_by_hand),
        cmocka_unit_test(two_classes_by_hand),
        cmocka_unit_test(no_rows_are_an_empty_evaluation),
        cmocka_unit_test(they_give_the_bits_of_the_evaluation),
        cmocka_unit_test(threads_do_not_change_a_bit),
        cmocka_unit_test(parts_are_appended),
        cmocka_unit_test(they_are_for_the_models_labels),
    };
    return cmocka_run_group_tests(tests, train_model, free_small_model);
}
