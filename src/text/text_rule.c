#include "text_rule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "unicode_rule.h"

#include "banned.h"

/* keras.preprocessing.text.Tokenizer's default `filters`. */
static const char KERAS_FILTERS[] = "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n";

const char *sn_text_rule_name(sn_text_rule rule, char name[SN_TEXT_RULE_NAME])
{
    if (rule.kind == SN_TEXT_RULE_KERAS)
        (void)snprintf(name, SN_TEXT_RULE_NAME, "keras");
    else
        (void)snprintf(name, SN_TEXT_RULE_NAME, "unicode-1%s%s",
                       rule.drop_digits ? " no-digits" : "", rule.cjk_pairs ? " cjk-pairs" : "");
    return name;
}

bool sn_text_rule_parse(sn_text_rule *rule, const char *name)
{
    static const sn_text_rule rules[] = {
        {SN_TEXT_RULE_KERAS, false, false},  {SN_TEXT_RULE_UNICODE, false, false},
        {SN_TEXT_RULE_UNICODE, true, false}, {SN_TEXT_RULE_UNICODE, false, true},
        {SN_TEXT_RULE_UNICODE, true, true},
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        char known[SN_TEXT_RULE_NAME];
        if (strcmp(sn_text_rule_name(rules[i], known), name) == 0) {
            *rule = rules[i];
            return true;
        }
    }
    return false;
}

static char normalise_byte(char byte)
{
    if (byte >= 'A' && byte <= 'Z')
        return (char)(byte - 'A' + 'a');
    return byte != '\0' && strchr(KERAS_FILTERS, byte) ? ' ' : byte;
}

static seqnet_status start_keras(sn_tokenizer *tokenizer, const char *text, size_t length,
                                 seqnet_error *err)
{
    if (!tokenizer->normalised)
        for (int byte = 0; byte < 256; byte++)
            tokenizer->mapped[byte] = normalise_byte((char)byte);
    SN_TRY(sn_grow(&tokenizer->normalised, &tokenizer->capacity, length + 1, 1, err));
    for (size_t i = 0; i < length; i++)
        tokenizer->normalised[i] = tokenizer->mapped[(unsigned char)text[i]];
    tokenizer->text = tokenizer->normalised;
    return SEQNET_OK;
}

static bool next_keras(sn_tokenizer *tokenizer, const char **token, size_t *length)
{
    const char *const text = tokenizer->text;
    size_t start = tokenizer->pos;
    while (start < tokenizer->length && text[start] == ' ')
        start++;
    if (start == tokenizer->length)
        return false;
    const char *const space = memchr(text + start, ' ', tokenizer->length - start);
    const size_t end = space ? (size_t)(space - text) : tokenizer->length;
    *token = text + start;
    *length = end - start;
    tokenizer->pos = end;
    return true;
}

seqnet_status sn_tokenizer_start(sn_tokenizer *tokenizer, sn_text_rule rule, const char *text,
                                 size_t length, seqnet_error *err)
{
    tokenizer->rule = rule;
    tokenizer->text = text;
    tokenizer->length = length;
    tokenizer->pos = 0;
    tokenizer->replaced = 0;
    tokenizer->before = 0;
    if (rule.kind == SN_TEXT_RULE_KERAS)
        return start_keras(tokenizer, text, length, err);
    sn_unicode_prepare(tokenizer);
    return SEQNET_OK;
}

bool sn_tokenizer_next(sn_tokenizer *tokenizer, const char **token, size_t *length)
{
    return tokenizer->rule.kind == SN_TEXT_RULE_KERAS ? next_keras(tokenizer, token, length)
                                                      : sn_unicode_next(tokenizer, token, length);
}

size_t sn_tokenizer_replaced(const sn_tokenizer *tokenizer)
{
    return tokenizer->replaced;
}

void sn_tokenizer_free(sn_tokenizer *tokenizer)
{
    free(tokenizer->normalised);
    *tokenizer = (sn_tokenizer){0};
}
