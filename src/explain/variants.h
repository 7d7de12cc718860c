/*
 * Scores of a row of ids with words missing: of all its beginnings and of all its ends. A network
 * alone; what the n-grams of a text say is in ngrams/ngram_places.h.
 */
#ifndef SN_VARIANTS_H
#define SN_VARIANTS_H

#include "engine.h"
#include "model.h"

/* A row of ids: a start id, if `begins` is 1, and its words. */
typedef struct sn_word_row {
    const int32_t *ids;
    size_t begins, words;
} sn_word_row;

typedef struct sn_variants {
    /* Borrowed; NULL: the model has no network, and all logits are 0. */
    sn_engine *engine;
    size_t outputs;
    /* [words + 1, outputs] each: logits of the first i words, and of the words from i on. Those of
     * the whole row and of none are in both. */
    float *before, *after;
    /* [words + 1] each: the sums of each variant's logits. */
    double *before_sums, *after_sums;
    /* Scratch: the ids of a block of variants. */
    int32_t *ids;
    size_t logit_capacity, sum_capacity, id_capacity;
} sn_variants;

/* Scores the variants of a row with the weights that the engine uses. SEQNET_ERR_MEMORY. */
seqnet_status sn_variants_score(sn_variants *variants, const sn_word_row *row, seqnet_error *err);

void sn_variants_free(sn_variants *variants);

#endif
