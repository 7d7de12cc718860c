/*
 * One optimiser step: gradients of a minibatch, then the update of the weights, divided into tasks
 * of a fixed size, so that the result does not depend on the number of threads. See trainer.h.
 */
#include "trainer.h"

#include "kernels.h"
#include "pad.h"
#include "pieces.h"

#include "banned.h"

enum {
    /* Floats of a dense part that one task updates. */
    UPDATE_CHUNK = 1 << 14,
    /* Rows of a table that one task updates. */
    UPDATE_ROWS = 1 << 9
};

/* The average that an update also moves, or NULL. */
static const sn_average *average_of(const seqnet_trainer *t)
{
    return t->options.ema > 0.0 ? &t->state.average : NULL;
}

static void update_chunk(seqnet_trainer *t, const sn_slab_part *part, size_t chunk)
{
    const size_t done = chunk * UPDATE_CHUNK;
    sn_average_update(average_of(t), &t->state.optimizer, t->state.current, t->scratch.gradients,
                      part->first + done, sn_smaller(part->count - done, UPDATE_CHUNK));
}

static void update_rows(seqnet_trainer *t, size_t table, size_t piece)
{
    const sn_id_set *const touched = &t->scratch.touched[table];
    const size_t done = piece * UPDATE_ROWS;
    sn_average_update_rows(average_of(t), &t->state.optimizer, table, t->state.current,
                           t->scratch.gradients, touched->ids + done,
                           sn_smaller(touched->used - done, UPDATE_ROWS));
}

/* Runs one task. They are numbered through the chunks of the dense parts, one part after the other,
 * and then through the pieces of the tables. */
static void run_task(seqnet_trainer *t, size_t task)
{
    for (size_t i = 0; i < t->plan.dense_count; i++) {
        const size_t chunks = sn_pieces(t->plan.dense[i].count, UPDATE_CHUNK);
        if (task < chunks) {
            update_chunk(t, &t->plan.dense[i], task);
            return;
        }
        task -= chunks;
    }
    for (size_t i = 0; i < t->plan.table_count; i++) {
        const size_t pieces = sn_pieces(t->scratch.touched[i].used, UPDATE_ROWS);
        if (task < pieces) {
            update_rows(t, i, task);
            return;
        }
        task -= pieces;
    }
}

static size_t count_tasks(const seqnet_trainer *t)
{
    size_t tasks = 0;
    for (size_t i = 0; i < t->plan.dense_count; i++)
        tasks += sn_pieces(t->plan.dense[i].count, UPDATE_CHUNK);
    for (size_t i = 0; i < t->plan.table_count; i++)
        tasks += sn_pieces(t->scratch.touched[i].used, UPDATE_ROWS);
    return tasks;
}

static void update_task(void *context, size_t task, size_t worker)
{
    (void)worker;
    /* The running means of rare words fade into subnormal numbers, which are slow. */
    const unsigned before = sn_subnormals_flush();
    run_task(context, task);
    sn_subnormals_restore(before);
}

static void update_weights(seqnet_trainer *t)
{
    sn_optimizer_begin_step(&t->state.optimizer);
    if (t->options.ema > 0.0)
        sn_average_begin_step(&t->state.average);
    sn_pool_run(t->scratch.pool, update_task, t, count_tasks(t));
}

/* Writes the row to `masked`, cut to maxlen, with some of its words replaced by the
 * out-of-vocabulary id. Returns its length. Cuts first, so that only ids that are used draw. */
static size_t mask_words(seqnet_trainer *t, const int32_t *ids, size_t length, int32_t *masked)
{
    const sn_model_config *const config = &t->plan.config;
    const sn_encoding *const encoding = &config->encoding;
    ids = sn_truncate(ids, &length, config->maxlen, config->padding.truncating);
    for (size_t i = 0; i < length; i++) {
        const bool is_word = ids[i] > encoding->index_from;
        const bool is_hidden =
            is_word && sn_rng_uniform(&t->state.word_dropout) < t->options.word_dropout;
        masked[i] = is_hidden ? encoding->oov_char : ids[i];
    }
    return length;
}

/* Puts training row `row` into place i of the minibatch. */
static void load_row(seqnet_trainer *t, size_t i, size_t row)
{
    const sn_train_plan *const plan = &t->plan;
    sn_train_scratch *const batch = &t->scratch;
    batch->row_ids[i] = sn_rows_ids(&plan->train, row);
    batch->lengths[i] = sn_rows_length(&plan->train, row);
    batch->labels[i] = plan->train.labels[row];
    if (batch->weights)
        batch->weights[i] = plan->class_weights[batch->labels[i]] *
                            (plan->train.weights ? plan->train.weights[row] : 1.0F);
    if (batch->masked_ids) {
        int32_t *const masked = batch->masked_ids + i * plan->config.maxlen;
        batch->lengths[i] = mask_words(t, batch->row_ids[i], batch->lengths[i], masked);
        batch->row_ids[i] = masked;
    }
}

void sn_trainer_take_batch(seqnet_trainer *t, size_t first, size_t count, sn_loss_sums *sums)
{
    sn_train_scratch *const scratch = &t->scratch;
    for (size_t i = 0; i < count; i++)
        load_row(t, i, t->state.order[first + i]);
    const sn_minibatch batch = {.rows = scratch->row_ids,
                                .lengths = scratch->lengths,
                                .labels = scratch->labels,
                                .weights = scratch->weights,
                                .count = count,
                                .dropout_key = sn_rng_next(&t->state.dropout)};
    sn_engine_use(scratch->engine, t->state.current);
    if (t->plan.table_count > 0) /* the embedding is the only table that an engine has by row */
        sn_engine_gradients_by_row(scratch->engine, &batch, scratch->gradients,
                                   &scratch->touched[0], sums);
    else
        sn_engine_gradients(scratch->engine, &batch, scratch->gradients, sums);
    update_weights(t);
}
