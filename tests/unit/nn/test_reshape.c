/* Where Flatten and Concatenate put each number, forward and backward. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "one_layer.h"

enum { B = 3, T = 4, FEATURES = 5 };

static void a_row_of_flatten_is_its_steps_one_after_the_other(void **state)
{
    (void)state;
    one_layer o;
    one_layer_open(&o, (sn_layer_spec){.kind = SN_FLATTEN}, (sn_shape){T, FEATURES}, B);
    one_layer_run(&o);
    assert_int_equal(o.layer.output.time, 0);
    assert_int_equal(o.layer.output.features, T * FEATURES);
    for (size_t row = 0; row < B; row++)
        for (size_t i = 0; i < T * FEATURES; i++)
            assert_true(o.output[row * T * FEATURES + i] ==
                        o.input[(i / FEATURES * B + row) * FEATURES + i % FEATURES]);
    o.layer.ops->backward(&o.layer, &o.pass, &o.in, o.output, o.d_input, o.tape);
    assert_memory_equal(o.d_input, o.input, o.inputs * sizeof *o.input);
    one_layer_close(&o);
}

static void a_vector_stays_what_it_is(void **state)
{
    (void)state;
    one_layer o;
    one_layer_open(&o, (sn_layer_spec){.kind = SN_FLATTEN}, (sn_shape){0, FEATURES}, B);
    one_layer_run(&o);
    assert_int_equal(o.layer.output.features, FEATURES);
    assert_memory_equal(o.output, o.input, o.inputs * sizeof *o.input);
    one_layer_close(&o);
}

/* Two inputs, of 2 and of 3 features, over `time` steps; 0: vectors. */
static void check_concatenate(size_t time)
{
    one_layer o;
    const size_t vectors = (time ? time : 1) * B;
    const sn_layer below[2] = {{.output = {time, 2}}, {.output = {time, 3}}};
    one_layer_open(&o, (sn_layer_spec){.kind = SN_CONCATENATE}, (sn_shape){time, FEATURES}, B);
    o.layer.input_count = 2;
    o.layer.inputs[0] = &below[0];
    o.layer.inputs[1] = &below[1];
    const sn_value inputs[2] = {{.x = o.input}, {.x = o.input + vectors * 2}};
    sn_layer_forward(&o.layer, &o.pass, inputs, &o.out, o.tape);
    for (size_t v = 0; v < vectors; v++)
        for (size_t k = 0; k < FEATURES; k++)
            assert_true(o.output[v * FEATURES + k] ==
                        (k < 2 ? inputs[0].x[v * 2 + k] : inputs[1].x[v * 3 + k - 2]));
    o.layer.ops->backward(&o.layer, &o.pass, inputs, o.output, o.d_input, o.tape);
    assert_memory_equal(o.d_input, o.input, o.inputs * sizeof *o.input);
    one_layer_close(&o);
}

static void features_of_all_inputs_stand_side_by_side(void **state)
{
    (void)state;
    check_concatenate(T);
    check_concatenate(0);
}

/* An input without a mask has no masked step. */
static void a_step_is_masked_that_is_masked_in_all_inputs(void **state)
{
    (void)state;
    one_layer o;
    static const uint8_t mask[T * B] = {1};
    const sn_layer below[2] = {{.output = {T, 2}}, {.output = {T, 3}}};
    one_layer_open(&o, (sn_layer_spec){.kind = SN_CONCATENATE}, (sn_shape){T, FEATURES}, B);
    o.layer.input_count = 2;
    o.layer.inputs[0] = &below[0];
    o.layer.inputs[1] = &below[1];
    for (unsigned masked = 0; masked < 4; masked++) {
        const sn_value inputs[2] = {{.x = o.input, .mask = masked & 1 ? mask : NULL},
                                    {.x = o.input, .mask = masked & 2 ? mask : NULL}};
        sn_layer_forward(&o.layer, &o.pass, inputs, &o.out, o.tape);
        assert_ptr_equal(o.out.mask, masked == 3 ? mask : NULL);
    }
    one_layer_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_of_flatten_is_its_steps_one_after_the_other),
        cmocka_unit_test(a_vector_stays_what_it_is),
        cmocka_unit_test(features_of_all_inputs_stand_side_by_side),
        cmocka_unit_test(a_step_is_masked_that_is_masked_in_all_inputs),
    };
    return cmocka_run_group_tests_name("reshape", tests, NULL, NULL);
}
