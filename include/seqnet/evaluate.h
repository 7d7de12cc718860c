/*
 * How good a model is on labelled rows.
 *
 * An evaluation counts rows while they are scored: its size depends on the number of labels only.
 * Scores keep the model's output for each row, for measures that need more than counts. Metrics are
 * functions of one or the other; they read nothing else and change nothing. Predictions for rows
 * without labels are in predict.h.
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

/* The counts of labelled rows that a model has scored. It owns its confusion matrix. */
typedef struct seqnet_evaluation {
    /* The number of rows, and of rows whose label is predicted. */
    size_t n, correct;
    /* correct / n, and the mean cross-entropy of the rows (natural logarithm). */
    double accuracy, loss;
    /* The number of the model's labels. */
    size_t classes;
    /* [classes, classes]: how many rows of the class (first index) are predicted to have another
     * (second index). NULL: they are not counted. */
    size_t *confusion;
} seqnet_evaluation;

/* Returns an evaluation without rows, for a model with `classes` labels, that counts no confusion
 * matrix. It needs no seqnet_evaluation_free. */
seqnet_evaluation seqnet_evaluation_totals(size_t classes);

/* Makes an evaluation without rows that counts a confusion matrix. SEQNET_ERR_USAGE for more than
 * 4096 classes, SEQNET_ERR_MEMORY. */
seqnet_status seqnet_evaluation_init(seqnet_evaluation *evaluation, size_t classes,
                                     seqnet_error *err);

/* Sets all counts to 0, as if no row had been added. */
void seqnet_evaluation_clear(seqnet_evaluation *evaluation);

/* Frees the confusion matrix. A zeroed evaluation is fine. */
void seqnet_evaluation_free(seqnet_evaluation *evaluation);

/* Scores the first `limit` rows of a part (0: all) and adds them to *evaluation, whose accuracy and
 * loss are then those of all rows that have been added. threads 0: all usable cores.
 * SEQNET_ERR_USAGE for an evaluation with another number of classes than the model has labels, and
 * for a model that gives a row any number of labels, which scores measure,
 * SEQNET_ERR_DATA for a dataset that may hold ids or classes that the model does not have; datasets
 * of seqnet_model_load_dataset hold none. */
seqnet_status seqnet_model_evaluate(const seqnet_model *model, const seqnet_dataset *dataset,
                                    seqnet_part part, size_t limit, size_t threads,
                                    seqnet_evaluation *evaluation, seqnet_error *err);

/* How well a model predicts one label. A quotient with the denominator 0 is 0. */
typedef struct seqnet_label_metrics {
    /* The number of rows that have the label (its support), that are predicted to have it, and
     * that do both. */
    size_t rows, predicted, correct;
    /* correct / predicted, correct / rows, and the harmonic mean of the two. */
    double precision, recall, f1;
} seqnet_label_metrics;

/* Fills labels[classes] from the confusion matrix, which the evaluation must have. */
void seqnet_evaluation_labels(const seqnet_evaluation *evaluation, seqnet_label_metrics *labels);

typedef struct seqnet_average {
    double precision, recall, f1;
} seqnet_average;

/* The mean over the labels that occur in the rows or in the predictions. */
seqnet_average seqnet_macro_average(const seqnet_label_metrics *labels, size_t count);

/* Of the counts of all labels together: correct / predicted, correct / rows, and the harmonic mean
 * of the two. */
seqnet_average seqnet_micro_average(const seqnet_label_metrics *labels, size_t count);

/* The mean over the labels, weighted by their support. */
seqnet_average seqnet_weighted_average(const seqnet_label_metrics *labels, size_t count);

/* How many rows of one label are predicted to have another. */
typedef struct seqnet_confused {
    size_t label, predicted, n;
} seqnet_confused;

/* Lists all pairs of labels that are confused: pairs of more rows come first, then pairs with the
 * lower label, then pairs with the lower predicted label. The evaluation must have a confusion
 * matrix. The caller releases *list with free(). SEQNET_ERR_MEMORY. */
seqnet_status seqnet_evaluation_confused(const seqnet_evaluation *evaluation,
                                         seqnet_confused **list, size_t *count, seqnet_error *err);

/* A model's output for labelled rows, in their order: the logits of each row, from which loss and
 * probabilities follow without further rounding, and its label. A row takes 8 bytes when the model
 * has two labels, else 4 bytes for each label and 4 more. */
typedef struct seqnet_scores seqnet_scores;

/* Makes scores without rows for a model's labels. They keep no pointer to the model.
 * SEQNET_ERR_MEMORY. */
seqnet_status seqnet_scores_create(seqnet_scores **scores, const seqnet_model *model,
                                   seqnet_error *err);
void seqnet_scores_free(seqnet_scores *scores);

/* Scores the first `limit` rows of a part (0: all) and appends them to *scores. Any number of
 * threads (0: all usable cores) gives the same bits. A failure leaves *scores as they are.
 * SEQNET_ERR_DATA as in seqnet_model_evaluate, SEQNET_ERR_USAGE for scores of another number of
 * labels. */
seqnet_status seqnet_model_score(const seqnet_model *model, const seqnet_dataset *dataset,
                                 seqnet_part part, size_t limit, size_t threads,
                                 seqnet_scores *scores, seqnet_error *err);

/* Turns scores of a model into what they would be before calibration (seqnet_calibrated in
 * train.h); no predicted label changes. To be called once. Nothing changes for models that are not
 * calibrated. */
void seqnet_scores_uncalibrate(seqnet_scores *scores, const seqnet_model *model);

size_t seqnet_scores_count(const seqnet_scores *scores);
size_t seqnet_scores_classes(const seqnet_scores *scores);

/* The index of a row's label. row < count. Not for scores of rows with any number of labels. */
int32_t seqnet_scores_label(const seqnet_scores *scores, size_t row);

/* For scores of two labels a row has one of: the second label is predicted from this probability
 * on, instead of when it is the more probable one. Above 0 and at most 1. */
void seqnet_scores_set_threshold(seqnet_scores *scores, double threshold);

/* The index of the label that is predicted for a row. row < count. Not for scores of rows with any
 * number of labels. */
size_t seqnet_scores_predicted(const seqnet_scores *scores, size_t row);

/* The probability of one label of a row. row < count, label < classes. */
double seqnet_scores_probability(const seqnet_scores *scores, size_t row, size_t label);

/* Fills probabilities[classes] for a row. row < count. */
void seqnet_scores_probabilities(const seqnet_scores *scores, size_t row, double *probabilities);

/* Adds all rows to *evaluation, which must have the same number of classes. The counts are those of
 * seqnet_model_evaluate and, when the rows are those of one part, the bits of the loss are, too. */
void seqnet_scores_evaluate(const seqnet_scores *scores, seqnet_evaluation *evaluation);

/* Scores of a model that gives a row any number of labels (seqnet_model_is_multi_label) have the
 * measures that follow; the two functions above are not for them. Such a model predicts the labels
 * whose probability is at least a threshold. */
bool seqnet_scores_is_multi_label(const seqnet_scores *scores);

/* The indexes of a row's labels in ascending order, and their number. row < count. Valid until the
 * scores change. */
const int32_t *seqnet_scores_labels(const seqnet_scores *scores, size_t row, size_t *count);

/* Fills labels[classes] with how well each label is predicted. */
void seqnet_scores_label_metrics(const seqnet_scores *scores, double threshold,
                                 seqnet_label_metrics *labels);

/* The mean over the rows of the sum over the labels of their binary cross-entropies (natural
 * logarithm); 0 without rows. */
double seqnet_scores_label_loss(const seqnet_scores *scores);

/* Whether all labels of a row are predicted, and no others; the share of such rows. */
bool seqnet_scores_is_exact(const seqnet_scores *scores, size_t row, double threshold);
double seqnet_scores_subset_accuracy(const seqnet_scores *scores, double threshold);

/* When the k most probable labels of each row are predicted, of equal ones the lowest, whatever
 * their probability, for rows with one label, too: the share of these predictions that are labels
 * of their row, and the share of the rows' labels that are predicted (fastText's P@k and R@k). From
 * 1 to the number of classes are predicted; f1 is the harmonic mean. */
seqnet_average seqnet_scores_at_k(const seqnet_scores *scores, size_t k);

/* The threshold of the highest micro F1 on these rows: one of the probabilities, of several equally
 * good ones the highest; 0.5 where no row has a label. *f1 (may be NULL) becomes that F1.
 * SEQNET_ERR_MEMORY. */
seqnet_status seqnet_scores_best_threshold(const seqnet_scores *scores, double *threshold,
                                           double *f1, seqnet_error *err);

/* What a network has to beat. */
typedef struct seqnet_baseline {
    /* The rows of the validation part. */
    size_t rows;
    /* The share of them that linear classifiers predict rightly; of rows with any number of labels
     * micro F1 at its best threshold. NaN without rows. */
    double accuracy;
    /* The n-grams that the classifiers know, and the seconds that all of it took. */
    size_t ngrams;
    double seconds;
} seqnet_baseline;

/* Trains a linear support vector machine for each label over the words and pairs of words of the
 * training part, or over its ids, and measures it on the validation part. It takes the time of a
 * fraction of an epoch of a recurrent network. The classifiers see every row as a whole and do not
 * weigh labels. Any number of threads (0: all usable cores) gives the same figures.
 * SEQNET_ERR_MEMORY. */
seqnet_status seqnet_dataset_baseline(const seqnet_dataset *dataset, size_t threads,
                                      seqnet_baseline *baseline, seqnet_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
