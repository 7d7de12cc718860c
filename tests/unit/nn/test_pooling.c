/* MaxPooling1D. Pooling over all timesteps: tests/grad. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "one_layer.h"

enum { B = 3, T = 8, FEATURES = 2, STEP = B * FEATURES };

static void open_pool(one_layer *o, size_t pool_size)
{
    one_layer_open(o, (sn_layer_spec){.kind = SN_MAX_POOLING1D, .max_pooling1d = {pool_size}},
                   (sn_shape){T, FEATURES}, B);
}

/* What is left behind the last whole stretch has no part in it. */
static void each_stretch_gives_its_maximum(void **state)
{
    (void)state;
    for (size_t pool_size = 1; pool_size <= T; pool_size++) {
        one_layer o;
        open_pool(&o, pool_size);
        one_layer_run(&o);
        assert_int_equal(o.layer.output.time, T / pool_size);
        assert_int_equal(o.layer.output.features, FEATURES);
        for (size_t i = 0; i < o.outputs; i++) {
            float most = -INFINITY;
            for (size_t t = 0; t < pool_size; t++)
                most = fmaxf(most, o.input[(i / STEP * pool_size + t) * STEP + i % STEP]);
            assert_true(o.output[i] == most);
        }
        one_layer_close(&o);
    }
}

static void of_equal_maxima_the_first_gets_the_gradient(void **state)
{
    (void)state;
    one_layer o;
    float d_output[2 * STEP];
    open_pool(&o, 3);
    assert_int_equal(o.outputs, 2 * STEP);
    for (size_t i = 0; i < 2 * STEP; i++)
        d_output[i] = (float)(i + 1);
    for (size_t i = 0; i < o.inputs; i++) /* at the steps 1 and 2, 4 and 5 */
        o.input[i] = i / STEP % 3 == 0 ? -5.0F : -1.0F;
    one_layer_run(&o);
    o.layer.ops->backward(&o.layer, &o.pass, &o.in, d_output, o.d_input, o.tape);
    for (size_t i = 0; i < o.inputs; i++) {
        const size_t t = i / STEP;
        const bool is_first = t == 1 || t == 4;
        assert_true(o.d_input[i] == (is_first ? d_output[t / 3 * STEP + i % STEP] : 0.0F));
    }
    one_layer_close(&o);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    sn_layer_spec spec = {.kind = SN_MAX_POOLING1D, .max_pooling1d = {T + 1}};
    assert_layer_refused(spec, (sn_shape){T, 2}, "stretches of 9 timesteps");
    assert_layer_refused(spec, (sn_shape){0, 2}, "takes a sequence");
    spec.max_pooling1d.pool_size = 0;
    assert_layer_refused(spec, (sn_shape){T, 2}, "stretches of 0 timesteps");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_stretch_gives_its_maximum),
        cmocka_unit_test(of_equal_maxima_the_first_gets_the_gradient),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests_name("pooling", tests, NULL, NULL);
}
