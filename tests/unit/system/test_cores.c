/* How many processors may be used: never none, never more than the affinity mask allows. */
#if defined(__linux__)
#define _GNU_SOURCE /* sched_setaffinity */
#endif
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sched.h>
#include <unistd.h>

#include "cores.h"

static void is_at_least_one_and_at_most_the_processors_online(void **state)
{
    (void)state;
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    const size_t cores = sn_usable_cores();
    assert_in_range(cores, 1, online > 0 ? (size_t)online : 1);
}

static void gives_the_same_answer_twice(void **state)
{
    (void)state;
    assert_int_equal(sn_usable_cores(), sn_usable_cores());
}

#if defined(__linux__)

static void follows_the_affinity_mask(void **state)
{
    (void)state;
    cpu_set_t before, one;
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    size_t first = 0;
    while (!CPU_ISSET(first, &before))
        first++;
    CPU_ZERO(&one);
    CPU_SET(first, &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    const size_t cores = sn_usable_cores();
    assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
    assert_int_equal(cores, 1);
}

#else

static void follows_the_affinity_mask(void **state)
{
    (void)state;
    print_message("skipped: needs Linux\n");
    skip();
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_at_least_one_and_at_most_the_processors_online),
        cmocka_unit_test(gives_the_same_answer_twice),
        cmocka_unit_test(follows_the_affinity_mask),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
