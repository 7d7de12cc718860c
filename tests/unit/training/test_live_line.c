/* The line that tells of quick epochs, for terminals of any width. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "live_line.h"

static const live_line LINE = {.epoch = 7,
                               .epochs = 40,
                               .accuracy = 0.87654,
                               .loss = 0.30121,
                               .val_accuracy = 0.84321,
                               .val_loss = 0.40119,
                               .best = 7,
                               .seconds = (double)NAN,
                               .left = 12.4};

static void assert_line(const live_line *line, size_t width, const char *expected)
{
    char text[LIVE_TEXT];
    assert_string_equal(format_live_line(line, width, text), expected);
}

static void test_a_wide_line_has_all_fields(void **state)
{
    (void)state;
    assert_line(&LINE, 120,
                "Epoch 7/40  acc 0.8765  loss 0.3012  val_acc 0.8432*  val_loss 0.4012  best 7  "
                "ETA 12s");
}

static void test_only_the_best_epoch_has_a_star(void **state)
{
    live_line line = LINE;
    (void)state;
    line.best = 3;
    assert_line(&line, 120,
                "Epoch 7/40  acc 0.8765  loss 0.3012  val_acc 0.8432   val_loss 0.4012  best 3  "
                "ETA 12s");
}

static void test_a_narrow_line_keeps_what_matters(void **state)
{
    (void)state;
    assert_line(&LINE, 59, "Epoch 7/40  acc 0.8765  val_acc 0.8432*  ETA 12s");
    assert_line(&LINE, 39, "Epoch 7/40  val_acc 0.8432*  ETA 12s");
    assert_line(&LINE, 35, "Epoch 7/40  val_acc 0.8432*");
    assert_line(&LINE, 11, "Epoch 7/40");
    assert_line(&LINE, 9, "");
    assert_line(&LINE, 0, "");
}

static void test_no_line_is_wider_than_the_terminal(void **state)
{
    live_line line = LINE;
    char text[LIVE_TEXT];
    (void)state;
    line.epoch = line.epochs = line.best = SIZE_MAX;
    line.accuracy = line.val_accuracy = line.loss = line.val_loss = 1e30;
    for (size_t width = 0; width < 300; width++)
        assert_true(strlen(format_live_line(&line, width, text)) <= width);
}

static void test_without_validation_no_epoch_is_the_best(void **state)
{
    live_line line = LINE;
    (void)state;
    line.val_accuracy = line.val_loss = line.left = (double)NAN;
    line.best = 0;
    assert_line(&line, 120, "Epoch 7/40  acc 0.8765  loss 0.3012");
}

static void test_any_number_of_labels_has_f1(void **state)
{
    live_line line = LINE;
    (void)state;
    line.multi_label = line.is_bound = true;
    assert_line(&line, 120,
                "Epoch 7/40  f1 0.8765  loss 0.3012  val_f1 0.8432*  val_loss 0.4012  best 7  "
                "ETA <12s");
}

static void test_the_line_of_an_epoch_has_its_time(void **state)
{
    live_line line = LINE;
    (void)state;
    line.left = (double)NAN;
    line.seconds = 2.13;
    assert_line(&line, 59, "Epoch 7/40  2.1s  acc 0.8765  val_acc 0.8432*");
    assert_line(&line, 39, "Epoch 7/40  2.1s  val_acc 0.8432*");
    line.seconds = 75.0;
    assert_line(&line, 39, "Epoch 7/40  1m15s  val_acc 0.8432*");
}

static void test_a_fold_is_named(void **state)
{
    live_line line = LINE;
    (void)state;
    line.fold = 2;
    line.folds = 10;
    line.best = 0;
    line.val_accuracy = line.val_loss = (double)NAN;
    assert_line(&line, 59, "fold 2/10, epoch 7/40  acc 0.8765  loss 0.3012  ETA 12s");
    assert_line(&line, 30, "fold 2/10, epoch 7/40  ETA 12s");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_wide_line_has_all_fields),
        cmocka_unit_test(test_only_the_best_epoch_has_a_star),
        cmocka_unit_test(test_a_narrow_line_keeps_what_matters),
        cmocka_unit_test(test_no_line_is_wider_than_the_terminal),
        cmocka_unit_test(test_without_validation_no_epoch_is_the_best),
        cmocka_unit_test(test_any_number_of_labels_has_f1),
        cmocka_unit_test(test_the_line_of_an_epoch_has_its_time),
        cmocka_unit_test(test_a_fold_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
