/* Training with the ragged engine: see engine_ragged.c for the phases. */
#include "stage.h"

#include <string.h>

#include "dropout.h"
#include "vec.h"

#include "banned.h"

/* A token's row of the shard's gradients by projections; clears that of an id that is new to the
 * shard. */
static int32_t slot_of(const sn_ragged_engine *engine, sn_shard_result *result, int32_t number)
{
    int32_t *const slot = &result->slots[number];
    if (*slot >= 0)
        return *slot;
    *slot = (int32_t)result->used++;
    for (size_t i = 0; i < engine->projector_count; i++) {
        const size_t columns = engine->projectors[i].columns;
        memset(result->d_projections[i] + (size_t)*slot * columns, 0,
               columns * sizeof *result->d_projections[i]);
    }
    return *slot;
}

/* From the numbers of the group's tokens to rows of the shard's gradients, in place. Numbered on
 * its own, a shard's ids are few enough for its rows to stay in the second-level cache. */
static void renumber(const sn_ragged_engine *engine, sn_group *group, int32_t *tokens,
                     sn_shard_result *result)
{
    const sn_ragged_shard *const shape = &group->spaces[0].sequence.shape;
    for (size_t i = 0; i < shape->starts[shape->steps]; i++)
        tokens[i] = slot_of(engine, result, tokens[i]);
    if (group->pad_token >= 0)
        group->pad_token = slot_of(engine, result, group->pad_token);
}

static void loss_of_rows(const sn_ragged_engine *engine, const sn_group *group, sn_loss_sums *sums)
{
    const sn_minibatch *const batch = engine->batch;
    const sn_stage_space *const space = &group->spaces[engine->network->count - 1];
    const size_t count = group->pass->batch;
    int32_t labels[GROUP_ROWS];
    float weights[GROUP_ROWS];
    for (size_t r = 0; r < count; r++) {
        const size_t index = group->rows[r].index;
        labels[r] = batch->labels[index];
        weights[r] = batch->weights ? batch->weights[index] : 1.0F;
    }
    sn_rows_loss(space->vector.x, engine->network->outputs, batch->sets, labels, weights, count,
                 1.0F / (float)batch->count, space->d_vector, sums);
}

/* Clears the gradients that several stages add to. */
static void begin_backward(const sn_ragged_engine *engine, const sn_group *group)
{
    for (size_t i = 0; i < engine->network->count; i++) {
        const sn_stage *const stage = &engine->stages[i];
        const sn_stage_space *const space = &group->spaces[i];
        const sn_sequence *const sequence = &space->sequence;
        if (stage->is_sequence && sequence->d_x)
            memset(sequence->d_x, 0,
                   sn_sequence_rows(sequence) * sequence->stride * sizeof *sequence->d_x);
        else if (!stage->is_sequence && engine->network->is_summed[i])
            memset(space->d_vector, 0,
                   group->pass->batch * stage->layer->output.features * sizeof *space->d_vector);
    }
}

static void backward_group(const sn_ragged_engine *engine, const sn_group *group)
{
    for (size_t i = engine->network->count; i-- > 0;)
        if (engine->stages[i].ops->backward)
            engine->stages[i].ops->backward(engine, &engine->stages[i], group);
}

/* Forward, loss and backward for the wave's rows first .. first + count, which are those from
 * `place` on in their shard. */
static void gradient_group(const sn_ragged_engine *engine, size_t first, size_t count, size_t place,
                           sn_ragged_workspace *ws, sn_shard_result *result)
{
    size_t numbers[GROUP_ROWS];
    for (size_t r = 0; r < count; r++)
        numbers[r] = engine->rows[first + r].index;
    const sn_pass pass = {.batch = count,
                          .weights = engine->weights,
                          .gradients = result->d_own,
                          .gradients_from = engine->own_start,
                          .dropout_key = engine->batch->dropout_key,
                          .row_numbers = numbers};
    sn_group group = {.rows = engine->rows + first,
                      .place = place,
                      .pass = &pass,
                      .trains = true,
                      .pad_token = sn_ragged_pad_token(engine, engine),
                      .times = engine->needs_times ? ws->times : NULL,
                      .spaces = ws->spaces,
                      .shares = result->shares,
                      .owner = engine,
                      .d_projections = result->d_projections};
    sn_ragged_fill_group(engine, &group, ws);
    sn_ragged_forward_group(engine, &group);
    loss_of_rows(engine, &group, &result->sums);
    begin_backward(engine, &group);
    renumber(engine, &group, ws->tokens, result);
    backward_group(engine, &group);
}

static void clear_sums(const sn_stage_sums *sums)
{
    if (sums->count)
        memset(sums->floats, 0, sums->count * sizeof *sums->floats);
}

static void gradient_task(sn_ragged_engine *engine, size_t task, sn_ragged_workspace *ws)
{
    sn_shard_result *const result = &engine->shards[task];
    const size_t rows = sn_ragged_shard_rows(engine, task);
    memset(result->slots, 0xff, engine->ids.used * sizeof *result->slots); /* all below 0 */
    result->used = 0;
    memset(result->d_own, 0, engine->own_floats * sizeof *result->d_own);
    result->sums = (sn_loss_sums){0};
    for (size_t i = 0; i < engine->network->count; i++)
        clear_sums(&result->shares[i].sums);
    for (size_t place = 0; place < rows; place += GROUP_ROWS)
        gradient_group(engine, task * engine->shard_rows + place,
                       sn_smaller(rows - place, GROUP_ROWS), place, ws, result);
}

static void pads_backward(sn_ragged_engine *engine)
{
    for (size_t i = engine->network->count; engine->has_pads && i-- > 0;)
        if (engine->stages[i].ops->pads_backward)
            engine->stages[i].ops->pads_backward(engine, &engine->stages[i]);
}

/* The pads take longest and come first. */
static void embedding_task(sn_ragged_engine *engine, size_t task, sn_ragged_workspace *ws)
{
    sn_shard_sums sums[WAVE_SHARDS];
    if (engine->last_wave && task-- == 0) {
        pads_backward(engine);
        return;
    }
    for (size_t s = 0; s < engine->shard_count; s++)
        sums[s] = (sn_shard_sums){engine->shards[s].slots, engine->shards[s].d_projections};
    for (size_t i = 0; i < engine->projector_count; i++) {
        if (engine->first_wave)
            sn_projector_clear_range(&engine->projectors[i], task);
        sn_projector_backward(&engine->projectors[i], i, &engine->ids, task, sums,
                              engine->shard_count, &ws->scratch,
                              engine->gradients + engine->network->layers[0].offsets[0]);
    }
}

static size_t count_clears(const sn_ragged_engine *engine)
{
    if (engine->touched)
        return sn_pieces(engine->touched->used, CLEAR_ROWS);
    return sn_pieces(engine->network->layers[0].parameters, CLEAR_FLOATS);
}

/* Part of the embedding's gradient becomes zero; what is not touched is so already. */
static void clear_gradients(const sn_ragged_engine *engine, size_t task)
{
    const sn_layer *const embedding = &engine->network->layers[0];
    const size_t features = embedding->output.features;
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

/* The wave's distinct ids, what pads become, and room for the embedding's gradient. */
static void index_task(sn_ragged_engine *engine, size_t task, sn_ragged_workspace *ws)
{
    (void)ws;
    if (task == 0) {
        sn_id_set_add_rows(&engine->ids, engine->rows, engine->row_count);
        if (engine->needs_pad_token && engine->most_pads)
            sn_id_set_add(&engine->ids, 0);
    } else if (task == 1) {
        if (engine->most_pads)
            sn_ragged_extend_pads(engine, engine->most_pads);
    } else {
        clear_gradients(engine, task - 2);
    }
}

static void collect_shard(sn_ragged_engine *engine, sn_stage *stage, size_t shard)
{
    const sn_stage_sums *const sums = &engine->shards[shard].shares[stage->number].sums;
    sn_vec_add(stage->sums.floats, sums->floats, sums->count);
    if (stage->ops->collect)
        stage->ops->collect(engine, stage, shard);
}

/* Adds what the shards of the wave hand on, in their order. */
static void collect_shards(sn_ragged_engine *engine, sn_loss_sums *sums)
{
    for (size_t s = 0; s < engine->shard_count; s++) {
        const sn_shard_result *const result = &engine->shards[s];
        sums->loss += result->sums.loss;
        sums->correct += result->sums.correct;
        sums->marks += result->sums.marks;
        sn_vec_add(engine->gradients + engine->own_start, result->d_own, engine->own_floats);
        for (size_t i = 0; i < engine->network->count; i++)
            collect_shard(engine, &engine->stages[i], s);
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
    sn_ragged_run(engine, embedding_task, SN_ID_RANGES + engine->last_wave);
    engine->projected = 0; /* the tables hold this wave's ids only: scoring starts anew */
    engine->ids.used = 0;
}

/* Adds the shares of the ranges and of the pads and writes the layers' gradients. */
static void finish_gradients(sn_ragged_engine *engine)
{
    for (size_t i = 0; i < engine->projector_count; i++)
        sn_projector_finish(&engine->projectors[i], engine->has_pads,
                            &engine->workspaces[0].scratch,
                            engine->gradients + engine->network->layers[0].offsets[0]);
    for (size_t i = 0; i < engine->network->count; i++)
        if (engine->stages[i].ops->finish)
            engine->stages[i].ops->finish(engine, &engine->stages[i]);
}

void sn_ragged_gradients(sn_engine *base, const sn_minibatch *batch, float *gradients,
                         sn_id_set *touched, sn_loss_sums *sums)
{
    sn_ragged_engine *const engine = (sn_ragged_engine *)base;
    engine->batch = batch;
    engine->gradients = gradients;
    engine->touched = touched;
    for (size_t i = 0; i < engine->network->count; i++) {
        clear_sums(&engine->stages[i].sums);
        if (engine->stages[i].ops->begin)
            engine->stages[i].ops->begin(engine, &engine->stages[i]);
    }
    memset(gradients + engine->own_start, 0, engine->own_floats * sizeof *gradients);
    engine->has_pads = false;
    for (size_t first = 0; first < batch->count; first += WAVE_ROWS) {
        sn_ragged_load_rows(engine, first, sn_smaller(batch->count - first, WAVE_ROWS),
                            engine->shares_training);
        engine->first_wave = first == 0;
        engine->last_wave = first + WAVE_ROWS >= batch->count;
        engine->most_pads = sn_ragged_most_pads(engine);
        engine->has_pads |= engine->most_pads > 0;
        run_wave(engine, sums);
    }
    const unsigned before = sn_subnormals_flush();
    finish_gradients(engine);
    sn_subnormals_restore(before);
}
