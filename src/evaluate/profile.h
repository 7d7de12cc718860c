/* The profile of held-out rows (seqnet/held_out.h), computed from their scores. */
#ifndef SN_PROFILE_H
#define SN_PROFILE_H

#include "held_out.h"
#include "scores.h"

/* Computes the profile of rows, at least one, whose scores are those of the model as it answers.
 * The words of a row are its ids without the start id. The caller frees *held_out with
 * sn_held_out_free, whatever the result. SEQNET_ERR_MEMORY. */
seqnet_status sn_profile_make(seqnet_held_out *held_out, const seqnet_scores *scores,
                              const sn_rows *rows, const sn_encoding *encoding, seqnet_error *err);

/* The words of a row that the model may know, and how many of them it does not. */
typedef struct sn_row_words {
    size_t words, unknown;
} sn_row_words;

/* Counts a text's words from what a predictor says of it: of a model that drops unknown words,
 * these do not count. */
sn_row_words sn_words_of_text(const sn_encoding *encoding, size_t tokens, size_t oov);

/* The same of a row of ids, whose start id, if the encoding has one, counts among the ids. */
sn_row_words sn_words_of_ids(const sn_encoding *encoding, size_t ids, size_t oov);

/* The share of unknown words. */
double sn_unknown_share(sn_row_words row);

#endif
