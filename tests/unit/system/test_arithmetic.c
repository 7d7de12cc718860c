/* The arithmetic belongs to the thread; tasks of a pool compute in that of the caller. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>

#include "arithmetic.h"
#include "pool.h"

enum { THREADS = 3, TASKS = 60 };

static void note_task(void *context, size_t task, size_t worker)
{
    (void)worker;
    ((sn_arithmetic *)context)[task] = sn_arithmetic_now();
}

static void assert_tasks_compute(sn_pool *pool, sn_arithmetic expected)
{
    sn_arithmetic seen[TASKS];
    sn_pool_run(pool, note_task, seen, TASKS);
    for (size_t i = 0; i < TASKS; i++)
        assert_int_equal(seen[i], expected);
}

static void a_thread_begins_fast_and_goes_back(void **state)
{
    (void)state;
    assert_int_equal(sn_arithmetic_now(), SN_FAST);
    assert_int_equal(sn_arithmetic_use(SN_REPRODUCIBLE), SN_FAST);
    assert_int_equal(sn_arithmetic_now(), SN_REPRODUCIBLE);
    assert_int_equal(sn_arithmetic_use(SN_FAST), SN_REPRODUCIBLE);
}

static void *note_thread(void *seen)
{
    *(sn_arithmetic *)seen = sn_arithmetic_now();
    return NULL;
}

static void another_thread_has_its_own(void **state)
{
    (void)state;
    sn_arithmetic seen = SN_REPRODUCIBLE;
    pthread_t thread;
    (void)sn_arithmetic_use(SN_REPRODUCIBLE);
    assert_int_equal(pthread_create(&thread, NULL, note_thread, &seen), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    (void)sn_arithmetic_use(SN_FAST);
    assert_int_equal(seen, SN_FAST);
}

static void tasks_compute_as_their_caller(void **state)
{
    (void)state;
    sn_pool *pool;
    assert_int_equal(sn_pool_create(&pool, THREADS, NULL), SEQNET_OK);
    for (int round = 0; round < 20; round++) {
        assert_tasks_compute(pool, SN_FAST);
        (void)sn_arithmetic_use(SN_REPRODUCIBLE);
        assert_tasks_compute(pool, SN_REPRODUCIBLE);
        (void)sn_arithmetic_use(SN_FAST);
    }
    sn_pool_free(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thread_begins_fast_and_goes_back),
        cmocka_unit_test(another_thread_has_its_own),
        cmocka_unit_test(tasks_compute_as_their_caller),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
