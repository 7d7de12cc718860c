#include "cooccurrence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels.h"
#include "memory.h"
#include "pieces.h"
#include "scalar.h"

#include "banned.h"

enum {
    WINDOW = 5,
    /* A place without a word. */
    NONE = UINT16_MAX
};

/* One thread's counts of a word's contexts, in fifths. */
typedef struct counts {
    /* [words]: 0 before and after a word is counted. */
    uint32_t *by_context;
    /* [words]: the contexts with a count above 0, `used` of them. */
    uint16_t *contexts;
    size_t used;
} counts;

/* The texts as words' numbers, and what is counted in them. */
typedef struct counting {
    sn_ppmi *matrix;
    /* [id_count]: the number of an id's word, or NONE. */
    uint16_t *numbers;
    /* [places]: all rows one after the other, with WINDOW times NONE before, between and behind. */
    uint16_t *text;
    size_t places;
    /* [words + 1]: where a word's places begin in `found`. */
    size_t *starts;
    /* The places of each word, in the order of the text. */
    uint32_t *found;
    /* [words]: n(w) in fifths, and its logarithm. */
    uint64_t *sums;
    double *logarithms;
    /* ln(n_75) */
    double log_total;
    counts *workers;
    size_t worker_count;
} counting;

typedef struct word_count {
    uint64_t count;
    int32_t id;
} word_count;

static int compare_counts(const void *a, const void *b)
{
    const word_count *const x = a, *const y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static bool is_word(const sn_encoding *encoding, int32_t id)
{
    return id > encoding->index_from && id > 0 && id != encoding->start_char &&
           id != encoding->oov_char;
}

static void count_ids(word_count *words, const sn_rows *rows, const sn_encoding *encoding)
{
    size_t first, end;
    sn_rows_places(rows, &first, &end);
    for (size_t i = first; i < end; i++) {
        const int32_t id = sn_rows_id(rows, i);
        words[id].count += is_word(encoding, id);
    }
}

/* Numbers the most frequent words. */
static seqnet_status choose_words(counting *c, const sn_rows *parts, size_t part_count,
                                  const sn_encoding *encoding, seqnet_error *err)
{
    const size_t id_count = (size_t)encoding->id_count;
    word_count *words;
    SN_TRY(sn_alloc(&c->matrix->ids, SN_COUNTED_WORDS, sizeof *c->matrix->ids, err));
    SN_TRY(sn_alloc(&c->numbers, id_count, sizeof *c->numbers, err));
    SN_TRY(sn_alloc(&words, id_count, sizeof *words, err));
    for (size_t i = 0; i < id_count; i++) {
        c->numbers[i] = NONE;
        words[i].id = (int32_t)i;
    }
    for (size_t i = 0; i < part_count; i++)
        count_ids(words, &parts[i], encoding);
    qsort(words, id_count, sizeof *words, compare_counts);
    size_t used = 0;
    while (used < sn_smaller(id_count, SN_COUNTED_WORDS) && words[used].count > 0) {
        c->matrix->ids[used] = words[used].id;
        c->numbers[words[used].id] = (uint16_t)used;
        used++;
    }
    c->matrix->words = used;
    free(words);
    return SEQNET_OK;
}

/* The rows that fit into uint32_t places: what comes behind them is left out. */
static size_t count_places(const sn_rows *parts, size_t part_count)
{
    size_t places = WINDOW;
    for (size_t i = 0; i < part_count; i++)
        places += sn_rows_id_count(&parts[i]) + parts[i].count * WINDOW;
    return sn_smaller(places, UINT32_MAX);
}

static void leave_gap(counting *c)
{
    for (size_t i = 0; i < WINDOW; i++)
        c->text[c->places++] = NONE;
}

static void copy_rows(counting *c, const sn_rows *rows, size_t capacity)
{
    for (size_t r = 0; r < rows->count; r++) {
        const size_t place = rows->offsets[r], length = sn_rows_length(rows, r);
        if (capacity - c->places < length + WINDOW)
            return;
        for (size_t i = 0; i < length; i++)
            c->text[c->places++] = c->numbers[sn_rows_id(rows, place + i)];
        leave_gap(c);
    }
}

/* Writes the text as words' numbers, and sorts its places by word. */
static seqnet_status index_text(counting *c, const sn_rows *parts, size_t part_count,
                                seqnet_error *err)
{
    const size_t capacity = count_places(parts, part_count), words = c->matrix->words;
    SN_TRY(sn_alloc(&c->text, capacity, sizeof *c->text, err));
    SN_TRY(sn_alloc(&c->starts, words + 2, sizeof *c->starts, err));
    leave_gap(c);
    for (size_t i = 0; i < part_count; i++)
        copy_rows(c, &parts[i], capacity);
    /* starts[w + 2] counts word w; then starts[w + 1] is where its next place goes, and in the end
     * starts[w + 1] is where those of the word behind it begin. */
    for (size_t i = 0; i < c->places; i++)
        if (c->text[i] != NONE)
            c->starts[c->text[i] + 2U]++;
    for (size_t w = 0; w < words; w++)
        c->starts[w + 2] += c->starts[w + 1];
    SN_TRY(sn_alloc(&c->found, c->starts[words + 1], sizeof *c->found, err));
    for (size_t i = 0; i < c->places; i++)
        if (c->text[i] != NONE)
            c->found[c->starts[c->text[i] + 1U]++] = (uint32_t)i;
    return SEQNET_OK;
}

/* The sums n(w), in fifths, and what follows from them. */
static seqnet_status sum_words(counting *c, seqnet_error *err)
{
    const size_t words = c->matrix->words;
    double total = 0.0;
    SN_TRY(sn_alloc(&c->sums, words, sizeof *c->sums, err));
    SN_TRY(sn_alloc(&c->logarithms, words, sizeof *c->logarithms, err));
    SN_TRY(sn_alloc(&c->matrix->offsets, words, sizeof *c->matrix->offsets, err));
    for (size_t i = WINDOW; i < c->places; i++)
        for (size_t d = 1; c->text[i] != NONE && d <= WINDOW; d++) {
            if (c->text[i - d] == NONE)
                continue;
            c->sums[c->text[i]] += WINDOW + 1 - d;
            c->sums[c->text[i - d]] += WINDOW + 1 - d;
        }
    for (size_t w = 0; w < words; w++) {
        c->logarithms[w] = c->sums[w] ? sn_scalar_log((double)c->sums[w]) : 0.0;
        c->matrix->offsets[w] = (float)(0.25 * c->logarithms[w]);
        total += c->sums[w] ? sn_scalar_exp(0.75 * c->logarithms[w]) : 0.0;
    }
    c->log_total = total > 0.0 ? sn_scalar_log(total) : 0.0;
    return SEQNET_OK;
}

static seqnet_status make_workers(counting *c, size_t count, seqnet_error *err)
{
    const size_t words = c->matrix->words;
    SN_TRY(sn_alloc(&c->workers, count, sizeof *c->workers, err));
    for (; c->worker_count < count; c->worker_count++) {
        counts *const own = &c->workers[c->worker_count];
        SN_TRY(sn_alloc(&own->by_context, words, sizeof *own->by_context, err));
        SN_TRY(sn_alloc(&own->contexts, words, sizeof *own->contexts, err));
    }
    return SEQNET_OK;
}

static void add_context(counts *own, uint16_t context, uint32_t count)
{
    if (context == NONE)
        return;
    if (own->by_context[context] == 0)
        own->contexts[own->used++] = context;
    own->by_context[context] += count;
}

static void count_contexts(const counting *c, size_t word, counts *own)
{
    for (size_t i = c->starts[word]; i < c->starts[word + 1]; i++) {
        const uint16_t *const place = c->text + c->found[i];
        for (uint32_t d = 1; d <= WINDOW; d++) {
            add_context(own, *(place - d), WINDOW + 1 - d);
            add_context(own, place[d], WINDOW + 1 - d);
        }
    }
}

/* Appends the contexts of a word that have a positive value in one of the two directions, and
 * clears the counts. */
static seqnet_status keep_contexts(const counting *c, size_t word, counts *own,
                                   sn_ppmi_block *block, size_t *used)
{
    const float *const offsets = c->matrix->offsets;
    SN_TRY(sn_grow(&block->contexts, &block->contexts_capacity, *used + own->used,
                   sizeof *block->contexts, NULL));
    SN_TRY(sn_grow(&block->values, &block->values_capacity, *used + own->used,
                   sizeof *block->values, NULL));
    for (size_t i = 0; i < own->used; i++) {
        const uint16_t context = own->contexts[i];
        const double both = c->logarithms[word] + c->logarithms[context];
        const float value =
            (float)(sn_scalar_log((double)own->by_context[context]) + c->log_total - 0.75 * both);
        own->by_context[context] = 0;
        if (value <= fminf(offsets[word], offsets[context]))
            continue;
        block->contexts[*used] = context;
        block->values[(*used)++] = value;
    }
    own->used = 0;
    return SEQNET_OK;
}

static void count_task(void *context, size_t task, size_t worker)
{
    const counting *const c = context;
    const size_t first = task * SN_COUNTED_BLOCK;
    const size_t count = sn_smaller(c->matrix->words - first, SN_COUNTED_BLOCK);
    sn_ppmi_block *const block = &c->matrix->blocks[task];
    size_t used = 0;
    for (size_t i = 0; i < count && block->status == SEQNET_OK; i++) {
        count_contexts(c, first + i, &c->workers[worker]);
        block->status = keep_contexts(c, first + i, &c->workers[worker], block, &used);
        block->ends[i] = used;
    }
    if (block->status == SEQNET_OK) /* asked often, since the blocks fill the memory together */
        block->status = sn_memory_check(used * (sizeof(uint16_t) + sizeof(float)), NULL);
}

static seqnet_status count_blocks(counting *c, sn_pool *pool, seqnet_error *err)
{
    sn_ppmi *const m = c->matrix;
    const size_t blocks = sn_pieces(m->words, SN_COUNTED_BLOCK);
    SN_TRY(sn_alloc(&m->blocks, blocks, sizeof *m->blocks, err));
    m->block_count = blocks; /* sn_ppmi_free looks into them */
    sn_pool_run(pool, count_task, c, m->block_count);
    for (size_t i = 0; i < m->block_count; i++)
        if (m->blocks[i].status != SEQNET_OK)
            return sn_fail(err, m->blocks[i].status,
                           "out of memory for the pairs of words that stand near each other");
    return SEQNET_OK;
}

static void free_counting(counting *c)
{
    for (size_t i = 0; i < c->worker_count; i++) {
        free(c->workers[i].by_context);
        free(c->workers[i].contexts);
    }
    free(c->workers);
    free(c->numbers);
    free(c->text);
    free(c->starts);
    free(c->found);
    free(c->sums);
    free(c->logarithms);
}

seqnet_status sn_ppmi_count(sn_ppmi *matrix, const sn_rows *parts, size_t part_count,
                            const sn_encoding *encoding, sn_pool *pool, seqnet_error *err)
{
    *matrix = (sn_ppmi){0};
    counting c = {.matrix = matrix};
    seqnet_status status = choose_words(&c, parts, part_count, encoding, err);
    if (status == SEQNET_OK)
        status = index_text(&c, parts, part_count, err);
    if (status == SEQNET_OK)
        status = sum_words(&c, err);
    if (status == SEQNET_OK)
        status = make_workers(&c, sn_pool_threads(pool), err);
    if (status == SEQNET_OK)
        status = count_blocks(&c, pool, err);
    free_counting(&c);
    return status;
}

void sn_ppmi_free(sn_ppmi *matrix)
{
    for (size_t i = 0; i < matrix->block_count; i++) {
        free(matrix->blocks[i].contexts);
        free(matrix->blocks[i].values);
    }
    free(matrix->blocks);
    free(matrix->ids);
    free(matrix->offsets);
    *matrix = (sn_ppmi){0};
}

typedef struct product {
    const sn_ppmi *matrix;
    bool transposed;
    const float *x;
    size_t columns;
    float *y;
} product;

/* y of one word, whose contexts are `first` to `end` in the block. */
static void multiply_row(const product *p, const sn_ppmi_block *block, size_t word, size_t first,
                         size_t end)
{
    const sn_kernels *const kernels = sn_kernels_best();
    const float *const offsets = p->matrix->offsets;
    float *const y = p->y + word * p->columns;
    memset(y, 0, p->columns * sizeof *y);
    for (size_t i = first; i < end; i++) {
        const uint16_t context = block->contexts[i];
        const float value = block->values[i] - offsets[p->transposed ? context : word];
        if (value > 0.0F)
            kernels->multiply_add(y, p->x + context * p->columns, value, p->columns);
    }
}

static void multiply_task(void *context, size_t task, size_t worker)
{
    const product *const p = context;
    const sn_ppmi_block *const block = &p->matrix->blocks[task];
    const size_t word = task * SN_COUNTED_BLOCK;
    const size_t count = sn_smaller(p->matrix->words - word, SN_COUNTED_BLOCK);
    (void)worker;
    for (size_t i = 0; i < count; i++)
        multiply_row(p, block, word + i, i ? block->ends[i - 1] : 0, block->ends[i]);
}

void sn_ppmi_multiply(const sn_ppmi *matrix, bool transposed, const float *x, size_t columns,
                      float *y, sn_pool *pool)
{
    product p = {matrix, transposed, x, columns, y};
    sn_pool_run(pool, multiply_task, &p, matrix->block_count);
}
