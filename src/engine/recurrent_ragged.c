#include "recurrent_ragged.h"

#include <math.h>
#include <string.h>

#include "gemm.h"
#include "pieces.h"
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
static void enter(const sn_pad_prefix *prefix, const sn_ragged_shard *shard, size_t width,
                  size_t first, size_t last, float *hidden, float *carry)
{
    for (size_t row = first; row < last; row++) {
        const size_t state = shard->pads ? sn_pad_prefix_at(prefix, shard->pads[row]) : 0;
        enter_row(hidden + row * width, shard->pads ? prefix->hidden : NULL, state, width);
        enter_row(sn_float_at(carry, row * width), shard->pads ? prefix->carry : NULL, state,
                  width);
    }
}

/* Keeps the final states of the rows that have no further step. */
static void leave(const sn_ragged_shard *shard, const sn_ragged_tape *tape, size_t width,
                  size_t step, const float *hidden)
{
    const size_t active = sn_ragged_active(shard, step);
    const size_t rest = step + 1 < shard->steps ? sn_ragged_active(shard, step + 1) : 0;
    if (rest < active)
        memcpy(tape->final + rest * width, hidden + rest * width,
               (active - rest) * width * sizeof *hidden);
}

/* Fetches a step's rows of a table of packed rows while the step next to it is computed: they lie
 * all over a table that outgrows the first-level cache, that of projections also the second. */
static void prefetch(const float *table, size_t columns, const sn_ragged_shard *shard, size_t step)
{
    for (size_t i = shard->starts[step]; i < shard->starts[step + 1]; i++)
        sn_vec_prefetch(table + (size_t)shard->tokens[i] * columns, columns);
}

void sn_pool_zero(float *most, float *at, size_t width)
{
    memset(most, 0, width * sizeof *most);
    for (size_t k = 0; at && k < width; k++)
        at[k] = -1.0F;
}

/* Before any step: what the pads of each row give. */
static void start_pooling(const sn_pad_prefix *prefix, const sn_ragged_shard *shard,
                          const sn_pooled *pooled, size_t width)
{
    const size_t count = shard->rows * width;
    for (size_t i = 0; pooled->most && i < count; i++)
        pooled->most[i] = -INFINITY;
    if (pooled->sum)
        memset(pooled->sum, 0, count * sizeof *pooled->sum);
    for (size_t row = 0; pooled->from_zero && row < shard->rows; row++)
        if (pooled->from_zero[row])
            sn_pool_zero(pooled->most + row * width, sn_float_at(pooled->at, row * width), width);
    for (size_t row = 0; row < shard->rows; row++)
        if (sn_ragged_pads(shard, row))
            sn_pad_prefix_pool(prefix, shard->pads[row], sn_float_at(pooled->most, row * width),
                               sn_float_at(pooled->at, row * width),
                               sn_float_at(pooled->sum, row * width));
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
                             .second = packed->second,
                             .activation = packed->activation,
                             .recurrent_activation = packed->recurrent_activation,
                             .recurrent_bias = packed->recurrent_bias,
                             .projections = projections,
                             .tokens = shard->tokens + shard->starts[step]};
}

/* Hands on the states after a step, [rows, width]. */
static void hand_on(const sn_ragged_shard *shard, const sn_ragged_tape *tape, size_t width,
                    size_t step, const float *hidden)
{
    const size_t count = sn_ragged_active(shard, step) * width;
    if (tape->pooled)
        pool_step(tape->pooled, hidden, step, count);
    if (tape->outputs && tape->outputs + shard->starts[step] * width != hidden)
        memcpy(tape->outputs + shard->starts[step] * width, hidden, count * sizeof *hidden);
    if (tape->final)
        leave(shard, tape, width, step, hidden);
}

/* Before the first step: rows without any have the zero state. */
static void start(const sn_pad_prefix *prefix, const sn_ragged_shard *shard,
                  const sn_ragged_tape *tape, size_t width)
{
    if (tape->pooled)
        start_pooling(prefix, shard, tape->pooled, width);
    if (tape->final)
        memset(tape->final, 0, shard->rows * width * sizeof *tape->final);
}

/* Where a step puts its states unscaled, when the tape gets them scaled; NULL: nowhere. */
static float *unscaled_of(const sn_ragged_tape *tape, size_t at)
{
    return tape->outputs ? tape->outputs + at : tape->unscaled;
}

/* The forward step `step`, whose states before and after it lie at the floats `now` and `next` of
 * the tape. Lets the rows beyond `entered` enter. */
static sn_step_forward begin_step(const sn_packed_cell *packed, const sn_pad_prefix *prefix,
                                  const sn_ragged_shard *shard, const float *projections,
                                  const sn_ragged_tape *tape, size_t step, size_t now, size_t next,
                                  size_t *entered)
{
    sn_step_forward forward = step_of(packed, shard, projections, step);
    forward.hidden = tape->hidden + now;
    forward.carry = sn_float_at(tape->carry, now);
    forward.hidden_next = tape->hidden + next;
    forward.carry_next = sn_float_at(tape->carry, next);
    enter(prefix, shard, packed->width, *entered, forward.rows, tape->hidden + now,
          sn_float_at(tape->carry, now));
    *entered = sn_larger(*entered, forward.rows);
    if (step + 1 < shard->steps)
        prefetch(projections, packed->columns, shard, step + 1);
    return forward;
}

void sn_ragged_forward(const sn_packed_cell *packed, const sn_pad_prefix *prefix,
                       const sn_ragged_shard *shard, const float *projections,
                       const sn_ragged_tape *tape)
{
    const sn_cell_kernels *const kernels = sn_packed_kernels(packed);
    const size_t width = packed->width;
    size_t entered = 0;
    start(prefix, shard, tape, width);
    for (size_t step = 0; step < shard->steps; step++) {
        const bool is_last = step + 1 == shard->steps;
        const size_t now = shard->starts[step] * width;
        const size_t next = now + sn_ragged_active(shard, step) * width;
        sn_step_forward forward =
            begin_step(packed, prefix, shard, projections, tape, step, now, next, &entered);
        forward.hidden_scale = is_last ? NULL : tape->scale;
        forward.unscaled = forward.hidden_scale ? unscaled_of(tape, now) : NULL;
        forward.gates = sn_float_at(tape->gates, shard->starts[step] * packed->columns);
        forward.memo = sn_float_at(tape->memo, now);
        kernels->forward(&forward);
        hand_on(shard, tape, width, step,
                forward.unscaled ? forward.unscaled : forward.hidden_next);
    }
    const size_t end = shard->starts[shard->steps] * width;
    if (!tape->final)
        enter(prefix, shard, width, entered, shard->rows, tape->hidden + end,
              sn_float_at(tape->carry, end));
}

/* d_recurrent += hidden^T d_products over the tokens first .. last; likewise for a second product.
 */
static void accumulate_recurrent(const sn_packed_cell *packed, const sn_ragged_tape *tape,
                                 size_t first, size_t last, float *d_recurrent)
{
    const size_t width = packed->width, columns = packed->columns, at = first * width;
    const float *const d_products = tape->gates + first * columns;
    sn_gemm(SN_TRANSPOSED, SN_AS_IS, width, columns, last - first, tape->hidden + at, d_products,
            1.0F, d_recurrent);
    if (packed->cell->second)
        sn_gemm(SN_TRANSPOSED, SN_AS_IS, width, columns, last - first,
                sn_packed_second_input(packed, sn_float_at(tape->carry, at), tape->memo + at),
                d_products, 1.0F, sn_packed_second_rows(packed, d_recurrent));
}

/* Adds the gradients by the states after a step. */
static void take_back(const sn_ragged_shard *shard, const sn_ragged_tape *tape, size_t width,
                      size_t step)
{
    const size_t rows = sn_ragged_active(shard, step);
    if (tape->pooled)
        unpool_step(tape->pooled, tape->d_hidden, step, rows * width);
    if (!tape->d_outputs)
        return;
    const float *const d_outputs =
        tape->d_outputs + shard->starts[step + tape->d_lead] * tape->d_stride;
    for (size_t row = 0; row < rows; row++)
        sn_kernels_best()->add(tape->d_hidden + row * width, d_outputs + row * tape->d_stride,
                               width);
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
                                           .second_transposed = packed->second_transposed,
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
        if (step > 0 && d_projections)
            prefetch(d_projections, packed->columns, shard, step - 1);
        take_back(shard, tape, width, step);
        kernels->backward(&backward);
        /* The step before may hold as many tokens as this one, not more, unless rows end early. */
        const size_t collected = pending - start, most = tape->final ? shard->rows : backward.rows;
        if (step == 0 || collected + most > GRADIENT_TOKENS) {
            accumulate_recurrent(packed, tape, start, pending, d_recurrent);
            pending = start;
        }
    }
}

const float *sn_ragged_score(const sn_packed_cell *packed, const sn_pad_prefix *prefix,
                             const sn_ragged_shard *shard, const float *projections,
                             const sn_ragged_tape *tape)
{
    const sn_cell_kernels *const kernels = sn_packed_kernels(packed);
    const size_t width = packed->width, state = shard->rows * width;
    size_t entered = 0, now = 0;
    start(prefix, shard, tape, width);
    for (size_t step = 0; step < shard->steps; step++) {
        const size_t next = state - now;
        sn_step_forward forward =
            begin_step(packed, prefix, shard, projections, tape, step, now, next, &entered);
        forward.gates = tape->gates;
        forward.memo = tape->memo;
        kernels->forward(&forward);
        hand_on(shard, tape, width, step, forward.hidden_next);
        now = next;
    }
    if (tape->final)
        return tape->final;
    enter(prefix, shard, width, entered, shard->rows, tape->hidden + now,
          sn_float_at(tape->carry, now));
    return tape->hidden + now;
}
