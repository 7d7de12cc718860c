/* What a recipe is told as. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "recipe_line.h"

static void assert_recipe(const seqnet_train_options *options, bool has_texts, const char *expected)
{
    char text[RECIPE_TEXT];
    assert_string_equal(recipe_line(options, has_texts, text), expected);
}

static void test_what_is_off_is_not_told(void **state)
{
    const seqnet_train_options options = seqnet_train_options_default();
    (void)state;
    assert_recipe(&options, true, "10 epochs, batch 128, rmsprop, lr 0.001");
}

static void test_what_is_on_is(void **state)
{
    seqnet_train_options o = seqnet_train_options_default();
    (void)state;
    o.epochs = 1;
    o.optimizer = SEQNET_SGD;
    o.schedule = SEQNET_SCHEDULE_COSINE;
    o.warmup = 0.1;
    o.momentum = 0.9;
    o.clip_norm = 1.0;
    o.l2 = 1e-5;
    o.word_dropout = 0.5;
    o.dropout = 0.3;
    o.spatial_dropout = 0.2;
    o.recurrent_dropout = 0.1;
    o.ema = 0.998;
    o.patience = 5;
    o.monitor = SEQNET_VAL_LOSS;
    o.vectors = "auto";
    o.class_weight = "balanced";
    o.refit = true;
    assert_recipe(
        &o, true,
        "1 epoch, batch 128, sgd, lr 0.001, cosine schedule, warmup 0.1, momentum 0.9, "
        "clip norm 1, l2 1e-05, word dropout 0.5, dropout 0.3, spatial dropout 0.2, "
        "recurrent dropout 0.1, ema 0.998, patience 5, best by val_loss, vectors counted, "
        "class weight balanced, then again on all rows");
}

static void test_ngrams_are_of_texts(void **state)
{
    seqnet_train_options o = seqnet_train_options_default();
    (void)state;
    o.ngrams = SEQNET_NGRAMS_AUTO;
    assert_recipe(&o, true, "n-grams and a network, 10 epochs, batch 128, rmsprop, lr 0.001");
    assert_recipe(&o, false, "10 epochs, batch 128, rmsprop, lr 0.001");
    o.ngrams = SEQNET_NGRAMS_ONLY;
    assert_recipe(&o, true, "n-grams alone");
    o.ngram_refit = true;
    assert_recipe(&o, true, "n-grams alone, then again on all rows");
}

static void test_long_names_are_cut(void **state)
{
    char path[600], text[RECIPE_TEXT];
    seqnet_train_options o = seqnet_train_options_default();
    (void)state;
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    o.vectors = o.class_weight = path;
    assert_int_equal(strlen(recipe_line(&o, true, text)), 39 + 2 * 62 + 8 + 13);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_off_is_not_told),
        cmocka_unit_test(test_what_is_on_is),
        cmocka_unit_test(test_ngrams_are_of_texts),
        cmocka_unit_test(test_long_names_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
