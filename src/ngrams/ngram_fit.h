/* Makes the n-gram part of a model from labelled texts. */
#ifndef SN_NGRAM_FIT_H
#define SN_NGRAM_FIT_H

#include "ngram_counts.h"
#include "ngrams.h"

typedef struct sn_ngram_recipe {
    sn_ngram_spec spec;
    sn_ngram_choice choice;
    /* C of the support vector machines. */
    double cost;
    bool has_nb;
    /* The most n-grams of the finished part: the others are left out by their weights. */
    size_t kept;
    uint64_t seed;
} sn_ngram_recipe;

/* Fits a part with this number of outputs, on all threads of the pool: the threads change nothing.
 * `weights`: of each row over all parts in the loss, NULL: 1. SEQNET_ERR_MEMORY; *ngrams is NULL
 * then. */
seqnet_status sn_ngram_fit(sn_ngrams **ngrams, const sn_ngram_rows *rows, const float *weights,
                           size_t outputs, const sn_ngram_recipe *recipe, sn_pool *pool,
                           seqnet_error *err);

#endif
