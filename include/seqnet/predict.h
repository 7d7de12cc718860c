/*
 * Predictions for texts and for rows of ids: one batch at a time, or many in a pipeline. Rows with
 * labels are scored in evaluate.h.
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

/* How rows that are longer than the model's maxlen are scored. */
typedef enum seqnet_long_texts {
    /* They are cut as in training. */
    SEQNET_LONG_TRUNCATE = 0,
    /* They keep their beginning and their end, half of maxlen each. */
    SEQNET_LONG_HEAD_TAIL = 1,
    /* Windows of maxlen ids that overlap by half are scored; the probabilities of the row are the
     * means over its windows. */
    SEQNET_LONG_WINDOW = 2
} seqnet_long_texts;

/* Zeroed options are the defaults. */
typedef struct seqnet_predictor_options {
    /* 0: all usable cores. */
    size_t threads;
    /* The path of an imdb_word_index.json for a model without a vocabulary, so that it takes texts.
     * NULL: none. Borrowed during the call. */
    const char *word_index;
    seqnet_long_texts long_texts;
    /* Probabilities are those before calibration (seqnet_calibrated in train.h), which are as good
     * for the choice of a label but are less often right than they say. Nothing changes for models
     * that are not calibrated: those of the preset keras, of older versions, and of rows with any
     * number of labels. */
    bool raw;
} seqnet_predictor_options;

typedef struct seqnet_prediction {
    /* The index of the label that is predicted, and its probability. Of a model that gives a row
     * any number of labels the most probable one, whether it reaches the threshold or not. */
    size_t label;
    double probability;
    /* [labels]: the probability of each label; the batch's. */
    const double *probabilities;
    /* The words of the text, or the ids of the row, and how many of them the model does not know.
     */
    size_t tokens;
    size_t oov;
    /* The row was longer than the model's maxlen. */
    bool truncated;
} seqnet_prediction;

/* Makes a predictor, which serves one thread at a time and may use several itself. The model must
 * outlive it. options NULL: the defaults. SEQNET_ERR_DATA for a word index that cannot be read,
 * SEQNET_ERR_MEMORY. */
seqnet_status seqnet_predictor_create(seqnet_predictor **predictor, const seqnet_model *model,
                                      const seqnet_predictor_options *options, seqnet_error *err);
void seqnet_predictor_free(seqnet_predictor *predictor);

/* Rows, given as texts or as ids, and their predictions. */
typedef struct seqnet_batch seqnet_batch;

/* Makes an empty batch for a predictor, which must outlive it. SEQNET_ERR_MEMORY. */
seqnet_status seqnet_batch_create(seqnet_batch **batch, const seqnet_predictor *predictor,
                                  seqnet_error *err);
void seqnet_batch_free(seqnet_batch *batch);

/* Adds a copy of a text, which may be any bytes. SEQNET_ERR_MODEL when the model has no
 * vocabulary. */
seqnet_status seqnet_batch_add_text(seqnet_batch *batch, const char *text, size_t length,
                                    seqnet_error *err);

/* Adds a copy of a row of final ids, the start id included. SEQNET_ERR_DATA for an id that the
 * model does not have. */
seqnet_status seqnet_batch_add_ids(seqnet_batch *batch, const int32_t *ids, size_t length,
                                   seqnet_error *err);

/* Removes the last row and its note. The batch must not be empty. */
void seqnet_batch_drop_last(seqnet_batch *batch);

/* Attaches a copy of bytes to the last row. SEQNET_ERR_USAGE for an empty batch. */
seqnet_status seqnet_batch_set_note(seqnet_batch *batch, const void *note, size_t length,
                                    seqnet_error *err);

/* The bytes attached to a row, row < count; *length is 0 when there are none. */
const void *seqnet_batch_note(const seqnet_batch *batch, size_t row, size_t *length);

/* Attaches `length` bytes to the batch, which it frees with free() when they are replaced or the
 * batch is cleared. */
void seqnet_batch_set_output(seqnet_batch *batch, char *bytes, size_t length);

/* The attached bytes, which belong to the batch; NULL: none. */
const char *seqnet_batch_output(const seqnet_batch *batch, size_t *length);

size_t seqnet_batch_count(const seqnet_batch *batch);

/* The bytes of the texts, ids and notes in the batch. */
size_t seqnet_batch_bytes(const seqnet_batch *batch);

/* Removes all rows. */
void seqnet_batch_clear(seqnet_batch *batch);

/* [count]: the predictions of the rows, in their order. Valid after seqnet_predictor_score and
 * until the batch changes. */
const seqnet_prediction *seqnet_batch_predictions(const seqnet_batch *batch);

/* Scores the batch's rows on the calling thread. The prediction of a row has the same bits whatever
 * the other rows and the number of the predictor's threads are. SEQNET_ERR_MEMORY. */
seqnet_status seqnet_predictor_score(seqnet_predictor *predictor, seqnet_batch *batch,
                                     seqnet_error *err);

/* What is at the ends of a pipeline. The predictor calls `read` and `write` on one thread at a time
 * each, but it may call them at the same time, and `render` on several threads. */
typedef struct seqnet_pipeline {
    /* Adds the next rows to an empty batch; a batch that stays empty ends the input. When it fails,
     * the rows that it added before are still scored and written. */
    seqnet_status (*read)(void *user, seqnet_batch *batch, seqnet_error *err);
    /* Takes a scored batch, in the order of reading; the batch is the predictor's. */
    seqnet_status (*write)(void *user, const seqnet_batch *batch, seqnet_error *err);
    /* Passed to all functions. */
    void *user;
    /* Works on a scored batch before `write` takes it, on the thread that has scored it: it turns
     * predictions into text, say, for seqnet_batch_set_output, so that `write` has only to copy.
     * NULL: there is nothing to do. */
    seqnet_status (*render)(void *user, seqnet_batch *batch, seqnet_error *err);
} seqnet_pipeline;

/* Reads, scores and writes until the input ends or a function fails. Reading, tokenising, scoring
 * and writing overlap, and only a few batches are in memory at a time. Returns the first failure,
 * after the functions that are running have returned. */
seqnet_status seqnet_predictor_run(seqnet_predictor *predictor, const seqnet_pipeline *pipeline,
                                   seqnet_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
