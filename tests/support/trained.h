/* What a training has come to, to compare it with that of another one. Include it after <cmocka.h>.
 */
#ifndef TRAINED_H
#define TRAINED_H

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include <seqnet/seqnet.h>

typedef struct outcome {
    char fingerprint[40];
    seqnet_train_result result;
} outcome;

/* Frees the model. */
static inline outcome outcome_of(seqnet_model *model, const seqnet_train_result *result)
{
    outcome end = {.result = *result};
    assert_non_null(model);
    (void)snprintf(end.fingerprint, sizeof end.fingerprint, "%s", seqnet_model_fingerprint(model));
    seqnet_model_free(model);
    return end;
}

static inline bool same_number(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static inline void assert_same(const outcome *a, const outcome *b)
{
    assert_string_equal(a->fingerprint, b->fingerprint);
    assert_int_equal(a->result.epochs_run, b->result.epochs_run);
    assert_int_equal(a->result.kept_epoch, b->result.kept_epoch);
    assert_int_equal(a->result.refit_epochs, b->result.refit_epochs);
    assert_true(same_number(a->result.val_accuracy, b->result.val_accuracy));
    assert_true(same_number(a->result.val_loss, b->result.val_loss));
    assert_true(same_number(a->result.precise.point.threshold, b->result.precise.point.threshold));
}

#endif
