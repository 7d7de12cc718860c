/*
 * How good a model is on labelled rows.
 *
 * An evaluation counts rows while they are scored: its size depends on the number of labels only.
 * Scores keep what the model says of each row, for measures that need more than counts. Metrics are
 * functions of one or the other; they read nothing else and change nothing.
 *
 * Ownership: an evaluation belongs to the caller and is released with seqnet_evaluation_free,
 * scores with seqnet_scores_free (NULL is fine).
 */
#ifndef SEQNET_EVALUATE_H
#define SEQNET_EVALUATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <seqnet/dataset.h>
#include <seqnet/model.h>
#include <seqnet/status.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* What a model makes of labelled rows. It owns its confusion matrix. */
typedef struct seqnet_evaluation {
    size_t n, correct; /* rows, and those of them whose label is predicted */
    double accuracy, loss;
    size_t classes;
    size_t *confusion; /* [classes, classes]: rows by true class, columns by predicted one; NULL:
                          it is not counted */
} seqnet_evaluation;

/* An evaluation of no rows for a model with so many labels, without a confusion matrix. It needs no
 * memory, and no seqnet_evaluation_free. */
seqnet_evaluation seqnet_evaluation_totals(size_t classes);

/* Makes one with a confusion matrix. SEQNET_ERR_MEMORY. */
seqnet_status seqnet_evaluation_init(seqnet_evaluation *evaluation, size_t classes,
                                     seqnet_error *err);

/* Forgets all rows. */
void seqnet_evaluation_clear(seqnet_evaluation *evaluation);

/* One of zeros is fine. */
void seqnet_evaluation_free(seqnet_evaluation *evaluation);

/* Scores the first `limit` rows of a part (0: all) and adds them to *evaluation, which was made for
 * the model's labels; accuracy and loss are those of all rows added so far. threads 0: all usable
 * cores. SEQNET_ERR_DATA when the dataset may hold ids or classes that the model does not have,
 * which one from seqnet_model_load_dataset does not. */
seqnet_status seqnet_model_evaluate(const seqnet_model *model, const seqnet_dataset *dataset,
                                    seqnet_part part, size_t limit, size_t threads,
                                    seqnet_evaluation *evaluation, seqnet_error *err);

/* How well one label is told apart. A share of nothing is 0. */
typedef struct seqnet_label_metrics {
    /* Rows that have the label (its support), rows predicted to have it, and rows of both. */
    size_t rows, predicted, correct;
    /* correct / predicted, correct / rows, and the harmonic mean of the two. */
    double precision, recall, f1;
} seqnet_label_metrics;

/* Fills labels[evaluation->classes] from the confusion matrix, which there must be. */
void seqnet_evaluation_labels(const seqnet_evaluation *evaluation, seqnet_label_metrics *labels);

typedef struct seqnet_average {
    double precision, recall, f1;
} seqnet_average;

/* The mean over the labels that occur, in the rows or in the predictions. */
seqnet_average seqnet_macro_average(const seqnet_label_metrics *labels, size_t count);

/* The mean over the rows, each with the metrics of its label. */
seqnet_average seqnet_weighted_average(const seqnet_label_metrics *labels, size_t count);

/* How many rows of one label are predicted to have another. */
typedef struct seqnet_confused {
    size_t label, predicted, n;
} seqnet_confused;

/* Lists all pairs of labels that are confused, those of most rows first; of equal pairs the lower
 * label comes first, then the lower predicted one. There must be a confusion matrix. *list is to be
 * freed with free(). SEQNET_ERR_MEMORY. */
seqnet_status seqnet_evaluation_confused(const seqnet_evaluation *evaluation,
                                         seqnet_confused **list, size_t *count, seqnet_error *err);

/* What a model says of labelled rows, in their order: for each row its logits, from which loss and
 * probabilities follow without rounding, and its label. A row takes 8 bytes with two labels, else 4
 * for each label and 4 more. */
typedef struct seqnet_scores seqnet_scores;

/* Makes scores without rows for a model's labels. The model is not kept. SEQNET_ERR_MEMORY. */
seqnet_status seqnet_scores_create(seqnet_scores **scores, const seqnet_model *model,
                                   seqnet_error *err);
void seqnet_scores_free(seqnet_scores *scores);

/* Scores the first `limit` rows of a part (0: all) and appends them to *scores; with any number of
 * threads (0: all usable cores) to the same bits. A failure leaves *scores as they were.
 * SEQNET_ERR_DATA as seqnet_model_evaluate, SEQNET_ERR_USAGE for scores of other labels. */
seqnet_status seqnet_model_score(const seqnet_model *model, const seqnet_dataset *dataset,
                                 seqnet_part part, size_t limit, size_t threads,
                                 seqnet_scores *scores, seqnet_error *err);

size_t seqnet_scores_count(const seqnet_scores *scores);
size_t seqnet_scores_classes(const seqnet_scores *scores);

/* The class of a row. row < count. */
int32_t seqnet_scores_label(const seqnet_scores *scores, size_t row);

/* The probability of each class of a row, probabilities[classes]. row < count. */
void seqnet_scores_probabilities(const seqnet_scores *scores, size_t row, double *probabilities);

/* Adds all rows to *evaluation, which was made for as many classes: the counts and, for the rows of
 * one part, the bits of the loss that seqnet_model_evaluate gives. */
void seqnet_scores_evaluate(const seqnet_scores *scores, seqnet_evaluation *evaluation);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
