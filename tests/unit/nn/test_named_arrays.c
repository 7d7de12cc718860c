/* The list of named arrays: what is added comes back, in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "named_arrays.h"
#include "support.h"

static void arrays_come_back_in_order(void **state)
{
    (void)state;
    enum { MANY = 100 };
    seqnet_error err = {0};
    sn_named_arrays arrays = {0};
    float floats[3];
    uint64_t number[MANY];
    assert_ok(sn_named_arrays_add(&arrays, "weights", SN_ARRAY_F32, floats, 3, &err), &err);
    for (size_t i = 0; i < MANY; i++)
        assert_ok(
            sn_named_arrays_add_numbered(&arrays, "steps", i, SN_ARRAY_U64, &number[i], 1, &err),
            &err);
    assert_int_equal(arrays.count, 1 + MANY);
    assert_string_equal(arrays.items[0].name, "weights");
    assert_int_equal(arrays.items[0].type, SN_ARRAY_F32);
    assert_int_equal(arrays.items[0].count, 3);
    assert_ptr_equal(arrays.items[0].data, floats);
    assert_string_equal(arrays.items[MANY].name, "steps.99");
    assert_int_equal(arrays.items[MANY].type, SN_ARRAY_U64);
    assert_ptr_equal(arrays.items[MANY].data, &number[MANY - 1]);
    sn_named_arrays_free(&arrays);
    assert_int_equal(arrays.count, 0);
    assert_null(arrays.items);
}

static void elements_have_the_size_of_their_type(void **state)
{
    (void)state;
    assert_int_equal(sn_array_type_size(SN_ARRAY_F32), 4);
    assert_int_equal(sn_array_type_size(SN_ARRAY_F64), 8);
    assert_int_equal(sn_array_type_size(SN_ARRAY_U64), 8);
    assert_int_equal(sn_array_type_size(SN_ARRAY_U32), 4);
    assert_int_equal(sn_array_type_size(SN_ARRAY_U8), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays_come_back_in_order),
        cmocka_unit_test(elements_have_the_size_of_their_type),
    };
    return cmocka_run_group_tests_name("named_arrays", tests, NULL, NULL);
}
