/* The pool runs every task exactly once, whatever the number of threads, round after round. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#include "pool.h"

enum { MAX_TASKS = 300, MAX_THREADS = 4 };

typedef struct tally {
    size_t threads;
    atomic_int runs[MAX_TASKS];
    atomic_int inside[MAX_THREADS]; /* tasks that run on this worker at the moment */
    atomic_int faults;
    size_t plain[MAX_TASKS];     /* not atomic: must be visible when the round is over */
    size_t done_by[MAX_THREADS]; /* not atomic: belongs to its worker */
} tally;

static void count_task(void *context, size_t task, size_t worker)
{
    tally *const t = context;
    if (task >= MAX_TASKS || worker >= t->threads) {
        atomic_fetch_add(&t->faults, 1);
        return;
    }
    if (atomic_fetch_add(&t->inside[worker], 1) != 0)
        atomic_fetch_add(&t->faults, 1);
    atomic_fetch_add(&t->runs[task], 1);
    t->plain[task] += task + 1;
    t->done_by[worker]++;
    atomic_fetch_sub(&t->inside[worker], 1);
}

static void assert_round(sn_pool *pool, size_t count)
{
    static tally t;
    memset(&t, 0, sizeof t);
    t.threads = sn_pool_threads(pool);
    sn_pool_run(pool, count_task, &t, count);
    size_t done = 0;
    assert_int_equal(atomic_load(&t.faults), 0);
    for (size_t i = 0; i < MAX_TASKS; i++) {
        assert_int_equal(atomic_load(&t.runs[i]), i < count);
        assert_int_equal(t.plain[i], i < count ? i + 1 : 0);
    }
    for (size_t i = 0; i < MAX_THREADS; i++)
        done += t.done_by[i];
    assert_int_equal(done, count);
}

static sn_pool *create(size_t threads)
{
    sn_pool *pool = NULL;
    assert_int_equal(sn_pool_create(&pool, threads, NULL), SEQNET_OK);
    assert_int_equal(sn_pool_threads(pool), threads);
    return pool;
}

static void runs_every_task_once(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 2, 3, 4, 5, 17, MAX_TASKS};
    for (size_t threads = 1; threads <= MAX_THREADS; threads++) {
        sn_pool *const pool = create(threads);
        for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
            assert_round(pool, counts[i]);
        sn_pool_free(pool);
    }
}

static void survives_many_rounds(void **state)
{
    (void)state;
    for (size_t threads = 1; threads <= MAX_THREADS; threads++) {
        sn_pool *const pool = create(threads);
        for (size_t round = 0; round < 1500; round++)
            assert_round(pool, round % 9);
        sn_pool_free(pool);
    }
}

typedef struct meeting {
    atomic_size_t arrived;
    size_t expected;
    atomic_int seen[MAX_THREADS]; /* by worker */
} meeting;

/* Waits until as many tasks run as there are threads, so that each thread has just one. */
static void meet(void *context, size_t task, size_t worker)
{
    (void)task;
    meeting *const m = context;
    atomic_fetch_add(&m->seen[worker], 1);
    atomic_fetch_add(&m->arrived, 1);
    while (atomic_load(&m->arrived) < m->expected)
        sched_yield();
}

static void threads_run_at_once_and_have_numbers_of_their_own(void **state)
{
    (void)state;
    for (size_t threads = 1; threads <= MAX_THREADS; threads++) {
        sn_pool *const pool = create(threads);
        meeting m = {.expected = threads};
        sn_pool_run(pool, meet, &m, threads);
        for (size_t worker = 0; worker < MAX_THREADS; worker++)
            assert_int_equal(atomic_load(&m.seen[worker]), worker < threads);
        sn_pool_free(pool);
    }
}

static void no_task_is_called_for_zero_tasks(void **state)
{
    (void)state;
    sn_pool *const pool = create(3);
    for (size_t round = 0; round < 100; round++)
        sn_pool_run(pool, NULL, NULL, 0);
    assert_round(pool, 5);
    sn_pool_free(pool);
}

static void can_be_freed_unused(void **state)
{
    (void)state;
    for (size_t round = 0; round < 50; round++)
        sn_pool_free(create(1 + round % MAX_THREADS));
    sn_pool_free(NULL);
}

static void several_pools_do_not_disturb_each_other(void **state)
{
    (void)state;
    sn_pool *const one = create(2), *const other = create(3);
    for (size_t round = 0; round < 50; round++) {
        assert_round(one, 10);
        assert_round(other, 7);
    }
    sn_pool_free(one);
    assert_round(other, 7);
    sn_pool_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_every_task_once),
        cmocka_unit_test(survives_many_rounds),
        cmocka_unit_test(threads_run_at_once_and_have_numbers_of_their_own),
        cmocka_unit_test(no_task_is_called_for_zero_tasks),
        cmocka_unit_test(can_be_freed_unused),
        cmocka_unit_test(several_pools_do_not_disturb_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
