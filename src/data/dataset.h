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
#include "sequences.h"

struct seqnet_dataset {
    char *source; /* DATA as it is shown: "standard input" for "-" */
    sn_sequences parts[SN_PARTS];
    float *weights[SN_PARTS]; /* of rows in the loss; NULL: all 1 */
    sn_encoding encoding;
    sn_vocabulary *vocabulary; /* NULL: no word index */
    char *word_index_path;     /* NULL: none was used */
    char *word_index_problem;  /* why one that was found was not; NULL: it was not left out */
    bool final_ids;            /* rows were stored as ids: encoding tells nothing about words */
    bool from_text;            /* rows were texts */
    size_t width;              /* row length of 2-D data, else 0 */
    sn_string_set labels;      /* names of the classes */
    size_t *class_counts;      /* [parts, classes]: rows of each */
    seqnet_reading reading;
    sn_corpus corpus; /* the texts, when they were to be kept */
};

/* What a model has fixed about its data. */
typedef struct sn_fixed_words {
    const sn_vocabulary *vocabulary;
    sn_text_rule rule;
    char *const *label_names;
    size_t label_count;
} sn_fixed_words;

/* Loads DATA for a model: texts are encoded with its rule and vocabulary and must have its labels,
 * and no word index is looked for. fixed = NULL: as seqnet_dataset_load does. */
seqnet_status sn_dataset_load_with(seqnet_dataset **dataset, const char *data,
                                   const seqnet_dataset_options *options,
                                   const sn_fixed_words *fixed, seqnet_error *err);

/* The rows of a dataset whose texts were kept, encoded for a model with these options. */
seqnet_status sn_dataset_recode(seqnet_dataset **recoded, const seqnet_dataset *dataset,
                                const seqnet_dataset_options *options, const sn_fixed_words *fixed,
                                seqnet_error *err);

#endif
