/*
 * A walk over the texts of rows on all threads: it hands out the n-grams of each row, in the order
 * of rows, whatever the number of threads is. What they are used for is up to the caller.
 */
#ifndef SN_NGRAM_WALK_H
#define SN_NGRAM_WALK_H

#include "ngram_index.h"
#include "ngram_text.h"
#include "pool.h"
#include "rows.h"

/* Rows whose texts are there (rows.h), as several views behind one another. */
typedef struct sn_ngram_rows {
    const sn_rows *parts;
    size_t part_count;
    /* What large arrays over the rows spill with; NULL: they are on the heap. */
    sn_spill *spill;
} sn_ngram_rows;

/* Finds a row by its number over all parts: sets *row to its number in the part that it returns. */
static inline const sn_rows *sn_ngram_rows_find(const sn_ngram_rows *rows, size_t *row)
{
    const sn_rows *part = rows->parts;
    for (; *row >= part->count; part++)
        *row -= part->count;
    return part;
}

static inline size_t sn_ngram_rows_count(const sn_ngram_rows *rows)
{
    size_t count = 0;
    for (size_t i = 0; i < rows->part_count; i++)
        count += rows->parts[i].count;
    return count;
}

/* A row as sn_ngram_text_read takes it: its text or its ids, which may lie in the scratch.
 * SEQNET_ERR_MEMORY. */
seqnet_status sn_ngram_row(const sn_rows *part, size_t row, const sn_ngram_spec *spec,
                           sn_ngram_text *scratch, const char **text, size_t *length,
                           seqnet_error *err);

enum { SN_WALK_ROWS = 64 };

/* The n-grams of some rows in a row. */
typedef struct sn_walk_piece {
    size_t first, count;
    /* Hashes of n-grams, or with an index their numbers and counts (sn_walk_entry) as far as they
     * are known. */
    uint32_t *items;
    size_t item_count, capacity;
    /* Where the items of each row's words end, and those of its characters. */
    size_t word_ends[SN_WALK_ROWS], ends[SN_WALK_ROWS];
    seqnet_error error;
} sn_walk_piece;

/* The number of an n-gram, below SN_MAX_NGRAMS, and how often it occurs in the row, up to 255. */
static inline uint32_t sn_walk_entry(size_t number, uint32_t count)
{
    return (uint32_t)number | (count < 255 ? count : 255) << 24;
}

/* Takes the pieces of a stretch of rows, in order. */
typedef seqnet_status sn_walk_take(void *user, sn_pool *pool, const sn_walk_piece *pieces,
                                   size_t count, seqnet_error *err);

/* Walks over all rows. index NULL: items are hashes. SEQNET_ERR_MEMORY, or what `take` returns. */
seqnet_status sn_ngram_walk(const sn_ngram_rows *rows, const sn_ngram_spec *spec,
                            const sn_ngram_index *index, sn_pool *pool, sn_walk_take *take,
                            void *user, seqnet_error *err);

#endif
