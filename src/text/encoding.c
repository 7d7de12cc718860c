#include "encoding.h"

#include <stdlib.h>
#include <string.h>

#include "fasttext_rule.h"
#include "memory.h"

#include "banned.h"

const char *sn_encoding_word(const sn_encoding *encoding, const sn_vocabulary *vocabulary,
                             int32_t id, size_t *length)
{
    if (!vocabulary || id <= encoding->index_from)
        return NULL;
    return sn_vocabulary_word(vocabulary, (size_t)(id - encoding->index_from), length);
}

/* Drops all but the last `keep` ids. */
static void drop_first(sn_encoded *encoded)
{
    memmove(encoded->ids, encoded->ids + encoded->length - encoded->keep,
            encoded->keep * sizeof *encoded->ids);
    encoded->length = encoded->keep;
}

static seqnet_status append(sn_encoded *encoded, int32_t id, seqnet_error *err)
{
    if (id < 0)
        return SEQNET_OK;
    encoded->total++;
    if (encoded->keep && encoded->cut == SEQNET_POST && encoded->length == encoded->keep)
        return SEQNET_OK;
    if (encoded->keep && encoded->length == 2 * encoded->keep)
        drop_first(encoded);
    SN_TRY(
        sn_grow(&encoded->ids, &encoded->capacity, encoded->length + 1, sizeof *encoded->ids, err));
    encoded->ids[encoded->length++] = id;
    return SEQNET_OK;
}

int32_t sn_encoding_rank(const sn_encoding *encoding, size_t rank, size_t *oov)
{
    const int64_t id = (int64_t)rank + encoding->index_from;
    const int known = rank && id >= encoding->skip_top && id < encoding->id_count;
    *oov += !known;
    return known ? (int32_t)id : encoding->oov_char;
}

int32_t sn_encoding_id(const sn_encoding *encoding, const sn_vocabulary *vocabulary,
                       const char *word, size_t length, size_t *oov)
{
    return sn_encoding_rank(encoding, sn_vocabulary_rank(vocabulary, word, length), oov);
}

/* Looks a token of fastText's rule up. */
static void look_up_fasttext(const sn_vocabulary *vocabulary, const sn_tokenizer *tokenizer,
                             sn_looked_up *word)
{
    const int64_t bucket = tokenizer->fasttext.bucket;
    word->is_added = bucket >= 0 || sn_fasttext_is_end(tokenizer);
    word->rank = bucket >= 0 ? sn_vocabulary_size(vocabulary) + (size_t)bucket + 1
                             : sn_vocabulary_rank(vocabulary, word->text, word->length);
}

bool sn_encoding_next(const sn_vocabulary *vocabulary, sn_tokenizer *tokenizer, bool is_literal,
                      sn_looked_up *word)
{
    word->is_added = false;
    while (sn_tokenizer_next(tokenizer, &word->text, &word->length)) {
        if (tokenizer->rule.kind == SN_TEXT_RULE_FASTTEXT) {
            look_up_fasttext(vocabulary, tokenizer, word);
            if (word->is_added && !word->rank)
                continue; /* the end, which is no word of the dictionary */
            return true;
        }
        word->rank = sn_vocabulary_rank(vocabulary, word->text, word->length);
        if (word->rank || is_literal || !sn_tokenizer_retry(tokenizer, word->text, word->length))
            return true;
    }
    return false;
}

seqnet_status sn_encode_text(sn_encoded *encoded, const sn_encoding *encoding,
                             const sn_vocabulary *vocabulary, sn_tokenizer *tokenizer,
                             const char *text, size_t length, seqnet_error *err)
{
    encoded->length = encoded->total = encoded->tokens = encoded->oov = 0;
    SN_TRY(sn_tokenizer_start(tokenizer, encoding->rule, text, length, err));
    if (encoding->start_char >= 0)
        SN_TRY(append(encoded, sn_encoding_limit(encoding, encoding->start_char), err));
    sn_looked_up word;
    while (sn_encoding_next(vocabulary, tokenizer, encoded->is_literal, &word)) {
        encoded->tokens += !word.is_added;
        SN_TRY(append(encoded, sn_encoding_rank(encoding, word.rank, &encoded->oov), err));
    }
    return SEQNET_OK;
}

void sn_encoded_free(sn_encoded *encoded)
{
    free(encoded->ids);
    *encoded = (sn_encoded){0};
}
