/* Scores rows with the n-gram part of a model, on all threads. One text is scored in ngrams.h. */
#ifndef SN_NGRAM_ROWS_H
#define SN_NGRAM_ROWS_H

#include "ngrams.h"
#include "pool.h"
#include "rows.h"

/* Writes the decisions of svm and nb [rows->count, outputs] for rows whose texts are there, or of
 * ids; those of nb are 0 where there is none. SEQNET_ERR_MEMORY. */
seqnet_status sn_ngrams_score_rows(const sn_ngrams *ngrams, const sn_rows *rows, float *svm,
                                   float *nb, sn_pool *pool, seqnet_error *err);

#endif
