/* The training loop: reproducibility, what is kept, how it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <seqnet/seqnet.h>

#include "support.h"

/* The linker sends the library's calls of the allocator here (--wrap), where they are counted. */

static atomic_size_t allocations;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

void *__wrap_malloc(size_t size)
{
    allocations++;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    allocations++;
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    allocations++;
    return __real_realloc(old, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    allocations++;
    return __real_aligned_alloc(alignment, size);
}

/* Makes an embedding so large that it is updated by row. */
enum { LARGE_DIM = 4096 };

static seqnet_dataset *corpus; /* its last training rows validate */
static seqnet_dataset *whole;  /* the same without a validation part */

static int load_corpus(void **state)
{
    seqnet_dataset_options options = seqnet_dataset_options_default();
    if (make_folder(state) != 0 ||
        seqnet_dataset_load(&whole, "builtin:demo:600", &options, NULL) != SEQNET_OK)
        return -1;
    options.splits.tail = true;
    options.splits.validation_split = SEQNET_SPLIT_AUTO;
    return seqnet_dataset_load(&corpus, "builtin:demo:600", &options, NULL) != SEQNET_OK;
}

static int free_corpus(void **state)
{
    seqnet_dataset_free(corpus);
    seqnet_dataset_free(whole);
    return remove_folder(state);
}

static seqnet_train_options small_options(void)
{
    seqnet_train_options options = seqnet_train_options_default();
    options.epochs = 3;
    options.units[0] = 8;
    options.embedding_dim = 8;
    options.batch_size = 50;
    return options;
}

static void fingerprint_of(const seqnet_train_options *options, char text[40])
{
    seqnet_model *model;
    seqnet_train_result result;
    assert_int_equal(seqnet_model_train(&model, corpus, options, &result, NULL), SEQNET_OK);
    strncpy(text, seqnet_model_fingerprint(model), 39);
    text[39] = '\0';
    assert_int_equal(strlen(text), 32);
    seqnet_model_free(model);
}

static void same_seed_same_fingerprint(void **state)
{
    (void)state;
    char first[40], second[40], other[40];
    seqnet_train_options options = small_options();
    fingerprint_of(&options, first);
    fingerprint_of(&options, second);
    assert_string_equal(first, second);
    options.seed = 2;
    fingerprint_of(&options, other);
    assert_string_not_equal(first, other);
}

static void threads_do_not_change_the_fingerprint(void **state)
{
    (void)state;
    char first[40], other[40];
    seqnet_train_options options = small_options();
    for (int variant = 0; variant < 2; variant++) {
        options.embedding_dim = variant ? LARGE_DIM : 8;
        options.threads = 1;
        fingerprint_of(&options, first);
        for (options.threads = 2; options.threads <= 4; options.threads++) {
            fingerprint_of(&options, other);
            assert_string_equal(first, other);
        }
    }
}

static void every_option_that_matters_changes_the_fingerprint(void **state)
{
    (void)state;
    char first[40], other[40];
    seqnet_train_options options = small_options();
    fingerprint_of(&options, first);
    options.command_line = "seqnet train elsewhere"; /* does not matter */
    fingerprint_of(&options, other);
    assert_string_equal(first, other);
    options = small_options();
    options.optimizer = SEQNET_ADAM;
    fingerprint_of(&options, other);
    assert_string_not_equal(first, other);
    options = small_options();
    options.mask_zero = true;
    fingerprint_of(&options, other);
    assert_string_not_equal(first, other);
    options = small_options();
    options.padding = SEQNET_POST;
    fingerprint_of(&options, other);
    assert_string_not_equal(first, other);
}

/* Writes down all events, and asks to stop at one of them. */
typedef struct log_book {
    size_t begins, epoch_begins, batches, epoch_ends;
    size_t stop_after_batches; /* 0: never */
    double val_accuracy[8], val_loss[8];
    size_t train_rows, validation_rows, batches_per_epoch;
} log_book;

static bool write_down(void *user, const seqnet_train_event *event)
{
    log_book *const book = user;
    book->train_rows = event->train_rows;
    book->validation_rows = event->validation_rows;
    switch (event->kind) {
    case SEQNET_TRAIN_BEGIN:
        assert_non_null(event->model);
        book->begins++;
        break;
    case SEQNET_TRAIN_EPOCH_BEGIN:
        book->epoch_begins++;
        break;
    case SEQNET_TRAIN_BATCH_END:
        book->batches++;
        book->batches_per_epoch = event->batches;
        assert_true(event->accuracy >= 0.0 && event->accuracy <= 1.0);
        break;
    case SEQNET_TRAIN_EPOCH_END:
        book->val_accuracy[book->epoch_ends] = event->val_accuracy;
        book->val_loss[book->epoch_ends++] = event->val_loss;
        break;
    case SEQNET_TRAIN_NGRAMS_BEGIN:
    case SEQNET_TRAIN_NGRAMS_END:
    case SEQNET_TRAIN_BLEND:
    case SEQNET_TRAIN_CHECKPOINT:
        break;
    }
    return !book->stop_after_batches || book->batches < book->stop_after_batches;
}

static void the_best_epoch_is_kept(void **state)
{
    (void)state;
    log_book book = {0};
    seqnet_model *model;
    seqnet_train_result result;
    seqnet_train_options options = small_options();
    options.epochs = 6;
    options.learning_rate = 0.03; /* makes the validation accuracy swing */
    options.callback = write_down;
    options.user = &book;
    assert_int_equal(seqnet_model_train(&model, corpus, &options, &result, NULL), SEQNET_OK);
    size_t best = 0;
    for (size_t i = 1; i < 6; i++)
        if (book.val_accuracy[i] > book.val_accuracy[best] ||
            (book.val_accuracy[i] == book.val_accuracy[best] &&
             book.val_loss[i] < book.val_loss[best]))
            best = i;
    assert_int_equal(result.kept_epoch, best + 1);
    assert_int_equal(result.epochs_run, 6);
    assert_true(result.val_accuracy == book.val_accuracy[best]);
    assert_int_equal(book.begins, 1);
    assert_int_equal(book.epoch_begins, 6);
    /* 480 training rows, the last fifth validates: 384 and 96; 8 batches of 50. */
    assert_int_equal(book.train_rows, 384);
    assert_int_equal(book.validation_rows, 96);
    assert_int_equal(book.batches, 6 * 8);

    /* What the model scores on the validation rows is what was reported. */
    seqnet_evaluation all, head, tail;
    assert_int_equal(seqnet_evaluation_init(&all, 2, NULL), SEQNET_OK);
    assert_int_equal(seqnet_evaluation_init(&head, 2, NULL), SEQNET_OK);
    assert_int_equal(seqnet_evaluation_init(&tail, 2, NULL), SEQNET_OK);
    assert_int_equal(seqnet_model_evaluate(model, whole, SEQNET_TRAIN, 0, 1, &all, NULL),
                     SEQNET_OK);
    assert_int_equal(seqnet_model_evaluate(model, whole, SEQNET_TRAIN, 384, 1, &head, NULL),
                     SEQNET_OK);
    assert_int_equal(seqnet_model_evaluate(model, corpus, SEQNET_VALIDATION, 0, 1, &tail, NULL),
                     SEQNET_OK);
    const double correct = all.accuracy * 480.0 - head.accuracy * 384.0;
    assert_true(fabs(correct / 96.0 - result.val_accuracy) < 1e-9);
    assert_true(tail.accuracy == result.val_accuracy);
    seqnet_evaluation_free(&tail);
    seqnet_evaluation_free(&all);
    seqnet_evaluation_free(&head);
    seqnet_model_free(model);
}

static void without_validation_the_last_epoch_is_kept(void **state)
{
    (void)state;
    seqnet_model *model;
    seqnet_train_result result;
    const seqnet_train_options options = small_options();
    assert_int_equal(seqnet_model_train(&model, whole, &options, &result, NULL), SEQNET_OK);
    assert_int_equal(result.kept_epoch, 3);
    assert_true(isnan(result.val_accuracy));
    seqnet_model_free(model);
}

static void interrupted(size_t batches, size_t kept_epoch, size_t epochs_run)
{
    log_book book = {.stop_after_batches = batches};
    seqnet_model *model;
    seqnet_train_result result;
    seqnet_train_options options = small_options();
    options.callback = write_down;
    options.user = &book;
    assert_int_equal(seqnet_model_train(&model, corpus, &options, &result, NULL),
                     SEQNET_INTERRUPTED);
    assert_non_null(model);
    assert_int_equal(book.batches, batches);
    assert_int_equal(result.kept_epoch, kept_epoch);
    assert_int_equal(result.epochs_run, epochs_run);
    cJSON *const record = cJSON_Parse(seqnet_model_training_json(model));
    assert_string_equal(cJSON_GetObjectItem(record, "stopped")->valuestring, "interrupted");
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(record, "history")), epochs_run);
    cJSON_Delete(record);
    seqnet_model_free(model);
}

static void an_interrupted_training_gives_a_model(void **state)
{
    (void)state;
    interrupted(3, 0, 0);
    interrupted(11, 1, 1);
}

static bool refuse_to_begin(void *user, const seqnet_train_event *event)
{
    (void)user;
    return event->kind != SEQNET_TRAIN_BEGIN;
}

static void a_training_that_never_began_gives_no_model(void **state)
{
    (void)state;
    seqnet_model *model;
    seqnet_train_result result;
    seqnet_train_options options = small_options();
    options.callback = refuse_to_begin;
    assert_int_equal(seqnet_model_train(&model, corpus, &options, &result, NULL),
                     SEQNET_INTERRUPTED);
    assert_null(model);
    assert_int_equal(result.epochs_run, 0);
}

/* What the best epoch's file holds after each epoch. */
typedef struct best_files {
    const char *path;
    size_t epochs;
    double best; /* validation accuracy so far */
} best_files;

static bool look_at_best(void *user, const seqnet_train_event *event)
{
    best_files *const files = user;
    seqnet_model *model;
    if (event->kind != SEQNET_TRAIN_EPOCH_END)
        return true;
    assert_null(event->problem);
    assert_int_equal(seqnet_model_load(&model, files->path, NULL), SEQNET_OK);
    cJSON *const record = cJSON_Parse(seqnet_model_training_json(model));
    assert_string_equal(cJSON_GetObjectItem(record, "stopped")->valuestring, "unfinished");
    const int kept = (int)cJSON_GetObjectItem(record, "kept_epoch")->valuedouble;
    const cJSON *const epoch = cJSON_GetArrayItem(cJSON_GetObjectItem(record, "history"), kept - 1);
    const double accuracy = cJSON_GetObjectItem(epoch, "val_acc")->valuedouble;
    files->best = fmax(files->best, event->val_accuracy);
    assert_true(fabs(accuracy - files->best) < 1e-12);
    files->epochs++;
    cJSON_Delete(record);
    seqnet_model_free(model);
    return true;
}

static void the_best_epoch_is_written_as_it_occurs(void **state)
{
    (void)state;
    const test_path path = in_folder("best");
    char fingerprint[40], plain[40];
    best_files files = {.path = path.text};
    seqnet_train_options options = small_options();
    fingerprint_of(&options, plain);
    options.best_path = path.text;
    options.best_above = -1.0;
    options.callback = look_at_best;
    options.user = &files;
    fingerprint_of(&options, fingerprint);
    assert_string_equal(fingerprint, plain);
    assert_int_equal(files.epochs, 3);
}

static void a_best_epoch_that_is_no_better_is_not_written(void **state)
{
    (void)state;
    const test_path path = in_folder("no-better");
    seqnet_model *model;
    seqnet_train_result result;
    seqnet_train_options options = small_options();
    options.best_path = path.text;
    options.best_above = 1.0;
    assert_int_equal(seqnet_model_train(&model, corpus, &options, &result, NULL), SEQNET_OK);
    assert_false(result.best_written);
    assert_false(seqnet_model_recognise(path.text));
    seqnet_model_free(model);
}

static bool expect_problem(void *user, const seqnet_train_event *event)
{
    size_t *const problems = user;
    *problems += event->problem != NULL;
    return true;
}

static void a_best_epoch_that_cannot_be_written_ends_nothing(void **state)
{
    (void)state;
    seqnet_model *model;
    seqnet_train_result result;
    size_t problems = 0;
    seqnet_train_options options = small_options();
    options.best_path = "/nonexistent/folder/best";
    options.best_above = -1.0;
    options.callback = expect_problem;
    options.user = &problems;
    assert_int_equal(seqnet_model_train(&model, corpus, &options, &result, NULL), SEQNET_OK);
    assert_true(problems > 0);
    assert_false(result.best_written);
    seqnet_model_free(model);
}

/* Stops in the first epoch and writes the fingerprint of what was saved. */
static void interrupted_with_mean(double ema, char fingerprint[64])
{
    log_book book = {.stop_after_batches = 3};
    seqnet_model *model;
    seqnet_train_result result;
    seqnet_train_options options = small_options();
    options.ema = ema;
    options.callback = write_down;
    options.user = &book;
    assert_int_equal(seqnet_model_train(&model, corpus, &options, &result, NULL),
                     SEQNET_INTERRUPTED);
    (void)snprintf(fingerprint, 64, "%s", seqnet_model_fingerprint(model));
    seqnet_model_free(model);
}

static void an_interrupted_training_saves_the_mean_of_its_weights(void **state)
{
    (void)state;
    char mean[64], last[64];
    interrupted_with_mean(0.9, mean);
    interrupted_with_mean(0.0, last);
    assert_string_not_equal(mean, last);
}

static void divergence_in_the_first_epoch_gives_no_model(void **state)
{
    (void)state;
    seqnet_model *model;
    seqnet_train_result result;
    seqnet_error err;
    seqnet_train_options options = small_options();
    options.learning_rate = 1e38;
    assert_int_equal(seqnet_model_train(&model, corpus, &options, &result, &err),
                     SEQNET_ERR_DIVERGED);
    assert_null(model);
    assert_non_null(strstr(err.message, ".learning_rate"));
}

static void options_out_of_range_are_refused(void **state)
{
    (void)state;
    seqnet_train_options options;
    assert_null(seqnet_train_options_check(&(seqnet_train_options){.embedding_dim = 1,
                                                                   .units = {1},
                                                                   .learning_rate = 1.0,
                                                                   .batch_size = 1,
                                                                   .epochs = 1,
                                                                   .ngram_limit = 1}));
#define REFUSED(field, value)                                                                      \
    options = small_options();                                                                     \
    options.field = value;                                                                         \
    assert_non_null(seqnet_train_options_check(&options))
    REFUSED(maxlen, -1);
    REFUSED(maxlen, 100001);
    REFUSED(embedding_dim, 0);
    REFUSED(units[0], 5000);
    REFUSED(cell, (seqnet_cell)(SEQNET_CELL_CONV1D + 1));
    REFUSED(learning_rate, 0.0);
    REFUSED(learning_rate, (double)NAN);
    REFUSED(batch_size, 0);
    REFUSED(epochs, 0);
    REFUSED(threads, -1);
#undef REFUSED
}

static void the_record_tells_how_it_was(void **state)
{
    (void)state;
    seqnet_model *model;
    seqnet_train_result result;
    seqnet_train_options options = small_options();
    options.command_line = "seqnet train 'a b'";
    options.seed = UINT64_MAX;
    assert_int_equal(seqnet_model_train(&model, corpus, &options, &result, NULL), SEQNET_OK);
    const char *const json = seqnet_model_training_json(model);
    assert_non_null(strstr(json, "\"seed\":18446744073709551615"));
    cJSON *const record = cJSON_Parse(json);
    assert_string_equal(cJSON_GetObjectItem(record, "command")->valuestring, "seqnet train 'a b'");
    assert_string_equal(cJSON_GetObjectItem(record, "data")->valuestring, "builtin:demo:600");
    assert_int_equal(strlen(cJSON_GetObjectItem(record, "data_hash")->valuestring), 32);
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(record, "history")), 3);
    const cJSON *const epoch = cJSON_GetArrayItem(cJSON_GetObjectItem(record, "history"), 0);
    assert_true(cJSON_HasObjectItem(epoch, "val_acc") && cJSON_HasObjectItem(epoch, "loss"));
    cJSON_Delete(record);
    seqnet_model_free(model);
}

/* Allocations before an epoch's first step, and whether there were more after any of its steps. */
typedef struct allocation_watch {
    size_t before, steps;
    bool more;
} allocation_watch;

static bool watch_allocations(void *user, const seqnet_train_event *event)
{
    allocation_watch *const watch = user;
    if (event->kind == SEQNET_TRAIN_EPOCH_BEGIN) {
        watch->before = allocations;
    } else if (event->kind == SEQNET_TRAIN_BATCH_END) {
        watch->steps++;
        watch->more = watch->more || allocations != watch->before;
    }
    return true;
}

static void assert_steps_do_not_allocate(seqnet_train_options options)
{
    seqnet_model *model;
    seqnet_train_result result;
    allocation_watch watch = {0};
    const size_t before = allocations;
    options.callback = watch_allocations;
    options.user = &watch;
    options.epochs = 2;
    options.threads = 2;
    assert_int_equal(seqnet_model_train(&model, corpus, &options, &result, NULL), SEQNET_OK);
    seqnet_model_free(model);
    assert_true(allocations > before); /* they are counted */
    assert_true(watch.steps >= 4);
    assert_false(watch.more);
}

/* Whatever takes a path of its own: padding, masks, dropout, a batch of more than one wave, a table
 * updated by row, all that texts are trained with. */
static void steps_do_not_allocate(void **state)
{
    (void)state;
    assert_steps_do_not_allocate(small_options());
    seqnet_train_options text = seqnet_train_options_for(corpus, SEQNET_PRESET_LSTM);
    text.class_weight = "balanced";
    assert_steps_do_not_allocate(text);
    for (int variant = 0; variant < 7; variant++) {
        seqnet_train_options options = small_options();
        options.embedding_dim = variant >= 5 ? LARGE_DIM : 8;
        options.mask_zero = variant == 0;
        options.padding = variant == 1 ? SEQNET_POST : SEQNET_PRE;
        options.recurrent_dropout = variant == 2 ? 0.3 : 0.0;
        options.optimizer = variant % 3 == 0 && variant ? SEQNET_ADAM : SEQNET_RMSPROP;
        options.batch_size = variant == 4 ? 290 : 50;
        options.clip_norm = variant >= 4 ? 0.01 : 0.0;
        options.l2 = variant == 6 ? 0.01 : 0.0;
        assert_steps_do_not_allocate(options);
    }
}

/* Passes if a training by single steps gives the same model. */
static void assert_trainer_gives(const seqnet_train_options *options, const char *fingerprint)
{
    seqnet_trainer *trainer;
    seqnet_model *model;
    seqnet_train_event event;
    assert_int_equal(seqnet_trainer_create(&trainer, corpus, options, NULL), SEQNET_OK);
    for (bool more = true; more;)
        assert_int_equal(seqnet_trainer_step(trainer, &event, &more, NULL), SEQNET_OK);
    assert_int_equal(seqnet_trainer_model(trainer, &model, NULL), SEQNET_OK);
    assert_string_equal(seqnet_model_fingerprint(model), fingerprint);
    seqnet_model_free(model);
    seqnet_trainer_free(trainer);
}

/* A temperature lowers the loss of the rows that it was found on. Keras's model has none. */
static void recipes_have_a_temperature(void **state)
{
    (void)state;
    static const seqnet_preset presets[] = {SEQNET_PRESET_KERAS, SEQNET_PRESET_IDS,
                                            SEQNET_PRESET_LSTM};
    for (size_t i = 0; i < sizeof presets / sizeof *presets; i++) {
        seqnet_train_options options = small_options();
        seqnet_train_result result;
        seqnet_model *model;
        seqnet_evaluation evaluation;
        options.preset = presets[i];
        assert_int_equal(seqnet_model_train(&model, corpus, &options, &result, NULL), SEQNET_OK);
        evaluation = seqnet_evaluation_totals(seqnet_model_label_count(model));
        assert_int_equal(
            seqnet_model_evaluate(model, corpus, SEQNET_VALIDATION, 0, 1, &evaluation, NULL),
            SEQNET_OK);
        assert_true(evaluation.accuracy == result.val_accuracy);
        if (presets[i] == SEQNET_PRESET_KERAS) {
            assert_true(seqnet_model_temperature(model) == 0.0);
            assert_true(fabs(evaluation.loss - result.val_loss) < 1e-9);
        } else {
            assert_true(seqnet_model_temperature(model) > 0.0);
            assert_true(evaluation.loss < result.val_loss - 1e-6);
        }
        assert_trainer_gives(&options, seqnet_model_fingerprint(model));
        seqnet_model_free(model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_seed_same_fingerprint),
        cmocka_unit_test(threads_do_not_change_the_fingerprint),
        cmocka_unit_test(every_option_that_matters_changes_the_fingerprint),
        cmocka_unit_test(the_best_epoch_is_kept),
        cmocka_unit_test(recipes_have_a_temperature),
        cmocka_unit_test(without_validation_the_last_epoch_is_kept),
        cmocka_unit_test(an_interrupted_training_gives_a_model),
        cmocka_unit_test(a_training_that_never_began_gives_no_model),
        cmocka_unit_test(the_best_epoch_is_written_as_it_occurs),
        cmocka_unit_test(a_best_epoch_that_is_no_better_is_not_written),
        cmocka_unit_test(a_best_epoch_that_cannot_be_written_ends_nothing),
        cmocka_unit_test(an_interrupted_training_saves_the_mean_of_its_weights),
        cmocka_unit_test(divergence_in_the_first_epoch_gives_no_model),
        cmocka_unit_test(options_out_of_range_are_refused),
        cmocka_unit_test(the_record_tells_how_it_was),
        cmocka_unit_test(steps_do_not_allocate),
    };
    return cmocka_run_group_tests_name("train", tests, load_corpus, free_corpus);
}
