/*
 * Which rule cuts a text into tokens, and the state of a walk over them: what text_rule.c, which
 * begins a walk and chooses the rule, shares with unicode_rule.c. Callers include text_rule.h.
 */
#ifndef SN_TOKENIZER_H
#define SN_TOKENIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum sn_text_rule_kind { SN_TEXT_RULE_KERAS, SN_TEXT_RULE_UNICODE } sn_text_rule_kind;

/* A zeroed rule is Keras's. */
typedef struct sn_text_rule {
    sn_text_rule_kind kind;
    /* unicode: tokens of digits only (with . , : / between them) are left out. */
    bool drop_digits;
    /* unicode: characters of scripts without spaces become overlapping pairs; without it each of
     * them is a token. */
    bool cjk_pairs;
} sn_text_rule;

/* Bytes of a token under the unicode rule: longer ones are cut. */
enum { SN_TOKEN_MAX = 256 };

/* A walk over the tokens of one text; zeroed to start with, used again for the next text. */
typedef struct sn_tokenizer {
    sn_text_rule rule;
    /* What the walk is over: the caller's text, or `normalised` under the keras rule. */
    const char *text;
    size_t length, pos;
    /* keras: the text with every byte mapped. */
    char *normalised;
    size_t capacity;
    /* keras: what becomes of each byte. */
    char mapped[256];
    /* unicode: see sn_tokenizer_replaced. */
    size_t replaced;
    /* unicode: what ends right before `pos`. */
    unsigned char before;
    /* unicode: the letter that a letter folds to when that is as long, else 0. */
    uint16_t folded[0x800];
    /* unicode: where a pair's second letter begins and ends in `token`. */
    size_t half, pair;
    char token[SN_TOKEN_MAX];
} sn_tokenizer;

#endif
