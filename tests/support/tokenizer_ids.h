/*
 * The ids that a tokenizer's file gives a text. Include it after <cmocka.h>.
 */
#ifndef TOKENIZER_IDS_H
#define TOKENIZER_IDS_H

#include <string.h>

#include "encoding.h"
#include "tokenizer_file.h"

/* The caller frees the result with sn_encoded_free. */
static inline sn_encoded encode_by(const sn_tokenizer_file *file, const char *text)
{
    const sn_encoding encoding = {.id_count = INT32_MAX,
                                  .start_char = -1,
                                  .oov_char = file->oov_id,
                                  .index_from = file->index_from,
                                  .rule = file->rule};
    sn_encoded encoded = {0};
    sn_tokenizer tokenizer = {0};
    assert_int_equal(
        sn_encode_text(&encoded, &encoding, file->vocabulary, &tokenizer, text, strlen(text), NULL),
        SEQNET_OK);
    sn_tokenizer_free(&tokenizer);
    return encoded;
}

#endif
