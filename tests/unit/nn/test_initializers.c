#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "initializers.h"
#include "network.h"

enum { H = 32, COLUMNS = 4 * H };

/* Of H rows. */
static void assert_orthonormal(const float *w, size_t columns)
{
    for (size_t a = 0; a < H; a++)
        for (size_t b = 0; b <= a; b++) {
            double product = 0.0;
            for (size_t i = 0; i < columns; i++)
                product += (double)w[a * columns + i] * (double)w[b * columns + i];
            assert_true(fabs(product - (a == b)) < 1e-6);
        }
}

static void orthogonal_rows_are_orthonormal(void **state)
{
    (void)state;
    static float w[H * COLUMNS];
    static double scratch[H * COLUMNS];
    sn_rng rng;
    sn_rng_seed(&rng, 1, SN_RNG_INIT);
    sn_init_orthogonal(w, H, COLUMNS, scratch, &rng);
    assert_orthonormal(w, COLUMNS);
}

static void assert_uniform(const float *w, size_t count, double limit)
{
    double sum = 0.0, square = 0.0, largest = 0.0;
    for (size_t i = 0; i < count; i++) {
        sum += (double)w[i];
        square += (double)w[i] * (double)w[i];
        largest = fmax(largest, fabs((double)w[i]));
    }
    const double n = (double)count;
    assert_true(largest <= limit && largest > 0.98 * limit);
    assert_true(fabs(sum / n) < 4.0 * limit / sqrt(3.0 * n));
    assert_true(fabs(square / n - limit * limit / 3.0) < 0.05 * limit * limit);
}

/* The default model's weights right after initialisation. */
static void the_default_model_starts_as_in_keras(void **state)
{
    (void)state;
    const sn_layer_spec specs[] = {
        {.kind = SN_EMBEDDING, .embedding = {.units = 32, .id_count = 10000}},
        {.kind = SN_LSTM, .recurrent = {.units = H}},
        {.kind = SN_DENSE, .dense = {.units = 1}}};
    sn_network network;
    assert_int_equal(sn_network_init(&network, specs, 3, 500, NULL), SEQNET_OK);
    assert_int_equal(network.table.floats, 328353);
    float *const w = malloc(network.table.floats * sizeof *w);
    assert_int_equal(sn_network_initialise(&network, w, 9, NULL), SEQNET_OK);
    const sn_tensor *const tensors = network.table.tensors;
    assert_uniform(w + tensors[0].offset, tensors[0].count, 0.05);
    assert_uniform(w + tensors[1].offset, tensors[1].count, sqrt(6.0 / (32 + COLUMNS)));
    for (size_t i = 0; i < COLUMNS; i++)
        assert_true(w[tensors[3].offset + i] == (i >= H && i < 2 * H ? 1.0F : 0.0F));
    for (size_t i = 0; i < H; i++)
        assert_true(fabs((double)w[tensors[4].offset + i]) <= sqrt(6.0 / (H + 1)));
    assert_true(w[tensors[5].offset] == 0.0F);
    free(w);
    sn_network_free(&network);
}

/* Each cell of a bidirectional layer has initial values of its own. */
static void both_cells_start_as_in_keras(void **state)
{
    (void)state;
    static const char *const names[] = {
        "bidirectional.forward.kernel",  "bidirectional.forward.recurrent_kernel",
        "bidirectional.forward.bias",    "bidirectional.forward.carry_kernel",
        "bidirectional.backward.kernel", "bidirectional.backward.recurrent_kernel",
        "bidirectional.backward.bias",   "bidirectional.backward.carry_kernel"};
    const sn_layer_spec specs[] = {
        {.kind = SN_EMBEDDING, .embedding = {.units = 32, .id_count = 50}},
        {.kind = SN_LSTM_CARRY, .recurrent = {.units = H, .bidirectional = true}},
        {.kind = SN_DENSE, .dense = {.units = 1}}};
    sn_network network;
    assert_int_equal(sn_network_init(&network, specs, 3, 20, NULL), SEQNET_OK);
    assert_string_equal(sn_layer_title(&network.layers[1]), "Bidirectional(LSTMCarry)");
    assert_int_equal(network.layers[2].input.features, 2 * H);
    float *const w = malloc(network.table.floats * sizeof *w);
    assert_int_equal(sn_network_initialise(&network, w, 9, NULL), SEQNET_OK);
    const sn_tensor *const tensors = network.table.tensors + 1;
    for (size_t i = 0; i < 8; i++)
        assert_string_equal(tensors[i].name, names[i]);
    for (size_t first = 0; first < 8; first += 4) {
        assert_uniform(w + tensors[first].offset, tensors[first].count, sqrt(6.0 / (32 + COLUMNS)));
        assert_orthonormal(w + tensors[first + 1].offset, COLUMNS);
        for (size_t i = 0; i < COLUMNS; i++)
            assert_true(w[tensors[first + 2].offset + i] == (i >= H && i < 2 * H ? 1.0F : 0.0F));
        assert_orthonormal(w + tensors[first + 3].offset, H);
    }
    assert_memory_not_equal(w + tensors[0].offset, w + tensors[4].offset, 32);
    free(w);
    sn_network_free(&network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orthogonal_rows_are_orthonormal),
        cmocka_unit_test(the_default_model_starts_as_in_keras),
        cmocka_unit_test(both_cells_start_as_in_keras),
    };
    return cmocka_run_group_tests_name("initializers", tests, NULL, NULL);
}
