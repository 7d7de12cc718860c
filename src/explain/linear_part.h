/*
 * What the n-gram part of a model says about a text word by word: what each word contributes to
 * the logits, exactly, and the logits after each word.
 */
#ifndef SN_LINEAR_PART_H
#define SN_LINEAR_PART_H

#include <seqnet/explain.h>

#include "model.h"
#include "ngram_places.h"

/* The caller zeroes it once and may use it for any number of texts. */
typedef struct sn_linear_part {
    /* [outputs]: the decisions about a text without words. */
    double *empty;
    /* [words, outputs]: what each word adds to them; the decisions about the text up to each word,
     * where they were asked for. */
    double *added, *after;
    /* [words]: the sum of what each word adds to all of them. */
    double *sums;
    /* Scratch. */
    sn_ngram_places places;
    sn_ngram_sums growing;
    /* [tokens]: the word of each token. */
    size_t *owners;
    /* [tokens, outputs] */
    double *tokens;
    size_t empty_capacity, added_capacity, after_capacity, sum_capacity, owner_capacity,
        token_capacity;
} sn_linear_part;

/* Explains a text whose words are words[count] for a model; one without n-grams adds 0 everywhere.
 * running: `after` is set, too. SEQNET_ERR_MEMORY. */
seqnet_status sn_linear_explain(sn_linear_part *part, const seqnet_model *model, const char *text,
                                size_t length, const seqnet_explained_word *words, size_t count,
                                bool running, seqnet_error *err);

void sn_linear_part_free(sn_linear_part *part);

#endif
