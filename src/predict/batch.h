/*
 * The inside of a seqnet_batch: texts and rows of ids as they were added, and their predictions.
 * All texts lie one after the other in one array, and so do all ids and all notes; a row says where
 * its own begin. A predictor scores a batch; nothing here does.
 */
#ifndef SN_BATCH_H
#define SN_BATCH_H

#include <seqnet/predict.h>

#include "config.h"

typedef struct sn_batch_row {
    /* The row is a text; else it is ids. */
    bool is_text;
    /* The part of the batch's text, or of its ids, that is the row. */
    size_t start, length;
    /* The part of the batch's notes that was attached to the row. */
    size_t note_start, note_length;
} sn_batch_row;

struct seqnet_batch {
    /* The model's configuration. */
    const sn_model_config *config;
    /* The predictor has a vocabulary. */
    bool takes_text;
    sn_batch_row *rows;
    /* [count]. Adding a row of ids fills the counts of its prediction; scoring fills the rest. */
    seqnet_prediction *predictions;
    size_t count;
    /* [count + 1, classes] after scoring: the probabilities that the predictions point to, and
     * scratch of one row. */
    double *probabilities;
    char *text;
    size_t text_size;
    int32_t *ids;
    size_t id_count;
    char *notes;
    size_t note_size;
    /* What was attached; NULL: nothing. */
    char *output;
    size_t output_length;
    /* Elements allocated in each array. */
    size_t rows_capacity, predictions_capacity, probabilities_capacity;
    size_t text_capacity, ids_capacity, notes_capacity;
    /* Of scoring the batch in a pipeline. */
    seqnet_error error;
};

#endif
