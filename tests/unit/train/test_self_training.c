/* Texts without labels: how sure a model is of its labels, the rows of a second network, what a
 * training makes of them, and what it refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "model.h"
#include "review_files.h"
#include "self_training.h"

enum { ROWS = 80, UNLABELED = 120 };

static seqnet_dataset *reviews;

static int open_fixture(void **state)
{
    seqnet_dataset_options options = review_options();
    uint32_t seed = 5;
    if (make_folder(state) != 0)
        return -1;
    const test_path path = in_folder("more.txt");
    FILE *const file = fopen(path.text, "w");
    assert_non_null(file);
    for (size_t i = 0; i < UNLABELED; i++) {
        print_review(file, i, &seed);
        fprintf(file, "gripping\n");
    }
    assert_int_equal(fclose(file), 0);
    options.unlabeled = path.text;
    reviews = load_reviews(write_reviews("reviews.csv", ROWS, 1).text, &options);
    return 0;
}

static int close_fixture(void **state)
{
    seqnet_dataset_free(reviews);
    return remove_folder(state);
}

static void assert_certainty(const float *logits, size_t outputs, float expected, int32_t label)
{
    int32_t chosen = -1;
    assert_true(fabsf(sn_certainty(logits, outputs, &chosen) - expected) < 1e-6F);
    assert_int_equal(chosen, label);
}

static void certainty_is_0_of_chance_and_1_of_a_sure_label(void **state)
{
    (void)state;
    assert_certainty((float[]){0.0F}, 1, 0.0F, 0);
    assert_certainty((float[]){100.0F}, 1, 1.0F, 1);
    assert_certainty((float[]){-100.0F}, 1, 1.0F, 0);
    assert_certainty((float[]){-logf(3.0F)}, 1, 0.5F, 0); /* probabilities 3/4 and 1/4 */
    assert_certainty((float[]){2.0F, 2.0F, 2.0F}, 3, 0.0F, 0);
    assert_certainty((float[]){0.0F, logf(4.0F), 0.0F}, 3, 0.5F, 1); /* 2/3, above 1/3 */
    assert_certainty((float[]){-300.0F, 500.0F}, 2, 1.0F, 1);
}

static void rows_are_those_of_all_parts(void **state)
{
    (void)state;
    seqnet_dataset view;
    seqnet_error err = {0};
    float logits[UNLABELED];
    for (size_t i = 0; i < UNLABELED; i++)
        logits[i] = i % 3 ? 100.0F : 0.0F;
    assert_int_equal(seqnet_dataset_unlabeled_count(reviews), UNLABELED);
    assert_ok(sn_self_labelled_make(&view, reviews, logits, &err), &err);
    const sn_rows *const train = &view.parts[SEQNET_TRAIN];
    const size_t given = reviews->parts[SEQNET_TRAIN].count;
    assert_int_equal(view.self_labelled, UNLABELED);
    assert_int_equal(train->count, given + UNLABELED);
    assert_int_equal(view.parts[SEQNET_VALIDATION].count, reviews->parts[SEQNET_VALIDATION].count);
    assert_int_equal(view.parts[SN_UNLABELED].count, 0);
    assert_int_equal(train->labels[0], reviews->parts[SEQNET_TRAIN].labels[0]);
    assert_true(train->weights[0] == 1.0F);
    for (size_t i = 0; i < UNLABELED; i++) {
        assert_int_equal(train->labels[given + i], i % 3 != 0);
        assert_true(train->weights[given + i] == (i % 3 ? 1.0F : 0.0F));
        assert_int_equal(sn_rows_length(train, given + i),
                         sn_rows_length(&reviews->parts[SN_UNLABELED], i));
    }
    assert_true(view.parts[SEQNET_VALIDATION].weights[0] == 1.0F);
    sn_self_labelled_free(&view);
}

/* What a callback has seen. */
typedef struct seen {
    size_t labelled_epochs, blends, self_labelled, stop_at;
} seen;

static bool look(void *user, const seqnet_train_event *event)
{
    seen *const s = user;
    s->labelled_epochs += event->kind == SEQNET_TRAIN_EPOCH_END && event->self_labelled;
    s->blends += event->kind == SEQNET_TRAIN_BLEND;
    if (event->self_labelled)
        s->self_labelled = event->self_labelled;
    return !(event->self_labelled && event->kind == SEQNET_TRAIN_BATCH_END && s->stop_at);
}

static seqnet_train_options watched_options(seen *s)
{
    seqnet_train_options options = quick_options(reviews, SEQNET_PRESET_TEXT, SEQNET_NGRAMS_BOTH);
    options.callback = look;
    options.user = s;
    return options;
}

static void a_second_network_learns_from_them(void **state)
{
    (void)state;
    seen s = {0};
    seqnet_train_result result;
    const seqnet_train_options options = watched_options(&s);
    assert_string_equal(options.vectors, "auto");
    seqnet_model *const model = train_quickly(reviews, &options, &result);
    const seqnet_parts_report *const parts = &result.parts;
    const char *const record = seqnet_model_training_json(model);
    assert_int_equal(s.self_labelled, UNLABELED);
    assert_int_equal(s.blends, 2);
    assert_true(s.labelled_epochs >= 2);
    assert_int_equal(parts->self_labelled, UNLABELED);
    assert_true(parts->taught.loss > 0.0);
    const seqnet_part_measure *const kept =
        parts->self_training_dropped ? &parts->taught : &parts->self_trained;
    assert_true(parts->together.loss == kept->loss && parts->together.accuracy == kept->accuracy);
    assert_true(parts->together.loss <= 1.03 * parts->taught.loss);
    assert_non_null(strstr(record, "\"unlabeled_rows\":120"));
    assert_non_null(strstr(record, "\"self_labelled\":120"));
    seqnet_model_free(model);
}

static void threads_change_no_bit(void **state)
{
    (void)state;
    seqnet_train_result result;
    char prints[2][64];
    for (size_t i = 0; i < 2; i++) {
        seqnet_train_options options =
            quick_options(reviews, SEQNET_PRESET_TEXT, SEQNET_NGRAMS_BOTH);
        options.threads = i ? 3 : 1;
        seqnet_model *const model = train_quickly(reviews, &options, &result);
        (void)snprintf(prints[i], sizeof prints[i], "%s", seqnet_model_fingerprint(model));
        seqnet_model_free(model);
    }
    assert_string_equal(prints[0], prints[1]);
}

/* The model is then the one that has labelled the rows. */
static void an_interruption_keeps_the_first_network(void **state)
{
    (void)state;
    seen s = {.stop_at = 1};
    seqnet_train_result result;
    seqnet_model *model;
    seqnet_error err = {0};
    const seqnet_train_options options = watched_options(&s);
    assert_int_equal(seqnet_model_train(&model, reviews, &options, &result, &err),
                     SEQNET_INTERRUPTED);
    assert_non_null(model);
    assert_int_equal(s.blends, 1);
    assert_int_equal(result.parts.self_labelled, 0);
    assert_true(seqnet_model_layer_count(model) > 0 && seqnet_model_ngrams(model).count > 0);
    seqnet_model_free(model);
}

static void a_network_alone_takes_vectors_from_them(void **state)
{
    (void)state;
    seqnet_train_result result;
    const seqnet_train_options options =
        quick_options(reviews, SEQNET_PRESET_LSTM, SEQNET_NGRAMS_OFF);
    seqnet_model_free(train_quickly(reviews, &options, &result));
    assert_true(result.vector_words > 0);
    assert_int_equal(result.parts.self_labelled, 0);
}

static void assert_refused(seqnet_preset preset, seqnet_ngrams ngrams)
{
    seqnet_model *model;
    seqnet_train_result result;
    seqnet_error err = {0};
    seqnet_train_options options = quick_options(reviews, preset, ngrams);
    options.vectors = NULL;
    assert_failure(seqnet_model_train(&model, reviews, &options, &result, &err), &err,
                   SEQNET_ERR_USAGE, "nothing would learn from texts without labels");
    assert_null(model);
}

static void where_nothing_learns_from_them_they_are_refused(void **state)
{
    (void)state;
    assert_refused(SEQNET_PRESET_FAST, SEQNET_NGRAMS_ONLY);
    assert_refused(SEQNET_PRESET_KERAS, SEQNET_NGRAMS_OFF);
}

/* Their words are in the vocabulary, and the hash of the data tells that they were there. */
static void words_without_labels_are_known(void **state)
{
    (void)state;
    const seqnet_dataset_options options = review_options();
    seqnet_dataset *const alone = load_reviews(in_folder("reviews.csv").text, &options);
    char with[SEQNET_HASH_TEXT], without[SEQNET_HASH_TEXT];
    seqnet_error err = {0};
    assert_ok(seqnet_dataset_hash(reviews, with, &err), &err);
    assert_ok(seqnet_dataset_hash(alone, without, &err), &err);
    assert_string_not_equal(with, without);
    assert_int_equal(seqnet_dataset_vocabulary_size(reviews),
                     seqnet_dataset_vocabulary_size(alone) + 1); /* "gripping" */
    seqnet_dataset_free(alone);
}

static void a_new_split_keeps_them(void **state)
{
    (void)state;
    seqnet_dataset *again;
    seqnet_error err = {0};
    seqnet_dataset_options options = review_options();
    options.splits.folds = 4;
    options.splits.fold = 1;
    assert_ok(seqnet_dataset_resplit(&again, reviews, &options, &err), &err);
    assert_int_equal(seqnet_dataset_unlabeled_count(again), UNLABELED);
    seqnet_dataset_free(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(certainty_is_0_of_chance_and_1_of_a_sure_label),
        cmocka_unit_test(rows_are_those_of_all_parts),
        cmocka_unit_test(a_second_network_learns_from_them),
        cmocka_unit_test(threads_change_no_bit),
        cmocka_unit_test(an_interruption_keeps_the_first_network),
        cmocka_unit_test(a_network_alone_takes_vectors_from_them),
        cmocka_unit_test(where_nothing_learns_from_them_they_are_refused),
        cmocka_unit_test(words_without_labels_are_known),
        cmocka_unit_test(a_new_split_keeps_them),
    };
    return cmocka_run_group_tests(tests, open_fixture, close_fixture);
}
