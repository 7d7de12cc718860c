/*
 * The rule keras: bytes are mapped, and blanks separate words. A word that is not known gives way
 * to the words that its typographic characters in ASCII make of it.
 */
#ifndef SN_C_WORDS_H
#define SN_C_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vocabulary.h"

typedef struct word_rule {
    /* [256]: what each byte becomes */
    const uint8_t *mapped;
    /* [plain_count, 3], ascending: first and last of characters that one of ASCII may stand for,
     * and that one; 0: none does, they are left out */
    const uint32_t *plain;
    size_t plain_count;
} word_rule;

typedef struct word_walk {
    const word_rule *rule;
    const char *text;
    size_t length, pos;
    /* Before this place characters are read in their ASCII forms. */
    size_t plain_end;
    /* The newest word: where it lies in the text, its length, and as many of its bytes as there is
     * room for. */
    size_t start, end, size, room;
    char *word;
} word_walk;

/* The ASCII form of a character, or itself. */
static int32_t plain_form(const word_rule *rule, int32_t code)
{
    size_t first = 0, end = rule->plain_count;
    if (code < 0x80)
        return code;
    while (first < end) {
        const size_t middle = first + (end - first) / 2;
        const uint32_t *const range = rule->plain + 3 * middle;
        if ((uint32_t)code < range[0])
            end = middle;
        else if ((uint32_t)code > range[1])
            first = middle + 1;
        else
            return (int32_t)range[2];
    }
    return code;
}

/* A character of a walk: its bytes, none for one that is left out; its code, -1 when it is not
 * UTF-8; and where the next one begins. */
typedef struct word_part {
    char bytes[4];
    size_t size, end;
    int32_t code;
} word_part;

static word_part read_part(const word_walk *w, size_t pos)
{
    word_part part;
    const size_t size = sn_utf8_decode(w->text + pos, w->length - pos, &part.code);
    const int32_t plain = pos < w->plain_end ? plain_form(w->rule, part.code) : part.code;
    part.end = pos + size;
    part.size = size;
    for (size_t i = 0; i < size; i++)
        part.bytes[i] = (char)w->rule->mapped[(uint8_t)w->text[pos + i]];
    if (plain != part.code) {
        part.size = plain != 0;
        part.bytes[0] = (char)w->rule->mapped[plain & 127];
    }
    if (part.size == 1 && part.code >= 0)
        part.code = part.bytes[0];
    return part;
}

/* Finds the next word; false after the last one. */
static bool next_word(word_walk *w)
{
    w->size = 0;
    while (w->pos < w->length) {
        const word_part part = read_part(w, w->pos);
        const bool is_blank = part.size == 1 && part.bytes[0] == ' ';
        if (is_blank && w->size)
            break;
        if (!is_blank && !w->size)
            w->start = w->pos;
        for (size_t i = 0; !is_blank && i < part.size; i++, w->size++)
            if (w->size < w->room)
                w->word[w->size] = part.bytes[i];
        w->pos = part.end;
        w->end = part.end;
    }
    return w->size > 0;
}

/* Whether the newest word has typographic characters; if so, the walk goes back to read their ASCII
 * forms instead. */
static bool retry_word(word_walk *w)
{
    for (size_t pos = w->start; pos < w->end && w->start >= w->plain_end;) {
        int32_t code;
        pos += sn_utf8_decode(w->text + pos, w->end - pos, &code);
        if (plain_form(w->rule, code) == code)
            continue;
        w->pos = w->start;
        w->plain_end = w->end;
        return true;
    }
    return false;
}

/* `word` has room for `room` bytes. */
static word_walk make_walk(const word_rule *rule, const char *text, size_t length, char *word,
                           size_t room)
{
    word_walk walk;
    memset(&walk, 0, sizeof walk);
    walk.rule = rule;
    walk.text = text;
    walk.length = length;
    walk.word = word;
    walk.room = room;
    return walk;
}

/* The id of the newest word; one that was not kept whole is longer than all that are known. */
static bool find_walk_id(const vocabulary *v, const word_walk *w, int32_t *id)
{
    *id = v->unknown;
    return w->size <= w->room && find_word_id(v, w->word, w->size, id);
}

#endif
