/* What loading OpenBLAS once more does to the process: nothing that shows. ctest runs it with a
 * library (support/stub_openblas.c) that takes the processor for an old one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "blas_choice.h"
#include "gemm.h"

extern char **environ;

static void assert_multiplies(void)
{
    const float a[] = {1, 2, 3, 4}, b[] = {5, 6, 7, 8}, expected[] = {19, 22, 43, 50};
    float c[4];
    sn_gemm(SN_AS_IS, SN_AS_IS, 2, 2, 2, a, b, 0.0F, c);
    assert_memory_equal(c, expected, sizeof c);
}

static void the_environment_is_as_it_was(void **state)
{
    (void)state;
    const sn_processor here = sn_processor_here();
    if (!getenv("STUB_CORE") || getenv("OPENBLAS_CORETYPE") ||
        sn_processor_level(&here) == SN_BLAS_BASIC)
        skip();
    char **const before = environ;
    char *const first = *environ;
    assert_non_null(strstr(sn_gemm_choice(), "chosen by seqnet"));
    assert_null(getenv("OPENBLAS_CORETYPE"));
    assert_ptr_equal(environ, before);
    assert_ptr_equal(*environ, first);
    assert_null(sn_gemm_problem());
    assert_multiplies();
}

static void a_child_process_multiplies(void **state)
{
    (void)state;
    (void)sn_gemm_name();
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        assert_multiplies();
        _exit(0);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_environment_is_as_it_was),
        cmocka_unit_test(a_child_process_multiplies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
