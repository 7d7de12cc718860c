/*
 * On builtin:demo word order decides: the default LSTM(32) passes 95 % on held-out texts, where a
 * bag of words (unit/test_demo.c) stays under 75 %.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <seqnet/seqnet.h>

static void the_default_model_reads_word_order(void **state)
{
    (void)state;
    seqnet_dataset *dataset;
    seqnet_model *model;
    seqnet_train_result result;
    seqnet_evaluation e;
    seqnet_dataset_options data = seqnet_dataset_options_default();
    data.splits.validation_split = 0.2;
    data.splits.tail = true;
    const seqnet_train_options options = seqnet_train_options_default();
    assert_int_equal(seqnet_dataset_load(&dataset, "builtin:demo", &data, NULL), SEQNET_OK);
    assert_int_equal(seqnet_model_train(&model, dataset, &options, &result, NULL), SEQNET_OK);
    assert_int_equal(seqnet_evaluation_init(&e, 2, NULL), SEQNET_OK);
    assert_int_equal(seqnet_model_evaluate(model, dataset, SEQNET_TEST, 0, 0, &e, NULL), SEQNET_OK);
    print_message("LSTM(32), %zu held-out texts: accuracy %.4f\n", e.n, e.accuracy);
    assert_true(e.accuracy >= 0.95);
    seqnet_evaluation_free(&e);
    seqnet_model_free(model);
    seqnet_dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_default_model_reads_word_order)};
    return cmocka_run_group_tests_name("demo accuracy", tests, NULL, NULL);
}
