#include "pad_prefix.h"

#include <math.h>
#include <string.h>

#include "gemm.h"
#include "memory.h"
#include "vec.h"

#include "banned.h"

static void clear(float *x, size_t count)
{
    if (x)
        memset(x, 0, count * sizeof *x);
}

/* What only training needs. */
static void lay_out_gradients(sn_pad_prefix *prefix, const sn_pad_prefix_plan *plan, size_t inputs,
                              float *block, size_t *used)
{
    const sn_packed_cell *const packed = plan->packed;
    const size_t columns = packed->columns, states = (plan->time + 1) * packed->width;
    prefix->d_hidden = sn_carve(block, used, states);
    prefix->d_carry = packed->cell->carries ? sn_carve(block, used, states) : NULL;
    prefix->d_sum = plan->pools_mean ? sn_carve(block, used, states) : NULL;
    prefix->d_recurrent = sn_carve(block, used, sn_packed_recurrent_rows(packed) * columns);
    prefix->d_projections = sn_carve(block, used, inputs);
    prefix->d_stationary_projection = sn_carve(block, used, columns);
    prefix->d_stationary_product = sn_carve(block, used, columns);
    prefix->d_gates = sn_carve(block, used, columns);
}

static size_t lay_out(sn_pad_prefix *prefix, const sn_pad_prefix_plan *plan, float *block)
{
    const sn_packed_cell *const packed = plan->packed;
    const size_t columns = packed->columns, states = (plan->time + 1) * packed->width;
    const size_t inputs = plan->below ? (plan->time + 1) * columns : columns;
    size_t used = 0;
    prefix->projections = sn_carve(block, &used, inputs);
    prefix->hidden = sn_carve(block, &used, states);
    prefix->carry = packed->cell->carries ? sn_carve(block, &used, states) : NULL;
    prefix->most = plan->pools_max ? sn_carve(block, &used, states) : NULL;
    prefix->at = plan->pools_max ? sn_carve(block, &used, states) : NULL;
    prefix->sum = plan->pools_mean ? sn_carve(block, &used, states) : NULL;
    if (plan->trains || sn_packed_works_in_tape(packed)) {
        prefix->gates = sn_carve(block, &used, plan->time * columns);
        prefix->memo = sn_carve(block, &used, plan->time * packed->width);
    }
    if (plan->trains)
        lay_out_gradients(prefix, plan, inputs, block, &used);
    return used;
}

/* Before any pad. */
static void begin_pooling(sn_pad_prefix *prefix)
{
    for (size_t i = 0; prefix->most && i < prefix->packed->width; i++)
        prefix->most[i] = -INFINITY;
    clear(prefix->at, prefix->packed->width);
    clear(prefix->sum, prefix->packed->width);
}

size_t sn_pad_prefix_init(sn_pad_prefix *prefix, const sn_pad_prefix_plan *plan, float *block)
{
    const size_t width = plan->packed->width, states = (plan->time + 1) * width;
    *prefix = (sn_pad_prefix){.packed = plan->packed, .below = plan->below};
    const size_t floats = lay_out(prefix, plan, block);
    if (!block)
        return floats;
    clear(prefix->hidden, width); /* the state before any pad */
    clear(prefix->carry, width);
    begin_pooling(prefix);
    clear(prefix->d_hidden, states);
    clear(prefix->d_carry, states);
    clear(prefix->d_sum, states);
    return floats;
}

void sn_pad_prefix_reset(sn_pad_prefix *prefix)
{
    prefix->steps = prefix->distinct = prefix->projected = 0;
    prefix->is_stationary = false;
}

static const int32_t PAD_TOKEN = 0;

static bool is_same(const float *x, const float *y, size_t count)
{
    return !x || memcmp(x, y, count * sizeof *x) == 0;
}

/* The number of the projection that step `step` takes: above another prefix, of the state after
 * that step. */
static int32_t input_of(const sn_pad_prefix *prefix, size_t step)
{
    return prefix->below ? (int32_t)sn_pad_prefix_at(prefix->below, step + 1) : PAD_TOKEN;
}

/* Whether all steps from this one on take the same input. */
static bool is_input_constant(const sn_pad_prefix *prefix, size_t step)
{
    return !prefix->below || (prefix->below->is_stationary && step + 1 >= prefix->below->distinct);
}

/* Takes state `state` into what is pooled. */
static void pool_state(sn_pad_prefix *prefix, size_t state)
{
    const size_t width = prefix->packed->width, now = state * width, before = now - width;
    const float *const hidden = prefix->hidden + now;
    if (prefix->most) {
        memcpy(prefix->most + now, prefix->most + before, width * sizeof *hidden);
        memcpy(prefix->at + now, prefix->at + before, width * sizeof *hidden);
        sn_kernels_best()->maximum(prefix->most + now, prefix->at + now, hidden, (float)state,
                                   width);
    }
    for (size_t k = 0; prefix->sum && k < width; k++)
        prefix->sum[now + k] = prefix->sum[before + k] + hidden[k];
}

/* Computes state `step` + 1. */
static void step_forward(sn_pad_prefix *prefix, size_t step)
{
    const sn_packed_cell *const packed = prefix->packed;
    const size_t width = packed->width, now = step * width;
    const int32_t token = input_of(prefix, step);
    const sn_step_forward forward = {.rows = 1,
                                     .units = width,
                                     .recurrent = packed->recurrent,
                                     .second = packed->second,
                                     .activation = packed->activation,
                                     .recurrent_activation = packed->recurrent_activation,
                                     .recurrent_bias = packed->recurrent_bias,
                                     .projections = prefix->projections,
                                     .tokens = &token,
                                     .hidden = prefix->hidden + now,
                                     .carry = sn_float_at(prefix->carry, now),
                                     .hidden_next = prefix->hidden + now + width,
                                     .carry_next = sn_float_at(prefix->carry, now + width),
                                     .gates = sn_float_at(prefix->gates, step * packed->columns),
                                     .memo = sn_float_at(prefix->memo, now)};
    sn_packed_kernels(packed)->forward(&forward);
    if (is_input_constant(prefix, step) && is_same(forward.hidden, forward.hidden_next, width) &&
        is_same(forward.carry, forward.carry_next, width))
        prefix->is_stationary = true;
    else
        pool_state(prefix, prefix->distinct = step + 1);
}

/* Projects the states of the prefix below that are not projected yet. */
static void project_below(sn_pad_prefix *prefix)
{
    const sn_packed_cell *const packed = prefix->packed;
    for (; prefix->projected <= prefix->below->distinct; prefix->projected++) {
        const int32_t state = (int32_t)prefix->projected;
        sn_packed_cell_project(packed, prefix->below->hidden, &state, 1,
                               prefix->projections + prefix->projected * packed->columns);
    }
}

void sn_pad_prefix_extend(sn_pad_prefix *prefix, const float *pad, size_t steps)
{
    if (prefix->below)
        project_below(prefix);
    else if (prefix->steps == 0)
        sn_packed_cell_project(prefix->packed, pad, &PAD_TOKEN, 1, prefix->projections);
    while (prefix->distinct < steps && !prefix->is_stationary)
        step_forward(prefix, prefix->distinct);
    if (prefix->steps < steps)
        prefix->steps = steps;
}

void sn_pad_prefix_add_gradients(sn_pad_prefix *prefix, size_t pads, const float *d_hidden,
                                 const float *d_carry)
{
    const size_t width = prefix->packed->width;
    sn_vec_add(prefix->d_hidden + pads * width, d_hidden, width);
    if (prefix->d_carry)
        sn_vec_add(prefix->d_carry + pads * width, d_carry, width);
}

void sn_pad_prefix_pool(const sn_pad_prefix *prefix, size_t pads, float *most, float *at,
                        float *sum)
{
    const size_t width = prefix->packed->width, state = sn_pad_prefix_at(prefix, pads);
    const float more = (float)(pads - state);
    if (most)
        memcpy(most, prefix->most + state * width, width * sizeof *most);
    for (size_t k = 0; at && k < width; k++)
        at[k] = -prefix->at[state * width + k];
    for (size_t k = 0; sum && k < width; k++)
        sum[k] = prefix->sum[state * width + k] + more * prefix->hidden[state * width + k];
}

void sn_pad_prefix_unpool(sn_pad_prefix *prefix, size_t pads, const float *d_most, const float *at,
                          const float *d_sum)
{
    const size_t width = prefix->packed->width;
    for (size_t k = 0; d_most && k < width; k++)
        if (at[k] < 0.0F)
            prefix->d_hidden[(size_t)-at[k] * width + k] += d_most[k];
    if (d_sum)
        sn_vec_add(prefix->d_sum + pads * width, d_sum, width);
}

/* From the gradients by sums of states to those by each. */
static void add_sum_gradients(sn_pad_prefix *prefix)
{
    const size_t width = prefix->packed->width;
    for (size_t state = prefix->steps; prefix->d_sum && state > 0; state--) {
        const float *const d_sum = prefix->d_sum + state * width;
        sn_vec_add(prefix->d_hidden + state * width, d_sum, width);
        sn_vec_add(prefix->d_sum + (state - 1) * width, d_sum, width);
    }
    clear(prefix->d_sum, (prefix->steps + 1) * width);
}

/* Whether any gradient has come to a state; none has beyond the last row's, or after all faded. */
static bool has_gradient(const sn_pad_prefix *prefix, size_t state)
{
    const size_t width = prefix->packed->width;
    return !sn_vec_all_zero(prefix->d_hidden + state * width, width) ||
           (prefix->d_carry && !sn_vec_all_zero(prefix->d_carry + state * width, width));
}

/* Where the gradient by the projection of step `step` is added. */
static float *d_projections_of(const sn_pad_prefix *prefix, bool is_stationary)
{
    return !prefix->below && is_stationary ? prefix->d_stationary_projection
                                           : prefix->d_projections;
}

/* Step `step` backward, its gradients by the state after it in row step + 1 of d_hidden and
 * d_carry; adds those by the state before it to row `step`. The tape of a stationary step serves
 * many times. */
static void step_backward(sn_pad_prefix *prefix, size_t step)
{
    const sn_packed_cell *const packed = prefix->packed;
    const size_t width = packed->width, columns = packed->columns, after = (step + 1) * width;
    const bool is_stationary = step >= prefix->distinct;
    const size_t state = is_stationary ? prefix->distinct : step;
    const int32_t token = prefix->below ? (int32_t)step + 1 : PAD_TOKEN;
    float *gates = prefix->gates + state * columns;
    if (!has_gradient(prefix, step + 1)) {
        if (!is_stationary)
            clear(gates, columns); /* the gradient by the step's product */
        return;
    }
    if (is_stationary)
        gates = memcpy(prefix->d_gates, gates, columns * sizeof *gates);
    const sn_step_backward backward = {.rows = 1,
                                       .units = width,
                                       .recurrent_transposed = packed->recurrent_transposed,
                                       .second_transposed = packed->second_transposed,
                                       .activation = packed->activation,
                                       .recurrent_activation = packed->recurrent_activation,
                                       .gates = gates,
                                       .hidden = prefix->hidden + state * width,
                                       .carry = sn_float_at(prefix->carry, state * width),
                                       .memo = prefix->memo + state * width,
                                       .d_hidden = prefix->d_hidden + after,
                                       .d_carry = sn_float_at(prefix->d_carry, after),
                                       .d_projections = d_projections_of(prefix, is_stationary),
                                       .tokens = &token,
                                       .d_recurrent_bias =
                                           sn_packed_bias_row(packed, prefix->d_recurrent)};
    sn_packed_kernels(packed)->backward(&backward);
    if (is_stationary)
        sn_vec_add(prefix->d_stationary_product, gates, columns);
    sn_vec_add(prefix->d_hidden + step * width, backward.d_hidden, width);
    if (prefix->d_carry)
        sn_vec_add(prefix->d_carry + step * width, backward.d_carry, width);
}

/* d_recurrent = beta d_recurrent + states^T d_products, for `count` states from number `first` on.
 */
static void multiply_states(sn_pad_prefix *prefix, size_t first, size_t count,
                            const float *d_products, float beta)
{
    const sn_packed_cell *const packed = prefix->packed;
    const size_t width = packed->width;
    sn_gemm(SN_TRANSPOSED, SN_AS_IS, width, packed->columns, count, prefix->hidden + first * width,
            d_products, beta, prefix->d_recurrent);
    if (packed->cell->second)
        sn_gemm(SN_TRANSPOSED, SN_AS_IS, width, packed->columns, count,
                sn_packed_second_input(packed, sn_float_at(prefix->carry, first * width),
                                       prefix->memo + first * width),
                d_products, beta, sn_packed_second_rows(packed, prefix->d_recurrent));
}

/* The input of each step is a state of the prefix below: the gradients by these and by the kernel.
 * The states beyond the last distinct one are equal, but not the gradients by them. */
static void backward_below(sn_pad_prefix *prefix, float *d_kernel, float *d_bias)
{
    const sn_packed_cell *const packed = prefix->packed;
    sn_pad_prefix *const below = prefix->below;
    const size_t columns = packed->columns, width = below->packed->width;
    const size_t distinct = sn_pad_prefix_at(below, prefix->steps);
    float *const d_projections = prefix->d_projections;
    sn_gemm(SN_AS_IS, SN_AS_IS, prefix->steps, width, columns, d_projections + columns,
            packed->kernel_transposed, 1.0F, below->d_hidden + width);
    for (size_t state = 1; state <= prefix->steps; state++)
        sn_vec_add(d_bias, d_projections + state * columns, columns);
    for (size_t state = distinct + 1; state <= prefix->steps; state++)
        sn_vec_add(d_projections + distinct * columns, d_projections + state * columns, columns);
    sn_gemm(SN_TRANSPOSED, SN_AS_IS, width, columns, distinct + 1, below->hidden, d_projections,
            1.0F, d_kernel);
}

void sn_pad_prefix_backward(sn_pad_prefix *prefix, float *d_kernel, float *d_bias)
{
    const sn_packed_cell *const packed = prefix->packed;
    const size_t width = packed->width, columns = packed->columns;
    clear(prefix->d_recurrent, sn_packed_recurrent_rows(packed) * columns);
    clear(prefix->d_projections, prefix->below ? (prefix->steps + 1) * columns : columns);
    clear(prefix->d_stationary_projection, columns);
    clear(prefix->d_stationary_product, columns);
    add_sum_gradients(prefix);
    for (size_t step = prefix->steps; step-- > 0;)
        step_backward(prefix, step);
    multiply_states(prefix, 0, prefix->distinct, prefix->gates, 0.0F);
    if (prefix->steps > prefix->distinct) {
        multiply_states(prefix, prefix->distinct, 1, prefix->d_stationary_product, 1.0F);
        if (!prefix->below)
            sn_vec_add(prefix->d_projections, prefix->d_stationary_projection, columns);
    }
    if (prefix->below)
        backward_below(prefix, d_kernel, d_bias);
    clear(prefix->d_hidden, (prefix->steps + 1) * width);
    clear(prefix->d_carry, (prefix->steps + 1) * width);
    sn_pad_prefix_reset(prefix);
}
