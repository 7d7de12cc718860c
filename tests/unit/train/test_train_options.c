/* Where the options of training come from, and their ranges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include <seqnet/seqnet.h>

#include "dataset.h"

static seqnet_dataset rows_of(size_t rows, bool text)
{
    static char source[] = "some.csv";
    seqnet_dataset dataset = {.source = source, .from_text = text};
    dataset.parts[SEQNET_TRAIN].count = rows;
    return dataset;
}

static void the_default_is_keras_tutorial(void **state)
{
    (void)state;
    const seqnet_train_options o = seqnet_train_options_default();
    assert_null(seqnet_train_options_check(&o));
    assert_int_equal(o.optimizer, SEQNET_RMSPROP);
    assert_int_equal(o.pooling, SEQNET_POOLING_LAST);
    assert_int_equal(o.epochs, 10);
    assert_int_equal(o.batch_size, 128);
    assert_true(o.dropout == 0.0 && o.word_dropout == 0.0 && o.ema == 0.0);
    assert_int_equal(o.patience, 0);
    assert_null(o.class_weight);
    assert_null(o.vectors);
}

static void the_preset_follows_the_data(void **state)
{
    (void)state;
    const seqnet_dataset text = rows_of(500, true), ids = rows_of(500, false);
    assert_int_equal(seqnet_train_options_for(&text, SEQNET_PRESET_AUTO).pooling,
                     SEQNET_POOLING_MAX_MEAN);
    assert_int_equal(seqnet_train_options_for(&ids, SEQNET_PRESET_AUTO).preset, SEQNET_PRESET_IDS);
    assert_int_equal(seqnet_train_options_for(&text, SEQNET_PRESET_IDS).preset, SEQNET_PRESET_IDS);
    assert_int_equal(seqnet_train_options_for(&ids, SEQNET_PRESET_KERAS).preset,
                     SEQNET_PRESET_KERAS);
    assert_int_equal(seqnet_train_options_for(&ids, SEQNET_PRESET_TEXT).pooling,
                     SEQNET_POOLING_MAX_MEAN);
    assert_int_equal(seqnet_train_options_for(&text, SEQNET_PRESET_KERAS).pooling,
                     SEQNET_POOLING_LAST);
    seqnet_dataset *demo = NULL;
    const seqnet_dataset_options options = seqnet_dataset_options_default();
    assert_int_equal(seqnet_dataset_load(&demo, "builtin:demo:100", &options, NULL), SEQNET_OK);
    assert_int_equal(seqnet_train_options_for(demo, SEQNET_PRESET_AUTO).preset,
                     SEQNET_PRESET_KERAS);
    assert_int_equal(seqnet_train_options_for(demo, SEQNET_PRESET_TEXT).pooling,
                     SEQNET_POOLING_MAX_MEAN);
    seqnet_dataset_free(demo);
}

static void texts_that_were_kept_get_ngrams(void **state)
{
    (void)state;
    const sn_text_info text = {.text = "a"};
    seqnet_dataset kept = rows_of(500, true), ids = rows_of(500, false);
    assert_int_equal(seqnet_train_options_for(&kept, SEQNET_PRESET_TEXT).ngrams, SEQNET_NGRAMS_OFF);
    kept.parts[SEQNET_TRAIN].texts = &text;
    assert_int_equal(seqnet_train_options_for(&kept, SEQNET_PRESET_AUTO).ngrams,
                     SEQNET_NGRAMS_AUTO);
    assert_int_equal(seqnet_train_options_for(&kept, SEQNET_PRESET_FAST).ngrams,
                     SEQNET_NGRAMS_ONLY);
    assert_int_equal(seqnet_train_options_for(&kept, SEQNET_PRESET_LSTM).ngrams, SEQNET_NGRAMS_OFF);
    assert_int_equal(seqnet_train_options_for(&kept, SEQNET_PRESET_KERAS).ngrams,
                     SEQNET_NGRAMS_OFF);
    assert_int_equal(seqnet_train_options_for(&ids, SEQNET_PRESET_TEXT).ngrams, SEQNET_NGRAMS_OFF);
    /* refused when the training begins: n-grams are of texts */
    assert_int_equal(seqnet_train_options_for(&ids, SEQNET_PRESET_FAST).ngrams, SEQNET_NGRAMS_ONLY);
}

/* A dataset of texts with 200 words each. */
static seqnet_dataset long_texts(size_t rows, size_t *offsets)
{
    static const sn_text_info text = {.text = "a"};
    seqnet_dataset dataset = rows_of(rows, true);
    for (size_t i = 0; i <= rows; i++)
        offsets[i] = 200 * i;
    dataset.fitted.offsets = offsets;
    dataset.fitted.count = rows;
    dataset.parts[SEQNET_TRAIN] = sn_sequences_view(&dataset.fitted);
    dataset.parts[SEQNET_TRAIN].texts = &text;
    return dataset;
}

static void assert_lstm(const seqnet_train_options *o)
{
    assert_true(o->cell == SEQNET_CELL_LSTM && o->units[0] == 32 && o->filters[0] == 0 &&
                o->kernel_size[0] == 0 && o->mask_zero && o->pooling == SEQNET_POOLING_MAX_MEAN);
    assert_true(o->learning_rate == 3e-3);
}

static void long_texts_get_convolutions(void **state)
{
    (void)state;
    static const size_t rows[] = {2000, 5000, 5001, 20000, 20001, 30000};
    static const seqnet_preset presets[] = {SEQNET_PRESET_AUTO, SEQNET_PRESET_ACCURATE};
    size_t *const offsets = calloc(30001, sizeof *offsets);
    assert_non_null(offsets);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const seqnet_dataset data = long_texts(rows[i], offsets);
        int64_t passes[2];
        for (size_t p = 0; p < 2; p++) {
            const seqnet_train_options o = seqnet_train_options_for(&data, presets[p]);
            assert_null(seqnet_train_options_check(&o));
            assert_true(o.cell == SEQNET_CELL_CONV1D && o.units[0] == 0 && o.kernel_size[2] == 5);
            assert_true(o.ngrams == SEQNET_NGRAMS_AUTO && o.vectors && !o.mask_zero);
            passes[p] = o.epochs;
        }
        assert_true(passes[1] > passes[0]);
        const seqnet_train_options lstm =
            seqnet_train_options_for_cell(&data, SEQNET_PRESET_TEXT, SEQNET_CELL_LSTM);
        assert_null(seqnet_train_options_check(&lstm));
        assert_lstm(&lstm);
    }
    const seqnet_dataset few = long_texts(1999, offsets);
    const seqnet_train_options o = seqnet_train_options_for(&few, SEQNET_PRESET_TEXT);
    assert_lstm(&o);
    free(offsets);
}

/* The presets without n-grams, and those for other data, keep their network. */
static void other_presets_keep_their_cell(void **state)
{
    (void)state;
    size_t *const offsets = calloc(3001, sizeof *offsets);
    assert_non_null(offsets);
    const seqnet_dataset data = long_texts(3000, offsets);
    static const seqnet_preset presets[] = {SEQNET_PRESET_KERAS, SEQNET_PRESET_LSTM,
                                            SEQNET_PRESET_IDS};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(seqnet_train_options_for(&data, presets[i]).cell, SEQNET_CELL_LSTM);
    const seqnet_train_options gru =
        seqnet_train_options_for_cell(&data, SEQNET_PRESET_TEXT, SEQNET_CELL_GRU);
    assert_null(seqnet_train_options_check(&gru));
    assert_true(gru.cell == SEQNET_CELL_GRU && gru.units[0] == 32);
    const seqnet_train_options conv =
        seqnet_train_options_for_cell(&data, SEQNET_PRESET_LSTM, SEQNET_CELL_CONV1D);
    assert_null(seqnet_train_options_check(&conv));
    assert_true(conv.cell == SEQNET_CELL_CONV1D && conv.filters[0] == 0);
    free(offsets);
}

/* More rows: larger batches, fewer epochs. */
static void the_recipe_follows_the_number_of_rows(void **state)
{
    (void)state;
    static const size_t rows[] = {0, 1, 1999, 2000, 19999, 20000, 1000000};
    int64_t batch = 0, epochs = INT64_MAX;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const seqnet_dataset data = rows_of(rows[i], true);
        const seqnet_train_options o = seqnet_train_options_for(&data, SEQNET_PRESET_TEXT);
        assert_null(seqnet_train_options_check(&o));
        assert_true(o.batch_size >= batch && o.epochs <= epochs);
        assert_true(o.mask_zero && o.patience > 0 && o.ema > 0.0);
        batch = o.batch_size;
        epochs = o.epochs;
    }
    assert_true(batch > 16);
}

/* The layers of ids are the tutorial's whatever their number; batches grow with it. */
static void ids_have_the_layers_of_the_tutorial(void **state)
{
    (void)state;
    static const size_t rows[] = {0, 1, 100, 5000, 5001, 25000, 50000, 50001, 1000000};
    int64_t batch = 0, epochs = INT64_MAX;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const seqnet_dataset data = rows_of(rows[i], false);
        const seqnet_train_options o = seqnet_train_options_for(&data, SEQNET_PRESET_AUTO);
        assert_null(seqnet_train_options_check(&o));
        assert_true(o.pooling == SEQNET_POOLING_LAST && !o.mask_zero && o.units[0] == 32 &&
                    o.units[1] == 0 && o.embedding_dim == 32);
        assert_true(o.batch_size >= batch && o.epochs <= epochs);
        assert_true(o.word_dropout > 0.0 && o.refit == (rows[i] <= 50000));
        batch = o.batch_size;
        epochs = o.epochs;
    }
    assert_int_equal(batch, 128);
}

static void no_words_are_hidden_without_an_id_for_them(void **state)
{
    (void)state;
    seqnet_dataset ids = rows_of(500, false);
    ids.encoding.oov_char = SEQNET_ID_NONE;
    assert_true(seqnet_train_options_for(&ids, SEQNET_PRESET_AUTO).word_dropout == 0.0);
    assert_true(seqnet_train_options_for(&ids, SEQNET_PRESET_TEXT).word_dropout == 0.0);
    ids.encoding.oov_char = 0;
    assert_true(seqnet_train_options_for(&ids, SEQNET_PRESET_AUTO).word_dropout > 0.0);
}

static void the_new_options_have_ranges(void **state)
{
    (void)state;
    static const double bad[] = {-0.1, 1.0, (double)NAN, (double)INFINITY};
    for (size_t i = 0; i < 4; i++) {
        seqnet_train_options o = seqnet_train_options_default();
        o.dropout = bad[i];
        assert_string_equal(seqnet_train_options_check(&o),
                            "dropout and word_dropout must be at least 0 and below 1");
        o.dropout = 0.999;
        assert_null(seqnet_train_options_check(&o));
        o.word_dropout = bad[i];
        assert_string_equal(seqnet_train_options_check(&o),
                            "dropout and word_dropout must be at least 0 and below 1");
        o.word_dropout = 0.999;
        o.ema = bad[i];
        assert_string_equal(seqnet_train_options_check(&o), "ema must be at least 0 and below 1");
        o.ema = 0.999;
        o.recurrent_dropout = bad[i];
        assert_string_equal(seqnet_train_options_check(&o),
                            "recurrent_dropout must be at least 0 and below 1");
    }
    seqnet_train_options o = seqnet_train_options_default();
    o.patience = -1;
    assert_string_equal(seqnet_train_options_check(&o), "patience must be at least 0");
}

static void an_optimizer_has_values_of_its_own(void **state)
{
    (void)state;
    seqnet_train_options o = seqnet_train_options_default();
    seqnet_train_options_use_optimizer(&o, SEQNET_ADAMW);
    assert_int_equal(o.optimizer, SEQNET_ADAMW);
    assert_true(o.learning_rate == 0.001 && o.weight_decay == 0.004 && o.momentum == 0.0);
    assert_null(seqnet_train_options_check(&o));
    o = seqnet_train_options_default();
    seqnet_train_options_use_optimizer(&o, SEQNET_SGD);
    assert_true(o.learning_rate == 0.01 && o.weight_decay == 0.0 && o.momentum == 0.0);
    assert_null(seqnet_train_options_check(&o));
    o = seqnet_train_options_default();
    o.learning_rate = 0.003;
    seqnet_train_options_use_optimizer(&o, SEQNET_ADAM);
    assert_true(o.learning_rate == 0.003 && o.weight_decay == 0.0);
}

static void assert_refused(seqnet_train_options options, const char *reason)
{
    assert_string_equal(seqnet_train_options_check(&options), reason);
}

static void what_belongs_to_one_optimizer_is_refused_for_others(void **state)
{
    (void)state;
    for (int kind = SEQNET_RMSPROP; kind <= SEQNET_SGD; kind++) {
        seqnet_train_options o = seqnet_train_options_default();
        o.optimizer = (seqnet_optimizer)kind;
        o.momentum = 0.9;
        if (kind != SEQNET_SGD)
            assert_refused(o, "momentum belongs to SGD; choose .optimizer sgd, or leave .momentum "
                              "out");
        o.momentum = 0.0;
        o.weight_decay = 0.1;
        if (kind != SEQNET_ADAMW)
            assert_refused(o, "weight decay belongs to AdamW; choose .optimizer adamw, or leave "
                              ".weight_decay out");
        o.weight_decay = 0.0;
        o.nesterov = true;
        assert_refused(o, "Nesterov's steps are SGD's with momentum; choose .optimizer sgd and "
                          ".momentum, or leave .nesterov out");
    }
}

static void the_options_of_steps_have_ranges(void **state)
{
    (void)state;
    static const double bad[] = {-0.1, (double)NAN, (double)INFINITY};
    for (size_t i = 0; i < 3; i++) {
        seqnet_train_options o = seqnet_train_options_default();
        o.l2 = bad[i];
        assert_refused(o, "l2 must be from 0 to 1e38");
        o.clip_norm = bad[i];
        assert_refused(o, "clip_norm must be from 0 to 1e38");
        o.warmup = bad[i];
        assert_refused(o, "a warm-up is a whole number of steps, or below 1 a share of all; choose "
                          "another .warmup");
        o.optimizer = SEQNET_SGD;
        o.momentum = bad[i];
        assert_refused(o, "momentum must be at least 0 and below 1");
        o.optimizer = SEQNET_ADAMW;
        o.weight_decay = bad[i];
        assert_refused(o, "weight_decay must be from 0 to 1");
    }
    seqnet_train_options o = seqnet_train_options_default();
    o.warmup = 1.5;
    assert_refused(o, "a warm-up is a whole number of steps, or below 1 a share of all; choose "
                      "another .warmup");
    o.warmup = 0.5;
    assert_null(seqnet_train_options_check(&o));
    o.warmup = 1.0;
    assert_null(seqnet_train_options_check(&o));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_is_keras_tutorial),
        cmocka_unit_test(the_preset_follows_the_data),
        cmocka_unit_test(texts_that_were_kept_get_ngrams),
        cmocka_unit_test(long_texts_get_convolutions),
        cmocka_unit_test(other_presets_keep_their_cell),
        cmocka_unit_test(the_recipe_follows_the_number_of_rows),
        cmocka_unit_test(ids_have_the_layers_of_the_tutorial),
        cmocka_unit_test(no_words_are_hidden_without_an_id_for_them),
        cmocka_unit_test(the_new_options_have_ranges),
        cmocka_unit_test(an_optimizer_has_values_of_its_own),
        cmocka_unit_test(what_belongs_to_one_optimizer_is_refused_for_others),
        cmocka_unit_test(the_options_of_steps_have_ranges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
