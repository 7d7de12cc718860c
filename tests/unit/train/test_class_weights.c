/* Weights of classes, balanced or listed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "class_weights.h"
#include "support.h"

enum { CLASSES = 3 };

static seqnet_dataset dataset;

static int name_labels(void **state)
{
    (void)state;
    static const char *const names[CLASSES] = {"bad", "good, really", "a=b"};
    for (size_t i = 0, number; i < CLASSES; i++)
        if (sn_string_set_add(&dataset.labels, names[i], strlen(names[i]), &number, NULL))
            return -1;
    return 0;
}

static int free_labels(void **state)
{
    (void)state;
    sn_string_set_free(&dataset.labels);
    return 0;
}

static const size_t ONE_EACH[CLASSES] = {1, 1, 1};

static void assert_weights(const char *text, const size_t *counts, double a, double b, double c)
{
    const double expected[CLASSES] = {a, b, c};
    float weights[CLASSES] = {-1.0F, -1.0F, -1.0F};
    seqnet_error err = {0};
    assert_ok(sn_class_weights(weights, text, &dataset, counts, &err), &err);
    for (size_t i = 0; i < CLASSES; i++)
        if (!(fabs((double)weights[i] - expected[i]) < 1e-6))
            fail_msg("'%s': weight %zu is %g, not %g", text, i, (double)weights[i], expected[i]);
}

static void assert_refused(const char *text, const char *sentence)
{
    float weights[CLASSES];
    seqnet_error err = {0};
    assert_failure(sn_class_weights(weights, text, &dataset, ONE_EACH, &err), &err,
                   SEQNET_ERR_USAGE, sentence);
}

static void balanced_classes_have_the_same_sum(void **state)
{
    (void)state;
    assert_weights("balanced", (const size_t[]){10, 10, 10}, 1.0, 1.0, 1.0);
    assert_weights("balanced", (const size_t[]){30, 60, 10}, 100.0 / 90, 100.0 / 180, 100.0 / 30);
}

/* One without rows neither counts as a class nor weighs anything. */
static void balanced_leaves_absent_classes_alone(void **state)
{
    (void)state;
    assert_weights("balanced", (const size_t[]){30, 0, 10}, 40.0 / 60, 1.0, 40.0 / 20);
    assert_weights("balanced", (const size_t[]){0, 0, 0}, 1.0, 1.0, 1.0);
}

static void listed_labels_get_their_weights(void **state)
{
    (void)state;
    assert_weights("bad=2.5", ONE_EACH, 2.5, 1.0, 1.0);
    assert_weights("bad=0", ONE_EACH, 0.0, 1.0, 1.0);
    assert_weights("bad=3,good\\, really=2,a\\=b=1e6", ONE_EACH, 3.0, 2.0, 1e6);
    assert_weights("bad=3,", ONE_EACH, 3.0, 1.0, 1.0);
    assert_weights("bad=3,bad=4", ONE_EACH, 4.0, 1.0, 1.0);
}

static void what_is_no_list_is_refused(void **state)
{
    (void)state;
    assert_refused("", "the list of class weights is empty");
    assert_refused("Balanced", "the class weight 'Balanced' has no '='; expected 'balanced'");
    assert_refused("bad", "the class weight 'bad' has no '='");
    assert_refused("bad=1,,", "the class weight ',' has no '='");
    assert_refused("fine=1", "class weights name the label 'fine', which the data does not have");
    assert_refused("good, really=1", "has no '='");
    assert_refused("a=b=1", "name the label 'a', which");
    assert_refused("bad=", "the class weight '' is not a number from 0 to 1000000");
    assert_refused("bad=-1", "the class weight '-1' is not a number");
    assert_refused("bad=nan", "the class weight 'nan' is not a number");
    assert_refused("bad=inf", "the class weight 'inf' is not a number");
    assert_refused("bad=1000001", "the class weight '1000001' is not a number from 0 to 1000000");
    assert_refused("bad=2 ", "the class weight '2 ' is not a number");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(balanced_classes_have_the_same_sum),
        cmocka_unit_test(balanced_leaves_absent_classes_alone),
        cmocka_unit_test(listed_labels_get_their_weights),
        cmocka_unit_test(what_is_no_list_is_refused),
    };
    return cmocka_run_group_tests(tests, name_labels, free_labels);
}
