#include "pad_prefix.h"

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

static size_t lay_out(sn_pad_prefix *prefix, size_t time, bool trains, float *block)
{
    const sn_packed_cell *const packed = prefix->packed;
    const size_t columns = packed->columns, states = (time + 1) * packed->width;
    const bool carries = packed->cell->carries;
    size_t used = 0;
    prefix->projection = sn_carve(block, &used, columns);
    prefix->hidden = sn_carve(block, &used, states);
    prefix->carry = carries ? sn_carve(block, &used, states) : NULL;
    if (!trains)
        return used;
    prefix->gates = sn_carve(block, &used, time * columns);
    prefix->memo = sn_carve(block, &used, time * packed->width);
    prefix->d_hidden = sn_carve(block, &used, states);
    prefix->d_carry = carries ? sn_carve(block, &used, states) : NULL;
    prefix->d_recurrent = sn_carve(block, &used, sn_packed_recurrent_rows(packed) * columns);
    prefix->d_projection = sn_carve(block, &used, columns);
    prefix->d_stationary_projection = sn_carve(block, &used, columns);
    prefix->d_stationary_product = sn_carve(block, &used, columns);
    prefix->d_gates = sn_carve(block, &used, columns);
    return used;
}

size_t sn_pad_prefix_init(sn_pad_prefix *prefix, const sn_packed_cell *packed, size_t time,
                          bool trains, float *block)
{
    *prefix = (sn_pad_prefix){.packed = packed};
    const size_t floats = lay_out(prefix, time, trains, block);
    if (!block)
        return floats;
    clear(prefix->hidden, packed->width); /* the state before any pad */
    clear(prefix->carry, packed->width);
    clear(prefix->d_hidden, (time + 1) * packed->width);
    clear(prefix->d_carry, (time + 1) * packed->width);
    return floats;
}

void sn_pad_prefix_reset(sn_pad_prefix *prefix)
{
    prefix->steps = prefix->distinct = 0;
    prefix->is_stationary = false;
}

static const int32_t PAD_TOKEN = 0;

static bool is_same(const float *x, const float *y, size_t count)
{
    return !x || memcmp(x, y, count * sizeof *x) == 0;
}

/* Computes state `step` + 1. */
static void step_forward(sn_pad_prefix *prefix, size_t step)
{
    const sn_packed_cell *const packed = prefix->packed;
    const size_t width = packed->width, now = step * width;
    const sn_step_forward forward = {.rows = 1,
                                     .units = width,
                                     .recurrent = packed->recurrent,
                                     .activation = packed->activation,
                                     .recurrent_activation = packed->recurrent_activation,
                                     .recurrent_bias = packed->recurrent_bias,
                                     .projections = prefix->projection,
                                     .tokens = &PAD_TOKEN,
                                     .hidden = prefix->hidden + now,
                                     .carry = sn_float_at(prefix->carry, now),
                                     .hidden_next = prefix->hidden + now + width,
                                     .carry_next = sn_float_at(prefix->carry, now + width),
                                     .gates = sn_float_at(prefix->gates, step * packed->columns),
                                     .memo = sn_float_at(prefix->memo, now)};
    sn_packed_kernels(packed)->forward(&forward);
    if (is_same(forward.hidden, forward.hidden_next, width) &&
        is_same(forward.carry, forward.carry_next, width))
        prefix->is_stationary = true;
    else
        prefix->distinct = step + 1;
}

void sn_pad_prefix_extend(sn_pad_prefix *prefix, size_t steps)
{
    if (prefix->steps == 0)
        sn_packed_cell_project(prefix->packed, &PAD_TOKEN, 1, prefix->projection);
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

/* Whether any gradient has come to a state; none has beyond the last row's, or after all faded. */
static bool has_gradient(const sn_pad_prefix *prefix, size_t state)
{
    const size_t width = prefix->packed->width;
    return !sn_vec_all_zero(prefix->d_hidden + state * width, width) ||
           (prefix->d_carry && !sn_vec_all_zero(prefix->d_carry + state * width, width));
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
    float *gates = prefix->gates + state * columns;
    if (!has_gradient(prefix, step + 1)) {
        if (!is_stationary)
            clear(gates, columns); /* the gradient by the step's product */
        return;
    }
    if (is_stationary)
        gates = memcpy(prefix->d_gates, gates, columns * sizeof *gates);
    const sn_step_backward backward = {
        .rows = 1,
        .units = width,
        .recurrent_transposed = packed->recurrent_transposed,
        .activation = packed->activation,
        .recurrent_activation = packed->recurrent_activation,
        .gates = gates,
        .hidden = prefix->hidden + state * width,
        .carry = sn_float_at(prefix->carry, state * width),
        .memo = prefix->memo + state * width,
        .d_hidden = prefix->d_hidden + after,
        .d_carry = sn_float_at(prefix->d_carry, after),
        .d_projections = is_stationary ? prefix->d_stationary_projection : prefix->d_projection,
        .tokens = &PAD_TOKEN,
        .d_recurrent_bias = sn_packed_bias_row(packed, prefix->d_recurrent)};
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
    const size_t width = prefix->packed->width;
    sn_gemm(SN_TRANSPOSED, SN_AS_IS, width, prefix->packed->columns, count,
            prefix->hidden + first * width, d_products, beta, prefix->d_recurrent);
}

void sn_pad_prefix_backward(sn_pad_prefix *prefix)
{
    const sn_packed_cell *const packed = prefix->packed;
    const size_t width = packed->width, columns = packed->columns;
    clear(prefix->d_recurrent, sn_packed_recurrent_rows(packed) * columns);
    clear(prefix->d_projection, columns);
    clear(prefix->d_stationary_projection, columns);
    clear(prefix->d_stationary_product, columns);
    for (size_t step = prefix->steps; step-- > 0;)
        step_backward(prefix, step);
    multiply_states(prefix, 0, prefix->distinct, prefix->gates, 0.0F);
    if (prefix->steps > prefix->distinct) {
        multiply_states(prefix, prefix->distinct, 1, prefix->d_stationary_product, 1.0F);
        sn_vec_add(prefix->d_projection, prefix->d_stationary_projection, columns);
    }
    clear(prefix->d_hidden, (prefix->steps + 1) * width);
    clear(prefix->d_carry, (prefix->steps + 1) * width);
    sn_pad_prefix_reset(prefix);
}
