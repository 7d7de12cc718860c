/* What recurrent layers give for steps that are masked: one direction the state before, two zeros,
 * as in Keras. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "one_layer.h"

enum { STEPS = 5, BATCH = 2, FEATURES = 3, UNITS = 2 };

/* [time, batch]: a row masked in front, and one at the end and between. */
static const uint8_t MASK[STEPS * BATCH] = {0, 1, 0, 0, 1, 1, 1, 1, 1, 0};

static void open_masked(one_layer *o, bool bidirectional)
{
    const sn_layer_spec spec = {
        .kind = SN_GRU,
        .recurrent = {.units = UNITS, .return_sequences = true, .bidirectional = bidirectional}};
    one_layer_open(o, spec, (sn_shape){STEPS, FEATURES}, BATCH);
    o->in.mask = MASK;
    one_layer_run(o);
}

static void one_direction_gives_the_state_before(void **state)
{
    (void)state;
    one_layer o;
    open_masked(&o, false);
    const size_t step = BATCH * UNITS;
    for (size_t at = 0; at < STEPS * BATCH; at++)
        for (size_t k = 0; !MASK[at] && k < UNITS; k++) {
            const size_t number = at * UNITS + k;
            assert_true(o.output[number] == (at < BATCH ? 0.0F : o.output[number - step]));
        }
    one_layer_close(&o);
}

static void two_directions_give_zeros(void **state)
{
    (void)state;
    one_layer o;
    open_masked(&o, true);
    for (size_t at = 0; at < STEPS * BATCH; at++)
        for (size_t k = 0; k < 2 * UNITS; k++)
            assert_true((o.output[at * 2 * UNITS + k] == 0.0F) == !MASK[at]);
    one_layer_close(&o);
}

/* Gradients by outputs of masked steps go nowhere. */
static void zeros_have_no_gradients(void **state)
{
    (void)state;
    one_layer o;
    float d_output[STEPS * BATCH * 2 * UNITS];
    open_masked(&o, true);
    for (size_t i = 0; i < sizeof d_output / sizeof *d_output; i++)
        d_output[i] = MASK[i / (2 * UNITS)] ? 0.0F : 1.0F;
    o.layer.ops->backward(&o.layer, &o.pass, &o.in, d_output, o.d_input, o.tape);
    for (size_t i = 0; i < o.table.floats; i++)
        assert_true(o.gradients[i] == 0.0F);
    one_layer_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_direction_gives_the_state_before),
        cmocka_unit_test(two_directions_give_zeros),
        cmocka_unit_test(zeros_have_no_gradients),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
