#include <seqnet/drift.h>

#include <math.h>
#include <stdlib.h>

#include "memory.h"
#include "model.h"
#include "profile.h"

#include "banned.h"

/* Rows that a bin should be expected to hold, for the chi-square distribution to be near. */
static const double LEAST_EXPECTED = 5.0;

struct seqnet_drift {
    const seqnet_model *model;
    size_t rows;
    /* The histograms' counts and means, the latter as sums; indexed by the feature. */
    seqnet_histogram histograms[SEQNET_DRIFT_FEATURES];
    /* [labels] */
    size_t *predicted;
};

/* The rows of one bin in both samples. */
typedef struct bin_pair {
    double before, now;
    size_t label;
} bin_pair;

/* The histogram of a feature other than the labels. */
static const seqnet_histogram *held_out_histogram(const seqnet_held_out *held_out,
                                                  seqnet_drift_feature feature)
{
    if (feature == SEQNET_DRIFT_UNKNOWN)
        return &held_out->unknown;
    return feature == SEQNET_DRIFT_WORDS ? &held_out->words : &held_out->confidence;
}

seqnet_status seqnet_drift_create(seqnet_drift **drift, const seqnet_model *model,
                                  seqnet_error *err)
{
    *drift = NULL;
    if (!seqnet_model_held_out(model))
        return sn_fail(err, SEQNET_ERR_MODEL,
                       "the model has no profile of held-out rows to compare with: it was trained "
                       "without validation rows, or by an older version; train it again");
    SN_TRY(sn_alloc(drift, 1, sizeof **drift, err));
    (*drift)->model = model;
    const seqnet_status status =
        sn_alloc(&(*drift)->predicted, model->label_count, sizeof *(*drift)->predicted, err);
    if (status != SEQNET_OK) {
        seqnet_drift_free(*drift);
        *drift = NULL;
    }
    return status;
}

void seqnet_drift_free(seqnet_drift *drift)
{
    if (!drift)
        return;
    free(drift->predicted);
    free(drift);
}

static void count_value(seqnet_drift *drift, seqnet_drift_feature feature, double value)
{
    const seqnet_histogram *const bins = held_out_histogram(&drift->model->held_out, feature);
    seqnet_histogram *const counted = &drift->histograms[feature];
    if (bins->bins == 0)
        return;
    counted->counts[seqnet_histogram_bin(bins, value)]++;
    counted->mean += value;
}

void seqnet_drift_add(seqnet_drift *drift, const seqnet_prediction *prediction, bool is_ids)
{
    const sn_encoding *const encoding = &drift->model->config.encoding;
    const sn_row_words words = (is_ids ? sn_words_of_ids : sn_words_of_text)(
        encoding, prediction->tokens, prediction->oov);
    drift->rows++;
    drift->predicted[prediction->label]++;
    count_value(drift, SEQNET_DRIFT_UNKNOWN, sn_unknown_share(words));
    count_value(drift, SEQNET_DRIFT_WORDS, (double)words.words);
    count_value(drift, SEQNET_DRIFT_CONFIDENCE, prediction->probability);
}

size_t seqnet_drift_rows(const seqnet_drift *drift)
{
    return drift->rows;
}

size_t seqnet_drift_predicted(const seqnet_drift *drift, size_t label)
{
    return drift->predicted[label];
}

/* The probability that a chi-square variable of `freedom` degrees is larger than x: a finite sum,
 * 26.4.4 and 26.4.5 of Abramowitz and Stegun 1964. Its terms are computed as logarithms, since
 * each factor alone may be out of range. */
static double chi_square_tail(double x, size_t freedom)
{
    const double half = x / 2.0, pi = acos(-1.0);
    const bool is_odd = freedom % 2 == 1;
    double sum = is_odd ? erfc(sqrt(half)) : 0.0;
    if (!(x > 0.0))
        return 1.0;
    double log_term = is_odd ? 0.5 * log(half) - half - log(sqrt(pi) / 2.0) : -half;
    for (size_t k = 0; k < freedom / 2; k++) {
        sum += exp(log_term);
        log_term += log(half / ((double)k + (is_odd ? 1.5 : 1.0)));
    }
    return fmin(sum, 1.0);
}

/* Joins neighbours until each bin is expected to hold enough rows of the smaller sample. Returns
 * the number of bins that are left. */
static size_t join_bins(bin_pair *bins, size_t count, double before, double now)
{
    const double share = fmin(before, now) / (before + now);
    bin_pair open = {0};
    size_t joined = 0;
    for (size_t i = 0; i < count; i++) {
        open.before += bins[i].before;
        open.now += bins[i].now;
        if ((open.before + open.now) * share < LEAST_EXPECTED)
            continue;
        bins[joined++] = open;
        open = (bin_pair){0};
    }
    if (joined == 0)
        return 1;
    bins[joined - 1].before += open.before;
    bins[joined - 1].now += open.now;
    return joined;
}

static double stability_index(const bin_pair *bins, size_t count, double before, double now)
{
    const double half = 0.5, all = half * (double)count;
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        const double p = (bins[i].before + half) / (before + all);
        const double q = (bins[i].now + half) / (now + all);
        sum += (q - p) * log(q / p);
    }
    return fmax(sum - ((double)count - 1.0) * (1.0 / before + 1.0 / now), 0.0);
}

/* Pearson's statistic of two samples. */
static double chi_square(const bin_pair *bins, size_t count, double before, double now)
{
    const double scale = sqrt(now / before);
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        const double difference = scale * bins[i].before - bins[i].now / scale;
        sum += difference * difference / (bins[i].before + bins[i].now);
    }
    return sum;
}

static void compare_bins(seqnet_drift_change *change, bin_pair *bins, size_t count, double before,
                         double now)
{
    change->is_known = true;
    change->bins = join_bins(bins, count, before, now);
    change->p = 1.0;
    if (change->bins < 2)
        return;
    change->psi = stability_index(bins, change->bins, before, now);
    change->p = chi_square_tail(chi_square(bins, change->bins, before, now), change->bins - 1);
}

/* By the rows of both samples, then by label: an order that looked at one sample would put labels
 * of the same kind side by side, and joining them would make a difference of chance. */
static int compare_rows(const void *left, const void *right)
{
    const bin_pair *const a = left, *const b = right;
    const double x = a->before + a->now, y = b->before + b->now;
    if (x != y)
        return x < y ? -1 : 1;
    return (a->label > b->label) - (a->label < b->label);
}

/* Labels have no order: rare ones come first, so that those are joined. A model that was trained
 * again predicts other labels than the one of the profile, too: where rows have several, any of
 * them may be the most probable one, and else a small change counts for nothing. */
static seqnet_status compare_labels(const seqnet_drift *drift, seqnet_drift_change *change,
                                    seqnet_error *err)
{
    const seqnet_held_out *const held_out = &drift->model->held_out;
    bin_pair *bins;
    if (held_out->is_refitted && drift->model->config.multi_label)
        return SEQNET_OK;
    SN_TRY(sn_alloc(&bins, held_out->labels, sizeof *bins, err));
    for (size_t i = 0; i < held_out->labels; i++)
        bins[i] = (bin_pair){(double)held_out->predicted[i], (double)drift->predicted[i], i};
    qsort(bins, held_out->labels, sizeof *bins, compare_rows);
    compare_bins(change, bins, held_out->labels, (double)held_out->rows, (double)drift->rows);
    if (held_out->is_refitted && change->psi <= SEQNET_PSI_SMALL)
        change->p = 1.0;
    free(bins);
    return SEQNET_OK;
}

/* The probability by chance of so many more uncertain rows: Smirnov's one-sided test. */
static double fall_tail(const bin_pair *bins, size_t count, double before, double now)
{
    double difference = 0.0, most = 0.0;
    for (size_t i = 0; i < count; i++) {
        difference += bins[i].now / now - bins[i].before / before;
        most = fmax(most, difference);
    }
    return exp(-2.0 * most * most * before * now / (before + now));
}

/* Of the confidence of a refitted model only a fall counts. `bins` are those that are joined. */
static void take_fall(seqnet_drift_change *change, const bin_pair *bins, double before, double now)
{
    if (change->bins < 2)
        return;
    const bool falls = change->now < change->before;
    change->p = falls ? fall_tail(bins, change->bins, before, now) : 1.0;
    change->psi = falls ? change->psi : 0.0;
}

static void compare_histograms(const seqnet_drift *drift, seqnet_drift_feature feature,
                               seqnet_drift_change *change)
{
    const seqnet_held_out *const held_out = &drift->model->held_out;
    const seqnet_histogram *const before = held_out_histogram(held_out, feature);
    const seqnet_histogram *const now = &drift->histograms[feature];
    bin_pair bins[SEQNET_HISTOGRAM_BINS];
    if (before->bins == 0)
        return;
    for (size_t i = 0; i < before->bins; i++)
        bins[i] = (bin_pair){(double)before->counts[i], (double)now->counts[i], i};
    compare_bins(change, bins, before->bins, (double)held_out->rows, (double)drift->rows);
    change->before = before->mean;
    change->now = now->mean / (double)drift->rows;
    if (feature == SEQNET_DRIFT_CONFIDENCE && held_out->is_refitted)
        take_fall(change, bins, (double)held_out->rows, (double)drift->rows);
}

/* Holm's step-down procedure: the smallest p is compared with level / count, the next one with
 * level / (count - 1), and so on, until one does not hold. */
static void find_changes(seqnet_drift_report *report, double level)
{
    size_t left = 0;
    for (size_t i = 0; i < SEQNET_DRIFT_FEATURES; i++)
        left += report->changes[i].is_known;
    for (; left > 0; left--) {
        seqnet_drift_change *least = NULL;
        for (size_t i = 0; i < SEQNET_DRIFT_FEATURES; i++) {
            seqnet_drift_change *const c = &report->changes[i];
            if (c->is_known && !c->is_found && (!least || c->p < least->p))
                least = c;
        }
        if (!least || least->p > level / (double)left)
            return;
        least->is_found = report->is_found = true;
    }
}

static void find_worst(seqnet_drift_report *report)
{
    bool has_worst = false;
    for (size_t i = 0; i < SEQNET_DRIFT_FEATURES; i++) {
        const seqnet_drift_change *const c = &report->changes[i];
        if (!c->is_known || c->is_found != report->is_found)
            continue;
        if (!has_worst || c->psi > report->changes[report->worst].psi)
            report->worst = (seqnet_drift_feature)i;
        has_worst = true;
    }
}

seqnet_status seqnet_drift_measure(const seqnet_drift *drift, double level,
                                   seqnet_drift_report *report, seqnet_error *err)
{
    *report =
        (seqnet_drift_report){.rows = drift->rows, .held_out_rows = drift->model->held_out.rows};
    if (!(level > 0.0 && level < 1.0))
        return sn_fail(err, SEQNET_ERR_USAGE, "a level is above 0 and below 1, not %g", level);
    if (drift->rows == 0)
        return sn_fail(err, SEQNET_ERR_USAGE, "no rows are counted that could be compared");
    for (seqnet_drift_feature f = 0; f < SEQNET_DRIFT_FEATURES; f++)
        if (f == SEQNET_DRIFT_LABELS)
            SN_TRY(compare_labels(drift, &report->changes[f], err));
        else
            compare_histograms(drift, f, &report->changes[f]);
    find_changes(report, level);
    find_worst(report);
    return SEQNET_OK;
}
