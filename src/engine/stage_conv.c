/*
 * Convolution over time (nn/conv1d.c), row by row.
 *
 * Over ids, the kernel is applied to each distinct id once: its projection has a part for each
 * place in the window, [kernel_size width], and an output is the sum of the parts of the tokens
 * that its window sees. Over vectors, a window's vectors stand one behind the other, so that an
 * output is one product. Windows of nothing but leading pads have one output, a constant.
 *
 * Backward, most gradients are 0 below a maximum and a relu. Over ids, windows with nothing but
 * zeros are passed over. Over vectors each one that is not 0 moves a window and a row of the
 * kernel; where many are not, the products are those of matrices.
 */
#include "stage.h"

#include <string.h>

#include "activations.h"
#include "gemm.h"
#include "kernels.h"
#include "memory.h"
#include "vec.h"

#include "banned.h"

/* The tensors, in the order of declaration. */
enum { KERNEL, BIAS };

static size_t kernel_size(const sn_stage *stage)
{
    return stage->layer->spec.conv1d.kernel_size;
}

/* Floats of a window of vectors, and of an id's projection. */
static size_t window_floats(const sn_stage *stage)
{
    return kernel_size(stage) * stage->conv.depth;
}

static size_t projection_floats(const sn_stage *stage)
{
    return kernel_size(stage) * stage->conv.width;
}

static void lay_out(sn_ragged_engine *engine, sn_stage *stage, float *block, size_t *used)
{
    sn_conv_stage *const conv = &stage->conv;
    const size_t floats = conv->projector ? conv->depth * projection_floats(stage)
                                          : window_floats(stage) * conv->width;
    float *const pad = sn_carve(block, used, stage->stride);
    stage->pad = pad;
    conv->pad = pad;
    conv->pad_projection = sn_carve(block, used, projection_floats(stage));
    conv->pad_window = sn_carve(block, used, window_floats(stage));
    conv->kernel = sn_carve(block, used, floats);
    conv->kernel_transposed = sn_carve(block, used, floats);
    conv->bias = sn_carve(block, used, projection_floats(stage));
    conv->places = conv->projector ? NULL : sn_carve(block, used, floats);
    if (conv->projector)
        sn_projector_lay_out(conv->projector, engine->capacity, engine->trains, block, used);
    if (engine->trains)
        conv->d_pad_projection = sn_carve(block, used, projection_floats(stage));
}

static void lay_out_space(const sn_ragged_engine *engine, const sn_stage *stage,
                          sn_stage_space *space, float *block, size_t *used)
{
    const size_t time = stage->layer->input.time;
    sn_stage_lay_out_sequence(engine, stage, space, stage->layer->output.time * GROUP_ROWS, block,
                              used);
    space->starts = sn_carve_sizes(block, used, time + 1);
    space->pads = sn_carve_sizes(block, used, SN_SHARD_ROWS);
    space->row_tokens = sn_carve_ids(block, used, time);
    space->outputs = sn_carve(block, used, time * stage->stride);
    space->row = stage->conv.projector ? NULL : sn_carve(block, used, time * stage->conv.depth);
    if (!engine->trains)
        return;
    space->d_outputs = sn_carve(block, used, time * stage->stride);
    space->d_row = stage->conv.projector ? NULL : sn_carve(block, used, time * stage->conv.depth);
}

static void lay_out_sums(const sn_stage *stage, sn_stage_sums *sums, float *block, size_t *used)
{
    const size_t floats = window_floats(stage) * stage->conv.width;
    sn_stage_lay_out_pad(stage, sums, block, used);
    if (stage->conv.projector)
        return;
    sums->d_kernel = sn_carve(block, used, floats);
    sums->d_products = sn_carve(block, used, floats);
    sums->d_bias = sn_carve(block, used, stage->conv.width);
}

/* Packs a [rows, columns] matrix as the kernel `project` takes it with one gate. */
static void pack(const float *from, size_t rows, size_t columns, float *to)
{
    for (size_t k = 0; k < rows; k++)
        for (size_t c = 0; c < columns; c++)
            to[(c / SN_LANES * rows + k) * SN_LANES + c % SN_LANES] = from[k * columns + c];
}

/* Over ids: columns are places and filters. `transposed` serves as [features, columns] first. */
static void load_projector(const sn_stage *stage, const float *kernel)
{
    const sn_conv_stage *const conv = &stage->conv;
    const size_t filters = stage->layer->spec.conv1d.units, columns = projection_floats(stage);
    float *const matrix = conv->kernel_transposed;
    memset(matrix, 0, conv->depth * columns * sizeof *matrix);
    for (size_t j = 0; j < kernel_size(stage); j++)
        for (size_t k = 0; k < conv->depth; k++)
            memcpy(matrix + k * columns + j * conv->width, kernel + (j * conv->depth + k) * filters,
                   filters * sizeof *matrix);
    pack(matrix, conv->depth, columns, conv->kernel);
    for (size_t j = 0; j < kernel_size(stage); j++)
        for (size_t c = 0; c < filters; c++)
            for (size_t k = 0; k < conv->depth; k++)
                matrix[(j * conv->width + c) * conv->depth + k] =
                    kernel[(j * conv->depth + k) * filters + c];
    for (size_t j = 0; j < kernel_size(stage); j++)
        memset(matrix + (j * conv->width + filters) * conv->depth, 0,
               (conv->width - filters) * conv->depth * sizeof *matrix);
}

/* Over vectors: rows are places and features, of which a vector has more than the layer, zeros. */
static void load_windows(const sn_stage *stage, const float *kernel)
{
    const sn_conv_stage *const conv = &stage->conv;
    const size_t filters = stage->layer->spec.conv1d.units, rows = window_floats(stage);
    const size_t features = stage->layer->input.features;
    memset(conv->kernel, 0, rows * conv->width * sizeof *conv->kernel);
    memset(conv->kernel_transposed, 0, rows * conv->width * sizeof *conv->kernel);
    memset(conv->places, 0, rows * conv->width * sizeof *conv->places);
    for (size_t j = 0; j < kernel_size(stage); j++)
        for (size_t k = 0; k < features; k++)
            for (size_t c = 0; c < filters; c++) {
                const size_t row = j * conv->depth + k;
                const float value = kernel[(j * features + k) * filters + c];
                conv->kernel[(c / SN_LANES * rows + row) * SN_LANES + c % SN_LANES] = value;
                conv->kernel_transposed[c * rows + row] = value;
                conv->places[(j * conv->width + c) * conv->depth + k] = value;
            }
}

static void use(sn_ragged_engine *engine, sn_stage *stage)
{
    sn_conv_stage *const conv = &stage->conv;
    const float *const kernel = engine->weights + stage->layer->offsets[KERNEL];
    memset(conv->bias, 0, projection_floats(stage) * sizeof *conv->bias);
    memcpy(conv->bias, engine->weights + stage->layer->offsets[BIAS],
           stage->layer->spec.conv1d.units * sizeof *conv->bias);
    conv->has_pad = false;
    if (!conv->projector) {
        load_windows(stage, kernel);
        return;
    }
    load_projector(stage, kernel);
    conv->projector->kernel = conv->kernel;
    conv->projector->kernel_transposed = conv->kernel_transposed;
    conv->projector->bias = conv->bias; /* the first place's part takes it in */
    conv->projector->d_pad = conv->d_pad_projection;
}

/* outputs[t] = the products of the window from vector t on. */
static void multiply_windows(const sn_stage *stage, const float *vectors, size_t count,
                             float *outputs)
{
    const sn_conv_stage *const conv = &stage->conv;
    const sn_projection projection = {.count = count,
                                      .features = window_floats(stage),
                                      .stride = conv->depth,
                                      .units = conv->width,
                                      .gates = 1,
                                      .table = vectors,
                                      .kernel = conv->kernel,
                                      .bias = conv->bias,
                                      .out = outputs};
    sn_kernels_best()->project(&projection);
}

/* outputs[t] = the sum of the parts of tokens t, t + 1, ... */
static void sum_tokens(const sn_stage *stage, const float *projections, const int32_t *tokens,
                       size_t count, float *outputs)
{
    const sn_windows windows = {
        .count = count, .size = kernel_size(stage), .width = stage->conv.width, .tokens = tokens};
    sn_kernels_best()->sum_windows(&windows, projections, outputs);
}

static void extend_pads(sn_ragged_engine *engine, sn_stage *stage, size_t pads)
{
    sn_conv_stage *const conv = &stage->conv;
    const float *const pad = engine->stages[stage->inputs[0]].pad;
    (void)pads;
    if (conv->has_pad)
        return;
    if (conv->projector) {
        const int32_t id = 0;
        const sn_projection projection = {.count = 1,
                                          .features = conv->depth,
                                          .units = projection_floats(stage),
                                          .gates = 1,
                                          .table = pad,
                                          .ids = &id,
                                          .kernel = conv->kernel,
                                          .bias = conv->bias,
                                          .out = conv->pad_projection};
        sn_kernels_best()->project(&projection);
        memset(conv->pad, 0, stage->stride * sizeof *conv->pad);
        for (size_t j = 0; j < kernel_size(stage); j++)
            sn_vec_add(conv->pad, conv->pad_projection + j * conv->width, conv->width);
    } else {
        for (size_t j = 0; j < kernel_size(stage); j++)
            memcpy(conv->pad_window + j * conv->depth, pad, conv->depth * sizeof *pad);
        multiply_windows(stage, conv->pad_window, 1, conv->pad);
    }
    sn_activate(stage->layer->spec.conv1d.activation, conv->pad, conv->pad, stage->stride);
    conv->has_pad = true;
}

/* The pads that the first windows of a row see: fewer than a window has places. */
static size_t seen_pads(const sn_stage *stage, const sn_ragged_shard *input, size_t row)
{
    return sn_smaller(sn_ragged_pads(input, row), kernel_size(stage) - 1);
}

static void set_shape(const sn_stage *stage, const sn_group *group)
{
    const sn_sequence *const input = sn_stage_input(stage, group);
    sn_stage_space *const space = &group->spaces[stage->number];
    size_t counts[SN_SHARD_ROWS] = {0};
    for (size_t row = 0; row < input->shape.rows; row++) {
        const size_t seen = seen_pads(stage, &input->shape, row);
        counts[row] = seen + sn_sequence_count(input, row) - (kernel_size(stage) - 1);
        space->pads[row] = stage->layer->output.time - counts[row];
    }
    space->sequence.stride = stage->stride;
    space->sequence.lead = 0;
    sn_ragged_shape(&space->sequence.shape, counts, input->shape.rows, space->starts, space->pads);
}

/* The tokens of a row, the pads that its windows see in front. */
static void gather_tokens(const sn_stage *stage, const sn_group *group, size_t row)
{
    const sn_sequence *const input = sn_stage_input(stage, group);
    int32_t *tokens = group->spaces[stage->number].row_tokens;
    for (size_t i = seen_pads(stage, &input->shape, row); i > 0; i--)
        *tokens++ = group->pad_token;
    for (size_t step = sn_sequence_first(input, row); step < input->shape.steps; step++)
        *tokens++ = input->shape.tokens[sn_sequence_at(input, step, row)];
}

/* The same of vectors. */
static void gather_vectors(const sn_ragged_engine *engine, const sn_stage *stage,
                           const sn_group *group, size_t row)
{
    const sn_sequence *const input = sn_stage_input(stage, group);
    const size_t depth = stage->conv.depth;
    float *to = group->spaces[stage->number].row;
    for (size_t i = seen_pads(stage, &input->shape, row); i > 0; i--, to += depth)
        memcpy(to, engine->stages[stage->inputs[0]].pad, depth * sizeof *to);
    for (size_t step = sn_sequence_first(input, row); step < input->shape.steps;
         step++, to += depth)
        memcpy(to, input->x + sn_sequence_at(input, step, row) * depth, depth * sizeof *to);
}

static void row_forward(const sn_ragged_engine *engine, const sn_stage *stage,
                        const sn_group *group, size_t row)
{
    const sn_stage_space *const space = &group->spaces[stage->number];
    const sn_sequence *const output = &space->sequence;
    const size_t stride = stage->stride, count = sn_sequence_count(output, row);
    const size_t first = output->shape.steps - count;
    if (stage->conv.projector) {
        gather_tokens(stage, group, row);
        sum_tokens(stage, group->owner->projectors[stage->conv.projector_number].rows,
                   space->row_tokens, count, space->outputs);
    } else {
        gather_vectors(engine, stage, group, row);
        multiply_windows(stage, space->row, count, space->outputs);
    }
    sn_activate(stage->layer->spec.conv1d.activation, space->outputs, space->outputs,
                count * stride);
    for (size_t t = 0; t < count; t++)
        memcpy(output->x + sn_sequence_at(output, first + t, row) * stride,
               space->outputs + t * stride, stride * sizeof *output->x);
}

static void forward(const sn_ragged_engine *engine, const sn_stage *stage, const sn_group *group)
{
    set_shape(stage, group);
    for (size_t row = 0; row < group->pass->batch; row++)
        row_forward(engine, stage, group, row);
}

/* A row's gradients by the sums: those by the outputs through the activation. Returns how many are
 * not 0. */
static size_t gradients_of_row(const sn_stage *stage, const sn_group *group, size_t row,
                               size_t count)
{
    const sn_stage_space *const space = &group->spaces[stage->number];
    const sn_sequence *const output = &space->sequence;
    const size_t stride = stage->stride, first = output->shape.steps - count;
    size_t used = 0;
    for (size_t t = 0; t < count; t++) {
        const size_t at = sn_sequence_at(output, first + t, row) * stride;
        sn_activate_backward(stage->layer->spec.conv1d.activation, output->x + at, output->d_x + at,
                             space->d_outputs + t * stride, stride);
    }
    for (size_t i = 0; i < count * stride; i++)
        used += space->d_outputs[i] != 0.0F;
    return used;
}

/* Each gradient that is not 0 on its own. */
static void windows_backward_one_by_one(const sn_stage *stage, const sn_stage_space *space,
                                        const sn_stage_sums *sums, size_t count)
{
    const size_t width = stage->conv.width, depth = stage->conv.depth;
    const size_t floats = window_floats(stage);
    for (size_t t = 0; t < count; t++)
        for (size_t c = 0; c < width; c++) {
            const float d = space->d_outputs[t * width + c];
            if (d == 0.0F)
                continue;
            sn_kernels_best()->multiply_add(sums->d_kernel + c * floats, space->row + t * depth, d,
                                            floats);
            sn_kernels_best()->multiply_add(space->d_row + t * depth,
                                            stage->conv.kernel_transposed + c * floats, d, floats);
        }
}

/* All at once: for each place of the window, one product each for kernel and vectors. */
static void windows_backward(const sn_stage *stage, const sn_stage_space *space,
                             const sn_stage_sums *sums, size_t count)
{
    const size_t width = stage->conv.width, depth = stage->conv.depth;
    for (size_t j = 0; j < kernel_size(stage); j++) {
        sn_gemm(SN_TRANSPOSED, SN_AS_IS, depth, width, count, space->row + j * depth,
                space->d_outputs, 1.0F, sums->d_products + j * depth * width);
        sn_gemm(SN_AS_IS, SN_AS_IS, count, depth, width, space->d_outputs,
                stage->conv.places + j * width * depth, 1.0F, space->d_row + j * depth);
    }
}

/* Hands a row's gradients by its vectors on, those by the pads that its windows see included. */
static void scatter_vectors(const sn_stage *stage, const sn_group *group, size_t row)
{
    const sn_sequence *const input = sn_stage_input(stage, group);
    const size_t depth = stage->conv.depth;
    const float *from = group->spaces[stage->number].d_row;
    for (size_t i = seen_pads(stage, &input->shape, row); i > 0; i--, from += depth)
        sn_vec_add(group->shares[stage->inputs[0]].sums.d_pad, from, depth);
    for (size_t step = sn_sequence_first(input, row); step < input->shape.steps;
         step++, from += depth)
        sn_kernels_best()->add(input->d_x + sn_sequence_at(input, step, row) * depth, from, depth);
}

static void vectors_backward(const sn_ragged_engine *engine, const sn_stage *stage,
                             const sn_group *group, size_t row, size_t count)
{
    enum { FEW = 8 }; /* one in so many */
    const sn_stage_space *const space = &group->spaces[stage->number];
    const sn_stage_sums *const sums = &group->shares[stage->number].sums;
    const size_t width = stage->conv.width, seen = count + kernel_size(stage) - 1;
    const size_t used = gradients_of_row(stage, group, row, count);
    gather_vectors(engine, stage, group, row);
    memset(space->d_row, 0, seen * stage->conv.depth * sizeof *space->d_row);
    if (used < count * width / FEW)
        windows_backward_one_by_one(stage, space, sums, count);
    else
        windows_backward(stage, space, sums, count);
    for (size_t t = 0; t < count; t++)
        sn_vec_add(sums->d_bias, space->d_outputs + t * width, width);
    scatter_vectors(stage, group, row);
}

/* Whether all bits are 0. count is a multiple of SN_LANES. */
static bool is_zero(const float *x, size_t count)
{
    uint64_t any = 0, word;
    for (size_t i = 0; i < count; i += sizeof word / sizeof *x) {
        memcpy(&word, x + i, sizeof word);
        any |= word;
    }
    return any == 0;
}

static void tokens_backward(const sn_stage *stage, const sn_group *group, size_t row, size_t count)
{
    const sn_stage_space *const space = &group->spaces[stage->number];
    const sn_sequence *const output = &space->sequence;
    const size_t stride = stage->stride, first = output->shape.steps - count;
    sn_windows window = {.count = 1, .size = kernel_size(stage), .width = stage->conv.width};
    gather_tokens(stage, group, row);
    for (size_t t = 0; t < count; t++) {
        const size_t at = sn_sequence_at(output, first + t, row) * stride;
        if (is_zero(output->d_x + at, stride))
            continue;
        sn_activate_backward(stage->layer->spec.conv1d.activation, output->x + at, output->d_x + at,
                             space->d_outputs, stride);
        window.tokens = space->row_tokens + t;
        sn_kernels_best()->add_windows(&window, space->d_outputs,
                                       group->d_projections[stage->conv.projector_number]);
    }
}

static void backward(const sn_ragged_engine *engine, const sn_stage *stage, const sn_group *group)
{
    for (size_t row = 0; row < group->pass->batch; row++) {
        const size_t count = sn_sequence_count(&group->spaces[stage->number].sequence, row);
        if (stage->conv.projector)
            tokens_backward(stage, group, row, count);
        else
            vectors_backward(engine, stage, group, row, count);
    }
}

static void pads_backward(sn_ragged_engine *engine, sn_stage *stage)
{
    const sn_conv_stage *const conv = &stage->conv;
    const sn_stage *const input = &engine->stages[stage->inputs[0]];
    const size_t width = conv->width, depth = conv->depth;
    float *const d_sum = stage->sums.d_pad;
    if (!conv->has_pad)
        return;
    sn_activate_backward(stage->layer->spec.conv1d.activation, conv->pad, d_sum, d_sum,
                         stage->stride);
    for (size_t j = 0; j < kernel_size(stage); j++) {
        if (conv->projector) {
            memcpy(conv->d_pad_projection + j * width, d_sum, width * sizeof *d_sum);
            continue;
        }
        sn_gemm(SN_TRANSPOSED, SN_AS_IS, depth, width, 1, input->pad, d_sum, 1.0F,
                stage->sums.d_products + j * depth * width);
        sn_gemm(SN_AS_IS, SN_AS_IS, 1, depth, width, d_sum, conv->places + j * width * depth, 1.0F,
                input->sums.d_pad);
    }
    if (!conv->projector)
        sn_vec_add(stage->sums.d_bias, d_sum, width);
}

static void finish(sn_ragged_engine *engine, sn_stage *stage)
{
    const sn_conv_stage *const conv = &stage->conv;
    const size_t filters = stage->layer->spec.conv1d.units, width = conv->width;
    const size_t features = stage->layer->input.features, floats = window_floats(stage);
    const sn_range_result *const total = conv->projector ? &conv->projector->ranges[0] : NULL;
    float *const kernel = engine->gradients + stage->layer->offsets[KERNEL];
    for (size_t j = 0; j < kernel_size(stage); j++)
        for (size_t k = 0; k < features; k++)
            for (size_t c = 0; c < filters; c++)
                kernel[(j * features + k) * filters + c] =
                    total ? total->d_kernel[k * projection_floats(stage) + j * width + c]
                          : stage->sums.d_kernel[c * floats + j * conv->depth + k] +
                                stage->sums.d_products[(j * conv->depth + k) * width + c];
    memcpy(engine->gradients + stage->layer->offsets[BIAS],
           total ? total->d_bias : stage->sums.d_bias, filters * sizeof *kernel);
}

const sn_stage_ops sn_stage_conv = {.lay_out = lay_out,
                                    .lay_out_space = lay_out_space,
                                    .lay_out_sums = lay_out_sums,
                                    .use = use,
                                    .extend_pads = extend_pads,
                                    .forward = forward,
                                    .backward = backward,
                                    .pads_backward = pads_backward,
                                    .finish = finish};
