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

#include <seqnet/reader.h>
#include <seqnet/status.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef struct seqnet_dataset seqnet_dataset;

/* Rows to train on, to test with, and to choose the best epoch with. A file that holds one set of
 * rows fills the first. */
typedef enum seqnet_part {
    SEQNET_TRAIN = 0,
    SEQNET_TEST = 1,
    SEQNET_VALIDATION = 2,
    SEQNET_PARTS /* how many there are */
} seqnet_part;

/* "train", "test", "validation" */
const char *seqnet_part_name(seqnet_part part);

/* On which side a sequence is filled or cut; Keras's "pre" and "post". */
typedef enum seqnet_side { SEQNET_PRE = 0, SEQNET_POST = 1 } seqnet_side;

enum { SEQNET_ID_NONE = -1 };

/* How text becomes words; frozen in a model. */
typedef enum seqnet_text_rule {
    SEQNET_TEXT_RULE_AUTO,   /* unicode, but for builtin:demo, whose README numbers are keras's */
    SEQNET_TEXT_RULE_KERAS,  /* the one imdb_word_index.json was made with */
    SEQNET_TEXT_RULE_UNICODE /* words, punctuation and emoji of all languages, case folded */
} seqnet_text_rule;

/* num_words and validation_split for "chosen by the data"; num_words for "all ids of archives, the
 * default number of words for texts". */
enum { SEQNET_NUM_WORDS_AUTO = -1, SEQNET_NUM_WORDS_ALL_IDS = -2, SEQNET_SPLIT_AUTO = -1 };

/* The options of loading are grouped by the step that needs them. Strings are borrowed during the
 * call; defaults are NULL, false and 0 unless a comment says otherwise. */

/* How records are read from text files. */
typedef struct seqnet_record_options {
    /* Format and columns. */
    seqnet_reader_options reader;
    /* Malformed records are left out and counted, rather than refused; input that cannot be read to
     * its end stays an error. */
    bool skip_bad;
    /* Called for each malformed record, or NULL. */
    void (*problems)(void *user, const char *message);
    void *problems_user;
} seqnet_record_options;

/* How labels become classes. */
typedef struct seqnet_label_options {
    /* Merges, renames and drops labels: "1,2=negative;4,5=positive"; those that it does not name
     * are dropped, unless it has a rule for "*". */
    const char *map;
    /* Rows of one label only, or none at all, are no error: to look at. */
    bool any;
} seqnet_label_options;

/* How text becomes words, and which words have an id. num_words and word_index serve archives of
 * ids, too. */
typedef struct seqnet_word_options {
    seqnet_text_rule text_rule;
    /* Unicode rule: numbers are no words. */
    bool drop_digits;
    /* Unicode rule: Chinese and Japanese characters in overlapping pairs. */
    bool cjk_pairs;
    /* Words that the training part has less often are out of the vocabulary. Default 1 */
    int64_t min_count;
    /* The path of a list of words, one a line, most frequent first; NULL: the training part's. */
    const char *vocabulary;
    /* The path of imdb_word_index.json; NULL: for ids, the one beside the data, in $SEQNET_DATA, in
     * ~/.keras/datasets, or none. Texts take their vocabulary from one that is named. */
    const char *word_index;
    /* Ids run from 0 to num_words - 1, the rest becomes oov_char; 0: as many as the data holds
     * (Keras's None). Default SEQNET_NUM_WORDS_AUTO: 10000 for ids and at most 30000 for texts */
    int64_t num_words;
} seqnet_word_options;

/* The further arguments of Keras's imdb.load_data, with its defaults. */
typedef struct seqnet_id_options {
    /* Ids below it become oov_char. */
    int64_t skip_top;
    /* Drops rows of an archive of this length or more (Keras's maxlen); 0: none. */
    int64_t drop_longer;
    /* Of an archive's row order. Default 113 */
    uint32_t shuffle_seed;
    /* The first id of each row, or SEQNET_ID_NONE. Default 1 */
    int32_t start_char;
    /* Stands for other words, or SEQNET_ID_NONE to drop them. Default 2 */
    int32_t oov_char;
    /* The id of a word is its rank and this. Default 3 */
    int32_t index_from;
} seqnet_id_options;

/* Which rows train, validate and test. Archives and builtin:demo say themselves which rows test. */
typedef struct seqnet_split_options {
    /* Paths of these parts, in any of DATA's forms for texts. */
    const char *test, *validation;
    /* The share of the training rows that becomes the test part, at random and with the same share
     * of each label. */
    double test_split;
    /* The share of the training rows that becomes the validation part, unless the data has one, in
     * the same way. SEQNET_SPLIT_AUTO: 0.2, of many texts 0.1. */
    double validation_split;
    /* Archives and builtin:demo are split by validation_split, too, as Keras's fit does: of n rows
     * the first floor(n (1 - share)) train, the last ones validate. For training. */
    bool tail;
    /* The rows of fold number `fold` of `folds` become the test part; folds 0: they do not. */
    size_t folds, fold;
    /* Of which rows are drawn. Default 1 */
    uint64_t seed;
} seqnet_split_options;

/* How DATA is read. */
typedef struct seqnet_dataset_options {
    seqnet_record_options records;
    seqnet_label_options labels;
    seqnet_word_options words;
    seqnet_id_options ids;
    seqnet_split_options splits;
    /* Texts stay, for seqnet_dataset_text and seqnet_dataset_write. */
    bool keep_texts;
} seqnet_dataset_options;

seqnet_dataset_options seqnet_dataset_options_default(void);

/* The reason why the options cannot be used, or NULL when they can. */
const char *seqnet_dataset_options_check(const seqnet_dataset_options *options);

/* Loads DATA: the path of a Keras .npz; of a CSV, TSV, JSON Lines or fastText file, plain or gzip;
 * of a folder of texts, LABEL/NAME.txt or SPLIT/LABEL/NAME.txt; "-" for standard input; or
 * builtin:demo[:SIZE[:SEED]].
 *
 * Object arrays of word ranks get Keras's treatment: shuffle, start id, shift, out-of-vocabulary
 * id. 2-D arrays hold final ids and are only checked. Texts are split, then tokenised; their
 * vocabulary is built from the training part, most frequent word first.
 *
 * SEQNET_ERR_USAGE for bad options, SEQNET_ERR_DATA for bad data. */
seqnet_status seqnet_dataset_load(seqnet_dataset **dataset, const char *data,
                                  const seqnet_dataset_options *options, seqnet_error *err);

/* NULL is fine. */
void seqnet_dataset_free(seqnet_dataset *dataset);

size_t seqnet_dataset_count(const seqnet_dataset *dataset, seqnet_part part);

/* The share of the training rows that was asked for to validate with; 0.2 where the data was to
 * choose. */
double seqnet_dataset_validation_split(const seqnet_dataset *dataset);

/* One row: its ids, their number and its class index. row < count. */
const int32_t *seqnet_dataset_row(const seqnet_dataset *dataset, seqnet_part part, size_t row,
                                  size_t *length, int32_t *label);

/* Shares of the rows, sorted by length, up to which quantiles are told: 0, 25, 50, 75, 95, 99, 100
 * %.
 */
enum { SEQNET_QUANTILES = 7 };
extern const double seqnet_quantile_shares[SEQNET_QUANTILES];

/* What the rows of a part look like. All zero for an empty part. */
typedef struct seqnet_part_summary {
    size_t count;
    size_t tokens; /* ids in all rows, start ids included */
    size_t oov;    /* of them oov_char */
    size_t min_length, median_length, max_length;
    double mean_length;
    size_t quantiles[SEQNET_QUANTILES]; /* of the lengths */
} seqnet_part_summary;

seqnet_status seqnet_dataset_summarise(const seqnet_dataset *dataset, seqnet_part part,
                                       seqnet_part_summary *summary, seqnet_error *err);

/* Rows of a class. */
size_t seqnet_dataset_class_count(const seqnet_dataset *dataset, seqnet_part part, int32_t label);

/* What was met while texts were read. */
typedef struct seqnet_reading {
    size_t bad;            /* malformed records that were left out */
    size_t dropped;        /* rows whose label the label map drops */
    size_t several_labels; /* fastText lines with more than one: the first one counts */
    size_t replaced;       /* invalid UTF-8 sequences, and what JSON escapes that UTF-8 cannot hold,
                              each read as U+FFFD */
    char first_bad[512];   /* why the first malformed record is one */
} seqnet_reading;

const seqnet_reading *seqnet_dataset_reading(const seqnet_dataset *dataset);

/* Makes a dataset of the same texts with the options' splits or fold. `whole` was loaded with
 * keep_texts and without splits. */
seqnet_status seqnet_dataset_resplit(seqnet_dataset **dataset, const seqnet_dataset *whole,
                                     const seqnet_dataset_options *options, seqnet_error *err);

/* 32 hexadecimal digits over the ids and labels of all parts. SEQNET_ERR_MEMORY. */
enum { SEQNET_HASH_TEXT = 33 };
seqnet_status seqnet_dataset_hash(const seqnet_dataset *dataset, char text[SEQNET_HASH_TEXT],
                                  seqnet_error *err);

/* Whether the rows were texts; whether they were builtin:demo's. */
bool seqnet_dataset_is_text(const seqnet_dataset *dataset);
bool seqnet_dataset_is_demo(const seqnet_dataset *dataset);

/* Words that have an id of their own. */
size_t seqnet_dataset_known_words(const seqnet_dataset *dataset);

/* The text of a row and where it came from (line 0: a whole file); NULL without keep_texts. */
const char *seqnet_dataset_text(const seqnet_dataset *dataset, seqnet_part part, size_t row,
                                size_t *length, const char **source, size_t *line);

/* Ids run from 0 to this - 1: the rows of an embedding for the data. */
size_t seqnet_dataset_id_count(const seqnet_dataset *dataset);

/* Rows are padded, final ids of equal length (a 2-D npz); that length, else 0. */
size_t seqnet_dataset_width(const seqnet_dataset *dataset);

/* Classes: those of texts are in the order of numbers, then of names' bytes. */
size_t seqnet_dataset_label_count(const seqnet_dataset *dataset);

/* The name of a class: "negative" and "positive" unless the data names them. */
const char *seqnet_dataset_label_name(const seqnet_dataset *dataset, int32_t label);

/* The word an id stands for and its length in bytes; NULL for special ids, unknown ones, and data
 * without a word index. Not NUL-terminated. */
const char *seqnet_dataset_word(const seqnet_dataset *dataset, int32_t id, size_t *length);

/* The words known by rank; 0 without a word index. */
size_t seqnet_dataset_vocabulary_size(const seqnet_dataset *dataset);

/* The word index file that was used, or NULL (none, or the vocabulary comes from the texts). */
const char *seqnet_dataset_word_index_path(const seqnet_dataset *dataset);

/* Why a word index that was found by itself, not named, is left out: "PATH is left out: fact;
 * remedy". An id above its ranks, or rare words at its first ranks, tell that it belongs to other
 * data. NULL when none was left out. */
const char *seqnet_dataset_word_index_problem(const seqnet_dataset *dataset);

/* A row that holds the same words, or ids, as an earlier one: the first such row, in the order
 * train, validation, test. */
typedef struct seqnet_duplicate {
    seqnet_part part, first_part;
    size_t row, first_row;
    bool same_label;
} seqnet_duplicate;

/* Lists them by part and row; *duplicates is to be freed with free(). Texts are compared by their
 * words when they were kept, else by the ids, in which all unknown words are alike. */
seqnet_status seqnet_dataset_duplicates(const seqnet_dataset *dataset,
                                        seqnet_duplicate **duplicates, size_t *count,
                                        seqnet_error *err);

/* What pad_sequences does to every row. */
typedef struct seqnet_pad_options {
    size_t maxlen;          /* 0: the longest row of the part */
    seqnet_side padding;    /* where zeros go */
    seqnet_side truncating; /* where longer rows are cut */
} seqnet_pad_options;

/* The number of columns of a padded part. */
size_t seqnet_dataset_padded_length(const seqnet_dataset *dataset, seqnet_part part,
                                    const seqnet_pad_options *options);

/* Writes the training and test part padded as a compressed .npz of int32 arrays x_train, y_train,
 * x_test, y_test that NumPy opens, and, for other labels than negative and positive, their names as
 * an array `labels`; atomically. *replaced (may be NULL) tells whether an older file was there.
 * SEQNET_ERR_USAGE for a dataset with a validation part, SEQNET_ERR_WRITE. */
seqnet_status seqnet_dataset_write_padded(const seqnet_dataset *dataset,
                                          const seqnet_pad_options *options, const char *path,
                                          bool *replaced, seqnet_error *err);

/* A set of parts: bit 1 << SEQNET_TRAIN and so on. */
typedef unsigned seqnet_parts;
enum { SEQNET_ALL_PARTS = 7 };

/* Writes labelled texts to one file, part after part, atomically: CSV, TSV (columns label and
 * text), JSON Lines or fastText; AUTO: as the name's ending says; gzip when that is .gz. Texts must
 * have been kept; rows of ids are written as words. fastText's labels are words: their blanks
 * become underscores; SEQNET_ERR_DATA when that makes one label of two. SEQNET_ERR_WRITE. */
seqnet_status seqnet_dataset_write(const seqnet_dataset *dataset, seqnet_parts parts,
                                   seqnet_format format, const char *path, bool *replaced,
                                   seqnet_error *err);

/* Writes them as files PART/LABEL/ROW.txt in a new folder, which is there when it is whole.
 * SEQNET_ERR_WRITE. */
seqnet_status seqnet_dataset_write_folder(const seqnet_dataset *dataset, seqnet_parts parts,
                                          const char *path, seqnet_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
