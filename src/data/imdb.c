#include "imdb.h"

#include <stdlib.h>

#include "memory.h"
#include "pool.h"
#include "rng.h"

#include "banned.h"

/* Largest id over both parts after shift and start id: what Keras takes num_words to be when it is
 * None. Rows that drop_longer removes do not count. */
static int64_t largest_id(const sn_npz *raw, const seqnet_id_options *options)
{
    int64_t largest = options->start_char;
    const sn_sequences *const parts[2] = {&raw->train, &raw->test};
    const size_t extra = options->start_char != SEQNET_ID_NONE;
    for (size_t p = 0; p < 2; p++)
        for (size_t row = 0; row < parts[p]->count; row++) {
            const size_t length = sn_sequences_length(parts[p], row);
            if (options->drop_longer && length + extra >= (size_t)options->drop_longer)
                continue;
            const int32_t *const ids = sn_sequences_row(parts[p], row);
            for (size_t i = 0; i < length; i++) {
                const int64_t id = (int64_t)ids[i] + options->index_from;
                largest = id > largest ? id : largest;
            }
        }
    return largest;
}

/* One row's ids into `out` (room for length + 1); returns how many were kept. */
static size_t encode_row(int32_t *out, const int32_t *ranks, size_t length,
                         const sn_encoding *encoding)
{
    size_t kept = 0;
    if (encoding->start_char >= 0) {
        out[0] = sn_encoding_limit(encoding, encoding->start_char);
        kept = out[0] >= 0;
    }
    for (size_t i = 0; i < length; i++) {
        out[kept] = sn_encoding_limit(encoding, (int64_t)ranks[i] + encoding->index_from);
        kept += out[kept] >= 0;
    }
    return kept;
}

static seqnet_status load_part(sn_sequences *part, const sn_sequences *raw, const uint32_t *order,
                               const sn_encoding *encoding, size_t drop_longer, seqnet_error *err)
{
    const size_t ids = raw->count ? raw->offsets[raw->count] : 0;
    SN_TRY(sn_sequences_reserve(part, raw->count, ids + raw->count + 1, err));
    size_t used = 0;
    for (size_t i = 0; i < raw->count; i++) {
        const size_t length = sn_sequences_length(raw, order[i]);
        if (drop_longer && length + (encoding->start_char >= 0) >= drop_longer)
            continue;
        used += encode_row(part->ids + used, sn_sequences_row(raw, order[i]), length, encoding);
        part->labels[part->count] = raw->labels[order[i]];
        part->offsets[++part->count] = used;
    }
    return SEQNET_OK;
}

/* One part under way. */
typedef struct part_task {
    sn_sequences *part;
    const sn_sequences *raw;
    uint32_t *order;
    const sn_encoding *encoding;
    size_t drop_longer;
    seqnet_error error;
} part_task;

static void run_part(void *context, size_t task, size_t worker)
{
    (void)worker;
    part_task *const t = (part_task *)context + task;
    t->error.status = load_part(t->part, t->raw, t->order, t->encoding, t->drop_longer, &t->error);
}

static seqnet_status make_order(uint32_t **order, size_t count, sn_mt19937 *rng, seqnet_error *err)
{
    SN_TRY(sn_alloc(order, count, sizeof **order, err));
    for (size_t i = 0; i < count; i++)
        (*order)[i] = (uint32_t)i;
    sn_mt19937_shuffle(rng, *order, count);
    return SEQNET_OK;
}

/* One generator serves both parts: the test order continues where the train order stopped. */
static seqnet_status load_parts(part_task tasks[2], uint32_t seed, const char *place,
                                seqnet_error *err)
{
    sn_mt19937 rng;
    sn_mt19937_seed(&rng, seed);
    for (size_t p = 0; p < 2; p++)
        SN_TRY(make_order(&tasks[p].order, tasks[p].raw->count, &rng, err));
    sn_pool_run_once(run_part, tasks, 2);
    for (size_t p = 0; p < 2; p++) {
        if (tasks[p].error.status != SEQNET_OK)
            return sn_fail(err, tasks[p].error.status, "%s", tasks[p].error.message);
        if (tasks[p].raw->count && !tasks[p].part->count)
            return sn_fail(err, SEQNET_ERR_DATA,
                           "%s: every row has %zu ids or more, so none is left; raise the limit",
                           place, tasks[p].drop_longer);
    }
    return SEQNET_OK;
}

seqnet_status sn_imdb_load_data(sn_sequences *train, sn_sequences *test, sn_encoding *encoding,
                                const sn_npz *raw, int64_t num_words,
                                const seqnet_id_options *options, const char *place,
                                seqnet_error *err)
{
    const int64_t special = (int64_t)sn_largest_special_id(options) + 1;
    const int64_t largest = num_words ? num_words : largest_id(raw, options);
    const int64_t id_count = largest > special ? largest : special;
    if (id_count < 1 || id_count > INT32_MAX)
        return sn_fail(err, SEQNET_ERR_DATA, "%s: holds no words", place);
    *encoding = (sn_encoding){.id_count = (int32_t)id_count,
                              .skip_top = (int32_t)options->skip_top,
                              .start_char = options->start_char,
                              .oov_char = options->oov_char,
                              .index_from = options->index_from};
    part_task tasks[2] = {{.part = train, .raw = &raw->train}, {.part = test, .raw = &raw->test}};
    for (size_t p = 0; p < 2; p++) {
        tasks[p].encoding = encoding;
        tasks[p].drop_longer = (size_t)options->drop_longer;
    }
    const seqnet_status status = load_parts(tasks, options->shuffle_seed, place, err);
    free(tasks[0].order);
    free(tasks[1].order);
    return status;
}
