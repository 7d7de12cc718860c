/*
 * Where the n-grams of one text are: every occurrence of an n-gram that a part knows, with the
 * tokens that it covers. From the places follow what each token adds to the decisions, and the
 * decisions about each beginning of the text. Scoring does without them (ngrams.h).
 */
#ifndef SN_NGRAM_PLACES_H
#define SN_NGRAM_PLACES_H

#include "ngrams.h"

/* An occurrence of a known n-gram. */
typedef struct sn_ngram_place {
    /* Its number in the part, and among the distinct n-grams of the text; SN_NGRAM_NEW: the text
     * does not have it. */
    uint32_t number, entry;
    /* It covers the tokens first .. last. */
    uint32_t first, last;
} sn_ngram_place;

#define SN_NGRAM_NEW UINT32_MAX

/* The caller zeroes it once and may use it for any number of texts. */
typedef struct sn_ngram_places {
    /* [token_count]: the bytes of each token in the text. */
    sn_text_span *spans;
    size_t token_count;
    /* [count], in the order of their last tokens. */
    sn_ngram_place *places;
    size_t count;
    /* The n-grams that the text would have besides if it ended behind a token: those of the last
     * characters of the token `last` and of the blank behind them, for tokens within a chunk. In
     * the order of tokens. */
    sn_ngram_place *closings;
    size_t closing_count;
    /* The distinct n-grams of the text with their counts; those from text.word_count on are of
     * characters. */
    sn_ngram_text text;
    /* Scratch: the token of each letter, a blank's being the one behind it; whether a token begins
     * a chunk; the places before they are sorted; where those of each token begin. */
    uint32_t *owners;
    bool *begins;
    sn_ngram_place *unsorted;
    size_t *starts;
    size_t letter_count, unsorted_count;
    size_t span_capacity, place_capacity, closing_capacity, owner_capacity, begin_capacity,
        unsorted_capacity, start_capacity;
} sn_ngram_places;

/* Finds the places of the n-grams of a text, which may be any bytes. SEQNET_ERR_MEMORY. */
seqnet_status sn_ngram_places_read(sn_ngram_places *places, const sn_ngrams *ngrams,
                                   const char *text, size_t length, seqnet_error *err);

void sn_ngram_places_free(sn_ngram_places *places);

/* What the n-grams of a text, or of its beginning, add up to. The caller zeroes it once. */
typedef struct sn_ngram_sums {
    /* [SN_NGRAM_BLOCKS, outputs] each: of svm, of nb and of the squares in nb, not scaled. */
    double *svm, *nb, *squares;
    /* The sum of the squares of TF-IDF weights of each block, not scaled. */
    double norms[SN_NGRAM_BLOCKS];
    /* [text.count]: how often each n-gram of the text occurs so far. */
    uint32_t *counts;
    size_t sum_capacity, count_capacity;
} sn_ngram_sums;

/* Begins with an empty text. SEQNET_ERR_MEMORY. */
seqnet_status sn_ngram_sums_begin(sn_ngram_sums *sums, const sn_ngrams *ngrams,
                                  const sn_ngram_places *places, seqnet_error *err);

/* Adds one occurrence, or takes it away again. */
void sn_ngram_sums_add(sn_ngram_sums *sums, const sn_ngrams *ngrams, const sn_ngram_places *places,
                       const sn_ngram_place *place);
void sn_ngram_sums_remove(sn_ngram_sums *sums, const sn_ngrams *ngrams,
                          const sn_ngram_places *places, const sn_ngram_place *place);

/* What each part's decisions are multiplied by. */
typedef struct sn_ngram_shares {
    double svm, nb;
} sn_ngram_shares;

/* Writes the shares of the decisions, added up, to decisions[outputs]. */
void sn_ngram_sums_decide(const sn_ngram_sums *sums, const sn_ngrams *ngrams,
                          sn_ngram_shares shares, double *decisions);

/* Adds to tokens[token_count, outputs] what each token contributes to these decisions, the sums
 * being those of the whole text: what its n-grams add, each divided equally among the tokens that
 * it covers. Together they are the decisions without the biases, up to rounding. */
void sn_ngram_sums_contribute(const sn_ngram_sums *sums, const sn_ngrams *ngrams,
                              const sn_ngram_places *places, sn_ngram_shares shares,
                              double *tokens);

void sn_ngram_sums_free(sn_ngram_sums *sums);

#endif
