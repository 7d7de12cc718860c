/*
 * One optimiser step: gradients of a minibatch, their norm where it is to be clipped, then the
 * update of the weights. Both are divided into tasks of a fixed size, and sums of the tasks are
 * added in their order, so that the result does not depend on the number of threads. See trainer.h.
 */
#include "trainer.h"

#include <math.h>
#include <string.h>

#include "kernels.h"
#include "pad.h"
#include "pieces.h"
#include "vec.h"

#include "banned.h"

enum {
    /* Floats of a dense part that one task updates. */
    UPDATE_CHUNK = 1 << 14,
    /* Rows of a table that one task updates. */
    UPDATE_ROWS = 1 << 7,
    /* Steps before its own in which a minibatch is asked for, where rows lie in a file. */
    READ_AHEAD = 4
};

/* The average that an update also moves, or NULL. */
static const sn_average *average_of(const seqnet_trainer *t)
{
    return t->options.ema > 0.0 ? &t->state.average : NULL;
}

/* What one task works on: a stretch of a dense part, or some rows of a table. */
typedef struct stretch {
    /* NULL: a dense part. */
    const int32_t *rows;
    /* The table of the rows. */
    size_t table;
    /* The first float of a dense part; and floats, or rows. */
    size_t first, count;
} stretch;

/* Tasks are numbered through the chunks of the dense parts, one part after the other, and then
 * through the pieces of the tables. */
static stretch find_stretch(const seqnet_trainer *t, size_t task)
{
    for (size_t i = 0; i < t->plan.dense_count; i++) {
        const sn_slab_part *const part = &t->plan.dense[i];
        const size_t chunks = sn_pieces(part->count, UPDATE_CHUNK), done = task * UPDATE_CHUNK;
        if (task < chunks)
            return (stretch){.first = part->first + done,
                             .count = sn_smaller(part->count - done, UPDATE_CHUNK)};
        task -= chunks;
    }
    size_t table = 0;
    for (size_t pieces; task >= (pieces = sn_pieces(t->scratch.touched[table].used, UPDATE_ROWS));
         table++)
        task -= pieces;
    const sn_id_set *const touched = &t->scratch.touched[table];
    const size_t done = task * UPDATE_ROWS;
    return (stretch){.rows = touched->ids + done,
                     .table = table,
                     .count = sn_smaller(touched->used - done, UPDATE_ROWS)};
}

static size_t count_chunks(const sn_train_plan *plan)
{
    size_t chunks = 0;
    for (size_t i = 0; i < plan->dense_count; i++)
        chunks += sn_pieces(plan->dense[i].count, UPDATE_CHUNK);
    return chunks;
}

static size_t count_tasks(const seqnet_trainer *t)
{
    size_t tasks = count_chunks(&t->plan);
    for (size_t i = 0; i < t->plan.table_count; i++)
        tasks += sn_pieces(t->scratch.touched[i].used, UPDATE_ROWS);
    return tasks;
}

size_t sn_train_plan_most_tasks(const sn_train_plan *plan)
{
    size_t tasks = count_chunks(plan);
    for (size_t i = 0; i < plan->table_count; i++)
        tasks += sn_pieces(plan->tables[i].rows, UPDATE_ROWS);
    return tasks;
}

static double sum_squares(const seqnet_trainer *t, const stretch *s)
{
    const sn_row_table *const table = &t->plan.tables[s->table];
    double squares = 0.0;
    if (!s->rows)
        return sn_vec_sum_squares(t->scratch.gradients + s->first, s->count);
    for (size_t i = 0; i < s->count; i++)
        squares += sn_vec_sum_squares(t->scratch.gradients + sn_row_at(table, (size_t)s->rows[i]),
                                      table->row_size);
    return squares;
}

static void scale_gradients(seqnet_trainer *t, const stretch *s)
{
    const sn_row_table *const table = &t->plan.tables[s->table];
    if (!s->rows)
        sn_vec_scale(t->scratch.gradients + s->first, t->scratch.scale, s->count);
    for (size_t i = 0; s->rows && i < s->count; i++)
        sn_vec_scale(t->scratch.gradients + sn_row_at(table, (size_t)s->rows[i]), t->scratch.scale,
                     table->row_size);
}

static void update(seqnet_trainer *t, const stretch *s)
{
    if (t->scratch.scale != 1.0F)
        scale_gradients(t, s);
    if (s->rows)
        sn_average_update_rows(average_of(t), &t->state.optimizer, s->table, t->state.current,
                               t->scratch.gradients, s->rows, s->count);
    else
        sn_average_update(average_of(t), &t->state.optimizer, t->state.current,
                          t->scratch.gradients, s->first, s->count);
}

static void squares_task(void *context, size_t task, size_t worker)
{
    (void)worker;
    seqnet_trainer *const t = context;
    const stretch s = find_stretch(t, task);
    const unsigned before = sn_subnormals_flush();
    t->scratch.squares[task] = sum_squares(t, &s);
    sn_subnormals_restore(before);
}

static void update_task(void *context, size_t task, size_t worker)
{
    (void)worker;
    const stretch s = find_stretch(context, task);
    /* The running means of rare words fade into subnormal numbers, which are slow. */
    const unsigned before = sn_subnormals_flush();
    update(context, &s);
    sn_subnormals_restore(before);
}

/* What makes the norm of all gradients at most options.clip_norm. Gradients that are not finite
 * stay as they are, so that the training is seen to diverge. */
static float choose_scale(seqnet_trainer *t)
{
    const double most = t->options.clip_norm;
    const size_t tasks = count_tasks(t);
    double squares = 0.0;
    if (most == 0.0)
        return 1.0F;
    sn_pool_run(t->scratch.pool, squares_task, t, tasks);
    for (size_t i = 0; i < tasks; i++)
        squares += t->scratch.squares[i];
    const double norm = sqrt(squares);
    return norm > most && isfinite(norm) ? (float)(most / norm) : 1.0F;
}

static void update_weights(seqnet_trainer *t)
{
    sn_optimizer *const optimizer = &t->state.optimizer;
    t->scratch.scale = choose_scale(t);
    optimizer->learning_rate =
        t->plan.optimizer.learning_rate * sn_schedule_share(&t->plan.schedule, optimizer->steps);
    sn_optimizer_begin_step(optimizer);
    if (t->options.ema > 0.0)
        sn_average_begin_step(&t->state.average);
    sn_pool_run(t->scratch.pool, update_task, t, count_tasks(t));
}

/* Replaces some of a row's words by the out-of-vocabulary id. `masked` may be `ids` itself. */
static void mask_words(seqnet_trainer *t, const int32_t *ids, size_t length, int32_t *masked)
{
    const sn_encoding *const encoding = &t->plan.config.encoding;
    for (size_t i = 0; i < length; i++) {
        const bool is_word = ids[i] > encoding->index_from;
        const bool is_hidden =
            is_word && sn_rng_uniform(&t->state.word_dropout) < t->options.word_dropout;
        masked[i] = is_hidden ? encoding->oov_char : ids[i];
    }
}

/* Puts training row `row` into place i of the minibatch, cut to maxlen, so that only ids that are
 * used draw for their dropout. */
static void load_row(seqnet_trainer *t, size_t i, size_t row)
{
    const sn_train_plan *const plan = &t->plan;
    sn_train_scratch *const batch = &t->scratch;
    const size_t maxlen = plan->config.maxlen;
    int32_t *const own = batch->own_ids ? batch->own_ids + i * maxlen : NULL;
    batch->row_ids[i] = sn_rows_cut(&plan->train, row, maxlen, plan->config.padding.truncating,
                                    &batch->lengths[i], own);
    batch->labels[i] = plan->train.labels[row];
    if (batch->weights)
        batch->weights[i] = plan->class_weights[batch->labels[i]] *
                            (plan->train.weights ? plan->train.weights[row] : 1.0F);
    if (t->options.word_dropout != 0.0) {
        mask_words(t, batch->row_ids[i], batch->lengths[i], own);
        batch->row_ids[i] = own;
    }
}

/* Whether the name ends so: "lstm.kernel" and "lstm.recurrent_kernel" do, "lstm.bias" and
 * "embedding.embeddings" do not. */
static bool is_kernel(const sn_tensor *tensor)
{
    static const char ending[] = "kernel";
    const size_t length = strlen(tensor->name), wanted = sizeof ending - 1;
    return length >= wanted && strcmp(tensor->name + length - wanted, ending) == 0;
}

double sn_train_penalty(const sn_train_plan *plan, const float *weights)
{
    const sn_tensor_table *const table = &plan->outline->network.table;
    const double l2 = plan->options->l2;
    double squares = 0.0;
    for (size_t i = 0; l2 > 0.0 && i < table->count; i++)
        if (is_kernel(&table->tensors[i]))
            squares +=
                sn_vec_sum_squares(weights + table->tensors[i].offset, table->tensors[i].count);
    return l2 * squares;
}

void sn_train_penalty_gradients(const sn_train_plan *plan, const float *weights, float *gradients)
{
    const sn_tensor_table *const table = &plan->outline->network.table;
    const double l2 = plan->options->l2;
    for (size_t i = 0; l2 > 0.0 && i < table->count; i++) {
        const sn_tensor *const tensor = &table->tensors[i];
        if (is_kernel(tensor))
            sn_vec_add_scaled(gradients + tensor->offset, weights + tensor->offset,
                              (float)(2.0 * l2), tensor->count);
    }
}

void sn_trainer_expect_order(const seqnet_trainer *t, bool at_random)
{
    const sn_rows *const rows = &t->plan.train;
    size_t bytes;
    const void *const start = sn_rows_bytes(rows, &bytes);
    if (rows->is_mapped)
        (at_random ? sn_read_at_random : sn_read_in_order)(start, bytes);
}

/* Asks for the rows of a minibatch that comes some steps later. */
static void read_ahead(const seqnet_trainer *t, size_t first)
{
    const sn_train_plan *const plan = &t->plan;
    const size_t start = sn_smaller(first, plan->train.count);
    sn_rows_read_ahead(&plan->train, t->state.order + start,
                       sn_smaller(plan->batch_rows, plan->train.count - start));
}

void sn_trainer_take_batch(seqnet_trainer *t, size_t first, size_t count, sn_loss_sums *sums)
{
    sn_train_scratch *const scratch = &t->scratch;
    read_ahead(t, first + READ_AHEAD * t->plan.batch_rows);
    for (size_t i = 0; i < count; i++)
        load_row(t, i, t->state.order[first + i]);
    const sn_minibatch batch = {.rows = scratch->row_ids,
                                .lengths = scratch->lengths,
                                .labels = scratch->labels,
                                .sets = t->plan.train.sets,
                                .weights = scratch->weights,
                                .count = count,
                                .dropout_key = sn_rng_next(&t->state.dropout)};
    sn_engine_use(scratch->engine, t->state.current);
    if (t->plan.table_count > 0) /* the embedding is the only table that an engine has by row */
        sn_engine_gradients_by_row(scratch->engine, &batch, scratch->gradients,
                                   &scratch->touched[0], sums);
    else
        sn_engine_gradients(scratch->engine, &batch, scratch->gradients, sums);
    sums->loss += (double)count * sn_train_penalty(&t->plan, t->state.current);
    sn_train_penalty_gradients(&t->plan, t->state.current, scratch->gradients);
    update_weights(t);
}
