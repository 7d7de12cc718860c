/*
 * The engine against a naive float64 model: padded rows, one time loop, gradients by central
 * differences. Then what must not change a bit: the number of threads.
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
#include "memory.h"
#include "rng.h"

enum { T = 40, V = 9, E = 4, H = 3, G = 4 * H, LONGEST = 55 };
enum { EMBEDDING = 0, KERNEL = V * E, RECURRENT = KERNEL + E * G, BIAS = RECURRENT + H * G };
enum { DENSE = BIAS + G, FLOATS = DENSE + H + 1, MOST_FLOATS = FLOATS + H };

/* What the Dense layer on top takes: the last state, or all states pooled. */
typedef enum top { LAST, MAX, MEAN, MAX_MEAN } top;

static size_t top_size(top t)
{
    return t == MAX_MEAN ? 2 * H : H;
}

/* Lengths with every edge: none, one, maxlen, one more, many more. */
static const size_t LENGTHS[] = {0, 1, T, T + 1, LONGEST, 17, 2, T - 1};
enum { ROWS = sizeof LENGTHS / sizeof *LENGTHS };

typedef struct data {
    int32_t ids[ROWS][LONGEST];
    const int32_t *rows[ROWS];
    int32_t labels[ROWS];
    float weights[ROWS];
} data;

static sn_minibatch make_batch(data *d)
{
    sn_rng rng;
    sn_rng_seed(&rng, 11, SN_RNG_INIT);
    for (size_t r = 0; r < ROWS; r++) {
        for (size_t i = 0; i < LONGEST; i++)
            d->ids[r][i] = (int32_t)(1 + sn_rng_below(&rng, V - 1));
        d->rows[r] = d->ids[r];
        d->labels[r] = (int32_t)sn_rng_below(&rng, 2);
        d->weights[r] = (float)(3 * r % 5) * 0.5F;
    }
    return (sn_minibatch){.rows = d->rows, .lengths = LENGTHS, .labels = d->labels, .count = ROWS};
}

/* pad_sequences, written down once more. */
static void pad_naively(int32_t out[T], const int32_t *ids, size_t length, sn_padding padding)
{
    int32_t kept[T];
    size_t n = 0;
    const size_t cut = length > T ? length - T : 0;
    for (size_t i = 0; i < length; i++)
        if (padding.truncating == SEQNET_PRE ? i >= cut : i < T)
            kept[n++] = ids[i];
    for (size_t t = 0; t < T; t++) {
        const size_t first = padding.padding == SEQNET_PRE ? T - n : 0;
        out[t] = t >= first && t < first + n ? kept[t - first] : 0;
    }
}

static double logistic(double x)
{
    return 1.0 / (1.0 + exp(-x));
}

static void naive_step(const double *w, int32_t id, double h[H], double c[H])
{
    double z[G], next[H];
    for (size_t k = 0; k < G; k++) {
        z[k] = w[BIAS + k];
        for (size_t e = 0; e < E; e++)
            z[k] += w[EMBEDDING + (size_t)id * E + e] * w[KERNEL + e * G + k];
        for (size_t j = 0; j < H; j++)
            z[k] += h[j] * w[RECURRENT + j * G + k];
    }
    for (size_t j = 0; j < H; j++) {
        c[j] = logistic(z[H + j]) * c[j] + logistic(z[j]) * tanh(z[2 * H + j]);
        next[j] = logistic(z[3 * H + j]) * tanh(c[j]);
    }
    memcpy(h, next, sizeof next);
}

static double naive_logit(const double *w, const int32_t ids[T], bool mask_zero, top on_top)
{
    double h[H] = {0}, c[H] = {0}, most[H] = {0}, sum[H] = {0}, count = 0.0;
    for (size_t t = 0; t < T; t++) {
        if (mask_zero && ids[t] == 0)
            continue;
        naive_step(w, ids[t], h, c);
        for (size_t j = 0; j < H; j++) {
            most[j] = count > 0.0 ? fmax(most[j], h[j]) : h[j];
            sum[j] += h[j];
        }
        count += 1.0;
    }
    double logit = w[DENSE + top_size(on_top)];
    for (size_t j = 0; j < H; j++) {
        const double mean = count > 0.0 ? sum[j] / count : 0.0;
        logit += w[DENSE + j] * (on_top == LAST ? h[j] : on_top == MEAN ? mean : most[j]);
        if (on_top == MAX_MEAN)
            logit += w[DENSE + H + j] * mean;
    }
    return logit;
}

static double naive_loss(const double *w, const sn_minibatch *batch, sn_padding padding,
                         bool mask_zero, top on_top)
{
    double loss = 0.0;
    int32_t ids[T];
    for (size_t r = 0; r < batch->count; r++) {
        pad_naively(ids, batch->rows[r], batch->lengths[r], padding);
        const double x = naive_logit(w, ids, mask_zero, on_top);
        loss += (log1p(exp(x)) - batch->labels[r] * x) *
                (batch->weights ? (double)batch->weights[r] : 1.0);
    }
    return loss / (double)batch->count;
}

typedef struct fixture {
    sn_network network;
    sn_pool *pool;
    sn_engine *engine;
    float *weights, *gradients;
} fixture;

static void open_fixture(fixture *f, sn_padding padding, bool mask_zero, size_t threads, top on_top)
{
    sn_layer_spec specs[4] = {
        {.kind = SN_EMBEDDING, .embedding = {.units = E, .id_count = V, .mask_zero = mask_zero}},
        {.kind = SN_LSTM, .recurrent = {.units = H, .return_sequences = on_top != LAST}}};
    size_t count = 2;
    if (on_top != LAST)
        specs[count++] = (sn_layer_spec){.kind = SN_POOLING,
                                         .pooling = {.mode = on_top == MAX    ? SN_POOL_MAX
                                                             : on_top == MEAN ? SN_POOL_MEAN
                                                                              : SN_POOL_MAX_MEAN}};
    specs[count++] = (sn_layer_spec){.kind = SN_DENSE, .dense = {.units = 1}};
    sn_rng rng;
    assert_int_equal(sn_network_init(&f->network, specs, count, T, NULL), SEQNET_OK);
    assert_int_equal(f->network.table.floats, DENSE + top_size(on_top) + 1);
    assert_int_equal(sn_alloc_floats(&f->weights, MOST_FLOATS, NULL), SEQNET_OK);
    assert_int_equal(sn_alloc_floats(&f->gradients, MOST_FLOATS, NULL), SEQNET_OK);
    sn_rng_seed(&rng, 3, SN_RNG_INIT);
    for (size_t i = 0; i < MOST_FLOATS; i++)
        f->weights[i] = (float)(1.6 * sn_rng_uniform(&rng) - 0.8);
    assert_int_equal(sn_pool_create(&f->pool, threads, NULL), SEQNET_OK);
    assert_int_equal(sn_engine_create(&f->engine, &f->network, padding, f->pool, true, NULL),
                     SEQNET_OK);
}

static void close_fixture(fixture *f)
{
    sn_engine_free(f->engine);
    sn_pool_free(f->pool);
    sn_network_free(&f->network);
    free(f->weights);
    free(f->gradients);
}

static void check_gradients_below(sn_padding padding, bool mask_zero, bool weighted, top on_top)
{
    fixture f;
    data d;
    double w[MOST_FLOATS];
    sn_loss_sums sums = {0};
    sn_minibatch batch = make_batch(&d);
    batch.weights = weighted ? d.weights : NULL;
    open_fixture(&f, padding, mask_zero, 2, on_top);
    sn_engine_use(f.engine, f.weights);
    sn_engine_gradients(f.engine, &batch, f.gradients, &sums);
    for (size_t i = 0; i < MOST_FLOATS; i++)
        w[i] = (double)f.weights[i];
    const double loss = naive_loss(w, &batch, padding, mask_zero, on_top);
    assert_true(fabs(sums.loss / ROWS - loss) <= 1e-6 * loss);
    for (size_t k = 0; k < f.network.table.count; k++) {
        const sn_tensor *const tensor = &f.network.table.tensors[k];
        agreement a = {0};
        for (size_t i = tensor->offset; i < tensor->offset + tensor->count; i++) {
            const double kept = w[i], h = 1e-5;
            w[i] = kept + h;
            const double above = naive_loss(w, &batch, padding, mask_zero, on_top);
            w[i] = kept - h;
            const double slope =
                (above - naive_loss(w, &batch, padding, mask_zero, on_top)) / (2.0 * h);
            w[i] = kept;
            agreement_add(&a, (double)f.gradients[i], slope);
        }
        if (!agreement_within(&a, 1e-5))
            fail_msg("%s: error %g of %g", tensor->name, a.worst, a.largest);
    }
    close_fixture(&f);
}

static void check_gradients(sn_padding padding, bool mask_zero, bool weighted)
{
    check_gradients_below(padding, mask_zero, weighted, LAST);
}

/* Masked states by the ragged engine, all by the plain one. */
static void gradients_of_pooled_states(void **state)
{
    (void)state;
    for (top on_top = MAX; on_top <= MAX_MEAN; on_top++)
        for (int mask_zero = 0; mask_zero < 2; mask_zero++) {
            check_gradients_below((sn_padding){SEQNET_PRE, SEQNET_PRE}, mask_zero, false, on_top);
            check_gradients_below((sn_padding){SEQNET_POST, SEQNET_PRE}, mask_zero, true, on_top);
        }
}

static void gradients_unmasked_pre(void **state)
{
    (void)state;
    check_gradients((sn_padding){SEQNET_PRE, SEQNET_PRE}, false, false);
}

static void gradients_unmasked_post(void **state)
{
    (void)state;
    check_gradients((sn_padding){SEQNET_POST, SEQNET_POST}, false, false);
    check_gradients((sn_padding){SEQNET_POST, SEQNET_PRE}, false, false);
}

static void gradients_masked(void **state)
{
    (void)state;
    check_gradients((sn_padding){SEQNET_PRE, SEQNET_PRE}, true, false);
    check_gradients((sn_padding){SEQNET_POST, SEQNET_PRE}, true, false);
}

/* The sum of the weighted losses by the number of rows, whatever the weights add up to. */
static void gradients_of_weighted_rows(void **state)
{
    (void)state;
    check_gradients((sn_padding){SEQNET_PRE, SEQNET_PRE}, false, true);
    check_gradients((sn_padding){SEQNET_PRE, SEQNET_PRE}, true, true);
}

static void pad_row_has_a_gradient_only_when_unmasked(void **state)
{
    (void)state;
    for (int mask_zero = 0; mask_zero < 2; mask_zero++) {
        fixture f;
        data d;
        sn_loss_sums sums = {0};
        float size = 0.0F;
        const sn_minibatch batch = make_batch(&d);
        open_fixture(&f, (sn_padding){SEQNET_PRE, SEQNET_PRE}, mask_zero, 1, LAST);
        sn_engine_use(f.engine, f.weights);
        sn_engine_gradients(f.engine, &batch, f.gradients, &sums);
        for (size_t i = 0; i < E; i++)
            size += fabsf(f.gradients[i]);
        assert_true(mask_zero ? size == 0.0F : size > 0.0F);
        close_fixture(&f);
    }
}

/* More rows than fit a wave of shards, the last shard with a single row. */
enum { MANY = SN_SHARD_ROWS * 17 + 1 };

static void run_many(size_t threads, float gradients[FLOATS], float logits[MANY], double *loss)
{
    fixture f;
    data d;
    const int32_t *rows[MANY];
    size_t lengths[MANY];
    int32_t labels[MANY];
    sn_loss_sums sums = {0};
    (void)make_batch(&d);
    for (size_t i = 0; i < MANY; i++) {
        rows[i] = d.rows[i % ROWS];
        lengths[i] = (i * 7) % LONGEST;
        labels[i] = d.labels[i % ROWS];
    }
    const sn_minibatch batch = {.rows = rows, .lengths = lengths, .labels = labels, .count = MANY};
    open_fixture(&f, (sn_padding){SEQNET_PRE, SEQNET_PRE}, false, threads, LAST);
    sn_engine_use(f.engine, f.weights);
    sn_engine_gradients(f.engine, &batch, f.gradients, &sums);
    sn_engine_use(f.engine, f.weights);
    sn_engine_score(f.engine, &batch, logits);
    memcpy(gradients, f.gradients, FLOATS * sizeof *gradients);
    *loss = sums.loss;
    close_fixture(&f);
}

static void threads_do_not_change_a_bit(void **state)
{
    (void)state;
    float one[FLOATS], more[FLOATS], logits_one[MANY], logits_more[MANY];
    double loss_one, loss_more;
    run_many(1, one, logits_one, &loss_one);
    for (size_t threads = 2; threads <= 4; threads++) {
        run_many(threads, more, logits_more, &loss_more);
        assert_memory_equal(one, more, sizeof one);
        assert_memory_equal(logits_one, logits_more, sizeof logits_one);
        assert_true(loss_one == loss_more);
    }
}

static void a_batch_of_one(void **state)
{
    (void)state;
    fixture f;
    data d;
    float logit;
    double w[FLOATS];
    int32_t ids[T];
    const sn_padding padding = {SEQNET_PRE, SEQNET_PRE};
    sn_minibatch batch = make_batch(&d);
    open_fixture(&f, padding, false, 2, LAST);
    for (size_t i = 0; i < FLOATS; i++)
        w[i] = (double)f.weights[i];
    batch.count = 1; /* the row of length 0 */
    sn_engine_use(f.engine, f.weights);
    sn_engine_score(f.engine, &batch, &logit);
    pad_naively(ids, batch.rows[0], 0, padding);
    assert_true(fabs((double)logit - naive_logit(w, ids, false, LAST)) < 1e-5);
    close_fixture(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_unmasked_pre),
        cmocka_unit_test(gradients_unmasked_post),
        cmocka_unit_test(gradients_masked),
        cmocka_unit_test(gradients_of_weighted_rows),
        cmocka_unit_test(pad_row_has_a_gradient_only_when_unmasked),
        cmocka_unit_test(gradients_of_pooled_states),
        cmocka_unit_test(threads_do_not_change_a_bit),
        cmocka_unit_test(a_batch_of_one),
    };
    return cmocka_run_group_tests_name("engine", tests, NULL, NULL);
}
