/* pad_sequences on one row, against what Keras gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pad.h"

enum { WIDEST = 6 };

typedef struct pad_case {
    size_t length; /* of the row 1, 2, 3, ... */
    size_t maxlen;
    seqnet_side padding, truncating;
    int32_t expected[WIDEST];
} pad_case;

static const pad_case CASES[] = {
    /* Shorter than maxlen: only the side of padding matters. */
    {2, 5, SEQNET_PRE, SEQNET_PRE, {0, 0, 0, 1, 2}},
    {2, 5, SEQNET_PRE, SEQNET_POST, {0, 0, 0, 1, 2}},
    {2, 5, SEQNET_POST, SEQNET_PRE, {1, 2, 0, 0, 0}},
    {2, 5, SEQNET_POST, SEQNET_POST, {1, 2, 0, 0, 0}},
    /* Longer: only the side of truncating does. */
    {6, 4, SEQNET_PRE, SEQNET_PRE, {3, 4, 5, 6}},
    {6, 4, SEQNET_POST, SEQNET_PRE, {3, 4, 5, 6}},
    {6, 4, SEQNET_PRE, SEQNET_POST, {1, 2, 3, 4}},
    {6, 4, SEQNET_POST, SEQNET_POST, {1, 2, 3, 4}},
    /* By one element either way, and exactly. */
    {4, 5, SEQNET_PRE, SEQNET_PRE, {0, 1, 2, 3, 4}},
    {4, 5, SEQNET_POST, SEQNET_PRE, {1, 2, 3, 4, 0}},
    {5, 4, SEQNET_PRE, SEQNET_PRE, {2, 3, 4, 5}},
    {5, 4, SEQNET_PRE, SEQNET_POST, {1, 2, 3, 4}},
    {4, 4, SEQNET_PRE, SEQNET_PRE, {1, 2, 3, 4}},
    {4, 4, SEQNET_POST, SEQNET_POST, {1, 2, 3, 4}},
    /* Nothing in, or nothing out. */
    {0, 3, SEQNET_PRE, SEQNET_PRE, {0, 0, 0}},
    {0, 3, SEQNET_POST, SEQNET_POST, {0, 0, 0}},
    {3, 0, SEQNET_PRE, SEQNET_PRE, {0}},
    {3, 0, SEQNET_POST, SEQNET_POST, {0}},
    {0, 0, SEQNET_PRE, SEQNET_POST, {0}},
    {6, 1, SEQNET_PRE, SEQNET_PRE, {6}},
    {6, 1, SEQNET_POST, SEQNET_POST, {1}},
};

static const int32_t ROW[WIDEST] = {1, 2, 3, 4, 5, 6};

static void pads_as_keras_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        const pad_case *const c = &CASES[i];
        int32_t padded[WIDEST + 2] = {-1, -1, -1, -1, -1, -1, -1, -1};
        sn_pad(padded + 1, c->maxlen, c->length ? ROW : NULL, c->length, c->padding, c->truncating);
        for (size_t column = 0; column < c->maxlen; column++)
            if (padded[column + 1] != c->expected[column])
                fail_msg("case %zu, column %zu: %d, not %d", i, column, padded[column + 1],
                         c->expected[column]);
        assert_int_equal(padded[0], -1);
        assert_int_equal(padded[c->maxlen + 1], -1);
    }
}

static void truncate_points_into_the_row(void **state)
{
    (void)state;
    size_t length = WIDEST;
    assert_ptr_equal(sn_truncate(ROW, &length, 10, SEQNET_PRE), ROW);
    assert_int_equal(length, WIDEST);
    assert_ptr_equal(sn_truncate(ROW, &length, WIDEST, SEQNET_POST), ROW);
    assert_int_equal(length, WIDEST);
    assert_ptr_equal(sn_truncate(ROW, &length, 4, SEQNET_PRE), ROW + 2);
    assert_int_equal(length, 4);
    assert_ptr_equal(sn_truncate(ROW, &length, 3, SEQNET_POST), ROW);
    assert_int_equal(length, 3);
    (void)sn_truncate(ROW, &length, 0, SEQNET_PRE);
    assert_int_equal(length, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pads_as_keras_does),
        cmocka_unit_test(truncate_points_into_the_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
