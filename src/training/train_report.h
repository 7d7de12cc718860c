/* What train prints while it runs: about the data, each batch, each epoch and each fold. Notes go
 * to standard error, JSON lines to standard output. */
#ifndef CLI_TRAIN_REPORT_H
#define CLI_TRAIN_REPORT_H

#include <seqnet/seqnet.h>

#include "epoch_report.h"
#include "model_target.h"

/* Notes the number of rows, which words a model of them will know, and, before a training that
 * needs it, what is wrong with the BLAS. */
void note_data(const seqnet_dataset *dataset, bool reproducible);

/* Notes what a training takes from the model that it begins with, which was loaded from `path`, and
 * what is new. */
void note_initial(const seqnet_model *model, const char *path, const seqnet_dataset *dataset);

/* Notes where rows lie that the memory does not hold, and rows that prepare drew with another seed
 * than the training's. */
void note_place(const seqnet_dataset *dataset, uint64_t seed);

/* Reports an event of a training as Keras does: the model, epochs, measures, a progress bar. */
void report_event(const seqnet_train_event *event, const training_span *span);

/* Notes why the best epoch could not be written, but only once in a process. */
void note_write_problem(const char *problem);

/* Notes what calibration made of probabilities, and which answers the model gives. */
void note_validated(const seqnet_train_result *result);

/* Notes how many words of the model have one of the options' vectors, and what is wrong with
 * these. Only the first call in a process does: each fold begins with the same file. */
void note_vectors(const seqnet_train_options *options, const seqnet_model *model,
                  const seqnet_vectors_report *vectors);

/* The measures of an epoch as a JSON object, to which the caller may add. */
seqnet_json epoch_json(const seqnet_train_event *event);

/* Each prints the measures of an epoch, or of a fold, as a line of JSON and returns an exit code.
 */
int print_epoch_json(const seqnet_train_event *event);
int print_fold_json(int64_t fold, int64_t folds, const seqnet_dataset *dataset,
                    const model_measure *m);

#endif
