/* How words become ids: the text rule and Keras's load_data parameters, and their use on ranks and
 * on text. */
#ifndef SN_ENCODING_H
#define SN_ENCODING_H

#include <stddef.h>
#include <stdint.h>

#include <seqnet/dataset.h>

#include "text_rule.h"
#include "vocabulary.h"

typedef struct sn_encoding {
    int32_t id_count;   /* ids are 0 .. id_count - 1 */
    int32_t skip_top;   /* ids below become oov_char */
    int32_t start_char; /* first id of a row, or -1 */
    int32_t oov_char;   /* or -1: such ids are dropped */
    int32_t index_from; /* id = rank + index_from */
    sn_text_rule rule;  /* how text becomes words */
} sn_encoding;

/* The id that stands for `id` in a row, or -1 when it is dropped. */
static inline int32_t sn_encoding_limit(const sn_encoding *encoding, int64_t id)
{
    const int keeps = id >= encoding->skip_top && id < encoding->id_count;
    return keeps ? (int32_t)id : encoding->oov_char;
}

/* The word of an id, not NUL-terminated; NULL for an id without one, or without a vocabulary. */
const char *sn_encoding_word(const sn_encoding *encoding, const sn_vocabulary *vocabulary,
                             int32_t id, size_t *length);

/* The id of the word of a rank, 0 for none; -1 when it is dropped. *oov grows by one when the word
 * is unknown, too rare or skipped. */
int32_t sn_encoding_rank(const sn_encoding *encoding, size_t rank, size_t *oov);

/* The id of a word, -1 when it is dropped; *oov grows by one when it is unknown, too rare or
 * skipped. */
int32_t sn_encoding_id(const sn_encoding *encoding, const sn_vocabulary *vocabulary,
                       const char *word, size_t length, size_t *oov);

/* A text as ids, with what was found on the way. Zeroed to start with, reused from text to text. */
typedef struct sn_encoded {
    size_t keep;     /* to be set: ids that are wanted, so that a long text costs no memory for
                        long; 0: all */
    seqnet_side cut; /* to be set: on which side the others may be missing */
    int32_t *ids;
    size_t length, capacity; /* of ids; may still be above keep */
    size_t total;            /* ids there would have been */
    size_t tokens;           /* words of the text */
    size_t oov;              /* of them unknown, too rare or skipped */
    size_t replaced;         /* sequences that were no UTF-8; see sn_tokenizer_replaced */
} sn_encoded;

/* Encodes one text: start id, then the words' ids. `tokenizer` is scratch space. */
seqnet_status sn_encode_text(sn_encoded *encoded, const sn_encoding *encoding,
                             const sn_vocabulary *vocabulary, sn_tokenizer *tokenizer,
                             const char *text, size_t length, seqnet_error *err);
void sn_encoded_free(sn_encoded *encoded);

#endif
