/*
 * Maxima and means over time, of a stretch of timesteps or of all. Leading pads are a constant
 * vector, taken once: as step -1 of a maximum, times their number in a mean.
 */
#include "stage.h"

#include <math.h>
#include <string.h>

#include "kernels.h"
#include "memory.h"
#include "vec.h"

#include "banned.h"

/* The number of the step that a maximum in the pads has. */
static const float AT_PAD = -1.0F;

static void begin_maximum(float *most, size_t count)
{
    for (size_t i = 0; i < count; i++)
        most[i] = -INFINITY;
}

/* MaxPooling1D. A stretch of nothing but pads has a pad's value, and hands its gradient on. */

static void lay_out_stretches(const sn_ragged_engine *engine, const sn_stage *stage,
                              sn_stage_space *space, float *block, size_t *used)
{
    const size_t rows = stage->layer->output.time * GROUP_ROWS;
    sn_stage_lay_out_sequence(engine, stage, space, rows, block, used);
    space->starts = sn_carve_sizes(block, used, stage->layer->output.time + 1);
    space->pads = sn_carve_sizes(block, used, SN_SHARD_ROWS);
    space->at = engine->trains ? sn_carve(block, used, rows * stage->stride) : NULL;
}

static void pads_backward(sn_ragged_engine *engine, sn_stage *stage)
{
    sn_vec_add(engine->stages[stage->inputs[0]].sums.d_pad, stage->sums.d_pad, stage->stride);
}

/* Where a row's timestep stands in the input: its number from the row's first step that is no
 * leading pad, below 0 for a pad. */
static ptrdiff_t token_of(const sn_ragged_shard *input, size_t row, size_t time)
{
    return (ptrdiff_t)time - (ptrdiff_t)sn_ragged_pads(input, row);
}

static void set_stretches(const sn_stage *stage, const sn_group *group)
{
    const sn_ragged_shard *const input = &sn_stage_input(stage, group)->shape;
    sn_stage_space *const space = &group->spaces[stage->number];
    size_t counts[SN_SHARD_ROWS] = {0};
    for (size_t row = 0; row < input->rows; row++) {
        space->pads[row] = sn_ragged_pads(input, row) / stage->layer->spec.max_pooling1d.pool_size;
        counts[row] = stage->layer->output.time - space->pads[row];
    }
    space->sequence.stride = stage->stride;
    space->sequence.lead = 0;
    sn_ragged_shape(&space->sequence.shape, counts, input->rows, space->starts, space->pads);
}

/* Calls `visit` for each timestep of each stretch that is not all pads: `from` is its vector in the
 * input, NULL for a pad, `to` the stretch's number in the output. */
typedef void visitor(const sn_stage *stage, const sn_group *group, size_t to, size_t time,
                     ptrdiff_t from);

static void visit_stretches(const sn_stage *stage, const sn_group *group, visitor *visit)
{
    const size_t size = stage->layer->spec.max_pooling1d.pool_size;
    const sn_sequence *const input = sn_stage_input(stage, group);
    const sn_sequence *const output = &group->spaces[stage->number].sequence;
    for (size_t row = 0; row < input->shape.rows; row++) {
        const size_t in = sn_sequence_first(input, row), out = sn_sequence_first(output, row);
        for (size_t i = output->shape.pads[row]; i < stage->layer->output.time; i++)
            for (size_t time = i * size; time < (i + 1) * size; time++) {
                const ptrdiff_t token = token_of(&input->shape, row, time);
                const size_t to = sn_sequence_at(output, out + i - output->shape.pads[row], row);
                visit(stage, group, to, time,
                      token < 0 ? -1 : (ptrdiff_t)sn_sequence_at(input, in + (size_t)token, row));
            }
    }
}

static void take_maximum(const sn_stage *stage, const sn_group *group, size_t to, size_t time,
                         ptrdiff_t from)
{
    sn_stage_space *const space = &group->spaces[stage->number];
    const size_t at = to * stage->stride;
    const float *const x =
        from < 0 ? stage->pad : sn_stage_input(stage, group)->x + (size_t)from * stage->stride;
    sn_kernels_best()->maximum(space->sequence.x + at, space->at ? space->at + at : NULL, x,
                               from < 0 ? AT_PAD : (float)time, stage->stride);
}

static void forward(const sn_ragged_engine *engine, const sn_stage *stage, const sn_group *group)
{
    const sn_sequence *const output = &group->spaces[stage->number].sequence;
    (void)engine;
    set_stretches(stage, group);
    begin_maximum(output->x, sn_sequence_rows(output) * stage->stride);
    visit_stretches(stage, group, take_maximum);
}

static void give_maximum(const sn_stage *stage, const sn_group *group, size_t to, size_t time,
                         ptrdiff_t from)
{
    const sn_stage_space *const space = &group->spaces[stage->number];
    const size_t at = to * stage->stride;
    float *const dx = from < 0 ? group->shares[stage->inputs[0]].sums.d_pad
                               : sn_stage_input(stage, group)->d_x + (size_t)from * stage->stride;
    const bool is_first_pad = from < 0 && time % stage->layer->spec.max_pooling1d.pool_size == 0;
    if (from >= 0 || is_first_pad)
        sn_kernels_best()->maximum_backward(dx, space->sequence.d_x + at, space->at + at,
                                            from < 0 ? AT_PAD : (float)time, stage->stride);
}

static void backward(const sn_ragged_engine *engine, const sn_stage *stage, const sn_group *group)
{
    (void)engine;
    visit_stretches(stage, group, give_maximum);
}

const sn_stage_ops sn_stage_max_pool = {.lay_out_space = lay_out_stretches,
                                        .lay_out_sums = sn_stage_lay_out_pad,
                                        .use = sn_stage_use_input_pad,
                                        .forward = forward,
                                        .backward = backward,
                                        .pads_backward = pads_backward};

/* Pooling over all timesteps of a row; with a mask, over those that are not masked. */

static int mode_of(const sn_stage *stage)
{
    return stage->layer->spec.pooling.mode;
}

/* Floats of the input's vectors. */
static size_t input_stride(const sn_ragged_engine *engine, const sn_stage *stage)
{
    return engine->stages[stage->inputs[0]].stride;
}

bool sn_stage_pools_zero(const sn_ragged_engine *engine, const sn_stage *pooling,
                         const sn_group *group, size_t row)
{
    const sn_ragged_row *const r = &group->rows[row];
    const size_t time = engine->network->time;
    if (mode_of(pooling) != SN_POOL_MAX_ALL || !engine->network->mask_zero)
        return false;
    if (pooling->layer->inputs[0]->spec.recurrent.bidirectional)
        return r->count < time;
    return r->length == 0 || r->ids[0] == 0 ||
           (r->length < time && engine->padding.padding == SEQNET_PRE);
}

static void lay_out_pooled(const sn_ragged_engine *engine, const sn_stage *stage,
                           sn_stage_space *space, float *block, size_t *used)
{
    const size_t stride = input_stride(engine, stage), floats = SN_SHARD_ROWS * stride;
    sn_stage_lay_out_vector(engine, stage, space, block, used);
    space->outputs = sn_carve(block, used, floats);
    space->row = sn_carve(block, used, floats);
    space->at = engine->trains ? sn_carve(block, used, floats) : NULL;
    space->d_outputs = engine->trains ? sn_carve(block, used, stride) : NULL;
}

/* Running maxima and sums of all rows, in space->outputs and space->row. */
static void pool_steps(const sn_ragged_engine *engine, const sn_stage *stage, const sn_group *group)
{
    const sn_kernels *const kernels = sn_kernels_best();
    const sn_sequence *const input = sn_stage_input(stage, group);
    const sn_stage_space *const space = &group->spaces[stage->number];
    const size_t stride = input->stride;
    const float *const pad = engine->stages[stage->inputs[0]].pad;
    begin_maximum(space->outputs, input->shape.rows * stride);
    memset(space->row, 0, input->shape.rows * stride * sizeof *space->row);
    for (size_t row = 0; row < input->shape.rows; row++) {
        const size_t pads = sn_ragged_pads(&input->shape, row);
        if (sn_stage_pools_zero(engine, stage, group, row))
            sn_pool_zero(space->outputs + row * stride, sn_float_at(space->at, row * stride),
                         stride);
        if (pads)
            kernels->maximum(space->outputs + row * stride,
                             space->at ? space->at + row * stride : NULL, pad, AT_PAD, stride);
        for (size_t k = 0; pads && k < stride; k++)
            space->row[row * stride + k] = (float)pads * pad[k];
    }
    for (size_t step = 0; step < input->shape.steps; step++) {
        const size_t count = sn_ragged_active(&input->shape, step) * stride;
        const float *const x = input->x + sn_sequence_at(input, step, 0) * stride;
        if (sn_pools_max(mode_of(stage)))
            kernels->maximum(space->outputs, space->at, x, (float)step, count);
        if (sn_pools_mean(mode_of(stage)))
            kernels->add(space->row, x, count);
    }
}

static void global_forward(const sn_ragged_engine *engine, const sn_stage *stage,
                           const sn_group *group)
{
    const sn_sequence *const input = sn_stage_input(stage, group);
    const sn_stage_space *const space = &group->spaces[stage->number];
    const size_t features = stage->layer->input.features, all = stage->layer->output.features;
    pool_steps(engine, stage, group);
    memset(space->vector.x, 0, input->shape.rows * all * sizeof *space->vector.x);
    for (size_t row = 0; row < input->shape.rows; row++) {
        const float steps = (float)sn_sequence_timesteps(input, row);
        float *const to = space->vector.x + row * all, *const mean = to + all - features;
        if (steps > 0.0F && sn_pools_max(mode_of(stage)))
            memcpy(to, space->outputs + row * input->stride, features * sizeof *to);
        for (size_t k = 0; steps > 0.0F && sn_pools_mean(mode_of(stage)) && k < features; k++)
            mean[k] = space->row[row * input->stride + k] / steps;
    }
}

/* The gradients by a row's maxima and by its sum, each padded to the stride. */
static void gradients_of_row(const sn_stage *stage, const sn_group *group, size_t row,
                             float *d_most, float *d_sum)
{
    const sn_sequence *const input = sn_stage_input(stage, group);
    const size_t features = stage->layer->input.features, all = stage->layer->output.features;
    const float *const d_vector = group->spaces[stage->number].d_vector + row * all;
    const float steps = (float)sn_sequence_timesteps(input, row);
    memset(d_most, 0, input->stride * sizeof *d_most);
    memset(d_sum, 0, input->stride * sizeof *d_sum);
    if (sn_pools_max(mode_of(stage)) && steps > 0.0F)
        memcpy(d_most, d_vector, features * sizeof *d_most);
    for (size_t k = 0; sn_pools_mean(mode_of(stage)) && steps > 0.0F && k < features; k++)
        d_sum[k] = d_vector[all - features + k] / steps;
}

static void row_backward(const sn_stage *stage, const sn_group *group, size_t row,
                         const float *d_most, const float *d_sum)
{
    const sn_kernels *const kernels = sn_kernels_best();
    const sn_sequence *const input = sn_stage_input(stage, group);
    const size_t stride = input->stride, pads = sn_ragged_pads(&input->shape, row);
    const float *const at = group->spaces[stage->number].at + row * stride;
    float *const d_pad = group->shares[stage->inputs[0]].sums.d_pad;
    for (size_t step = sn_sequence_first(input, row); step < input->shape.steps; step++) {
        float *const dx = input->d_x + sn_sequence_at(input, step, row) * stride;
        if (sn_pools_max(mode_of(stage)))
            kernels->maximum_backward(dx, d_most, at, (float)step, stride);
        if (sn_pools_mean(mode_of(stage)))
            kernels->add(dx, d_sum, stride);
    }
    if (pads && sn_pools_max(mode_of(stage)))
        kernels->maximum_backward(d_pad, d_most, at, AT_PAD, stride);
    for (size_t k = 0; pads && sn_pools_mean(mode_of(stage)) && k < stride; k++)
        d_pad[k] += (float)pads * d_sum[k];
}

static void global_backward(const sn_ragged_engine *engine, const sn_stage *stage,
                            const sn_group *group)
{
    const sn_stage_space *const space = &group->spaces[stage->number];
    (void)engine;
    for (size_t row = 0; row < group->pass->batch; row++) {
        gradients_of_row(stage, group, row, space->d_outputs, space->row);
        row_backward(stage, group, row, space->d_outputs, space->row);
    }
}

const sn_stage_ops sn_stage_global_pool = {
    .lay_out_space = lay_out_pooled, .forward = global_forward, .backward = global_backward};

/* The mean of the embedding's vectors where nothing else takes them, in an engine that only scores:
 * they are added up where they lie, in the order of sn_stage_global_pool, so that a row may be as
 * long as it wants. */

static void lay_out_mean(const sn_ragged_engine *engine, const sn_stage *stage,
                         sn_stage_space *space, float *block, size_t *used)
{
    sn_stage_lay_out_vector(engine, stage, space, block, used);
}

static void mean_forward(const sn_ragged_engine *engine, const sn_stage *stage,
                         const sn_group *group)
{
    const sn_sequence *const input = sn_stage_input(stage, group);
    const sn_stage *const embedding = &engine->stages[stage->inputs[0]];
    const size_t features = stage->layer->input.features;
    float *const means = group->spaces[stage->number].vector.x;
    for (size_t row = 0; row < input->shape.rows; row++) {
        const float pads = (float)sn_ragged_pads(&input->shape, row);
        for (size_t k = 0; k < features; k++)
            means[row * features + k] = pads > 0.0F ? pads * embedding->pad[k] : 0.0F;
    }
    for (size_t step = 0; step < input->shape.steps; step++)
        for (size_t row = 0; row < sn_ragged_active(&input->shape, step); row++) {
            const int32_t token = input->shape.tokens[sn_sequence_at(input, step, row)];
            sn_vec_add(means + row * features,
                       sn_projector_row(embedding->embedding.projector, &group->owner->ids, token),
                       features);
        }
    for (size_t row = 0; row < input->shape.rows; row++) {
        const float steps = (float)sn_sequence_timesteps(input, row);
        for (size_t k = 0; steps > 0.0F && k < features; k++)
            means[row * features + k] /= steps;
    }
}

const sn_stage_ops sn_stage_mean_of_ids = {.lay_out_space = lay_out_mean, .forward = mean_forward};
