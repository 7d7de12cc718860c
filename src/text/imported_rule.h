/*
 * The text rules of imported Keras models, byte for byte what Keras makes of a text.
 *
 *     keras-tokenizer-1   keras.preprocessing.text.Tokenizer: the text in Python's lower case; each
 *                         of the filters becomes the separator; the separator separates tokens,
 *                         of which empty ones are none. Without a separator white space separates
 *                         tokens, and filters are removed. At the level of characters each code
 *                         point is a token, and no filter applies.
 *     keras-vectorizer-1  keras.layers.TextVectorization: ASCII letters become lower case, ASCII
 *                         punctuation is removed, ASCII white space separates tokens; each of
 *                         these where the layer says so. Or each code point is a token, or the
 *                         whole text.
 *
 * What is not UTF-8 becomes U+FFFD, as Python reads it. A newline inside a token, which a
 * vocabulary could not hold, is SN_STORED_NEWLINE in the token.
 *
 * The state of a walk is in tokenizer.h, the settings' text form in text_rule.h.
 */
#ifndef SN_IMPORTED_RULE_H
#define SN_IMPORTED_RULE_H

#include "status.h"
#include "tokenizer.h"

/* Begins with the tokenizer's text, of which it makes what tokens are cut from. `is_new` says that
 * the rule is another one than that of the text before. SEQNET_ERR_MEMORY. */
seqnet_status sn_imported_start(sn_tokenizer *tokenizer, bool is_new, seqnet_error *err);

/* Finds the next token, as sn_tokenizer_next does, under these rules. */
bool sn_imported_next(sn_tokenizer *tokenizer, const char **token, size_t *length);

/* The offsets in the caller's text at which characters begin and end that begin and end at offsets
 * of the prepared text. */
size_t sn_imported_start_of(const sn_tokenizer *tokenizer, size_t offset);
size_t sn_imported_end_of(const sn_tokenizer *tokenizer, size_t offset);

#endif
