/* Inverted dropout: shares, scale, and what the masks depend on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "dropout.h"

enum { COUNT = 10000 };

static float scale[COUNT], other[COUNT];

static void the_share_is_kept_and_scaled_up(void **state)
{
    (void)state;
    for (double rate = 0.1; rate < 0.95; rate += 0.2) {
        size_t dropped = 0;
        sn_dropout_fill(scale, COUNT, rate, 1, 2, 3);
        for (size_t i = 0; i < COUNT; i++) {
            dropped += scale[i] == 0.0F;
            assert_true(scale[i] == 0.0F || scale[i] == (float)(1.0 / (1.0 - rate)));
        }
        /* five standard deviations */
        assert_true(fabs((double)dropped - COUNT * rate) < 5.0 * sqrt(COUNT * rate * (1.0 - rate)));
    }
}

static void rate_zero_keeps_everything(void **state)
{
    (void)state;
    sn_dropout_fill(scale, COUNT, 0.0, 1, 2, 3);
    for (size_t i = 0; i < COUNT; i++)
        assert_true(scale[i] == 1.0F);
}

static void assert_unrelated(uint64_t key, size_t layer, size_t row)
{
    size_t equal = 0;
    sn_dropout_fill(scale, COUNT, 0.5, 1, 2, 3);
    sn_dropout_fill(other, COUNT, 0.5, key, layer, row);
    for (size_t i = 0; i < COUNT; i++)
        equal += scale[i] == other[i];
    assert_in_range(equal, COUNT / 2 - 250, COUNT / 2 + 250);
}

static void key_layer_and_row_decide(void **state)
{
    (void)state;
    sn_dropout_fill(scale, COUNT, 0.5, 1, 2, 3);
    sn_dropout_fill(other, COUNT, 0.5, 1, 2, 3);
    assert_memory_equal(scale, other, sizeof scale);
    assert_unrelated(2, 2, 3);
    assert_unrelated(1, 3, 3);
    assert_unrelated(1, 2, 4);
    assert_unrelated(1, 3, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_share_is_kept_and_scaled_up),
        cmocka_unit_test(rate_zero_keeps_everything),
        cmocka_unit_test(key_layer_and_row_decide),
    };
    return cmocka_run_group_tests_name("dropout", tests, NULL, NULL);
}
