/* What train tells on the way: about the data, each batch, each epoch and each fold. */
#ifndef CLI_TRAIN_REPORT_H
#define CLI_TRAIN_REPORT_H

#include <seqnet/seqnet.h>

/* Notes how many rows there are, and which words a model of them will know. */
void note_data(const seqnet_dataset *dataset);

/* Notes an event of a training as Keras does: the model, epochs, measures, a progress bar. */
void report_event(const seqnet_train_event *event);

/* Notes, once, why the best epoch could not be written. */
void note_write_problem(const char *problem);

/* Notes how many words the vectors of the options have, if there are any. */
void note_vectors(const seqnet_train_options *options, const seqnet_dataset *dataset,
                  const seqnet_train_result *result);

/* Print an epoch, or a fold's measures, as a line of JSON. Return an exit code. */
int print_epoch_json(const seqnet_train_event *event);
int print_fold_json(int64_t fold, int64_t folds, const seqnet_evaluation *e);

#endif
