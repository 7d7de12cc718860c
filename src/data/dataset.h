/*
 * The inside of a seqnet_dataset, for the rooms above: rows as ids, how they were encoded, and the
 * vocabulary. Loading chooses the reader by what DATA is.
 */
#ifndef SN_DATASET_H
#define SN_DATASET_H

#include <seqnet/dataset.h>

#include "encoding.h"
#include "hash.h"
#include "sequences.h"

struct seqnet_dataset {
    char *source; /* DATA as it was named */
    sn_sequences parts[2];
    sn_encoding encoding;
    sn_vocabulary *vocabulary; /* NULL: no word index */
    char *word_index_path;     /* NULL: none was used */
    bool final_ids;            /* rows were stored as ids: encoding tells nothing about words */
    bool from_text;            /* rows were texts */
    size_t width;              /* row length of 2-D data, else 0 */
    const char *label_names[2];
};

/* Loads DATA, cutting texts by the rule, with a vocabulary that is already fixed (a model's): texts
 * are encoded with it and no word index is looked for. NULL: as seqnet_dataset_load does. */
seqnet_status sn_dataset_load_with(seqnet_dataset **dataset, const char *data,
                                   const seqnet_dataset_options *options, sn_text_rule rule,
                                   const sn_vocabulary *vocabulary, seqnet_error *err);

/* A hash over the ids and labels of both parts. */
seqnet_status sn_dataset_hash(const seqnet_dataset *dataset, char hash[SN_HASH_TEXT],
                              seqnet_error *err);

#endif
