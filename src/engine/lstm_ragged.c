/*
 * What dominates, for each token of the default model (32 units, 2 cores of a Zen 4 with AVX-512,
 * batches of 128, core-nanoseconds): forward 148, backward 111, recurrent gradient 76, and 85 for
 * all that is not here (projecting the distinct ids, summing and clearing their gradients, the
 * optimiser, sorting, waiting). Each of the three has one product of 8192 floating-point
 * operations, which takes 76 at the BLAS's best: the processor's peak of one 512-bit FMA a cycle.
 *
 * What is left: beyond their products forward takes 72 and backward 35. With everything in the
 * first-level cache that is 44 and 24, the activations; the rest is reading and writing the tape
 * and, 8 and 4, fetching the tokens' rows of projections and of their gradients.
 */
#include "lstm_ragged.h"

#include <math.h>
#include <string.h>

#include "gemm.h"
#include "memory.h"
#include "vec.h"

#include "banned.h"

/* Tokens whose recurrent gradient is one product. For 32 units M N K then stays below the bound up
 * to which OpenBLAS multiplies without packing its operands; for 64 and 128 units, which are above
 * it with any useful number, no other from 48 to 960 was faster. */
enum { GRADIENT_TOKENS = 240 };

size_t sn_lstm_width(size_t units)
{
    return (units + SN_LANES - 1) / SN_LANES * SN_LANES;
}

size_t sn_packed_lstm_size(const sn_layer *lstm)
{
    const size_t width = sn_lstm_width(lstm->spec.units);
    return SN_LSTM_GATES * width * (2 * lstm->input.features + 1 + 2 * width);
}

void sn_packed_lstm_init(sn_packed_lstm *packed, const sn_layer *lstm, float *block)
{
    const size_t width = sn_lstm_width(lstm->spec.units), columns = SN_LSTM_GATES * width;
    const size_t features = lstm->input.features;
    *packed = (sn_packed_lstm){.features = features, .units = lstm->spec.units, .width = width};
    packed->recurrent = block;
    packed->recurrent_transposed = packed->recurrent + width * columns;
    packed->bias = packed->recurrent_transposed + width * columns;
    packed->kernel = packed->bias + columns;
    packed->kernel_transposed = packed->kernel + features * columns;
    memset(block, 0, sn_packed_lstm_size(lstm) * sizeof *block);
}

/* Where a gate of a unit stands in a packed row. */
static size_t packed_column(size_t gate, size_t unit)
{
    return (unit / SN_LANES * SN_LSTM_GATES + gate) * SN_LANES + unit % SN_LANES;
}

/* Packs a [rows, 4 units] matrix; the packed one has `depth` rows, the others stay zero. */
static void pack(const float *from, size_t rows, size_t units, size_t depth, float *to)
{
    enum { BLOCK = SN_LSTM_GATES * SN_LANES };
    for (size_t k = 0; k < rows; k++)
        for (size_t gate = 0; gate < SN_LSTM_GATES; gate++)
            for (size_t unit = 0; unit < units; unit += SN_LANES) {
                const size_t count = units - unit < SN_LANES ? units - unit : SN_LANES;
                memcpy(to + unit * SN_LSTM_GATES * depth + k * BLOCK + gate * SN_LANES,
                       from + (k * SN_LSTM_GATES + gate) * units + unit, count * sizeof *to);
            }
}

/* Transposes a [rows, 4 units] matrix into blocks of `lanes` columns of the result: [rows / lanes]
 * [4 width, packed order] [lanes]. */
static void pack_transposed(const float *from, size_t rows, size_t units, size_t width,
                            size_t lanes, float *to)
{
    for (size_t gate = 0; gate < SN_LSTM_GATES; gate++)
        for (size_t unit = 0; unit < units; unit++) {
            float *const row = to + packed_column(gate, unit) * lanes;
            const float *const column = from + gate * units + unit;
            for (size_t k = 0; k < rows; k++)
                row[k / lanes * SN_LSTM_GATES * width * lanes + k % lanes] =
                    column[k * SN_LSTM_GATES * units];
        }
}

void sn_packed_lstm_load(sn_packed_lstm *packed, const sn_layer *embedding, const sn_layer *lstm,
                         const float *weights)
{
    const size_t units = packed->units, features = packed->features;
    const float *const kernel = weights + lstm->offsets[SN_LSTM_KERNEL];
    const float *const recurrent = weights + lstm->offsets[SN_LSTM_RECURRENT_KERNEL];
    packed->table = weights + embedding->offsets[0];
    pack(kernel, features, units, features, packed->kernel);
    pack(recurrent, units, units, packed->width, packed->recurrent);
    pack(weights + lstm->offsets[SN_LSTM_BIAS], 1, units, 1, packed->bias);
    pack_transposed(kernel, features, units, packed->width, features, packed->kernel_transposed);
    pack_transposed(recurrent, units, units, packed->width, SN_LANES, packed->recurrent_transposed);
}

static void unpack_rows(const float *from, size_t rows, size_t units, size_t width, float *to)
{
    for (size_t row = 0; row < rows; row++)
        for (size_t gate = 0; gate < SN_LSTM_GATES; gate++)
            for (size_t unit = 0; unit < units; unit++)
                to[(row * SN_LSTM_GATES + gate) * units + unit] =
                    from[row * SN_LSTM_GATES * width + packed_column(gate, unit)];
}

void sn_packed_lstm_store_gradients(const sn_packed_lstm *packed, const sn_layer *lstm,
                                    const float *kernel, const float *recurrent, const float *bias,
                                    float *gradients)
{
    const size_t units = packed->units, width = packed->width;
    unpack_rows(kernel, packed->features, units, width, gradients + lstm->offsets[SN_LSTM_KERNEL]);
    unpack_rows(recurrent, units, units, width,
                gradients + lstm->offsets[SN_LSTM_RECURRENT_KERNEL]);
    unpack_rows(bias, 1, units, width, gradients + lstm->offsets[SN_LSTM_BIAS]);
}

void sn_packed_lstm_project(const sn_packed_lstm *packed, const int32_t *ids, size_t count,
                            float *out)
{
    const sn_projection projection = {.count = count,
                                      .features = packed->features,
                                      .units = packed->width,
                                      .table = packed->table,
                                      .ids = ids,
                                      .kernel = packed->kernel,
                                      .bias = packed->bias,
                                      .out = out};
    sn_kernels_best()->project(&projection);
}

size_t sn_trajectory_init(sn_trajectory *trajectory, size_t width, size_t time, bool trains,
                          float *block)
{
    const size_t states = (time + 1) * width, columns = SN_LSTM_GATES * width;
    size_t used = 0;
    *trajectory = (sn_trajectory){.width = width};
    trajectory->projection = sn_carve(block, &used, columns);
    trajectory->hidden = sn_carve(block, &used, states);
    trajectory->cell = sn_carve(block, &used, states);
    if (block) { /* the state before any pad */
        memset(trajectory->hidden, 0, width * sizeof *block);
        memset(trajectory->cell, 0, width * sizeof *block);
    }
    if (!trains)
        return used;
    trajectory->gates = sn_carve(block, &used, time * columns);
    trajectory->tanh_cell = sn_carve(block, &used, time * width);
    trajectory->d_hidden = sn_carve(block, &used, states);
    trajectory->d_cell = sn_carve(block, &used, states);
    trajectory->d_recurrent = sn_carve(block, &used, width * columns);
    trajectory->d_projection = sn_carve(block, &used, columns);
    trajectory->d_stationary = sn_carve(block, &used, columns);
    trajectory->d_gates = sn_carve(block, &used, columns);
    if (block) {
        memset(trajectory->d_hidden, 0, states * sizeof *block);
        memset(trajectory->d_cell, 0, states * sizeof *block);
    }
    return used;
}

void sn_trajectory_reset(sn_trajectory *trajectory)
{
    trajectory->steps = trajectory->distinct = 0;
    trajectory->stationary = false;
}

static const int32_t PAD_TOKEN = 0;

/* Computes state `step` + 1. */
static void trajectory_step(sn_trajectory *t, const sn_packed_lstm *packed, size_t step)
{
    const size_t width = t->width, at = step * width;
    const sn_lstm_forward forward = {.rows = 1,
                                     .units = width,
                                     .recurrent = packed->recurrent,
                                     .projections = t->projection,
                                     .tokens = &PAD_TOKEN,
                                     .hidden = t->hidden + at,
                                     .cell = t->cell + at,
                                     .hidden_next = t->hidden + at + width,
                                     .cell_next = t->cell + at + width,
                                     .gates = t->gates ? t->gates + at * SN_LSTM_GATES : NULL,
                                     .tanh_cell = t->gates ? t->tanh_cell + at : NULL};
    sn_kernels_best()->lstm_forward(&forward);
    const size_t size = width * sizeof *t->hidden;
    if (memcmp(forward.hidden, forward.hidden_next, size) == 0 &&
        memcmp(forward.cell, forward.cell_next, size) == 0)
        t->stationary = true;
    else
        t->distinct = step + 1;
}

void sn_trajectory_extend(sn_trajectory *trajectory, const sn_packed_lstm *packed, size_t steps)
{
    sn_trajectory *const t = trajectory;
    if (t->steps == 0)
        sn_packed_lstm_project(packed, &PAD_TOKEN, 1, t->projection);
    while (t->distinct < steps && !t->stationary)
        trajectory_step(t, packed, t->distinct);
    if (t->steps < steps)
        t->steps = steps;
}

/* Whether any gradient has come to a state; none has beyond the last row's, or after all faded. */
static bool has_gradient(const sn_trajectory *t, size_t state)
{
    return !sn_vec_all_zero(t->d_hidden + state * t->width, t->width) ||
           !sn_vec_all_zero(t->d_cell + state * t->width, t->width);
}

/* Step `step` backward, its gradients by the state after it in row step + 1 of d_hidden and d_cell;
 * adds those by the state before it to row `step`. A stationary step's tape serves many times. */
static void trajectory_step_backward(sn_trajectory *t, const sn_packed_lstm *packed, size_t step)
{
    const size_t width = t->width, columns = SN_LSTM_GATES * width, after = (step + 1) * width;
    const bool stationary = step >= t->distinct;
    const size_t state = stationary ? t->distinct : step;
    float *gates = t->gates + state * columns;
    if (!has_gradient(t, step + 1)) {
        if (!stationary)
            memset(gates, 0, columns * sizeof *gates); /* the step's dz */
        return;
    }
    if (stationary)
        gates = memcpy(t->d_gates, gates, columns * sizeof *gates);
    const sn_lstm_backward backward = {.rows = 1,
                                       .units = width,
                                       .recurrent_transposed = packed->recurrent_transposed,
                                       .gates = gates,
                                       .cell = t->cell + state * width,
                                       .tanh_cell = t->tanh_cell + state * width,
                                       .d_hidden = t->d_hidden + after,
                                       .d_cell = t->d_cell + after,
                                       .d_projections =
                                           stationary ? t->d_stationary : t->d_projection,
                                       .tokens = &PAD_TOKEN};
    const sn_kernels *const kernels = sn_kernels_best();
    kernels->lstm_backward(&backward);
    kernels->add(t->d_hidden + step * width, backward.d_hidden, width);
    kernels->add(t->d_cell + step * width, backward.d_cell, width);
}

void sn_trajectory_backward(sn_trajectory *trajectory, const sn_packed_lstm *packed)
{
    sn_trajectory *const t = trajectory;
    const size_t width = t->width, columns = SN_LSTM_GATES * width;
    memset(t->d_projection, 0, columns * sizeof *t->d_projection);
    memset(t->d_stationary, 0, columns * sizeof *t->d_stationary);
    for (size_t step = t->steps; step-- > 0;)
        trajectory_step_backward(t, packed, step);
    sn_gemm(SN_TRANSPOSED, SN_AS_IS, width, columns, t->distinct, t->hidden, t->gates, 0.0F,
            t->d_recurrent);
    if (t->steps > t->distinct) {
        sn_gemm(SN_TRANSPOSED, SN_AS_IS, width, columns, 1, t->hidden + t->distinct * width,
                t->d_stationary, 1.0F, t->d_recurrent);
        sn_kernels_best()->add(t->d_projection, t->d_stationary, columns);
    }
    memset(t->d_hidden, 0, (t->steps + 1) * width * sizeof *t->d_hidden);
    memset(t->d_cell, 0, (t->steps + 1) * width * sizeof *t->d_cell);
    sn_trajectory_reset(t);
}

/* Rows first .. last of a step enter: their states are those after their pads. */
static void enter(const sn_trajectory *trajectory, const sn_ragged_shard *shard, size_t first,
                  size_t last, size_t width, float *hidden, float *cell)
{
    for (size_t row = first; row < last; row++) {
        const size_t at = row * width, size = width * sizeof *hidden;
        if (!shard->pads) {
            memset(hidden + at, 0, size);
            memset(cell + at, 0, size);
            continue;
        }
        const size_t state = sn_trajectory_at(trajectory, shard->pads[row]) * width;
        memcpy(hidden + at, trajectory->hidden + state, size);
        memcpy(cell + at, trajectory->cell + state, size);
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
static void start_pool(const sn_ragged_pool *pool, size_t count)
{
    for (size_t i = 0; pool->most && i < count; i++)
        pool->most[i] = -INFINITY;
    if (pool->sum)
        memset(pool->sum, 0, count * sizeof *pool->sum);
}

/* Takes the states after a step, `count` floats, into what is pooled. */
static void pool_step(const sn_ragged_pool *pool, const float *hidden, size_t step, size_t count)
{
    const sn_kernels *const kernels = sn_kernels_best();
    if (pool->most)
        kernels->maximum(pool->most, pool->at, hidden, (float)step, count);
    if (pool->sum)
        kernels->add(pool->sum, hidden, count);
}

static void unpool_step(const sn_ragged_pool *pool, float *d_hidden, size_t step, size_t count)
{
    const sn_kernels *const kernels = sn_kernels_best();
    if (pool->most)
        kernels->maximum_backward(d_hidden, pool->d_most, pool->at, (float)step, count);
    if (pool->sum)
        kernels->add(d_hidden, pool->d_sum, count);
}

/* hidden = o tanh(c'): the states after a step as they were before their dropout. */
static void unscale(const sn_lstm_forward *step, float *hidden)
{
    const size_t blocks = step->rows * step->units / SN_LANES;
    for (size_t block = 0; block < blocks; block++) {
        const float *const o = step->gates + (block * SN_LSTM_GATES + SN_LSTM_GATES - 1) * SN_LANES;
        for (size_t i = 0; i < SN_LANES; i++)
            hidden[block * SN_LANES + i] = o[i] * step->tanh_cell[block * SN_LANES + i];
    }
}

void sn_ragged_forward(const sn_packed_lstm *packed, const sn_trajectory *trajectory,
                       const sn_ragged_shard *shard, const float *projections,
                       const sn_ragged_tape *tape)
{
    const sn_kernels *const kernels = sn_kernels_best();
    const size_t width = packed->width;
    size_t entered = 0;
    if (tape->pool)
        start_pool(tape->pool, shard->rows * width);
    for (size_t step = 0; step < shard->steps; step++) {
        const size_t active = sn_ragged_active(shard, step), at = shard->starts[step] * width;
        enter(trajectory, shard, entered, active, width, tape->hidden + at, tape->cell + at);
        entered = active;
        const size_t next = at + active * width;
        const sn_lstm_forward forward = {.rows = active,
                                         .units = width,
                                         .recurrent = packed->recurrent,
                                         .projections = projections,
                                         .tokens = shard->tokens + shard->starts[step],
                                         .hidden = tape->hidden + at,
                                         .cell = tape->cell + at,
                                         .hidden_next = tape->hidden + next,
                                         .cell_next = tape->cell + next,
                                         .hidden_scale =
                                             step + 1 < shard->steps ? tape->scale : NULL,
                                         .gates = tape->gates + at * SN_LSTM_GATES,
                                         .tanh_cell = tape->tanh_cell + at};
        if (step + 1 < shard->steps)
            prefetch(projections, SN_LSTM_GATES * width, shard, step + 1);
        kernels->lstm_forward(&forward);
        if (!tape->pool)
            continue;
        if (forward.hidden_scale)
            unscale(&forward, tape->pool->unscaled);
        pool_step(tape->pool, forward.hidden_scale ? tape->pool->unscaled : forward.hidden_next,
                  step, active * width);
    }
    const size_t end = shard->starts[shard->steps] * width;
    enter(trajectory, shard, entered, shard->rows, width, tape->hidden + end, tape->cell + end);
}

/* d_recurrent += hidden^T dz over the tokens first .. last. */
static void accumulate_recurrent(size_t width, const sn_ragged_tape *tape, size_t first,
                                 size_t last, float *d_recurrent)
{
    sn_gemm(SN_TRANSPOSED, SN_AS_IS, width, SN_LSTM_GATES * width, last - first,
            tape->hidden + first * width, tape->gates + first * SN_LSTM_GATES * width, 1.0F,
            d_recurrent);
}

void sn_ragged_backward(const sn_packed_lstm *packed, const sn_ragged_shard *shard,
                        const sn_ragged_tape *tape, float *d_projections, float *d_recurrent)
{
    const sn_kernels *const kernels = sn_kernels_best();
    const size_t width = packed->width;
    size_t pending = shard->starts[shard->steps]; /* tokens from here on are accumulated */
    memset(tape->d_cell, 0, shard->rows * width * sizeof *tape->d_cell);
    for (size_t step = shard->steps; step-- > 0;) {
        const size_t start = shard->starts[step], at = start * width;
        const sn_lstm_backward backward = {.rows = sn_ragged_active(shard, step),
                                           .units = width,
                                           .recurrent_transposed = packed->recurrent_transposed,
                                           .gates = tape->gates + at * SN_LSTM_GATES,
                                           .cell = tape->cell + at,
                                           .tanh_cell = tape->tanh_cell + at,
                                           .d_hidden = tape->d_hidden,
                                           .d_cell = tape->d_cell,
                                           .d_hidden_scale = tape->scale,
                                           .d_projections = d_projections,
                                           .tokens = shard->tokens + start};
        if (step > 0)
            prefetch(d_projections, SN_LSTM_GATES * width, shard, step - 1);
        if (tape->pool)
            unpool_step(tape->pool, tape->d_hidden, step, backward.rows * width);
        kernels->lstm_backward(&backward);
        /* The step before may hold as many tokens as this one, not more. */
        const size_t collected = pending - start;
        if (step == 0 || collected + backward.rows > GRADIENT_TOKENS) {
            accumulate_recurrent(width, tape, start, pending, d_recurrent);
            pending = start;
        }
    }
}

const float *sn_ragged_score(const sn_packed_lstm *packed, const sn_trajectory *trajectory,
                             const sn_ragged_shard *shard, const float *projections, float *hidden,
                             float *cell, const sn_ragged_pool *pool)
{
    const sn_kernels *const kernels = sn_kernels_best();
    const size_t width = packed->width, state = shard->rows * width;
    size_t entered = 0, now = 0;
    if (pool)
        start_pool(pool, state);
    for (size_t step = 0; step < shard->steps; step++) {
        const size_t active = sn_ragged_active(shard, step), next = state - now;
        enter(trajectory, shard, entered, active, width, hidden + now, cell + now);
        entered = active;
        const sn_lstm_forward forward = {.rows = active,
                                         .units = width,
                                         .recurrent = packed->recurrent,
                                         .projections = projections,
                                         .tokens = shard->tokens + shard->starts[step],
                                         .hidden = hidden + now,
                                         .cell = cell + now,
                                         .hidden_next = hidden + next,
                                         .cell_next = cell + next};
        if (step + 1 < shard->steps)
            prefetch(projections, SN_LSTM_GATES * width, shard, step + 1);
        kernels->lstm_forward(&forward);
        if (pool)
            pool_step(pool, forward.hidden_next, step, active * width);
        now = next;
    }
    enter(trajectory, shard, entered, shard->rows, width, hidden + now, cell + now);
    return hidden + now;
}
