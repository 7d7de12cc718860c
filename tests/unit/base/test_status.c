/* Status numbers are ABI; sentences are formatted, cut, or dropped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "status.h"

static void numbers_never_change(void **state)
{
    (void)state;
    assert_int_equal(SEQNET_OK, 0);
    assert_int_equal(SEQNET_ERR_USAGE, 2);
    assert_int_equal(SEQNET_ERR_DATA, 3);
    assert_int_equal(SEQNET_ERR_MODEL, 4);
    assert_int_equal(SEQNET_ERR_DIVERGED, 5);
    assert_int_equal(SEQNET_ERR_WRITE, 6);
    assert_int_equal(SEQNET_ERR_MEMORY, 7);
    assert_int_equal(SEQNET_INTERRUPTED, 130);
}

static void fail_fills_the_error_and_is_the_status(void **state)
{
    (void)state;
    seqnet_error err = {0};
    assert_int_equal(sn_fail(&err, SEQNET_ERR_DATA, "%s: row %d", "file", 3), SEQNET_ERR_DATA);
    assert_int_equal(err.status, SEQNET_ERR_DATA);
    assert_string_equal(err.message, "file: row 3");
}

static void fail_works_without_an_error_to_fill(void **state)
{
    (void)state;
    assert_int_equal(sn_fail(NULL, SEQNET_ERR_WRITE, "%s", "lost"), SEQNET_ERR_WRITE);
}

static void a_long_sentence_loses_its_middle(void **state)
{
    (void)state;
    char path[3000];
    seqnet_error err;
    memset(&err, 'x', sizeof err);
    memset(path, 'a', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    (void)sn_fail(&err, SEQNET_ERR_DATA, "%s: cannot be made: it is too long", path);
    assert_int_equal(strlen(err.message), sizeof err.message - 1);
    assert_memory_equal(err.message, path, 200);
    assert_non_null(strstr(err.message, "aa[...]aa"));
    assert_non_null(strstr(err.message, "aa: cannot be made: it is too long"));
}

static void a_percent_sign_in_an_argument_stays(void **state)
{
    (void)state;
    seqnet_error err = {0};
    (void)sn_fail(&err, SEQNET_ERR_DATA, "%s", "100%s%n");
    assert_string_equal(err.message, "100%s%n");
}

static void a_failed_call_is_told_with_its_reason(void **state)
{
    (void)state;
    seqnet_error err = {0};
    errno = ENOENT;
    assert_int_equal(sn_fail_errno(&err, SEQNET_ERR_WRITE, "a/b", "opened"), SEQNET_ERR_WRITE);
    assert_int_equal(err.status, SEQNET_ERR_WRITE);
    assert_string_equal(err.message, "a/b: cannot be opened: No such file or directory");
    assert_int_equal(sn_fail_errno(NULL, SEQNET_ERR_DATA, "a", "read"), SEQNET_ERR_DATA);
}

static void every_number_has_a_reason(void **state)
{
    (void)state;
    char reason[SN_REASON];
    for (int number = -1; number < 200; number++) {
        memset(reason, 'x', sizeof reason);
        assert_ptr_equal(sn_reason(number, reason), reason);
        assert_non_null(memchr(reason, '\0', sizeof reason));
        assert_string_equal(reason, strerror(number));
    }
}

static seqnet_status try_it(seqnet_status inner, int *reached)
{
    SN_TRY(inner);
    *reached = 1;
    return SEQNET_OK;
}

static seqnet_status goto_it(seqnet_status inner, int *reached, int *released)
{
    seqnet_status status = SEQNET_OK;
    SN_GOTO(inner);
    *reached = 1;
out:
    *released = 1;
    return status;
}

static void try_returns_the_first_failure(void **state)
{
    (void)state;
    int reached = 0;
    assert_int_equal(try_it(SEQNET_ERR_MODEL, &reached), SEQNET_ERR_MODEL);
    assert_int_equal(reached, 0);
    assert_int_equal(try_it(SEQNET_OK, &reached), SEQNET_OK);
    assert_int_equal(reached, 1);
}

static void goto_passes_through_the_release(void **state)
{
    (void)state;
    int reached = 0, released = 0;
    assert_int_equal(goto_it(SEQNET_ERR_DATA, &reached, &released), SEQNET_ERR_DATA);
    assert_int_equal(reached, 0);
    assert_int_equal(released, 1);
    assert_int_equal(goto_it(SEQNET_OK, &reached, &released), SEQNET_OK);
    assert_int_equal(reached, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_never_change),
        cmocka_unit_test(fail_fills_the_error_and_is_the_status),
        cmocka_unit_test(fail_works_without_an_error_to_fill),
        cmocka_unit_test(a_long_sentence_loses_its_middle),
        cmocka_unit_test(a_percent_sign_in_an_argument_stays),
        cmocka_unit_test(a_failed_call_is_told_with_its_reason),
        cmocka_unit_test(every_number_has_a_reason),
        cmocka_unit_test(try_returns_the_first_failure),
        cmocka_unit_test(goto_passes_through_the_release),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
