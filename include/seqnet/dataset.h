/*
 * Labelled data as token ids: loading with Keras's load_data semantics, inspection, padding and
 * writing. Reading records one at a time is in reader.h; a model's own form of data is in model.h.
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

/* The parts of a dataset. A file with one set of rows fills the training part. */
typedef enum seqnet_part {
    SEQNET_TRAIN = 0,
    SEQNET_TEST = 1,
    /* The rows that choose the best epoch. */
    SEQNET_VALIDATION = 2,
    /* The number of parts. */
    SEQNET_PARTS
} seqnet_part;

/* "train", "test" or "validation". */
const char *seqnet_part_name(seqnet_part part);

/* The side on which a sequence is padded or cut: Keras's "pre" (the beginning) and "post" (the
 * end). */
typedef enum seqnet_side { SEQNET_PRE = 0, SEQNET_POST = 1 } seqnet_side;

/* Stands for "no id". */
enum { SEQNET_ID_NONE = -1 };

/* How text becomes words. A model stores the rule that it was trained with. */
typedef enum seqnet_text_rule {
    /* SEQNET_TEXT_RULE_KERAS for generated corpora, whose documented results were made with it,
     * else SEQNET_TEXT_RULE_UNICODE. */
    SEQNET_TEXT_RULE_AUTO,
    /* The rule of imdb_word_index.json: ASCII letters in lower case, without punctuation. */
    SEQNET_TEXT_RULE_KERAS,
    /* Words, punctuation and emoji of all languages, with case folded. */
    SEQNET_TEXT_RULE_UNICODE
} seqnet_text_rule;

enum {
    /* num_words: 10000 for archives of ids; for texts at most 30000, for up to 12000 of them to
     * learn from at most 14000. */
    SEQNET_NUM_WORDS_AUTO = -1,
    /* num_words: all ids of an archive; for texts as SEQNET_NUM_WORDS_AUTO. */
    SEQNET_NUM_WORDS_ALL_IDS = -2,
    /* validation_split: the data decides. */
    SEQNET_SPLIT_AUTO = -1
};

/* The options of loading are grouped by the step that needs them. Strings are borrowed during the
 * call; defaults are NULL, false and 0 unless a comment says otherwise. */

/* How records are read from text files. */
typedef struct seqnet_record_options {
    /* Format and columns. */
    seqnet_reader_options reader;
    /* Malformed records are left out and counted; false: the first one is an error. Input that
     * cannot be read to its end is an error in any case. */
    bool skip_bad;
    /* With keep_texts: the further fields of CSV, TSV and JSON Lines (an id, a date) are kept for
     * seqnet_dataset_write. */
    bool keep_fields;
    /* Called for each malformed record, or NULL. */
    void (*problems)(void *user, const char *message);
    /* Passed to `problems`. */
    void *problems_user;
    /* Called now and then while a file is read, and with position = size behind its last record, or
     * NULL: as seqnet_reader_position and seqnet_reader_size, and how many records are read. */
    void (*progress)(size_t position, size_t size, size_t records);
} seqnet_record_options;

/* How labels become classes. */
typedef struct seqnet_label_options {
    /* Merges, renames and drops labels: "1,2=negative;4,5=positive;3=". A label that it does not
     * name stays as it is, unless it has a rule for "*". NULL: labels are classes as they are. */
    const char *map;
    /* The map is one that a model remembers: labels that the model has stay unless it names them.
     */
    bool map_is_remembered;
    /* Each row may have any number of labels, also none: all that its record has count. For texts.
     * false: each row has one, and the first label of a record counts. */
    bool multi_label;
    /* Data with a single label, or without labels, is allowed, for inspection; false: it is an
     * error, since nothing can be trained on it. */
    bool any;
} seqnet_label_options;

/* How text becomes words, and which words have an id. num_words and word_index also apply to
 * archives of ids. */
typedef struct seqnet_word_options {
    seqnet_text_rule text_rule;
    /* Unicode rule: numbers are left out. */
    bool drop_digits;
    /* Unicode rule: Chinese and Japanese characters become overlapping pairs; false: each is a word
     * of its own. */
    bool cjk_pairs;
    /* Words that occur less often in the training part are not in the vocabulary. At least 1;
     * default 1. */
    int64_t min_count;
    /* The path of a list of words, one per line, the most frequent first. NULL: the words of the
     * training part. */
    const char *vocabulary;
    /* The path of an imdb_word_index.json, from which texts take their vocabulary. NULL: archives
     * of ids use the one beside the data, in $SEQNET_DATA or in ~/.keras/datasets, if there is one.
     */
    const char *word_index;
    /* Ids run from 0 to num_words - 1; all other words become oov_char. 0: as many ids as the data
     * has words (Keras's None). Default SEQNET_NUM_WORDS_AUTO. */
    int64_t num_words;
} seqnet_word_options;

/* The further arguments of Keras's imdb.load_data, with its defaults. */
typedef struct seqnet_id_options {
    /* Ids below it become oov_char. At least 0. */
    int64_t skip_top;
    /* Drops rows of an archive that have this length or more (Keras's maxlen); 0: none. */
    int64_t drop_longer;
    /* The seed of the row order of an archive. Default 113. */
    uint32_t shuffle_seed;
    /* The first id of each row, or SEQNET_ID_NONE. Default 1. */
    int32_t start_char;
    /* The id of words without an id of their own; SEQNET_ID_NONE drops them. Default 2. */
    int32_t oov_char;
    /* The id of a word is its rank plus this. Default 3. */
    int32_t index_from;
} seqnet_id_options;

/* Which rows train, validate and test. Archives and generated corpora have a test part of their
 * own. */
typedef struct seqnet_split_options {
    /* The paths of these parts, in any form of DATA for texts (see seqnet_dataset_load), or NULL.
     */
    const char *test, *validation;
    /* The share of the training rows, at least 0 and below 1, that becomes the test part. The rows
     * are chosen at random, with the same share of each label. */
    double test_split;
    /* The share of the training rows that becomes the validation part, in the same way, unless the
     * data has one. SEQNET_SPLIT_AUTO: 0.2, for many texts 0.1. */
    double validation_split;
    /* validation_split applies to archives and generated corpora, too, in the way of Keras's fit:
     * of n rows the first floor(n (1 - share)) train and the last ones validate. For training. */
    bool tail;
    /* The test part is fold number `fold`, from 0, of `folds`, from 2 to 1000. folds 0: there are
     * no folds. */
    size_t folds, fold;
    /* The seed with which rows are chosen. Default 1. */
    uint64_t seed;
} seqnet_split_options;

/* All options of loading. */
typedef struct seqnet_dataset_options {
    seqnet_record_options records;
    seqnet_label_options labels;
    seqnet_word_options words;
    seqnet_id_options ids;
    seqnet_split_options splits;
    /* The path of texts without labels, beside texts with labels: a file in any of their forms or
     * of lines, each a text, or a folder of NAME.txt or FOLDER/NAME.txt. They belong to no part;
     * their words are in the vocabulary, and a training may learn from them. NULL: none. */
    const char *unlabeled;
    /* Bytes of memory that loading and training may take: rows and texts beyond a quarter of it lie
     * in a temporary file ($TMPDIR, else /var/tmp). At least 0; 0: what the machine, the control
     * group and the process's limits leave. */
    int64_t memory;
    /* The dataset keeps its texts, for seqnet_dataset_text, seqnet_dataset_write and the functions
     * that make a dataset from another one. */
    bool keep_texts;
} seqnet_dataset_options;

seqnet_dataset_options seqnet_dataset_options_default(void);

/* Returns the reason why the options cannot be used, or NULL when they can. */
const char *seqnet_dataset_options_check(const seqnet_dataset_options *options);

/* Loads DATA, which is one of these:
 *
 *     the path of a Keras .npz
 *     the path of a CSV, TSV, JSON Lines or fastText file, plain or gzip
 *     the path of a folder of texts, LABEL/NAME.txt or SPLIT/LABEL/NAME.txt
 *     "-" for standard input
 *     the path of a prepared file (seqnet_dataset_prepare)
 *     "builtin:demo[:SIZE[:SEED]]", a generated corpus of short reviews
 *     "builtin:recall:LENGTH[:SIZE[:SEED]]", generated texts of LENGTH words, of which the one
 *     after the word "mark" is the label, and all others are noise
 *
 * Object arrays of an .npz hold word ranks, to which Keras's load_data is applied: shuffle, start
 * id, shift, out-of-vocabulary id. 2-D arrays hold final ids and are only checked. Texts are split
 * into parts, then tokenised; their vocabulary is built from the training part, the most frequent
 * word first.
 *
 * SEQNET_ERR_USAGE for options that cannot be used, SEQNET_ERR_DATA for data that cannot be read,
 * SEQNET_ERR_MEMORY. */
seqnet_status seqnet_dataset_load(seqnet_dataset **dataset, const char *data,
                                  const seqnet_dataset_options *options, seqnet_error *err);

/* NULL is fine. */
void seqnet_dataset_free(seqnet_dataset *dataset);

/* The number of rows of a part. */
size_t seqnet_dataset_count(const seqnet_dataset *dataset, seqnet_part part);

/* The number of rows without labels. */
size_t seqnet_dataset_unlabeled_count(const seqnet_dataset *dataset);

/* The validation_split of the options, with 0.2 for SEQNET_SPLIT_AUTO. */
double seqnet_dataset_validation_split(const seqnet_dataset *dataset);

/* The ids of a row, their number and the index of its class: with labels.multi_label of the first
 * of its classes, -1 without any. The ids of a row that lies in a file are valid until the next
 * call. row < count. */
const int32_t *seqnet_dataset_row(const seqnet_dataset *dataset, seqnet_part part, size_t row,
                                  size_t *length, int32_t *label);

/* The words of a row: its ids without the start id and without padding; *unknown becomes how many
 * of them are words that have no id. row < count. */
size_t seqnet_dataset_row_words(const seqnet_dataset *dataset, seqnet_part part, size_t row,
                                size_t *unknown);

/* Whether rows have any number of labels (labels.multi_label). */
bool seqnet_dataset_is_multi_label(const seqnet_dataset *dataset);

/* The indexes of a row's classes in ascending order, and their number; one for each row unless rows
 * have any number of labels. row < count. */
const int32_t *seqnet_dataset_row_labels(const seqnet_dataset *dataset, seqnet_part part,
                                         size_t row, size_t *count);

/* The shares of the quantiles in a summary: 0, 0.25, 0.5, 0.75, 0.95, 0.99, 1. */
enum { SEQNET_QUANTILES = 7 };
extern const double seqnet_quantile_shares[SEQNET_QUANTILES];

/* The counts and lengths of a part's rows; all zero for an empty part. */
typedef struct seqnet_part_summary {
    /* The number of rows. */
    size_t count;
    /* The number of ids in all rows, start ids included, and how many of them are oov_char. */
    size_t tokens;
    size_t oov;
    /* Lengths of rows in ids. */
    size_t min_length, median_length, max_length;
    double mean_length;
    /* quantiles[q] is the length up to which the share seqnet_quantile_shares[q] of the rows,
     * sorted by length, reaches. */
    size_t quantiles[SEQNET_QUANTILES];
} seqnet_part_summary;

/* Summarises a part. SEQNET_ERR_MEMORY. */
seqnet_status seqnet_dataset_summarise(const seqnet_dataset *dataset, seqnet_part part,
                                       seqnet_part_summary *summary, seqnet_error *err);

/* The number of a part's rows that have a class; a row counts for each of its classes. label <
 * label count. */
size_t seqnet_dataset_class_count(const seqnet_dataset *dataset, seqnet_part part, int32_t label);

/* The irregularities in the texts that were read. */
typedef struct seqnet_reading {
    /* Malformed records that were left out. */
    size_t bad;
    /* Rows that were left out because the label map drops their label, or all of their labels. */
    size_t dropped;
    /* Records with more than one label, of which the first one counts. */
    size_t several_labels;
    /* What was read as U+FFFD: byte sequences that are not UTF-8, and characters that no text can
     * hold (NULs, halves of surrogate pairs). */
    seqnet_tally invalid, replaced;
    /* Lines of TSV within a quoted field that look like records. */
    seqnet_tally swallowed;
    /* Records that repeat the header of their file, which were left out. */
    size_t headers;
    /* Records at the end of a file whose fields are all empty, which were left out. */
    size_t blank;
    /* Labels that had blanks around them. */
    size_t trimmed;
    /* Texts, not empty, without any letter: numbers or dates, as a wrong column has. */
    size_t wordless;
    /* Records whose label is none of those that are known beforehand, a model's; how many different
     * labels these are, and the first few: "'a', 'b'". */
    size_t foreign_rows, foreign_labels;
    char foreign[200];
    /* The error sentence of the first malformed record. */
    char first_bad[512];
    /* The first of the labels that a map names but no row has; empty for none. */
    char unmatched[120];
    /* What was assumed about the first record of DATA (seqnet_reader_remark); empty for nothing. */
    char remark[512];
    /* What folders hold that is no text: "PATH: left out 2 entries: ..."; empty when nothing. */
    char left_out[512];
    /* What was noticed about words.vocabulary: counts behind its words, and entries that no text
     * can have; empty when nothing. */
    char word_list[512];
} seqnet_reading;

/* All zero for archives of ids. */
const seqnet_reading *seqnet_dataset_reading(const seqnet_dataset *dataset);

/* What is suspicious about the labels. */
typedef struct seqnet_label_findings {
    /* Labels that are most likely meant to be the same: "'Pos' (3) and 'pos' (12)", the first few,
     * and the rules of a map that merge all of them: "Pos=pos". NULL: none. Rules are spelt as
     * they stand within single quotes of a shell. */
    char *same, *same_map;
    /* Labels that programs write for a missing value: "'nan' (12)", and the rules that drop their
     * rows: "nan=". NULL: none. */
    char *missing, *missing_map;
    /* The labels are many numbers with few rows each, or dates or times: hardly classes. */
    bool is_quantity;
    /* Rows may have several labels, none has, and most labels have one of ; , | in them. */
    bool is_joined;
} seqnet_label_findings;

/* Looks at the labels of all rows. The caller releases *findings with seqnet_label_findings_free,
 * whatever the result. SEQNET_ERR_MEMORY. */
seqnet_status seqnet_dataset_check_labels(const seqnet_dataset *dataset,
                                          seqnet_label_findings *findings, seqnet_error *err);
void seqnet_label_findings_free(seqnet_label_findings *findings);

/* How the records of DATA were read (seqnet_reader_found); NULL for data without records. */
const seqnet_reader_options *seqnet_dataset_reader_options(const seqnet_dataset *dataset);

/* Whether the data, loaded for a model, is what the model was trained on: then its parts are those
 * of the training. */
bool seqnet_dataset_is_training_data(const seqnet_dataset *dataset);

/* Makes a dataset of the same texts with the splits or the fold of the options. `whole` must have
 * been loaded with keep_texts and without splits. */
seqnet_status seqnet_dataset_resplit(seqnet_dataset **dataset, const seqnet_dataset *whole,
                                     const seqnet_dataset_options *options, seqnet_error *err);

/* Writes 32 hexadecimal digits and a NUL: a hash of the ids and labels of all parts.
 * SEQNET_ERR_MEMORY. */
enum { SEQNET_HASH_TEXT = 33 };
seqnet_status seqnet_dataset_hash(const seqnet_dataset *dataset, char text[SEQNET_HASH_TEXT],
                                  seqnet_error *err);

/* Whether the data is text, and whether it is a corpus that seqnet generates. */
bool seqnet_dataset_is_text(const seqnet_dataset *dataset);
bool seqnet_dataset_is_builtin(const seqnet_dataset *dataset);

/* The timesteps that a training takes by default, from 1 to 100000: the length of the longest
 * training row, but at most 500 unless the rows are padded already, or generated. */
size_t seqnet_dataset_default_maxlen(const seqnet_dataset *dataset);

/* The number of words that have an id of their own. */
size_t seqnet_dataset_known_words(const seqnet_dataset *dataset);

/* The text of a row, the file that it is from and its line there, from 1; 0: the text is the whole
 * file. `source` and `line` may be NULL. Returns NULL without keep_texts. */
const char *seqnet_dataset_text(const seqnet_dataset *dataset, seqnet_part part, size_t row,
                                size_t *length, const char **source, size_t *line);

/* The number of ids, which run from 0: an embedding for the data has this many rows. */
size_t seqnet_dataset_id_count(const seqnet_dataset *dataset);

/* The length of the rows when they are padded (a 2-D .npz), else 0. */
size_t seqnet_dataset_width(const seqnet_dataset *dataset);

/* The number of classes. Those of texts are sorted: labels that are numbers first, then names by
 * their bytes. */
size_t seqnet_dataset_label_count(const seqnet_dataset *dataset);

/* The name of a class, label < label count: "negative" and "positive" unless the data names its
 * classes. */
const char *seqnet_dataset_label_name(const seqnet_dataset *dataset, int32_t label);

/* The word of an id, not NUL-terminated, and its length in bytes. NULL for special ids, for unknown
 * ids, and for data without a vocabulary. */
const char *seqnet_dataset_word(const seqnet_dataset *dataset, int32_t id, size_t *length);

/* The highest rank of the vocabulary; 0 without one. */
size_t seqnet_dataset_vocabulary_size(const seqnet_dataset *dataset);

/* The path of the word index that the dataset uses; NULL when it uses none. */
const char *seqnet_dataset_word_index_path(const seqnet_dataset *dataset);

/* Why a word index that the options do not name was found but is not used: "PATH is left out: fact;
 * remedy". An id above its ranks, or rare words at its first ranks, show that it belongs to other
 * data. NULL when there is no such word index. */
const char *seqnet_dataset_word_index_problem(const seqnet_dataset *dataset);

/* A row with the same words, or ids, as an earlier row in the order train, validation, test. */
typedef struct seqnet_duplicate {
    /* The part of the duplicate, and the part of the first row that equals it. */
    seqnet_part part, first_part;
    /* The numbers of these rows in their parts. */
    size_t row, first_row;
    /* The two rows have the same label. */
    bool same_label;
} seqnet_duplicate;

/* Lists all duplicates by part and row; the caller releases *duplicates with free(). Texts that
 * were kept are compared by their words; other rows by their ids, in which all unknown words are
 * equal. SEQNET_ERR_MEMORY. */
seqnet_status seqnet_dataset_duplicates(const seqnet_dataset *dataset,
                                        seqnet_duplicate **duplicates, size_t *count,
                                        seqnet_error *err);

/* The options of Keras's pad_sequences. */
typedef struct seqnet_pad_options {
    /* The length of each row; 0: the length of the longest row of the part. */
    size_t maxlen;
    /* The side on which zeros are added. */
    seqnet_side padding;
    /* The side on which longer rows are cut. */
    seqnet_side truncating;
} seqnet_pad_options;

/* The number of columns that a part has when it is padded. */
size_t seqnet_dataset_padded_length(const seqnet_dataset *dataset, seqnet_part part,
                                    const seqnet_pad_options *options);

/* Writes the training and the test part, padded, as a compressed .npz that NumPy opens, atomically
 * (see output.h): int32 arrays x_train [rows, columns], y_train [rows], x_test and y_test and,
 * unless the classes are negative and positive, an array `labels` of their names. *replaced (may be
 * NULL) says whether there was an older file. SEQNET_ERR_USAGE for a dataset with a validation
 * part and for rows with any number of labels, SEQNET_ERR_WRITE. */
seqnet_status seqnet_dataset_write_padded(const seqnet_dataset *dataset,
                                          const seqnet_pad_options *options, const char *path,
                                          bool *replaced, seqnet_error *err);

/* A set of parts: bit 1 << SEQNET_TRAIN and so on. */
typedef unsigned seqnet_parts;
enum { SEQNET_ALL_PARTS = 7 };

/* What a file of texts differs in from what was there before, and from the texts. */
typedef struct seqnet_written {
    /* There was an older file. */
    bool replaced;
    /* fastText's format: texts with line ends, which became spaces, and words that would be read as
     * labels, which lost their first underscore. */
    size_t line_ends, label_words;
} seqnet_written;

/* The further fields of the records, beside text and label, that records.keep_fields kept, in the
 * order in which they were met, and the name of one; field < count. */
size_t seqnet_dataset_field_count(const seqnet_dataset *dataset);
const char *seqnet_dataset_field_name(const seqnet_dataset *dataset, size_t field);

/* The number of such a field from 0, SIZE_MAX for a name that is none; and its text in one row, row
 * < count: a JSON value that is no string as it is written, empty where the record lacks the field.
 * The caller frees *text with free(); it ends with a NUL that *length does not count.
 * SEQNET_ERR_MEMORY. */
size_t seqnet_dataset_find_field(const seqnet_dataset *dataset, const char *name);
seqnet_status seqnet_dataset_row_field(const seqnet_dataset *dataset, seqnet_part part, size_t row,
                                       size_t field, char **text, size_t *length,
                                       seqnet_error *err);

/* A row of a dataset, and what is written behind its fields: as many values as there are names. */
typedef struct seqnet_written_row {
    seqnet_part part;
    size_t row;
    /* The text of a row of ids; not used for rows with a text of their own. */
    const char *words;
    /* Each is a text or, where the names are those of JSON values, JSON. */
    const char *const *values;
} seqnet_written_row;

/* The fields that are added to rows. */
typedef struct seqnet_added_fields {
    const char *const *names;
    /* [count]: the values are JSON: numbers, lists. CSV and TSV show a list as it is written. */
    const bool *are_json;
    size_t count;
} seqnet_added_fields;

/* Writes rows in the given order as seqnet_dataset_write does, with fields added: CSV, TSV or JSON
 * Lines. Rows of data without further fields also get their source and their line there. Rows with
 * any number of labels can be written in each of these forms; CSV and TSV separate the labels by
 * the dataset's separator, or ";". SEQNET_ERR_USAGE for another form, SEQNET_ERR_DATA where the
 * data has a field of an added name. Other statuses as there. */
seqnet_status seqnet_dataset_write_rows(const seqnet_dataset *dataset,
                                        const seqnet_written_row *rows, size_t count,
                                        const seqnet_added_fields *added, const char *path,
                                        bool *replaced, seqnet_error *err);

/* Checks what can be checked before rows are written there. SEQNET_ERR_USAGE and SEQNET_ERR_DATA as
 * above, SEQNET_ERR_MEMORY. */
seqnet_status seqnet_dataset_check_rows(const seqnet_dataset *dataset,
                                        const seqnet_added_fields *added, const char *path,
                                        seqnet_error *err);

/* Writes labelled texts to one file, part after part, atomically: CSV or TSV with the columns label
 * and text, JSON Lines or fastText. Kept fields are written, too, but not in fastText's form: the
 * columns then have the names and the order of the source, of several files those of the first
 * one, with what others have in addition behind them. SEQNET_FORMAT_AUTO: the format of the name's
 * ending. A name that ends in .gz gives gzip. The dataset must keep its texts; rows of ids are
 * written as words. In fastText's format, blanks of labels become underscores. Rows with any number
 * of labels are for JSON Lines and fastText, SEQNET_ERR_USAGE for the others. written may be NULL.
 * SEQNET_ERR_USAGE for a name that stands for no format, SEQNET_ERR_DATA for ids without words and
 * for two labels that become the same one, SEQNET_ERR_WRITE. */
seqnet_status seqnet_dataset_write(const seqnet_dataset *dataset, seqnet_parts parts,
                                   seqnet_format format, const char *path, seqnet_written *written,
                                   seqnet_error *err);

/* Writes labelled texts as files PART/LABEL/ROW.txt in a new folder, which appears when all of them
 * are written. SEQNET_ERR_DATA for ids without words, SEQNET_ERR_WRITE, also for a label that
 * cannot be the name of a folder. */
seqnet_status seqnet_dataset_write_folder(const seqnet_dataset *dataset, seqnet_parts parts,
                                          const char *path, seqnet_error *err);

/* Writes the dataset as a prepared file, atomically: its rows in the parts that they have, its
 * texts where it keeps them, labels, vocabulary and what a model remembers of its data. Loading
 * that file maps it, so that rows that are larger than the memory are read when they are used; a
 * training gets the same rows, and its model the same fingerprint. *replaced (may be NULL) says
 * whether there was an older file. SEQNET_ERR_WRITE. */
seqnet_status seqnet_dataset_prepare(const seqnet_dataset *dataset, const char *path,
                                     bool *replaced, seqnet_error *err);

/* Whether the validation part is data of its own (splits.validation), which took no rows from the
 * training part. */
bool seqnet_dataset_has_own_validation(const seqnet_dataset *dataset);

/* Whether the rows that were set aside, if any, were drawn with this seed. */
bool seqnet_dataset_is_drawn_with(const seqnet_dataset *dataset, uint64_t seed);

/* What DATA was prepared from, where it is a prepared file; else NULL. */
const char *seqnet_dataset_prepared_from(const seqnet_dataset *dataset);

/* The most bytes of temporary files that rows and texts took so far; 0: the memory held them. */
size_t seqnet_dataset_spilled(const seqnet_dataset *dataset);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
