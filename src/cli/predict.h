/*
 * What the parts of the predict command share: one run, and the functions that fill its batches
 * from arguments or from the records of files (predict_input.c). cmd_predict.c chooses the input
 * and prints the answers; predict_spread.c spreads files over several processes.
 */
#ifndef CLI_PREDICT_H
#define CLI_PREDICT_H

#include <seqnet/seqnet.h>

#include "answers.h"
#include "data_options.h"
#include "notes.h"

typedef struct predict_options {
    const char *model, *input, *word_index, *output;
    bool json, ids, line_buffered, force, raw;
    /* Which of these options were typed. */
    bool has_top_k, has_threshold, has_abstain_below, has_precision;
    /* The share of the answers that should be right; 0: any. */
    double precision;
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

/* What answers come to. */
typedef struct answer_counts {
    /* Words of all texts, and those of them that the model does not know. */
    size_t words, unknown;
    /* The answers; those to texts without any word that the model knows; and those that were not
     * given because they are too uncertain. */
    size_t answers, guesses, abstained;
} answer_counts;

/* One run. In a pipeline the reading side and the writing side run at the same time, so each has
 * its own fields; fields that both use do not change meanwhile. */
typedef struct job {
    const predict_options *options;
    const seqnet_model *model;
    const char *model_path;
    seqnet_predictor *predictor;
    /* Somebody reads the answers as they come: they are printed before the run waits for input. */
    bool is_interactive;
    /* Each row of a batch gets a record_note, because answers show more than the prediction. */
    bool wants_note;
    /* The names that --annotate adds. */
    added_names added;

    /* The reading side. The file of --input, "-" for standard input, or NULL once it was opened. */
    const char *first_file;
    /* [file_count]: the further files that were not opened yet. */
    char **files;
    size_t file_count;
    /* The reader of the current file; NULL between files. */
    seqnet_reader *reader;
    /* The name of the current file in error sentences. */
    const char *file;
    /* Files opened so far. */
    size_t opened;
    /* The line of the current record, and whether the batch refused the record. */
    size_t line;
    bool is_refused;
    /* Of the records so far. */
    record_tallies tallies;
    /* Records read from the current file, and when it was opened, by seconds_now. */
    size_t file_records;
    double file_began;
    /* What is noted once for all files: their fields, and what was assumed about them. */
    bool has_noted_fields, has_noted_remark;
    /* --ids: the ids of the current record. */
    int32_t *ids;
    size_t ids_capacity;
    /* --annotate: the first file's format, and its header without the added names. */
    seqnet_format format;
    byte_buffer header;
    /* --annotate: bytes to print before the next record. */
    byte_buffer before;
    /* --annotate: the bytes copied last do not end a line. */
    bool is_line_open;
    /* Scratch for a note. */
    byte_buffer note;

    /* The writing side. */
    answer_counts counts;
} job;

/* Prints why a text could not be classified. Returns an exit code. */
int refuse_text(const job *j, const seqnet_error *err);

/* Whether a batch has enough rows, or bytes, to be scored. */
bool is_full(const seqnet_batch *batch);

/* Adds one argument to the batch. */
seqnet_status add_argument(job *j, seqnet_batch *batch, const char *text, seqnet_error *err);

/* Says that there is no memory for a text or an answer. SEQNET_ERR_MEMORY. */
seqnet_status no_memory(seqnet_error *err);

/* Fills the batch with the next records of the files: the read function of a seqnet_pipeline, whose
 * `user` is the job. */
seqnet_status read_records(void *user, seqnet_batch *batch, seqnet_error *err);

/* Classifies the records of the files that are not read yet. Prints what is wrong and returns an
 * exit code. */
int predict_files(job *j);

/* The same in all processes together, each of which has this job: a file is read by one of them,
 * the answers are printed by the first, in the order of files. */
int predict_spread(job *j);

/* Takes the header of the next file, for further ones to be compared with, and leaves the file. */
seqnet_status read_header(job *j, seqnet_error *err);

/* Frees what the reading side owns. */
void release_input(job *j);

#endif
