/*
 * Layers that run their own functions: those on vectors, the rows of a group side by side; and
 * those on sequences which have no ragged form, padded. Where pads are masked, a layer on sequences
 * must work on each timestep alone; what it makes of the pads is dropped.
 */
#include "stage.h"

#include <string.h>

#include "kernels.h"
#include "memory.h"
#include "vec.h"

#include "banned.h"

void sn_stage_lay_out_pad(const sn_stage *stage, sn_stage_sums *sums, float *block, size_t *used)
{
    sums->d_pad = sn_carve(block, used, stage->stride);
}

void sn_stage_use_input_pad(sn_ragged_engine *engine, sn_stage *stage)
{
    stage->pad = engine->stages[stage->inputs[0]].pad;
}

void sn_stage_lay_out_vector(const sn_ragged_engine *engine, const sn_stage *stage,
                             sn_stage_space *space, float *block, size_t *used)
{
    const size_t size = SN_SHARD_ROWS * stage->layer->output.features;
    space->vector.x = sn_carve(block, used, size);
    space->d_vector = engine->trains ? sn_carve(block, used, size) : NULL;
}

void sn_stage_lay_out_sequence(const sn_ragged_engine *engine, const sn_stage *stage,
                               sn_stage_space *space, size_t rows, float *block, size_t *used)
{
    space->sequence.x = sn_carve(block, used, rows * stage->stride);
    space->sequence.d_x = engine->trains ? sn_carve(block, used, rows * stage->stride) : NULL;
}

/* On vectors. */

static void lay_out_vector_space(const sn_ragged_engine *engine, const sn_stage *stage,
                                 sn_stage_space *space, float *block, size_t *used)
{
    sn_stage_lay_out_vector(engine, stage, space, block, used);
    space->layer_tape = sn_carve(block, used, sn_layer_tape_size(stage->layer, SN_SHARD_ROWS));
    if (engine->trains && !stage->writes_input_gradient)
        space->d_layer_input = sn_carve(block, used, SN_SHARD_ROWS * stage->layer->input.features);
}

/* Gathers the inputs of the layer. */
static const sn_value *vector_inputs(const sn_stage *stage, const sn_group *group,
                                     sn_value values[SN_LAYER_INPUTS])
{
    for (size_t i = 0; i < stage->input_count; i++)
        values[i] = group->spaces[stage->inputs[i]].vector;
    return values;
}

static void vector_forward(const sn_ragged_engine *engine, const sn_stage *stage,
                           const sn_group *group)
{
    sn_value inputs[SN_LAYER_INPUTS];
    sn_stage_space *const space = &group->spaces[stage->number];
    (void)engine;
    sn_layer_forward(stage->layer, group->pass, vector_inputs(stage, group, inputs), &space->vector,
                     space->layer_tape);
}

static void vector_backward(const sn_ragged_engine *engine, const sn_stage *stage,
                            const sn_group *group)
{
    sn_value inputs[SN_LAYER_INPUTS];
    sn_stage_space *const space = &group->spaces[stage->number];
    const size_t rows = group->pass->batch;
    float *d_input = stage->writes_input_gradient ? group->spaces[stage->inputs[0]].d_vector
                                                  : space->d_layer_input;
    stage->layer->ops->backward(stage->layer, group->pass, vector_inputs(stage, group, inputs),
                                space->d_vector, d_input, space->layer_tape);
    for (size_t i = 0; !stage->writes_input_gradient && i < stage->input_count; i++) {
        const size_t size = rows * engine->stages[stage->inputs[i]].layer->output.features;
        sn_vec_add(group->spaces[stage->inputs[i]].d_vector, d_input, size);
        d_input += size;
    }
}

const sn_stage_ops sn_stage_vector_layer = {
    .lay_out_space = lay_out_vector_space, .forward = vector_forward, .backward = vector_backward};

/* On sequences. */

static void lay_out_sequence_space(const sn_ragged_engine *engine, const sn_stage *stage,
                                   sn_stage_space *space, float *block, size_t *used)
{
    const sn_layer *const layer = stage->layer;
    const size_t in = sn_shape_size(layer->input, GROUP_ROWS);
    const size_t out = sn_shape_size(layer->output, GROUP_ROWS);
    space->layer_tape = sn_carve(block, used, sn_layer_tape_size(layer, GROUP_ROWS));
    space->layer_input = sn_carve(block, used, in);
    space->layer_output.x = sn_carve(block, used, out);
    space->d_layer_input = engine->trains ? sn_carve(block, used, in) : NULL;
    space->d_layer_output = engine->trains ? sn_carve(block, used, out) : NULL;
    space->starts = sn_carve_sizes(block, used, engine->network->time + 1);
    if (stage->is_sequence)
        sn_stage_lay_out_sequence(engine, stage, space, layer->output.time * GROUP_ROWS, block,
                                  used);
    else
        sn_stage_lay_out_vector(engine, stage, space, block, used);
    space->own_x = space->sequence.x;
    space->own_d_x = space->sequence.d_x;
}

/* Hands what a leading pad becomes on, for scoring, where the stage does nothing. */
static void use(sn_ragged_engine *engine, sn_stage *stage)
{
    if (stage->drops_only)
        sn_stage_use_input_pad(engine, stage);
}

/* Where a row of the group has its timestep `step` in padded form. */
static size_t padded_at(const sn_group *group, const sn_ragged_shard *shape, size_t step,
                        size_t row)
{
    const size_t time = group->times ? group->times[shape->starts[step] + row] : step;
    return time * shape->rows + row;
}

typedef enum direction { TO_PADDED, FROM_PADDED, ADD_FROM_PADDED } direction;

/* Copies the vectors of a sequence, of `features` floats, to or from their padded form. */
static void exchange(const sn_group *group, const sn_sequence *sequence, float *x, float *padded,
                     size_t features, direction way)
{
    const sn_ragged_shard *const shape = &sequence->shape;
    for (size_t step = 0; step < shape->steps; step++)
        for (size_t row = 0; row < sn_ragged_active(shape, step); row++) {
            float *const own = x + sn_sequence_at(sequence, step, row) * sequence->stride;
            float *const other = padded + padded_at(group, shape, step, row) * features;
            if (way == TO_PADDED)
                memcpy(other, own, features * sizeof *own);
            else if (way == FROM_PADDED)
                memcpy(own, other, features * sizeof *own);
            else
                sn_vec_add(own, other, features);
        }
}

/* The shape of the outputs: the input's, or where the layer changes the timesteps all of them. */
static void set_shape(const sn_stage *stage, const sn_group *group)
{
    const sn_sequence *const input = sn_stage_input(stage, group);
    sn_stage_space *const space = &group->spaces[stage->number];
    space->sequence.stride = stage->stride;
    space->sequence.lead = 0;
    space->sequence.shape = input->shape;
    if (stage->layer->output.time == stage->layer->input.time)
        return;
    size_t counts[SN_SHARD_ROWS] = {0};
    for (size_t row = 0; row < input->shape.rows; row++)
        counts[row] = stage->layer->output.time;
    sn_ragged_shape(&space->sequence.shape, counts, input->shape.rows, space->starts, NULL);
}

/* Whether the stage hands its input on as it is. */
static bool passes(const sn_stage *stage, const sn_group *group)
{
    return stage->drops_only && !group->trains;
}

/* Floats of one of the layer's inputs in padded form, and of all. */
static size_t padded_size(const sn_stage *stage, const sn_group *group, size_t input)
{
    return sn_shape_size(stage->layer->inputs[input]->output, group->pass->batch);
}

static size_t padded_inputs_size(const sn_stage *stage, const sn_group *group)
{
    return sn_shape_size(stage->layer->input, group->pass->batch);
}

/* The padded inputs, one after the other. */
static const sn_value *padded_inputs(const sn_stage *stage, const sn_group *group,
                                     sn_value values[SN_LAYER_INPUTS])
{
    float *x = group->spaces[stage->number].layer_input;
    for (size_t i = 0; i < stage->input_count; i++) {
        values[i] = (sn_value){.x = x};
        x += padded_size(stage, group, i);
    }
    return values;
}

static void pad_inputs(const sn_stage *stage, const sn_group *group)
{
    float *x = group->spaces[stage->number].layer_input;
    memset(x, 0, padded_inputs_size(stage, group) * sizeof *x);
    for (size_t i = 0; i < stage->input_count; i++) {
        const sn_sequence *const input = &group->spaces[stage->inputs[i]].sequence;
        exchange(group, input, input->x, x, stage->layer->inputs[i]->output.features, TO_PADDED);
        x += padded_size(stage, group, i);
    }
}

static void add_input_gradients(const sn_stage *stage, const sn_group *group)
{
    float *d_x = group->spaces[stage->number].d_layer_input;
    for (size_t i = 0; i < stage->input_count; i++) {
        const sn_sequence *const input = &group->spaces[stage->inputs[i]].sequence;
        exchange(group, input, input->d_x, d_x, stage->layer->inputs[i]->output.features,
                 ADD_FROM_PADDED);
        d_x += padded_size(stage, group, i);
    }
}

static void sequence_forward(const sn_ragged_engine *engine, const sn_stage *stage,
                             const sn_group *group)
{
    sn_value inputs[SN_LAYER_INPUTS];
    sn_stage_space *const space = &group->spaces[stage->number];
    const sn_layer *const layer = stage->layer;
    (void)engine;
    if (passes(stage, group)) {
        space->sequence = *sn_stage_input(stage, group);
        return;
    }
    space->sequence.x = space->own_x;
    space->sequence.d_x = space->own_d_x;
    pad_inputs(stage, group);
    sn_layer_forward(layer, group->pass, padded_inputs(stage, group, inputs),
                     stage->is_sequence ? &space->layer_output : &space->vector, space->layer_tape);
    if (!stage->is_sequence)
        return;
    set_shape(stage, group);
    memset(space->sequence.x, 0,
           sn_sequence_rows(&space->sequence) * stage->stride * sizeof *space->sequence.x);
    exchange(group, &space->sequence, space->sequence.x, space->layer_output.x,
             layer->output.features, FROM_PADDED);
}

static void sequence_backward(const sn_ragged_engine *engine, const sn_stage *stage,
                              const sn_group *group)
{
    sn_value inputs[SN_LAYER_INPUTS];
    sn_stage_space *const space = &group->spaces[stage->number];
    const sn_layer *const layer = stage->layer;
    const float *d_output = space->d_vector;
    (void)engine;
    if (stage->is_sequence) {
        memset(space->d_layer_output, 0,
               sn_shape_size(layer->output, group->pass->batch) * sizeof *space->d_layer_output);
        exchange(group, &space->sequence, space->sequence.d_x, space->d_layer_output,
                 layer->output.features, TO_PADDED);
        d_output = space->d_layer_output;
    }
    layer->ops->backward(layer, group->pass, padded_inputs(stage, group, inputs), d_output,
                         space->d_layer_input, space->layer_tape);
    add_input_gradients(stage, group);
}

const sn_stage_ops sn_stage_sequence_layer = {.is_plain = true,
                                              .lay_out_space = lay_out_sequence_space,
                                              .use = use,
                                              .forward = sequence_forward,
                                              .backward = sequence_backward};
