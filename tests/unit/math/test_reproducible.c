/*
 * The kernels of the reproducible arithmetic: each instruction set gives the bits that this
 * machine's baseline gives, and those that are written down here, which other machines gave. That
 * they are the kernels' equations is tested beside the fast ones (test_kernels.c, test_cells.c).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "bits_hash.h"
#include "gemm.h"
#include "kernels.h"
#include "rng.h"
#include "vec.h"

enum {
    UNITS = 48,
    ROWS = 7,
    FEATURES = 5,
    IDS = 4,
    WIDTH = UNITS * SN_MAX_GATES,
    STATES = ROWS * UNITS,
    COUNT = 1003, /* fills no vectors */
    LARGEST = 150,
    ELEMENTS = LARGEST * LARGEST
};

/* What one run of all kernels reads and writes. */
typedef struct arrays {
    float weights[COUNT], gradients[COUNT], momentum[COUNT], velocity[COUNT];
    float kernel[FEATURES * WIDTH], bias[WIDTH], table[IDS * FEATURES], projections[ROWS * WIDTH];
    float recurrent[UNITS * WIDTH], second[UNITS * UNITS], recurrent_bias[WIDTH];
    float hidden[STATES], carry[STATES], hidden_next[STATES], carry_next[STATES], memo[STATES];
    float gates[ROWS * WIDTH], d_hidden[STATES], d_carry[STATES], d_projections[ROWS * WIDTH];
    float d_recurrent_bias[WIDTH], most[STATES], at[STATES];
} arrays;

static const int32_t TOKENS[ROWS] = {2, 0, 1, 3, 3, 2, 0};
static const size_t GATES[SN_CELLS] = {[SN_CELL_LSTM] = 4,
                                       [SN_CELL_GRU] = 3,
                                       [SN_CELL_GRU_RESET_BEFORE] = 3,
                                       [SN_CELL_SIMPLE_RNN] = 1,
                                       [SN_CELL_LSTM_CARRY] = 4};

/* Numbers of very different size, as weights and gradients have. */
static void fill(float *values, size_t count, sn_rng *rng)
{
    for (size_t i = 0; i < count; i++) {
        const float size = 1.0F / (float)(1 + sn_rng_below(rng, 1000));
        values[i] = (float)(2.0 * sn_rng_uniform(rng) - 1.0) * size * 3.0F;
    }
}

static void fill_arrays(arrays *a)
{
    sn_rng rng;
    sn_rng_seed(&rng, 5, SN_RNG_INIT);
    fill((float *)a, sizeof *a / sizeof(float), &rng);
    for (size_t i = 0; i < COUNT; i++) /* what only squares make */
        a->velocity[i] = a->velocity[i] < 0.0F ? -a->velocity[i] : a->velocity[i];
}

static void run_maps(const sn_kernels *k, arrays *a)
{
    k->multiply_add(a->momentum, a->weights, 15.0F, COUNT);
    k->exp(a->momentum, a->momentum, COUNT);
    k->sigmoid(a->weights, a->gradients, COUNT);
    k->tanh(a->gradients, a->weights, COUNT);
    k->add(a->weights, a->gradients, COUNT);
    k->average(a->weights, a->gradients, 0.3F, COUNT);
}

static void run_optimizers(const sn_kernels *k, arrays *a)
{
    k->rmsprop(a->weights, a->gradients, a->velocity, 1e-3F, COUNT);
    k->rmsprop_decay(a->velocity, 5, COUNT);
    k->adam(a->weights, a->gradients, a->momentum, a->velocity, 1e-3F, COUNT);
    k->adamw(a->weights, a->gradients, a->momentum, a->velocity, 1e-3F, 1e-4F, COUNT);
    k->sgd(a->weights, a->gradients, 1e-2F, COUNT);
    k->sgd_momentum(a->weights, a->gradients, a->momentum, 1e-2F, 0.9F, COUNT);
    k->sgd_nesterov(a->weights, a->gradients, a->momentum, 1e-2F, 0.9F, COUNT);
}

static void run_sequences(const sn_kernels *k, arrays *a)
{
    const sn_windows windows = {.count = 2, .size = 2, .width = UNITS, .tokens = TOKENS};
    k->maximum(a->most, a->at, a->hidden, 2.0F, STATES);
    k->maximum_backward(a->d_hidden, a->most, a->at, 2.0F, STATES);
    k->sum_windows(&windows, a->projections, a->hidden_next);
    k->add_windows(&windows, a->hidden_next, a->d_projections);
}

static void run_cell(const sn_kernels *k, int cell, int activation, int gate_activation, arrays *a)
{
    const sn_projection projection = {.count = IDS,
                                      .features = FEATURES,
                                      .units = UNITS,
                                      .gates = GATES[cell],
                                      .table = a->table,
                                      .kernel = a->kernel,
                                      .bias = a->bias,
                                      .out = a->projections};
    const sn_step_forward forward = {.rows = ROWS,
                                     .units = UNITS,
                                     .recurrent = a->recurrent,
                                     .second = a->second,
                                     .activation = activation,
                                     .recurrent_activation = gate_activation,
                                     .recurrent_bias = a->recurrent_bias,
                                     .projections = a->projections,
                                     .tokens = TOKENS,
                                     .hidden = a->hidden,
                                     .carry = a->carry,
                                     .hidden_next = a->hidden_next,
                                     .carry_next = a->carry_next,
                                     .gates = a->gates,
                                     .memo = a->memo};
    const sn_step_backward backward = {.rows = ROWS,
                                       .units = UNITS,
                                       .recurrent_transposed = a->recurrent,
                                       .second_transposed = a->second,
                                       .activation = activation,
                                       .recurrent_activation = gate_activation,
                                       .gates = a->gates,
                                       .hidden = a->hidden,
                                       .carry = a->carry,
                                       .memo = a->memo,
                                       .d_hidden = a->d_hidden,
                                       .d_carry = a->d_carry,
                                       .d_projections = a->d_projections,
                                       .tokens = TOKENS,
                                       .d_recurrent_bias = a->d_recurrent_bias};
    k->project(&projection);
    k->cells[cell].forward(&forward);
    k->cells[cell].backward(&backward);
}

/* Runs all kernels of a table, each on what the others left. */
static void run_all(const sn_kernels *k, arrays *a)
{
    fill_arrays(a);
    run_maps(k, a);
    run_optimizers(k, a);
    run_sequences(k, a);
    for (int cell = 0; cell < SN_CELLS; cell++) {
        run_cell(k, cell, SN_TANH, SN_SIGMOID, a);
        run_cell(k, cell, SN_HARD_SIGMOID, SN_HARD_SIGMOID_02, a);
        run_cell(k, cell, SN_RELU, SN_TANH, a);
    }
}

static void each_instruction_set_gives_the_same_bits(void **state)
{
    (void)state;
    static arrays results;
    for (int isa = 0; isa < SN_ISA_COUNT; isa++) {
        const sn_kernels *const kernels = sn_kernels_of((sn_isa)isa, SN_REPRODUCIBLE);
        if (!kernels)
            continue;
        run_all(kernels, &results);
        assert_true(sn_vec_all_finite((float *)&results, sizeof results / sizeof(float)));
        const uint64_t hash = bits_hash_add(BITS_HASH_EMPTY, &results, sizeof results);
        if (hash != 0x90ff25bcee4da9d8U)
            fail_msg("%s: other bits than on other machines: 0x%llxU", kernels->name,
                     (unsigned long long)hash);
    }
}

/* A product of matrices as they are stored. */
typedef struct problem {
    bool transpose_a, transpose_b;
    size_t m, n, k;
} problem;

static float left[ELEMENTS], right[ELEMENTS], start[ELEMENTS], plain[ELEMENTS], got[ELEMENTS];

static void assert_same_product(const problem *p)
{
    const sn_transpose a = p->transpose_a ? SN_TRANSPOSED : SN_AS_IS;
    const sn_transpose b = p->transpose_b ? SN_TRANSPOSED : SN_AS_IS;
    static const float betas[] = {0.0F, 1.0F, -0.75F};
    for (size_t i = 0; i < sizeof betas / sizeof *betas; i++) {
        memcpy(plain, start, sizeof plain);
        memcpy(got, start, sizeof got);
        sn_gemm_plain(a, b, p->m, p->n, p->k, left, right, betas[i], plain);
        sn_gemm(a, b, p->m, p->n, p->k, left, right, betas[i], got);
        if (memcmp(plain, got, sizeof got) != 0)
            fail_msg("%zu x %zu x %zu, transposed %d %d, beta %g: other bits than plain loops",
                     p->m, p->n, p->k, p->transpose_a, p->transpose_b, (double)betas[i]);
    }
}

/* The sizes go past those of tiles, strips and blocks. */
static void products_are_those_of_plain_loops(void **state)
{
    (void)state;
    sn_rng rng;
    sn_rng_seed(&rng, 6, SN_RNG_INIT);
    fill(left, ELEMENTS, &rng);
    fill(right, ELEMENTS, &rng);
    fill(start, ELEMENTS, &rng);
    const sn_arithmetic before = sn_arithmetic_use(SN_REPRODUCIBLE);
    for (int round = 0; round < 300; round++) {
        const uint64_t limit = round % 10 ? 24 : LARGEST + 1;
        const problem p = {.transpose_a = sn_rng_below(&rng, 2),
                           .transpose_b = sn_rng_below(&rng, 2),
                           .m = (size_t)sn_rng_below(&rng, limit),
                           .n = (size_t)sn_rng_below(&rng, limit),
                           .k = (size_t)sn_rng_below(&rng, limit)};
        assert_same_product(&p);
    }
    (void)sn_arithmetic_use(before);
}

/* Nothing is flushed; and gradients end before they become subnormal. */
static void gradients_fade_to_0(void **state)
{
    (void)state;
    static arrays a;
    fill_arrays(&a);
    for (size_t i = 0; i < STATES; i++)
        a.d_hidden[i] = a.d_carry[i] = 1e-32F;
    run_cell(sn_kernels_of(SN_ISA_BASELINE, SN_REPRODUCIBLE), SN_CELL_LSTM, SN_TANH, SN_SIGMOID,
             &a);
    for (size_t i = 0; i < STATES; i++)
        assert_true(a.d_hidden[i] == 0.0F && a.d_carry[i] == 0.0F);
}

static void subnormals_stay(void **state)
{
    (void)state;
    volatile float tiny = 1.5e-38F;
    const sn_arithmetic arithmetic = sn_arithmetic_use(SN_REPRODUCIBLE);
    const unsigned before = sn_subnormals_flush();
    volatile float half = tiny * 0.5F;
    sn_subnormals_restore(before);
    (void)sn_arithmetic_use(arithmetic);
    assert_true(half > 0.0F);
}

static void the_best_kernels_follow_the_arithmetic(void **state)
{
    (void)state;
    const sn_kernels *const fast = sn_kernels_best();
    const sn_arithmetic before = sn_arithmetic_use(SN_REPRODUCIBLE);
    const sn_kernels *const reproducible = sn_kernels_best();
    (void)sn_arithmetic_use(before);
    assert_ptr_not_equal(fast, reproducible);
    assert_string_equal(fast->name, reproducible->name);
    assert_null(fast->product);
    assert_ptr_equal(sn_kernels_best(), fast);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_instruction_set_gives_the_same_bits),
        cmocka_unit_test(products_are_those_of_plain_loops),
        cmocka_unit_test(gradients_fade_to_0),
        cmocka_unit_test(subnormals_stay),
        cmocka_unit_test(the_best_kernels_follow_the_arithmetic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
