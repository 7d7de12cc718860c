/* Curves of one label against all others, and the areas under them. */
#include <seqnet/metrics.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "scores.h"

#include "banned.h"

/* The probability of a label as a number that sorts like it, with whether the row has the label in
 * the place of the last bit. Numbers of this kind sort faster than pairs. */
typedef uint64_t ranked;

static ranked rank_row(double probability, bool has_label)
{
    uint64_t bits;
    memcpy(&bits, &probability, sizeof bits); /* in the order of doubles that are not negative */
    return (bits & ~(uint64_t)1) | has_label;
}

static double probability_of(ranked row)
{
    double probability;
    const uint64_t bits = row & ~(uint64_t)1;
    memcpy(&probability, &bits, sizeof probability);
    return probability;
}

static int compare_ranked(const void *left, const void *right)
{
    const ranked *const a = left, *const b = right;
    return (*a < *b) - (*a > *b);
}

/* The rows by falling probability of a label; [count]. */
static void rank_rows(const seqnet_scores *scores, const double *totals, size_t label, ranked *rows)
{
    for (size_t row = 0; row < scores->count; row++)
        rows[row] = rank_row(sn_scores_probability(scores, totals, row, label),
                             sn_scores_has_label(scores, row, label));
    qsort(rows, scores->count, sizeof *rows, compare_ranked);
}

/* Calls of one rank give a point. Returns their number. */
static size_t find_points(const ranked *rows, size_t count, seqnet_curve_point *points)
{
    seqnet_curve_point sum = {0};
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        sum.true_positives += rows[i] & 1;
        sum.false_positives += !(rows[i] & 1);
        if (i + 1 < count && rows[i] >> 1 == rows[i + 1] >> 1)
            continue;
        points[found] = sum;
        points[found++].threshold = probability_of(rows[i]);
    }
    return found;
}

static void fill_curve(const seqnet_scores *scores, const double *totals, size_t label,
                       ranked *rows, seqnet_curve *curve)
{
    rank_rows(scores, totals, label, rows);
    curve->count = find_points(rows, scores->count, curve->points);
    const seqnet_curve_point last =
        curve->count ? curve->points[curve->count - 1] : (seqnet_curve_point){0};
    curve->positives = last.true_positives;
    curve->negatives = last.false_positives;
}

/* What the curves of the labels of one set of scores need. */
typedef struct curve_space {
    double *totals;
    ranked *rows;
    seqnet_curve curve;
} curve_space;

static void free_space(curve_space *space)
{
    free(space->totals);
    free(space->rows);
    seqnet_curve_free(&space->curve);
}

static seqnet_status make_space(const seqnet_scores *scores, curve_space *space, seqnet_error *err)
{
    *space = (curve_space){0};
    SN_TRY(sn_scores_totals(scores, &space->totals, err));
    SN_TRY(sn_alloc(&space->rows, scores->count, sizeof *space->rows, err));
    return sn_alloc(&space->curve.points, scores->count, sizeof *space->curve.points, err);
}

seqnet_status seqnet_scores_curve(const seqnet_scores *scores, size_t label, seqnet_curve *curve,
                                  seqnet_error *err)
{
    curve_space space;
    const seqnet_status status = make_space(scores, &space, err);
    *curve = (seqnet_curve){0};
    if (status == SEQNET_OK) {
        fill_curve(scores, space.totals, label, space.rows, &space.curve);
        *curve = space.curve;
        space.curve = (seqnet_curve){0};
    }
    free_space(&space);
    return status;
}

void seqnet_curve_free(seqnet_curve *curve)
{
    free(curve->points);
    *curve = (seqnet_curve){0};
}

seqnet_areas seqnet_curve_areas(const seqnet_curve *curve)
{
    double roc = 0.0, average = 0.0;
    seqnet_curve_point last = {0};
    for (const seqnet_curve_point *p = curve->points; p < curve->points + curve->count; p++) {
        const double gain = (double)(p->true_positives - last.true_positives);
        roc += (double)(p->false_positives - last.false_positives) *
               ((double)(p->true_positives + last.true_positives) / 2.0);
        average +=
            gain * (double)p->true_positives / (double)(p->true_positives + p->false_positives);
        last = *p;
    }
    const double positives = (double)curve->positives, negatives = (double)curve->negatives;
    return (seqnet_areas){.roc = curve->positives && curve->negatives ? roc / positives / negatives
                                                                      : (double)NAN,
                          .precision_recall = curve->positives ? average / positives : (double)NAN};
}

seqnet_status seqnet_scores_areas(const seqnet_scores *scores, seqnet_areas *areas,
                                  seqnet_error *err)
{
    curve_space space;
    const seqnet_status status = make_space(scores, &space, err);
    for (size_t k = 0; k < seqnet_scores_classes(scores) && status == SEQNET_OK; k++) {
        fill_curve(scores, space.totals, k, space.rows, &space.curve);
        areas[k] = seqnet_curve_areas(&space.curve);
    }
    free_space(&space);
    return status;
}

static double mean_of(double sum, size_t count)
{
    return count ? sum / (double)count : (double)NAN;
}

seqnet_areas seqnet_macro_areas(const seqnet_areas *areas, size_t count)
{
    seqnet_areas sum = {0};
    size_t roc = 0, precision_recall = 0;
    for (const seqnet_areas *a = areas; a < areas + count; a++) {
        const bool has_roc = !isnan(a->roc), has_precision = !isnan(a->precision_recall);
        sum.roc += has_roc ? a->roc : 0.0;
        sum.precision_recall += has_precision ? a->precision_recall : 0.0;
        roc += has_roc;
        precision_recall += has_precision;
    }
    return (seqnet_areas){.roc = mean_of(sum.roc, roc),
                          .precision_recall = mean_of(sum.precision_recall, precision_recall)};
}
