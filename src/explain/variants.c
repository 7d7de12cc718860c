#include "variants.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "pieces.h"

#include "banned.h"

/* Variants that are scored together: enough for some threads, and few enough that the engine
 * projects the words of the text only, not all words that the model knows. */
enum { BLOCK_ROWS = 32 };

typedef struct block {
    const int32_t *rows[BLOCK_ROWS];
    size_t lengths[BLOCK_ROWS];
} block;

/* Writes the ids of variant number `i`: words + 1 beginnings come first, then the ends. Returns
 * their number. */
static size_t write_variant(const sn_word_row *row, size_t i, int32_t *ids)
{
    const int32_t *const words = row->ids + row->begins;
    const bool is_beginning = i <= row->words;
    const size_t first = is_beginning ? 0 : i - row->words - 1;
    const size_t count = is_beginning ? i : row->words - first;
    memcpy(ids, row->ids, row->begins * sizeof *ids);
    memcpy(ids + row->begins, words + first, count * sizeof *ids);
    return row->begins + count;
}

/* Makes room for the logits, those of ends behind those of beginnings. */
static seqnet_status reserve(sn_variants *v, const sn_word_row *row, seqnet_error *err)
{
    const size_t cells = (row->words + 1) * v->outputs;
    const size_t rows = sn_smaller(BLOCK_ROWS, 2 * (row->words + 1));
    SN_TRY(sn_grow(&v->before, &v->logit_capacity, 2 * cells, sizeof *v->before, err));
    v->after = v->before + cells;
    memset(v->before, 0, 2 * cells * sizeof *v->before);
    SN_TRY(sn_grow(&v->before_sums, &v->sum_capacity, 2 * (row->words + 1), sizeof *v->before_sums,
                   err));
    v->after_sums = v->before_sums + row->words + 1;
    return sn_grow(&v->ids, &v->id_capacity, rows * (row->begins + row->words) + 1, sizeof *v->ids,
                   err);
}

static void score_block(sn_variants *v, const sn_word_row *row, size_t first, size_t count)
{
    block b;
    int32_t *next = v->ids;
    for (size_t i = 0; i < count; i++) {
        b.rows[i] = next;
        b.lengths[i] = write_variant(row, first + i, next);
        next += b.lengths[i];
    }
    const sn_minibatch batch = {.rows = b.rows, .lengths = b.lengths, .count = count};
    sn_engine_score(v->engine, &batch, v->before + first * v->outputs);
}

static void add_up(sn_variants *v, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        v->before_sums[i] = 0.0;
        for (size_t k = 0; k < v->outputs; k++)
            v->before_sums[i] += (double)v->before[i * v->outputs + k];
    }
}

seqnet_status sn_variants_score(sn_variants *v, const sn_word_row *row, seqnet_error *err)
{
    const size_t count = 2 * (row->words + 1);
    SN_TRY(reserve(v, row, err));
    for (size_t first = 0; first < count && v->engine; first += BLOCK_ROWS)
        score_block(v, row, first, sn_smaller(BLOCK_ROWS, count - first));
    add_up(v, count);
    return SEQNET_OK;
}

void sn_variants_free(sn_variants *v)
{
    free(v->before);
    free(v->before_sums);
    free(v->ids);
    *v = (sn_variants){0};
}
