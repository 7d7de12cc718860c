/*
 * Labelled data as token ids: loading with Keras's load_data semantics, inspection, padding.
 *
 * Ownership: a seqnet_dataset belongs to the caller and is released with seqnet_dataset_free; every
 * pointer an accessor returns belongs to the dataset and lives as long as it does.
 */
#ifndef SEQNET_DATASET_H
#define SEQNET_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <seqnet/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct seqnet_dataset seqnet_dataset;

typedef enum seqnet_part { SEQNET_TRAIN = 0, SEQNET_TEST = 1 } seqnet_part;

/* On which side a sequence is filled or cut; Keras's "pre" and "post". */
typedef enum seqnet_side { SEQNET_PRE = 0, SEQNET_POST = 1 } seqnet_side;

enum { SEQNET_ID_NONE = -1 };

/* The arguments of Keras's imdb.load_data, with its defaults but for num_words. */
typedef struct seqnet_dataset_options {
    int64_t num_words; /* ids run from 0 to num_words - 1, the rest becomes oov_char; 0: as many as
                          the data holds (Keras's None). Default 10000 */
    int64_t skip_top;  /* ids below it become oov_char. Default 0 */
    int64_t
        drop_longer; /* drops rows of this length or more (Keras's maxlen); 0: none. Default 0 */
    uint32_t shuffle_seed;  /* of the row order, before any split. Default 113 */
    int32_t start_char;     /* prepended to each row, or SEQNET_ID_NONE. Default 1 */
    int32_t oov_char;       /* stands for other words, or SEQNET_ID_NONE to drop them. Default 2 */
    int32_t index_from;     /* added to each word's rank. Default 3 */
    const char *word_index; /* path of imdb_word_index.json; NULL: beside the data, in $SEQNET_DATA,
                               in ~/.keras/datasets, or none. Borrowed. Default NULL */
} seqnet_dataset_options;

seqnet_dataset_options seqnet_dataset_options_default(void);

/* The reason why the options cannot be used, or NULL when they can. */
const char *seqnet_dataset_options_check(const seqnet_dataset_options *options);

/* Loads DATA: the path of a Keras .npz, or builtin:demo[:SIZE[:SEED]].
 *
 * Object arrays of word ranks get Keras's treatment: shuffle, start id, shift, out-of-vocabulary
 * id. 2-D arrays hold final ids and are only checked. Texts are tokenised, their vocabulary is
 * built from the training part, most frequent word first.
 *
 * SEQNET_ERR_USAGE for bad options, SEQNET_ERR_DATA for bad data. */
seqnet_status seqnet_dataset_load(seqnet_dataset **dataset, const char *data,
                                  const seqnet_dataset_options *options, seqnet_error *err);

/* NULL is fine. */
void seqnet_dataset_free(seqnet_dataset *dataset);

size_t seqnet_dataset_count(const seqnet_dataset *dataset, seqnet_part part);

/* One row: its ids, their number and its class index. row < count. */
const int32_t *seqnet_dataset_row(const seqnet_dataset *dataset, seqnet_part part, size_t row,
                                  size_t *length, int32_t *label);

/* What the rows of a part look like. All zero for an empty part. */
typedef struct seqnet_part_summary {
    size_t count;
    size_t tokens; /* ids in all rows, start ids included */
    size_t oov;    /* of them oov_char */
    size_t min_length, median_length, max_length;
    double mean_length;
    size_t class_count[2];
} seqnet_part_summary;

seqnet_status seqnet_dataset_summarise(const seqnet_dataset *dataset, seqnet_part part,
                                       seqnet_part_summary *summary, seqnet_error *err);

/* Ids run from 0 to this - 1: the rows of an embedding for the data. */
size_t seqnet_dataset_id_count(const seqnet_dataset *dataset);

/* Rows are padded, final ids of equal length (a 2-D npz); that length, else 0. */
size_t seqnet_dataset_width(const seqnet_dataset *dataset);

/* The name of a class: "negative" and "positive" unless the data names them. */
const char *seqnet_dataset_label_name(const seqnet_dataset *dataset, int32_t label);

/* The word an id stands for and its length in bytes; NULL for special ids, unknown ones, and data
 * without a word index. Not NUL-terminated. */
const char *seqnet_dataset_word(const seqnet_dataset *dataset, int32_t id, size_t *length);

/* The words known by rank; 0 without a word index. */
size_t seqnet_dataset_vocabulary_size(const seqnet_dataset *dataset);

/* The word index file that was used, or NULL (none, or the vocabulary comes from the texts). */
const char *seqnet_dataset_word_index_path(const seqnet_dataset *dataset);

/* What pad_sequences does to every row. */
typedef struct seqnet_pad_options {
    size_t maxlen;          /* 0: the longest row of the part */
    seqnet_side padding;    /* where zeros go */
    seqnet_side truncating; /* where longer rows are cut */
} seqnet_pad_options;

/* The number of columns of a padded part. */
size_t seqnet_dataset_padded_length(const seqnet_dataset *dataset, seqnet_part part,
                                    const seqnet_pad_options *options);

/* Writes both parts padded as a compressed .npz of int32 arrays x_train, y_train, x_test, y_test
 * that NumPy opens; atomically. *replaced (may be NULL) tells whether an older file was there.
 * SEQNET_ERR_WRITE. */
seqnet_status seqnet_dataset_write_padded(const seqnet_dataset *dataset,
                                          const seqnet_pad_options *options, const char *path,
                                          bool *replaced, seqnet_error *err);

#ifdef __cplusplus
}
#endif
#endif
