#include "profile.h"

#include <math.h>
#include <stdlib.h>

#include "memory.h"

#include "banned.h"

#define SHARE_STEPS 1e4

/* Confidences, shares and thresholds have four decimals, so that exponentials, whose last bits
 * differ between machines, seldom change a profile. Rounded down, a threshold keeps the row that it
 * comes from. */
static double rounded_down(double share)
{
    return floor(share * SHARE_STEPS) / SHARE_STEPS;
}

/* A scored row, for the curve. */
typedef struct scored_row {
    double confidence;
    bool is_right;
} scored_row;

/* [rows] each. */
typedef struct row_values {
    scored_row *scored;
    double *confidence, *words, *unknown;
} row_values;

static seqnet_status allocate(row_values *values, size_t rows, seqnet_error *err)
{
    SN_TRY(sn_alloc(&values->scored, rows, sizeof *values->scored, err));
    SN_TRY(sn_alloc(&values->confidence, 3 * rows, sizeof *values->confidence, err));
    values->words = values->confidence + rows;
    values->unknown = values->words + rows;
    return SEQNET_OK;
}

static void release(row_values *values)
{
    free(values->scored);
    free(values->confidence);
}

sn_row_words sn_words_of_text(const sn_encoding *encoding, size_t tokens, size_t oov)
{
    return encoding->oov_char < 0 ? (sn_row_words){.words = tokens - oov}
                                  : (sn_row_words){.words = tokens, .unknown = oov};
}

sn_row_words sn_words_of_ids(const sn_encoding *encoding, size_t ids, size_t oov)
{
    const size_t starts = encoding->start_char >= 0 && ids > oov;
    return (sn_row_words){.words = ids - starts, .unknown = oov};
}

double sn_unknown_share(sn_row_words row)
{
    return row.words ? rounded_down((double)row.unknown / (double)row.words) : 0.0;
}

static sn_row_words count_words(const sn_encoding *encoding, const sn_rows *rows, size_t row)
{
    const size_t place = rows->offsets[row], length = sn_rows_length(rows, row);
    size_t oov = 0, padding = 0;
    for (size_t i = 0; i < length; i++) {
        const int32_t id = sn_rows_id(rows, place + i);
        oov += id == encoding->oov_char;
        padding += id == 0;
    }
    return sn_words_of_ids(encoding, length - padding, oov);
}

/* Fills the values of one row and counts its labels. */
static void take_row(seqnet_held_out *held_out, row_values *values, const seqnet_scores *scores,
                     const sn_rows *rows, const sn_encoding *encoding, size_t row)
{
    const sn_label_set set = sn_scores_label_set(scores, row);
    const sn_row_words words = count_words(encoding, rows, row);
    const size_t predicted =
        sn_predicted_class(scores->logits + row * scores->outputs, scores->outputs);
    const double confidence = rounded_down(sn_scores_probability(scores, NULL, row, predicted));
    values->scored[row] = (scored_row){confidence, sn_scores_has_label(scores, row, predicted)};
    values->confidence[row] = confidence;
    values->words[row] = (double)words.words;
    values->unknown[row] = sn_unknown_share(words);
    held_out->predicted[predicted]++;
    for (size_t i = 0; i < set.count; i++)
        held_out->actual[set.labels[i]]++;
}

static int compare_numbers(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static int compare_scored(const void *left, const void *right)
{
    const scored_row *const a = left, *const b = right;
    return compare_numbers(&a->confidence, &b->confidence);
}

static void make_histogram(seqnet_histogram *histogram, double *values, size_t count, double steps)
{
    qsort(values, count, sizeof *values, compare_numbers);
    sn_histogram_make(histogram, values, count, steps);
}

/* Takes the points of the curve at quantiles of the confidence. */
static void make_curve(seqnet_held_out *held_out, scored_row *scored)
{
    const size_t rows = held_out->rows;
    size_t right = 0, next = 0;
    qsort(scored, rows, sizeof *scored, compare_scored);
    for (size_t i = 0; i < rows; i++)
        right += scored[i].is_right;
    for (size_t i = 0; i < rows; right -= scored[i++].is_right) {
        const bool is_new = i == 0 || scored[i].confidence > scored[i - 1].confidence;
        if (!is_new || i * SEQNET_CURVE_POINTS < next * rows)
            continue;
        held_out->curve[held_out->points++] =
            (seqnet_abstain_point){scored[i].confidence, rows - i, right};
        next = i * SEQNET_CURVE_POINTS / rows + 1;
    }
}

seqnet_status sn_profile_make(seqnet_held_out *held_out, const seqnet_scores *scores,
                              const sn_rows *rows, const sn_encoding *encoding, seqnet_error *err)
{
    row_values values = {0};
    seqnet_status status = SEQNET_OK;
    const size_t labels = seqnet_scores_classes(scores);
    *held_out = (seqnet_held_out){.rows = rows->count, .labels = labels};
    SN_GOTO(sn_alloc(&held_out->predicted, labels, sizeof *held_out->predicted, err));
    SN_GOTO(sn_alloc(&held_out->actual, labels, sizeof *held_out->actual, err));
    SN_GOTO(allocate(&values, rows->count, err));
    for (size_t row = 0; row < rows->count; row++)
        take_row(held_out, &values, scores, rows, encoding, row);
    make_histogram(&held_out->confidence, values.confidence, rows->count, SHARE_STEPS);
    make_histogram(&held_out->words, values.words, rows->count, 1.0);
    if (encoding->oov_char >= 0)
        make_histogram(&held_out->unknown, values.unknown, rows->count, SHARE_STEPS);
    make_curve(held_out, values.scored);
out:
    release(&values);
    return status;
}
