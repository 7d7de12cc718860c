/*
 * From text to tokens. A rule is frozen in the model, so that new text is cut as the training text
 * was. So far there is one, Keras's: ASCII letters to lower case, punctuation but the apostrophe
 * and tab and newline to spaces, cut at spaces. Other bytes pass as they are.
 */
#ifndef SN_TEXT_RULE_H
#define SN_TEXT_RULE_H

#include <stdbool.h>
#include <stddef.h>

#include "status.h"

#define SN_TEXT_RULE_KERAS "keras"

/* Walks over the tokens of one text at a time; zeroed to start with, reused to save allocations. */
typedef struct sn_tokenizer {
    char *text; /* the normalised text */
    size_t length, pos, capacity;
    char mapped[256]; /* what becomes of each byte */
} sn_tokenizer;

/* Begins with a new text; it is copied. */
seqnet_status sn_tokenizer_start(sn_tokenizer *tokenizer, const char *text, size_t length,
                                 seqnet_error *err);

/* The next token, valid until the next start; false after the last one. */
bool sn_tokenizer_next(sn_tokenizer *tokenizer, const char **token, size_t *length);

void sn_tokenizer_free(sn_tokenizer *tokenizer);

#endif
