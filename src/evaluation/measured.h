/*
 * What evaluate finds out about a model on labelled rows, before anything is printed: all figures
 * of one measurement in one place, for text, JSON and pages. The figures themselves are the
 * library's (seqnet/metrics.h).
 */
#ifndef EVALUATION_MEASURED_H
#define EVALUATION_MEASURED_H

#include <seqnet/seqnet.h>

#include "slices.h"

/* What is measured. */
typedef struct measuring {
    const seqnet_model *model;
    /* Loaded for the model. */
    const seqnet_dataset *dataset;
    /* DATA and --part as they are shown, and the parts that are measured. */
    const char *data, *part;
    seqnet_parts parts;
    /* Rows over all parts, 0: all; and threads, 0: all usable cores. */
    size_t limit, threads;
    /* Of P@k and R@k; 0: these are not wanted. */
    size_t k;
    /* From which probability on labels are predicted: of several labels a row, or the second one of
     * two. 0: as usual. */
    double threshold;
    /* Probabilities are those before calibration. */
    bool raw;
    /* The field whose values make slices; NULL: none. */
    const char *by;
} measuring;

typedef struct measured {
    measuring what;
    seqnet_scores *scores;
    size_t rows, classes;
    /* [rows]: where a row is, and whether it is predicted right: its label or, of several, all of
     * them and no others. */
    row_place *places;
    bool *is_right;
    bool multi_label;
    /* One label a row: the counts. Otherwise zeroed. */
    seqnet_evaluation counts;
    /* Rows that are right (of several labels: all of them and no others), their share, its 95 %
     * interval, and the mean loss. */
    size_t right;
    double accuracy, loss;
    seqnet_interval interval;
    /* [classes] */
    seqnet_label_metrics *labels;
    seqnet_areas *areas;
    /* Of two labels a row has one of, the second label's; else the means over the labels. */
    seqnet_areas area;
    seqnet_average macro, weighted, micro, at_1, at_k;
    double brier;
    /* One label a row. */
    seqnet_calibration calibration;
    /* Of a model that gives no answer below a probability, answers_from: the rows that are
     * answered, and those of them that are right. 0: it gives all answers. */
    double answers_from;
    size_t answered, answered_right;
    /* The label that most rows have, and its share: what a model has to beat. */
    size_t majority;
    double majority_share;
    /* By words in the row, by the share of them that is unknown, and by the field; the last one is
     * empty without it. */
    slice_table by_length, by_unknown, by_field;
} measured;

/* Scores the rows and finds all figures; no rows are fine. The caller calls free_measured whatever
 * the result. SEQNET_ERR_DATA, also for a field that there is not, SEQNET_ERR_MEMORY. */
seqnet_status measure(const measuring *what, measured *m, seqnet_error *err);
void free_measured(measured *m);

/* Fills labels[classes] with the labels that are predicted for a row; returns their number, which
 * is 1 unless rows have any number of labels. *probability becomes that of the predicted label; of
 * several labels the distance of the most mistaken one's probability from the truth. */
size_t predicted_labels(const measured *m, size_t row, size_t *labels, double *probability);

/* The name of a label. */
const char *measured_label(const measured *m, size_t label);

#endif
