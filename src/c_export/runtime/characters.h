/*
 * The properties of characters, from tables that were made for the words of one model. sn_normalise
 * and the other functions of the text rule that need them are at the end of this file's text in an
 * export (tokens.h).
 */
#ifndef SN_C_CHARACTERS_H
#define SN_C_CHARACTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What characters become: keys[i] becomes codes[ends[i - 1]] .. codes[ends[i] - 1]. */
typedef struct replacements {
    size_t count;
    const uint32_t *keys;
    const uint16_t *ends;
    const uint32_t *codes;
} replacements;

typedef struct character_tables {
    /* [run_count], ascending: the first code << 5 of characters that are alike, with 16 for those
     * that stand alone, and their class */
    const uint32_t *runs;
    size_t run_count;
    replacements unified, decomposed, folded;
    /* [class_count], ascending: code << 8 and the combining class */
    const uint32_t *classes;
    size_t class_count;
    /* [composed_count, 3], ascending: two characters and the one that they compose to */
    const uint32_t *composed;
    size_t composed_count;
} character_tables;

/* The number of elements of an ascending array, `width` apart, that are not above `most`. */
static size_t count_up_to(const uint32_t *elements, size_t count, size_t width, uint32_t most)
{
    size_t first = 0, end = count;
    while (first < end) {
        const size_t middle = first + (end - first) / 2;
        if (elements[middle * width] <= most)
            first = middle + 1;
        else
            end = middle;
    }
    return first;
}

/* The class of a character beyond ASCII, and 16 where it stands alone. */
static uint32_t look_up(const character_tables *c, int32_t code)
{
    return c->runs[count_up_to(c->runs, c->run_count, 1, (uint32_t)code << 5 | 31) - 1] & 31;
}

static bool find_replacement(const replacements *r, int32_t code, const uint32_t **codes,
                             size_t *count)
{
    const size_t above = count_up_to(r->keys, r->count, 1, (uint32_t)code);
    if (above == 0 || r->keys[above - 1] != (uint32_t)code)
        return false;
    const size_t first = above > 1 ? r->ends[above - 2] : 0;
    *codes = r->codes + first;
    *count = r->ends[above - 1] - first;
    return true;
}

static int combining_class(const character_tables *c, int32_t code)
{
    const size_t above = count_up_to(c->classes, c->class_count, 1, (uint32_t)code << 8 | 255);
    return above && c->classes[above - 1] >> 8 == (uint32_t)code
               ? (int)(c->classes[above - 1] & 255)
               : 0;
}

enum {
    HANGUL_L = 0x1100,
    HANGUL_V = 0x1161,
    HANGUL_T = 0x11a7,
    HANGUL_S = 0xac00,
    HANGUL_L_COUNT = 19,
    HANGUL_V_COUNT = 21,
    HANGUL_T_COUNT = 28,
    HANGUL_S_COUNT = HANGUL_L_COUNT * HANGUL_V_COUNT * HANGUL_T_COUNT
};

/* The character that two compose to; 0: they do not. */
static int32_t compose(const character_tables *c, int32_t first, int32_t second)
{
    const int32_t l = first - HANGUL_L, v = second - HANGUL_V, s = first - HANGUL_S,
                  t = second - HANGUL_T;
    if (l >= 0 && l < HANGUL_L_COUNT && v >= 0 && v < HANGUL_V_COUNT)
        return HANGUL_S + (l * HANGUL_V_COUNT + v) * HANGUL_T_COUNT;
    if (s >= 0 && s < HANGUL_S_COUNT && s % HANGUL_T_COUNT == 0 && t > 0 && t < HANGUL_T_COUNT)
        return first + t;
    size_t at = count_up_to(c->composed, c->composed_count, 3, (uint32_t)first);
    for (; at > 0 && c->composed[3 * at - 3] == (uint32_t)first; at--)
        if (c->composed[3 * at - 2] == (uint32_t)second)
            return (int32_t)c->composed[3 * at - 1];
    return 0;
}

/* Decomposes a character fully; returns the number of codes. */
static size_t decompose(const character_tables *c, int32_t code, int32_t codes[4])
{
    const uint32_t *from;
    size_t count;
    const int32_t s = code - HANGUL_S;
    if (s >= 0 && s < HANGUL_S_COUNT) {
        codes[0] = HANGUL_L + s / (HANGUL_V_COUNT * HANGUL_T_COUNT);
        codes[1] = HANGUL_V + s / HANGUL_T_COUNT % HANGUL_V_COUNT;
        codes[2] = HANGUL_T + s % HANGUL_T_COUNT;
        return s % HANGUL_T_COUNT ? 3 : 2;
    }
    codes[0] = code;
    if (!find_replacement(&c->decomposed, code, &from, &count))
        return 1;
    for (size_t i = 0; i < count; i++)
        codes[i] = (int32_t)from[i];
    return count;
}

/* The bytes that are wanted of a normal form, more than a token's; and the marks that a letter may
 * have, which are more than a token takes. */
enum { NORMAL_MAX = 272, MARKS_PENDING = 128 };

/* A text on its way to its normal form. */
typedef struct normaliser {
    const character_tables *tables;
    bool drops_dots, is_on_i;
    /* The composed text as far as it is wanted; `starter` is the number of the last character in it
     * that is no mark, or -1, and `highest` the class of the mark behind it. */
    int32_t composed[NORMAL_MAX];
    size_t composed_count;
    int starter, highest;
    /* Marks that may still change places. */
    int32_t marks[MARKS_PENDING];
    size_t mark_count;
    char bytes[NORMAL_MAX];
    size_t length;
} normaliser;

/* Composes the next character, which is folded and in order, with those before it. */
static void add_composed(normaliser *n, int32_t code)
{
    const int class = combining_class(n->tables, code);
    if (n->starter >= 0 && class > n->highest) {
        const int32_t both = compose(n->tables, n->composed[n->starter], code);
        if (both) {
            n->composed[n->starter] = both;
            return;
        }
    }
    const bool has_room = n->composed_count < NORMAL_MAX;
    if (has_room)
        n->composed[n->composed_count++] = code;
    if (class == 0)
        n->starter = has_room ? (int)n->composed_count - 1 : -1;
    n->highest = class ? class : -1;
}

/* Takes a character in canonical order: folds it and leaves out the dots above on i. */
static void add_ordered(normaliser *n, int32_t code)
{
    enum { DOT_ABOVE = 0x0307, ABOVE = 230 };
    const uint32_t *from;
    uint32_t same = (uint32_t)(code >= 'A' && code <= 'Z' ? code | 0x20 : code);
    size_t count = 1;
    if (!find_replacement(&n->tables->folded, code, &from, &count))
        from = &same;
    for (size_t i = 0; i < count; i++) {
        const int32_t folded = (int32_t)from[i];
        if (n->drops_dots && n->is_on_i && folded == DOT_ABOVE)
            continue;
        const int class = combining_class(n->tables, folded);
        n->is_on_i = folded == 'i' || (n->is_on_i && class != 0 && class != ABOVE);
        add_composed(n, folded);
    }
}

static void add_marks(normaliser *n)
{
    for (size_t i = 0; i < n->mark_count; i++)
        add_ordered(n, n->marks[i]);
    n->mark_count = 0;
}

/* Puts a mark behind those of its class or a lower one. */
static void insert_mark(normaliser *n, int32_t code, int class)
{
    size_t i = n->mark_count;
    if (i == MARKS_PENDING)
        return;
    for (; i > 0 && combining_class(n->tables, n->marks[i - 1]) > class; i--)
        n->marks[i] = n->marks[i - 1];
    n->marks[i] = code;
    n->mark_count++;
}

static void add_character(normaliser *n, int32_t code)
{
    int32_t codes[4];
    const size_t count = decompose(n->tables, code, codes);
    for (size_t i = 0; i < count; i++) {
        const int class = combining_class(n->tables, codes[i]);
        if (class) {
            insert_mark(n, codes[i], class);
        } else {
            add_marks(n);
            add_ordered(n, codes[i]);
        }
    }
}

/* The beginning of the NFC of the full case folding of the NFD of a text, up to about NORMAL_MAX
 * bytes, which n->bytes holds. */
static void normalise_text(normaliser *n, const character_tables *tables, const char *text,
                           size_t length, bool drops_dots)
{
    n->tables = tables;
    n->drops_dots = drops_dots;
    n->is_on_i = false;
    n->mark_count = 0;
    n->composed_count = 0;
    n->length = 0;
    n->starter = -1;
    n->highest = -1;
    for (size_t pos = 0; pos < length;) {
        int32_t code;
        pos += sn_utf8_decode(text + pos, length - pos, &code);
        add_character(n, code);
    }
    add_marks(n);
    for (size_t i = 0; i < n->composed_count && n->length + 4 <= NORMAL_MAX; i++)
        n->length += sn_utf8_encode(n->composed[i], n->bytes + n->length);
}

#endif
