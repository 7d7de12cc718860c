/*
 * From text to tokens. A rule is frozen in the model by its name, so that new text is cut as the
 * training text was.
 *
 *     keras      Keras's default: ASCII letters to lower case, punctuation but the apostrophe and
 *                tab and newline to spaces, cut at spaces. Other bytes pass as they are.
 *     unicode-1  Words, punctuation and emoji of all languages; unicode_rule.h says how.
 *
 * What tokens become, ids, is in encoding.h.
 */
#ifndef SN_TEXT_RULE_H
#define SN_TEXT_RULE_H

#include <stdbool.h>
#include <stddef.h>

#include "status.h"
#include "tokenizer.h"

enum { SN_TEXT_RULE_NAME = 32 };

/* Writes the rule's name, which models store and fingerprints hash: "keras", "unicode-1",
 * "unicode-1 no-digits", "unicode-1 cjk-pairs", "unicode-1 no-digits cjk-pairs". Returns it. */
const char *sn_text_rule_name(sn_text_rule rule, char name[SN_TEXT_RULE_NAME]);

/* The rule of such a name; false when there is none. */
bool sn_text_rule_parse(sn_text_rule *rule, const char *name);

/* Begins with a new text, which must live until the next start: the unicode rule walks over it in
 * place and needs no memory. The keras rule copies it. */
seqnet_status sn_tokenizer_start(sn_tokenizer *tokenizer, sn_text_rule rule, const char *text,
                                 size_t length, seqnet_error *err);

/* The next token, valid until the next call of next or start; false after the last one. */
bool sn_tokenizer_next(sn_tokenizer *tokenizer, const char **token, size_t *length);

/* How many sequences of the text so far were no UTF-8. They separate words, as U+FFFD in their
 * place would; each maximal part of a sequence counts once, as Unicode recommends. The keras rule
 * passes them on and counts none. */
size_t sn_tokenizer_replaced(const sn_tokenizer *tokenizer);

void sn_tokenizer_free(sn_tokenizer *tokenizer);

#endif
