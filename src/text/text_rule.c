#include "text_rule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "characters.h"
#include "fasttext_rule.h"
#include "memory.h"
#include "unicode_rule.h"
#include "utf8.h"

#include "banned.h"

/* keras.preprocessing.text.Tokenizer's default `filters`. */
static const char KERAS_FILTERS[] = "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n";

static const char FASTTEXT[] = "fasttext-1";

static const char *fasttext_name(const sn_fasttext_rule *rule, char name[SN_TEXT_RULE_NAME])
{
    (void)snprintf(name, SN_TEXT_RULE_NAME, "%s words:%d characters:%d-%d buckets:%d", FASTTEXT,
                   (int)rule->word_ngrams, (int)rule->shortest, (int)rule->longest,
                   (int)rule->buckets);
    return name;
}

const char *sn_text_rule_name(sn_text_rule rule, char name[SN_TEXT_RULE_NAME])
{
    static const char *const kinds[] = {[SN_TEXT_RULE_KERAS] = "keras",
                                        [SN_TEXT_RULE_UNICODE_1] = "unicode-1",
                                        [SN_TEXT_RULE_UNICODE] = "unicode-2"};
    if (rule.kind == SN_TEXT_RULE_FASTTEXT)
        return fasttext_name(&rule.fasttext, name);
    (void)snprintf(name, SN_TEXT_RULE_NAME, "%s%s%s", kinds[rule.kind],
                   rule.drop_digits ? " no-digits" : "", rule.cjk_pairs ? " cjk-pairs" : "");
    return name;
}

/* The number that begins at the next digit of *text, which moves behind it; 0 for one that is too
 * large. */
static int32_t take_number(const char **text)
{
    int64_t number = 0;
    *text += strcspn(*text, "0123456789");
    for (; **text >= '0' && **text <= '9'; (*text)++)
        number = number > INT32_MAX ? number : 10 * number + (**text - '0');
    return number > INT32_MAX ? 0 : (int32_t)number;
}

static bool parse_fasttext(sn_text_rule *rule, const char *name)
{
    char known[SN_TEXT_RULE_NAME];
    if (strncmp(name, FASTTEXT, sizeof FASTTEXT - 1) != 0)
        return false;
    const char *text = name + sizeof FASTTEXT - 1;
    *rule = (sn_text_rule){.kind = SN_TEXT_RULE_FASTTEXT};
    rule->fasttext.word_ngrams = take_number(&text);
    rule->fasttext.shortest = take_number(&text);
    rule->fasttext.longest = take_number(&text);
    rule->fasttext.buckets = take_number(&text);
    return strcmp(sn_text_rule_name(*rule, known), name) == 0;
}

bool sn_text_rule_parse(sn_text_rule *rule, const char *name)
{
    static const sn_text_rule rules[] = {
        {.kind = SN_TEXT_RULE_KERAS, .drop_digits = false, .cjk_pairs = false},
        {.kind = SN_TEXT_RULE_UNICODE, .drop_digits = false, .cjk_pairs = false},
        {.kind = SN_TEXT_RULE_UNICODE, .drop_digits = true, .cjk_pairs = false},
        {.kind = SN_TEXT_RULE_UNICODE, .drop_digits = false, .cjk_pairs = true},
        {.kind = SN_TEXT_RULE_UNICODE, .drop_digits = true, .cjk_pairs = true},
        {.kind = SN_TEXT_RULE_UNICODE_1, .drop_digits = false, .cjk_pairs = false},
        {.kind = SN_TEXT_RULE_UNICODE_1, .drop_digits = true, .cjk_pairs = false},
        {.kind = SN_TEXT_RULE_UNICODE_1, .drop_digits = false, .cjk_pairs = true},
        {.kind = SN_TEXT_RULE_UNICODE_1, .drop_digits = true, .cjk_pairs = true},
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        char known[SN_TEXT_RULE_NAME];
        if (strcmp(sn_text_rule_name(rules[i], known), name) == 0) {
            *rule = rules[i];
            return true;
        }
    }
    return parse_fasttext(rule, name);
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

seqnet_status sn_tokenizer_start(sn_tokenizer *tokenizer, sn_text_rule rule, const char *text,
                                 size_t length, seqnet_error *err)
{
    tokenizer->rule = rule;
    tokenizer->text = tokenizer->original = text;
    tokenizer->retried = tokenizer->retried_end = 0;
    tokenizer->length = length;
    tokenizer->pos = 0;
    tokenizer->before = 0;
    tokenizer->after_gap = true;
    tokenizer->unclosed = 0;
    if (rule.kind == SN_TEXT_RULE_KERAS)
        return start_keras(tokenizer, text, length, err);
    if (rule.kind == SN_TEXT_RULE_FASTTEXT)
        return sn_fasttext_start(tokenizer, err);
    sn_unicode_prepare(tokenizer);
    return SEQNET_OK;
}

bool sn_tokenizer_next(sn_tokenizer *tokenizer, const char **token, size_t *length)
{
    if (tokenizer->rule.kind == SN_TEXT_RULE_KERAS)
        return next_keras(tokenizer, token, length);
    if (tokenizer->rule.kind == SN_TEXT_RULE_FASTTEXT)
        return sn_fasttext_next(tokenizer, token, length);
    return sn_unicode_next(tokenizer, token, length);
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
    if (t->rule.kind != SN_TEXT_RULE_KERAS)
        return (sn_text_span){t->start, t->pos};
    const size_t start = (size_t)(token - t->normalised);
    return (sn_text_span){original_offset(t, start), original_offset(t, start + length)};
}

void sn_tokenizer_free(sn_tokenizer *tokenizer)
{
    free(tokenizer->normalised);
    free(tokenizer->fasttext.words);
    *tokenizer = (sn_tokenizer){0};
}
