#include "vector_words.h"

#include "banned.h"

seqnet_status sn_vector_words_find(sn_vector_words *words, const sn_encoding *encoding,
                                   const sn_vocabulary *vocabulary, const char *word, size_t length,
                                   size_t *id, bool *exact, seqnet_error *err)
{
    sn_encoded *const encoded = &words->encoded;
    const size_t rank = sn_vocabulary_rank(vocabulary, word, length);
    *id = rank ? rank + (size_t)encoding->index_from : 0;
    *exact = rank > 0;
    if (rank)
        return SEQNET_OK;
    SN_TRY(sn_encode_text(encoded, encoding, vocabulary, &words->tokenizer, word, length, err));
    if (encoded->tokens == 1 && encoded->oov == 0)
        *id = (size_t)encoded->ids[encoded->length - 1];
    return SEQNET_OK;
}

void sn_vector_words_free(sn_vector_words *words)
{
    sn_encoded_free(&words->encoded);
    sn_tokenizer_free(&words->tokenizer);
}

seqnet_status sn_vector_words_refuse(const char *place, size_t dimension, size_t wanted,
                                     seqnet_error *err)
{
    return sn_fail(err, SEQNET_ERR_USAGE,
                   "%s: has vectors of %zu numbers, the embedding is of %zu; pass .embedding_dim "
                   "%zu, or in a list of layers output_dim %zu",
                   place, dimension, wanted, dimension, dimension);
}
