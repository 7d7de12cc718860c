/*
 * How words become ids: the text rule and the parameters of Keras's load_data, and their use on
 * ranks and on text. How text becomes words is in text_rule.h, ranks are in vocabulary.h.
 */
#ifndef SN_ENCODING_H
#define SN_ENCODING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <seqnet/dataset.h>

#include "text_rule.h"
#include "vocabulary.h"

typedef struct sn_encoding {
    /* Ids are 0 .. id_count - 1. */
    int32_t id_count;
    /* Ids below it become oov_char. */
    int32_t skip_top;
    /* The first id of a row; -1: rows have none. */
    int32_t start_char;
    /* The id of words without an id of their own; -1: these words are dropped. */
    int32_t oov_char;
    /* The id of a word is its rank plus index_from; -1 where the first word has the id 0. */
    int32_t index_from;
    /* How text becomes words. */
    sn_text_rule rule;
} sn_encoding;

/* Returns `id` itself when it is in the range of ids, else oov_char, -1 when it is dropped. */
static inline int32_t sn_encoding_limit(const sn_encoding *encoding, int64_t id)
{
    const int keeps = id >= encoding->skip_top && id < encoding->id_count;
    return keeps ? (int32_t)id : encoding->oov_char;
}

/* The word of an id, not NUL-terminated; NULL for an id without one, or without a vocabulary. */
const char *sn_encoding_word(const sn_encoding *encoding, const sn_vocabulary *vocabulary,
                             int32_t id, size_t *length);

/* The id of the word with a rank (0: an unknown word), -1 when it is dropped. Adds 1 to *oov when
 * the word is unknown, too rare or skipped. */
int32_t sn_encoding_rank(const sn_encoding *encoding, size_t rank, size_t *oov);

/* The id of a word, -1 when it is dropped. Adds 1 to *oov when the word is unknown, too rare or
 * skipped. */
int32_t sn_encoding_id(const sn_encoding *encoding, const sn_vocabulary *vocabulary,
                       const char *word, size_t length, size_t *oov);

/* A word of a text that is looked up. */
typedef struct sn_looked_up {
    /* Not NUL-terminated; valid as long as the tokenizer's token. */
    const char *text;
    size_t length;
    /* Its rank in the vocabulary, 0 when it has none. That of an n-gram that fastText's rule hashes
     * is behind those of all words. */
    size_t rank;
    /* It is no word of the text, but an n-gram that is hashed, or the end of the text. */
    bool is_added;
} sn_looked_up;

/* The next word of the text with which the tokenizer began; false after the last one. All ids of
 * texts come from these words. Unless is_literal, a word that the vocabulary lacks gives way to the
 * words that sn_tokenizer_retry makes of it. */
bool sn_encoding_next(const sn_vocabulary *vocabulary, sn_tokenizer *tokenizer, bool is_literal,
                      sn_looked_up *word);

/* A text as ids, with counts. The caller zeroes it once, sets keep, cut and is_literal, and may use
 * it again for the next text. */
typedef struct sn_encoded {
    /* How many ids the caller needs, so that a long text does not take much memory; 0: all. */
    size_t keep;
    /* The side on which ids beyond `keep` may be missing. */
    seqnet_side cut;
    /* Words are looked up as they stand only, as Keras does. */
    bool is_literal;
    int32_t *ids;
    /* The number of ids, which may be above `keep`, and the size of the array. */
    size_t length, capacity;
    /* How many ids the whole text has. */
    size_t total;
    /* How many words the text has. */
    size_t tokens;
    /* How many of them are unknown, too rare or skipped. */
    size_t oov;
} sn_encoded;

/* Encodes one text: the start id, then the ids of the words. `tokenizer` is scratch space. */
seqnet_status sn_encode_text(sn_encoded *encoded, const sn_encoding *encoding,
                             const sn_vocabulary *vocabulary, sn_tokenizer *tokenizer,
                             const char *text, size_t length, seqnet_error *err);
/* Frees the ids. */
void sn_encoded_free(sn_encoded *encoded);

#endif
