/*
 * From text to tokens. A model stores the name of its rule, so that new text is split in the same
 * way as the training text.
 *
 *     keras      Keras's default: ASCII letters become lower case; punctuation except the
 *                apostrophe, tabs and newlines become spaces; spaces separate tokens. Other bytes
 *                stay.
 *     unicode-2  Words, punctuation and emoji of all languages; unicode_rule.h says how.
 *     unicode-1  What unicode-2 was before; unicode_rule.h says how they differ.
 *     keras-tokenizer-1, keras-vectorizer-1
 *                What Keras does with the settings of an imported model; see imported_rule.h.
 *     fasttext-1
 *                What fastText makes of a text; fasttext_rule.h says what.
 *
 * The ids of tokens are in encoding.h.
 */
#ifndef SN_TEXT_RULE_H
#define SN_TEXT_RULE_H

#include <stdbool.h>
#include <stddef.h>

#include "status.h"
#include "tokenizer.h"

enum { SN_TEXT_RULE_NAME = 4096 };

/* Writes the rule's name, which models store and fingerprints hash: "keras", or "unicode-2", which
 * may be followed by " no-digits", " cjk-pairs" or both in this order; so may "unicode-1"; or
 * "keras-tokenizer-1" or "keras-vectorizer-1" and a space and the settings as a JSON object,
 * as "fasttext-1" has them. Returns it. rule_name.c has it. */
const char *sn_text_rule_name(sn_text_rule rule, char name[SN_TEXT_RULE_NAME]);

/* Sets *rule to the rule with a name; false when there is none. */
bool sn_text_rule_parse(sn_text_rule *rule, const char *name);

/* Sets *rule to that of a TextVectorization layer with these settings, as configurations name them:
 * standardize is "lower_and_strip_punctuation", "lower", "strip_punctuation" or NULL, split is
 * "whitespace", "character" or NULL. False for any other. */
bool sn_vectorizer_rule(sn_text_rule *rule, const char *standardize, const char *split);

/* Begins with a new text, which must live until the next start, since the unicode rule reads it in
 * place and allocates nothing. The rules of Keras copy it. SEQNET_ERR_MEMORY. */
seqnet_status sn_tokenizer_start(sn_tokenizer *tokenizer, sn_text_rule rule, const char *text,
                                 size_t length, seqnet_error *err);

/* Fills the table of folded letters that the unicode rules use, unless it is filled. (Exported C
 * files hold unicode_rule.c as it is, and a table that is made once.) */
void sn_tokenizer_prepare(sn_tokenizer *tokenizer);

/* The next token, valid until the next call of next or start; false after the last one. */
bool sn_tokenizer_next(sn_tokenizer *tokenizer, const char **token, size_t *length);

/* What a token, or a word of a vocabulary, reads as: itself, but a newline for one that is stored
 * as SN_STORED_NEWLINE alone, as it is at the level of characters. */
const char *sn_token_shown(const char *token, size_t *length);

/* For a token of the keras rule that the caller does not know, before the next call of next:
 * whether it has typographic quotes, dashes, ellipses or spaces, or invisible characters. If so,
 * the walk goes back to the token's start, with the ASCII forms of these characters in place of
 * them, so that the next tokens are its parts: great for “great”, don't for don’t. Their own parts
 * have no such characters. False under the other rules: tokens of unicode are in these forms
 * already, and imported models get what Keras gives them. */
bool sn_tokenizer_retry(sn_tokenizer *tokenizer, const char *token, size_t length);

/* Where the newest token, which sn_tokenizer_next has returned, lies in the caller's text: its
 * bytes are start .. end - 1. Of overlapping pairs (cjk_pairs) each has the bytes that the one
 * before it does not have, so that spans never overlap. */
typedef struct sn_text_span {
    size_t start, end;
} sn_text_span;
sn_text_span sn_tokenizer_span(const sn_tokenizer *tokenizer, const char *token, size_t length);

/* Frees the memory of a tokenizer, not the tokenizer. */
void sn_tokenizer_free(sn_tokenizer *tokenizer);

#endif
