/*
 * From text to tokens. A rule is frozen in the model by its name, so that new text is cut as the
 * training text was.
 *
 *     keras      Keras's default: ASCII letters to lower case, punctuation but the apostrophe and
 *                tab and newline to spaces, cut at spaces. Other bytes pass as they are.
 *     unicode-1  Words, punctuation and emoji of all languages; unicode_rule.h says how.
 */
#ifndef SN_TEXT_RULE_H
#define SN_TEXT_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

typedef enum sn_text_rule_kind { SN_TEXT_RULE_KERAS, SN_TEXT_RULE_UNICODE } sn_text_rule_kind;

/* A zeroed rule is Keras's. */
typedef struct sn_text_rule {
    sn_text_rule_kind kind;
    bool drop_digits; /* unicode: tokens of digits only (with . , : / between) are left out */
    bool cjk_pairs;   /* unicode: characters of scripts without spaces as overlapping pairs, else
                         each on its own */
} sn_text_rule;

enum { SN_TEXT_RULE_NAME = 32 };

/* Writes the rule's name, which models store and fingerprints hash: "keras", "unicode-1",
 * "unicode-1 no-digits", "unicode-1 cjk-pairs", "unicode-1 no-digits cjk-pairs". Returns it. */
const char *sn_text_rule_name(sn_text_rule rule, char name[SN_TEXT_RULE_NAME]);

/* The rule of such a name; false when there is none. */
bool sn_text_rule_parse(sn_text_rule *rule, const char *name);

enum { SN_TOKEN_MAX = 256 }; /* bytes of a token under the unicode rule: longer ones are cut */

/* Walks over the tokens of one text at a time; zeroed to start with, reused to save allocations. */
typedef struct sn_tokenizer {
    sn_text_rule rule;
    const char *text; /* what is walked over: the caller's text, for the keras rule `normalised` */
    size_t length, pos;
    char *normalised;
    size_t capacity;
    char mapped[256];       /* keras: what becomes of each byte */
    size_t replaced;        /* unicode: see sn_tokenizer_replaced */
    unsigned char before;   /* unicode: what ends right before `pos` */
    uint16_t folded[0x800]; /* unicode: of a letter that folds to one as long, that; else 0 */
    size_t half, pair;      /* unicode: where a pair's second letter begins and ends in `token` */
    char token[SN_TOKEN_MAX];
} sn_tokenizer;

/* Begins with a new text, which must stay until the next start: the unicode rule walks over it in
 * place, so that it needs no memory. The keras rule copies it. */
seqnet_status sn_tokenizer_start(sn_tokenizer *tokenizer, sn_text_rule rule, const char *text,
                                 size_t length, seqnet_error *err);

/* The next token, valid until the next call of next or start; false after the last one. */
bool sn_tokenizer_next(sn_tokenizer *tokenizer, const char **token, size_t *length);

/* How many sequences of the text so far were no UTF-8 and separated words like U+FFFD in their
 * place (each maximal part of a sequence counts once, as Unicode recommends). The keras rule passes
 * them on and counts none. */
size_t sn_tokenizer_replaced(const sn_tokenizer *tokenizer);

void sn_tokenizer_free(sn_tokenizer *tokenizer);

#endif
