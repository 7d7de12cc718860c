/*
 * Cells over time: recurrent_ragged.h with the group's ids or vectors as input, in one direction or
 * two.
 *
 * A cell that reads forward takes the leading pads from a pad prefix. One that reads backward comes
 * to them last, each row in a state of its own, and computes them; its rows begin together and,
 * where pads are masked, end one after the other.
 */
#include "stage_recurrent.h"

#include <string.h>

#include "gemm.h"
#include "memory.h"
#include "vec.h"

#include "banned.h"

/* Vectors whose gradients by the kernel are one product: few enough for OpenBLAS to multiply
 * without packing its operands. */
enum { PRODUCT_ROWS = 240 };

static const sn_recurrent_spec *spec_of(const sn_stage *stage)
{
    return &stage->layer->spec.recurrent;
}

static bool drops(const sn_stage *stage, const sn_group *group)
{
    return spec_of(stage)->recurrent_dropout > 0.0 && group->trains;
}

static void use(sn_ragged_engine *engine, sn_stage *stage)
{
    for (size_t i = 0; i < stage->recurrent.run_count; i++) {
        sn_run *const run = &stage->recurrent.runs[i];
        sn_packed_cell_load(&run->packed, engine->weights);
        sn_pad_prefix_reset(&run->prefix);
        if (!run->projector)
            continue;
        run->projector->kernel = run->packed.kernel;
        run->projector->kernel_transposed = run->packed.kernel_transposed;
        run->projector->bias = run->packed.bias;
        run->projector->d_pad = i == 0 ? run->prefix.d_projections : NULL;
    }
}

static void extend_pads(sn_ragged_engine *engine, sn_stage *stage, size_t pads)
{
    sn_pad_prefix_extend(&stage->recurrent.runs[0].prefix, engine->stages[stage->inputs[0]].pad,
                         sn_smaller(pads, stage->layer->input.time));
}

static void begin(sn_ragged_engine *engine, sn_stage *stage)
{
    (void)engine;
    sn_pad_prefix_reset(&stage->recurrent.runs[0].prefix);
}

/* The number of the input at a step and row: of its projection by id, or of its vector. */
static int32_t input_number(const sn_stage *stage, const sn_sequence *input, size_t step,
                            size_t row)
{
    if (sn_stage_takes_ids(stage))
        return input->shape.tokens[input->shape.starts[step] + row];
    return (int32_t)sn_sequence_at(input, step, row);
}

/* Forward, over vectors: each step's, in its order. */
static void number_vectors(const sn_sequence *input, int32_t *tokens)
{
    const sn_ragged_shard *const shape = &input->shape;
    for (size_t step = 0; step < shape->steps; step++)
        for (size_t row = 0; row < sn_ragged_active(shape, step); row++)
            tokens[shape->starts[step] + row] = (int32_t)sn_sequence_at(input, step, row);
}

/* The input turned round: step 0 is the last one, for all rows, and the pads come after the others.
 */
static void turn_round(const sn_stage *stage, const sn_group *group, const sn_sequence *input,
                       sn_run_space *space)
{
    const sn_ragged_shard *const shape = &input->shape;
    size_t lengths[SN_SHARD_ROWS] = {0}, firsts[SN_SHARD_ROWS] = {0}, used = 0, steps = 0;
    for (size_t row = 0; row < shape->rows; row++) {
        firsts[row] = sn_sequence_first(input, row);
        lengths[row] = shape->steps - firsts[row] + sn_ragged_pads(shape, row);
        steps = sn_larger(steps, lengths[row]);
    }
    for (size_t step = 0; step < steps; step++) {
        space->starts[step] = used;
        for (size_t row = 0; row < shape->rows && lengths[row] > step; row++) {
            const bool is_pad = step >= shape->steps - firsts[row];
            space->tokens[used++] = is_pad
                                        ? group->pad_token
                                        : input_number(stage, input, shape->steps - 1 - step, row);
        }
    }
    space->starts[steps] = used;
    space->shard = (sn_ragged_shard){
        .rows = shape->rows, .steps = steps, .starts = space->starts, .tokens = space->tokens};
}

/* Sets what a run takes of its input. Backward it is called again, since ids have other numbers
 * then. */
static void set_shard(const sn_stage *stage, const sn_group *group, size_t direction,
                      sn_run_space *space)
{
    const sn_sequence *const input = sn_stage_input(stage, group);
    if (direction == 1) {
        turn_round(stage, group, input, space);
        return;
    }
    space->shard = input->shape;
    if (sn_stage_takes_ids(stage))
        return;
    number_vectors(input, space->tokens);
    space->shard.tokens = space->tokens;
}

/* The projections that a run takes; those of vectors come in the order of its tokens. */
static const float *project(const sn_ragged_engine *engine, const sn_stage *stage,
                            const sn_group *group, const sn_run *run, sn_run_space *space)
{
    if (run->projector)
        return group->owner->projectors[run->projector_number].rows;
    const sn_ragged_shard *const shard = &space->shard;
    float *const projections =
        sn_run_projects_in_place(engine, run) ? space->tape.gates : space->projections;
    sn_packed_cell_project(&run->packed, sn_stage_input(stage, group)->x, shard->tokens,
                           shard->starts[shard->steps], projections);
    space->shard.tokens = stage->recurrent.in_order;
    return projections;
}

/* Draws the recurrent dropout of the group's rows. */
static const float *draw_scale(const sn_stage *stage, const sn_group *group, size_t direction,
                               sn_run_space *space)
{
    const size_t width = stage->recurrent.runs[direction].packed.width;
    float *const scale = space->scale;
    memset(scale, 0, group->pass->batch * width * sizeof *scale);
    for (size_t r = 0; r < group->pass->batch; r++)
        sn_recurrent_draw_scale(stage->layer, direction, group->pass->dropout_key,
                                group->pass->row_numbers[r], scale + r * width);
    return scale;
}

static const sn_pooled *begin_pooling(const sn_ragged_engine *engine, const sn_stage *stage,
                                      const sn_group *group, sn_run_space *space)
{
    for (size_t r = 0; r < group->pass->batch; r++)
        space->from_zero[r] = sn_stage_pools_zero(engine, stage->recurrent.pooling, group, r);
    space->pooled.from_zero = space->pooled.most ? space->from_zero : NULL;
    return &space->pooled;
}

/* Runs one direction; returns the final states. */
static const float *run_forward(const sn_ragged_engine *engine, const sn_stage *stage,
                                const sn_group *group, size_t direction)
{
    const sn_run *const run = &stage->recurrent.runs[direction];
    sn_run_space *const space = &group->spaces[stage->number].runs[direction];
    sn_ragged_tape tape = space->tape;
    set_shard(stage, group, direction, space);
    const float *const projections = project(engine, stage, group, run, space);
    tape.pooled = stage->recurrent.pooling ? begin_pooling(engine, stage, group, space) : NULL;
    tape.scale = drops(stage, group) ? draw_scale(stage, group, direction, space) : NULL;
    if (!sn_ragged_needs_carry(run->packed.cell, drops(stage, group)))
        tape.carry = NULL;
    if (!group->trains && !sn_packed_works_in_tape(&run->packed))
        tape.gates = tape.memo = NULL;
    if (!group->trains && !stage->is_sequence)
        return sn_ragged_score(&run->packed, &run->prefix, &space->shard, projections, &tape);
    sn_ragged_forward(&run->packed, &run->prefix, &space->shard, projections, &tape);
    return tape.final ? tape.final
                      : tape.hidden + space->shard.starts[space->shard.steps] * run->packed.width;
}

/* A row's features from its running maxima and sums over `count` steps. */
static void finish_pooling(const sn_stage *stage, const sn_pooled *pooled, size_t row, size_t count,
                           float *features)
{
    const size_t units = spec_of(stage)->units;
    const size_t at = row * stage->recurrent.runs[0].packed.width;
    const size_t all = stage->recurrent.pooling->layer->output.features;
    memset(features, 0, all * sizeof *features);
    if (pooled->most && count)
        memcpy(features, pooled->most + at, units * sizeof *features);
    float *const mean = features + all - units;
    for (size_t k = 0; pooled->sum && count && k < units; k++)
        mean[k] = pooled->sum[at + k] / (float)count;
}

/* The vector that a row ends in, from the final states of a direction. */
static void give_vector(const sn_stage *stage, const sn_group *group, size_t direction,
                        const float *states)
{
    const size_t units = spec_of(stage)->units;
    const size_t width = stage->recurrent.runs[direction].packed.width;
    const sn_stage *const pooling = stage->recurrent.pooling, *const giver =
                                                                  pooling ? pooling : stage;
    const size_t features = giver->layer->output.features;
    const sn_sequence *const input = sn_stage_input(stage, group);
    sn_stage_space *const space = &group->spaces[giver->number];
    for (size_t r = 0; r < group->pass->batch; r++) {
        float *const to = space->vector.x + r * features;
        if (pooling)
            finish_pooling(stage, &group->spaces[stage->number].runs[0].pooled, r,
                           sn_sequence_timesteps(input, r), to);
        else
            memcpy(to + direction * units, states + r * width, units * sizeof *to);
    }
}

/* Copies the outputs of a direction into the sequence, or back from its gradients; those by the
 * states beyond the layer's units are 0. */
static void exchange(const sn_stage *stage, const sn_group *group, size_t direction, bool back)
{
    const sn_recurrent_stage *const recurrent = &stage->recurrent;
    const size_t units = spec_of(stage)->units, width = recurrent->runs[direction].packed.width;
    sn_stage_space *const space = &group->spaces[stage->number];
    const sn_run_space *const run = &space->runs[direction];
    const sn_sequence *const sequence = &space->sequence;
    if (back && units < width)
        memset(run->d_outputs, 0,
               run->shard.starts[run->shard.steps] * width * sizeof *run->d_outputs);
    for (size_t step = 0; step < run->shard.steps; step++)
        for (size_t row = 0; row < sn_ragged_active(&run->shard, step); row++) {
            const size_t to = direction == 0
                                  ? sn_sequence_at(sequence, step, row)
                                  : sn_sequence_at(sequence, run->shard.steps - 1 - step, row);
            const size_t from = (run->shard.starts[step] + row) * width;
            const size_t at = to * sequence->stride + direction * units;
            if (back)
                memcpy(run->d_outputs + from, sequence->d_x + at, units * sizeof *sequence->d_x);
            else
                memcpy(sequence->x + at, run->tape.outputs + from, units * sizeof *sequence->x);
        }
}

static void begin_sequence(const sn_ragged_engine *engine, const sn_stage *stage,
                           const sn_group *group)
{
    sn_sequence *const sequence = &group->spaces[stage->number].sequence;
    sequence->shape = sn_stage_input(stage, group)->shape;
    sequence->stride = stage->stride;
    sequence->lead = sn_recurrent_gives_tape(engine, stage);
    if (!sequence->lead)
        memset(sequence->x, 0, sn_sequence_rows(sequence) * sequence->stride * sizeof *sequence->x);
}

static void forward(const sn_ragged_engine *engine, const sn_stage *stage, const sn_group *group)
{
    if (stage->is_sequence)
        begin_sequence(engine, stage, group);
    for (size_t i = 0; i < stage->recurrent.run_count; i++) {
        const float *const states = run_forward(engine, stage, group, i);
        if (!stage->is_sequence)
            give_vector(stage, group, i, states);
        else if (!sn_recurrent_gives_tape(engine, stage))
            exchange(stage, group, i, false);
    }
}

/* From the gradients by the features to those by what was pooled: a mean is the sum by the steps.
 */
static void pooling_backward(const sn_stage *stage, const sn_group *group)
{
    const size_t units = spec_of(stage)->units;
    const size_t width = stage->recurrent.runs[0].packed.width;
    const size_t features = stage->recurrent.pooling->layer->output.features;
    const sn_pooled *const pooled = &group->spaces[stage->number].runs[0].pooled;
    const float *const d_vector = group->spaces[stage->recurrent.pooling->number].d_vector;
    const sn_sequence *const input = sn_stage_input(stage, group);
    for (size_t r = 0; r < group->pass->batch; r++) {
        const float *const d_features = d_vector + r * features;
        const float *const d_mean = d_features + features - units;
        const float steps = (float)sn_sequence_timesteps(input, r);
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

/* Sets the gradients that a direction begins with. */
static void begin_backward(const sn_ragged_engine *engine, const sn_stage *stage,
                           const sn_group *group, size_t direction, sn_ragged_tape *tape)
{
    const size_t units = spec_of(stage)->units;
    const size_t width = stage->recurrent.runs[direction].packed.width;
    const size_t rows = group->pass->batch, features = stage->layer->output.features;
    const sn_stage_space *const space = &group->spaces[stage->number];
    tape->pooled = stage->recurrent.pooling ? &space->runs[0].pooled : NULL;
    tape->scale = drops(stage, group) ? space->runs[direction].scale : NULL;
    memset(tape->d_hidden, 0, rows * width * sizeof *tape->d_hidden);
    if (stage->recurrent.pooling) {
        pooling_backward(stage, group);
    } else if (sn_recurrent_gives_tape(engine, stage)) {
        tape->d_outputs = space->sequence.d_x;
        tape->d_stride = stage->stride;
        tape->d_lead = 1;
    } else if (stage->is_sequence) {
        const size_t tokens =
            space->runs[direction].shard.starts[space->runs[direction].shard.steps];
        memset(space->runs[direction].d_outputs, 0, tokens * width * sizeof *tape->d_outputs);
        exchange(stage, group, direction, true);
        tape->d_outputs = space->runs[direction].d_outputs;
        tape->d_stride = width;
    } else {
        for (size_t r = 0; r < rows; r++)
            memcpy(tape->d_hidden + r * width, space->d_vector + r * features + direction * units,
                   units * sizeof *tape->d_hidden);
    }
}

/* From the gradients by the projections of `count` vectors to those by the vectors, kernel and
 * bias. */
static void vectors_backward(const sn_packed_cell *packed, const sn_run_sums *sums, const float *x,
                             const float *d_projections, size_t count, float *d_x)
{
    const size_t columns = packed->columns, features = packed->features;
    for (size_t first = 0; first < count; first += PRODUCT_ROWS) {
        const size_t some = sn_smaller(count - first, PRODUCT_ROWS);
        const float *const d_rows = d_projections + first * columns;
        sn_gemm(SN_TRANSPOSED, SN_AS_IS, features, columns, some, x + first * features, d_rows,
                1.0F, sums->d_kernel);
        sn_gemm(SN_AS_IS, SN_AS_IS, some, features, columns, d_rows, packed->kernel_transposed,
                1.0F, d_x + first * features);
    }
    for (size_t row = 0; row < count; row++)
        sn_kernels_best()->add(sums->d_bias, d_projections + row * columns, columns);
}

/* The same for a group. Where gates have become the gradients they are in the order of tokens;
 * vectors are too, as long as the number of rows does not change from step to step. */
static void input_backward(const sn_stage *stage, const sn_group *group, size_t direction)
{
    const sn_run *const run = &stage->recurrent.runs[direction];
    const sn_packed_cell *const packed = &run->packed;
    const sn_sequence *const input = sn_stage_input(stage, group);
    const sn_ragged_shard *const shape = &input->shape;
    const sn_run_space *const space = &group->spaces[stage->number].runs[direction];
    const sn_run_sums *const sums = &group->shares[stage->number].sums.runs[direction];
    if (!sn_run_gates_are_gradients(run, direction)) {
        vectors_backward(packed, sums, input->x, space->d_projections, sn_sequence_rows(input),
                         input->d_x);
        return;
    }
    for (size_t step = 0, next; step < shape->steps; step = next) {
        const size_t active = sn_ragged_active(shape, step);
        for (next = step + 1; next < shape->steps && sn_ragged_active(shape, next) == active;)
            next++;
        const size_t at = sn_sequence_at(input, step, 0) * input->stride;
        vectors_backward(packed, sums, input->x + at,
                         space->tape.gates + shape->starts[step] * packed->columns,
                         shape->starts[next] - shape->starts[step], input->d_x + at);
    }
}

static void copy_rows(float *to, const float *from, size_t floats)
{
    if (to)
        memcpy(to, from, floats * sizeof *to);
}

/* Hands on the gradients by the states that the group's rows started from, and by what was pooled
 * of their pads. */
static void hand_on_start(const sn_group *group, const sn_start_share *start,
                          const sn_run_space *space, size_t width)
{
    const size_t floats = group->pass->batch * width;
    for (size_t r = 0; r < group->pass->batch; r++)
        start->pads[r] = sn_ragged_pads(&space->shard, r);
    copy_rows(start->d_hidden, space->tape.d_hidden, floats);
    copy_rows(start->d_carry, space->tape.d_carry, floats);
    copy_rows(start->d_most, space->pooled.d_most, floats);
    copy_rows(start->at, space->pooled.at, floats);
    copy_rows(start->d_sum, space->pooled.d_sum, floats);
}

static void run_backward(const sn_ragged_engine *engine, const sn_stage *stage,
                         const sn_group *group, size_t direction)
{
    const sn_run *const run = &stage->recurrent.runs[direction];
    sn_run_space *const space = &group->spaces[stage->number].runs[direction];
    const sn_run_sums *const sums = &group->shares[stage->number].sums.runs[direction];
    const size_t width = run->packed.width;
    sn_ragged_tape tape = space->tape;
    begin_backward(engine, stage, group, direction, &tape);
    set_shard(stage, group, direction, space);
    float *d_projections = space->d_projections;
    if (run->projector)
        d_projections = group->d_projections[run->projector_number];
    else if (d_projections)
        memset(d_projections, 0,
               sn_sequence_rows(sn_stage_input(stage, group)) * run->packed.columns *
                   sizeof *d_projections);
    sn_ragged_backward(&run->packed, &space->shard, &tape, d_projections, sums->d_recurrent);
    if (direction == 0)
        hand_on_start(group, &group->shares[stage->number].start, space, width);
    if (!run->projector)
        input_backward(stage, group, direction);
}

static void backward(const sn_ragged_engine *engine, const sn_stage *stage, const sn_group *group)
{
    for (size_t i = 0; i < stage->recurrent.run_count; i++)
        run_backward(engine, stage, group, i);
}

/* Rows hand their gradients by the states they started from to the pad prefix. */
static void collect(sn_ragged_engine *engine, sn_stage *stage, size_t shard)
{
    sn_run *const run = &stage->recurrent.runs[0];
    const sn_start_share *const start = &engine->shards[shard].shares[stage->number].start;
    const size_t width = run->packed.width;
    for (size_t r = 0; r < sn_ragged_shard_rows(engine, shard); r++) {
        const size_t pads = start->pads[r], at = r * width;
        if (!pads)
            continue;
        sn_pad_prefix_add_gradients(&run->prefix, pads, start->d_hidden + at,
                                    sn_float_at(start->d_carry, at));
        sn_pad_prefix_unpool(&run->prefix, pads, sn_float_at(start->d_most, at),
                             sn_float_at(start->at, at), sn_float_at(start->d_sum, at));
    }
}

/* The gradients by the projection of a constant pad, to kernel, bias and the pad itself. */
static void pad_backward(sn_ragged_engine *engine, const sn_stage *stage)
{
    const sn_run *const run = &stage->recurrent.runs[0];
    const sn_stage *const input = &engine->stages[stage->inputs[0]];
    const sn_run_sums *const sums = &stage->sums.runs[0];
    const size_t features = run->packed.features, columns = run->packed.columns;
    const float *const d_projection = run->prefix.d_projections;
    sn_gemm(SN_TRANSPOSED, SN_AS_IS, features, columns, 1, input->pad, d_projection, 1.0F,
            sums->d_kernel);
    sn_vec_add(sums->d_bias, d_projection, columns);
    sn_gemm(SN_AS_IS, SN_AS_IS, 1, features, columns, d_projection, run->packed.kernel_transposed,
            1.0F, input->sums.d_pad);
}

static void pads_backward(sn_ragged_engine *engine, sn_stage *stage)
{
    sn_run *const run = &stage->recurrent.runs[0];
    if (!run->prefix.steps)
        return;
    sn_pad_prefix_backward(&run->prefix, stage->sums.runs[0].d_kernel, stage->sums.runs[0].d_bias);
    if (!run->projector && !run->prefix.below)
        pad_backward(engine, stage);
}

static void finish(sn_ragged_engine *engine, sn_stage *stage)
{
    for (size_t i = 0; i < stage->recurrent.run_count; i++) {
        const sn_run *const run = &stage->recurrent.runs[i];
        const sn_run_sums *const sums = &stage->sums.runs[i];
        const sn_range_result *const total = run->projector ? &run->projector->ranges[0] : NULL;
        if (engine->has_pads && i == 0)
            sn_vec_add(sums->d_recurrent, run->prefix.d_recurrent,
                       sn_packed_recurrent_rows(&run->packed) * run->packed.columns);
        sn_packed_cell_store_gradients(&run->packed, total ? total->d_kernel : sums->d_kernel,
                                       sums->d_recurrent, total ? total->d_bias : sums->d_bias,
                                       engine->gradients);
    }
}

const sn_stage_ops sn_stage_recurrent = {.lay_out = sn_recurrent_lay_out,
                                         .lay_out_space = sn_recurrent_lay_out_space,
                                         .lay_out_share = sn_recurrent_lay_out_share,
                                         .lay_out_sums = sn_recurrent_lay_out_sums,
                                         .use = use,
                                         .extend_pads = extend_pads,
                                         .begin = begin,
                                         .forward = forward,
                                         .backward = backward,
                                         .collect = collect,
                                         .pads_backward = pads_backward,
                                         .finish = finish};
