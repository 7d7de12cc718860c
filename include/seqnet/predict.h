/*
 * Predictions for texts and for rows of ids: one batch at a time, or many in a pipeline.
 *
 * Ownership: a seqnet_predictor and a seqnet_batch belong to the caller and are released with their
 * _free functions (NULL is fine). A predictor borrows its model, a batch its predictor; what is
 * borrowed must outlive the borrower. Several threads may use one model, each with a predictor of
 * its own.
 */
#ifndef SEQNET_PREDICT_H
#define SEQNET_PREDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <seqnet/model.h>
#include <seqnet/status.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef struct seqnet_predictor seqnet_predictor;

/* What is done with texts that are longer than the model's maxlen. */
typedef enum seqnet_long_texts {
    SEQNET_LONG_TRUNCATE = 0,  /* cut, as in training */
    SEQNET_LONG_HEAD_TAIL = 1, /* the beginning and the end are kept, half of maxlen each */
    SEQNET_LONG_WINDOW = 2     /* windows of maxlen that overlap by half are scored; the text's
                                  probabilities are the means over them */
} seqnet_long_texts;

typedef struct seqnet_predictor_options {
    size_t threads;         /* 0: all usable cores */
    const char *word_index; /* for a model without a vocabulary; NULL: none. Borrowed */
    seqnet_long_texts long_texts;
} seqnet_predictor_options;

typedef struct seqnet_prediction {
    size_t label;                /* the predicted class */
    double probability;          /* of that class */
    const double *probabilities; /* of each class, as many as the model has labels; the batch's */
    size_t tokens;               /* words of the text, or ids given */
    size_t oov;                  /* of them unknown to the model */
    bool truncated;              /* did not fit into maxlen */
} seqnet_prediction;

/* A predictor serves one thread at a time; it may use several itself. */
seqnet_status seqnet_predictor_create(seqnet_predictor **predictor, const seqnet_model *model,
                                      const seqnet_predictor_options *options, seqnet_error *err);
void seqnet_predictor_free(seqnet_predictor *predictor);

/* Texts, or rows of ids, and what was predicted for them. Belongs to a predictor, which must
 * outlive it. */
typedef struct seqnet_batch seqnet_batch;

seqnet_status seqnet_batch_create(seqnet_batch **batch, const seqnet_predictor *predictor,
                                  seqnet_error *err);
void seqnet_batch_free(seqnet_batch *batch);

/* Adds a text; it is copied. Any bytes will do. SEQNET_ERR_MODEL when the model has no vocabulary.
 */
seqnet_status seqnet_batch_add_text(seqnet_batch *batch, const char *text, size_t length,
                                    seqnet_error *err);

/* Adds a row of final ids, start id included. SEQNET_ERR_DATA for an id the model does not have. */
seqnet_status seqnet_batch_add_ids(seqnet_batch *batch, const int32_t *ids, size_t length,
                                   seqnet_error *err);

/* Removes the row added last, with its note. There must be one. */
void seqnet_batch_drop_last(seqnet_batch *batch);

/* Attaches bytes to the row added last; they are copied. */
seqnet_status seqnet_batch_set_note(seqnet_batch *batch, const void *note, size_t length,
                                    seqnet_error *err);

/* What was attached to a row; length 0: nothing. */
const void *seqnet_batch_note(const seqnet_batch *batch, size_t row, size_t *length);

size_t seqnet_batch_count(const seqnet_batch *batch);

/* Bytes of the texts, ids and notes it holds. */
size_t seqnet_batch_bytes(const seqnet_batch *batch);

/* Removes all rows. */
void seqnet_batch_clear(seqnet_batch *batch);

/* One prediction per row, in the order of adding; valid after scoring, until the batch changes. */
const seqnet_prediction *seqnet_batch_predictions(const seqnet_batch *batch);

/* Scores the batch's rows on the calling thread. A row's prediction does not depend on the other
 * rows, nor on the predictor's threads: the same bits alone or among others. */
seqnet_status seqnet_predictor_score(seqnet_predictor *predictor, seqnet_batch *batch,
                                     seqnet_error *err);

/* Where batches come from and where they go. The predictor calls the functions on its threads, each
 * on one thread at a time, but it may call `read` while `write` runs. */
typedef struct seqnet_pipeline {
    /* Adds the next rows to an empty batch; a batch that stays empty ends the input. When it fails,
     * the rows that it added before are still scored and written. */
    seqnet_status (*read)(void *user, seqnet_batch *batch, seqnet_error *err);
    /* Takes a scored batch, in the order of reading. */
    seqnet_status (*write)(void *user, const seqnet_batch *batch, seqnet_error *err);
    void *user;
} seqnet_pipeline;

/* Reads, scores and writes until the input ends or a function fails; reading, tokenising, scoring
 * and writing overlap, and a few batches are in memory at a time. Returns the first failure, once
 * the functions that are running have returned. */
seqnet_status seqnet_predictor_run(seqnet_predictor *predictor, const seqnet_pipeline *pipeline,
                                   seqnet_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
