#include "variants.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "pieces.h"

#include "banned.h"

/* Variants that are scored together. */
enum { BLOCK_ROWS = 256 };

/* The kinds of variants, in the order of their logits. */
typedef enum variant_kind { BEFORE, AFTER, WITHOUT } variant_kind;

typedef struct block {
    const int32_t *rows[BLOCK_ROWS];
    size_t lengths[BLOCK_ROWS];
} block;

/* Writes the ids of variant number `i` of a kind. Returns their number. */
static size_t write_variant(const sn_word_row *row, variant_kind kind, size_t i, int32_t *ids)
{
    const int32_t *const words = row->ids + row->begins;
    const size_t first = row->begins + (kind == AFTER ? 0 : i);
    const size_t from = kind == BEFORE ? row->words : kind == AFTER ? i : i + 1;
    memcpy(ids, row->ids, first * sizeof *ids);
    memcpy(ids + first, words + from, (row->words - from) * sizeof *ids);
    return first + row->words - from;
}

/* Makes room for the logits, which lie one kind behind the other. */
static seqnet_status reserve(sn_variants *v, const sn_word_row *row, seqnet_error *err)
{
    const size_t cells = (row->words + 1) * v->outputs;
    const size_t rows = sn_smaller(BLOCK_ROWS, 3 * row->words + 2);
    SN_TRY(sn_grow(&v->before, &v->logit_capacity, 3 * cells, sizeof *v->before, err));
    v->after = v->before + cells;
    v->without = v->after + cells;
    memset(v->before, 0, 3 * cells * sizeof *v->before);
    SN_TRY(sn_grow(&v->before_sums, &v->sum_capacity, 3 * (row->words + 1), sizeof *v->before_sums,
                   err));
    v->after_sums = v->before_sums + row->words + 1;
    v->without_sums = v->after_sums + row->words + 1;
    return sn_grow(&v->ids, &v->id_capacity, rows * (row->begins + row->words) + 1, sizeof *v->ids,
                   err);
}

static void score_block(sn_variants *v, const sn_word_row *row, size_t first, size_t count)
{
    block b;
    const size_t of_kind = row->words + 1;
    int32_t *next = v->ids;
    for (size_t i = 0; i < count; i++) {
        const size_t variant = first + i;
        b.rows[i] = next;
        b.lengths[i] =
            write_variant(row, (variant_kind)(variant / of_kind), variant % of_kind, next);
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
    const size_t count = 3 * row->words + 2; /* there is no word behind the last one to leave out */
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
