/*
 * Finite-difference checks of whole networks on the plain engine: stacks of layers, and networks
 * that branch. The gradient of a batch's loss by every parameter is compared with the fourth-order
 * stencil of test_gradients.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "agreement.h"
#include "engine.h"
#include "kernels.h"
#include "memory.h"
#include "rng.h"

enum { ROWS = 5, T = 9, V = 6, E = 4 };
static const double STEP = 0.008;
static const double TOLERANCE = 1e-3; /* of the largest entry */
static const double ROUNDING = 5e-6;  /* of float32 losses, divided by the step */
static const uint64_t SEED = 23;      /* no maximum changes its place within the steps */

typedef struct setup {
    sn_network network;
    sn_pool *pool;
    sn_engine *engine;
    float *weights, *gradients;
    int32_t ids[ROWS][T];
    const int32_t *rows[ROWS];
    size_t lengths[ROWS];
    sn_minibatch batch;
} setup;

static void fill_batch(setup *s, sn_rng *rng)
{
    static const int32_t labels[ROWS] = {1, 0, 1, 1, 0};
    for (size_t r = 0; r < ROWS; r++) {
        s->lengths[r] = r == 0 ? T : 1 + (size_t)sn_rng_below(rng, T);
        s->rows[r] = s->ids[r];
        for (size_t t = 0; t < T; t++)
            s->ids[r][t] = 1 + (int32_t)sn_rng_below(rng, V - 1);
    }
    s->batch = (sn_minibatch){
        .rows = s->rows, .lengths = s->lengths, .labels = labels, .count = ROWS, .dropout_key = 7};
}

/* Variances are positive. */
static bool is_variance(const sn_tensor *tensor)
{
    return strstr(tensor->name, ".moving_variance") != NULL;
}

static bool is_learned(const sn_tensor *tensor)
{
    return !is_variance(tensor) && !strstr(tensor->name, ".moving_mean");
}

static void fill_weights(setup *s, sn_rng *rng)
{
    for (size_t i = 0; i < s->network.table.count; i++) {
        const sn_tensor *const tensor = &s->network.table.tensors[i];
        for (size_t k = 0; k < tensor->count; k++) {
            const double x = 2.0 * sn_rng_uniform(rng) - 1.0;
            s->weights[tensor->offset + k] = (float)(is_variance(tensor) ? 1.0 + 0.5 * x : x);
        }
    }
}

static void open_setup(setup *s, const sn_layer_spec *layers, size_t count, bool mask_zero)
{
    sn_rng rng;
    sn_layer_spec specs[SN_MAX_LAYERS] = {
        {.kind = SN_EMBEDDING, .embedding = {.units = E, .id_count = V, .mask_zero = mask_zero}}};
    memcpy(specs + 1, layers, count * sizeof *layers);
    sn_rng_seed(&rng, SEED, SN_RNG_INIT);
    *s = (setup){0};
    seqnet_error err = {0};
    if (sn_network_init(&s->network, specs, count + 1, T, &err) != SEQNET_OK)
        fail_msg("%s", err.message);
    assert_int_equal(sn_alloc_floats(&s->weights, s->network.table.floats, NULL), SEQNET_OK);
    assert_int_equal(sn_alloc_floats(&s->gradients, s->network.table.floats, NULL), SEQNET_OK);
    assert_int_equal(sn_pool_create(&s->pool, 1, NULL), SEQNET_OK);
    assert_int_equal(sn_engine_plain_create(&s->engine, &s->network,
                                            (sn_padding){SEQNET_PRE, SEQNET_PRE}, s->pool, true,
                                            NULL),
                     SEQNET_OK);
    fill_weights(s, &rng);
    fill_batch(s, &rng);
}

static void close_setup(setup *s)
{
    sn_engine_free(s->engine);
    sn_pool_free(s->pool);
    sn_network_free(&s->network);
    free(s->weights);
    free(s->gradients);
}

static double loss_of(setup *s, float *gradients)
{
    sn_loss_sums sums = {0};
    sn_engine_use(s->engine, s->weights);
    sn_engine_gradients(s->engine, &s->batch, gradients, &sums);
    return sums.loss / ROWS;
}

static double slope(setup *s, float *weight, float *scratch)
{
    static const double at[4] = {-2, -1, 1, 2}, factor[4] = {1, -8, 8, -1};
    const float kept = *weight;
    double sum = 0.0;
    for (size_t i = 0; i < 4; i++) {
        *weight = (float)((double)kept + at[i] * STEP);
        sum += factor[i] * loss_of(s, scratch);
    }
    *weight = kept;
    return sum / (12.0 * STEP);
}

static void check_masked(const sn_layer_spec *layers, size_t count, bool mask_zero)
{
    setup s;
    float *scratch;
    open_setup(&s, layers, count, mask_zero);
    assert_int_equal(sn_alloc_floats(&scratch, s.network.table.floats, NULL), SEQNET_OK);
    (void)loss_of(&s, s.gradients);
    for (size_t i = 0; i < s.network.table.count; i++) {
        const sn_tensor *const tensor = &s.network.table.tensors[i];
        agreement a = {0};
        for (size_t k = tensor->offset; is_learned(tensor) && k < tensor->offset + tensor->count;
             k++)
            agreement_add(&a, (double)s.gradients[k], slope(&s, &s.weights[k], scratch));
        if (!(a.worst <= TOLERANCE * a.largest + ROUNDING))
            fail_msg("%s: error %g of %g", tensor->name, a.worst, a.largest);
        assert_true(a.largest > 50.0 * ROUNDING || !is_learned(tensor));
    }
    free(scratch);
    close_setup(&s);
}

static void check(const sn_layer_spec *layers, size_t count)
{
    check_masked(layers, count, false);
    check_masked(layers, count, true);
}

#define CHECK(layers) check(layers, sizeof(layers) / sizeof *(layers))

static const sn_layer_spec LOGIT = {.kind = SN_DENSE, .dense = {.units = 1}};
static const sn_layer_spec MAXIMA = {.kind = SN_POOLING, .pooling = {SN_POOL_MAX}};

static void convolutions_and_pooling(void **state)
{
    (void)state;
    const sn_layer_spec layers[] = {
        {.kind = SN_CONV1D, .conv1d = {5, 3, SN_CONV_VALID, SN_TANH}},
        {.kind = SN_MAX_POOLING1D, .max_pooling1d = {2}},
        {.kind = SN_CONV1D, .conv1d = {4, 2, SN_CONV_SAME, SN_SIGMOID}},
        MAXIMA,
        {.kind = SN_DENSE, .dense = {.units = 3, .activation = SN_TANH}},
        {.kind = SN_DENSE, .dense = {.units = 3}}};
    CHECK(layers);
}

static void flat_convolutions_with_dropout(void **state)
{
    (void)state;
    const sn_layer_spec layers[] = {
        {.kind = SN_SPATIAL_DROPOUT1D, .dropout = {.rate = 0.2}},
        {.kind = SN_CONV1D, .conv1d = {.units = 3, .kernel_size = 4}},
        {.kind = SN_ACTIVATION, .activation = {SN_TANH}},
        {.kind = SN_FLATTEN},
        {.kind = SN_DROPOUT, .dropout = {.rate = 0.3}},
        {.kind = SN_DENSE, .dense = {.units = 4, .activation = SN_SIGMOID}},
        LOGIT};
    CHECK(layers);
}

static void normalised_recurrent_layers(void **state)
{
    (void)state;
    const sn_layer_spec normalise = {.kind = SN_BATCH_NORMALIZATION,
                                     .batch_normalization = {SN_BATCH_NORMALIZATION_EPSILON}};
    const sn_layer_spec layers[] = {
        normalise,
        {.kind = SN_DENSE, .dense = {.units = 3, .activation = SN_TANH}},
        {.kind = SN_LSTM, .recurrent = {.units = 3, .return_sequences = true}},
        normalise,
        {.kind = SN_GRU, .recurrent = {.units = 3}},
        LOGIT};
    CHECK(layers);
}

static void parallel_convolutions(void **state)
{
    (void)state;
    sn_layer_spec layers[] = {
        {.kind = SN_CONV1D, .conv1d = {3, 2, SN_CONV_VALID, SN_TANH}},
        MAXIMA,
        {.kind = SN_CONV1D, .conv1d = {4, 3, SN_CONV_VALID, SN_TANH}, .input_count = 1},
        MAXIMA,
        {.kind = SN_CONV1D, .conv1d = {2, 5, SN_CONV_SAME, SN_TANH}, .input_count = 1},
        MAXIMA,
        {.kind = SN_CONCATENATE, .input_count = 3, .inputs = {2, 4, 6}},
        LOGIT};
    CHECK(layers);
}

/* Sums of two and of three parts, an input that is taken twice, and masks that meet. */
static void branches_of_sequences(void **state)
{
    (void)state;
    const sn_layer_spec layers[] = {
        {.kind = SN_LSTM, .recurrent = {.units = 3, .return_sequences = true}},
        {.kind = SN_CONCATENATE, .input_count = 3, .inputs = {0, 1, 1}},
        {.kind = SN_DENSE, .dense = {.units = 4, .activation = SN_TANH}},
        {.kind = SN_CONCATENATE, .input_count = 2, .inputs = {3, 1}},
        {.kind = SN_POOLING, .pooling = {SN_POOL_MEAN}},
        {.kind = SN_GRU, .recurrent = {.units = 2}, .input_count = 1, .inputs = {3}},
        {.kind = SN_CONCATENATE, .input_count = 2, .inputs = {5, 6}},
        LOGIT};
    CHECK(layers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(convolutions_and_pooling),
        cmocka_unit_test(flat_convolutions_with_dropout),
        cmocka_unit_test(normalised_recurrent_layers),
        cmocka_unit_test(parallel_convolutions),
        cmocka_unit_test(branches_of_sequences),
    };
    return cmocka_run_group_tests_name("stacks", tests, NULL, NULL);
}
