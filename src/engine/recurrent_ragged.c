#include "recurrent_ragged.h"

#include <math.h>
#include <string.h>

#include "gemm.h"
#include "vec.h"

#include "banned.h"

/* Tokens whose recurrent gradient is one product: few enough for OpenBLAS to multiply without
 * packing its operands, see tests/bench/README.md. */
enum { GRADIENT_TOKENS = 240 };

bool sn_ragged_needs_carry(const sn_cell *cell, bool drops)
{
    return cell->carries || (drops && cell->is_direct);
}

/* A row of states becomes the one after this number of pads, or the zero state. */
static void enter_row(float *to, const float *states, size_t state, size_t width)
{
    if (!to)
        return;
    if (states)
        memcpy(to, states + state * width, width * sizeof *to);
    else
        memset(to, 0, width * sizeof *to);
}

/* Rows first .. last of a step enter: their states are those after their pads. */
static void enter(const sn_pad_prefix *prefix, const sn_ragged_shard *shard, size_t first,
                  size_t last, float *hidden, float *carry)
{
    const size_t width = prefix->packed->width;
    for (size_t row = first; row < last; row++) {
        const size_t state = shard->pads ? sn_pad_prefix_at(prefix, shard->pads[row]) : 0;
        enter_row(hidden + row * width, shard->pads ? prefix->hidden : NULL, state, width);
        enter_row(sn_float_at(carry, row * width), shard->pads ? prefix->carry : NULL, state,
                  width);
    }
}

/* Fetches a step's rows of a table of packed rows while the step next to it is computed: they lie
 * all over a table that outgrows the first-level cache, that of projections also the second. */
static void prefetch(const float *table, size_t columns, const sn_ragged_shard *shard, size_t step)
{
    for (size_t i = shard->starts[step]; i < shard->starts[step + 1]; i++)
        sn_vec_prefetch(table + (size_t)shard->tokens[i] * columns, columns);
}

/* Before any step. */
static void start_pooling(const sn_pooled *pooled, size_t count)
{
    for (size_t i = 0; pooled->most && i < count; i++)
        pooled->most[i] = -INFINITY;
    if (pooled->sum)
        memset(pooled->sum, 0, count * sizeof *pooled->sum);
}

/* Takes the states after a step, `count` floats, into what is pooled. */
static void pool_step(const sn_pooled *pooled, const float *hidden, size_t step, size_t count)
{
    const sn_kernels *const kernels = sn_kernels_best();
    if (pooled->most)
        kernels->maximum(pooled->most, pooled->at, hidden, (float)step, count);
    if (pooled->sum)
        kernels->add(pooled->sum, hidden, count);
}

static void unpool_step(const sn_pooled *pooled, float *d_hidden, size_t step, size_t count)
{
    const sn_kernels *const kernels = sn_kernels_best();
    if (pooled->most)
        kernels->maximum_backward(d_hidden, pooled->d_most, pooled->at, (float)step, count);
    if (pooled->sum)
        kernels->add(d_hidden, pooled->d_sum, count);
}

/* What all forward steps of a shard have in common; the rest is the step's. */
static sn_step_forward step_of(const sn_packed_cell *packed, const sn_ragged_shard *shard,
                               const float *projections, size_t step)
{
    return (sn_step_forward){.rows = sn_ragged_active(shard, step),
                             .units = packed->width,
                             .recurrent = packed->recurrent,
                             .activation = packed->activation,
                             .recurrent_activation = packed->recurrent_activation,
                             .recurrent_bias = packed->recurrent_bias,
                             .projections = projections,
                             .tokens = shard->tokens + shard->starts[step]};
}

void sn_ragged_forward(const sn_packed_cell *packed, const sn_pad_prefix *prefix,
                       const sn_ragged_shard *shard, const float *projections,
                       const sn_ragged_tape *tape)
{
    const sn_cell_kernels *const kernels = sn_packed_kernels(packed);
    const sn_pooled *const pooled = tape->pooled;
    const size_t width = packed->width;
    size_t entered = 0;
    if (pooled)
        start_pooling(pooled, shard->rows * width);
    for (size_t step = 0; step < shard->steps; step++) {
        const bool is_last = step + 1 == shard->steps;
        const size_t now = shard->starts[step] * width;
        sn_step_forward forward = step_of(packed, shard, projections, step);
        const size_t next = now + forward.rows * width;
        enter(prefix, shard, entered, forward.rows, tape->hidden + now,
              sn_float_at(tape->carry, now));
        entered = forward.rows;
        forward.hidden = tape->hidden + now;
        forward.carry = sn_float_at(tape->carry, now);
        forward.hidden_next = tape->hidden + next;
        forward.carry_next = sn_float_at(tape->carry, next);
        forward.hidden_scale = is_last ? NULL : tape->scale;
        forward.unscaled = pooled ? pooled->unscaled : NULL;
        forward.gates = tape->gates + shard->starts[step] * packed->columns;
        forward.memo = tape->memo + now;
        if (!is_last)
            prefetch(projections, packed->columns, shard, step + 1);
        kernels->forward(&forward);
        if (pooled)
            pool_step(pooled, forward.hidden_scale ? pooled->unscaled : forward.hidden_next, step,
                      forward.rows * width);
    }
    const size_t end = shard->starts[shard->steps] * width;
    enter(prefix, shard, entered, shard->rows, tape->hidden + end, sn_float_at(tape->carry, end));
}

/* d_recurrent += hidden^T d_products over the tokens first .. last. */
static void accumulate_recurrent(const sn_packed_cell *packed, const sn_ragged_tape *tape,
                                 size_t first, size_t last, float *d_recurrent)
{
    sn_gemm(SN_TRANSPOSED, SN_AS_IS, packed->width, packed->columns, last - first,
            tape->hidden + first * packed->width, tape->gates + first * packed->columns, 1.0F,
            d_recurrent);
}

void sn_ragged_backward(const sn_packed_cell *packed, const sn_ragged_shard *shard,
                        const sn_ragged_tape *tape, float *d_projections, float *d_recurrent)
{
    const sn_cell_kernels *const kernels = sn_packed_kernels(packed);
    const size_t width = packed->width;
    size_t pending = shard->starts[shard->steps]; /* tokens from here on are accumulated */
    if (tape->d_carry)
        memset(tape->d_carry, 0, shard->rows * width * sizeof *tape->d_carry);
    for (size_t step = shard->steps; step-- > 0;) {
        const size_t start = shard->starts[step], now = start * width;
        const sn_step_backward backward = {.rows = sn_ragged_active(shard, step),
                                           .units = width,
                                           .recurrent_transposed = packed->recurrent_transposed,
                                           .activation = packed->activation,
                                           .recurrent_activation = packed->recurrent_activation,
                                           .gates = tape->gates + start * packed->columns,
                                           .hidden = tape->hidden + now,
                                           .carry = sn_float_at(tape->carry, now),
                                           .memo = tape->memo + now,
                                           .d_hidden = tape->d_hidden,
                                           .d_carry = tape->d_carry,
                                           .d_hidden_scale = tape->scale,
                                           .d_projections = d_projections,
                                           .tokens = shard->tokens + start,
                                           .d_recurrent_bias =
                                               sn_packed_bias_row(packed, d_recurrent)};
        if (step > 0)
            prefetch(d_projections, packed->columns, shard, step - 1);
        if (tape->pooled)
            unpool_step(tape->pooled, tape->d_hidden, step, backward.rows * width);
        kernels->backward(&backward);
        /* The step before may hold as many tokens as this one, not more. */
        const size_t collected = pending - start;
        if (step == 0 || collected + backward.rows > GRADIENT_TOKENS) {
            accumulate_recurrent(packed, tape, start, pending, d_recurrent);
            pending = start;
        }
    }
}

const float *sn_ragged_score(const sn_packed_cell *packed, const sn_pad_prefix *prefix,
                             const sn_ragged_shard *shard, const float *projections, float *hidden,
                             float *carry, const sn_pooled *pooled)
{
    const sn_cell_kernels *const kernels = sn_packed_kernels(packed);
    const size_t width = packed->width, state = shard->rows * width;
    size_t entered = 0, now = 0;
    if (pooled)
        start_pooling(pooled, state);
    for (size_t step = 0; step < shard->steps; step++) {
        const size_t next = state - now;
        sn_step_forward forward = step_of(packed, shard, projections, step);
        enter(prefix, shard, entered, forward.rows, hidden + now, sn_float_at(carry, now));
        entered = forward.rows;
        forward.hidden = hidden + now;
        forward.carry = sn_float_at(carry, now);
        forward.hidden_next = hidden + next;
        forward.carry_next = sn_float_at(carry, next);
        if (step + 1 < shard->steps)
            prefetch(projections, packed->columns, shard, step + 1);
        kernels->forward(&forward);
        if (pooled)
            pool_step(pooled, forward.hidden_next, step, forward.rows * width);
        now = next;
    }
    enter(prefix, shard, entered, shard->rows, hidden + now, sn_float_at(carry, now));
    return hidden + now;
}
