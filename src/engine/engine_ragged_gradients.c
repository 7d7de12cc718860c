/* Training with the ragged engine: see engine_ragged.c for the phases. */
#include "engine_ragged.h"

#include <string.h>

#include "dropout.h"
#include "gemm.h"
#include "vec.h"

#include "banned.h"

/* From ws->d_features of the wave's rows first .. first + count to the gradients by what was
 * pooled: a mean is the sum by the steps. */
static void pooling_backward(const sn_ragged_engine *engine, sn_ragged_workspace *ws, size_t first,
                             size_t count)
{
    const size_t units = engine->packed.units, width = engine->packed.width;
    const sn_pooled *const pooled = &ws->pooled;
    for (size_t r = 0; r < count; r++) {
        const float *const d_features = ws->d_features + r * engine->features;
        const float *const d_mean = d_features + engine->features - units;
        const float steps = (float)engine->rows[first + r].count;
        if (pooled->most) {
            memset(pooled->d_most + r * width, 0, width * sizeof *pooled->d_most);
            memcpy(pooled->d_most + r * width, d_features, units * sizeof *d_features);
        }
        if (pooled->sum)
            memset(pooled->d_sum + r * width, 0, width * sizeof *pooled->d_sum);
        for (size_t k = 0; pooled->sum && steps > 0.0F && k < units; k++)
            pooled->d_sum[r * width + k] = d_mean[k] / steps;
    }
}

/* From d_values of the last layer to tape.d_hidden, for the wave's rows from `first` on. */
static void head_backward(const sn_ragged_engine *engine, sn_ragged_workspace *ws,
                          const sn_pass *pass, size_t first)
{
    const size_t units = engine->packed.units, width = engine->packed.width;
    for (size_t i = engine->stages.head_count; i-- > 0;)
        engine->stages.head[i].ops->backward(
            &engine->stages.head[i], pass, i ? &ws->values[i - 1] : &ws->features, ws->d_values[i],
            i ? ws->d_values[i - 1] : ws->d_features, ws->tapes[i]);
    memset(ws->tape.d_hidden, 0, pass->batch * width * sizeof *ws->tape.d_hidden);
    if (engine->stages.pooling) {
        pooling_backward(engine, ws, first, pass->batch);
        return;
    }
    for (size_t r = 0; r < pass->batch; r++)
        memcpy(ws->tape.d_hidden + r * width, ws->d_features + r * units,
               units * sizeof *ws->d_features);
}

/* From the numbers of the group's tokens to rows of the shard's d_projections, in place; clears the
 * rows of ids that are new to the shard. Numbered on its own, a shard's ids are few enough for its
 * rows to stay in the second-level cache. */
static void renumber(const sn_ragged_engine *engine, const sn_ragged_shard *group, int32_t *tokens,
                     sn_shard_result *result)
{
    const size_t columns = engine->packed.columns, count = group->starts[group->steps];
    for (size_t i = 0; i < count; i++) {
        int32_t *const slot = &result->slots[tokens[i]];
        if (*slot < 0) {
            *slot = (int32_t)result->used++;
            memset(result->d_projections + (size_t)*slot * columns, 0,
                   columns * sizeof *result->d_projections);
        }
        tokens[i] = *slot;
    }
}

static void loss_of_rows(const sn_ragged_engine *engine, size_t first, size_t count,
                         sn_ragged_workspace *ws, sn_loss_sums *sums)
{
    const sn_minibatch *const batch = engine->batch;
    int32_t labels[GROUP_ROWS];
    float weights[GROUP_ROWS];
    for (size_t r = 0; r < count; r++) {
        const size_t index = engine->rows[first + r].index;
        labels[r] = batch->labels[index];
        weights[r] = batch->weights ? batch->weights[index] : 1.0F;
    }
    sn_cross_entropy(ws->values[engine->stages.head_count - 1].x, engine->network->outputs, labels,
                     weights, count, 1.0F / (float)batch->count,
                     ws->d_values[engine->stages.head_count - 1], sums);
}

/* Draws the recurrent dropout of the wave's rows first .. first + count. */
static void draw_scale(const sn_ragged_engine *engine, size_t first, size_t count,
                       sn_ragged_workspace *ws)
{
    const size_t width = engine->packed.width;
    memset(ws->scale, 0, count * width * sizeof *ws->scale);
    for (size_t r = 0; r < count; r++)
        sn_recurrent_draw_scale(engine->stages.recurrent, engine->batch->dropout_key,
                                engine->rows[first + r].index, ws->scale + r * width);
    ws->tape.scale = ws->scale;
}

/* Forward, loss and backward for the wave's rows first .. first + count, which are those from
 * `place` on in their shard. */
static void gradient_group(const sn_ragged_engine *engine, size_t first, size_t count, size_t place,
                           sn_ragged_workspace *ws, sn_shard_result *result)
{
    const size_t width = engine->packed.width, size = count * width * sizeof(float);
    const sn_ragged_shard group = sn_ragged_fill_rows(engine, &engine->ids, first, count, ws);
    if (sn_ragged_drops(engine))
        draw_scale(engine, first, count, ws);
    ws->tape.pooled = engine->stages.pooling ? &ws->pooled : NULL;
    sn_ragged_forward(&engine->packed, &engine->prefix, &group, engine->projections, &ws->tape);
    size_t numbers[GROUP_ROWS];
    for (size_t r = 0; r < count; r++)
        numbers[r] = engine->rows[first + r].index;
    const sn_pass pass = {.batch = count,
                          .weights = engine->weights,
                          .gradients = result->d_head,
                          .gradients_from = engine->stages.head_start,
                          .dropout_key = engine->batch->dropout_key,
                          .row_numbers = numbers};
    sn_ragged_head(engine, ws, &pass, ws->tape.hidden + group.starts[group.steps] * width, first);
    loss_of_rows(engine, first, count, ws, &result->sums);
    head_backward(engine, ws, &pass, first);
    renumber(engine, &group, ws->tokens, result);
    sn_ragged_backward(&engine->packed, &group, &ws->tape, result->d_projections,
                       result->d_recurrent);
    memcpy(result->d_start_hidden + place * width, ws->tape.d_hidden, size);
    if (result->d_start_carry)
        memcpy(result->d_start_carry + place * width, ws->tape.d_carry, size);
}

static void gradient_task(sn_ragged_engine *engine, size_t task, sn_ragged_workspace *ws)
{
    sn_shard_result *const result = &engine->shards[task];
    const size_t rows = sn_ragged_shard_rows(engine, task);
    memset(result->slots, 0xff, engine->ids.used * sizeof *result->slots); /* all below 0 */
    result->used = 0;
    memset(result->d_recurrent, 0,
           sn_ragged_recurrent_floats(engine) * sizeof *result->d_recurrent);
    memset(result->d_head, 0, engine->stages.head_floats * sizeof *result->d_head);
    result->sums = (sn_loss_sums){0};
    for (size_t place = 0; place < rows; place += GROUP_ROWS)
        gradient_group(engine, task * engine->shard_rows + place,
                       sn_smaller(rows - place, GROUP_ROWS), place, ws, result);
}

/* sums[i] = the shards' gradients by the projection of number first + i, in shard order. */
static void sum_projections(const sn_ragged_engine *engine, size_t first, size_t count, float *sums)
{
    const size_t columns = engine->packed.columns;
    for (size_t i = 0; i < count; i++) {
        float *const sum = sums + i * columns;
        memset(sum, 0, columns * sizeof *sum);
        for (size_t s = 0; s < engine->shard_count; s++) {
            const int32_t slot = engine->shards[s].slots[first + i];
            if (slot >= 0)
                sn_vec_add(sum, engine->shards[s].d_projections + (size_t)slot * columns, columns);
        }
    }
}

/* From the gradients by the projections of some ids (sums [count, G width]) to those by the rows of
 * the embedding, and to the range's share of kernel and bias. */
static void embedding_gradients(const sn_ragged_engine *engine, const int32_t *ids, size_t count,
                                const float *sums, sn_ragged_workspace *ws,
                                const sn_range_result *range)
{
    const size_t columns = engine->packed.columns, features = engine->packed.features;
    float *const d_table = engine->gradients + engine->stages.embedding->offsets[0];
    for (size_t i = 0; i < count; i++) {
        memcpy(ws->range_embeddings + i * features,
               engine->packed.table + (size_t)ids[i] * features, features * sizeof *d_table);
        sn_vec_add(range->d_bias, sums + i * columns, columns);
    }
    sn_gemm(SN_TRANSPOSED, SN_AS_IS, features, columns, count, ws->range_embeddings, sums, 1.0F,
            range->d_kernel);
    sn_gemm(SN_AS_IS, SN_AS_IS, count, features, columns, sums, engine->packed.kernel_transposed,
            0.0F, ws->range_d_embeddings);
    for (size_t i = 0; i < count; i++)
        sn_vec_add(d_table + (size_t)ids[i] * features, ws->range_d_embeddings + i * features,
                   features);
}

static void clear_range(const sn_ragged_engine *engine, const sn_range_result *range)
{
    const size_t columns = engine->packed.columns;
    memset(range->d_kernel, 0, engine->packed.features * columns * sizeof *range->d_kernel);
    memset(range->d_bias, 0, columns * sizeof *range->d_bias);
}

/* The pad prefix takes longest and comes first. */
static void embedding_task(sn_ragged_engine *engine, size_t task, sn_ragged_workspace *ws)
{
    if (engine->last_wave && task-- == 0) {
        if (engine->prefix.steps)
            sn_pad_prefix_backward(&engine->prefix);
        return;
    }
    const sn_range_result *const range = &engine->ranges[task];
    const size_t last = engine->ids.used * (task + 1) / RANGES;
    if (engine->first_wave)
        clear_range(engine, range);
    for (size_t first = engine->ids.used * task / RANGES; first < last; first += RANGE_IDS) {
        const size_t count = sn_smaller(last - first, RANGE_IDS);
        sum_projections(engine, first, count, ws->range_sums);
        embedding_gradients(engine, engine->ids.ids + first, count, ws->range_sums, ws, range);
    }
}

static size_t count_clears(const sn_ragged_engine *engine)
{
    if (engine->touched)
        return sn_pieces(engine->touched->used, CLEAR_ROWS);
    return sn_pieces(engine->stages.embedding->parameters, CLEAR_FLOATS);
}

/* Part of the embedding's gradient becomes zero; what is not touched is so already. */
static void clear_gradients(const sn_ragged_engine *engine, size_t task)
{
    const sn_layer *const embedding = engine->stages.embedding;
    const size_t features = engine->packed.features;
    float *const d_table = engine->gradients + embedding->offsets[0];
    if (!engine->touched) {
        const size_t first = task * CLEAR_FLOATS;
        memset(d_table + first, 0,
               sn_smaller(embedding->parameters - first, CLEAR_FLOATS) * sizeof *d_table);
        return;
    }
    const size_t last = sn_smaller(engine->touched->used, (task + 1) * CLEAR_ROWS);
    for (size_t i = task * CLEAR_ROWS; i < last; i++)
        memset(d_table + (size_t)engine->touched->ids[i] * features, 0, features * sizeof *d_table);
}

/* Takes down which rows of the embedding's gradient the wave writes. */
static void touch_rows(sn_ragged_engine *engine)
{
    if (!engine->touched)
        return;
    if (engine->first_wave)
        engine->touched->used = 0;
    for (size_t i = 0; i < engine->ids.used; i++)
        sn_id_set_add(engine->touched, engine->ids.ids[i]);
    if (engine->most_pads)
        sn_id_set_add(engine->touched, 0);
}

/* The wave's distinct ids, the pad prefix, and room for the embedding's gradient. */
static void index_task(sn_ragged_engine *engine, size_t task, sn_ragged_workspace *ws)
{
    (void)ws;
    if (task == 0) {
        sn_id_set_add_rows(&engine->ids, engine->rows, engine->row_count);
    } else if (task == 1) {
        if (engine->most_pads)
            sn_pad_prefix_extend(&engine->prefix, engine->most_pads);
    } else {
        clear_gradients(engine, task - 2);
    }
}

/* Rows hand their gradients by the states they started from to the pad prefix. */
static void collect_starts(sn_ragged_engine *engine, size_t shard)
{
    const sn_shard_result *const result = &engine->shards[shard];
    const size_t width = engine->packed.width;
    for (size_t r = 0; r < sn_ragged_shard_rows(engine, shard); r++) {
        const size_t pads = engine->rows[shard * engine->shard_rows + r].pads;
        if (pads)
            sn_pad_prefix_add_gradients(&engine->prefix, pads, result->d_start_hidden + r * width,
                                        result->d_start_carry ? result->d_start_carry + r * width
                                                              : NULL);
    }
}

/* Adds what the shards of the wave hand on, in their order. */
static void collect_shards(sn_ragged_engine *engine, sn_loss_sums *sums)
{
    float *const d_head = engine->gradients + engine->stages.head_start;
    for (size_t s = 0; s < engine->shard_count; s++) {
        const sn_shard_result *const result = &engine->shards[s];
        sums->loss += result->sums.loss;
        sums->correct += result->sums.correct;
        sn_vec_add(engine->d_recurrent, result->d_recurrent, sn_ragged_recurrent_floats(engine));
        sn_vec_add(d_head, result->d_head, engine->stages.head_floats);
        collect_starts(engine, s);
    }
}

static void run_wave(sn_ragged_engine *engine, sn_loss_sums *sums)
{
    const size_t clears = engine->first_wave ? count_clears(engine) : 0;
    engine->ids.used = engine->projected = 0;
    sn_ragged_run(engine, index_task, 2 + clears);
    touch_rows(engine);
    sn_ragged_project(engine);
    sn_ragged_run(engine, gradient_task, engine->shard_count);
    const unsigned before = sn_subnormals_flush();
    collect_shards(engine, sums);
    sn_subnormals_restore(before);
    sn_ragged_run(engine, embedding_task, RANGES + engine->last_wave);
    engine->projected = 0; /* the table holds this wave's ids only: scoring starts anew */
    engine->ids.used = 0;
}

/* Adds the shares of the ranges and of the pad prefix and writes the recurrent layer's gradients.
 */
static void finish_gradients(sn_ragged_engine *engine, bool has_prefix)
{
    const size_t columns = engine->packed.columns, features = engine->packed.features;
    const sn_range_result total = engine->ranges[0];
    for (size_t i = 1; i < RANGES; i++) {
        sn_vec_add(total.d_kernel, engine->ranges[i].d_kernel, features * columns);
        sn_vec_add(total.d_bias, engine->ranges[i].d_bias, columns);
    }
    if (has_prefix) {
        const int32_t pad = 0;
        sn_vec_add(engine->d_recurrent, engine->prefix.d_recurrent,
                   sn_ragged_recurrent_floats(engine));
        embedding_gradients(engine, &pad, 1, engine->prefix.d_projection, &engine->workspaces[0],
                            &total);
    }
    sn_packed_cell_store_gradients(&engine->packed, engine->stages.recurrent, total.d_kernel,
                                   engine->d_recurrent, total.d_bias, engine->gradients);
}

void sn_ragged_gradients(sn_engine *base, const sn_minibatch *batch, float *gradients,
                         sn_id_set *touched, sn_loss_sums *sums)
{
    sn_ragged_engine *const engine = (sn_ragged_engine *)base;
    engine->batch = batch;
    engine->gradients = gradients;
    engine->touched = touched;
    sn_pad_prefix_reset(&engine->prefix);
    memset(engine->d_recurrent, 0,
           sn_ragged_recurrent_floats(engine) * sizeof *engine->d_recurrent);
    memset(gradients + engine->stages.head_start, 0,
           engine->stages.head_floats * sizeof *gradients);
    bool has_prefix = false;
    for (size_t first = 0; first < batch->count; first += WAVE_ROWS) {
        sn_ragged_load_rows(engine, first, sn_smaller(batch->count - first, WAVE_ROWS),
                            !sn_ragged_drops(engine));
        engine->first_wave = first == 0;
        engine->last_wave = first + WAVE_ROWS >= batch->count;
        engine->most_pads = sn_ragged_most_pads(engine);
        has_prefix = has_prefix || engine->most_pads;
        run_wave(engine, sums);
    }
    const unsigned before = sn_subnormals_flush();
    finish_gradients(engine, has_prefix);
    sn_subnormals_restore(before);
}
