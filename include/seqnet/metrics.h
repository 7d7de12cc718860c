/*
 * Measures of scored rows (evaluate.h) that need more than counts: areas under curves, calibration,
 * intervals, and the comparison of two models. All are functions of scores and counts alone.
 *
 * Ownership: a curve belongs to the caller and is released with seqnet_curve_free.
 */
#ifndef SEQNET_METRICS_H
#define SEQNET_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include <seqnet/evaluate.h>
#include <seqnet/status.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef struct seqnet_interval {
    double low, high;
} seqnet_interval;

/* The 95 % interval of a share, `successes` of n, by Wilson's score (Wilson 1927); 0 to 1 for n =
 * 0. successes <= n. */
seqnet_interval seqnet_wilson_interval(size_t successes, size_t n);

/* One label against all others: when the rows with a probability of at least `threshold` are taken
 * to have the label, how many of them do, and how many do not. */
typedef struct seqnet_curve_point {
    double threshold;
    size_t true_positives, false_positives;
} seqnet_curve_point;

/* A point for each distinct probability of the label, the highest first. The last point has all
 * rows: `positives` of them have the label, `negatives` do not. */
typedef struct seqnet_curve {
    seqnet_curve_point *points;
    size_t count, positives, negatives;
} seqnet_curve;

/* Makes the curve of a label, label < classes. Probabilities that differ in the last bit only are
 * equal. SEQNET_ERR_MEMORY; the curve then needs no seqnet_curve_free. */
seqnet_status seqnet_scores_curve(const seqnet_scores *scores, size_t label, seqnet_curve *curve,
                                  seqnet_error *err);

/* Frees the points. A zeroed curve is fine. */
void seqnet_curve_free(seqnet_curve *curve);

/* The areas under a label's two curves; NaN where it is undefined, because no row has the label or,
 * for `roc`, all rows have it. */
typedef struct seqnet_areas {
    /* Under the receiver operating characteristic: the true positive rate over the false positive
     * rate, by trapezoids. */
    double roc;
    /* Average precision: the sum over the points of the precision times the gain in recall. */
    double precision_recall;
} seqnet_areas;

seqnet_areas seqnet_curve_areas(const seqnet_curve *curve);

/* Fills areas[classes] with the areas of each label. SEQNET_ERR_MEMORY. */
seqnet_status seqnet_scores_areas(const seqnet_scores *scores, seqnet_areas *areas,
                                  seqnet_error *err);

/* The means over the labels whose areas are defined; NaN when none is. */
seqnet_areas seqnet_macro_areas(const seqnet_areas *areas, size_t count);

/* The mean squared distance between probabilities and labels (Brier 1950): of two labels
 * (p - y)^2, p being the probability of the second one; of more labels the sum over all of them; of
 * rows with any number of labels the mean over all of them. 0 without rows. */
double seqnet_scores_brier(const seqnet_scores *scores);

enum { SEQNET_CALIBRATION_BINS = 15 };

/* Rows by the probability of their most probable label: bin b has those above b / 15 and up to
 * (b + 1) / 15. */
typedef struct seqnet_calibration {
    struct {
        /* The rows of the bin, and those whose most probable label is right. */
        size_t n, correct;
        /* The mean of the probabilities; 0 without rows. */
        double confidence;
    } bins[SEQNET_CALIBRATION_BINS];
    /* The expected calibration error: the mean over the rows of |share of right rows - mean
     * probability| of their bins (Naeini, Cooper and Hauskrecht 2015; Guo et al. 2017). 0 without
     * rows. */
    double error;
} seqnet_calibration;

/* For rows with one label each. */
seqnet_calibration seqnet_scores_calibration(const seqnet_scores *scores);

/* The same for the probabilities that the model whose scores they are would give without
 * calibration, as after seqnet_scores_uncalibrate. SEQNET_ERR_MEMORY. */
seqnet_status seqnet_scores_raw_calibration(const seqnet_scores *scores, const seqnet_model *model,
                                            seqnet_calibration *calibration, seqnet_error *err);

/* How the predictions of two models for the same rows differ. */
typedef struct seqnet_paired {
    /* The rows; those that only the first model predicts right, and only the second one. */
    size_t n, only_first, only_second;
} seqnet_paired;

/* The 95 % interval of (only_second - only_first) / n, the difference of the accuracies, from
 * `replicates` samples of n rows with replacement (percentile bootstrap, Efron 1979). The seed
 * gives the samples. SEQNET_ERR_USAGE without rows or replicates, SEQNET_ERR_MEMORY. */
seqnet_status seqnet_paired_interval(const seqnet_paired *paired, size_t replicates, uint64_t seed,
                                     seqnet_interval *interval, seqnet_error *err);

/* The two-sided probability of rows that differ as unequally or more, if both models are equally
 * good: McNemar's exact test, a binomial test of only_first and only_second. */
double seqnet_paired_p_value(const seqnet_paired *paired);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
