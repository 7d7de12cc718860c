/* What linear classifiers over words and pairs of words reach on the validation rows. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <seqnet/seqnet.h>

static seqnet_baseline measure(const char *data, double validation_split, size_t threads)
{
    seqnet_dataset *dataset;
    seqnet_baseline baseline;
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.splits.validation_split = validation_split;
    options.splits.tail = true;
    assert_int_equal(seqnet_dataset_load(&dataset, data, &options, NULL), SEQNET_OK);
    assert_int_equal(seqnet_dataset_baseline(dataset, threads, &baseline, NULL), SEQNET_OK);
    assert_int_equal(baseline.rows, seqnet_dataset_count(dataset, SEQNET_VALIDATION));
    seqnet_dataset_free(dataset);
    return baseline;
}

static void threads_change_nothing(void **state)
{
    (void)state;
    const seqnet_baseline one = measure("builtin:demo:4000", 0.2, 1);
    const seqnet_baseline three = measure("builtin:demo:4000", 0.2, 3);
    assert_true(one.accuracy == three.accuracy && one.ngrams == three.ngrams);
    assert_true(one.accuracy > 0.6 && one.accuracy < 0.8); /* the demo needs the order of words */
    assert_true(one.ngrams > 300);
}

static void without_rows_it_is_unknown(void **state)
{
    (void)state;
    const seqnet_baseline none = measure("builtin:demo:100", 0.0, 1);
    assert_true(isnan(none.accuracy) && none.ngrams == 0);
}

/* Its label is the one word that counts, wherever that stands. */
static void words_that_tell_the_label_are_found(void **state)
{
    (void)state;
    const seqnet_baseline recall = measure("builtin:recall:4:1000", 0.2, 1);
    assert_true(recall.accuracy > 0.95);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(without_rows_it_is_unknown),
        cmocka_unit_test(words_that_tell_the_label_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
