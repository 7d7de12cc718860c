/*
 * The text rule fasttext-1: what fastText 0.9 makes of one line of text when it predicts (Joulin,
 * Grave, Bojanowski and Mikolov 2016). The tokens are
 *
 *     words             what stands between blanks, tabs, newlines, returns, \v, \f and NULs, byte
 *                       for byte; __label__NAME is no word
 *     </s>              the end of the text; where it stands in the text, the text ends
 *     character n-grams of each word within < and >, counted in code points: FNV-1a of the bytes,
 *                       which count as signed, modulo the number of buckets
 *     word n-grams      of two words and more, the end included: the words' hashes joined as
 *                       h * 116049371 + hash, modulo the number of buckets
 *
 * Each token that is no word has a bucket, and with that an id behind those of the words
 * (encoding.h). The state of a walk is in tokenizer.h.
 */
#ifndef SN_FASTTEXT_RULE_H
#define SN_FASTTEXT_RULE_H

#include "status.h"
#include "tokenizer.h"

/* What a fastText file calls the end of a line. */
#define SN_FASTTEXT_END "</s>"
/* What fastText takes for a label in a text. */
#define SN_FASTTEXT_LABEL "__label__"

/* Begins a walk, whose text and rule the tokenizer has. SEQNET_ERR_MEMORY. */
seqnet_status sn_fasttext_start(sn_tokenizer *tokenizer, seqnet_error *err);

/* Finds the next token, as sn_tokenizer_next does: each word, behind it its character n-grams, and
 * in the end the word n-grams. */
bool sn_fasttext_next(sn_tokenizer *tokenizer, const char **token, size_t *length);

/* Whether the newest token is the end of the text. */
bool sn_fasttext_is_end(const sn_tokenizer *tokenizer);

#endif
