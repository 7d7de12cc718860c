/*
 * Reads fastText's own model files (.bin), from the first byte to the last: the settings of the
 * training, the dictionary, then row by row the input matrix (a vector for each word and for each
 * bucket of hashed n-grams) and the output matrix (of a classifier, one for each label). All
 * numbers are little-endian:
 *
 *     magic 793712314, version 11 or 12                                  2 int32
 *     dim, ws, epoch, minCount, neg, wordNgrams, loss, model, bucket,
 *     minn, maxn, lrUpdateRate; t                                        12 int32, double
 *     entries, words, labels; tokens, pruned n-grams (-1: not pruned)    3 int32, 2 int64
 *     each entry: its name and a NUL, its count, 0 for a word, 1 a label int64, int8
 *     the matrices: is it quantised; rows, columns; the numbers          int8, 2 int64, floats
 *
 * What the numbers mean for a text is in text/fasttext_rule.h, models are in fasttext_import. A
 * file that is quantised or pruned (.ftz) is refused: fewer numbers than the model had are in it.
 */
#ifndef SN_FASTTEXT_FILE_H
#define SN_FASTTEXT_FILE_H

#include "buffer.h"
#include "stream.h"
#include "tokenizer.h"

/* As the file numbers them. */
typedef enum sn_fasttext_loss {
    SN_FASTTEXT_HIERARCHICAL = 1,
    SN_FASTTEXT_NEGATIVE_SAMPLING,
    SN_FASTTEXT_SOFTMAX,
    SN_FASTTEXT_ONE_VS_ALL
} sn_fasttext_loss;
typedef enum sn_fasttext_kind {
    SN_FASTTEXT_CBOW = 1,
    SN_FASTTEXT_SKIPGRAM,
    SN_FASTTEXT_SUPERVISED
} sn_fasttext_kind;

typedef struct sn_fasttext_file {
    sn_byte_stream *stream;
    /* The status of what is wrong with the file. */
    seqnet_status failure;
    sn_fasttext_kind kind;
    sn_fasttext_loss loss;
    /* What is hashed; 0 buckets where the settings hash nothing. */
    sn_fasttext_rule rule;
    /* Numbers of a vector, words and labels of the dictionary. */
    size_t dimension, words, labels;
    /* Rows of the input matrix: words, then buckets, of which there may be more than the rule
     * has. */
    size_t rows;
    /* The names of all words, then of all labels, each with a newline behind it, which no name has;
     * and the bytes of those of the words. */
    sn_buffer names;
    size_t word_bytes;
    /* Rows of the current matrix that are not read yet. */
    size_t left;
    /* Bytes that were read ahead: pos .. end - 1. */
    uint8_t *block;
    size_t pos, end;
} sn_fasttext_file;

/* Whether a file begins like one of fastText's. */
bool sn_fasttext_tells(const void *bytes, size_t size);

/* The same of the regular file at `path`. */
bool sn_fasttext_tells_path(const char *path);

/* Opens `path` and reads all that stands before the first row of the input matrix. What is wrong
 * with the file has the status `failure`: SEQNET_ERR_DATA or SEQNET_ERR_MODEL. SEQNET_ERR_MEMORY.
 * The caller calls sn_fasttext_close whatever the result. */
seqnet_status sn_fasttext_open(sn_fasttext_file *file, const char *path, seqnet_status failure,
                               seqnet_error *err);

/* sn_fasttext_open of bytes in memory, which must outlive the file. Error sentences name `place`.
 */
seqnet_status sn_fasttext_open_bytes(sn_fasttext_file *file, const void *bytes, size_t size,
                                     const char *place, seqnet_status failure, seqnet_error *err);

/* Reads the next row of the current matrix, of which one must be left, into `row` [dimension]. */
seqnet_status sn_fasttext_row(sn_fasttext_file *file, float *row, seqnet_error *err);

/* Goes on to the output matrix of a classifier, which has a row for each label. All rows of the
 * input matrix must have been read. */
seqnet_status sn_fasttext_output(sn_fasttext_file *file, seqnet_error *err);

void sn_fasttext_close(sn_fasttext_file *file);

#endif
