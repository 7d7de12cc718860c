/* Trains as seqnet train was asked to: the defaults that suit the data, folds, signals, the model.
 */
#include "train_run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/seqnet.h>

#include "checkpoint_target.h"
#include "epoch_report.h"
#include "errors.h"
#include "figures.h"
#include "folds.h"
#include "notes.h"
#include "outcome.h"
#include "outputs.h"
#include "ranks.h"
#include "signals.h"
#include "terminal.h"
#include "train_report.h"
#include "typed_recipe.h"
#include "use_of_model.h"

/* What became of a fold. */
typedef struct fold_result {
    model_measure measure;
    /* status: SEQNET_OK without an error */
    seqnet_error err;
} fold_result;

/* The sums of the folds' accuracies, and of their squares. */
typedef struct fold_sums {
    double accuracy, squares;
} fold_sums;

static void tell_event(const train_settings *s, const seqnet_train_event *event)
{
    const training_span span = {.options = &s->train,
                                .deadline = s->time_limit > 0.0 ? s->began + 60.0 * s->time_limit
                                                                : (double)INFINITY,
                                .fold = s->fold,
                                .folds = (size_t)s->folds,
                                .folds_began = s->folds_began};
    (s->fold ? report_fold : report_event)(event, &span);
}

static bool on_event(void *user, const seqnet_train_event *event)
{
    train_settings *const s = user;
    const bool is_logged = !s->fold && !event->refit && !event->self_labelled;
    const bool is_epoch = event->kind == SEQNET_TRAIN_EPOCH_END;
    if (event->kind == SEQNET_TRAIN_BEGIN) {
        enter_phase(PHASE_TRAINING);
        if (is_logged && !open_epoch_log(&s->log, event, s->target.force))
            return false;
    }
    s->has_checkpoint |= event->kind == SEQNET_TRAIN_CHECKPOINT && !event->problem;
    if (event->problem && is_epoch)
        note_write_problem(event->problem);
    if (event->vectors)
        note_vectors(&s->train, event->model, event->vectors);
    if (!terminal.quiet)
        tell_event(s, event);
    if (s->json && is_logged && is_epoch && !event->is_past) {
        const int code = print_epoch_json(event);
        s->json_code = code == EXIT_DONE ? s->json_code : code;
    }
    if (!s->fold && !event->self_labelled && is_epoch)
        log_epoch(&s->log, event);
    s->is_late = s->time_limit > 0.0 && (is_first_rank() || s->fold) &&
                 seconds_now() - s->began > 60.0 * s->time_limit;
    return !is_interrupted() && !s->is_late && !ferror(stdout);
}

const char *given_layers(const train_settings *s)
{
    const seqnet_train_options *const t = &s->train;
    const void *const targets[] = {&t->embedding_dim,
                                   t->units,
                                   &t->cell,
                                   &t->layers,
                                   &t->bidirectional,
                                   &t->activation,
                                   t->filters,
                                   &t->recurrent_activation,
                                   t->kernel_size,
                                   &t->reset_before,
                                   t->dense,
                                   &t->pool_size,
                                   &t->pooling,
                                   &t->mask_zero,
                                   &t->dropout,
                                   &t->recurrent_dropout,
                                   &t->spatial_dropout,
                                   &t->dense_activation};
    const char *name = NULL;
    for (size_t i = 0; i < sizeof targets / sizeof *targets && !name; i++)
        name = given_name(s->line, targets[i]);
    return name;
}

/* Refuses typed layers and epochs of a model that has no network. */
static int check_network(const train_settings *s)
{
    if (s->train.ngrams != SEQNET_NGRAMS_ONLY)
        return EXIT_DONE;
    const char *const name = s->layer_path ? "layer-file" : given_layers(s);
    if (name)
        complain("--%s describes a network, and a model of n-grams alone has none; leave it out, "
                 "or choose --ngrams both",
                 name);
    else if (s->log.path)
        complain("--history lists epochs, and a model of n-grams alone has none; leave it out, or "
                 "choose --ngrams both");
    return name || s->log.path ? EXIT_USAGE : EXIT_DONE;
}

/* Whether the model has convolutions, whose recipes are others than those of recurrent layers. */
static bool convolves(const seqnet_model *model)
{
    for (size_t i = 0; i < seqnet_model_layer_count(model); i++)
        if (strcmp(seqnet_model_layer(model, i).type, "Conv1D") == 0)
            return true;
    return false;
}

/* Lets the training begin with the model of --init, which has layers and embeddings. */
static void use_initial(const train_settings *s, seqnet_train_options *chosen)
{
    if (!s->initial)
        return;
    chosen->initial = s->initial;
    chosen->vectors = given_name(s->line, &s->train.vectors) ? s->train.vectors : NULL;
    chosen->maxlen = given_name(s->line, &s->train.maxlen) ? s->train.maxlen : 0;
}

/* Gives the options that were not typed the defaults for this data and these vectors, and checks
 * them together. */
static int choose_options(train_settings *s, const seqnet_dataset *dataset)
{
    seqnet_error err = {0};
    size_t dimension = 0;
    if (s->train.vectors && !seqnet_train_counts_vectors(&s->train) &&
        seqnet_vectors_dimension(s->train.vectors, &dimension, &err) != SEQNET_OK)
        return fail(&err);
    seqnet_train_options chosen =
        typed_recipe(dataset, s->preset, s->line, &s->train,
                     s->layer_list || (s->initial && !convolves(s->initial)));
    if (dimension)
        chosen.embedding_dim = (int64_t)dimension;
    if (seqnet_dataset_has_own_validation(dataset)) /* it took no rows from training */
        chosen.refit = chosen.ngram_refit = false;
    use_typed(s->line, &s->train, &chosen);
    use_initial(s, &chosen);
    s->train = chosen;
    s->train.layer_list = s->layer_list;
    s->train.layer_list_name = s->layer_path;
    s->train.refit = s->train.refit && !s->no_refit;
    s->train.ngram_refit = s->train.ngram_refit && !s->no_refit;
    s->train.vectors_encoding = s->data.data.records.reader.encoding;
    s->train.command_line = s->command_line;
    s->train.checkpoint = s->checkpoint;
    s->train.checkpoint_minutes = s->checkpoint_minutes;
    s->train.checkpoint_note = s->checkpoint_note;
    s->train.resume = s->resume;
    s->train.callback = on_event;
    s->train.user = s;
    const char *const reason = seqnet_train_options_check(&s->train);
    if (reason)
        complain("%s", in_options(reason).text);
    return reason ? EXIT_USAGE : check_network(s);
}

static void note_test(const seqnet_dataset *dataset, const model_measure *test)
{
    if (tests_texts(dataset))
        note("test: %s %.4f, loss %.4f on %zu rows", measure_name(dataset), test->accuracy,
             test->loss, test->rows);
}

/* Measures the model on the test rows and decides whether it may replace an older one, and puts
 * both into its record. After an interruption it is saved first: a second signal must not cost the
 * model. */
static int examine_model(seqnet_model *model, const train_outcome *outcome, train_settings *s,
                         const seqnet_train_result *result, model_measure *new)
{
    const seqnet_dataset *const dataset = outcome->dataset;
    const bool saves_first = is_interrupted() && !is_conditional(&s->target);
    int code = saves_first ? EXIT_DONE
                           : measure_new(model, dataset, (size_t)s->train.threads, result, new);
    if (code == EXIT_DONE && !saves_first && tests_texts(dataset))
        code = record_test(model, new);
    if (code == EXIT_DONE)
        judge_model(&s->target, result, new);
    if (code == EXIT_DONE && s->card)
        code = record_card(model, s->card);
    if (code == EXIT_DONE)
        record_outcome(model, outcome, result, &s->target);
    return code;
}

static void print_outcome(train_settings *s, const train_outcome *outcome,
                          const seqnet_train_result *result, const seqnet_model *model,
                          const model_measure *test)
{
    if (!s->json)
        return;
    const int printed =
        print_outcome_json(outcome, result, &s->target, model, test, seconds_now() - s->began);
    s->json_code = printed == EXIT_DONE ? s->json_code : printed;
}

/* Measures the model and saves it. */
static int keep_model(seqnet_model *model, const train_outcome *outcome, train_settings *s,
                      const seqnet_train_result *result)
{
    model_measure new = {0};
    const bool saves_first = is_interrupted() && !is_conditional(&s->target);
    int code = examine_model(model, outcome, s, result, &new);
    enter_phase(PHASE_SAVING);
    const int saved = code == EXIT_DONE || !is_conditional(&s->target)
                          ? save_model(&s->target, model, result)
                          : reject_model(&s->target, model, result);
    enter_phase(PHASE_SAVED);
    if (code == EXIT_DONE && saves_first && saved == EXIT_DONE)
        code = measure_new(model, outcome->dataset, (size_t)s->train.threads, result, &new);
    if (code != EXIT_DONE || saved > EXIT_NEGATIVE)
        return code == EXIT_DONE ? saved : code;
    note_validated(result);
    note_test(outcome->dataset, &new);
    note_comparison(outcome, result, &new);
    print_outcome(s, outcome, result, model, &new);
    return saved;
}

/* Prepares where the model goes. */
static int prepare_target(train_settings *s, const seqnet_dataset *dataset, const char *data)
{
    int code = open_target(&s->target);
    if (code == EXIT_DONE)
        code = prepare_conditions(&s->target, dataset, data, &s->train);
    if (code == EXIT_DONE)
        code = choose_unfinished(&s->target, dataset);
    s->train.best_path = s->target.unfinished;
    s->train.best_above = s->target.best_above;
    return code;
}

/* What ended a training, as the outcome tells it. */
static const char *how_it_stopped(const train_settings *s, seqnet_status status)
{
    if (status == SEQNET_INTERRUPTED)
        return s->is_late ? "out of time" : "interrupted";
    return status == SEQNET_ERR_DIVERGED ? "diverged" : "finished";
}

/* Notes how a training ended that was not finished. Returns its exit code: time that is over is no
 * failure where there is a model. */
static int note_end(const train_settings *s, seqnet_status status, bool has_model,
                    const seqnet_train_result *result, const seqnet_error *err)
{
    if (status == SEQNET_INTERRUPTED)
        note("%s after %zu finished epoch%s%s", s->is_late ? "out of time" : "interrupted",
             result->epochs_run, result->epochs_run == 1 ? "" : "s",
             has_model ? "" : "; nothing is saved");
    else if (status != SEQNET_OK)
        return fail(err);
    return status == SEQNET_INTERRUPTED && s->is_late && has_model ? EXIT_DONE : (int)status;
}

/* Tells what the training has sent to other processes since `before`. */
static void detail_traffic(seqnet_traffic before, const seqnet_train_result *result)
{
    const seqnet_traffic now = seqnet_comm_traffic(all_ranks());
    if (rank_count() > 1)
        detail("sent to the other processes: %zu messages, %.1f MB, in %zu epochs",
               now.messages - before.messages, (double)(now.bytes - before.bytes) / 1e6,
               result->epochs_run + result->refit_epochs);
}

static int train_model(const seqnet_dataset *dataset, train_settings *s)
{
    const seqnet_traffic before = seqnet_comm_traffic(all_ranks());
    seqnet_error err = {0};
    seqnet_model *model = NULL;
    seqnet_train_result result;
    train_outcome outcome;
    begin_outcome(&outcome, dataset, &s->train, !s->no_baseline);
    if (seqnet_train_counts_vectors(&s->train))
        progress_draw(0, 1, "counting word vectors");
    const seqnet_status status = seqnet_model_train(&model, dataset, &s->train, &result, &err);
    finish_epochs();
    progress_clear();
    end_outcome(&outcome, &result, how_it_stopped(s, status));
    detail_traffic(before, &result);
    if (s->log.is_refused) {
        seqnet_model_free(model);
        return SEQNET_ERR_WRITE;
    }
    int code = note_end(s, status, model != NULL, &result, &err);
    bool is_over = status == SEQNET_ERR_DIVERGED;
    if (!model && result.best_written)
        note_unfinished(&s->target);
    if (model) {
        const int kept = keep_model(model, &outcome, s, &result);
        is_over |= status == SEQNET_OK && kept <= EXIT_NEGATIVE;
        code = kept == EXIT_DONE || (kept == EXIT_NEGATIVE && code != EXIT_DONE) ? code : kept;
        if (kept == EXIT_DONE) {
            const int written = write_page(&s->page, model, s->target.path, dataset, &result);
            code = written == EXIT_DONE ? code : written;
        } else if (kept == EXIT_NEGATIVE && s->page.path) {
            note("no report is written of a model that is rejected");
        }
    } else if (status == SEQNET_INTERRUPTED || status == SEQNET_ERR_DIVERGED) {
        print_outcome(s, &outcome, &result, NULL, NULL);
    }
    seqnet_model_free(model);
    if (s->has_checkpoint && (is_over || status == SEQNET_INTERRUPTED))
        leave_checkpoint(s->checkpoint, is_over);
    return code;
}

/* What must be the same in all processes, or else they would not compute the same bits. */
typedef struct common_ground {
    char data[SEQNET_HASH_TEXT], instruction_set[32], matrix_products[96];
} common_ground;

/* Compares what the processes have. Returns EXIT_DONE, or prints what is different and returns an
 * exit code. */
static int compare_ground(const common_ground *all)
{
    for (size_t i = 1; i < rank_count(); i++) {
        if (strcmp(all[i].data, all[0].data) != 0) {
            complain("rank %zu: reads other data than rank 0; let all processes read the same "
                     "files",
                     i);
            return SEQNET_ERR_DATA;
        }
        if (strcmp(all[i].instruction_set, all[0].instruction_set) != 0 ||
            strcmp(all[i].matrix_products, all[0].matrix_products) != 0) {
            complain("rank %zu: computes with %s and %s, rank 0 with %s and %s; set SEQNET_ISA and "
                     "OPENBLAS_CORETYPE to what all machines have",
                     i, all[i].instruction_set, all[i].matrix_products, all[0].instruction_set,
                     all[0].matrix_products);
            return EXIT_USAGE;
        }
    }
    return EXIT_DONE;
}

/* Checks that the processes can train together. The reproducible arithmetic has the same bits with
 * any instruction set and BLAS. */
static int find_common_ground(const seqnet_dataset *dataset, bool reproducible)
{
    seqnet_error err = {0};
    common_ground own = {0};
    if (rank_count() == 1)
        return EXIT_DONE;
    if (seqnet_dataset_hash(dataset, own.data, &err) != SEQNET_OK)
        return fail(&err);
    if (!reproducible) {
        (void)snprintf(own.instruction_set, sizeof own.instruction_set, "%s",
                       seqnet_instruction_set());
        (void)snprintf(own.matrix_products, sizeof own.matrix_products, "%s", seqnet_blas_name());
    }
    common_ground *const all = calloc(rank_count(), sizeof *all);
    if (!all) {
        complain("out of memory for a comparison of the processes");
        return SEQNET_ERR_DATA;
    }
    seqnet_comm_gather(all_ranks(), &own, sizeof own, all);
    const int code = compare_ground(all);
    free(all);
    return code;
}

/* Takes part in the training of the first process, which tells of it and takes the model. */
static int help_train(const seqnet_dataset *dataset, train_settings *s)
{
    seqnet_error err = {0};
    seqnet_model *model = NULL;
    seqnet_train_result result;
    const seqnet_status status = seqnet_model_train(&model, dataset, &s->train, &result, &err);
    seqnet_model_free(model);
    const bool is_told =
        status == SEQNET_OK || status == SEQNET_INTERRUPTED || status == SEQNET_ERR_DIVERGED;
    return is_told ? EXIT_DONE : fail(&err);
}

static int train(const seqnet_dataset *dataset, const char *data, train_settings *s)
{
    note_data(dataset, s->train.reproducible);
    if (s->initial)
        note_initial(s->initial, s->initial_path, dataset);
    note_place(dataset, s->train.seed);
    add_input(seqnet_dataset_word_index_path(dataset)); /* perhaps found beside the data */
    int code = note_suspicions(dataset);
    if (code == EXIT_DONE && seqnet_dataset_is_multi_label(dataset) &&
        refuse_accuracy(&s->target) != PARSED) /* a prepared file may have such rows */
        code = EXIT_USAGE;
    if (code == EXIT_DONE && is_first_rank())
        code = prepare_target(s, dataset, data);
    code = agree_with_first(code);
    if (code == EXIT_DONE)
        code = find_common_ground(dataset, s->train.reproducible);
    s->train.comm = all_ranks();
    if (code == EXIT_DONE)
        code = (is_first_rank() ? train_model : help_train)(dataset, s);
    s->train.comm = NULL;
    return code;
}

/* Trains without one fold, from 0, and measures on it. */
static fold_result run_fold(const seqnet_dataset *whole, train_settings *s, int64_t fold)
{
    fold_result result = {0};
    seqnet_dataset_options options = s->data.data;
    options.splits.folds = (size_t)s->folds;
    options.splits.fold = (size_t)fold;
    s->fold = (size_t)fold + 1;
    result.err.status = measure_fold(whole, &options, &s->train, &result.measure, &result.err);
    progress_clear();
    return result;
}

/* Says how a fold went. Returns an exit code. */
static int tell_fold(const seqnet_dataset *whole, const train_settings *s, int64_t fold,
                     const fold_result *result)
{
    const model_measure *const m = &result->measure;
    const seqnet_status status = result->err.status;
    if (status == SEQNET_INTERRUPTED)
        note("%s in fold %d; nothing is saved", s->is_late ? "out of time" : "interrupted",
             (int)fold + 1);
    if (status != SEQNET_OK)
        return status == SEQNET_INTERRUPTED ? (int)status : fail(&result->err);
    note("fold %d/%d: %s %.4f, loss %.4f on %zu rows", (int)fold + 1, (int)s->folds,
         measure_name(whole), m->accuracy, m->loss, m->rows);
    return s->json ? print_fold_json(fold + 1, s->folds, whole, m) : EXIT_DONE;
}

/* Runs as many folds as there are processes, one on each, and tells of them in order. */
static int run_folds(const seqnet_dataset *whole, train_settings *s, int64_t first,
                     fold_result *results, fold_sums *sums)
{
    const int64_t own = first + (int64_t)own_rank();
    fold_result result = {0};
    if (own < s->folds)
        result = run_fold(whole, s, own);
    seqnet_comm_gather(all_ranks(), &result, sizeof result, results);
    int code = EXIT_DONE;
    for (size_t i = 0; i < rank_count() && first + (int64_t)i < s->folds && code == EXIT_DONE;
         i++) {
        code = tell_fold(whole, s, first + (int64_t)i, &results[i]);
        sums->accuracy += results[i].measure.accuracy;
        sums->squares += results[i].measure.accuracy * results[i].measure.accuracy;
    }
    return code;
}

static int cross_validate(const seqnet_dataset *whole, train_settings *s)
{
    fold_sums sums = {0};
    fold_result *const results = calloc(rank_count(), sizeof *results);
    if (!results) {
        complain("out of memory for the results of folds");
        return SEQNET_ERR_DATA;
    }
    int code = EXIT_DONE;
    s->folds_began = seconds_now();
    for (int64_t first = 0; first < s->folds && code == EXIT_DONE; first += (int64_t)rank_count())
        code = run_folds(whole, s, first, results, &sums);
    s->fold = 0;
    free(results);
    if (code != EXIT_DONE)
        return code;
    const double count = (double)s->folds, mean = sums.accuracy / count;
    note("%d folds: %s %.4f, standard deviation %.4f", (int)s->folds, measure_name(whole), mean,
         sqrt(fmax(0.0, (sums.squares - count * mean * mean) / (count - 1.0))));
    return EXIT_DONE;
}

/* Chooses the options by the rows of the final model. The folds train with the same options. */
static int choose_final_options(train_settings *s, const seqnet_dataset *whole)
{
    seqnet_error err = {0};
    seqnet_dataset *dataset;
    if (seqnet_dataset_resplit(&dataset, whole, &s->data.data, &err) != SEQNET_OK)
        return fail(&err);
    const int code = choose_options(s, dataset);
    seqnet_dataset_free(dataset);
    return code;
}

static int train_on_all(const seqnet_dataset *whole, const char *data, train_settings *s)
{
    seqnet_error err = {0};
    seqnet_dataset *dataset;
    if (seqnet_dataset_resplit(&dataset, whole, &s->data.data, &err) != SEQNET_OK)
        return fail(&err);
    const int code = train(dataset, data, s);
    seqnet_dataset_free(dataset);
    return code;
}

/* N-grams are of texts, and so is the comparison with an older model. */
static bool needs_texts(const train_settings *s)
{
    const bool is_typed = given_name(s->line, &s->train.ngrams) != NULL;
    const bool may_have_ngrams =
        is_typed ? s->train.ngrams != SEQNET_NGRAMS_OFF
                 : s->preset != SEQNET_PRESET_KERAS && s->preset != SEQNET_PRESET_LSTM;
    return may_have_ngrams || s->target.if_better;
}

/* Loads DATA, for a model to begin with where there is one. */
static seqnet_status load_data(seqnet_dataset **dataset, const char *data,
                               const seqnet_dataset_options *options, const train_settings *s,
                               seqnet_error *err)
{
    return s->initial ? seqnet_model_load_further(s->initial, dataset, data, options, err)
                      : seqnet_dataset_load(dataset, data, options, err);
}

/* Cross-validates, then trains a model on all rows, which are split as without folds. */
static int train_with_folds(const char *data, train_settings *s)
{
    seqnet_error err = {0};
    seqnet_dataset *whole;
    seqnet_dataset_options options = s->data.data;
    options.splits.validation_split = 0.0;
    options.keep_texts = true;
    if (load_data(&whole, data, &options, s, &err) != SEQNET_OK)
        return fail(&err);
    s->data.data.keep_texts = needs_texts(s) || s->page.path;
    int code = choose_final_options(s, whole);
    if (code == EXIT_DONE)
        code = cross_validate(whole, s);
    if (code == EXIT_DONE)
        code = train_on_all(whole, data, s);
    if (code == EXIT_DONE)
        tell_use_of_model(s->target.path, whole, data, s->data.data.splits.test);
    seqnet_dataset_free(whole);
    return code;
}

static int train_once(const char *data, train_settings *s)
{
    seqnet_error err = {0};
    seqnet_dataset *dataset;
    s->data.data.keep_texts = needs_texts(s) || s->page.path;
    if (load_data(&dataset, data, &s->data.data, s, &err) != SEQNET_OK)
        return fail(&err);
    int code = choose_options(s, dataset);
    if (code == EXIT_DONE)
        code = train(dataset, data, s);
    if (code == EXIT_DONE)
        tell_use_of_model(s->target.path, dataset, data, s->data.data.splits.test);
    seqnet_dataset_free(dataset);
    return code;
}

/* Checks what is written to, which is the first process's. */
static int check_targets(const char *data, train_settings *s)
{
    int code = open_target(&s->target);
    s->page.data = data;
    s->page.force = s->target.force;
    s->page.threads = (size_t)s->train.threads;
    if (code == EXIT_DONE)
        code = check_page(&s->page, s->target.path);
    if (code == EXIT_DONE)
        code = check_epoch_log(&s->log, s->target.path, s->target.force);
    if (code == EXIT_DONE)
        code = check_checkpoint(s->checkpoint, s->resume, &s->target,
                                (const char *const[]){s->log.path, s->page.path}, 2);
    return code;
}

int run_training(const char *data, train_settings *s)
{
    if (!is_first_rank()) {
        s->json = false;
        s->log = (epoch_log){0};
    }
    int code = agree_with_first(is_first_rank() ? check_targets(data, s) : EXIT_DONE);
    s->began = seconds_now();
    catch_signals();
    if (code == EXIT_DONE)
        code = (s->folds ? train_with_folds : train_once)(data, s);
    close_target(&s->target);
    return close_epoch_log(&s->log, code);
}
