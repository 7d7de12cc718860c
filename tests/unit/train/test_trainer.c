/*
 * What a training run is made of: the rows it trains on and validates with, the weights of rows,
 * words hidden at random, the mean of the weights, and when it ends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include <seqnet/seqnet.h>

#include "pad.h"
#include "records.h"
#include "trainer.h"

static seqnet_dataset *three; /* labels a, b, c, each with words of its own */

static seqnet_dataset *load_csv(const char *text, const char *weight_field, const char *validation)
{
    seqnet_error err = {0};
    seqnet_dataset *dataset = NULL;
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.records.reader.weight_field = weight_field;
    options.splits.validation = validation;
    assert_ok(seqnet_dataset_load(&dataset, write_text("rows.csv", text).text, &options, &err),
              &err);
    return dataset;
}

/* Lets the last `count` training rows validate. */
static void validate_with_last(seqnet_dataset *dataset, size_t count)
{
    dataset->tail_split = true;
    sn_dataset_show_parts(dataset, dataset->fitted.count - count);
}

/* Rows of a, b and c in turn, the last fifth to validate with, of 3 to 9 words; the label's word is
 * one of them. With a column of weights, unless it is NULL. */
static seqnet_dataset *make_rows(size_t rows, const char *weight)
{
    static const char *const words[] = {"alpha", "beta", "gamma"};
    text_log text = {0};
    log_text(&text, "label,text,weight\n");
    uint32_t noise = 1;
    for (size_t i = 0; i < rows; i++) {
        char line[64];
        (void)snprintf(line, sizeof line, "%c,it", (char)('a' + i % 3));
        log_text(&text, line);
        const size_t length = 2 + i % 7, at = i % length;
        for (size_t w = 0; w < length; w++) {
            noise = noise * 1664525 + 1013904223;
            (void)snprintf(line, sizeof line, " w%u", (unsigned)(noise >> 27));
            log_text(&text, w == at ? " " : line);
            if (w == at)
                log_text(&text, words[i % 3]);
        }
        log_text(&text, ",");
        log_text(&text, weight ? weight : "1");
        log_text(&text, "\n");
    }
    seqnet_dataset *const dataset = load_csv(text.text, weight ? "weight" : NULL, NULL);
    free(text.text);
    validate_with_last(dataset, rows / 5);
    return dataset;
}

static int open_all(void **state)
{
    if (make_folder(state))
        return -1;
    three = make_rows(300, NULL);
    return 0;
}

static int close_all(void **state)
{
    seqnet_dataset_free(three);
    return remove_folder(state);
}

static seqnet_train_options small_options(void)
{
    seqnet_train_options options = seqnet_train_options_default();
    options.epochs = 3;
    options.units[0] = 8;
    options.embedding_dim = 8;
    options.batch_size = 32;
    options.threads = 2;
    return options;
}

/* All that the recipe for texts uses. */
static seqnet_train_options text_options(void)
{
    seqnet_train_options options = seqnet_train_options_for(three, SEQNET_PRESET_LSTM);
    options.epochs = 4;
    options.units[0] = options.embedding_dim = 8;
    options.threads = 2;
    return options;
}

static seqnet_train_result train(seqnet_model **model, const seqnet_dataset *dataset,
                                 const seqnet_train_options *options)
{
    seqnet_error err = {0};
    seqnet_train_result result;
    assert_ok(seqnet_model_train(model, dataset, options, &result, &err), &err);
    return result;
}

typedef struct fingerprint {
    char text[40];
} fingerprint;

static fingerprint fingerprint_of(const seqnet_dataset *dataset, seqnet_train_options options)
{
    seqnet_model *model;
    fingerprint print;
    (void)train(&model, dataset, &options);
    (void)snprintf(print.text, sizeof print.text, "%s", seqnet_model_fingerprint(model));
    seqnet_model_free(model);
    return print;
}

static void assert_not_trained(const seqnet_dataset *dataset, seqnet_train_options options,
                               seqnet_status status, const char *sentence)
{
    seqnet_error err = {0};
    seqnet_model *model;
    seqnet_train_result result;
    assert_failure(seqnet_model_train(&model, dataset, &options, &result, &err), &err, status,
                   sentence);
    assert_null(model);
}

/* ---- One step ---- */

static seqnet_trainer *open_trainer(const seqnet_dataset *dataset,
                                    const seqnet_train_options *options)
{
    seqnet_error err = {0};
    seqnet_trainer *t;
    assert_ok(seqnet_trainer_create(&t, dataset, options, &err), &err);
    return t;
}

/* The gradient of the training rows `first` to `first + count - 1`, in the order of the data. */
static float *gradient_of(const seqnet_dataset *dataset, const char *class_weight, size_t first,
                          size_t count, size_t *floats, double *loss)
{
    seqnet_train_options options = small_options();
    options.class_weight = class_weight;
    seqnet_trainer *const t = open_trainer(dataset, &options);
    sn_loss_sums sums = {0};
    sn_trainer_take_batch(t, first, count, &sums);
    *floats = t->plan.outline->network.table.floats;
    *loss = sums.loss;
    float *const gradient = malloc(*floats * sizeof *gradient);
    assert_non_null(gradient);
    memcpy(gradient, t->scratch.gradients, *floats * sizeof *gradient);
    seqnet_trainer_free(t);
    return gradient;
}

/* That a weighted row's gradient and loss are `factor`, a power of two, times the other's. */
static void assert_factor(const seqnet_dataset *dataset, const char *class_weight, size_t row,
                          float factor)
{
    size_t floats, weighted_floats, moving = 0;
    double loss, weighted_loss;
    float *const plain = gradient_of(three, NULL, row, 1, &floats, &loss);
    float *const weighted =
        gradient_of(dataset, class_weight, row, 1, &weighted_floats, &weighted_loss);
    assert_int_equal(floats, weighted_floats);
    for (size_t i = 0; i < floats; i++) {
        moving += plain[i] != 0.0F;
        if (weighted[i] != factor * plain[i])
            fail_msg("gradient %zu is %g, not %g times %g", i, (double)weighted[i], (double)factor,
                     (double)plain[i]);
    }
    assert_true(moving > 100);
    assert_true(fabs(weighted_loss - (double)factor * loss) < 1e-9);
    free(plain);
    free(weighted);
}

static void a_class_weight_scales_the_gradient_of_its_rows(void **state)
{
    (void)state;
    assert_factor(three, "a=4", 0, 4.0F);
    assert_factor(three, "a=4", 1, 1.0F);
    assert_factor(three, "b=0.5,c=0", 1, 0.5F);
    assert_factor(three, "b=0.5,c=0", 2, 0.0F);
    assert_factor(three, "balanced", 2, 1.0F);
}

static void a_row_weight_scales_its_gradient_too(void **state)
{
    (void)state;
    seqnet_dataset *const heavy = make_rows(300, "8");
    assert_factor(heavy, NULL, 0, 8.0F);
    assert_factor(heavy, "a=0.5", 0, 4.0F);
    assert_factor(heavy, "a=0.5", 1, 8.0F);
    seqnet_dataset_free(heavy);
}

/* In a batch the mean is over its rows, weighted or not. */
static void weights_do_not_change_what_a_batch_is_divided_by(void **state)
{
    (void)state;
    size_t floats;
    double loss[3];
    float *const both = gradient_of(three, "b=2", 0, 2, &floats, &loss[0]);
    float *const first = gradient_of(three, NULL, 0, 1, &floats, &loss[1]);
    float *const second = gradient_of(three, NULL, 1, 1, &floats, &loss[2]);
    for (size_t i = 0; i < floats; i++) {
        const double expected = ((double)first[i] + 2.0 * (double)second[i]) / 2.0;
        assert_true(fabs((double)both[i] - expected) < 1e-6);
    }
    assert_true(fabs(loss[0] - (loss[1] + 2.0 * loss[2])) < 1e-6);
    free(both);
    free(first);
    free(second);
}

static void weights_of_one_change_nothing(void **state)
{
    (void)state;
    const fingerprint plain = fingerprint_of(three, small_options());
    seqnet_train_options options = small_options();
    options.class_weight = "a=1";
    assert_string_equal(fingerprint_of(three, options).text, plain.text);
    seqnet_dataset *ones = make_rows(300, "1");
    assert_non_null(ones->parts[SEQNET_TRAIN].weights);
    assert_string_equal(fingerprint_of(ones, small_options()).text, plain.text);
    seqnet_dataset_free(ones);
    options.class_weight = "a=3";
    assert_string_not_equal(fingerprint_of(three, options).text, plain.text);
}

static void bad_class_weights_are_refused(void **state)
{
    (void)state;
    seqnet_train_options options = small_options();
    options.class_weight = "d=1";
    assert_not_trained(three, options, SEQNET_ERR_USAGE, "class weights name the label 'd'");
}

static void hidden_words_are_unknown_ones(void **state)
{
    (void)state;
    seqnet_train_options options = small_options();
    options.word_dropout = 0.25;
    options.batch_size = 1000;
    options.maxlen = 5;
    validate_with_last(three, 0);
    char before[SN_HASH_TEXT], after[SN_HASH_TEXT];
    assert_int_equal(seqnet_dataset_hash(three, before, NULL), SEQNET_OK);
    seqnet_trainer *const t = open_trainer(three, &options);
    sn_loss_sums sums = {0};
    size_t words = 0, hidden = 0;
    for (int round = 0; round < 4; round++) {
        sn_trainer_take_batch(t, 0, 300, &sums);
        for (size_t row = 0; row < 300; row++) {
            size_t length = sn_rows_length(&t->plan.train, row);
            const int32_t *const ids =
                sn_truncate(sn_rows_ids(&t->plan.train, row, NULL), &length, 5, SEQNET_PRE);
            assert_int_equal(t->scratch.lengths[row], length);
            for (size_t i = 0; i < length; i++) {
                const int32_t shown = t->scratch.row_ids[row][i];
                words += ids[i] > 3;
                hidden += shown != ids[i];
                assert_true(shown == ids[i] || (ids[i] > 3 && shown == 2));
            }
        }
    }
    seqnet_trainer_free(t);
    assert_true(words > 4000);
    assert_true(fabs((double)hidden / (double)words - 0.25) < 0.03);
    assert_int_equal(seqnet_dataset_hash(three, after, NULL), SEQNET_OK);
    assert_string_equal(before, after);
    validate_with_last(three, 60);
}

static void word_dropout_follows_the_seed(void **state)
{
    (void)state;
    seqnet_train_options options = small_options();
    const fingerprint without = fingerprint_of(three, options);
    options.word_dropout = 0.3;
    const fingerprint with = fingerprint_of(three, options);
    assert_string_not_equal(with.text, without.text);
    assert_string_equal(fingerprint_of(three, options).text, with.text);
    options.word_dropout = 0.0;
    assert_string_equal(fingerprint_of(three, options).text, without.text);
}

static void word_dropout_needs_an_id_for_unknown_words(void **state)
{
    (void)state;
    seqnet_error err = {0};
    seqnet_dataset *dataset = NULL;
    seqnet_dataset_options data = seqnet_dataset_options_default();
    data.ids.oov_char = SEQNET_ID_NONE;
    assert_ok(seqnet_dataset_load(&dataset, "builtin:demo:100", &data, &err), &err);
    seqnet_train_options options = small_options();
    options.word_dropout = 0.1;
    assert_not_trained(dataset, options, SEQNET_ERR_USAGE,
                       "word dropout needs an out-of-vocabulary id");
    options = seqnet_train_options_for(dataset, SEQNET_PRESET_IDS); /* does without */
    options.epochs = 1;
    (void)fingerprint_of(dataset, options);
    seqnet_dataset_free(dataset);
}

/* ---- Whole runs ---- */

static void threads_change_no_bit_of_any_of_it(void **state)
{
    (void)state;
    seqnet_dataset *const heavy = make_rows(300, "1.5");
    seqnet_train_options options = text_options();
    options.class_weight = "balanced";
    options.recurrent_dropout = 0.2;
    options.threads = 1;
    const fingerprint one = fingerprint_of(heavy, options);
    for (options.threads = 2; options.threads <= 3; options.threads++)
        assert_string_equal(fingerprint_of(heavy, options).text, one.text);
    options.seed = 2;
    assert_string_not_equal(fingerprint_of(heavy, options).text, one.text);
    seqnet_dataset_free(heavy);
}

static void three_classes_are_learnt(void **state)
{
    (void)state;
    seqnet_model *model;
    seqnet_evaluation all;
    seqnet_train_options options = text_options();
    options.epochs = 30;
    const seqnet_train_result result = train(&model, three, &options);
    assert_true(result.val_accuracy > 0.95);
    assert_int_equal(seqnet_model_label_count(model), 3);
    assert_int_equal(seqnet_evaluation_init(&all, 3, NULL), SEQNET_OK);
    assert_int_equal(seqnet_model_evaluate(model, three, SEQNET_TRAIN, 0, 1, &all, NULL),
                     SEQNET_OK);
    assert_true(all.accuracy > 0.95);
    for (size_t c = 0; c < 3; c++)
        assert_true(all.confusion[c * 4] > 72);
    seqnet_evaluation_free(&all);
    seqnet_model_free(model);
}

static void a_mean_of_the_weights_is_what_is_validated_and_kept(void **state)
{
    (void)state;
    seqnet_model *model;
    seqnet_evaluation last;
    seqnet_train_options options = small_options();
    const fingerprint plain = fingerprint_of(three, options);
    options.ema = 0.9;
    const seqnet_train_result result = train(&model, three, &options);
    assert_string_not_equal(seqnet_model_fingerprint(model), plain.text);
    assert_int_equal(seqnet_evaluation_init(&last, 3, NULL), SEQNET_OK);
    assert_int_equal(seqnet_model_evaluate(model, three, SEQNET_VALIDATION, 0, 1, &last, NULL),
                     SEQNET_OK);
    assert_true(fabs(last.loss - result.val_loss) < 1e-6);
    seqnet_evaluation_free(&last);
    seqnet_model_free(model);
}

/* The rows set aside have weights that only the second training meets. */
static void a_second_training_that_diverges_is_told(void **state)
{
    (void)state;
    float weights[300];
    seqnet_model *model;
    seqnet_train_options options = small_options();
    options.refit = true;
    for (size_t row = 0; row < 300; row++)
        weights[row] = row < 240 ? 1.0F : (float)INFINITY;
    three->fitted.weights = weights;
    validate_with_last(three, 60);
    const seqnet_train_result result = train(&model, three, &options);
    three->fitted.weights = NULL;
    validate_with_last(three, 60);
    assert_true(result.refit_diverged);
    assert_int_equal(result.refit_epochs, 0);
    seqnet_model_free(model);
}

static void patience_ends_a_training_that_stands_still(void **state)
{
    (void)state;
    seqnet_model *model;
    seqnet_train_options options = small_options();
    options.learning_rate = 1e-30;
    options.epochs = 9;
    for (options.patience = 1; options.patience < 4; options.patience++) {
        const seqnet_train_result result = train(&model, three, &options);
        assert_true(result.stopped_early);
        assert_int_equal(result.kept_epoch, 1);
        assert_int_equal(result.epochs_run, 1 + options.patience);
        seqnet_model_free(model);
    }
    options.patience = 8; /* runs out with the last epoch: that is no early end */
    seqnet_train_result result = train(&model, three, &options);
    assert_false(result.stopped_early);
    assert_int_equal(result.epochs_run, 9);
    seqnet_model_free(model);
    options.patience = 1;
    validate_with_last(three, 0); /* nothing tells whether it stands still */
    result = train(&model, three, &options);
    validate_with_last(three, 60);
    assert_false(result.stopped_early);
    assert_int_equal(result.epochs_run, 9);
    seqnet_model_free(model);
}

typedef struct history {
    size_t epochs, train_rows, validation_rows;
    double accuracy[32], loss[32];
} history;

static bool write_down(void *user, const seqnet_train_event *event)
{
    history *const h = user;
    h->train_rows = event->train_rows;
    h->validation_rows = event->validation_rows;
    if (event->kind == SEQNET_TRAIN_EPOCH_END) {
        h->accuracy[h->epochs] = event->val_accuracy;
        h->loss[h->epochs++] = event->val_loss;
    }
    return true;
}

/* The learning rate is such that the two disagree. */
static void the_monitor_says_which_epoch_is_best(void **state)
{
    (void)state;
    size_t kept[2];
    seqnet_dataset *demo = NULL;
    seqnet_dataset_options data = seqnet_dataset_options_default();
    data.splits.validation_split = 0.2;
    data.splits.tail = true;
    assert_int_equal(seqnet_dataset_load(&demo, "builtin:demo:300", &data, NULL), SEQNET_OK);
    for (int monitor = SEQNET_VAL_ACCURACY; monitor <= SEQNET_VAL_LOSS; monitor++) {
        history h = {0};
        size_t best = 0;
        seqnet_model *model;
        seqnet_train_options options = small_options();
        options.learning_rate = 0.02;
        options.epochs = 30;
        options.monitor = (seqnet_monitor)monitor;
        options.callback = write_down;
        options.user = &h;
        const seqnet_train_result result = train(&model, demo, &options);
        seqnet_model_free(model);
        for (size_t i = 1; i < h.epochs; i++) {
            const bool tie = h.accuracy[i] == h.accuracy[best];
            if (monitor == SEQNET_VAL_LOSS || tie)
                best = h.loss[i] < h.loss[best] ? i : best;
            else
                best = h.accuracy[i] > h.accuracy[best] ? i : best;
        }
        assert_int_equal(result.kept_epoch, best + 1);
        assert_true(result.val_loss == h.loss[best]);
        kept[monitor] = result.kept_epoch;
    }
    assert_int_not_equal(kept[0], kept[1]);
    seqnet_dataset_free(demo);
}

static void a_validation_part_is_used_where_there_is_one(void **state)
{
    (void)state;
    history h = {0};
    seqnet_model *model;
    const test_path path =
        write_text("val.csv", "label,text\na,it alpha\nb,it beta\na,alpha\nb,w1 beta\n");
    seqnet_dataset *const dataset =
        load_csv("label,text\na,alpha it\nb,beta it\na,it alpha w1\n", NULL, path.text);
    seqnet_train_options options = small_options();
    options.callback = write_down;
    options.user = &h;
    const seqnet_train_result result = train(&model, dataset, &options);
    assert_int_equal(h.train_rows, 3);
    assert_int_equal(h.validation_rows, 4);
    seqnet_evaluation e;
    assert_int_equal(seqnet_evaluation_init(&e, 2, NULL), SEQNET_OK);
    assert_int_equal(seqnet_model_evaluate(model, dataset, SEQNET_VALIDATION, 0, 1, &e, NULL),
                     SEQNET_OK);
    assert_true(fabs(e.loss - result.val_loss) < 1e-9);
    seqnet_evaluation_free(&e);
    seqnet_model_free(model);
    seqnet_dataset_free(dataset);
}

static void a_split_of_one_class_is_refused(void **state)
{
    (void)state;
    seqnet_dataset *const sorted =
        load_csv("label,text\na,x\na,x\na,x\na,x\na,x\nb,y\nb,y\nb,y\nb,y\nb,y\n", NULL, NULL);
    const seqnet_train_options options = small_options();
    validate_with_last(sorted, 2);
    assert_not_trained(
        sorted, options, SEQNET_ERR_DATA,
        "rows.csv: the 2 rows to validate with are of one label, 'b', the split being taken from "
        "the rows' end; shuffle the rows, or choose another .validation_split");
    validate_with_last(sorted, 5);
    assert_not_trained(
        sorted, options, SEQNET_ERR_DATA,
        "rows.csv: the 5 rows to train on are of one label, 'a', the split being taken");
    seqnet_dataset_free(sorted);
}

/* ---- Word vectors ---- */

static void embeddings_start_from_vectors(void **state)
{
    (void)state;
    seqnet_model *model;
    const seqnet_dataset *const data = three;
    const test_path path =
        write_text("eight.vec", "3 8\nalpha 1 2 3 4 5 6 7 8\nbeta -1 -2 -3 -4 -5 -6 -7 -8\n"
                                "nobody 0 0 0 0 0 0 0 1\n");
    seqnet_train_options options = small_options();
    options.vectors = path.text;
    options.learning_rate = 1e-30;
    options.epochs = 1;
    const seqnet_train_result result = train(&model, data, &options);
    assert_int_equal(result.vector_words, 2);
    size_t words = 0, covered = 0;
    const sn_rows *const rows = &data->parts[SEQNET_TRAIN];
    int32_t ids[2] = {0, 0};
    for (int32_t id = 4; id < (int32_t)seqnet_dataset_id_count(data); id++) {
        size_t length;
        const char *const word = seqnet_dataset_word(data, id, &length);
        if (length == 5 && memcmp(word, "alpha", 5) == 0)
            ids[0] = id;
        if (length == 4 && memcmp(word, "beta", 4) == 0)
            ids[1] = id;
    }
    for (size_t i = 0; i < rows->offsets[240]; i++) {
        words += rows->ids[i] > 3;
        covered += rows->ids[i] == ids[0] || rows->ids[i] == ids[1];
    }
    assert_true(fabs(result.vector_coverage - (double)covered / (double)words) < 1e-12);
    for (size_t i = 0; i < 8; i++) {
        assert_true(model->weights[(size_t)ids[0] * 8 + i] == (float)(i + 1));
        assert_true(model->weights[(size_t)ids[1] * 8 + i] == -(float)(i + 1));
    }
    seqnet_model_free(model);
}

static void vectors_must_fit(void **state)
{
    (void)state;
    const test_path path = write_text("two.vec", "alpha 1 2\n");
    seqnet_train_options options = small_options();
    options.vectors = path.text;
    assert_not_trained(three, options, SEQNET_ERR_USAGE,
                       "two.vec:1: has vectors of 2 numbers, the embedding is of 8; pass "
                       ".embedding_dim 2");
    const test_path missing = in_folder("missing.vec");
    options.vectors = missing.text;
    assert_not_trained(three, options, SEQNET_ERR_DATA, "missing.vec: cannot be opened");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_class_weight_scales_the_gradient_of_its_rows),
        cmocka_unit_test(a_row_weight_scales_its_gradient_too),
        cmocka_unit_test(weights_do_not_change_what_a_batch_is_divided_by),
        cmocka_unit_test(weights_of_one_change_nothing),
        cmocka_unit_test(bad_class_weights_are_refused),
        cmocka_unit_test(hidden_words_are_unknown_ones),
        cmocka_unit_test(word_dropout_follows_the_seed),
        cmocka_unit_test(word_dropout_needs_an_id_for_unknown_words),
        cmocka_unit_test(threads_change_no_bit_of_any_of_it),
        cmocka_unit_test(three_classes_are_learnt),
        cmocka_unit_test(a_mean_of_the_weights_is_what_is_validated_and_kept),
        cmocka_unit_test(a_second_training_that_diverges_is_told),
        cmocka_unit_test(patience_ends_a_training_that_stands_still),
        cmocka_unit_test(the_monitor_says_which_epoch_is_best),
        cmocka_unit_test(a_validation_part_is_used_where_there_is_one),
        cmocka_unit_test(a_split_of_one_class_is_refused),
        cmocka_unit_test(embeddings_start_from_vectors),
        cmocka_unit_test(vectors_must_fit),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
