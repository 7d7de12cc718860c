/*
 * Whether new rows are like those that a model was validated with, without labels: their words,
 * lengths, predicted labels and probabilities are compared with the model's profile of held-out
 * rows (held_out.h).
 *
 * For each of these features the rows are counted in the bins of the profile, in one bin for each
 * label. Neighbouring bins that are expected to hold fewer than five rows of either sample are
 * joined. Two figures follow:
 *
 * psi is the population stability index, sum (q_i - p_i) ln(q_i / p_i) over the bins' shares p of
 * held-out and q of new rows (each with half a row added), less its expectation where nothing has
 * changed, (bins - 1) (1 / rows + 1 / held-out rows), and at least 0. By custom below 0.1 nothing
 * has changed much, and above 0.25 much has [Siddiqi 2006].
 *
 * p is the probability of so large a difference by chance: Pearson's chi-square test of two
 * samples.
 *
 * A model that was trained again on all rows is not the one that the profile is of: it is mostly
 * surer, having learnt from the held-out rows, and predicts somewhat other labels. Of such a model
 * only a fall of confidence counts: p is that of Smirnov's one-sided test, exp(-2 d^2 rows held-out
 * rows / (rows + held-out rows)), d being by how much most the share of new rows up to some
 * confidence is above that of held-out rows [Smirnov 1939]; where the mean has not fallen, psi is 0
 * and p 1. A change of its labels counts only when psi is above 0.1, otherwise p is 1; with any
 * number of labels a row it is not known.
 *
 * Those features are found to have changed whose p holds against the level after Holm's correction
 * for all of them. Rows that have not changed then give a false alarm with the probability `level`
 * at most, as far as the model is the one of the profile; small trainings that were repeated on all
 * rows may give more.
 *
 * Ownership: a seqnet_drift belongs to the caller and is released with seqnet_drift_free (NULL is
 * fine). It borrows its model.
 */
#ifndef SEQNET_DRIFT_H
#define SEQNET_DRIFT_H

#include <stdbool.h>
#include <stddef.h>

#include <seqnet/model.h>
#include <seqnet/predict.h>
#include <seqnet/status.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* By custom: a smaller index tells of no change, a larger one than the second of a great one. */
#define SEQNET_PSI_SMALL 0.1
#define SEQNET_PSI_GREAT 0.25

typedef enum seqnet_drift_feature {
    /* The share of a row's words that the model does not know. */
    SEQNET_DRIFT_UNKNOWN,
    /* The number of a row's words. */
    SEQNET_DRIFT_WORDS,
    /* The predicted label; of rows with any number of labels the most probable one. */
    SEQNET_DRIFT_LABELS,
    /* Its probability. */
    SEQNET_DRIFT_CONFIDENCE,
    SEQNET_DRIFT_FEATURES
} seqnet_drift_feature;

/* New rows, counted. */
typedef struct seqnet_drift seqnet_drift;

/* Makes counts without rows. SEQNET_ERR_MODEL for a model without a profile, SEQNET_ERR_MEMORY. */
seqnet_status seqnet_drift_create(seqnet_drift **drift, const seqnet_model *model,
                                  seqnet_error *err);
void seqnet_drift_free(seqnet_drift *drift);

/* Counts the prediction of a row, a text or with is_ids a row of ids. */
void seqnet_drift_add(seqnet_drift *drift, const seqnet_prediction *prediction, bool is_ids);

size_t seqnet_drift_rows(const seqnet_drift *drift);

/* The rows for which a label is predicted. label < the model's labels. */
size_t seqnet_drift_predicted(const seqnet_drift *drift, size_t label);

typedef struct seqnet_drift_change {
    /* False: the feature is not known of the held-out rows, and the rest is 0. */
    bool is_known;
    /* Bins after joining. With one bin nothing can be told: psi is 0, p is 1. */
    size_t bins;
    double psi, p;
    /* The means of held-out and of new rows; of labels 0. */
    double before, now;
    /* The feature has changed by the test. */
    bool is_found;
} seqnet_drift_change;

typedef struct seqnet_drift_report {
    size_t rows, held_out_rows;
    seqnet_drift_change changes[SEQNET_DRIFT_FEATURES];
    /* The feature with the largest index among those that are found, or among all when none is. */
    seqnet_drift_feature worst;
    /* Some feature is found to have changed. */
    bool is_found;
} seqnet_drift_report;

/* Compares the rows counted so far with the profile. level: the probability of a false alarm, above
 * 0 and below 1. SEQNET_ERR_USAGE for another level or without rows, SEQNET_ERR_MEMORY. */
seqnet_status seqnet_drift_measure(const seqnet_drift *drift, double level,
                                   seqnet_drift_report *report, seqnet_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
