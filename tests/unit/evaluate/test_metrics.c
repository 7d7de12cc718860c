/* Metrics against numbers computed by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <seqnet/seqnet.h>

#define CLOSE(a, b) assert_true(fabs((a) - (b)) < 1e-15)

/* An evaluation that is only its matrix. */
static seqnet_evaluation of_matrix(size_t classes, size_t *confusion)
{
    return (seqnet_evaluation){.classes = classes, .confusion = confusion};
}

static void check_label(const seqnet_label_metrics *l, size_t rows, size_t predicted,
                        size_t correct, double precision, double recall, double f1)
{
    assert_int_equal(l->rows, rows);
    assert_int_equal(l->predicted, predicted);
    assert_int_equal(l->correct, correct);
    CLOSE(l->precision, precision);
    CLOSE(l->recall, recall);
    CLOSE(l->f1, f1);
}

static void check_average(seqnet_average average, double precision, double recall, double f1)
{
    CLOSE(average.precision, precision);
    CLOSE(average.recall, recall);
    CLOSE(average.f1, f1);
}

static void two_labels_by_hand(void **state)
{
    (void)state;
    size_t confusion[] = {3, 1, 2, 4};
    const seqnet_evaluation e = of_matrix(2, confusion);
    seqnet_label_metrics l[2];
    seqnet_evaluation_labels(&e, l);
    check_label(&l[0], 4, 5, 3, 3.0 / 5.0, 3.0 / 4.0, 2.0 / 3.0);
    check_label(&l[1], 6, 5, 4, 4.0 / 5.0, 4.0 / 6.0, 8.0 / 11.0);
    check_average(seqnet_macro_average(l, 2), 0.7, 17.0 / 24.0, 23.0 / 33.0);
    check_average(seqnet_weighted_average(l, 2), 0.72, 0.7, 116.0 / 165.0);
}

/* The second label does not occur, the third one only in the predictions. */
static void absent_labels_do_not_count(void **state)
{
    (void)state;
    size_t confusion[] = {1, 0, 1, 0, 0, 0, 0, 0, 0};
    const seqnet_evaluation e = of_matrix(3, confusion);
    seqnet_label_metrics l[3];
    seqnet_evaluation_labels(&e, l);
    check_label(&l[0], 2, 1, 1, 1.0, 0.5, 2.0 / 3.0);
    check_label(&l[1], 0, 0, 0, 0.0, 0.0, 0.0);
    check_label(&l[2], 0, 1, 0, 0.0, 0.0, 0.0);
    check_average(seqnet_macro_average(l, 3), 0.5, 0.25, 1.0 / 3.0);
    check_average(seqnet_weighted_average(l, 3), 1.0, 0.5, 2.0 / 3.0);
}

static void all_wrong_and_no_rows_are_zeros(void **state)
{
    (void)state;
    size_t wrong[] = {0, 3, 2, 0}, none[4] = {0};
    seqnet_label_metrics l[2] = {{.rows = 9, .f1 = 9.0}, {.correct = 9}};
    seqnet_evaluation e = of_matrix(2, wrong);
    seqnet_evaluation_labels(&e, l);
    check_label(&l[0], 3, 2, 0, 0.0, 0.0, 0.0);
    check_label(&l[1], 2, 3, 0, 0.0, 0.0, 0.0);
    check_average(seqnet_macro_average(l, 2), 0.0, 0.0, 0.0);
    e = of_matrix(2, none);
    seqnet_evaluation_labels(&e, l);
    check_label(&l[0], 0, 0, 0, 0.0, 0.0, 0.0);
    check_average(seqnet_macro_average(l, 2), 0.0, 0.0, 0.0);
    check_average(seqnet_weighted_average(l, 2), 0.0, 0.0, 0.0);
}

static void the_most_confused_come_first(void **state)
{
    (void)state;
    size_t confusion[] = {5, 2, 1, 2, 7, 0, 0, 4, 9}, count;
    static const seqnet_confused expected[] = {{2, 1, 4}, {0, 1, 2}, {1, 0, 2}, {0, 2, 1}};
    const seqnet_evaluation e = of_matrix(3, confusion);
    seqnet_confused *list;
    assert_int_equal(seqnet_evaluation_confused(&e, &list, &count, NULL), SEQNET_OK);
    assert_int_equal(count, 4);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(list[i].label, expected[i].label);
        assert_int_equal(list[i].predicted, expected[i].predicted);
        assert_int_equal(list[i].n, expected[i].n);
    }
    free(list);
}

static void nothing_is_confused_where_all_is_right(void **state)
{
    (void)state;
    size_t confusion[] = {5, 0, 0, 7}, count = 1;
    const seqnet_evaluation e = of_matrix(2, confusion);
    seqnet_confused *list;
    assert_int_equal(seqnet_evaluation_confused(&e, &list, &count, NULL), SEQNET_OK);
    assert_int_equal(count, 0);
    free(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_labels_by_hand),
        cmocka_unit_test(absent_labels_do_not_count),
        cmocka_unit_test(all_wrong_and_no_rows_are_zeros),
        cmocka_unit_test(the_most_confused_come_first),
        cmocka_unit_test(nothing_is_confused_where_all_is_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
