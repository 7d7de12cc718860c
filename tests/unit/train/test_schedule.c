/* The share of the learning rate that each step takes, against closed forms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "schedule.h"

enum { TOTAL = 250 };

static void assert_share(const sn_schedule *schedule, uint64_t s, double wanted)
{
    const double got = sn_schedule_share(schedule, s);
    if (!(fabs(got - wanted) <= 1e-12))
        fail_msg("share before step %d: %.15g, not %.15g", (int)s, got, wanted);
}

static void without_any_the_rate_stays_to_the_bit(void **state)
{
    (void)state;
    const sn_schedule none = sn_schedule_make(SEQNET_SCHEDULE_CONSTANT, 0.0, TOTAL);
    for (uint64_t s = 0; s < 2 * TOTAL; s++)
        assert_true(sn_schedule_share(&none, s) == 1.0);
}

static void it_falls_to_zero(void **state)
{
    (void)state;
    const sn_schedule linear = sn_schedule_make(SEQNET_SCHEDULE_LINEAR, 0.0, TOTAL);
    const sn_schedule cosine = sn_schedule_make(SEQNET_SCHEDULE_COSINE, 0.0, TOTAL);
    for (uint64_t s = 0; s <= TOTAL; s++) {
        assert_share(&linear, s, (double)(TOTAL - s) / TOTAL);
        assert_share(&cosine, s, pow(cos(acos(0.0) * (double)s / TOTAL), 2.0));
    }
    assert_true(sn_schedule_share(&linear, TOTAL + 9) == 0.0);
    assert_share(&cosine, TOTAL + 9, 0.0);
}

static void it_rises_first(void **state)
{
    (void)state;
    static const seqnet_schedule kinds[] = {SEQNET_SCHEDULE_CONSTANT, SEQNET_SCHEDULE_LINEAR,
                                            SEQNET_SCHEDULE_COSINE};
    for (size_t k = 0; k < 3; k++) {
        const sn_schedule warm = sn_schedule_make(kinds[k], 50.0, TOTAL);
        const sn_schedule rest = sn_schedule_make(kinds[k], 0.0, TOTAL - 50);
        for (uint64_t s = 0; s < 50; s++)
            assert_share(&warm, s, (double)s / 50.0);
        for (uint64_t s = 50; s <= TOTAL; s++)
            assert_share(&warm, s, sn_schedule_share(&rest, s - 50));
    }
}

static void a_share_is_of_all_steps(void **state)
{
    (void)state;
    assert_int_equal(sn_schedule_make(SEQNET_SCHEDULE_LINEAR, 0.29, 100).warmup, 29);
    assert_int_equal(sn_schedule_make(SEQNET_SCHEDULE_LINEAR, 0.1, 1570).warmup, 157);
    assert_int_equal(sn_schedule_make(SEQNET_SCHEDULE_LINEAR, 0.999, 100).warmup, 100);
    assert_int_equal(sn_schedule_make(SEQNET_SCHEDULE_LINEAR, 1.0, 100).warmup, 1);
}

/* As a second training may have it. */
static void a_warm_up_may_be_longer_than_all(void **state)
{
    (void)state;
    const sn_schedule linear = sn_schedule_make(SEQNET_SCHEDULE_LINEAR, 400.0, TOTAL);
    for (uint64_t s = 0; s < TOTAL; s++)
        assert_share(&linear, s, (double)s / 400.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_any_the_rate_stays_to_the_bit),
        cmocka_unit_test(it_falls_to_zero),
        cmocka_unit_test(it_rises_first),
        cmocka_unit_test(a_share_is_of_all_steps),
        cmocka_unit_test(a_warm_up_may_be_longer_than_all),
    };
    return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
