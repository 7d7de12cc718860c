/*
 * What the unicode rule needs beside its own text (text/unicode_rule.c, markup.c and read_char.h,
 * which exports hold as they are): the walk's state, and the functions of text/characters.h over
 * tables instead of utf8proc's data. The library does not compile this file.
 */
#ifndef SN_C_TOKENS_H
#define SN_C_TOKENS_H

typedef enum sn_text_rule_kind { SN_TEXT_RULE_UNICODE_1, SN_TEXT_RULE_UNICODE } sn_text_rule_kind;

typedef struct sn_text_rule {
    sn_text_rule_kind kind;
    bool drop_digits, cjk_pairs;
} sn_text_rule;

enum { SN_TOKEN_MAX = 256 };

/* A walk over the tokens of a text. */
typedef struct sn_tokenizer {
    sn_text_rule rule;
    const char *text;
    size_t length, pos, start;
    /* Something that is no token stands before the newest one. */
    bool after_gap;
    unsigned char unclosed, before;
    /* [0x800]: what letters fold to that keep their size, else 0 */
    const uint16_t *folded;
    size_t half, pair;
    char token[SN_TOKEN_MAX];
} sn_tokenizer;

static sn_char_class sn_char_classify(int32_t code)
{
    return (sn_char_class)(code < 0x80 ? sn_char_ascii[code] : look_up(&CHARACTERS, code) & 15);
}

static bool sn_char_stands_alone(int32_t code, sn_char_class class)
{
    (void)class;
    return code < 0x80 || (look_up(&CHARACTERS, code) & 16) != 0;
}

static int32_t unify_by_table(int32_t code)
{
    const uint32_t *codes;
    size_t count;
    return find_replacement(&CHARACTERS.unified, code, &codes, &count) ? (int32_t)codes[0] : code;
}

static int32_t sn_char_unify(int32_t code)
{
    return unify_by_table(code);
}

static int32_t sn_char_unify_letters(int32_t code)
{
    return unify_by_table(code);
}

static size_t sn_char_fold(int32_t code, int32_t folded[4])
{
    normaliser n;
    char bytes[4];
    normalise_text(&n, &CHARACTERS, bytes, sn_utf8_encode(code, bytes), false);
    memcpy(folded, n.composed, (n.composed_count < 4 ? n.composed_count : 4) * sizeof *folded);
    return n.composed_count < 4 ? n.composed_count : 4;
}

static size_t sn_normalise(char *text, size_t length, size_t room, bool drops_dots)
{
    normaliser n;
    (void)room; /* more than is kept of a token */
    normalise_text(&n, &CHARACTERS, text, length, drops_dots);
    memcpy(text, n.bytes, n.length);
    return n.length;
}

static void begin_tokens(sn_tokenizer *t, const char *text, size_t length)
{
    memset(t, 0, sizeof *t);
    t->rule = RULE;
    t->text = text;
    t->length = length;
    t->after_gap = true;
    t->folded = FOLDED;
}

#endif
