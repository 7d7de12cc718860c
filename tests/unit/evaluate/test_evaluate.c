/* Evaluations with and without a confusion matrix. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <seqnet/seqnet.h>

#include "small_model.h"

static int train_model(void **state)
{
    (void)state;
    return train_small_model("builtin:demo:300", 2);
}

static void add_part(seqnet_evaluation *e, seqnet_part part)
{
    assert_int_equal(seqnet_model_evaluate(model, dataset, part, 0, 2, e, NULL), SEQNET_OK);
}

static void totals_are_those_of_the_matrix(void **state)
{
    (void)state;
    seqnet_evaluation whole, totals = seqnet_evaluation_totals(2);
    assert_int_equal(seqnet_evaluation_init(&whole, 2, NULL), SEQNET_OK);
    for (seqnet_part part = SEQNET_TRAIN; part <= SEQNET_TEST; part++) {
        add_part(&whole, part);
        add_part(&totals, part);
    }
    assert_null(totals.confusion);
    assert_int_equal(totals.n, 300);
    assert_int_equal(totals.correct, whole.confusion[0] + whole.confusion[3]);
    assert_int_equal(whole.correct, totals.correct);
    assert_true(totals.accuracy == (double)totals.correct / 300.0);
    assert_true(totals.accuracy == whole.accuracy && totals.loss == whole.loss);
    seqnet_evaluation_free(&whole);
}

static void cleared_it_begins_anew(void **state)
{
    (void)state;
    seqnet_evaluation e = seqnet_evaluation_totals(2);
    add_part(&e, SEQNET_TEST);
    const seqnet_evaluation once = e;
    seqnet_evaluation_clear(&e);
    assert_true(e.n == 0 && e.correct == 0 && e.accuracy == 0.0 && e.loss == 0.0);
    add_part(&e, SEQNET_TEST);
    assert_true(e.n == once.n && e.correct == once.correct && e.loss == once.loss);
    seqnet_evaluation_free(&e);
}

/* A matrix for so many would not fit any memory. */
static void totals_need_none_for_their_classes(void **state)
{
    (void)state;
    seqnet_evaluation e = seqnet_evaluation_totals(SIZE_MAX);
    seqnet_evaluation_clear(&e);
    assert_null(e.confusion);
    assert_int_equal(seqnet_evaluation_init(&e, SIZE_MAX, NULL), SEQNET_ERR_USAGE);
    assert_null(e.confusion);
}

static void they_are_for_the_models_labels(void **state)
{
    (void)state;
    seqnet_evaluation e = seqnet_evaluation_totals(3);
    assert_int_equal(seqnet_model_evaluate(model, dataset, SEQNET_TEST, 0, 1, &e, NULL),
                     SEQNET_ERR_USAGE);
    assert_int_equal(e.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totals_are_those_of_the_matrix),
        cmocka_unit_test(cleared_it_begins_anew),
        cmocka_unit_test(totals_need_none_for_their_classes),
        cmocka_unit_test(they_are_for_the_models_labels),
    };
    return cmocka_run_group_tests(tests, train_model, free_small_model);
}
