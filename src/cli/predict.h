/*
 * What the parts of the predict command share: a run, and how its batches are filled
 * (predict_input.c) from arguments or from the records of files. What becomes of the answers is in
 * cmd_predict.c.
 */
#ifndef CLI_PREDICT_H
#define CLI_PREDICT_H

#include <seqnet/seqnet.h>

#include "answers.h"
#include "data_options.h"

typedef struct predict_options {
    const char *model, *input, *word_index, *output;
    bool json, ids, line_buffered, force;
    int64_t threads;
    seqnet_long_texts long_texts;
    answer_options answers;
    data_options data;
} predict_options;

/* Bytes that grow. */
typedef struct byte_buffer {
    char *bytes;
    size_t length, capacity;
} byte_buffer;

/* One run. Reading and writing may go on at the same time, so that each side has fields of its own;
 * what both use does not change in a stream. */
typedef struct job {
    const predict_options *options;
    const seqnet_model *model;
    const char *model_path;
    seqnet_predictor *predictor;
    /* Answers are printed before the run waits for more input: somebody reads them meanwhile. */
    bool eager;
    /* Answers need more than the prediction: each row of a batch gets a record_note. */
    bool wants_note;
    /* The names that --annotate adds. */
    added_names added;

    /* The reading side. The file of --input, or standard input, and NULL once it is read; then the
     * further files that are not read yet. */
    const char *first_file;
    char **files;
    size_t file_count;
    /* The file under way, NULL between files; its name; how many were opened so far. */
    seqnet_reader *reader;
    const char *file;
    size_t opened;
    /* The record under way: its line, and whether it was refused. */
    size_t line;
    bool refused;
    /* Records read so far, since when, and the invalid UTF-8 in them. */
    size_t records;
    double started;
    size_t replaced;
    /* --ids: those of the record under way. */
    int32_t *ids;
    size_t ids_capacity;
    /* --annotate: the first file's format, and its header without what was added. */
    seqnet_format format;
    byte_buffer header;
    /* --annotate: what is printed before the next record, and whether the bytes copied last leave
     * a line open. */
    byte_buffer before;
    bool line_open;
    /* Scratch for a note. */
    byte_buffer note;

    /* The writing side: words of all answers, and of them those that the model does not know. */
    size_t words, unknown;
} job;

/* Whether a batch has as many texts, or bytes of them, as it is to have. */
bool is_full(const seqnet_batch *batch);

/* Adds one argument to the batch. */
seqnet_status add_argument(job *j, seqnet_batch *batch, const char *text, seqnet_error *err);

/* Fills the batch with the next records of the files; `user` is the job. The read function of a
 * seqnet_pipeline. */
seqnet_status read_records(void *user, seqnet_batch *batch, seqnet_error *err);

/* Frees what the reading side has. */
void release_input(job *j);

#endif
