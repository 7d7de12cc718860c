/*
 * Reading a text character by character under the unicode rule: each is decoded, a character
 * reference of HTML included, unified and classified. For unicode_rule.c.
 */
#ifndef SN_READ_CHAR_H
#define SN_READ_CHAR_H

#include "characters.h"
#include "markup.h"
#include "tokenizer.h"
#include "utf8.h"

typedef struct character {
    int32_t code;
    sn_char_class class;
    /* The offset behind its bytes in the text. */
    size_t end;
} character;

static inline bool is_first_rule(const sn_tokenizer *t)
{
    return t->rule.kind == SN_TEXT_RULE_UNICODE_1;
}

static inline int32_t unify(const sn_tokenizer *t, int32_t code)
{
    return is_first_rule(t) ? sn_char_unify(code) : sn_char_unify_letters(code);
}

static inline character read_reference(const sn_tokenizer *t, size_t pos)
{
    character c = {.code = '&', .class = SN_CHAR_SYMBOL, .end = pos + 1};
    const char *const text = t->text + pos;
    const size_t size = t->length - pos;
    int32_t code = 0;
    const size_t length = is_first_rule(t) ? sn_markup_reference(text, size, &code)
                                           : sn_markup_escaped(text, size, &code);
    if (!length)
        return c;
    c.end = pos + length;
    c.code = code == SN_MARKUP_UNKNOWN ? ' ' : unify(t, code);
    c.class = sn_char_classify(c.code);
    return c;
}

static inline character read_char(const sn_tokenizer *t, size_t pos)
{
    character c = {.code = 0, .class = SN_CHAR_END, .end = pos};
    if (pos == t->length)
        return c;
    if (t->text[pos] == '&')
        return read_reference(t, pos);
    c.end = pos + sn_utf8_decode(t->text + pos, t->length - pos, &c.code);
    if (c.code >= 0x4e00 && c.code <= 0x9fff) { /* for speed: the most frequent ones */
        c.class = SN_CHAR_UNSPACED;
    } else if (c.code == SN_UTF8_INVALID) {
        c.class = SN_CHAR_INVALID;
    } else {
        c.code = unify(t, c.code);
        c.class = sn_char_classify(c.code);
    }
    return c;
}

/* The next character that is not ignored. */
static inline character peek_char(const sn_tokenizer *t, size_t pos)
{
    character c = read_char(t, pos);
    while (c.class == SN_CHAR_IGNORED)
        c = read_char(t, c.end);
    return c;
}

static inline bool is_alphanumeric(sn_char_class class)
{
    return class == SN_CHAR_LETTER || class == SN_CHAR_DIGIT;
}

#endif
