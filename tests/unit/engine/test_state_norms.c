/*
 * The norms of the loss's gradient by the states, against central differences of a naive float64
 * model whose state, with the carry, is moved after one timestep, for an LSTM and a GRU, masked and
 * not, with the last state or the mean of all of them below the Dense layer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agreement.h"
#include "engine.h"
#include "pad.h"
#include "rng.h"

enum { T = 12, V = 9, E = 4, H = 3, LONGEST = T + 2 };

/* Lengths with every edge: none, one, maxlen, more. */
static const size_t LENGTHS[] = {0, 1, T, LONGEST, 7};
enum { ROWS = sizeof LENGTHS / sizeof *LENGTHS };
static const sn_padding PADDING = {SEQNET_PRE, SEQNET_PRE};

typedef struct setup {
    sn_network network;
    float *weights;
    int32_t ids[ROWS][LONGEST];
    int32_t padded[ROWS][T];
    const int32_t *rows[ROWS];
    int32_t labels[ROWS];
} setup;

static void fill_rows(setup *s, sn_rng *rng)
{
    for (size_t r = 0; r < ROWS; r++) {
        for (size_t i = 0; i < LONGEST; i++)
            s->ids[r][i] = (int32_t)(1 + sn_rng_below(rng, V - 1));
        s->rows[r] = s->ids[r];
        s->labels[r] = (int32_t)(r % 2);
        sn_pad(s->padded[r], T, s->ids[r], LENGTHS[r], PADDING.padding, PADDING.truncating);
    }
}

static void prepare(setup *s, sn_layer_kind cell, bool masks, bool pools)
{
    sn_rng rng;
    const sn_layer_spec embedding = {.kind = SN_EMBEDDING,
                                     .embedding = {.units = E, .id_count = V, .mask_zero = masks}};
    const sn_layer_spec recurrent = {.kind = cell,
                                     .recurrent = {.units = H, .return_sequences = pools}};
    const sn_layer_spec pooling = {.kind = SN_POOLING, .pooling = {.mode = SN_POOL_MEAN}};
    const sn_layer_spec dense = {.kind = SN_DENSE, .dense = {.units = 1}};
    const sn_layer_spec specs[] = {embedding, recurrent, pools ? pooling : dense, dense};
    *s = (setup){0};
    assert_int_equal(sn_network_init(&s->network, specs, pools ? 4 : 3, T, NULL), SEQNET_OK);
    const size_t floats = s->network.table.floats;
    s->weights = malloc(floats * sizeof *s->weights);
    assert_non_null(s->weights);
    sn_rng_seed(&rng, 3, SN_RNG_INIT);
    for (size_t i = 0; i < floats; i++)
        s->weights[i] = (float)(1.6 * sn_rng_uniform(&rng) - 0.8);
    fill_rows(s, &rng);
}

static void clean_up(setup *s)
{
    sn_network_free(&s->network);
    free(s->weights);
}

static const float *tensor(const setup *s, size_t layer, size_t number)
{
    return s->weights + s->network.layers[layer].offsets[number];
}

static double sigmoid(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

/* bias + sum of x[i] * kernel[i, column] */
static double product(const double *x, size_t count, const float *kernel, size_t columns,
                      size_t column, double bias)
{
    for (size_t i = 0; i < count; i++)
        bias += x[i] * (double)kernel[i * columns + column];
    return bias;
}

typedef struct states {
    double h[H], c[H];
} states;

/* Gates i, f, c, o. */
static void step_lstm(const setup *s, const double *x, states *now)
{
    const float *const bias = tensor(s, 1, 2);
    const states before = *now;
    double z[4 * H];
    for (size_t j = 0; j < (size_t)4 * H; j++)
        z[j] = product(x, E, tensor(s, 1, 0), 4 * H, j, (double)bias[j]) +
               product(before.h, H, tensor(s, 1, 1), 4 * H, j, 0.0);
    for (size_t k = 0; k < H; k++) {
        now->c[k] = sigmoid(z[H + k]) * before.c[k] + sigmoid(z[k]) * tanh(z[2 * H + k]);
        now->h[k] = sigmoid(z[3 * H + k]) * tanh(now->c[k]);
    }
}

/* Gates z, r, h; the reset gate is applied after the product. */
static void step_gru(const setup *s, const double *x, states *now)
{
    const float *const bias = tensor(s, 1, 2);
    const states before = *now;
    double a[3 * H], b[3 * H];
    for (size_t j = 0; j < (size_t)3 * H; j++) {
        a[j] = product(x, E, tensor(s, 1, 0), 3 * H, j, (double)bias[j]);
        b[j] = product(before.h, H, tensor(s, 1, 1), 3 * H, j, (double)bias[3 * H + j]);
    }
    for (size_t k = 0; k < H; k++) {
        const double z = sigmoid(a[k] + b[k]), r = sigmoid(a[H + k] + b[H + k]);
        now->h[k] = z * before.h[k] + (1.0 - z) * tanh(a[2 * H + k] + r * b[2 * H + k]);
    }
}

/* Which number of the state is moved, and how far; unit H + k is c[k]. */
typedef struct move {
    size_t t, unit;
    double by;
} move;

static void embed(const setup *s, int32_t id, double x[E])
{
    for (size_t k = 0; k < E; k++)
        x[k] = (double)tensor(s, 0, 0)[(size_t)id * E + k];
}

static double naive_loss(const setup *s, size_t row, move moved)
{
    const bool pools = s->network.count == 4;
    const size_t dense = s->network.count - 1;
    states now = {0};
    double sum[H] = {0}, steps = 0.0;
    for (size_t t = 0; t < T; t++) {
        const int32_t id = s->padded[row][t];
        const bool masked = s->network.mask_zero && id == 0;
        double x[E];
        embed(s, id, x);
        if (!masked)
            (s->network.layers[1].spec.kind == SN_LSTM ? step_lstm : step_gru)(s, x, &now);
        if (t == moved.t)
            *(moved.unit < H ? &now.h[moved.unit] : &now.c[moved.unit - H]) += moved.by;
        for (size_t k = 0; k < H; k++)
            sum[k] = pools ? sum[k] + now.h[k] : now.h[k];
        steps = pools ? steps + 1.0 : 1.0;
    }
    for (size_t k = 0; k < H; k++)
        sum[k] /= steps;
    const double logit = product(sum, H, tensor(s, dense, 0), 1, 0, (double)tensor(s, dense, 1)[0]);
    return log1p(exp(s->labels[row] ? -logit : logit));
}

static double naive_norm(const setup *s, size_t row, size_t t)
{
    const double step = 1e-5;
    double squares = 0.0;
    for (size_t k = 0; k < (size_t)2 * H; k++) {
        const double slope =
            (naive_loss(s, row, (move){t, k, step}) - naive_loss(s, row, (move){t, k, -step})) /
            (2.0 * step);
        squares += slope * slope;
    }
    return sqrt(squares);
}

static void add_norms(const setup *s, double norms[T])
{
    sn_pool *pool;
    sn_engine *engine;
    const sn_minibatch batch = {
        .rows = s->rows, .lengths = LENGTHS, .labels = s->labels, .count = ROWS};
    assert_int_equal(sn_pool_create(&pool, 1, NULL), SEQNET_OK);
    assert_int_equal(sn_engine_plain_create(&engine, &s->network, PADDING, pool, true, NULL),
                     SEQNET_OK);
    sn_engine_use(engine, s->weights);
    sn_engine_plain_state_norms(engine, &batch, &s->network.layers[1], norms);
    sn_engine_free(engine);
    sn_pool_free(pool);
}

static void assert_norms(sn_layer_kind cell, bool masks, bool pools)
{
    setup s;
    agreement a = {0};
    double norms[T];
    prepare(&s, cell, masks, pools);
    for (size_t t = 0; t < T; t++)
        norms[t] = 1.0; /* it adds */
    add_norms(&s, norms);
    for (size_t t = 0; t < T; t++) {
        double wanted = 0.0;
        for (size_t row = 0; row < ROWS; row++)
            wanted += naive_norm(&s, row, t);
        agreement_add(&a, norms[t] - 1.0, wanted);
    }
    if (!agreement_within(&a, 1e-5))
        fail_msg("off by %g of %g", a.worst, a.largest);
    clean_up(&s);
}

static void norms_of_an_lstm(void **state)
{
    (void)state;
    assert_norms(SN_LSTM, false, false);
    assert_norms(SN_LSTM, false, true);
}

static void norms_of_a_gru(void **state)
{
    (void)state;
    assert_norms(SN_GRU, false, false);
    assert_norms(SN_GRU, false, true);
}

static void a_masked_step_has_the_norm_of_the_state_it_copied(void **state)
{
    (void)state;
    assert_norms(SN_LSTM, true, false);
    assert_norms(SN_GRU, true, false);
}

/* Whatever the cell. */
static void norms_are_finite_for_every_cell(void **state)
{
    (void)state;
    size_t cells = 0;
    for (sn_layer_kind kind = 0; kind < SN_LAYER_KINDS; kind++) {
        setup s;
        double norms[T] = {0};
        if (!sn_layer_ops_of(kind)->cell)
            continue;
        prepare(&s, kind, false, true);
        add_norms(&s, norms);
        for (size_t t = 0; t < T; t++)
            assert_true(isfinite(norms[t]) && norms[t] > 0.0);
        clean_up(&s);
        cells++;
    }
    assert_true(cells >= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(norms_of_an_lstm),
        cmocka_unit_test(norms_of_a_gru),
        cmocka_unit_test(a_masked_step_has_the_norm_of_the_state_it_copied),
        cmocka_unit_test(norms_are_finite_for_every_cell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
