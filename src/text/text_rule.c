#include "text_rule.h"

#include <stdlib.h>
#include <string.h>

#include "characters.h"
#include "fasttext_rule.h"
#include "imported_rule.h"
#include "memory.h"
#include "unicode_rule.h"
#include "utf8.h"

#include "banned.h"

/* keras.preprocessing.text.Tokenizer's default `filters`. */
static const char KERAS_FILTERS[] = "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n";

static char normalise_byte(char byte)
{
    if (byte >= 'A' && byte <= 'Z')
        return (char)(byte - 'A' + 'a');
    return byte != '\0' && strchr(KERAS_FILTERS, byte) ? ' ' : byte;
}

static seqnet_status start_keras(sn_tokenizer *tokenizer, bool is_new, const char *text,
                                 size_t length, seqnet_error *err)
{
    if (is_new)
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

/* Replaces the typographic characters of a word, each of more bytes than its ASCII form, which the
 * keras rule maps on. Returns the word's new length, which is the old one when it has none. */
static size_t plain_form(const sn_tokenizer *tokenizer, char *word, size_t length)
{
    size_t pos = 0;
    while (pos < length && (unsigned char)word[pos] < 0x80)
        pos++;
    size_t used = pos;
    while (pos < length) {
        int32_t code;
        const size_t size = sn_utf8_decode(word + pos, length - pos, &code);
        const int32_t plain = sn_char_plain(code);
        if (plain == code)
            memmove(word + used, word + pos, size);
        else
            word[used] = tokenizer->mapped[plain];
        used += plain == code ? size : plain != 0;
        pos += size;
    }
    return used;
}

static bool is_imported(const sn_text_rule *rule)
{
    return rule->kind == SN_TEXT_RULE_KERAS_TOKENIZER ||
           rule->kind == SN_TEXT_RULE_KERAS_VECTORIZER;
}

/* Whether the settings are equal on which the table of bytes depends. */
static bool is_same_rule(const sn_text_rule *a, const sn_text_rule *b)
{
    return a->kind == b->kind && a->lower == b->lower &&
           a->strip_punctuation == b->strip_punctuation && a->split_at == b->split_at &&
           strcmp(a->filters, b->filters) == 0 && strcmp(a->separator, b->separator) == 0;
}

void sn_tokenizer_prepare(sn_tokenizer *t)
{
    if (t->folded['a'] != 0)
        return;
    for (int32_t code = 'A'; code < 0x800; code++) {
        int32_t folded[4];
        const sn_char_class class = sn_char_classify(code);
        const bool is_simple = class == SN_CHAR_LETTER && sn_char_unify_letters(code) == code &&
                               sn_char_stands_alone(code, class) &&
                               sn_char_fold(code, folded) == 1 && folded[0] < 0x800 &&
                               (code < 0x80) == (folded[0] < 0x80);
        t->folded[code] = is_simple ? (uint16_t)folded[0] : 0;
    }
}

seqnet_status sn_tokenizer_start(sn_tokenizer *tokenizer, sn_text_rule rule, const char *text,
                                 size_t length, seqnet_error *err)
{
    const bool is_new = !tokenizer->normalised || !is_same_rule(&tokenizer->rule, &rule);
    tokenizer->rule = rule;
    tokenizer->text = tokenizer->original = text;
    tokenizer->retried = tokenizer->retried_end = 0;
    tokenizer->length = length;
    tokenizer->pos = 0;
    tokenizer->before = 0;
    tokenizer->after_gap = true;
    tokenizer->unclosed = 0;
    if (rule.kind == SN_TEXT_RULE_KERAS)
        return start_keras(tokenizer, is_new, text, length, err);
    if (is_imported(&rule))
        return sn_imported_start(tokenizer, is_new, err);
    if (rule.kind == SN_TEXT_RULE_FASTTEXT)
        return sn_fasttext_start(tokenizer, err);
    sn_tokenizer_prepare(tokenizer);
    return SEQNET_OK;
}

bool sn_tokenizer_next(sn_tokenizer *tokenizer, const char **token, size_t *length)
{
    if (tokenizer->rule.kind == SN_TEXT_RULE_KERAS)
        return next_keras(tokenizer, token, length);
    if (is_imported(&tokenizer->rule))
        return sn_imported_next(tokenizer, token, length);
    if (tokenizer->rule.kind == SN_TEXT_RULE_FASTTEXT)
        return sn_fasttext_next(tokenizer, token, length);
    return sn_unicode_next(tokenizer, token, length);
}

const char *sn_token_shown(const char *token, size_t *length)
{
    static const char stored[] = SN_STORED_NEWLINE;
    if (*length != sizeof stored - 1 || memcmp(token, stored, *length) != 0)
        return token;
    *length = 1;
    return "\n";
}

bool sn_tokenizer_retry(sn_tokenizer *tokenizer, const char *token, size_t length)
{
    if (tokenizer->rule.kind != SN_TEXT_RULE_KERAS)
        return false;
    char *const word = tokenizer->normalised + (token - tokenizer->text);
    const size_t kept = plain_form(tokenizer, word, length);
    if (kept == length)
        return false;
    memset(word + kept, ' ', length - kept);
    tokenizer->pos = (size_t)(token - tokenizer->text);
    tokenizer->retried = tokenizer->pos;
    tokenizer->retried_end = tokenizer->pos + length;
    return true;
}

/* The offset in the caller's text of a byte of the keras rule's text. They differ within a token
 * that was retried only, whose ASCII forms are shorter. */
static size_t original_offset(const sn_tokenizer *t, size_t offset)
{
    size_t pos = t->retried, used = t->retried;
    if (offset < t->retried || offset >= t->retried_end)
        return offset;
    while (used < offset) {
        int32_t code;
        const size_t size = sn_utf8_decode(t->original + pos, t->retried_end - pos, &code);
        const int32_t plain = sn_char_plain(code);
        used += plain == code ? size : plain != 0;
        pos += size;
    }
    return pos;
}

sn_text_span sn_tokenizer_span(const sn_tokenizer *t, const char *token, size_t length)
{
    if (t->rule.kind != SN_TEXT_RULE_KERAS && !is_imported(&t->rule))
        return (sn_text_span){t->start, t->pos};
    const size_t start = (size_t)(token - t->normalised);
    if (is_imported(&t->rule))
        return (sn_text_span){sn_imported_start_of(t, start),
                              sn_imported_end_of(t, start + length)};
    return (sn_text_span){original_offset(t, start), original_offset(t, start + length)};
}

void sn_tokenizer_free(sn_tokenizer *tokenizer)
{
    free(tokenizer->normalised);
    free(tokenizer->fasttext.words);
    free(tokenizer->shifts);
    *tokenizer = (sn_tokenizer){0};
}
