/* One optimiser step of a training run: see trainer.h. */
#include "trainer.h"

#include "kernels.h"
#include "pad.h"
#include "pieces.h"

#include "banned.h"

enum {
    UPDATE_CHUNK = 1 << 14, /* floats updated by one task */
    UPDATE_ROWS = 1 << 9    /* of the embedding, likewise */
};

/* Where what is updated as a whole begins: behind the embedding when its rows are on their own. */
static size_t dense_start(const sn_trainer *t)
{
    return sn_optimizer_by_row(&t->optimizer) ? t->model->network.layers[0].parameters : 0;
}

static size_t count_chunks(const sn_trainer *t)
{
    return sn_pieces(t->model->network.table.floats - dense_start(t), UPDATE_CHUNK);
}

static void update_task(void *context, size_t task, size_t worker)
{
    (void)worker;
    sn_trainer *const t = context;
    const sn_average *const average = t->options->ema > 0.0 ? &t->average : NULL;
    const size_t chunks = count_chunks(t);
    const unsigned before = sn_subnormals_flush(); /* running means of rare words fade */
    if (task < chunks) {
        const size_t first = dense_start(t) + task * UPDATE_CHUNK;
        sn_average_update(average, &t->optimizer, t->current, t->gradients, first,
                          sn_smaller(t->model->network.table.floats - first, UPDATE_CHUNK));
    } else {
        const size_t first = (task - chunks) * UPDATE_ROWS;
        sn_average_update_rows(average, &t->optimizer, t->current, t->gradients,
                               t->touched.ids + first,
                               sn_smaller(t->touched.used - first, UPDATE_ROWS));
    }
    sn_subnormals_restore(before);
}

static void update_weights(sn_trainer *t)
{
    const size_t rows = sn_optimizer_by_row(&t->optimizer) ? t->touched.used : 0;
    sn_optimizer_begin_step(&t->optimizer);
    if (t->options->ema > 0.0)
        sn_average_begin_step(&t->average);
    sn_pool_run(t->pool, update_task, t, count_chunks(t) + sn_pieces(rows, UPDATE_ROWS));
}

/* The row with some of its words taken for unknown, cut to maxlen; `masked` has room for it. */
static size_t mask_words(sn_trainer *t, const int32_t *ids, size_t length, int32_t *masked)
{
    const sn_model_config *const config = &t->model->config;
    const sn_encoding *const encoding = &config->encoding;
    ids = sn_truncate(ids, &length, config->maxlen, config->padding.truncating);
    for (size_t i = 0; i < length; i++) {
        const bool is_word = ids[i] > encoding->index_from;
        const bool hidden = is_word && sn_rng_uniform(&t->word_dropout) < t->options->word_dropout;
        masked[i] = hidden ? encoding->oov_char : ids[i];
    }
    return length;
}

/* Row number i of the batch becomes row `row` of the data. */
static void load_row(sn_trainer *t, size_t i, size_t row)
{
    t->row_ids[i] = sn_rows_ids(&t->rows, row);
    t->lengths[i] = sn_rows_length(&t->rows, row);
    t->labels[i] = t->rows.labels[row];
    if (t->weights)
        t->weights[i] =
            t->class_weights[t->labels[i]] * (t->rows.weights ? t->rows.weights[row] : 1.0F);
    if (t->masked_ids) {
        int32_t *const masked = t->masked_ids + i * t->model->config.maxlen;
        t->lengths[i] = mask_words(t, t->row_ids[i], t->lengths[i], masked);
        t->row_ids[i] = masked;
    }
}

void sn_trainer_step(sn_trainer *t, size_t first, size_t count, sn_loss_sums *sums)
{
    for (size_t i = 0; i < count; i++)
        load_row(t, i, t->order[first + i]);
    const sn_batch batch = {.rows = t->row_ids,
                            .lengths = t->lengths,
                            .labels = t->labels,
                            .weights = t->weights,
                            .count = count,
                            .dropout_key = sn_rng_next(&t->dropout)};
    sn_engine_use(t->engine, t->current);
    if (t->by_row)
        sn_engine_gradients_by_row(t->engine, &batch, t->gradients, &t->touched, sums);
    else
        sn_engine_gradients(t->engine, &batch, t->gradients, sums);
    update_weights(t);
}

const float *sn_trainer_weights(sn_trainer *t)
{
    if (t->options->ema == 0.0)
        return t->current;
    sn_average_settle(&t->average, t->current);
    return t->average.weights;
}
