/*
 * How good a model is on labelled rows.
 *
 * Ownership: an evaluation belongs to the caller and is released with seqnet_evaluation_free.
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

#ifdef __cplusplus
}
#endif
#endif
