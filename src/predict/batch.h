/* The inside of a seqnet_batch: texts and rows of ids as they were added, and their predictions. */
#ifndef SN_BATCH_H
#define SN_BATCH_H

#include <seqnet/predict.h>

#include "config.h"

typedef struct sn_batch_row {
    bool is_text;         /* else ids */
    size_t start, length; /* in text or ids */
    size_t note_start, note_length;
} sn_batch_row;

struct seqnet_batch {
    const sn_model_config *config; /* the model's */
    bool takes_text;
    sn_batch_row *rows;
    seqnet_prediction *predictions; /* one per row; those of ids are begun when they are added */
    size_t count;
    double *probabilities; /* of all rows: what the predictions point to once they are scored */
    char *text;
    size_t text_size;
    int32_t *ids;
    size_t id_count;
    char *notes; /* what was attached to rows */
    size_t note_size;
    size_t rows_capacity, predictions_capacity, probabilities_capacity;
    size_t text_capacity, ids_capacity, notes_capacity;
    seqnet_error error; /* of scoring it in a stream */
};

#endif
