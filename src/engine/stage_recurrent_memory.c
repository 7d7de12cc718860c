/* The memory of recurrent stages: see stage_recurrent.c. */
#include "stage_recurrent.h"

#include "memory.h"

#include "banned.h"

/* Floats between the arrays of states and those of gates. A step walks through all of them at the
 * same time, and arrays that begin at the same place in a page would wait for each other. */
enum { SKEW = 544 };

/* Whether training scales the states of the layer. */
static bool may_drop(const sn_ragged_engine *engine, const sn_stage *stage)
{
    return stage->layer->spec.recurrent.recurrent_dropout > 0.0 && engine->trains;
}

bool sn_recurrent_gives_tape(const sn_ragged_engine *engine, const sn_stage *stage)
{
    return stage->is_sequence && stage->recurrent.run_count == 1 && !may_drop(engine, stage);
}

bool sn_run_projects_in_place(const sn_ragged_engine *engine, const sn_run *run)
{
    return engine->trains && !sn_packed_works_in_tape(&run->packed);
}

bool sn_run_gates_are_gradients(const sn_run *run, size_t direction)
{
    return direction == 0 && !sn_cell_keeps_products(run->packed.cell);
}

/* Whether a tape of all tokens is kept even when only scoring. */
static bool keeps_tokens(const sn_ragged_engine *engine, const sn_stage *stage)
{
    return engine->trains || stage->is_sequence;
}

/* Whether maxima, or sums, of the states are pooled. */
static bool pools_max(const sn_stage *stage)
{
    const sn_stage *const pooling = stage->recurrent.pooling;
    return pooling && sn_pools_max(pooling->layer->spec.pooling.mode);
}

static bool pools_mean(const sn_stage *stage)
{
    const sn_stage *const pooling = stage->recurrent.pooling;
    return pooling && sn_pools_mean(pooling->layer->spec.pooling.mode);
}

static void lay_out_run(sn_ragged_engine *engine, sn_stage *stage, size_t direction, float *block,
                        size_t *used)
{
    sn_run *const run = &stage->recurrent.runs[direction];
    float *const packed = sn_carve(block, used, sn_packed_cell_size(&run->packed));
    if (block)
        sn_packed_cell_lay_out(&run->packed, packed);
    if (run->projector)
        sn_projector_lay_out(run->projector, engine->capacity, engine->trains, block, used);
    if (direction > 0)
        return;
    const sn_pad_prefix_plan plan = {.packed = &run->packed,
                                     .below = engine->stages[stage->inputs[0]].prefix,
                                     .time = stage->layer->input.time,
                                     .trains = engine->trains,
                                     .pools_max = pools_max(stage),
                                     .pools_mean = pools_mean(stage)};
    *used += sn_pad_prefix_init(&run->prefix, &plan, sn_float_at(block, *used));
}

void sn_recurrent_lay_out(sn_ragged_engine *engine, sn_stage *stage, float *block, size_t *used)
{
    const size_t tokens = stage->layer->input.time * SN_SHARD_ROWS;
    if (!sn_stage_takes_ids(stage))
        stage->recurrent.in_order = sn_carve_ids(block, used, tokens);
    for (size_t i = 0; block && !sn_stage_takes_ids(stage) && i < tokens; i++)
        stage->recurrent.in_order[i] = (int32_t)i;
    for (size_t i = 0; i < stage->recurrent.run_count; i++)
        lay_out_run(engine, stage, i, block, used);
}

/* What pooling needs; scoring keeps running maxima and sums only. */
static void lay_out_pooling(const sn_ragged_engine *engine, const sn_stage *stage,
                            sn_pooled *pooled, float *block, size_t *used)
{
    const size_t state = SN_SHARD_ROWS * stage->recurrent.runs[0].packed.width;
    const bool trains = engine->trains;
    *pooled = (sn_pooled){0};
    if (pools_max(stage)) {
        pooled->most = sn_carve(block, used, state);
        pooled->at = trains ? sn_carve(block, used, state) : NULL;
        pooled->d_most = trains ? sn_carve(block, used, state) : NULL;
    }
    if (pools_mean(stage)) {
        pooled->sum = sn_carve(block, used, state);
        pooled->d_sum = trains ? sn_carve(block, used, state) : NULL;
    }
}

static void lay_out_tape(const sn_ragged_engine *engine, const sn_stage *stage, const sn_run *run,
                         sn_run_space *space, float *block, size_t *used)
{
    const sn_packed_cell *const packed = &run->packed;
    const size_t width = packed->width, state = SN_SHARD_ROWS * width;
    const size_t kept = keeps_tokens(engine, stage) ? sn_ragged_group_tokens(engine) : 0;
    /* A step of scoring has as many rows as a shard, which may be more than a group has tokens. */
    const size_t taped = sn_packed_works_in_tape(packed) ? sn_larger(kept, SN_SHARD_ROWS)
                         : engine->trains                ? kept
                                                         : 0;
    const bool is_backward = run != stage->recurrent.runs, drops_states = may_drop(engine, stage);
    sn_ragged_tape *const tape = &space->tape;
    tape->hidden = sn_carve(block, used, kept * width + 2 * state);
    tape->carry = sn_ragged_needs_carry(packed->cell, drops_states)
                      ? sn_carve(block, used, kept * width + 2 * state)
                      : NULL;
    (void)sn_carve(block, used, SKEW);
    tape->gates = taped ? sn_carve(block, used, taped * packed->columns) : NULL;
    tape->memo = taped ? sn_carve(block, used, taped * width) : NULL;
    tape->final = is_backward ? sn_carve(block, used, state) : NULL;
    const bool copies = stage->is_sequence && !sn_recurrent_gives_tape(engine, stage);
    tape->outputs = copies ? sn_carve(block, used, kept * width) : NULL;
    if (!engine->trains)
        return;
    tape->d_hidden = sn_carve(block, used, state);
    tape->d_carry = packed->cell->carries ? sn_carve(block, used, state) : NULL;
    space->scale = drops_states ? sn_carve(block, used, state) : NULL;
    tape->unscaled = drops_states ? sn_carve(block, used, state) : NULL;
    space->d_outputs = copies ? sn_carve(block, used, kept * width) : NULL;
}

static void lay_out_run_space(const sn_ragged_engine *engine, const sn_stage *stage,
                              const sn_run *run, sn_run_space *space, float *block, size_t *used)
{
    const size_t columns = run->packed.columns;
    const size_t tokens = sn_ragged_group_tokens(engine);
    const bool is_backward = run != stage->recurrent.runs;
    lay_out_tape(engine, stage, run, space, block, used);
    if (is_backward)
        space->starts = sn_carve_sizes(block, used, engine->network->time + 1);
    if (is_backward || !run->projector)
        space->tokens = sn_carve_ids(block, used, engine->network->time * SN_SHARD_ROWS);
    if (run->projector)
        return;
    if (!sn_run_projects_in_place(engine, run))
        space->projections = sn_carve(block, used, tokens * columns);
    if (engine->trains && !sn_run_gates_are_gradients(run, is_backward))
        space->d_projections = sn_carve(block, used, (tokens + SN_SHARD_ROWS) * columns);
}

void sn_recurrent_lay_out_space(const sn_ragged_engine *engine, const sn_stage *stage,
                                sn_stage_space *space, float *block, size_t *used)
{
    const sn_recurrent_stage *const recurrent = &stage->recurrent;
    for (size_t i = 0; i < recurrent->run_count; i++)
        lay_out_run_space(engine, stage, &recurrent->runs[i], &space->runs[i], block, used);
    if (recurrent->pooling)
        lay_out_pooling(engine, stage, &space->runs[0].pooled, block, used);
    else if (!stage->is_sequence)
        sn_stage_lay_out_vector(engine, stage, space, block, used);
    else if (!sn_recurrent_gives_tape(engine, stage))
        sn_stage_lay_out_sequence(engine, stage, space, sn_ragged_group_tokens(engine), block,
                                  used);
    if (!sn_recurrent_gives_tape(engine, stage))
        return;
    space->sequence.x = space->runs[0].tape.hidden;
    space->sequence.d_x =
        engine->trains ? sn_carve(block, used,
                                  (sn_ragged_group_tokens(engine) + SN_SHARD_ROWS) * stage->stride)
                       : NULL;
}

void sn_recurrent_lay_out_share(const sn_ragged_engine *engine, const sn_stage *stage,
                                sn_stage_share *share, float *block, size_t *used)
{
    const sn_packed_cell *const packed = &stage->recurrent.runs[0].packed;
    const size_t state = GROUP_ROWS * packed->width;
    (void)engine;
    share->start.pads = sn_carve_sizes(block, used, GROUP_ROWS);
    share->start.d_hidden = sn_carve(block, used, state);
    share->start.d_carry = packed->cell->carries ? sn_carve(block, used, state) : NULL;
    share->start.d_most = pools_max(stage) ? sn_carve(block, used, state) : NULL;
    share->start.at = pools_max(stage) ? sn_carve(block, used, state) : NULL;
    share->start.d_sum = pools_mean(stage) ? sn_carve(block, used, state) : NULL;
}

void sn_recurrent_lay_out_sums(const sn_stage *stage, sn_stage_sums *sums, float *block,
                               size_t *used)
{
    for (size_t i = 0; i < stage->recurrent.run_count; i++) {
        const sn_run *const run = &stage->recurrent.runs[i];
        const size_t columns = run->packed.columns;
        sums->runs[i].d_recurrent =
            sn_carve(block, used, sn_packed_recurrent_rows(&run->packed) * columns);
        if (run->projector)
            continue;
        sums->runs[i].d_kernel = sn_carve(block, used, run->packed.features * columns);
        sums->runs[i].d_bias = sn_carve(block, used, columns);
    }
}
