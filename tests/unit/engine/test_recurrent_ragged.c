/* A ragged LSTM below the engine: packing, the pad prefix, shards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "recurrent_ragged.h"
#include "rng.h"

enum { ID_COUNT = 9, FEATURES = 5, TIME = 60, MOST_UNITS = 40, MOST_COLUMNS = 4 * MOST_UNITS };
enum { KERNEL, RECURRENT, BIAS };

static const size_t UNITS[] = {1, 6, 16, 20, 33};

/* An embedding and an LSTM with random weights, loaded. */
typedef struct fixture {
    sn_layer embedding, lstm;
    sn_tensor_table table;
    sn_packed_cell packed;
    sn_pad_prefix prefix;
    float *weights, *block, *prefix_block;
    size_t units, width;
} fixture;

static float *floats(size_t count)
{
    float *block;
    assert_int_equal(sn_alloc_floats(&block, count, NULL), SEQNET_OK);
    return block;
}

static void fill(float *values, size_t count, double scale, uint64_t seed)
{
    sn_rng rng;
    sn_rng_seed(&rng, seed, SN_RNG_INIT);
    for (size_t i = 0; i < count; i++)
        values[i] = (float)(scale * (2.0 * sn_rng_uniform(&rng) - 1.0));
}

static void load(fixture *f)
{
    sn_packed_cell_load(&f->packed, f->weights);
    sn_pad_prefix_reset(&f->prefix);
}

static void open_fixture(fixture *f, size_t units, double scale)
{
    const sn_layer_spec embedding = {.kind = SN_EMBEDDING,
                                     .embedding = {.units = FEATURES, .id_count = ID_COUNT}};
    const sn_layer_spec lstm = {.kind = SN_LSTM, .recurrent = {.units = units}};
    *f = (fixture){.units = units};
    assert_int_equal(sn_layer_init(&f->embedding, &embedding, "embedding",
                                   (sn_shape){.time = TIME, .features = 1}, &f->table, NULL),
                     SEQNET_OK);
    assert_int_equal(sn_layer_init(&f->lstm, &lstm, "lstm", f->embedding.output, &f->table, NULL),
                     SEQNET_OK);
    f->weights = floats(f->table.floats);
    sn_packed_cell_measure(&f->packed, &f->lstm, FEATURES, 0);
    f->block = floats(sn_packed_cell_size(&f->packed));
    sn_packed_cell_lay_out(&f->packed, f->block);
    f->width = f->packed.width;
    const sn_pad_prefix_plan plan = {.packed = &f->packed, .time = TIME, .trains = true};
    f->prefix_block = floats(sn_pad_prefix_init(&f->prefix, &plan, NULL));
    (void)sn_pad_prefix_init(&f->prefix, &plan, f->prefix_block);
    fill(f->weights, f->table.floats, scale, units);
    load(f);
}

static void close_fixture(fixture *f)
{
    sn_tensor_table_free(&f->table);
    free(f->weights);
    free(f->block);
    free(f->prefix_block);
}

static const float *weights_of(const fixture *f, size_t tensor)
{
    return f->weights + f->lstm.offsets[tensor];
}

static size_t packed_column(size_t gate, size_t unit)
{
    return unit / SN_LANES * 4 * SN_LANES + gate * SN_LANES + unit % SN_LANES;
}

static void assert_close(const char *what, double got, double wanted)
{
    if (!(fabs(got - wanted) <= 2e-5 * (1.0 + fabs(wanted))))
        fail_msg("%s: %.9g instead of %.9g", what, got, wanted);
}

/* ---- Packing ---- */

static void widths_are_multiples_of_the_lanes(void **state)
{
    (void)state;
    static const size_t units[3] = {1, SN_LANES, SN_LANES + 1};
    for (size_t i = 0; i < 3; i++) {
        fixture f;
        open_fixture(&f, units[i], 0.5);
        assert_int_equal(f.packed.width, i < 2 ? SN_LANES : 2 * SN_LANES);
        assert_int_equal(f.packed.columns, 4 * f.packed.width);
        close_fixture(&f);
    }
}

static void projections_are_x_kernel_plus_bias(void **state)
{
    (void)state;
    static const int32_t ids[4] = {0, 8, 3, 3};
    for (size_t n = 0; n < sizeof UNITS / sizeof *UNITS; n++) {
        fixture f;
        open_fixture(&f, UNITS[n], 0.8);
        float *const out = floats(4 * 4 * f.width);
        sn_packed_cell_project(&f.packed, f.weights, ids, 4, out);
        for (size_t i = 0; i < 4; i++)
            for (size_t gate = 0; gate < 4; gate++)
                for (size_t unit = 0; unit < f.width; unit++) {
                    const size_t column = gate * f.units + unit;
                    double z = unit < f.units ? (double)weights_of(&f, BIAS)[column] : 0.0;
                    for (size_t k = 0; unit < f.units && k < FEATURES; k++)
                        z += (double)f.weights[(size_t)ids[i] * FEATURES + k] *
                             (double)weights_of(&f, KERNEL)[k * 4 * f.units + column];
                    const float got = out[i * 4 * f.width + packed_column(gate, unit)];
                    assert_true(fabs((double)got - z) < 1e-5);
                }
        free(out);
        close_fixture(&f);
    }
}

/* Gradients in packed order arrive where the slab has the weight: give each its own number. */
static void gradients_go_to_their_tensors(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof UNITS / sizeof *UNITS; n++) {
        fixture f;
        open_fixture(&f, UNITS[n], 0.8);
        const size_t columns = 4 * f.width;
        float *const kernel = floats(FEATURES * columns), *const bias = floats(columns);
        float *const recurrent = floats(f.width * columns);
        float *const gradients = floats(f.table.floats);
        for (size_t gate = 0; gate < 4; gate++)
            for (size_t unit = 0; unit < f.units; unit++) {
                const size_t to = gate * f.units + unit, from = packed_column(gate, unit);
                for (size_t k = 0; k < FEATURES; k++)
                    kernel[k * columns + from] = weights_of(&f, KERNEL)[k * 4 * f.units + to];
                for (size_t k = 0; k < f.units; k++)
                    recurrent[k * columns + from] = weights_of(&f, RECURRENT)[k * 4 * f.units + to];
                bias[from] = weights_of(&f, BIAS)[to];
            }
        sn_packed_cell_store_gradients(&f.packed, kernel, recurrent, bias, gradients);
        assert_memory_equal(gradients + f.lstm.offsets[KERNEL], weights_of(&f, KERNEL),
                            f.lstm.parameters * sizeof *gradients);
        free(kernel);
        free(bias);
        free(recurrent);
        free(gradients);
        close_fixture(&f);
    }
}

/* ---- The prefix ---- */

static double logistic(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

/* What the prefix is a function of, in float64 and in the slab's order. */
typedef struct naive {
    size_t units;
    double projection[MOST_COLUMNS], recurrent[MOST_UNITS * MOST_COLUMNS];
} naive;

static void naive_load(naive *n, const fixture *f, int32_t id)
{
    n->units = f->units;
    for (size_t c = 0; c < 4 * f->units; c++) {
        n->projection[c] = (double)weights_of(f, BIAS)[c];
        for (size_t k = 0; k < FEATURES; k++)
            n->projection[c] += (double)f->weights[(size_t)id * FEATURES + k] *
                                (double)weights_of(f, KERNEL)[k * 4 * f->units + c];
    }
    for (size_t i = 0; i < f->units * 4 * f->units; i++)
        n->recurrent[i] = (double)weights_of(f, RECURRENT)[i];
}

static void naive_step(const naive *n, double h[MOST_UNITS], double c[MOST_UNITS])
{
    double z[MOST_COLUMNS];
    const size_t units = n->units;
    for (size_t k = 0; k < 4 * units; k++) {
        z[k] = n->projection[k];
        for (size_t j = 0; j < units; j++)
            z[k] += h[j] * n->recurrent[j * 4 * units + k];
    }
    for (size_t j = 0; j < units; j++) {
        c[j] = logistic(z[units + j]) * c[j] + logistic(z[j]) * tanh(z[2 * units + j]);
        h[j] = logistic(z[3 * units + j]) * tanh(c[j]);
    }
}

static void states_are_those_after_so_many_pads(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof UNITS / sizeof *UNITS; n++) {
        fixture f;
        naive model;
        double h[MOST_UNITS] = {0}, c[MOST_UNITS] = {0};
        open_fixture(&f, UNITS[n], 0.8);
        naive_load(&model, &f, 0);
        sn_pad_prefix_extend(&f.prefix, f.weights, TIME);
        assert_int_equal(f.prefix.steps, TIME);
        for (size_t pads = 0; pads <= TIME; pads++) {
            const size_t at = sn_pad_prefix_at(&f.prefix, pads) * f.width;
            for (size_t unit = 0; unit < f.width; unit++) {
                const double hidden = unit < f.units ? h[unit] : 0.0;
                const double cell = unit < f.units ? c[unit] : 0.0;
                assert_close("hidden", (double)f.prefix.hidden[at + unit], hidden);
                assert_close("cell", (double)f.prefix.carry[at + unit], cell);
            }
            naive_step(&model, h, c);
        }
        close_fixture(&f);
    }
}

/* Rows without pads start there, whether or not any pad was ever run. */
static void the_state_before_any_pad_is_zero(void **state)
{
    (void)state;
    for (int trains = 0; trains < 2; trains++) {
        fixture f;
        sn_pad_prefix t;
        open_fixture(&f, SN_LANES, 0.5);
        const sn_pad_prefix_plan plan = {.packed = &f.packed, .time = TIME, .trains = trains};
        const size_t count = sn_pad_prefix_init(&t, &plan, NULL);
        float *const block = floats(count);
        for (size_t i = 0; i < count; i++)
            block[i] = 1.5F;
        assert_int_equal(sn_pad_prefix_init(&t, &plan, block), count);
        assert_int_equal(sn_pad_prefix_at(&t, 0), 0);
        for (size_t unit = 0; unit < SN_LANES; unit++)
            assert_true(t.hidden[unit] == 0.0F && t.carry[unit] == 0.0F);
        free(block);
        close_fixture(&f);
    }
}

static void extending_twice_is_extending_once(void **state)
{
    (void)state;
    fixture f;
    float once[(TIME + 1) * MOST_UNITS];
    open_fixture(&f, 6, 0.8);
    const size_t size = (TIME + 1) * f.width * sizeof *once;
    sn_pad_prefix_extend(&f.prefix, f.weights, TIME);
    memcpy(once, f.prefix.hidden, size);
    sn_pad_prefix_reset(&f.prefix);
    memset(f.prefix.hidden + f.width, 0xff, size - f.width * sizeof *once);
    sn_pad_prefix_extend(&f.prefix, f.weights, 7);
    assert_int_equal(f.prefix.steps, 7);
    sn_pad_prefix_extend(&f.prefix, f.weights, 3); /* there are more already */
    assert_int_equal(f.prefix.steps, 7);
    sn_pad_prefix_extend(&f.prefix, f.weights, TIME);
    assert_memory_equal(f.prefix.hidden, once, (f.prefix.distinct + 1) * f.width * 4);
    close_fixture(&f);
}

/* Weak weights; how open the forget gates are decides how soon the state stops moving. */
static void set_forget_bias(fixture *f, float bias)
{
    fill(f->weights, f->table.floats, 0.1, 8);
    for (size_t unit = 0; unit < f->units; unit++)
        f->weights[f->lstm.offsets[BIAS] + f->units + unit] = bias;
    load(f);
}

static void make_stationary(fixture *f)
{
    set_forget_bias(f, -4.0F);
}

static void a_stationary_state_is_stored_once(void **state)
{
    (void)state;
    fixture f;
    open_fixture(&f, 6, 0.8);
    set_forget_bias(&f, 4.0F);
    sn_pad_prefix_extend(&f.prefix, f.weights, TIME);
    assert_false(f.prefix.is_stationary);
    assert_int_equal(f.prefix.distinct, TIME);
    make_stationary(&f);
    sn_pad_prefix_extend(&f.prefix, f.weights, TIME);
    assert_true(f.prefix.is_stationary);
    assert_in_range(f.prefix.distinct, 3, TIME / 2);
    assert_int_equal(f.prefix.steps, TIME);
    assert_int_equal(sn_pad_prefix_at(&f.prefix, TIME), f.prefix.distinct);
    assert_int_equal(sn_pad_prefix_at(&f.prefix, 2), 2);
    close_fixture(&f);
}

/* The states that rows start from, and the loss: the sum over them of factors * (hidden, cell). */
enum { STARTS = 5 };
static const size_t START_PADS[STARTS] = {0, 1, 9, 17, TIME};

static double naive_loss(const naive *n, const float *d_hidden, const float *d_cell)
{
    double h[MOST_UNITS] = {0}, c[MOST_UNITS] = {0}, loss = 0.0;
    size_t pads = 0;
    for (size_t s = 0; s < STARTS; s++) {
        for (; pads < START_PADS[s]; pads++)
            naive_step(n, h, c);
        for (size_t unit = 0; unit < n->units; unit++)
            loss += h[unit] * (double)d_hidden[s * MOST_UNITS + unit] +
                    c[unit] * (double)d_cell[s * MOST_UNITS + unit];
    }
    return loss;
}

static double slope(naive *n, double *variable, const float *d_hidden, const float *d_cell)
{
    const double kept = *variable, h = 1e-5;
    *variable = kept + h;
    const double above = naive_loss(n, d_hidden, d_cell);
    *variable = kept - h;
    const double below = naive_loss(n, d_hidden, d_cell);
    *variable = kept;
    return (above - below) / (2.0 * h);
}

static void check_prefix_gradients(fixture *f)
{
    static naive n;
    sn_pad_prefix *const t = &f->prefix;
    float d_hidden[STARTS * MOST_UNITS], d_cell[STARTS * MOST_UNITS];
    fill(d_hidden, STARTS * MOST_UNITS, 1.0, 1);
    fill(d_cell, STARTS * MOST_UNITS, 1.0, 2);
    naive_load(&n, f, 0);
    sn_pad_prefix_extend(t, f->weights, TIME);
    for (size_t s = 0; s < STARTS; s++) {
        const size_t at = START_PADS[s] * f->width, from = s * MOST_UNITS;
        memcpy(t->d_hidden + at, d_hidden + from, f->units * sizeof(float));
        memcpy(t->d_carry + at, d_cell + from, f->units * sizeof(float));
    }
    sn_pad_prefix_backward(t, NULL, NULL);
    assert_int_equal(t->steps, 0); /* reset */
    for (size_t gate = 0; gate < 4; gate++)
        for (size_t unit = 0; unit < f->units; unit++) {
            const size_t c = gate * f->units + unit, packed = packed_column(gate, unit);
            assert_close("projection", (double)t->d_projections[packed],
                         slope(&n, &n.projection[c], d_hidden, d_cell));
            for (size_t k = 0; k < f->units; k++)
                assert_close("recurrent", (double)t->d_recurrent[k * 4 * f->width + packed],
                             slope(&n, &n.recurrent[k * 4 * f->units + c], d_hidden, d_cell));
        }
    for (size_t i = 0; i < (TIME + 1) * f->width; i++)
        assert_true(t->d_hidden[i] == 0.0F && t->d_carry[i] == 0.0F);
}

static void prefix_gradients_are_the_slopes(void **state)
{
    (void)state;
    for (size_t n = 0; n < 2; n++) {
        fixture f;
        open_fixture(&f, n ? 20 : 6, 0.5);
        check_prefix_gradients(&f);
        check_prefix_gradients(&f); /* nothing is left from the first time */
        make_stationary(&f);
        check_prefix_gradients(&f);
        close_fixture(&f);
    }
}

/* ---- Shards ---- */

/* Five rows: two of three tokens, one of two, one of one, one of none; pads in front. */
enum { SHARD_ROWS = 5, STEPS = 3, TOKENS = 9 };
static const size_t SHARD_STARTS[STEPS + 1] = {0, 2, 5, 9};
static const int32_t SHARD_TOKENS[TOKENS] = {0, 1, 2, 3, 4, 5, 0, 1, 2};
static const int32_t TOKEN_IDS[6] = {3, 1, 8, 0, 5, 5};
static const size_t SHARD_PADS[SHARD_ROWS] = {0, 4, 12, 30, 55};

static sn_ragged_shard make_shard(bool pads)
{
    return (sn_ragged_shard){.rows = SHARD_ROWS,
                             .steps = STEPS,
                             .starts = SHARD_STARTS,
                             .tokens = SHARD_TOKENS,
                             .pads = pads ? SHARD_PADS : NULL};
}

static void run_naively(const fixture *f, const sn_ragged_shard *shard, size_t row,
                        double h[MOST_UNITS], double c[MOST_UNITS])
{
    static naive n;
    memset(h, 0, MOST_UNITS * sizeof *h);
    memset(c, 0, MOST_UNITS * sizeof *c);
    naive_load(&n, f, 0);
    for (size_t pad = 0; shard->pads && pad < shard->pads[row]; pad++)
        naive_step(&n, h, c);
    for (size_t step = 0; step < shard->steps; step++)
        if (row < sn_ragged_active(shard, step)) {
            naive_load(&n, f, TOKEN_IDS[shard->tokens[shard->starts[step] + row]]);
            naive_step(&n, h, c);
        }
}

static void check_shard(size_t units, bool pads)
{
    fixture f;
    open_fixture(&f, units, 0.6);
    const size_t width = f.width, taped = (TOKENS + SHARD_ROWS) * width;
    const sn_ragged_shard shard = make_shard(pads);
    float *const block = floats(2 * taped + TOKENS * 5 * width + 4 * SHARD_ROWS * width);
    float *const projections = floats(6 * 4 * width);
    const sn_ragged_tape tape = {.hidden = block,
                                 .carry = block + taped,
                                 .gates = block + 2 * taped,
                                 .memo = block + 2 * taped + TOKENS * 4 * width};
    const sn_ragged_tape scoring = {.hidden = block + 2 * taped + TOKENS * 5 * width,
                                    .carry = block + 2 * taped + TOKENS * 5 * width +
                                             2 * SHARD_ROWS * width};
    sn_packed_cell_project(&f.packed, f.weights, TOKEN_IDS, 6, projections);
    sn_pad_prefix_extend(&f.prefix, f.weights, TIME);
    sn_ragged_forward(&f.packed, &f.prefix, &shard, projections, &tape);
    const float *const scored =
        sn_ragged_score(&f.packed, &f.prefix, &shard, projections, &scoring);
    assert_memory_equal(scored, tape.hidden + TOKENS * width, SHARD_ROWS * width * sizeof *scored);
    for (size_t row = 0; row < SHARD_ROWS; row++) {
        double h[MOST_UNITS], c[MOST_UNITS];
        run_naively(&f, &shard, row, h, c);
        for (size_t unit = 0; unit < units; unit++)
            assert_close("state", (double)scored[row * width + unit], h[unit]);
    }
    free(block);
    free(projections);
    close_fixture(&f);
}

static void shards_run_every_row_from_its_pads(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof UNITS / sizeof *UNITS; n++) {
        check_shard(UNITS[n], true);
        check_shard(UNITS[n], false);
    }
}

static void a_shard_without_tokens_keeps_the_states_of_its_pads(void **state)
{
    (void)state;
    static const size_t start = 0;
    fixture f;
    float hidden[2 * SHARD_ROWS * SN_LANES], cell[2 * SHARD_ROWS * SN_LANES];
    const sn_ragged_shard shard = {.rows = SHARD_ROWS, .starts = &start, .pads = SHARD_PADS};
    const sn_ragged_tape tape = {.hidden = hidden, .carry = cell};
    open_fixture(&f, 6, 0.6);
    sn_pad_prefix_extend(&f.prefix, f.weights, TIME);
    const float *const states = sn_ragged_score(&f.packed, &f.prefix, &shard, NULL, &tape);
    for (size_t row = 0; row < SHARD_ROWS; row++)
        assert_memory_equal(states + row * f.width,
                            f.prefix.hidden +
                                sn_pad_prefix_at(&f.prefix, SHARD_PADS[row]) * f.width,
                            f.width * sizeof *states);
    close_fixture(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(widths_are_multiples_of_the_lanes),
        cmocka_unit_test(projections_are_x_kernel_plus_bias),
        cmocka_unit_test(gradients_go_to_their_tensors),
        cmocka_unit_test(states_are_those_after_so_many_pads),
        cmocka_unit_test(the_state_before_any_pad_is_zero),
        cmocka_unit_test(extending_twice_is_extending_once),
        cmocka_unit_test(a_stationary_state_is_stored_once),
        cmocka_unit_test(prefix_gradients_are_the_slopes),
        cmocka_unit_test(shards_run_every_row_from_its_pads),
        cmocka_unit_test(a_shard_without_tokens_keeps_the_states_of_its_pads),
    };
    return cmocka_run_group_tests_name("ragged recurrent layer", tests, NULL, NULL);
}
