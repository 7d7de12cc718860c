/* The training record of a model file: how it was trained and what happened, as JSON. */
#ifndef SN_TRAINING_RECORD_H
#define SN_TRAINING_RECORD_H

#include <seqnet/train.h>

#include "status.h"

typedef struct sn_epoch_record {
    double accuracy, loss, val_accuracy, val_loss, seconds; /* val_*: NaN without validation */
} sn_epoch_record;

typedef struct sn_training_record {
    const char *data, *data_hash;
    const char *word_index; /* or NULL */
    size_t train_rows, validation_rows;
    double validation_split; /* the share that was asked for */
    size_t threads;
    size_t kept_epoch;
    size_t refit_epochs; /* 0: there was no refit */
    const char *stopped; /* "finished", "interrupted", "diverged" or "unfinished" */
    long process;        /* unfinished: that trains; else 0 */
    const sn_epoch_record *history;
    size_t epochs_run;
} sn_training_record;

/* Allocated in *json, to be freed with free(). */
seqnet_status sn_training_record_to_json(char **json, const sn_training_record *record,
                                         const seqnet_train_options *options, seqnet_error *err);

#endif
