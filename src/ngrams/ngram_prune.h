/* Reduces the n-grams of a training to the most important ones. */
#ifndef SN_NGRAM_PRUNE_H
#define SN_NGRAM_PRUNE_H

#include "ngram_counts.h"
#include "ngram_matrix.h"

/* Keeps the `kept` n-grams with the highest importance[counts->count], of equal ones those with the
 * lowest hashes, in the counts, the matrix and the inverse frequencies. SEQNET_ERR_MEMORY. */
seqnet_status sn_ngram_prune(sn_ngram_counts *counts, sn_ngram_matrix *matrix, float *idf,
                             const float *importance, size_t kept, seqnet_error *err);

#endif
