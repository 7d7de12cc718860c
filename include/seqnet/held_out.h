/*
 * What a model did on rows that it was not trained on: a profile, which the training stores in the
 * model's file. New rows are compared with it (drift.h), and it tells from which probability on
 * answers are right as often as somebody needs.
 *
 * The rows are the validation rows. Where the training ended with a second one on all rows, the
 * profile is of the first, so that its rows were held out.
 */
#ifndef SEQNET_HELD_OUT_H
#define SEQNET_HELD_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include <seqnet/model.h>
#include <seqnet/status.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

enum { SEQNET_HISTOGRAM_BINS = 12, SEQNET_CURVE_POINTS = 200 };

/* How the values of the rows are distributed. A value belongs to bin i when edges[i - 1] <= value <
 * edges[i]; the first and the last bin have no outer edge. The edges are the least value of the
 * rows unless that is 0, their deciles that are above it, and what is just above the greatest
 * value: the outer bins are there for values of other rows that none of these has. */
typedef struct seqnet_histogram {
    /* 1 to SEQNET_HISTOGRAM_BINS; 0: the values are not known. */
    size_t bins;
    double edges[SEQNET_HISTOGRAM_BINS - 1];
    /* Rows of each bin. */
    size_t counts[SEQNET_HISTOGRAM_BINS];
    /* The mean of all values. */
    double mean;
} seqnet_histogram;

/* The bin of a value. bins > 0. */
size_t seqnet_histogram_bin(const seqnet_histogram *histogram, double value);

/* How many answers have at least this probability, and how many of them are right. */
typedef struct seqnet_abstain_point {
    double threshold;
    size_t kept, right;
} seqnet_abstain_point;

/* Of a row with any number of labels the most probable one counts as predicted, and is right when
 * it is among them. */
typedef struct seqnet_held_out {
    size_t rows;
    /* The model that answers was then trained again, on these rows, too. It knows more than the one
     * that the profile is of, and its answers are mostly surer. */
    bool is_refitted;
    /* [labels] each: the rows for which each label is predicted, and those that have it. */
    size_t *predicted, *actual;
    size_t labels;
    /* The probability of the predicted label; the words of a row; and the share of them, from 0 to
     * 1, that the model does not know, of rows without words 0. The last is not known of models
     * that leave unknown words out. */
    seqnet_histogram confidence, words, unknown;
    /* In the order of rising thresholds, which have four decimals. */
    seqnet_abstain_point curve[SEQNET_CURVE_POINTS];
    size_t points;
} seqnet_held_out;

/* The profile of a model; NULL: its training had no validation rows, or an older version wrote the
 * file. The model's. */
const seqnet_held_out *seqnet_model_held_out(const seqnet_model *model);

/* The same as a JSON object, as it lies in the file; NULL likewise. */
const char *seqnet_model_held_out_json(const seqnet_model *model);

/* The point of the curve with the most answers of which the share `precision` is right. Chance
 * makes the best of many points look better than it is, the more the fewer answers there are, so
 * that a share counts as reached when it is by one standard error of it: the lower end of Wilson's
 * interval at z = 1 [Wilson 1927]. *best (may be NULL) becomes the point that comes closest.
 * Returns NULL when no point reaches it. The curve's. */
const seqnet_abstain_point *seqnet_held_out_precise(const seqnet_held_out *held_out,
                                                    double precision,
                                                    const seqnet_abstain_point **best);

/* The probability below which a model gives no answer, stored by a training with
 * options.precision; 0: it always answers. Whoever asks for predictions compares them with it. */
double seqnet_model_abstain_below(const seqnet_model *model);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
