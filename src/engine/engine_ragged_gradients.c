/* Training with the ragged engine: see engine_ragged.c for the phases. */
#include "stage.h"

#include <string.h>

#include "dropout.h"
#include "vec.h"

#include "banned.h"

/* Gives each of the shard's ids a row of its gradients by projections, whose numbers are
 * ws->slots[number of the id], and clears these rows. Numbered on its own, a shard's ids are few
 * enough for its rows to stay in the second-level cache. */
static void number_ids(const sn_ragged_engine *engine, sn_ragged_workspace *ws,
                       sn_shard_result *result)
{
    size_t used = 0, range = 0;
    for (size_t word = 0; word < engine->words; word++)
        for (uint64_t bits = result->bits[word]; bits; bits &= bits - 1) {
            const size_t id = word * SN_WORD_BITS + (size_t)__builtin_ctzll(bits);
            const size_t number = (size_t)engine->ids.slots[id];
            while (number >= engine->range_firsts[range])
                result->range_slots[range++] = (uint32_t)used;
            ws->slots[number] = (int32_t)used++;
        }
    while (range <= SN_ID_RANGES)
        result->range_slots[range++] = (uint32_t)used;
    for (size_t i = 0; i < engine->projector_count; i++)
        memset(result->d_projections[i], 0,
               used * engine->projectors[i].columns * sizeof *result->d_projections[i]);
}

/* From the numbers of the group's tokens to rows of the shard's gradients, in place. */
static void renumber(sn_group *group, const int32_t *slots, int32_t *tokens)
{
    const sn_ragged_shard *const shape = &group->spaces[0].sequence.shape;
    for (size_t i = 0; i < shape->starts[shape->steps]; i++)
        tokens[i] = slots[tokens[i]];
    if (group->pad_token >= 0)
        group->pad_token = slots[group->pad_token];
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

/* Forward, loss and backward for a shard. */
static void gradient_task(sn_ragged_engine *engine, size_t task, sn_ragged_workspace *ws)
{
    size_t numbers[GROUP_ROWS];
    sn_shard_result *const result = &engine->shards[task];
    const size_t first = task * engine->shard_rows, count = sn_ragged_shard_rows(engine, task);
    for (size_t r = 0; r < count; r++)
        numbers[r] = engine->rows[first + r].index;
    const sn_pass pass = {.batch = count,
                          .weights = engine->weights,
                          .gradients = result->d_own,
                          .gradients_from = engine->own_start,
                          .dropout_key = engine->batch->dropout_key,
                          .row_numbers = numbers};
    sn_group group = {.rows = engine->rows + first,
                      .pass = &pass,
                      .trains = true,
                      .pad_token = sn_ragged_pad_token(engine, engine),
                      .times = engine->needs_times ? ws->times : NULL,
                      .spaces = ws->spaces,
                      .shares = result->shares,
                      .owner = engine,
                      .d_projections = result->d_projections};
    memset(result->sums, 0, engine->sum_floats * sizeof *result->sums);
    result->loss = (sn_loss_sums){0};
    sn_ragged_fill_group(engine, &group, ws);
    sn_ragged_forward_group(engine, &group);
    loss_of_rows(engine, &group, &result->loss);
    begin_backward(engine, &group);
    number_ids(engine, ws, result);
    renumber(&group, ws->slots, ws->tokens);
    backward_group(engine, &group);
}

/* Adds part of the shards' sums to the totals. */
static void sum_shards(sn_ragged_engine *engine, size_t first)
{
    float *sums[WAVE_SHARDS];
    const size_t count = sn_smaller(engine->sum_floats - first, SUM_FLOATS);
    for (size_t s = 0; s < engine->shard_count; s++)
        sums[s] = engine->shards[s].sums;
    sn_tree_sum(sums, NULL, engine->shard_count, first, count);
    if (engine->first_wave)
        memcpy(engine->totals + first, sums[0] + first, count * sizeof *sums[0]);
    else
        sn_vec_add(engine->totals + first, sums[0] + first, count);
}

static void collect_shards(sn_ragged_engine *engine)
{
    for (size_t i = 0; i < engine->network->count; i++)
        for (size_t s = 0; engine->stages[i].ops->collect && s < engine->shard_count; s++)
            engine->stages[i].ops->collect(engine, &engine->stages[i], s);
}

static void sum_task(sn_ragged_engine *engine, size_t task, sn_ragged_workspace *ws)
{
    (void)ws;
    if (task == 0)
        collect_shards(engine);
    else
        sum_shards(engine, (task - 1) * SUM_FLOATS);
}

static void pads_backward(sn_ragged_engine *engine)
{
    for (size_t i = engine->network->count; engine->has_pads && i-- > 0;)
        if (engine->stages[i].ops->pads_backward)
            engine->stages[i].ops->pads_backward(engine, &engine->stages[i]);
}

/* Takes the gradients of a range of the wave's ids back to the embedding. */
static void range_backward(sn_ragged_engine *engine, size_t range, sn_ragged_workspace *ws)
{
    sn_shard_sums sums[WAVE_SHARDS];
    const size_t last = engine->range_firsts[range + 1];
    for (size_t s = 0; s < engine->shard_count; s++)
        sums[s] = (sn_shard_sums){.bits = engine->shards[s].bits,
                                  .rows = engine->shards[s].d_projections,
                                  .next = engine->shards[s].range_slots[range]};
    for (size_t i = 0; engine->first_wave && i < engine->projector_count; i++)
        sn_projector_clear_range(&engine->projectors[i], range);
    for (size_t first = engine->range_firsts[range]; first < last; first += SN_RANGE_IDS) {
        sn_shared_ids_find(&ws->scratch.shared, &engine->ids, first,
                           sn_smaller(last - first, SN_RANGE_IDS), sums, engine->shard_count);
        for (size_t i = 0; i < engine->projector_count; i++)
            sn_projector_backward(&engine->projectors[i], i, &engine->ids, range, sums,
                                  &ws->scratch,
                                  engine->gradients + engine->network->layers[0].offsets[0]);
    }
}

/* The pads take longest and come first. */
static void embedding_task(sn_ragged_engine *engine, size_t task, sn_ragged_workspace *ws)
{
    if (!engine->last_wave)
        range_backward(engine, task, ws);
    else if (task == 0)
        pads_backward(engine);
    else
        range_backward(engine, task - 1, ws);
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

/* The ids of a shard, and id 0 where pads are tokens. */
static void mark_ids(sn_ragged_engine *engine, size_t shard)
{
    uint64_t *const bits = engine->shards[shard].bits;
    memset(bits, 0, engine->words * sizeof *bits);
    sn_ragged_mark_ids(engine->rows + shard * engine->shard_rows,
                       sn_ragged_shard_rows(engine, shard), bits);
    if (engine->needs_pad_token && engine->most_pads)
        sn_id_bits_add(bits, 0);
}

/* What pads become, which takes longest, the shards' ids, and room for the embedding's gradient. */
static void index_task(sn_ragged_engine *engine, size_t task, sn_ragged_workspace *ws)
{
    (void)ws;
    if (task == 0) {
        if (engine->most_pads)
            sn_ragged_extend_pads(engine, engine->most_pads);
    } else if (task <= engine->shard_count) {
        mark_ids(engine, task - 1);
    } else {
        clear_gradients(engine, task - 1 - engine->shard_count);
    }
}

/* Numbers the wave's ids and divides them into ranges. */
static void index_ids(sn_ragged_engine *engine)
{
    sn_id_set_unite(&engine->ids, engine->bits, engine->shard_count, engine->words);
    for (size_t range = 0; range <= SN_ID_RANGES; range++)
        engine->range_firsts[range] = engine->ids.used * range / SN_ID_RANGES;
}

static void add_losses(const sn_ragged_engine *engine, sn_loss_sums *sums)
{
    double losses[WAVE_SHARDS];
    for (size_t s = 0; s < engine->shard_count; s++) {
        const sn_loss_sums *const loss = &engine->shards[s].loss;
        losses[s] = loss->loss;
        sums->correct += loss->correct;
        sums->marks += loss->marks;
    }
    sums->loss += sn_tree_sum_numbers(losses, engine->shard_count);
}

static void run_wave(sn_ragged_engine *engine, sn_loss_sums *sums)
{
    const size_t clears = engine->first_wave ? count_clears(engine) : 0;
    sn_ragged_run(engine, index_task, 1 + engine->shard_count + clears);
    index_ids(engine);
    touch_rows(engine);
    engine->projected = 0;
    sn_ragged_project(engine);
    sn_ragged_run(engine, gradient_task, engine->shard_count);
    sn_ragged_run(engine, sum_task, 1 + sn_pieces(engine->sum_floats, SUM_FLOATS));
    sn_ragged_run(engine, embedding_task, SN_ID_RANGES + engine->last_wave);
    add_losses(engine, sums);
    engine->projected = 0; /* the tables hold this wave's ids only: scoring starts anew */
    engine->ids.used = 0;
}

static void finish_task(sn_ragged_engine *engine, size_t task, sn_ragged_workspace *ws)
{
    (void)ws;
    for (size_t i = 0; i < engine->projector_count; i++) {
        const size_t tasks = sn_projector_sum_tasks(&engine->projectors[i]);
        if (task < tasks) {
            sn_projector_sum_ranges(&engine->projectors[i], task);
            return;
        }
        task -= tasks;
    }
}

/* Adds up the ranges, adds what pads give, and writes the layers' gradients. */
static void finish_gradients(sn_ragged_engine *engine)
{
    size_t tasks = 0;
    for (size_t i = 0; i < engine->projector_count; i++)
        tasks += sn_projector_sum_tasks(&engine->projectors[i]);
    sn_ragged_run(engine, finish_task, tasks);
    const unsigned before = sn_subnormals_flush();
    for (size_t i = 0; engine->has_pads && i < engine->projector_count; i++)
        sn_projector_add_pad(&engine->projectors[i], &engine->workspaces[0].scratch,
                             engine->gradients + engine->network->layers[0].offsets[0]);
    if (engine->own_floats)
        memcpy(engine->gradients + engine->own_start, engine->d_own,
               engine->own_floats * sizeof *engine->gradients);
    for (size_t i = 0; i < engine->network->count; i++)
        if (engine->stages[i].ops->finish)
            engine->stages[i].ops->finish(engine, &engine->stages[i]);
    sn_subnormals_restore(before);
}

void sn_ragged_gradients(sn_engine *base, const sn_minibatch *batch, float *gradients,
                         sn_id_set *touched, sn_loss_sums *sums)
{
    sn_ragged_engine *const engine = (sn_ragged_engine *)base;
    engine->batch = batch;
    engine->gradients = gradients;
    engine->touched = touched;
    for (size_t i = 0; i < engine->network->count; i++)
        if (engine->stages[i].ops->begin)
            engine->stages[i].ops->begin(engine, &engine->stages[i]);
    engine->has_pads = false;
    for (size_t first = 0; first < batch->count; first += WAVE_ROWS) {
        sn_ragged_load_rows(engine, first, sn_smaller(batch->count - first, WAVE_ROWS), GROUP_ROWS,
                            engine->shares_training);
        engine->first_wave = first == 0;
        engine->last_wave = first + WAVE_ROWS >= batch->count;
        engine->most_pads = sn_ragged_most_pads(engine);
        engine->has_pads |= engine->most_pads > 0;
        run_wave(engine, sums);
    }
    finish_gradients(engine);
}
