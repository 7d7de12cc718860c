#include "ngram_walk.h"

#include <stdlib.h>

#include "memory.h"
#include "pieces.h"

#include "banned.h"

/* Pieces that are in memory at a time. */
enum { PIECES = 64 };

typedef struct walk {
    const sn_ngram_rows *rows;
    const sn_ngram_spec *spec;
    const sn_ngram_index *index;
    sn_walk_piece pieces[PIECES];
    /* [threads] */
    sn_ngram_text *scratches;
} walk;

seqnet_status sn_ngram_row(const sn_rows *part, size_t row, const sn_ngram_spec *spec,
                           sn_ngram_text *scratch, const char **text, size_t *length,
                           seqnet_error *err)
{
    if (!spec->has_ids) {
        *text = part->texts[row].text;
        *length = part->texts[row].length;
        return SEQNET_OK;
    }
    *length = sn_rows_length(part, row) * sizeof(int32_t);
    if (part->narrow)
        SN_TRY(sn_grow(&scratch->ids, &scratch->id_capacity, *length / sizeof(int32_t) + 1,
                       sizeof(int32_t), err));
    *text = (const char *)sn_rows_ids(part, row, scratch->ids);
    return SEQNET_OK;
}

static seqnet_status add_items(sn_walk_piece *piece, const sn_ngram_text *text, size_t first,
                               size_t end, const sn_ngram_index *index, seqnet_error *err)
{
    SN_TRY(sn_grow(&piece->items, &piece->capacity, piece->item_count + end - first + 1,
                   sizeof *piece->items, err));
    for (size_t i = first; i < end; i++) {
        const sn_ngram ngram = text->ngrams[i];
        const size_t number = index ? sn_ngram_index_find(index, ngram.hash) : 0;
        if (number != SIZE_MAX)
            piece->items[piece->item_count++] =
                index ? sn_walk_entry(number, ngram.count) : ngram.hash;
    }
    return SEQNET_OK;
}

static seqnet_status read_rows(const walk *w, sn_walk_piece *piece, sn_ngram_text *scratch,
                               seqnet_error *err)
{
    piece->item_count = 0;
    for (size_t i = 0; i < piece->count; i++) {
        size_t row = piece->first + i;
        const sn_rows *const part = sn_ngram_rows_find(w->rows, &row);
        size_t length;
        const char *text;
        SN_TRY(sn_ngram_row(part, row, w->spec, scratch, &text, &length, err));
        SN_TRY(sn_ngram_text_read(scratch, w->spec, text, length, err));
        SN_TRY(add_items(piece, scratch, 0, scratch->word_count, w->index, err));
        piece->word_ends[i] = piece->item_count;
        SN_TRY(add_items(piece, scratch, scratch->word_count, scratch->count, w->index, err));
        piece->ends[i] = piece->item_count;
    }
    return SEQNET_OK;
}

static void read_piece(void *context, size_t task, size_t worker)
{
    walk *const w = context;
    sn_walk_piece *const piece = &w->pieces[task];
    piece->error.status = read_rows(w, piece, &w->scratches[worker], &piece->error);
}

/* Divides the rows first .. count - 1, as many as fit, into pieces. Returns their number. */
static size_t divide(walk *w, size_t first, size_t count)
{
    size_t pieces = 0;
    for (; pieces < PIECES && first < count; pieces++, first += SN_WALK_ROWS) {
        w->pieces[pieces].first = first;
        w->pieces[pieces].count = sn_smaller(SN_WALK_ROWS, count - first);
    }
    return pieces;
}

static seqnet_status read_all(walk *w, sn_pool *pool, sn_walk_take *take, void *user,
                              seqnet_error *err)
{
    const size_t count = sn_ngram_rows_count(w->rows);
    for (size_t first = 0; first < count; first += PIECES * SN_WALK_ROWS) {
        const size_t pieces = divide(w, first, count);
        sn_pool_run(pool, read_piece, w, pieces);
        for (size_t i = 0; i < pieces; i++)
            if (w->pieces[i].error.status != SEQNET_OK)
                return sn_fail(err, w->pieces[i].error.status, "%s", w->pieces[i].error.message);
        SN_TRY(take(user, pool, w->pieces, pieces, err));
    }
    return SEQNET_OK;
}

seqnet_status sn_ngram_walk(const sn_ngram_rows *rows, const sn_ngram_spec *spec,
                            const sn_ngram_index *index, sn_pool *pool, sn_walk_take *take,
                            void *user, seqnet_error *err)
{
    const size_t threads = sn_pool_threads(pool);
    walk *w = NULL;
    seqnet_status status = SEQNET_OK;
    SN_GOTO(sn_alloc(&w, 1, sizeof *w, err));
    *w = (walk){.rows = rows, .spec = spec, .index = index};
    SN_GOTO(sn_alloc(&w->scratches, threads, sizeof *w->scratches, err));
    SN_GOTO(read_all(w, pool, take, user, err));
out:
    for (size_t i = 0; w && w->scratches && i < threads; i++)
        sn_ngram_text_free(&w->scratches[i]);
    for (size_t i = 0; w && i < PIECES; i++)
        free(w->pieces[i].items);
    if (w)
        free(w->scratches);
    free(w);
    return status;
}
