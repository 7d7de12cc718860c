/*
 * Every instruction set's kernels against the equations written down in float64, and the promise
 * that a row's result has the same bits wherever the row stands.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels.h"
#include "recurrent.h"
#include "rng.h"

enum { ROWS = 19, FEATURES = 5, IDS = 7, MOST_UNITS = 48, MOST_COLUMNS = 4 * MOST_UNITS };
enum { I, F, G, O }; /* the gates */

static const double TOLERANCE = 2e-6;
static const size_t UNITS[] = {16, 32, 48};

/* The kernels under test; main() runs all tests once for each instruction set. */
static const sn_kernels *kernels;

static sn_rng rng;

static int seed(void **state)
{
    (void)state;
    sn_rng_seed(&rng, 4, SN_RNG_INIT);
    return 0;
}

static void fill(float *values, size_t count, double scale)
{
    for (size_t i = 0; i < count; i++)
        values[i] = (float)(scale * (2.0 * sn_rng_uniform(&rng) - 1.0));
}

static size_t column(size_t gate, size_t unit)
{
    return unit / SN_LANES * 4 * SN_LANES + gate * SN_LANES + unit % SN_LANES;
}

/* Where a packed matrix with `depth` rows has row k of that column. */
static size_t entry(size_t depth, size_t k, size_t gate, size_t unit)
{
    return unit / SN_LANES * depth * 4 * SN_LANES + k * 4 * SN_LANES + gate * SN_LANES +
           unit % SN_LANES;
}

/* Where the transposed recurrent matrix has the weight from unit `from` to a packed column. */
static size_t transposed_entry(size_t units, size_t from, size_t packed_column)
{
    return (from / SN_LANES * 4 * units + packed_column) * SN_LANES + from % SN_LANES;
}

/* Where a packed matrix of one gate has the weight from unit `from` to another. */
static size_t second_entry(size_t units, size_t from, size_t unit)
{
    return (unit / SN_LANES * units + from) * SN_LANES + unit % SN_LANES;
}

static void assert_near(const char *what, double got, double wanted)
{
    if (!(fabs(got - wanted) <= TOLERANCE * (1.0 + fabs(wanted))))
        fail_msg("%s %s: %.9g instead of %.9g", kernels->name, what, got, wanted);
}

static double logistic(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

/* ---- project ---- */

static float table[IDS * FEATURES], kernel[FEATURES * MOST_COLUMNS], bias[MOST_COLUMNS];

static sn_projection make_projection(size_t units, size_t count, const int32_t *ids, float *out)
{
    return (sn_projection){.count = count,
                           .features = FEATURES,
                           .gates = 4,
                           .units = units,
                           .table = table,
                           .ids = ids,
                           .kernel = kernel,
                           .bias = bias,
                           .out = out};
}

static void projections_are_x_kernel_plus_bias(void **state)
{
    (void)state;
    static const int32_t ids[ROWS] = {3, 0, 6, 6, 1, 2, 5, 4, 0, 3, 3};
    float out[ROWS * MOST_COLUMNS], alone[MOST_COLUMNS];
    for (size_t n = 0; n < sizeof UNITS / sizeof *UNITS; n++) {
        const size_t units = UNITS[n];
        fill(table, IDS * FEATURES, 1.0);
        fill(kernel, FEATURES * 4 * units, 1.0);
        fill(bias, 4 * units, 1.0);
        const sn_projection all = make_projection(units, ROWS, ids, out);
        kernels->project(&all);
        for (size_t row = 0; row < ROWS; row++) {
            const float *const x = table + (size_t)ids[row] * FEATURES;
            const sn_projection one = make_projection(units, 1, ids + row, alone);
            kernels->project(&one);
            assert_memory_equal(alone, out + row * 4 * units, 4 * units * sizeof *alone);
            for (size_t gate = 0; gate < 4; gate++)
                for (size_t unit = 0; unit < units; unit++) {
                    double sum = (double)bias[column(gate, unit)];
                    for (size_t k = 0; k < FEATURES; k++)
                        sum += (double)x[k] * (double)kernel[entry(FEATURES, k, gate, unit)];
                    assert_near("projection", (double)alone[column(gate, unit)], sum);
                }
        }
    }
}

/* ---- LSTM steps ---- */

/* A step's operands and results, large enough for all tests. */
typedef struct step_data {
    int activation, recurrent_activation;
    float second[MOST_UNITS * MOST_UNITS], second_transposed[MOST_UNITS * MOST_UNITS];
    float bias[MOST_COLUMNS], d_bias[MOST_COLUMNS];
    float recurrent[MOST_UNITS * MOST_COLUMNS], transposed[MOST_UNITS * MOST_COLUMNS];
    float projections[IDS * MOST_COLUMNS], d_projections[IDS * MOST_COLUMNS];
    int32_t tokens[ROWS];
    float hidden[ROWS * MOST_UNITS], cell[ROWS * MOST_UNITS], scale[ROWS * MOST_UNITS];
    float hidden_next[ROWS * MOST_UNITS], cell_next[ROWS * MOST_UNITS];
    float gates[ROWS * MOST_COLUMNS], tanh_cell[ROWS * MOST_UNITS];
    float d_hidden[ROWS * MOST_UNITS], d_cell[ROWS * MOST_UNITS];
} step_data;

static void fill_step(step_data *s, size_t units)
{
    fill(s->recurrent, units * 4 * units, 0.5);
    for (size_t from = 0; from < units; from++)
        for (size_t gate = 0; gate < 4; gate++)
            for (size_t unit = 0; unit < units; unit++)
                s->transposed[transposed_entry(units, from, column(gate, unit))] =
                    s->recurrent[entry(units, from, gate, unit)];
    for (size_t from = 0; from < units; from++)
        for (size_t unit = 0; unit < units; unit++) {
            const float weight = (float)(sn_rng_uniform(&rng) - 0.5);
            s->second[second_entry(units, from, unit)] = weight;
            s->second_transposed[second_entry(units, unit, from)] = weight;
        }
    s->activation = SN_TANH;
    s->recurrent_activation = SN_SIGMOID;
    fill(s->bias, 4 * units, 0.5);
    fill(s->d_bias, 4 * units, 0.5);
    fill(s->projections, IDS * 4 * units, 2.0);
    fill(s->hidden, ROWS * units, 1.0);
    fill(s->cell, ROWS * units, 2.0);
    fill(s->scale, ROWS * units, 1.5);
    fill(s->d_hidden, ROWS * units, 1.0);
    fill(s->d_cell, ROWS * units, 1.0);
    fill(s->d_projections, IDS * 4 * units, 1.0);
    for (size_t row = 0; row < ROWS; row++)
        s->tokens[row] = (int32_t)sn_rng_below(&rng, IDS);
}

/* The cell that steps are of. */
static sn_cell_kind cell = SN_CELL_LSTM;

/* Its descriptor. */
static const sn_cell *descriptor(void)
{
    for (sn_layer_kind kind = 0; kind < SN_LAYER_KINDS; kind++)
        for (const sn_cell *c = sn_layer_ops_of(kind)->cell; c; c = c->reset_before)
            if (c->kind == cell)
                return c;
    fail_msg("no layer has the cell %d", (int)cell);
    abort();
}

static size_t row_floats(size_t units)
{
    return descriptor()->gates * units;
}

/* Rows first .. first + rows of the step. */
static sn_step_forward make_forward(step_data *s, size_t units, size_t first, size_t rows,
                                    bool taped, bool scaled)
{
    return (sn_step_forward){.rows = rows,
                             .units = units,
                             .recurrent = s->recurrent,
                             .second = s->second,
                             .activation = s->activation,
                             .recurrent_activation = s->recurrent_activation,
                             .recurrent_bias = s->bias,
                             .projections = s->projections,
                             .tokens = s->tokens + first,
                             .hidden = s->hidden + first * units,
                             .carry = s->cell + first * units,
                             .hidden_next = s->hidden_next + first * units,
                             .carry_next = s->cell_next + first * units,
                             .gates = taped ? s->gates + first * row_floats(units) : NULL,
                             .memo = taped ? s->tanh_cell + first * units : NULL,
                             .hidden_scale = scaled ? s->scale + first * units : NULL};
}

static double naive_z(const step_data *s, size_t units, size_t row, size_t gate, size_t unit)
{
    double z = (double)s->projections[(size_t)s->tokens[row] * 4 * units + column(gate, unit)];
    for (size_t k = 0; k < units; k++)
        z += (double)s->hidden[row * units + k] * (double)s->recurrent[entry(units, k, gate, unit)];
    return z;
}

static void check_forward_unit(const step_data *s, size_t units, size_t row, size_t unit,
                               bool scaled)
{
    const size_t at = row * units + unit;
    double gate[4];
    for (size_t g = 0; g < 4; g++) {
        const double z = naive_z(s, units, row, g, unit);
        gate[g] = g == G ? tanh(z) : logistic(z);
        assert_near("gate", (double)s->gates[row * 4 * units + column(g, unit)], gate[g]);
    }
    const double c = gate[F] * (double)s->cell[at] + gate[I] * gate[G];
    assert_near("cell", (double)s->cell_next[at], c);
    assert_near("tanh of the cell", (double)s->tanh_cell[at], tanh(c));
    assert_near("hidden", (double)s->hidden_next[at],
                gate[O] * tanh(c) * (scaled ? (double)s->scale[at] : 1.0));
}

static void a_step_forward_is_the_equations(void **state)
{
    (void)state;
    static step_data s;
    for (size_t n = 0; n < sizeof UNITS / sizeof *UNITS; n++)
        for (int scaled = 0; scaled < 2; scaled++) {
            fill_step(&s, UNITS[n]);
            const sn_step_forward step = make_forward(&s, UNITS[n], 0, ROWS, true, scaled);
            kernels->cells[SN_CELL_LSTM].forward(&step);
            for (size_t row = 0; row < ROWS; row++)
                for (size_t unit = 0; unit < UNITS[n]; unit++)
                    check_forward_unit(&s, UNITS[n], row, unit, scaled);
        }
}

/* Every cut of the rows in two, and scoring without a tape. */
static void a_row_forward_does_not_depend_on_its_place(void **state)
{
    (void)state;
    static step_data whole, cut;
    for (cell = SN_CELL_LSTM; cell < SN_CELLS; cell++)
        for (size_t n = 0; n < sizeof UNITS / sizeof *UNITS; n++) {
            const size_t units = UNITS[n], states = ROWS * units * sizeof(float);
            fill_step(&whole, units);
            cut = whole;
            const sn_step_forward step = make_forward(&whole, units, 0, ROWS, true, false);
            kernels->cells[cell].forward(&step);
            for (size_t first = 0; first <= ROWS; first++)
                for (int taped = descriptor()->second == SN_SECOND_MEMO; taped < 2; taped++) {
                    memset(cut.hidden_next, 0, states);
                    const sn_step_forward low = make_forward(&cut, units, 0, first, taped, false);
                    const sn_step_forward high =
                        make_forward(&cut, units, first, ROWS - first, taped, false);
                    kernels->cells[cell].forward(&low);
                    kernels->cells[cell].forward(&high);
                    assert_memory_equal(cut.hidden_next, whole.hidden_next, states);
                    assert_memory_equal(cut.cell_next, whole.cell_next, states);
                }
            assert_memory_equal(cut.gates, whole.gates, states / units * row_floats(units));
            assert_memory_equal(cut.tanh_cell, whole.tanh_cell, states);
        }
    cell = SN_CELL_LSTM;
}

static sn_step_backward make_backward(step_data *s, size_t units, size_t first, size_t rows,
                                      bool scaled)
{
    return (sn_step_backward){.rows = rows,
                              .units = units,
                              .recurrent_transposed = s->transposed,
                              .second_transposed = s->second_transposed,
                              .activation = s->activation,
                              .recurrent_activation = s->recurrent_activation,
                              .hidden = s->hidden + first * units,
                              .d_recurrent_bias = s->d_bias,
                              .gates = s->gates + first * row_floats(units),
                              .carry = s->cell + first * units,
                              .memo = s->tanh_cell + first * units,
                              .d_hidden = s->d_hidden + first * units,
                              .d_carry = s->d_cell + first * units,
                              .d_hidden_scale = scaled ? s->scale + first * units : NULL,
                              .d_projections = s->d_projections,
                              .tokens = s->tokens + first};
}

/* dz of one unit, and the cell's gradient before the step. */
static double naive_dz(const step_data *s, size_t units, size_t row, size_t unit, double dz[4])
{
    const size_t at = row * units + unit;
    const float *const a = s->gates + row * 4 * units;
    const double i = (double)a[column(I, unit)], f = (double)a[column(F, unit)];
    const double g = (double)a[column(G, unit)], o = (double)a[column(O, unit)];
    const double dh = (double)s->d_hidden[at], t = (double)s->tanh_cell[at];
    const double dc = (double)s->d_cell[at] + dh * o * (1.0 - t * t);
    dz[I] = dc * g * i * (1.0 - i);
    dz[F] = dc * (double)s->cell[at] * f * (1.0 - f);
    dz[G] = dc * i * (1.0 - g * g);
    dz[O] = dh * t * o * (1.0 - o);
    return dc * f;
}

static void check_backward_row(const step_data *before, const step_data *after, size_t units,
                               size_t row, bool scaled)
{
    double d_hidden[MOST_UNITS] = {0}, dz[4];
    for (size_t unit = 0; unit < units; unit++) {
        const double d_cell = naive_dz(before, units, row, unit, dz);
        assert_near("d_cell", (double)after->d_cell[row * units + unit], d_cell);
        for (size_t gate = 0; gate < 4; gate++) {
            assert_near("dz", (double)after->gates[row * 4 * units + column(gate, unit)], dz[gate]);
            for (size_t from = 0; from < units; from++)
                d_hidden[from] +=
                    dz[gate] * (double)before->recurrent[entry(units, from, gate, unit)];
        }
    }
    for (size_t unit = 0; unit < units; unit++) {
        const size_t at = row * units + unit;
        const double scale = scaled ? (double)before->scale[at] : 1.0;
        assert_near("d_hidden", (double)after->d_hidden[at], scale * d_hidden[unit]);
    }
}

/* What dz added to the projections' gradients, by a sum over the rows of each token. */
static void check_d_projections(const step_data *before, const step_data *after, size_t units)
{
    for (size_t token = 0; token < IDS; token++)
        for (size_t k = 0; k < 4 * units; k++) {
            double sum = (double)before->d_projections[token * 4 * units + k];
            for (size_t row = 0; row < ROWS; row++)
                if (before->tokens[row] == (int32_t)token)
                    sum += (double)after->gates[row * 4 * units + k];
            assert_near("d_projections", (double)after->d_projections[token * 4 * units + k], sum);
        }
}

static void a_step_backward_is_the_equations(void **state)
{
    (void)state;
    static step_data before, after;
    for (size_t n = 0; n < sizeof UNITS / sizeof *UNITS; n++)
        for (int scaled = 0; scaled < 2; scaled++) {
            const size_t units = UNITS[n];
            fill_step(&before, units);
            const sn_step_forward forward = make_forward(&before, units, 0, ROWS, true, false);
            kernels->cells[SN_CELL_LSTM].forward(&forward);
            after = before;
            const sn_step_backward backward = make_backward(&after, units, 0, ROWS, scaled);
            kernels->cells[SN_CELL_LSTM].backward(&backward);
            for (size_t row = 0; row < ROWS; row++)
                check_backward_row(&before, &after, units, row, scaled);
            check_d_projections(&before, &after, units);
        }
}

static void a_row_backward_does_not_depend_on_its_place(void **state)
{
    (void)state;
    static step_data start, whole, cut;
    for (cell = SN_CELL_LSTM; cell < SN_CELLS; cell++)
        for (size_t n = 0; n < sizeof UNITS / sizeof *UNITS; n++) {
            const size_t units = UNITS[n], states = ROWS * units * sizeof(float);
            fill_step(&start, units);
            const sn_step_forward forward = make_forward(&start, units, 0, ROWS, true, false);
            kernels->cells[cell].forward(&forward);
            whole = start;
            const sn_step_backward backward = make_backward(&whole, units, 0, ROWS, false);
            kernels->cells[cell].backward(&backward);
            for (size_t first = 0; first <= ROWS; first++) {
                cut = start;
                const sn_step_backward low = make_backward(&cut, units, 0, first, false);
                const sn_step_backward high =
                    make_backward(&cut, units, first, ROWS - first, false);
                kernels->cells[cell].backward(&low);
                kernels->cells[cell].backward(&high);
                assert_memory_equal(cut.gates, whole.gates, states / units * row_floats(units));
                assert_memory_equal(cut.d_hidden, whole.d_hidden, states);
                assert_memory_equal(cut.d_cell, whole.d_cell, states);
            }
        }
    cell = SN_CELL_LSTM;
}

/* Units that do not exist have weights of 0 and must not come to life. */
static void padded_units_stay_zero(void **state)
{
    (void)state;
    static step_data s;
    enum { UNITS_HERE = 16, REAL = 11 };
    fill_step(&s, UNITS_HERE);
    for (size_t unit = REAL; unit < UNITS_HERE; unit++) {
        for (size_t row = 0; row < ROWS; row++)
            s.hidden[row * UNITS_HERE + unit] = s.cell[row * UNITS_HERE + unit] = 0.0F;
        for (size_t gate = 0; gate < 4; gate++) {
            for (size_t k = 0; k < UNITS_HERE; k++)
                s.recurrent[entry(UNITS_HERE, k, gate, unit)] = 0.0F;
            for (size_t id = 0; id < IDS; id++)
                s.projections[id * 4 * UNITS_HERE + column(gate, unit)] = 0.0F;
        }
    }
    const sn_step_forward step = make_forward(&s, UNITS_HERE, 0, ROWS, true, false);
    kernels->cells[SN_CELL_LSTM].forward(&step);
    for (size_t row = 0; row < ROWS; row++)
        for (size_t unit = 0; unit < UNITS_HERE; unit++) {
            const size_t at = row * UNITS_HERE + unit;
            assert_true((s.hidden_next[at] == 0.0F) == (unit >= REAL));
            assert_true((s.cell_next[at] == 0.0F) == (unit >= REAL));
        }
}

/* ---- Element-wise ---- */

enum { LONGEST = 70, GUARD = 3, SPAN = LONGEST + GUARD };

static void add_works_at_every_length(void **state)
{
    (void)state;
    for (size_t length = 0; length <= LONGEST; length++) {
        float x[SPAN], y[SPAN], sum[SPAN];
        fill(x, SPAN, 1.0);
        fill(y, SPAN, 1.0);
        memcpy(sum, y, sizeof y);
        kernels->add(sum, x, length);
        for (size_t i = 0; i < SPAN; i++)
            assert_true(sum[i] == (i < length ? y[i] + x[i] : y[i]));
    }
}

/* Of equal ones the earlier step is the maximum; its gradient goes there and nowhere else. */
static void maxima_over_time_and_back(void **state)
{
    (void)state;
    enum { COUNT = 3 * SN_LANES, STEPS = 9 };
    float x[STEPS][COUNT], most[COUNT], alone[COUNT], at[COUNT], d_most[COUNT], dx[COUNT];
    fill(x[0], STEPS * COUNT, 1.0);
    fill(d_most, COUNT, 1.0);
    memcpy(x[7], x[3], sizeof x[7]);
    memset(at, 0, sizeof at);
    for (size_t i = 0; i < COUNT; i++)
        most[i] = alone[i] = -INFINITY;
    for (size_t t = 0; t < STEPS; t++) {
        kernels->maximum(most, at, x[t], (float)(1000000 + t), COUNT);
        kernels->maximum(alone, NULL, x[t], 0.0F, COUNT);
    }
    assert_memory_equal(most, alone, sizeof most);
    for (size_t t = 0; t < STEPS; t++) {
        float before[COUNT];
        fill(dx, COUNT, 1.0);
        memcpy(before, dx, sizeof dx);
        kernels->maximum_backward(dx, d_most, at, (float)(1000000 + t), COUNT);
        for (size_t i = 0; i < COUNT; i++) {
            size_t first = 0;
            for (size_t s = 1; s < STEPS; s++)
                if (x[s][i] > x[first][i])
                    first = s;
            assert_true(most[i] == x[first][i]);
            assert_true(at[i] == (float)(1000000 + first));
            assert_true(dx[i] == (first == t ? before[i] + d_most[i] : before[i]));
        }
    }
}

/* An optimiser's state, before and after; gradients that start at 0 test the epsilon. */
typedef struct update {
    float weights[SPAN], gradients[SPAN], momentum[SPAN], velocity[SPAN];
} update;

static void fill_update(update *u)
{
    fill(u->weights, SPAN, 1.0);
    fill(u->gradients, SPAN, 1.0);
    fill(u->momentum, SPAN, 0.1);
    for (size_t i = 0; i < SPAN; i++)
        u->velocity[i] = (float)(0.1 * sn_rng_uniform(&rng));
    u->gradients[0] = u->velocity[0] = 0.0F;
    u->gradients[1] = 1e-6F;
    u->velocity[1] = 0.0F;
}

static void assert_untouched_from(const update *before, const update *after, size_t length)
{
    const size_t size = (SPAN - length) * sizeof(float);
    assert_memory_equal(before->weights + length, after->weights + length, size);
    assert_memory_equal(before->velocity + length, after->velocity + length, size);
    assert_memory_equal(before->momentum + length, after->momentum + length, size);
}

static void rmsprop_is_the_equations_at_every_length(void **state)
{
    (void)state;
    static const double rate = 0.01;
    for (size_t length = 0; length <= LONGEST; length++) {
        update before, after;
        fill_update(&before);
        after = before;
        kernels->rmsprop(after.weights, after.gradients, after.velocity, (float)rate, length);
        assert_untouched_from(&before, &after, length);
        for (size_t i = 0; i < length; i++) {
            const double g = (double)before.gradients[i];
            const double v = 0.9 * (double)before.velocity[i] + 0.1 * g * g;
            assert_near("velocity", (double)after.velocity[i], v);
            assert_near("weight", (double)after.weights[i],
                        (double)before.weights[i] - rate * g / sqrt(v + 1e-7));
        }
    }
}

static void adam_is_the_equations_at_every_length(void **state)
{
    (void)state;
    static const double rate = 0.01;
    for (size_t length = 0; length <= LONGEST; length++) {
        update before, after;
        fill_update(&before);
        after = before;
        kernels->adam(after.weights, after.gradients, after.momentum, after.velocity, (float)rate,
                      length);
        assert_untouched_from(&before, &after, length);
        for (size_t i = 0; i < length; i++) {
            const double g = (double)before.gradients[i];
            const double m = 0.9 * (double)before.momentum[i] + 0.1 * g;
            const double v = 0.999 * (double)before.velocity[i] + 0.001 * g * g;
            assert_near("momentum", (double)after.momentum[i], m);
            assert_near("velocity", (double)after.velocity[i], v);
            assert_near("weight", (double)after.weights[i],
                        (double)before.weights[i] - rate * m / (sqrt(v) + 1e-7));
        }
    }
}

static void adamw_is_adam_from_decayed_weights(void **state)
{
    (void)state;
    static const double rate = 0.01, decay = 0.125;
    for (size_t length = 0; length <= LONGEST; length++) {
        update before, after, adam;
        fill_update(&before);
        after = adam = before;
        for (size_t i = 0; i < length; i++)
            adam.weights[i] = (float)((double)before.weights[i] * (1.0 - decay));
        kernels->adamw(after.weights, after.gradients, after.momentum, after.velocity, (float)rate,
                       (float)decay, length);
        kernels->adam(adam.weights, adam.gradients, adam.momentum, adam.velocity, (float)rate,
                      length);
        assert_untouched_from(&before, &after, length);
        assert_memory_equal(after.momentum, adam.momentum, sizeof adam.momentum);
        assert_memory_equal(after.velocity, adam.velocity, sizeof adam.velocity);
        for (size_t i = 0; i < length; i++)
            assert_near("weight", (double)after.weights[i], (double)adam.weights[i]);
    }
}

static void sgd_is_the_equations_at_every_length(void **state)
{
    (void)state;
    static const double rate = 0.01, factor = 0.75;
    for (size_t length = 0; length <= LONGEST; length++) {
        update before, plain, momentum, nesterov;
        fill_update(&before);
        plain = momentum = nesterov = before;
        kernels->sgd(plain.weights, plain.gradients, (float)rate, length);
        kernels->sgd_momentum(momentum.weights, momentum.gradients, momentum.momentum, (float)rate,
                              (float)factor, length);
        kernels->sgd_nesterov(nesterov.weights, nesterov.gradients, nesterov.momentum, (float)rate,
                              (float)factor, length);
        assert_untouched_from(&before, &plain, length);
        assert_untouched_from(&before, &momentum, length);
        assert_untouched_from(&before, &nesterov, length);
        for (size_t i = 0; i < length; i++) {
            const double w = (double)before.weights[i], move = -rate * (double)before.gradients[i];
            const double m = factor * (double)before.momentum[i] + move;
            assert_near("plain", (double)plain.weights[i], w + move);
            assert_near("momentum", (double)momentum.momentum[i], m);
            assert_near("with momentum", (double)momentum.weights[i], w + m);
            assert_near("Nesterov's momentum", (double)nesterov.momentum[i], m);
            assert_near("Nesterov's", (double)nesterov.weights[i], w + factor * m + move);
        }
    }
}

static void average_is_the_equation_at_every_length(void **state)
{
    (void)state;
    for (size_t length = 0; length <= LONGEST; length++) {
        update before, after;
        fill_update(&before);
        after = before;
        kernels->average(after.weights, before.gradients, 0.125F, length);
        assert_untouched_from(&before, &after, length);
        for (size_t i = 0; i < length; i++) {
            const double a = (double)before.weights[i];
            assert_near("average", (double)after.weights[i],
                        a + 0.125 * ((double)before.gradients[i] - a));
        }
    }
}

/* ---- The choice ---- */

static void the_environment_chooses(void **state)
{
    (void)state;
    assert_ptr_equal(sn_kernels_best(), sn_kernels_of(SN_ISA_BASELINE, SN_FAST));
    assert_int_equal(setenv("SEQNET_ISA", "avx2", 1), 0);
    assert_ptr_equal(sn_kernels_best(),
                     sn_kernels_of(SN_ISA_BASELINE, SN_FAST)); /* once and for all */
}

static void subnormals_come_and_go(void **state)
{
    (void)state;
    volatile float tiny = 1.5e-38F;
    const unsigned before = sn_subnormals_flush();
    const unsigned within = sn_subnormals_flush();
    volatile float half = tiny * 0.5F;
    sn_subnormals_restore(within);
    const float still = half;
    sn_subnormals_restore(before);
    half = tiny * 0.5F;
    assert_true(half > 0.0F);
#if defined(__SSE__)
    assert_true(still == 0.0F);
#else
    assert_true(still >= 0.0F);
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(projections_are_x_kernel_plus_bias),
        cmocka_unit_test(a_step_forward_is_the_equations),
        cmocka_unit_test(a_row_forward_does_not_depend_on_its_place),
        cmocka_unit_test(a_step_backward_is_the_equations),
        cmocka_unit_test(a_row_backward_does_not_depend_on_its_place),
        cmocka_unit_test(padded_units_stay_zero),
        cmocka_unit_test(add_works_at_every_length),
        cmocka_unit_test(maxima_over_time_and_back),
        cmocka_unit_test(rmsprop_is_the_equations_at_every_length),
        cmocka_unit_test(adam_is_the_equations_at_every_length),
        cmocka_unit_test(adamw_is_adam_from_decayed_weights),
        cmocka_unit_test(sgd_is_the_equations_at_every_length),
        cmocka_unit_test(average_is_the_equation_at_every_length),
    };
    const struct CMUnitTest choice[] = {
        cmocka_unit_test(the_environment_chooses),
        cmocka_unit_test(subnormals_come_and_go),
    };
    int failures = 0;
    for (int i = 0; i < SN_ISA_COUNT * SN_ARITHMETICS; i++) {
        kernels = sn_kernels_of((sn_isa)(i / SN_ARITHMETICS), (sn_arithmetic)(i % SN_ARITHMETICS));
        if (kernels)
            failures += cmocka_run_group_tests_name(kernels->name, tests, seed, NULL);
    }
    if (setenv("SEQNET_ISA", "baseline", 1) != 0)
        return 1;
    return failures + cmocka_run_group_tests_name("choice", choice, NULL, NULL);
}
