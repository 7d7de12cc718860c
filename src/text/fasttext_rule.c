#include "fasttext_rule.h"

#include <string.h>

#include "buffer.h"
#include "memory.h"
#include "pieces.h"

#include "banned.h"

enum { END_LENGTH = sizeof SN_FASTTEXT_END - 1, LABEL_LENGTH = sizeof SN_FASTTEXT_LABEL - 1 };

static const uint32_t FIRST_HASH = 2166136261U, HASH_FACTOR = 16777619U;
static const uint64_t WORDS_FACTOR = 116049371U;

static bool separates(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0';
}

/* Bytes count as signed ones, whose sign fastText extends. */
static uint32_t add_byte(uint32_t hash, char byte)
{
    const uint32_t low = (unsigned char)byte;
    return (hash ^ (low < 0x80 ? low : low | 0xffffff00U)) * HASH_FACTOR;
}

static uint32_t hash_of(const char *word, size_t length)
{
    uint32_t hash = FIRST_HASH;
    for (size_t i = 0; i < length; i++)
        hash = add_byte(hash, word[i]);
    return hash;
}

/* The hash of a word as fastText joins it to others: its sign is extended, too. */
static uint64_t widen(uint32_t hash)
{
    return hash & 0x80000000U ? hash | 0xffffffff00000000U : hash;
}

/* Appends `word`, which the caller's text has at start .. end - 1. */
static seqnet_status add_word(sn_tokenizer *t, size_t *padded, const char *word, size_t length,
                              size_t start, size_t end, seqnet_error *err)
{
    sn_fasttext_walk *const walk = &t->fasttext;
    SN_TRY(sn_grow(&walk->words, &walk->capacity, walk->count + 1, sizeof *walk->words, err));
    SN_TRY(sn_grow(&t->normalised, &t->capacity, *padded + length + 2, 1, err));
    char *const to = t->normalised + *padded;
    to[0] = '<';
    memcpy(to + 1, word, length);
    to[length + 1] = '>';
    walk->words[walk->count++] = (sn_fasttext_word){.start = start,
                                                    .end = end,
                                                    .padded = *padded,
                                                    .padded_length = length + 2,
                                                    .hash = hash_of(word, length)};
    *padded += length + 2;
    return SEQNET_OK;
}

static bool begins_with(const char *word, size_t length, const char *with, size_t size)
{
    return length >= size && memcmp(word, with, size) == 0;
}

seqnet_status sn_fasttext_start(sn_tokenizer *t, seqnet_error *err)
{
    sn_fasttext_walk *const walk = &t->fasttext;
    size_t pos = 0, padded = 0;
    *walk = (sn_fasttext_walk){.words = walk->words, .capacity = walk->capacity, .bucket = -1};
    while (pos < t->length) {
        const size_t start = pos;
        while (pos < t->length && !separates(t->text[pos]))
            pos++;
        const char *const word = t->text + start;
        const size_t length = pos - start;
        if (length == END_LENGTH && memcmp(word, SN_FASTTEXT_END, END_LENGTH) == 0)
            t->length = pos = start;
        else if (length && !begins_with(word, length, SN_FASTTEXT_LABEL, LABEL_LENGTH))
            SN_TRY(add_word(t, &padded, word, length, start, pos, err));
        pos += pos < t->length;
    }
    return add_word(t, &padded, SN_FASTTEXT_END, END_LENGTH, t->length, t->length, err);
}

bool sn_fasttext_is_end(const sn_tokenizer *t)
{
    return t->fasttext.bucket < 0 && t->fasttext.word + 1 == t->fasttext.count;
}

static bool continues_character(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

/* Takes one more character into the n-gram. */
static void take_character(sn_fasttext_walk *walk, const char *padded, size_t length)
{
    do
        walk->hash = add_byte(walk->hash, padded[walk->to++]);
    while (walk->to < length && continues_character(padded[walk->to]));
    walk->characters++;
}

/* Begins with the n-grams from `from` on, or from the next character behind it. */
static void begin_characters(sn_fasttext_walk *walk, const char *padded, size_t length, size_t from)
{
    while (from < length && continues_character(padded[from]))
        from++;
    walk->from = walk->to = from;
    walk->characters = 0;
    walk->hash = FIRST_HASH;
}

/* Finds the next n-gram of characters of a word; false behind its last one. */
static bool next_characters(sn_tokenizer *t, const sn_fasttext_word *word)
{
    sn_fasttext_walk *const walk = &t->fasttext;
    const sn_fasttext_rule *const rule = &t->rule.fasttext;
    const char *const padded = t->normalised + word->padded;
    const size_t length = word->padded_length;
    while (walk->from < length) {
        if (walk->to == length || walk->characters == rule->longest) {
            begin_characters(walk, padded, length, walk->from + 1);
            continue;
        }
        take_character(walk, padded, length);
        const bool is_border = walk->characters == 1 && (walk->from == 0 || walk->to == length);
        if (walk->characters >= rule->shortest && !is_border)
            return true;
    }
    return false;
}

static void set_span(sn_tokenizer *t, size_t start, size_t end)
{
    t->start = start;
    t->pos = end;
}

/* The next word, or n-gram of characters of one. */
static bool next_of_words(sn_tokenizer *t, const char **token, size_t *length)
{
    sn_fasttext_walk *const walk = &t->fasttext;
    const bool has_characters = t->rule.fasttext.buckets > 0 && t->rule.fasttext.longest > 0;
    for (; walk->word < walk->count; walk->word++, walk->is_inside = false) {
        const sn_fasttext_word *const word = &walk->words[walk->word];
        const char *const padded = t->normalised + word->padded;
        set_span(t, word->start, word->end);
        walk->bucket = -1;
        if (!walk->is_inside) {
            walk->is_inside = true;
            begin_characters(walk, padded, word->padded_length, 0);
            *token = padded + 1;
            *length = word->padded_length - 2;
            return true;
        }
        if (has_characters && walk->word + 1 < walk->count && next_characters(t, word)) {
            walk->bucket = walk->hash % (uint32_t)t->rule.fasttext.buckets;
            *token = padded + walk->from;
            *length = walk->to - walk->from;
            return true;
        }
    }
    return false;
}

/* The next n-gram of words. Words of the walk that are over count from walk->count on. */
static bool next_of_ngrams(sn_tokenizer *t, const char **token, size_t *length)
{
    sn_fasttext_walk *const walk = &t->fasttext;
    const sn_fasttext_rule *const rule = &t->rule.fasttext;
    if (rule->buckets <= 0 || rule->word_ngrams < 2)
        return false;
    for (; walk->word < 2 * walk->count; walk->word++, walk->is_inside = false) {
        const size_t first = walk->word - walk->count;
        if (!walk->is_inside) {
            walk->is_inside = true;
            walk->last = first;
            walk->words_hash = widen(walk->words[first].hash);
        }
        if (++walk->last < sn_smaller(walk->count, first + (size_t)rule->word_ngrams)) {
            const sn_fasttext_word *const last = &walk->words[walk->last];
            walk->words_hash = walk->words_hash * WORDS_FACTOR + widen(last->hash);
            walk->bucket = (int64_t)(walk->words_hash % (uint64_t)rule->buckets);
            set_span(t, walk->words[first].start, last->end);
            *token = t->text + t->start;
            *length = t->pos - t->start;
            return true;
        }
    }
    return false;
}

bool sn_fasttext_next(sn_tokenizer *t, const char **token, size_t *length)
{
    return next_of_words(t, token, length) || next_of_ngrams(t, token, length);
}
