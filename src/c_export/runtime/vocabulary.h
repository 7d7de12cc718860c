/*
 * From words to ids, and rows of ids as a network takes them.
 */
#ifndef SN_C_VOCABULARY_H
#define SN_C_VOCABULARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct vocabulary {
    /* One after the other: a word's length, its id, each as groups of 7 bits, the lowest first,
     * with the eighth set where another one follows; and its bytes. The first byte belongs to no
     * word. */
    const uint8_t *words;
    /* Open addressing by the hash: where a word lies; 0: the slot is free. */
    const slot *slots;
    uint32_t mask;
    /* The id of all other words; -1: they have none. */
    int32_t unknown;
} vocabulary;

/* FNV-1a (Fowler, Noll, Vo). */
static uint32_t hash_word(const char *word, size_t length)
{
    uint32_t hash = 0x811c9dc5U;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (uint8_t)word[i]) * 0x01000193U;
    return hash ^ hash >> 15;
}

static uint32_t read_number(const uint8_t **at)
{
    uint32_t number = 0;
    for (int shift = 0;; shift += 7) {
        const uint8_t byte = *(*at)++;
        number |= (uint32_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return number;
    }
}

static bool find_word_id(const vocabulary *v, const char *word, size_t length, int32_t *id)
{
    for (uint32_t i = hash_word(word, length) & v->mask; v->slots[i]; i = (i + 1) & v->mask) {
        const uint8_t *at = v->words + v->slots[i];
        const bool has_length = read_number(&at) == length;
        const uint32_t number = read_number(&at);
        if (!has_length || memcmp(at, word, length) != 0)
            continue;
        *id = (int32_t)number;
        return true;
    }
    *id = v->unknown;
    return false;
}

/* The ids of a text, of which the first or the last `time` stay. */
typedef struct id_row {
    int32_t *ids;
    size_t time, count;
    bool keeps_last;
} id_row;

static void add_id(id_row *row, int32_t id)
{
    if (id < 0 || (row->count >= row->time && !row->keeps_last))
        return;
    row->ids[row->count++ % row->time] = id;
}

static void reverse(int32_t *ids, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        const int32_t id = ids[i];
        ids[i] = ids[count - 1 - i];
        ids[count - 1 - i] = id;
    }
}

/* Puts the ids in their order and pads them with zeros. */
static void pad_row(id_row *row, bool pads_before)
{
    const size_t pads = row->count < row->time ? row->time - row->count : 0;
    const size_t first = row->count > row->time ? row->count % row->time : 0;
    if (first) { /* the newest ids stand before the oldest */
        reverse(row->ids, first);
        reverse(row->ids + first, row->time - first);
        reverse(row->ids, row->time);
    }
    if (pads_before && pads)
        memmove(row->ids + pads, row->ids, row->count * sizeof *row->ids);
    if (pads)
        memset(row->ids + (pads_before ? 0 : row->count), 0, pads * sizeof *row->ids);
}

#endif
