/*
 * The inside of a seqnet_dataset, for the rooms above: rows as ids, how they were encoded, the
 * vocabulary and the labels. Loading is in load.c.
 */
#ifndef SN_DATASET_H
#define SN_DATASET_H

#include <seqnet/dataset.h>

#include "corpus.h"
#include "encoding.h"
#include "hash.h"
#include "mapped_file.h"
#include "rows.h"
#include "sequences.h"

/* The bytes of a label separator, with a NUL. */
enum { SN_SEPARATOR = 16 };

/* The words with which a vocabulary begins, those of a model, with the model's ids; new words
 * follow them. The vocabulary is borrowed. */
typedef struct sn_base_words {
    /* NULL: there are none. */
    const sn_vocabulary *vocabulary;
    sn_text_rule rule;
    int32_t id_count;
} sn_base_words;

struct seqnet_dataset {
    /* DATA as it is shown: "standard input" for "-". */
    char *source;
    /* Of a prepared file: the file, in which the rows and texts lie, and what it was prepared from;
     * else zeros. */
    sn_mapped_file mapped;
    char *prepared_from;
    /* The training rows and, behind them, the validation rows, so that both parts, and all of them
     * together, are views of the same arrays. */
    sn_sequences fitted;
    /* What the arrays of rows and texts spill with. */
    sn_spill spill;
    /* [longest row] where ids have two bytes each: see seqnet_dataset_row. */
    int32_t *wide;
    /* The test rows. */
    sn_sequences tested;
    /* Rows without labels: their labels are 0 and mean nothing. */
    sn_sequences unlabeled;
    /* Views of these, by seqnet_part, and behind them SN_UNLABELED; see sn_dataset_show_parts. */
    sn_rows parts[SN_TEXT_PARTS];
    /* How many of the training rows a model has labelled (train/self_training.h). */
    size_t self_labelled;
    /* Where the rows without labels are from, as it is shown; NULL: there are none. */
    char *unlabeled_source;
    /* The validation part took no rows from the training part: it is data of its own. */
    bool own_validation;
    /* The validation part are the last of the training rows that the data came with. */
    bool tail_split;
    /* The share that was asked for; see seqnet_dataset_validation_split. */
    double validation_split;
    sn_encoding encoding;
    /* NULL: no word index. */
    sn_vocabulary *vocabulary;
    sn_base_words base;
    /* NULL: none was used. */
    char *word_index_path;
    /* Why a word index that was found was left out; NULL: it was not. */
    char *word_index_problem;
    /* Rows were stored as ids: the encoding tells nothing about words. */
    bool final_ids;
    /* Rows were texts. */
    bool from_text;
    /* The texts are a corpus that seqnet generates. */
    bool is_generated;
    /* The row length of 2-D data, else 0. */
    size_t width;
    /* Names of the classes. */
    sn_string_set labels;
    /* Rows have any number of labels: the label of a row is the number of one of these sets. */
    bool multi_label;
    sn_label_sets sets;
    /* What stood between the labels of a field; empty: nothing did. */
    char label_separator[SN_SEPARATOR];
    /* [parts, classes]: rows of each. */
    size_t *class_counts;
    seqnet_reading reading;
    /* Where the rows are from. */
    sn_origin origin;
    /* See seqnet_dataset_is_training_data. */
    bool is_training_data;
    /* The texts, when they were to be kept. */
    sn_corpus corpus;
};

/* What a model has fixed about its data. */
typedef struct sn_fixed_words {
    const sn_vocabulary *vocabulary;
    sn_text_rule rule;
    char *const *label_names;
    size_t label_count;
    /* Where the texts that it was trained on are from, and the hash of its dataset; NULL: not
     * known. */
    const sn_origin *origin;
    const char *data_hash;
} sn_fixed_words;

/* Loads DATA for a model: texts are encoded with its rule and vocabulary and must have its labels,
 * and no word index is looked for. fixed = NULL: as seqnet_dataset_load does. */
seqnet_status sn_dataset_load_with(seqnet_dataset **dataset, const char *data,
                                   const seqnet_dataset_options *options,
                                   const sn_fixed_words *fixed, seqnet_error *err);

/* Loads DATA as seqnet_dataset_load does; the vocabulary of texts begins with these words. */
seqnet_status sn_dataset_load_onto(seqnet_dataset **dataset, const char *data,
                                   const seqnet_dataset_options *options, const sn_base_words *base,
                                   seqnet_error *err);

/* The rows of a dataset whose texts were kept, encoded for a model with these options. */
seqnet_status sn_dataset_recode(seqnet_dataset **recoded, const seqnet_dataset *dataset,
                                const seqnet_dataset_options *options, const sn_fixed_words *fixed,
                                seqnet_error *err);

/* Appends the words that the ids of a row stand for in a vocabulary (NULL: none), with ? for those
 * without one. Padding and the start id are left out. */
seqnet_status sn_dataset_decode(const seqnet_dataset *dataset, const sn_vocabulary *vocabulary,
                                seqnet_part part, size_t row, sn_buffer *text, seqnet_error *err);

/* Lets an empty dataset spill beyond a share of `memory` bytes; 0: of what the machine has left. */
void sn_dataset_spill(seqnet_dataset *dataset, size_t memory);

/* Sets the parts: of the fitted rows the first train_rows train, the others validate. */
void sn_dataset_show_parts(seqnet_dataset *dataset, size_t train_rows);

/* Makes the array that ids of two bytes are widened into, where parts have such: once they are
 * shown, and before their ids are used. SEQNET_ERR_MEMORY. */
seqnet_status sn_dataset_widen(seqnet_dataset *dataset, seqnet_error *err);

/* Lets the parts show the texts of a corpus (sn_rows.texts), which must outlive the dataset. */
void sn_dataset_show_texts(seqnet_dataset *dataset, const sn_corpus *corpus);

/* The training and the validation rows together. */
static inline sn_rows sn_dataset_fitted_rows(const seqnet_dataset *dataset)
{
    sn_rows rows = sn_sequences_view(&dataset->fitted);
    rows.sets = dataset->multi_label ? &dataset->sets : NULL;
    return rows;
}

/* Whether the data says itself which rows train and which test: ids, and a generated corpus. */
static inline bool sn_dataset_divides_itself(const seqnet_dataset *dataset)
{
    return !dataset->from_text || dataset->is_generated;
}

/* The logits of a row that tell the classes apart: one for two classes, unless rows have any number
 * of them. */
static inline size_t sn_dataset_outputs(const seqnet_dataset *dataset)
{
    const size_t classes = dataset->labels.count;
    return classes == 2 && !dataset->multi_label ? 1 : classes;
}

/* The training rows as the data came with them: a tail split does not change them. */
static inline sn_rows sn_dataset_given_rows(const seqnet_dataset *dataset)
{
    return dataset->tail_split ? sn_dataset_fitted_rows(dataset) : dataset->parts[SEQNET_TRAIN];
}

#endif
