/*
 * The highest bits of a hash choose one of some tables, each of which one thread fills at a time:
 * it goes over all items and takes its own. Since counts are sums and the result is sorted, the
 * order of rows does not matter.
 */
#include "ngram_counts.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

#include "banned.h"

enum { TABLE_BITS = 4, TABLES = 1 << TABLE_BITS, FIRST_SLOTS = 1 << 10 };

/* Set in the count of an n-gram of characters. */
static const uint32_t OF_CHARACTERS = UINT32_C(1) << 31;

/* Open addressing, at most half full; key 0 is free. */
typedef struct table {
    uint32_t *keys, *counts;
    size_t slots, used;
    /* Those that are chosen: hash << 32 | rows. */
    uint64_t *chosen;
    size_t chosen_count;
    seqnet_error error;
} table;

/* What a round of counting or choosing works on. */
typedef struct counting {
    table tables[TABLES];
    /* The tables of this walk over the rows: first .. end - 1. Where the memory does not hold them
     * all, the last ones are left to further walks. */
    size_t first, end;
    /* Bytes that they may take. */
    size_t limit;
    const sn_walk_piece *pieces;
    size_t piece_count;
    const sn_ngram_choice *choice;
} counting;

static size_t find_slot(const table *t, uint32_t key)
{
    size_t slot = key & (t->slots - 1);
    while (t->keys[slot] && t->keys[slot] != key)
        slot = (slot + 1) & (t->slots - 1);
    return slot;
}

static seqnet_status enlarge(table *t, seqnet_error *err)
{
    table larger = {.slots = t->slots ? 2 * t->slots : FIRST_SLOTS, .used = t->used};
    seqnet_status status = sn_alloc(&larger.keys, larger.slots, sizeof *larger.keys, err);
    if (status == SEQNET_OK)
        status = sn_alloc(&larger.counts, larger.slots, sizeof *larger.counts, err);
    if (status != SEQNET_OK) {
        free(larger.keys);
        return status;
    }
    for (size_t i = 0; i < t->slots; i++)
        if (t->keys[i]) {
            const size_t slot = find_slot(&larger, t->keys[i]);
            larger.keys[slot] = t->keys[i];
            larger.counts[slot] = t->counts[i];
        }
    free(t->keys);
    free(t->counts);
    *t = larger;
    return SEQNET_OK;
}

/* Counts those of the items that belong to the table. */
static seqnet_status count_items(table *t, uint32_t number, const uint32_t *items, size_t count,
                                 uint32_t mark, seqnet_error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (items[i] >> (32 - TABLE_BITS) != number)
            continue;
        if (2 * t->used >= t->slots)
            SN_TRY(enlarge(t, err));
        const size_t slot = find_slot(t, items[i]);
        if (!t->keys[slot]) {
            t->keys[slot] = items[i];
            t->counts[slot] = mark;
            t->used++;
        }
        t->counts[slot]++;
    }
    return SEQNET_OK;
}

static seqnet_status count_pieces(const counting *c, table *t, uint32_t number, seqnet_error *err)
{
    for (size_t p = 0; p < c->piece_count; p++) {
        const sn_walk_piece *const piece = &c->pieces[p];
        size_t start = 0;
        for (size_t row = 0; row < piece->count; row++) {
            const size_t middle = piece->word_ends[row], end = piece->ends[row];
            SN_TRY(count_items(t, number, piece->items + start, middle - start, 0, err));
            SN_TRY(count_items(t, number, piece->items + middle, end - middle, OF_CHARACTERS, err));
            start = end;
        }
    }
    return SEQNET_OK;
}

static void count_task(void *context, size_t task, size_t worker)
{
    counting *const c = context;
    table *const t = &c->tables[c->first + task];
    (void)worker;
    t->error.status = count_pieces(c, t, (uint32_t)(c->first + task), &t->error);
}

static seqnet_status first_error(const counting *c, seqnet_error *err)
{
    for (size_t i = 0; i < TABLES; i++)
        if (c->tables[i].error.status != SEQNET_OK)
            return sn_fail(err, c->tables[i].error.status, "%s", c->tables[i].error.message);
    return SEQNET_OK;
}

static void forget_counts(table *t)
{
    free(t->keys);
    free(t->counts);
    *t = (table){.chosen = t->chosen, .chosen_count = t->chosen_count};
}

/* Leaves tables to further walks until the others, which are about as large, are below the limit.
 */
static void leave_tables(counting *c)
{
    size_t slots = 0;
    for (size_t t = c->first; t < c->end; t++)
        slots += c->tables[t].slots;
    while (c->end > c->first + 1 && slots > c->limit / (2 * sizeof(uint32_t))) {
        c->end--;
        slots -= c->tables[c->end].slots;
        forget_counts(&c->tables[c->end]);
    }
}

static seqnet_status take_pieces(void *user, sn_pool *pool, const sn_walk_piece *pieces,
                                 size_t count, seqnet_error *err)
{
    counting *const c = user;
    c->pieces = pieces;
    c->piece_count = count;
    sn_pool_run(pool, count_task, c, c->end - c->first);
    SN_TRY(first_error(c, err));
    leave_tables(c);
    return SEQNET_OK;
}

static bool is_frequent(const sn_ngram_choice *choice, uint32_t count)
{
    const bool of_characters = count & OF_CHARACTERS;
    const size_t rows = count & ~OF_CHARACTERS;
    return rows >= (of_characters ? choice->min_character_rows : choice->min_word_rows);
}

static int compare_numbers(const void *left, const void *right)
{
    const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/* Lists the table's frequent n-grams in the order of their hashes, and frees the table. */
static seqnet_status list_frequent(const counting *c, table *t, seqnet_error *err)
{
    size_t count = 0;
    for (size_t i = 0; i < t->slots; i++)
        count += t->keys[i] && is_frequent(c->choice, t->counts[i]);
    SN_TRY(sn_alloc(&t->chosen, count, sizeof *t->chosen, err));
    for (size_t i = 0; i < t->slots; i++)
        if (t->keys[i] && is_frequent(c->choice, t->counts[i]))
            t->chosen[t->chosen_count++] =
                (uint64_t)t->keys[i] << 32 | (t->counts[i] & ~OF_CHARACTERS);
    qsort(t->chosen, count, sizeof *t->chosen, compare_numbers);
    forget_counts(t);
    return SEQNET_OK;
}

static void list_task(void *context, size_t task, size_t worker)
{
    counting *const c = context;
    table *const t = &c->tables[c->first + task];
    (void)worker;
    t->error.status = list_frequent(c, t, &t->error);
}

/* The least number of rows that is frequent enough for the limit, and how many n-grams of just so
 * many rows still fit. */
static seqnet_status find_limit(const counting *c, size_t limit, size_t most_rows, size_t *least,
                                size_t *ties, seqnet_error *err)
{
    size_t *by_rows, kept = 0;
    SN_TRY(sn_alloc(&by_rows, most_rows + 1, sizeof *by_rows, err));
    for (size_t t = 0; t < TABLES; t++)
        for (size_t i = 0; i < c->tables[t].chosen_count; i++)
            by_rows[(uint32_t)c->tables[t].chosen[i]]++;
    *least = most_rows;
    while (*least > 0 && kept + by_rows[*least] <= limit)
        kept += by_rows[(*least)--];
    *ties = limit - kept;
    free(by_rows);
    return SEQNET_OK;
}

static seqnet_status gather(sn_ngram_counts *counts, const counting *c, size_t limit,
                            size_t most_rows, seqnet_error *err)
{
    size_t all = 0, least, ties;
    for (size_t t = 0; t < TABLES; t++)
        all += c->tables[t].chosen_count;
    SN_TRY(find_limit(c, limit, most_rows, &least, &ties, err));
    SN_TRY(sn_alloc(&counts->hashes, all < limit ? all : limit, sizeof *counts->hashes, err));
    SN_TRY(sn_alloc(&counts->rows, all < limit ? all : limit, sizeof *counts->rows, err));
    for (size_t t = 0; t < TABLES; t++)
        for (size_t i = 0; i < c->tables[t].chosen_count; i++) {
            const uint64_t ngram = c->tables[t].chosen[i];
            const uint32_t rows = (uint32_t)ngram;
            if (rows < least || (rows == least && ties == 0))
                continue;
            ties -= rows == least;
            counts->hashes[counts->count] = (uint32_t)(ngram >> 32);
            counts->rows[counts->count++] = rows;
        }
    return SEQNET_OK;
}

seqnet_status sn_ngram_counts_make(sn_ngram_counts *counts, const sn_ngram_rows *rows,
                                   const sn_ngram_spec *spec, const sn_ngram_choice *choice,
                                   sn_pool *pool, seqnet_error *err)
{
    counting c = {.choice = choice, .limit = rows->spill ? rows->spill->limit : SIZE_MAX};
    seqnet_status status = SEQNET_OK;
    *counts = (sn_ngram_counts){0};
    for (; c.first < TABLES; c.first = c.end) {
        c.end = TABLES;
        SN_GOTO(sn_ngram_walk(rows, spec, NULL, pool, take_pieces, &c, err));
        sn_pool_run(pool, list_task, &c, c.end - c.first);
        SN_GOTO(first_error(&c, err));
    }
    SN_GOTO(gather(counts, &c, choice->limit, sn_ngram_rows_count(rows), err));
out:
    for (size_t i = 0; i < TABLES; i++) {
        free(c.tables[i].keys);
        free(c.tables[i].counts);
        free(c.tables[i].chosen);
    }
    return status;
}

void sn_ngram_counts_free(sn_ngram_counts *counts)
{
    free(counts->hashes);
    free(counts->rows);
    *counts = (sn_ngram_counts){0};
}
