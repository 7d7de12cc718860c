/* Conv1D against a loop over outputs, steps and features. Its gradients: tests/grad. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "kernels.h"
#include "one_layer.h"

enum { B = 3, T = 9, FEATURES = 5, FILTERS = 4 };

/* The output number `filter` of a row at step t, before the activation. */
static double naive(const one_layer *o, size_t t, size_t row, size_t filter)
{
    const sn_conv1d_spec *const spec = &o->layer.spec.conv1d;
    const size_t w = spec->kernel_size;
    const size_t before = spec->padding == SN_CONV_SAME ? (w - 1) / 2 : 0;
    double sum = (double)o->weights[o->layer.offsets[1] + filter];
    for (size_t j = 0; j < w; j++)
        for (size_t k = 0; k < FEATURES && t + j >= before && t + j - before < T; k++)
            sum += (double)o->input[((t + j - before) * B + row) * FEATURES + k] *
                   (double)o->weights[(j * FEATURES + k) * FILTERS + filter];
    return sum;
}

static void check(sn_conv1d_spec spec, size_t time)
{
    one_layer o;
    one_layer_open(&o, (sn_layer_spec){.kind = SN_CONV1D, .conv1d = spec}, (sn_shape){T, FEATURES},
                   B);
    one_layer_run(&o);
    assert_int_equal(o.layer.output.time, time);
    assert_int_equal(o.layer.output.features, FILTERS);
    for (size_t i = 0; i < o.outputs; i++) {
        const double sum = naive(&o, i / (B * FILTERS), i / FILTERS % B, i % FILTERS);
        const double wanted = spec.activation == SN_RELU ? fmax(sum, 0.0) : sum;
        assert_true(fabs((double)o.output[i] - wanted) < 1e-5);
    }
    one_layer_close(&o);
}

static void it_gives_what_the_definition_says(void **state)
{
    (void)state;
    for (size_t w = 1; w <= T; w++)
        for (int activation = 0; activation <= SN_RELU; activation++)
            check((sn_conv1d_spec){.units = FILTERS, .kernel_size = w, .activation = activation},
                  T - w + 1);
}

/* Also with a kernel that is longer than the sequence, even by far. */
static void same_padding_gives_as_many_steps(void **state)
{
    (void)state;
    for (size_t w = 1; w <= 3 * T; w++)
        check((sn_conv1d_spec){.units = FILTERS, .kernel_size = w, .padding = SN_CONV_SAME}, T);
}

static void a_row_does_not_depend_on_its_neighbours(void **state)
{
    (void)state;
    one_layer o;
    const sn_conv1d_spec spec = {.units = FILTERS, .kernel_size = 3};
    one_layer_open(&o, (sn_layer_spec){.kind = SN_CONV1D, .conv1d = spec}, (sn_shape){T, FEATURES},
                   B);
    one_layer_run(&o);
    const float kept = o.output[FILTERS]; /* of row 1 */
    for (size_t i = 0; i < o.inputs; i++)
        o.input[i] += i / FEATURES % B == 1 ? 0.0F : 1e6F;
    one_layer_run(&o);
    assert_true(fabsf(o.output[FILTERS] - kept) < 1e-5F);
    one_layer_close(&o);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    sn_layer_spec spec = {.kind = SN_CONV1D, .conv1d = {.units = 2, .kernel_size = T + 1}};
    assert_layer_refused(spec, (sn_shape){T, 2}, "spans 10 timesteps, but its input has only 9");
    assert_layer_refused(spec, (sn_shape){0, 2}, "takes a sequence");
    spec.conv1d.kernel_size = 0;
    assert_layer_refused(spec, (sn_shape){T, 2}, "empty");
    spec.conv1d.kernel_size = SIZE_MAX / 2;
    assert_layer_refused(spec, (sn_shape){T, 2}, "too large");
}

/* Keras's fans: kernel_size features in, kernel_size filters out. */
static void it_starts_as_in_keras(void **state)
{
    (void)state;
    one_layer o;
    sn_rng rng;
    double largest = 0.0;
    const double limit = sqrt(6.0 / (7 * 50 + 7 * 40));
    const sn_conv1d_spec spec = {.units = 40, .kernel_size = 7};
    one_layer_open(&o, (sn_layer_spec){.kind = SN_CONV1D, .conv1d = spec}, (sn_shape){T, 50}, 1);
    sn_rng_seed(&rng, 1, SN_RNG_INIT);
    o.layer.ops->initialise(&o.layer, o.weights, NULL, &rng);
    for (size_t i = 0; i < 7 * 50 * 40; i++)
        largest = fmax(largest, fabs((double)o.weights[i]));
    assert_true(largest <= limit && largest > 0.99 * limit);
    for (size_t i = 0; i < 40; i++)
        assert_true(o.weights[o.layer.offsets[1] + i] == 0.0F);
    one_layer_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_gives_what_the_definition_says),
        cmocka_unit_test(same_padding_gives_as_many_steps),
        cmocka_unit_test(a_row_does_not_depend_on_its_neighbours),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(it_starts_as_in_keras),
    };
    return cmocka_run_group_tests_name("conv1d", tests, NULL, NULL);
}
