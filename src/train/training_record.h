/*
 * The training record of a model file: how the model was trained and what happened, as JSON. It is
 * not part of the fingerprint. What the layers are is in the configuration (model/config.h).
 */
#ifndef SN_TRAINING_RECORD_H
#define SN_TRAINING_RECORD_H

#include <seqnet/train.h>

#include "dataset.h"
#include "status.h"
#include "validated.h"

/* The measures of one epoch: doubles only, because a state stores them as an array of doubles. */
typedef struct sn_epoch_record {
    double accuracy, loss;
    /* NaN without validation. */
    double val_accuracy, val_loss;
    double seconds;
} sn_epoch_record;

/* What the record says beside the options. All pointers are borrowed. */
typedef struct sn_training_record {
    /* The name of the dataset, and the hash of its rows. */
    const char *data, *data_hash;
    /* The path of the word index that the dataset used, or NULL. */
    const char *word_index;
    /* Where the rows are from. */
    const sn_origin *origin;
    size_t train_rows, validation_rows;
    /* How often the training has gone on from a checkpoint. */
    uint64_t resumed;
    /* Where rows without labels are from, NULL: there are none; and their number. */
    const char *unlabeled;
    size_t unlabeled_rows;
    /* The share of validation rows that the user asked for. */
    double validation_split;
    size_t threads;
    /* The epoch whose weights the model has, from 1; 0: none was finished. */
    size_t kept_epoch;
    /* A second training, of the network or of the n-grams, had the validation rows, too. */
    bool is_refitted;
    /* Epochs of the network's second training; 0: there was none. */
    size_t refit_epochs;
    /* "finished", "interrupted", "diverged" or "unfinished". */
    const char *stopped;
    /* The id of the process that is still training, for "unfinished"; else 0. */
    long process;
    /* [epochs_run] */
    const sn_epoch_record *history;
    size_t epochs_run;
    /* Of a model that has n-grams; else NULL. */
    const seqnet_parts_report *parts;
    /* What is known of the validation rows; NULL: nothing. */
    const sn_validated *validated;
    /* Rows have any number of labels: accuracies are micro F1. */
    bool multi_label;
} sn_training_record;

/* Writes the record as JSON. The caller frees *json with free(). SEQNET_ERR_MEMORY; *json is NULL
 * then. */
seqnet_status sn_training_record_to_json(char **json, const sn_training_record *record,
                                         const seqnet_train_options *options, seqnet_error *err);

#endif
