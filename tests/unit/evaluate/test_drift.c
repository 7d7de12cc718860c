/* Drift: its figures next to ones that SciPy and NumPy computed, and what it finds. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include <seqnet/seqnet.h>

#include "assemble.h"
#include "small_model.h"

/* 100 rows: confidence 20, 30, 50; 1 word or 2 and more; unknown shares 0 and above; 60 to 40. */
static const char PROFILE[] =
    "{\"rows\":100,\"predicted\":[60,40],\"actual\":[50,50],"
    "\"confidence\":{\"mean\":0.8,\"edges\":[0.6,0.9],\"counts\":[20,30,50]},"
    "\"words\":{\"mean\":1.7,\"edges\":[2],\"counts\":[30,70]},"
    "\"unknown\":{\"mean\":0.1,\"edges\":[0.1],\"counts\":[80,20]},"
    "\"curve\":{\"thresholds\":[],\"kept\":[],\"right\":[]}}";

static int make(void **state)
{
    (void)state;
    if (train_small_model("builtin:demo:100", 1) != 0)
        return -1;
    return (int)sn_model_set_held_out(model, PROFILE, "test", NULL);
}

static seqnet_drift *new_drift(void)
{
    seqnet_drift *drift;
    assert_int_equal(seqnet_drift_create(&drift, model, NULL), SEQNET_OK);
    return drift;
}

static void add(seqnet_drift *drift, size_t rows, size_t label, double probability, size_t tokens,
                size_t oov)
{
    const seqnet_prediction p = {
        .label = label, .probability = probability, .tokens = tokens, .oov = oov};
    for (size_t i = 0; i < rows; i++)
        seqnet_drift_add(drift, &p, false);
}

/* 100 rows like those of the profile. */
static seqnet_drift *same_rows(void)
{
    seqnet_drift *const drift = new_drift();
    add(drift, 20, 0, 0.55, 1, 0);
    add(drift, 10, 0, 0.7, 1, 0);
    add(drift, 20, 0, 0.7, 2, 0);
    add(drift, 10, 0, 0.95, 2, 0);
    add(drift, 20, 1, 0.95, 3, 0);
    add(drift, 20, 1, 0.95, 3, 1);
    return drift;
}

static void equal_rows_have_not_changed(void **state)
{
    (void)state;
    seqnet_drift *const drift = same_rows();
    seqnet_drift_report r;
    assert_int_equal(seqnet_drift_measure(drift, 0.05, &r, NULL), SEQNET_OK);
    assert_false(r.is_found);
    assert_int_equal(r.rows, 100);
    assert_int_equal(r.held_out_rows, 100);
    for (size_t i = 0; i < SEQNET_DRIFT_FEATURES; i++) {
        assert_true(r.changes[i].is_known);
        assert_true(r.changes[i].psi == 0.0 && r.changes[i].p == 1.0);
    }
    assert_int_equal(seqnet_drift_predicted(drift, 1), 40);
    seqnet_drift_free(drift);
}

/* 200 rows of confidence 20, 20, 160. scipy.stats.chi2_contingency([[20, 30, 50], [20, 20, 160]],
 * correction=False) gives p, and so for the words [[30, 70], [20, 180]]. */
static void figures_are_those_of_the_formulas(void **state)
{
    (void)state;
    seqnet_drift *const drift = new_drift();
    seqnet_drift_report r;
    add(drift, 20, 0, 0.5999, 1, 0);
    add(drift, 20, 0, 0.6, 2, 0);
    add(drift, 160, 0, 0.9, 4, 1);
    assert_int_equal(seqnet_drift_measure(drift, 0.05, &r, NULL), SEQNET_OK);
    const seqnet_drift_change *const c = &r.changes[SEQNET_DRIFT_CONFIDENCE];
    const double before[] = {20.5 / 101.5, 30.5 / 101.5, 50.5 / 101.5};
    const double now[] = {20.5 / 201.5, 20.5 / 201.5, 160.5 / 201.5};
    double psi = -2.0 * (1.0 / 100.0 + 1.0 / 200.0);
    for (size_t i = 0; i < 3; i++)
        psi += (now[i] - before[i]) * log(now[i] / before[i]);
    assert_int_equal(c->bins, 3);
    assert_true(fabs(c->psi - psi) < 1e-12);
    assert_true(fabs(c->p / 3.7900581623536406e-07 - 1.0) < 1e-9);
    assert_true(fabs(r.changes[SEQNET_DRIFT_WORDS].now - (20.0 + 40.0 + 640.0) / 200.0) < 1e-12);
    assert_true(fabs(r.changes[SEQNET_DRIFT_WORDS].p / 1.177133909761499e-05 - 1.0) < 1e-9);
    assert_true(c->is_found && r.is_found);
    seqnet_drift_free(drift);
}

static void few_rows_tell_nothing(void **state)
{
    (void)state;
    seqnet_drift *const drift = new_drift();
    seqnet_drift_report r;
    assert_int_equal(seqnet_drift_measure(drift, 0.05, &r, NULL), SEQNET_ERR_USAGE);
    add(drift, 3, 1, 0.99, 9, 9);
    assert_int_equal(seqnet_drift_measure(drift, 0.05, &r, NULL), SEQNET_OK);
    assert_false(r.is_found);
    for (size_t i = 0; i < SEQNET_DRIFT_FEATURES; i++)
        assert_true(r.changes[i].bins == 1 && r.changes[i].p == 1.0);
    assert_int_equal(seqnet_drift_measure(drift, 0.0, &r, NULL), SEQNET_ERR_USAGE);
    assert_int_equal(seqnet_drift_measure(drift, (double)NAN, &r, NULL), SEQNET_ERR_USAGE);
    seqnet_drift_free(drift);
}

/* Only one feature has changed; the worst is the one of the largest index among those found. */
static void the_worst_feature_is_named(void **state)
{
    (void)state;
    seqnet_drift *const drift = same_rows();
    seqnet_drift_report r;
    add(drift, 100, 1, 0.95, 3, 3);
    assert_int_equal(seqnet_drift_measure(drift, 0.05, &r, NULL), SEQNET_OK);
    assert_true(r.is_found && r.changes[SEQNET_DRIFT_UNKNOWN].is_found);
    for (size_t i = 0; i < SEQNET_DRIFT_FEATURES; i++)
        assert_true(r.changes[i].psi <= r.changes[r.worst].psi || !r.changes[i].is_found);
    assert_int_equal(r.worst, SEQNET_DRIFT_UNKNOWN);
    seqnet_drift_free(drift);
}

/* The rows of a refitted model may be surer than those of the profile, but not less sure. */
static void of_a_refitted_model_only_a_fall_counts(void **state)
{
    (void)state;
    static const char head[] = "{\"refitted\":true,";
    char json[sizeof head + sizeof PROFILE];
    seqnet_drift_report r;
    const seqnet_drift_change *const c = &r.changes[SEQNET_DRIFT_CONFIDENCE];
    (void)snprintf(json, sizeof json, "%s%s", head, PROFILE + 1);
    assert_int_equal(sn_model_set_held_out(model, json, "test", NULL), SEQNET_OK);
    assert_true(seqnet_model_held_out(model)->is_refitted);
    seqnet_drift *drift = same_rows();
    add(drift, 300, 0, 0.95, 2, 0);
    assert_int_equal(seqnet_drift_measure(drift, 0.05, &r, NULL), SEQNET_OK);
    assert_true(!c->is_found && c->psi == 0.0 && c->p == 1.0);
    seqnet_drift_free(drift);
    drift = same_rows();
    add(drift, 100, 0, 0.55, 2, 0); /* the shares up to 0.6 are 0.6 and 0.2 */
    assert_int_equal(seqnet_drift_measure(drift, 0.05, &r, NULL), SEQNET_OK);
    assert_true(c->is_found && c->psi > 0.25);
    assert_true(fabs(c->p / exp(-2.0 * 0.4 * 0.4 * 100.0 * 200.0 / 300.0) - 1.0) < 1e-9);
    seqnet_drift_free(drift);
    assert_int_equal(sn_model_set_held_out(model, PROFILE, "test", NULL), SEQNET_OK);
}

static void a_model_without_a_profile_is_refused(void **state)
{
    (void)state;
    seqnet_drift *drift;
    seqnet_error err = {0};
    assert_int_equal(sn_model_set_held_out(model, NULL, "test", NULL), SEQNET_OK);
    assert_null(seqnet_model_held_out(model));
    assert_int_equal(seqnet_drift_create(&drift, model, &err), SEQNET_ERR_MODEL);
    assert_null(drift);
    seqnet_drift_free(drift);
    assert_int_equal(sn_model_set_held_out(model, PROFILE, "test", NULL), SEQNET_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(equal_rows_have_not_changed),
                                       cmocka_unit_test(figures_are_those_of_the_formulas),
                                       cmocka_unit_test(few_rows_tell_nothing),
                                       cmocka_unit_test(the_worst_feature_is_named),
                                       cmocka_unit_test(of_a_refitted_model_only_a_fall_counts),
                                       cmocka_unit_test(a_model_without_a_profile_is_refused)};
    return cmocka_run_group_tests_name("drift", tests, make, free_small_model);
}
