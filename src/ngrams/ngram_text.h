/*
 * The n-grams of one text: those of its words, which are the tokens of a text rule, and those of
 * the characters in its chunks. A chunk is a run of tokens without a gap between them, with a blank
 * at both ends; a lone blank is no n-gram. N-grams are known by a hash of 32 bits, so that no
 * strings are stored: two of a million share one by chance in four thousand cases, and then count
 * as the same. The rows of n-grams of a training are in ngram_matrix.h.
 */
#ifndef SN_NGRAM_TEXT_H
#define SN_NGRAM_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text_rule.h"

enum { SN_NGRAM_LONGEST = 8 };

/* Which n-grams there are: of 1 to `words` words, from 1 to SN_NGRAM_LONGEST, and of 1 to
 * `characters` characters, up to SN_NGRAM_LONGEST; 0: none of characters. */
typedef struct sn_ngram_spec {
    size_t words, characters;
    /* How text becomes words. */
    sn_text_rule rule;
    /* Texts are arrays of int32_t, and each id in them is a word; there are no characters. */
    bool has_ids;
} sn_ngram_spec;

/* A distinct n-gram of a text, and how often it occurs there. The hash is not 0. */
typedef struct sn_ngram {
    uint32_t hash, count;
} sn_ngram;

/* The distinct n-grams of a text in the order of their first occurrence, those of words first. The
 * caller zeroes it once and may use it for any number of texts. */
typedef struct sn_ngram_text {
    sn_ngram *ngrams;
    /* The first `word_count` of them are of words. */
    size_t count, word_count;
    /* Scratch: the walk, the hashes of all occurrences, the characters of the chunks, and an
     * open-addressing table of numbers of n-grams from 1 on. */
    sn_tokenizer tokenizer;
    uint32_t *hashes;
    int32_t *letters;
    uint32_t *slots;
    size_t hash_count, letter_count, slot_mask;
    size_t ngram_capacity, hash_capacity, letter_capacity, slot_capacity;
    /* The ids of a row, for those who read rows. */
    int32_t *ids;
    size_t id_capacity;
} sn_ngram_text;

/* Finds the n-grams of a text of `length` bytes, which may be any. SEQNET_ERR_MEMORY. */
seqnet_status sn_ngram_text_read(sn_ngram_text *scratch, const sn_ngram_spec *spec,
                                 const char *text, size_t length, seqnet_error *err);

/* The number in `ngrams` of an n-gram of the text that was read; SIZE_MAX when it has none with
 * this hash. */
size_t sn_ngram_text_find(const sn_ngram_text *scratch, uint32_t hash);

/* The hash of the n-gram of letters[first] .. letters[last] and a blank behind them. */
uint32_t sn_ngram_text_closing(const sn_ngram_text *scratch, size_t first, size_t last);

/* Frees the arrays. */
void sn_ngram_text_free(sn_ngram_text *scratch);

#endif
