/* Libraries that are opened when a part of seqnet needs them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "module.h"

typedef double one_number(double);

static void test_library_has_its_functions(void **state)
{
    (void)state;
    static const char *const names[] = {"floor", "ceil"};
    one_number *functions[2] = {0};
    char problem[256];
    assert_true(sn_library_open("libm.so.6", names, 2, functions, problem, sizeof problem));
    assert_true(functions[0](1.5) == 1.0 && functions[1](1.5) == 2.0);
    assert_string_equal(problem, "");
}

static void test_missing_library_is_named(void **state)
{
    (void)state;
    static const char *const names[] = {"floor"};
    one_number *functions[1] = {0};
    char problem[256];
    assert_false(sn_library_open("libnone.so.9", names, 1, functions, problem, sizeof problem));
    assert_non_null(strstr(problem, "libnone.so.9"));
    assert_null(functions[0]);
}

/* A library of another version may lack one: none of them is used then. */
static void test_missing_function_is_named(void **state)
{
    (void)state;
    static const char *const names[] = {"floor", "no_such_function"};
    one_number *functions[2] = {0};
    char problem[256];
    assert_false(sn_library_open("libm.so.6", names, 2, functions, problem, sizeof problem));
    assert_string_equal(problem, "libm.so.6 has no function no_such_function");
    assert_null(functions[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_library_has_its_functions),
        cmocka_unit_test(test_missing_library_is_named),
        cmocka_unit_test(test_missing_function_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
