/* Trainings that are ended anywhere and go on from a file come to the same model. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <seqnet/seqnet.h>

#include "demo_rows.h"
#include "support.h"
#include "trained.h"
#include "trainer.h"

enum { EPOCHS = 3, BATCHES = 4 };

static char path[64];

/* 96 training rows in four batches, and 24 to validate with. */
static seqnet_train_options small_options(void)
{
    seqnet_train_options options = seqnet_train_options_default();
    options.epochs = EPOCHS;
    options.units[0] = 4;
    options.embedding_dim = 4;
    options.batch_size = 24;
    options.threads = 2;
    options.learning_rate = 0.02;
    options.ema = 0.9;
    options.dropout = 0.3;
    options.word_dropout = 0.2;
    options.preset = SEQNET_PRESET_IDS; /* which calibrates */
    return options;
}

/* A trainer that its caller drives. */

static seqnet_trainer *open_trainer(const seqnet_train_options *options)
{
    seqnet_error err = {0};
    seqnet_trainer *t;
    assert_ok(seqnet_trainer_create(&t, corpus, options, &err), &err);
    return t;
}

static outcome finish(seqnet_trainer *t)
{
    seqnet_error err = {0};
    seqnet_train_event event;
    seqnet_model *model;
    bool more = true;
    while (more)
        assert_ok(seqnet_trainer_step(t, &event, &more, &err), &err);
    assert_ok(seqnet_trainer_model(t, &model, &err), &err);
    const seqnet_train_result result = seqnet_trainer_result(t);
    seqnet_trainer_free(t);
    return outcome_of(model, &result);
}

/* Whether the training has as many events. */
static bool end_after(const seqnet_train_options *options, size_t events)
{
    seqnet_error err = {0};
    seqnet_train_event event;
    bool more = true;
    seqnet_trainer *const t = open_trainer(options);
    for (size_t i = 0; i < events && more; i++)
        assert_ok(seqnet_trainer_step(t, &event, &more, &err), &err);
    assert_ok(seqnet_trainer_checkpoint(t, path, &err), &err);
    seqnet_trainer_free(t);
    return more;
}

static seqnet_trainer *resumed(seqnet_train_options options)
{
    seqnet_error err = {0};
    options.threads = 1;
    seqnet_trainer *const t = open_trainer(&options);
    assert_ok(seqnet_trainer_resume(t, path, &err), &err);
    return t;
}

static void a_driven_training_goes_on_after_any_event(void **state)
{
    (void)state;
    const seqnet_train_options options = small_options();
    const outcome whole = finish(open_trainer(&options));
    size_t events = 0;
    while (end_after(&options, events)) {
        const outcome end = finish(resumed(options));
        assert_same(&end, &whole);
        events++;
    }
    assert_int_equal(events, 1 + EPOCHS * (BATCHES + 2) + 1);
}

static void finished_epochs_are_told_again(void **state)
{
    (void)state;
    const seqnet_train_options options = small_options();
    seqnet_train_event event;
    bool more;
    assert_true(
        end_after(&options, 1 + 2 * (BATCHES + 2) + 3)); /* two batches of the third epoch */
    seqnet_trainer *const t = resumed(options);
    static const seqnet_train_event_kind kinds[] = {
        SEQNET_TRAIN_BEGIN,       SEQNET_TRAIN_EPOCH_END, SEQNET_TRAIN_EPOCH_END,
        SEQNET_TRAIN_EPOCH_BEGIN, SEQNET_TRAIN_BATCH_END, SEQNET_TRAIN_BATCH_END,
        SEQNET_TRAIN_EPOCH_END};
    static const size_t epochs[] = {3, 1, 2, 3, 3, 3, 3};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        assert_int_equal(seqnet_trainer_step(t, &event, &more, NULL), SEQNET_OK);
        assert_true(more);
        assert_int_equal(event.kind, kinds[i]);
        assert_int_equal(event.epoch, epochs[i]);
        assert_int_equal(event.is_past, i < 3);
        if (event.kind == SEQNET_TRAIN_EPOCH_END)
            assert_true(event.val_loss > 0.0 && event.seconds >= 0.0);
        if (i == 4)
            assert_int_equal(event.batch, 3);
    }
    seqnet_trainer_free(t);
}

static void assert_refused(const seqnet_train_options *options, seqnet_status status,
                           const char *words)
{
    seqnet_error err = {0};
    seqnet_trainer *const t = open_trainer(options);
    assert_int_equal(seqnet_trainer_resume(t, path, &err), status);
    if (!strstr(err.message, words))
        fail_msg("'%s' does not say '%s'", err.message, words);
    seqnet_trainer_free(t);
}

static void other_trainings_are_refused(void **state)
{
    (void)state;
    const seqnet_train_options options = small_options();
    seqnet_train_options other = options;
    assert_true(end_after(&options, 9));
    other.seed = 2;
    assert_refused(&other, SEQNET_ERR_USAGE, ".seed 1, and 2 is asked for");
    other = options;
    other.units[0] = 5;
    assert_refused(&other, SEQNET_ERR_USAGE, ".units 4, and 5 is asked for");
    other = options;
    other.epochs = 0 + 1;
    assert_true(end_after(&options, 1 + 2 * (BATCHES + 2)));
    assert_refused(&other, SEQNET_ERR_USAGE, "has run 2 epochs, and .epochs 1 is asked for");
    seqnet_dataset *const divided = corpus;
    corpus = whole_corpus;
    assert_refused(&options, SEQNET_ERR_USAGE, "other parts or weights of rows");
    corpus = divided;
    assert_true(unlink(path) == 0);
    assert_refused(&options, SEQNET_ERR_MODEL, "cannot be opened");
    seqnet_error err = {0};
    bool more;
    seqnet_train_event event;
    seqnet_trainer *const t = open_trainer(&options);
    assert_ok(seqnet_trainer_step(t, &event, &more, &err), &err);
    assert_int_equal(seqnet_trainer_resume(t, path, &err), SEQNET_ERR_USAGE);
    seqnet_trainer_free(t);
}

static void more_epochs_are_the_same_training(void **state)
{
    (void)state;
    seqnet_train_options options = small_options(), more = options;
    more.epochs = EPOCHS + 2;
    const outcome whole = finish(open_trainer(&more));
    assert_false(end_after(&options, SIZE_MAX));
    const outcome end = finish(resumed(more));
    assert_same(&end, &whole);
    more.schedule = options.schedule = SEQNET_SCHEDULE_LINEAR;
    (void)end_after(&options, 9);
    assert_refused(&more, SEQNET_ERR_USAGE, ".epochs 3, over which its learning rate is spread");
}

/* Numbers that no training comes to, in a file whose hash is right. */
static void write_changed(seqnet_trainer *t, const char *name, size_t at, const void *value,
                          size_t size)
{
    seqnet_error err = {0};
    sn_named_arrays arrays = {0};
    uint8_t before[8];
    assert_ok(sn_train_state_list(&t->state, &t->plan, &arrays, &err), &err);
    for (size_t i = 0; i < arrays.count; i++) {
        if (strcmp(arrays.items[i].name, name) != 0)
            continue;
        uint8_t *const place = (uint8_t *)arrays.items[i].data + at * size;
        memcpy(before, place, size);
        memcpy(place, value, size);
        assert_ok(seqnet_trainer_checkpoint(t, path, &err), &err);
        memcpy(place, before, size);
    }
    sn_named_arrays_free(&arrays);
}

static void hostile_numbers_are_refused(void **state)
{
    (void)state;
    static const uint64_t huge = UINT64_MAX, four = 4, many = 97;
    static const uint32_t far = 96;
    seqnet_train_options options = small_options();
    const struct {
        const char *name;
        size_t at;
        const void *value;
        size_t size;
    } changes[] = {{"order", 95, &far, 4}, {"epoch", 0, &huge, 8},
                   {"epoch", 0, &four, 8}, {"kept_epoch", 0, &four, 8},
                   {"done", 0, &many, 8},  {"kept_epoch", 0, &huge, 8}};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        seqnet_trainer *const t = open_trainer(&options);
        write_changed(t, changes[i].name, changes[i].at, changes[i].value, changes[i].size);
        seqnet_trainer_free(t);
        assert_refused(&options, SEQNET_ERR_MODEL, "none that a training comes to");
    }
    seqnet_error err = {0};
    seqnet_trainer *const t = open_trainer(&options);
    memset(t->state.shuffle.state, 0, sizeof t->state.shuffle.state);
    assert_ok(seqnet_trainer_checkpoint(t, path, &err), &err);
    seqnet_trainer_free(t);
    assert_refused(&options, SEQNET_ERR_MODEL, "none that a training comes to");
}

/* Runs of several trainings. */

/* Asks for the end at an event with this number. */
typedef struct ending {
    size_t event, end;
} ending;

static bool count_event(void *user, const seqnet_train_event *event)
{
    ending *const e = user;
    if (event->problem)
        fail_msg("%s", event->problem);
    return event->kind == SEQNET_TRAIN_CHECKPOINT || ++e->event != e->end;
}

static outcome train_whole(const seqnet_dataset *dataset, const seqnet_train_options *options)
{
    seqnet_error err = {0};
    seqnet_model *model;
    seqnet_train_result result;
    assert_ok(seqnet_model_train(&model, dataset, options, &result, &err), &err);
    return outcome_of(model, &result);
}

/* Ends the run every so many events, and lets it go on until it is over. Returns how often it was
 * ended. */
static size_t train_in_pieces(const seqnet_dataset *dataset, seqnet_train_options options,
                              size_t stride, outcome *end)
{
    size_t ends = 0;
    unlink(path);
    for (;;) {
        seqnet_error err = {0};
        seqnet_model *model;
        ending e = {.end = stride};
        options.callback = count_event;
        options.user = &e;
        options.checkpoint = path;
        options.resume = access(path, F_OK) == 0 ? path : NULL;
        options.threads = 1 + (int64_t)(ends % 3);
        const seqnet_status status =
            seqnet_model_train(&model, dataset, &options, &end->result, &err);
        if (status == SEQNET_OK) {
            *end = outcome_of(model, &end->result);
            return ends;
        }
        assert_int_equal(status, SEQNET_INTERRUPTED);
        seqnet_model_free(model);
        assert_true(ends++ < 1000);
    }
}

/* A replayed run tells again what was before: a stride that were too short would never end. */
static void check_run(const seqnet_dataset *dataset, const seqnet_train_options *options,
                      size_t shortest, size_t longest)
{
    const outcome whole = train_whole(dataset, options);
    for (size_t stride = shortest; stride <= longest; stride += 1 + (longest - shortest) / 6) {
        outcome end;
        assert_true(train_in_pieces(dataset, *options, stride, &end) > 0);
        assert_same(&end, &whole);
    }
    unlink(path);
}

static void a_refitted_network_goes_on(void **state)
{
    (void)state;
    seqnet_train_options options = small_options();
    options.refit = true;
    options.precision = 0.6;
    check_run(corpus, &options, 12, 30);
}

static void a_diverged_network_goes_on_to_its_end(void **state)
{
    (void)state;
    seqnet_error err = {0};
    seqnet_model *model;
    seqnet_train_result result, again;
    ending never = {0};
    seqnet_train_options options = small_options();
    options.optimizer = SEQNET_SGD;
    options.learning_rate = 0.5;
    options.l2 = 100.0; /* multiplies weights by about -99 in each step */
    options.ema = 0.0;
    options.epochs = 20;
    options.callback = count_event;
    options.user = &never;
    options.checkpoint = path;
    assert_int_equal(seqnet_model_train(&model, corpus, &options, &result, &err),
                     SEQNET_ERR_DIVERGED);
    seqnet_model_free(model);
    assert_true(result.kept_epoch > 0);
    options.resume = path;
    assert_int_equal(seqnet_model_train(&model, corpus, &options, &again, &err),
                     SEQNET_ERR_DIVERGED);
    seqnet_model_free(model);
    assert_int_equal(again.kept_epoch, result.kept_epoch);
}

/* Texts, 80 of them, and others without labels. */
static seqnet_dataset *load_texts(bool unlabeled, bool many)
{
    static const char *const words[] = {"fine", "good", "lovely", "bad", "dull", "weak"};
    char rows[80], more[80];
    seqnet_dataset *dataset;
    seqnet_error err = {0};
    (void)snprintf(rows, sizeof rows, "%s.csv", path);
    (void)snprintf(more, sizeof more, "%s.txt", path);
    FILE *const file = fopen(rows, "w"), *const other = fopen(more, "w");
    assert_non_null(file);
    assert_non_null(other);
    fputs("label,text\n", file);
    for (int i = 0; i < 80; i++) {
        const char *const word = words[(i % 2) * 3 + i / 2 % 3];
        fprintf(file, "%s,a %s film number %d\n", i % 2 ? "neg" : "pos", word, i % 7);
        fprintf(other, "a %s play number %d\n", word, i % 5);
    }
    fclose(file);
    fclose(other);
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.splits.validation_split = 0.25;
    options.keep_texts = true;
    options.unlabeled = unlabeled ? more : NULL;
    options.labels.multi_label = many;
    assert_ok(seqnet_dataset_load(&dataset, rows, &options, &err), &err);
    unlink(rows);
    unlink(more);
    return dataset;
}

static seqnet_train_options text_options(const seqnet_dataset *dataset)
{
    seqnet_train_options options = seqnet_train_options_for(dataset, SEQNET_PRESET_TEXT);
    options.ngrams = SEQNET_NGRAMS_BOTH;
    options.epochs = 4;
    options.units[0] = 4;
    options.embedding_dim = 4;
    options.batch_size = 20;
    options.refit = options.ngram_refit = true;
    return options;
}

static void check_texts(bool unlabeled, bool many, size_t shortest, size_t longest)
{
    seqnet_dataset *const texts = load_texts(unlabeled, many);
    const seqnet_train_options options = text_options(texts);
    check_run(texts, &options, shortest, longest);
    seqnet_dataset_free(texts);
}

static void a_run_with_ngrams_goes_on(void **state)
{
    (void)state;
    check_texts(false, false, 20, 40);
}

static void a_run_of_many_labels_goes_on(void **state)
{
    (void)state;
    check_texts(false, true, 20, 40);
}

static void a_run_with_rows_without_labels_goes_on(void **state)
{
    (void)state;
    check_texts(true, false, 30, 60);
}

static void checkpoints_need_minutes(void **state)
{
    (void)state;
    seqnet_train_options options = small_options();
    assert_null(seqnet_train_options_check(&options));
    options.checkpoint_minutes = -1.0;
    assert_non_null(strstr(seqnet_train_options_check(&options), "checkpoint_minutes"));
}

/* A checkpoint that cannot be written is told of, and does not end the training. */
static bool note_problem(void *user, const seqnet_train_event *event)
{
    *(size_t *)user += event->kind == SEQNET_TRAIN_CHECKPOINT && event->problem;
    return true;
}

static void a_training_outlives_its_checkpoints(void **state)
{
    (void)state;
    size_t problems = 0;
    seqnet_train_options options = small_options();
    const outcome whole = train_whole(corpus, &options);
    options.checkpoint = "/nowhere/at/all";
    options.callback = note_problem;
    options.user = &problems;
    const outcome end = train_whole(corpus, &options);
    assert_same(&end, &whole);
    assert_int_equal(problems, EPOCHS);
}

int main(void)
{
    (void)snprintf(path, sizeof path, "/tmp/seqnet-trainer-%ld", (long)getpid());
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_driven_training_goes_on_after_any_event),
        cmocka_unit_test(finished_epochs_are_told_again),
        cmocka_unit_test(other_trainings_are_refused),
        cmocka_unit_test(more_epochs_are_the_same_training),
        cmocka_unit_test(hostile_numbers_are_refused),
        cmocka_unit_test(a_refitted_network_goes_on),
        cmocka_unit_test(a_diverged_network_goes_on_to_its_end),
        cmocka_unit_test(a_run_with_ngrams_goes_on),
        cmocka_unit_test(a_run_of_many_labels_goes_on),
        cmocka_unit_test(a_run_with_rows_without_labels_goes_on),
        cmocka_unit_test(checkpoints_need_minutes),
        cmocka_unit_test(a_training_outlives_its_checkpoints),
    };
    const int failed =
        cmocka_run_group_tests_name("trainer_checkpoint", tests, load_corpora, free_corpora);
    unlink(path);
    return failed;
}
