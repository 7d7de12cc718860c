/* Pipelines: order, every item once, an end by the reader or the writer, items in flight. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sched.h>
#include <stdatomic.h>

#include "pipeline.h"

enum { MAX_THREADS = 4, MAX_ITEMS = 16 };

typedef struct item {
    size_t number, result;
    atomic_bool used; /* between read and write */
} item;

/* Numbers 0 .. total - 1 go through; what must not happen is counted. */
typedef struct line {
    size_t total, stop_after; /* items written before write says stop */
    size_t read, written, threads;
    atomic_size_t worked, faults, readers, writers;
    atomic_bool at_work[MAX_THREADS];
    item items[MAX_ITEMS];
    void *places[MAX_ITEMS];
} line;

static void check(line *l, bool holds)
{
    if (!holds)
        atomic_fetch_add(&l->faults, 1);
}

static bool read_item(void *user, void *place)
{
    line *const l = user;
    item *const i = place;
    check(l, atomic_fetch_add(&l->readers, 1) == 0);
    const bool more = l->read < l->total;
    if (more) {
        check(l, !atomic_exchange(&i->used, true));
        i->number = l->read++;
        i->result = 0;
    }
    atomic_fetch_sub(&l->readers, 1);
    return more;
}

/* Some items take longer than others, so that they end out of order. */
static void work_item(void *user, void *place, size_t worker)
{
    line *const l = user;
    item *const i = place;
    check(l, worker < l->threads && !atomic_exchange(&l->at_work[worker], true));
    for (size_t turn = 0; turn < (i->number * 7) % 5; turn++)
        sched_yield();
    i->result = i->number * i->number;
    atomic_fetch_add(&l->worked, 1);
    atomic_store(&l->at_work[worker], false);
}

static bool write_item(void *user, void *place)
{
    line *const l = user;
    item *const i = place;
    check(l, atomic_fetch_add(&l->writers, 1) == 0);
    check(l, i->number == l->written && i->result == i->number * i->number);
    check(l, atomic_exchange(&i->used, false));
    l->written++;
    atomic_fetch_sub(&l->writers, 1);
    return l->written < l->stop_after;
}

static void run(line *l, size_t threads, size_t items)
{
    static const sn_pipeline_ops ops = {read_item, work_item, write_item};
    sn_pool *pool;
    l->threads = threads;
    for (size_t i = 0; i < items; i++)
        l->places[i] = &l->items[i];
    assert_int_equal(sn_pool_create(&pool, threads, NULL), SEQNET_OK);
    assert_int_equal(sn_pipeline_run(pool, &ops, l, l->places, items, NULL), SEQNET_OK);
    sn_pool_free(pool);
    assert_int_equal(atomic_load(&l->faults), 0);
}

static void every_item_comes_out_in_order(void **state)
{
    (void)state;
    static const size_t totals[] = {0, 1, 2, 5, 500};
    for (size_t threads = 1; threads <= MAX_THREADS; threads++)
        for (size_t items = 1; items <= sn_pipeline_items(threads); items++)
            for (size_t t = 0; t < sizeof totals / sizeof *totals; t++) {
                line l = {.total = totals[t], .stop_after = SIZE_MAX};
                run(&l, threads, items);
                assert_int_equal(l.written, totals[t]);
                assert_int_equal(atomic_load(&l.worked), totals[t]);
            }
}

/* Then no more than what was in flight has been read in vain. */
static void the_writer_can_stop_an_endless_input(void **state)
{
    (void)state;
    for (size_t threads = 1; threads <= MAX_THREADS; threads++)
        for (size_t after = 1; after < 20; after++) {
            const size_t items = sn_pipeline_items(threads);
            line l = {.total = SIZE_MAX, .stop_after = after};
            run(&l, threads, items);
            assert_int_equal(l.written, after);
            assert_in_range(l.read, after, after + items);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_item_comes_out_in_order),
        cmocka_unit_test(the_writer_can_stop_an_endless_input),
    };
    return cmocka_run_group_tests_name("pipeline", tests, NULL, NULL);
}
