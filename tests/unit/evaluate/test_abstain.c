/* From which probability on answers are right as often as is asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <seqnet/held_out.h>

static const seqnet_held_out MANY = {
    .rows = 10000,
    .curve = {{0.5, 10000, 9000}, {0.7, 8000, 7640}, {0.8, 6000, 5850}, {0.9, 3000, 2985}},
    .points = 4};

static void the_most_answers_of_the_precision(void **state)
{
    (void)state;
    assert_true(seqnet_held_out_precise(&MANY, 0.85, NULL)->threshold == 0.5);
    assert_true(seqnet_held_out_precise(&MANY, 0.95, NULL)->threshold == 0.7);
    assert_true(seqnet_held_out_precise(&MANY, 0.97, NULL)->threshold == 0.8);
    assert_true(seqnet_held_out_precise(&MANY, 0.99, NULL)->threshold == 0.9);
}

static void the_nearest_where_none_reaches_it(void **state)
{
    (void)state;
    const seqnet_abstain_point *best = NULL;
    assert_null(seqnet_held_out_precise(&MANY, 0.999, &best));
    assert_true(best->threshold == 0.9);
    assert_null(seqnet_held_out_precise(&MANY, 0.999, NULL));
}

/* All of 15 answers right are no proof of 95 %, those of 40 are: 1 - 1 / (n + 1). */
static void few_rows_prove_little(void **state)
{
    (void)state;
    const seqnet_held_out few = {.rows = 15, .curve = {{0.5, 15, 15}}, .points = 1};
    const seqnet_held_out more = {.rows = 40, .curve = {{0.5, 40, 40}}, .points = 1};
    const seqnet_held_out none = {.rows = 1};
    const seqnet_abstain_point *best = &none.curve[0];
    assert_null(seqnet_held_out_precise(&few, 0.95, NULL));
    assert_non_null(seqnet_held_out_precise(&more, 0.95, NULL));
    assert_null(seqnet_held_out_precise(&none, 0.5, &best));
    assert_null(best);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_most_answers_of_the_precision),
                                       cmocka_unit_test(the_nearest_where_none_reaches_it),
                                       cmocka_unit_test(few_rows_prove_little)};
    return cmocka_run_group_tests_name("abstaining", tests, NULL, NULL);
}
