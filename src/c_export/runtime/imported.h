/*
 * The rules of imported Keras models: characters become others, or several, or none; what separates
 * tokens in the text that comes of it is a text, or every character is a token.
 */
#ifndef SN_C_IMPORTED_H
#define SN_C_IMPORTED_H

#include "characters.h"
#include "vocabulary.h"

/* Bytes of a separator; and the code that stands for a newline, as vocabularies have it. */
enum { SEPARATOR_MAX = 64, STORED_NEWLINE = 0x110000 };

typedef struct imported_rule {
    replacements replaced;
    /* Whether a capital sigma ends a word; NULL: no word has a sigma. */
    bool (*is_final_sigma)(const char *text, size_t length, size_t pos);
    /* None where each character or the whole text is a token. */
    const uint8_t *separator;
    size_t separator_size;
    bool is_by_character;
} imported_rule;

typedef struct imported_walk {
    const imported_rule *rule;
    const char *text;
    size_t length, pos;
    /* What the last character of the text has become and is not yet taken. */
    char pending[4 * SEPARATOR_MAX];
    size_t pending_start, pending_end;
    /* The newest token: its length, and as many of its bytes as there is room for; its last bytes.
     */
    size_t size, room;
    char *word;
    uint8_t tail[SEPARATOR_MAX];
} imported_walk;

/* `word` has room for `room` bytes. */
static imported_walk begin_imported(const imported_rule *rule, const char *text, size_t length,
                                    char *word, size_t room)
{
    imported_walk walk;
    memset(&walk, 0, sizeof walk);
    walk.rule = rule;
    walk.text = text;
    walk.length = length;
    walk.word = word;
    walk.room = room;
    return walk;
}

static void add_pending(imported_walk *w, int32_t code)
{
    char *const to = w->pending + w->pending_end;
    if (code == STORED_NEWLINE) {
        to[0] = (char)0xc0;
        to[1] = (char)0x8a;
        w->pending_end += 2;
    } else if (w->pending_end + 4 <= sizeof w->pending) {
        w->pending_end += sn_utf8_encode(code, to);
    }
}

/* Reads the next character of the text. */
static void read_imported(imported_walk *w)
{
    enum { REPLACEMENT = 0xfffd, CAPITAL_SIGMA = 0x3a3, SMALL_SIGMA = 0x3c3, FINAL_SIGMA = 0x3c2 };
    const uint32_t *codes;
    size_t count;
    int32_t code;
    const size_t pos = w->pos;
    w->pos += sn_utf8_decode(w->text + pos, w->length - pos, &code);
    w->pending_start = 0;
    w->pending_end = 0;
    if (code < 0)
        code = REPLACEMENT;
    if (code == CAPITAL_SIGMA && w->rule->is_final_sigma)
        code = w->rule->is_final_sigma(w->text, w->length, pos) ? FINAL_SIGMA : SMALL_SIGMA;
    if (!find_replacement(&w->rule->replaced, code, &codes, &count)) {
        add_pending(w, code);
        return;
    }
    for (size_t i = 0; i < count; i++)
        add_pending(w, (int32_t)codes[i]);
}

/* Whether a byte goes on with the character of the byte before it. */
static bool continues_character(char byte)
{
    return ((uint8_t)byte & 0xc0) == 0x80;
}

/* Appends a byte to the token; returns whether the separator ends there, which is taken off. */
static bool append_imported(imported_walk *w, char byte)
{
    const size_t size = w->rule->separator_size;
    if (w->size < w->room)
        w->word[w->size] = byte;
    w->size++;
    if (size == 0)
        return false;
    memmove(w->tail, w->tail + 1, size - 1);
    w->tail[size - 1] = (uint8_t)byte;
    if (w->size < size || memcmp(w->tail, w->rule->separator, size) != 0)
        return false;
    w->size -= size;
    return true;
}

/* Finds the next token; false after the last one. */
static bool next_imported(imported_walk *w)
{
    w->size = 0;
    while (w->pos < w->length || w->pending_start < w->pending_end) {
        if (w->pending_start == w->pending_end) {
            read_imported(w);
            continue;
        }
        const char byte = w->pending[w->pending_start];
        if (w->rule->is_by_character && w->size && !continues_character(byte))
            break;
        w->pending_start++;
        if (append_imported(w, byte) && w->size)
            break;
    }
    return w->size > 0;
}

/* The id of the newest token; one that was not kept whole is longer than all that are known. */
static int32_t imported_id(const vocabulary *v, const imported_walk *w)
{
    int32_t id = v->unknown;
    if (w->size <= w->room)
        (void)find_word_id(v, w->word, w->size, &id);
    return id;
}

#endif
