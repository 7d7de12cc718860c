/*
 * Rows, networks and engines for the tests that compare the ragged engine with the plain one.
 */
#ifndef TEST_ENGINE_FIXTURE_H
#define TEST_ENGINE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agreement.h"
#include "engine.h"
#include "memory.h"
#include "rng.h"

enum { TIME = 30, ID_COUNT = 50, MOST_ROWS = 700, LONGEST = 45, MOST_OUTPUTS = 5 };

/* Of a tensor's largest gradient, and of a logit. A cell whose state goes into the next step
 * without a gate multiplies rounding from step to step, with weights like those here. */
static const double TOLERANCE = 2e-5, UNGATED_TOLERANCE = 5e-4;

static bool is_gated(const sn_layer_spec *layers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (layers[i].kind == SN_SIMPLE_RNN || layers[i].kind == SN_LSTM_CARRY)
            return false;
    return true;
}

static const sn_padding PADDINGS[4] = {{SEQNET_PRE, SEQNET_PRE},
                                       {SEQNET_PRE, SEQNET_POST},
                                       {SEQNET_POST, SEQNET_PRE},
                                       {SEQNET_POST, SEQNET_POST}};

typedef struct data {
    int32_t ids[MOST_ROWS][LONGEST];
    const int32_t *rows[MOST_ROWS];
    size_t lengths[MOST_ROWS];
    int32_t labels[MOST_ROWS];
    float weights[MOST_ROWS];
    sn_minibatch batch;
} data;

static data d;

/* Rows of random ids; every fifth row has zeros in it and in front. */
static void fill_rows(size_t count, uint64_t seed)
{
    sn_rng rng;
    sn_rng_seed(&rng, seed, SN_RNG_INIT);
    for (size_t r = 0; r < count; r++) {
        for (size_t i = 0; i < LONGEST; i++)
            d.ids[r][i] = (int32_t)(1 + sn_rng_below(&rng, ID_COUNT - 1));
        for (size_t i = 0; r % 5 == 4 && i < LONGEST; i += 1 + i / 2)
            d.ids[r][i] = 0;
        d.rows[r] = d.ids[r];
        d.labels[r] = (int32_t)sn_rng_below(&rng, 2);
        d.lengths[r] = sn_rng_below(&rng, LONGEST + 1);
        d.weights[r] = (float)(r % 7) * 0.5F;
    }
    d.batch = (sn_minibatch){.rows = d.rows,
                             .lengths = d.lengths,
                             .labels = d.labels,
                             .count = count,
                             .dropout_key = seed};
}

typedef seqnet_status create_engine(sn_engine **engine, const sn_network *network,
                                    sn_padding padding, sn_pool *pool, bool trains,
                                    seqnet_error *err);

typedef struct fixture {
    sn_network network;
    sn_pool *pool;
    sn_engine *engine;
    float *weights, *gradients;
    size_t floats;
    bool gated;
} fixture;

static float *floats(size_t count)
{
    float *block;
    assert_int_equal(sn_alloc_floats(&block, count, NULL), SEQNET_OK);
    return block;
}

static void fill_weights(fixture *f, double scale, uint64_t seed)
{
    sn_rng rng;
    sn_rng_seed(&rng, seed, SN_RNG_INIT);
    for (size_t i = 0; i < f->floats; i++)
        f->weights[i] = (float)(scale * (2.0 * sn_rng_uniform(&rng) - 1.0));
}

/* A network of these layers over `time` ids and an engine for it, its weights drawn below `scale`.
 */
static void open_network(fixture *f, const sn_layer_spec *specs, size_t count, size_t time,
                         sn_padding padding, double scale, create_engine *create, size_t threads)
{
    seqnet_error err;
    if (sn_network_init(&f->network, specs, count, time, &err) != SEQNET_OK)
        fail_msg("%s", err.message);
    f->gated = is_gated(specs, count);
    f->floats = f->network.table.floats;
    f->weights = floats(f->floats);
    f->gradients = floats(f->floats);
    fill_weights(f, scale, 3);
    assert_int_equal(sn_pool_create(&f->pool, threads, NULL), SEQNET_OK);
    assert_int_equal(create(&f->engine, &f->network, padding, f->pool, true, NULL), SEQNET_OK);
    sn_engine_use(f->engine, f->weights);
}

static void close_fixture(fixture *f)
{
    sn_engine_free(f->engine);
    sn_pool_free(f->pool);
    sn_network_free(&f->network);
    free(f->weights);
    free(f->gradients);
}

static void assert_gradients_agree(const fixture *plain, const fixture *ragged)
{
    const double tolerance = plain->gated ? TOLERANCE : UNGATED_TOLERANCE;
    for (size_t k = 0; k < plain->network.table.count; k++) {
        const sn_tensor *const tensor = &plain->network.table.tensors[k];
        agreement a = {0};
        for (size_t i = tensor->offset; i < tensor->offset + tensor->count; i++)
            agreement_add(&a, (double)ragged->gradients[i], (double)plain->gradients[i]);
        if (!agreement_within(&a, tolerance))
            fail_msg("%s: error %g of %g", tensor->name, a.worst, a.largest);
    }
}

/* The batch through both engines. Rows with dropout drop in training only. */
static inline void compare(fixture *plain, fixture *ragged)
{
    sn_loss_sums plain_sums = {0}, ragged_sums = {0};
    static float wanted[MOST_ROWS * MOST_OUTPUTS], got[MOST_ROWS * MOST_OUTPUTS];
    const size_t outputs = plain->network.outputs;
    sn_engine_gradients(plain->engine, &d.batch, plain->gradients, &plain_sums);
    sn_engine_gradients(ragged->engine, &d.batch, ragged->gradients, &ragged_sums);
    /* The engines add the same float32 products in different orders: on one processor's kernels the
     * losses were 9 units in the last place apart. */
    if (!(fabs(ragged_sums.loss - plain_sums.loss) <= 16.0 * (double)FLT_EPSILON * plain_sums.loss))
        fail_msg("loss %.9g instead of %.9g", ragged_sums.loss, plain_sums.loss);
    assert_int_equal(ragged_sums.correct, plain_sums.correct);
    assert_gradients_agree(plain, ragged);
    sn_engine_score(plain->engine, &d.batch, wanted);
    sn_engine_score(ragged->engine, &d.batch, got);
    for (size_t i = 0; i < d.batch.count * outputs; i++)
        if (!(fabs((double)got[i] - (double)wanted[i]) <= TOLERANCE))
            fail_msg("row %zu: %g instead of %g", i / outputs, (double)got[i], (double)wanted[i]);
}

static inline void assert_same_alone(sn_engine *engine, size_t row, const float *logits)
{
    float alone[MOST_OUTPUTS];
    const sn_minibatch batch = {.rows = d.rows + row, .lengths = d.lengths + row, .count = 1};
    sn_engine_score(engine, &batch, alone);
    assert_memory_equal(alone, logits, engine->outputs * sizeof *logits);
}

#endif
