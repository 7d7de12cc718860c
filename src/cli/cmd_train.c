/* seqnet train: trains a model on a dataset and writes it. */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <seqnet/seqnet.h>

#include "commands.h"
#include "data_options.h"
#include "epoch_log.h"
#include "errors.h"
#include "model_target.h"
#include "notes.h"
#include "open_model.h"
#include "options.h"
#include "outputs.h"
#include "terminal.h"
#include "train_report.h"

static const command_spec COMMAND = {
    .name = "train",
    .arguments = "DATA [-o MODEL] [options]",
    .summary = "Trains a classifier on labelled data and writes the best epoch's model.",
    .details = DATA_HELP
    "An .npz is trained on as Keras's tutorial does (preset keras): Embedding -> LSTM -> Dense,\n"
    "RMSprop, 10 epochs. Texts have a recipe that follows their number (preset text): pooling,\n"
    "dropout, averaged weights, and epochs until the validation part gets no better.\n"
    "Ctrl-C finishes the batch and saves. Equal data, options and seed give an equal\n"
    "fingerprint, whatever the threads.\n\n"
    "  seqnet train imdb.npz --seed 7\n"
    "  seqnet train imdb.npz --cell conv1d --embedding-dim 128\n"
    "  seqnet train reviews.csv --test held_out.csv -o reviews.safetensors\n"
    "  zcat tweets.tsv.gz | seqnet train - --input-format tsv --class-weight balanced\n"
    "  seqnet train imdb.npz --history epochs.csv & tail -f epochs.csv\n"
    "  seqnet train stars.jsonl --map '1,2=negative;4,5=positive' --folds 5\n",
    .min_arguments = 0,
    .max_arguments = 1,
    .reads_arguments = true};

typedef struct train_settings {
    data_options data;
    seqnet_train_options train;
    /* Which defaults the options that were not typed get. */
    seqnet_preset preset;
    int64_t folds;
    const char *train_path, *layer_path;
    /* The contents of the file at layer_path. */
    char *layer_list;
    model_target target;
    epoch_log log;
    bool json, no_refit;
    /* The current training is of one of the --folds. */
    bool is_fold;
    /* The exit code of the JSON lines printed so far. A line that cannot be made does not end the
     * training. */
    int json_code;
    /* What was typed, parsed and as one string. */
    const parsed_line *line;
    const char *command_line;
} train_settings;

static train_settings default_settings(void)
{
    train_settings s = {.data = data_options_default(),
                        .train = seqnet_train_options_default(),
                        .target = {.path = DEFAULT_MODEL}};
    s.data.data.splits.validation_split = SEQNET_SPLIT_AUTO;
    s.data.data.splits.tail = true;
    return s;
}

/* Joins the command line into one string for the training record, with words that have blanks
 * quoted. Returns NULL without memory. */
static char *join_command_line(int argc, char **argv)
{
    size_t size = sizeof "seqnet";
    for (int i = 0; i < argc; i++)
        size += strlen(argv[i]) + 3;
    char *const line = malloc(size);
    if (!line)
        return NULL;
    size_t used = (size_t)snprintf(line, size, "seqnet");
    for (int i = 0; i < argc; i++) {
        const char *const quote = argv[i][0] == '\0' || strpbrk(argv[i], " \t\n\"") ? "'" : "";
        used += (size_t)snprintf(line + used, size - used, " %s%s%s", quote, argv[i], quote);
    }
    return line;
}

/* What the program is doing, which decides what a signal does. */
enum { LOADING, TRAINING, SAVING, SAVED };
static volatile sig_atomic_t phase, interrupted;

/* The first signal during a training asks for an orderly end, and a second one ends the program.
 * Signals do not interrupt saving, because half a model is useless. While loading and after saving,
 * a signal ends the program: nothing is lost. Signals are not blocked instead, because they would
 * then go to a thread of OpenBLAS. */
static void on_signal(int number)
{
    static const char NOTHING[] =
        "seqnet: interrupted before the training began; nothing is saved\n";
    if (phase == SAVING || (number == SIGXCPU && interrupted)) /* SIGXCPU comes every second */
        return;
    if (phase == TRAINING && !interrupted) {
        interrupted = 1;
        return;
    }
    const ssize_t written =
        phase == LOADING ? write(STDERR_FILENO, NOTHING, sizeof NOTHING - 1) : 0;
    (void)written; /* a failure to print the sentence cannot be reported */
    _exit(SEQNET_INTERRUPTED);
}

/* Installs the handlers. A hangup that the parent process ignores, as nohup does, stays ignored. */
static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART}, hangup;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGXCPU, &action, NULL); /* a limit on time: the model so far is saved */
    signal(SIGPIPE, SIG_IGN);          /* the reader of --json may end; the model is still saved */
    if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN)
        sigaction(SIGHUP, &action, NULL);
}

static bool on_event(void *user, const seqnet_train_event *event)
{
    train_settings *const s = user;
    if (event->kind == SEQNET_TRAIN_BEGIN) {
        phase = TRAINING;
        if (!s->is_fold && !event->refit && !open_epoch_log(&s->log, event, s->target.force))
            return false;
    }
    if (event->problem)
        note_write_problem(event->problem);
    if (event->vectors)
        note_vectors(s->train.vectors, event->model, event->vectors);
    if (!terminal.quiet && (!s->is_fold || event->kind == SEQNET_TRAIN_BATCH_END))
        report_event(event);
    if (s->json && !s->is_fold && !event->refit && event->kind == SEQNET_TRAIN_EPOCH_END) {
        const int code = print_epoch_json(event);
        s->json_code = code == EXIT_DONE ? s->json_code : code;
    }
    if (!s->is_fold && event->kind == SEQNET_TRAIN_EPOCH_END)
        log_epoch(&s->log, event);
    return !interrupted && !ferror(stdout);
}

/* Puts what was typed over defaults, with those that the cell and the optimiser have. */
static void use_typed(const train_settings *s, seqnet_train_options *defaults)
{
    seqnet_train_options_set_cell(defaults, s->train.cell);
    if (given_name(s->line, &s->train.optimizer))
        seqnet_train_options_use_optimizer(defaults, s->train.optimizer);
    copy_given(s->line, &s->train, defaults, sizeof *defaults);
    defaults->layer_list = s->layer_list;
    defaults->layer_list_name = s->layer_path;
}

/* The name of a typed option that describes layers; NULL when none was. */
static const char *given_layers(const train_settings *s)
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

/* Gives the options that were not typed the defaults for this data and these vectors, and checks
 * them together. */
static int choose_options(train_settings *s, const seqnet_dataset *dataset)
{
    seqnet_error err = {0};
    size_t dimension = 0;
    if (s->train.vectors &&
        seqnet_vectors_dimension(s->train.vectors, &dimension, &err) != SEQNET_OK)
        return fail(&err);
    seqnet_train_options chosen = seqnet_train_options_for(dataset, s->preset);
    if (dimension)
        chosen.embedding_dim = (int64_t)dimension;
    if (s->data.data.splits.validation) /* a file of its own took no rows from training */
        chosen.refit = false;
    use_typed(s, &chosen);
    s->train = chosen;
    s->train.refit = s->train.refit && !s->no_refit;
    s->train.vectors_encoding = s->data.data.records.reader.encoding;
    s->train.command_line = s->command_line;
    s->train.callback = on_event;
    s->train.user = s;
    const char *const reason = seqnet_train_options_check(&s->train);
    if (reason)
        complain("%s", in_options(reason).text);
    return reason ? EXIT_USAGE : check_network(s);
}

/* Measures the model on the test rows and saves it, with the measure in its record. After an
 * interruption it is saved first: a second signal must not cost the model. */
static int keep_model(seqnet_model *model, const seqnet_dataset *dataset, train_settings *s,
                      const seqnet_train_result *result)
{
    measured new = {0};
    const size_t threads = (size_t)s->train.threads;
    const bool saves_first = interrupted && !is_conditional(&s->target);
    int code = saves_first ? EXIT_DONE : measure_new(model, dataset, threads, result, &new);
    if (code == EXIT_DONE && !saves_first && tests_texts(dataset))
        code = record_test(model, &new);
    phase = SAVING;
    const int saved = code == EXIT_DONE || !is_conditional(&s->target)
                          ? save_model(&s->target, model, result, &new)
                          : reject_model(&s->target, model, result);
    phase = SAVED;
    if (code == EXIT_DONE && saves_first && saved == EXIT_DONE)
        code = measure_new(model, dataset, threads, result, &new);
    if (code != EXIT_DONE || saved > EXIT_NEGATIVE)
        return code == EXIT_DONE ? saved : code;
    note_result(dataset, result, &new);
    if (s->json) {
        const int printed = print_result_json(model, dataset, result, &new, saved == EXIT_DONE);
        s->json_code = printed == EXIT_DONE ? s->json_code : printed;
    }
    return saved;
}

static int train(const seqnet_dataset *dataset, const char *data, train_settings *s)
{
    seqnet_error err = {0};
    seqnet_model *model = NULL;
    seqnet_train_result result;
    note_data(dataset);
    add_input(seqnet_dataset_word_index_path(dataset)); /* perhaps found beside the data */
    int code = note_suspicions(dataset);
    if (code == EXIT_DONE)
        code = open_target(&s->target);
    if (code == EXIT_DONE)
        code = prepare_conditions(&s->target, dataset, data, &s->train);
    if (code == EXIT_DONE)
        code = choose_unfinished(&s->target, dataset);
    if (code != EXIT_DONE)
        return code;
    s->train.best_path = s->target.unfinished;
    s->train.best_above = s->target.best_above;
    const seqnet_status status = seqnet_model_train(&model, dataset, &s->train, &result, &err);
    progress_clear();
    if (s->log.is_refused) {
        seqnet_model_free(model);
        return SEQNET_ERR_WRITE;
    }
    code = (int)status;
    if (status == SEQNET_INTERRUPTED)
        note("interrupted after %zu finished epoch%s%s", result.epochs_run,
             result.epochs_run == 1 ? "" : "s", model ? "" : "; nothing is saved");
    else if (status != SEQNET_OK)
        code = fail(&err);
    if (!model && result.best_written)
        note_unfinished(&s->target);
    if (model) {
        const int kept = keep_model(model, dataset, s, &result);
        code = kept == EXIT_DONE || (kept == EXIT_NEGATIVE && code != EXIT_DONE) ? code : kept;
    }
    seqnet_model_free(model);
    return code;
}

/* Trains without one fold and measures on it. */
static int run_fold(const seqnet_dataset *whole, train_settings *s, int64_t fold, double *accuracy)
{
    seqnet_error err = {0};
    seqnet_dataset *dataset;
    seqnet_model *model = NULL;
    seqnet_train_result result;
    measured m = {0};
    seqnet_dataset_options options = s->data.data;
    options.splits.folds = (size_t)s->folds;
    options.splits.fold = (size_t)fold - 1;
    if (seqnet_dataset_resplit(&dataset, whole, &options, &err) != SEQNET_OK)
        return fail(&err);
    const seqnet_status status = seqnet_model_train(&model, dataset, &s->train, &result, &err);
    progress_clear();
    int code = status == SEQNET_INTERRUPTED ? (int)status
               : status == SEQNET_OK
                   ? measure_new(model, dataset, (size_t)s->train.threads, &result, &m)
                   : fail(&err);
    if (code == EXIT_DONE) {
        *accuracy = m.accuracy;
        note("fold %d/%d: %s %.4f, loss %.4f on %zu rows", (int)fold, (int)s->folds,
             measure_name(whole), m.accuracy, m.loss, m.rows);
        if (s->json)
            code = print_fold_json(fold, s->folds, whole, &m);
    }
    seqnet_model_free(model);
    seqnet_dataset_free(dataset);
    return code;
}

static int cross_validate(const seqnet_dataset *whole, train_settings *s)
{
    double sum = 0.0, squares = 0.0;
    s->is_fold = true;
    for (int64_t fold = 1; fold <= s->folds; fold++) {
        double accuracy = 0.0;
        const int code = run_fold(whole, s, fold, &accuracy);
        if (code == (int)SEQNET_INTERRUPTED)
            note("interrupted in fold %d; nothing is saved", (int)fold);
        if (code != EXIT_DONE)
            return code;
        sum += accuracy;
        squares += accuracy * accuracy;
    }
    const double count = (double)s->folds, mean = sum / count;
    note("%d folds: %s %.4f, standard deviation %.4f", (int)s->folds, measure_name(whole), mean,
         sqrt(fmax(0.0, (squares - count * mean * mean) / (count - 1.0))));
    s->is_fold = false;
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

/* Cross-validates, then trains a model on all rows, which are split as without folds. */
static int train_with_folds(const char *data, train_settings *s)
{
    seqnet_error err = {0};
    seqnet_dataset *whole;
    seqnet_dataset_options options = s->data.data;
    options.splits.validation_split = 0.0;
    options.keep_texts = true;
    if (seqnet_dataset_load(&whole, data, &options, &err) != SEQNET_OK)
        return fail(&err);
    s->data.data.keep_texts = needs_texts(s);
    int code = choose_final_options(s, whole);
    if (code == EXIT_DONE)
        code = cross_validate(whole, s);
    if (code == EXIT_DONE)
        code = train_on_all(whole, data, s);
    seqnet_dataset_free(whole);
    return code;
}

static int train_once(const char *data, train_settings *s)
{
    seqnet_error err = {0};
    seqnet_dataset *dataset;
    s->data.data.keep_texts = needs_texts(s);
    if (seqnet_dataset_load(&dataset, data, &s->data.data, &err) != SEQNET_OK)
        return fail(&err);
    int code = choose_options(s, dataset);
    if (code == EXIT_DONE)
        code = train(dataset, data, s);
    seqnet_dataset_free(dataset);
    return code;
}

static int run(const char *data, train_settings *s)
{
    int code = open_target(&s->target);
    if (code == EXIT_DONE)
        code = check_epoch_log(&s->log, s->target.path, s->target.force);
    catch_signals();
    if (code == EXIT_DONE)
        code = (s->folds ? train_with_folds : train_once)(data, s);
    close_target(&s->target);
    return close_epoch_log(&s->log, code);
}

/* Chooses the data: the argument or --train. Returns PARSED, or prints what is wrong and returns an
 * exit code. */
static int find_data(const train_settings *s, const char *argument, const char **data)
{
    *data = argument ? argument : s->train_path;
    if (*data && !(argument && s->train_path))
        return PARSED;
    complain(*data ? "DATA is named twice: as an argument and with --train"
                   : "train needs an argument, DATA; usage: seqnet train %s",
             COMMAND.arguments);
    return EXIT_USAGE;
}

/* Checks the options that describe layers, which need not wait for the data. */
static int check_layers(train_settings *s)
{
    seqnet_error err = {0};
    if (s->layer_path) {
        const char *const name = given_layers(s);
        if (name) {
            complain("--%s describes layers, and --layer-file names them: leave one of them out",
                     name);
            return EXIT_USAGE;
        }
        if (seqnet_layer_list_read(&s->layer_list, s->layer_path, &err) != SEQNET_OK)
            return fail(&err);
    }
    seqnet_train_options options = seqnet_train_options_default();
    use_typed(s, &options);
    const char *const reason = seqnet_train_options_check(&options);
    if (reason)
        complain("%s", in_options(reason).text);
    return reason ? EXIT_USAGE : PARSED;
}

/* Checks the settings together. `argument` is NULL when there is none. */
static int finish_settings(train_settings *s, const char *argument, const char **data)
{
    int code = data_options_finish(&s->data);
    if (code == PARSED)
        code = find_data(s, argument, data);
    if (code == PARSED && s->no_refit && given_name(s->line, &s->train.refit)) {
        complain("--refit and --no-refit exclude each other");
        code = EXIT_USAGE;
    }
    if (code == PARSED && s->data.data.labels.multi_label)
        code = refuse_accuracy(&s->target);
    if (code == PARSED)
        code = check_layers(s);
    s->data.data.splits.seed = s->train.seed;
    return code;
}

int command_train(int argc, char **argv)
{
    train_settings s = default_settings();
    seqnet_train_options *const t = &s.train;
    const option_spec options[] = {
        /* clang-format off */
        OUTPUT_OPTION(&s.target.path, "where the model goes"),
        FORCE_OPTION(&s.target.force, "replace a file of another kind than the one written"),
        REAL_OPTION("min-accuracy", &s.target.min_accuracy, 0.0, 1.0,
                    "replace MODEL only from this accuracy on (test rows, else validation rows)"),
        FLAG_OPTION("if-better", &s.target.if_better,
                    "replace MODEL only by a better one, on the same rows"),
        FILE_OPTION("train", 0, &s.train_path, "DATA, as an option"),
        PART_OPTIONS(s.data),
        REAL_OPTION("validation-split", &s.data.data.splits.validation_split, 0.0, 0.999,
                    "share of the rows to validate with (default 0.2; texts: by their number)"),
        REAL_OPTION("test-split", &s.data.data.splits.test_split, 0.0, 0.999,
                    "share of the rows of texts to test with"),
        INTEGER_OPTION("folds", 0, &s.folds, 2, 1000,
                       "first train on all but each of N folds of texts, and measure on it"),
        CHOICE_OPTION("preset", &s.preset, preset_word,
                      "where defaults come from; auto: keras for ids, text for texts"),
        CHOICE_OPTION("ngrams", &t->ngrams, ngrams_word,
                      "a part that reads n-grams of words and characters beside the network (texts: auto)"),
        INTEGER_OPTION("word-ngrams", 0, &t->word_ngrams, 1, 8,
                       "longest n-grams of words (default 2; of many long texts 3)"),
        INTEGER_OPTION("char-ngrams", 0, &t->character_ngrams, 0, 8,
                       "longest n-grams of characters, 0: none (default 5; of long texts none)"),
        INTEGER_OPTION("ngram-limit", 0, &t->ngram_limit, 1, 16000000,
                       "most n-grams that the model knows"),
        REAL_OPTION("ngram-cost", &t->ngram_cost, 1e-6, 1e6,
                    "C of the support vector machines (default 0.3; of many long texts 1)"),
        INTEGER_OPTION("epochs", 0, &t->epochs, 1, 100000,
                       "passes over the training rows (texts: by their number)"),
        INTEGER_OPTION("patience", 0, &t->patience, 0, 100000,
                       "stop after N epochs without improvement, 0: never (texts: 3 to 10)"),
        FLAG_OPTION("refit", &t->refit,
                    "train again with the validation rows (texts: up to 20000 rows)"),
        FLAG_OPTION("no-refit", &s.no_refit, "keep the best epoch's model"),
        CHOICE_OPTION("monitor", &t->monitor, monitor_word, "what the best epoch is best in"),
        INTEGER_OPTION("batch-size", 0, &t->batch_size, 1, 1000000,
                       "rows per optimiser step (texts: by their number)"),
        INTEGER_OPTION("seed", 0, (int64_t *)&t->seed, 0, 9.2e18,
                       "of initial weights, row order and splits"),
        INTEGER_OPTION("maxlen", 0, &t->maxlen, 1, 100000,
                       "timesteps (default: the longest row, at most 500)"),
        CHOICE_OPTION("padding", &t->padding, side_word, "side on which zeros go"),
        CHOICE_OPTION("truncating", &t->truncating, side_word, "side on which long rows are cut"),
        INTEGER_OPTION("embedding-dim", 0, &t->embedding_dim, 1, 4096,
                       "features per word"),
        CHOICE_OPTION("cell", &t->cell, cell_word, "what reads the words of a row in order"),
        LIST_OPTION("units", t->units, 1, 4096,
                    "units of the recurrent layer; 64,32 for two of them"),
        INTEGER_OPTION("layers", 0, &t->layers, 1, 8,
                       "recurrent layers or blocks of convolutions (default 1; conv1d: 2)"),
        FLAG_OPTION("bidirectional", &t->bidirectional, "read each row from both ends"),
        CHOICE_OPTION("activation", &t->activation, activation_word,
                      "of the cell or the convolution; own: tanh, conv1d: relu"),
        CHOICE_OPTION("recurrent-activation", &t->recurrent_activation, recurrent_activation_word,
                      "of the gates"),
        FLAG_OPTION("reset-before", &t->reset_before,
                    "gru: apply the reset gate before the product, as reset_after=False does"),
        CHOICE_OPTION("pooling", &t->pooling, pooling_word,
                      "what becomes of the states (texts: max-mean; conv1d: max)"),
        FLAG_OPTION("mask-zero", &t->mask_zero, "skip padding instead of feeding it through"),
        LIST_OPTION("filters", t->filters, 1, 4096, "conv1d: filters of each block (default 32)"),
        LIST_OPTION("kernel-size", t->kernel_size, 1, 1000,
                    "conv1d: words that a filter sees (default 7); 3,4,5 side by side"),
        INTEGER_OPTION("pool-size", 0, &t->pool_size, 1, 1000,
                       "conv1d: timesteps that become one between blocks (default 5)"),
        LIST_OPTION("dense", t->dense, 1, 4096, "units of hidden Dense layers: 64,16"),
        CHOICE_OPTION("dense-activation", &t->dense_activation, activation_word,
                      "of the hidden Dense layers; own: relu"),
        FILE_OPTION("layer-file", 0, &s.layer_path,
                    "JSON list of layers in Keras's names, as info --json prints it"),
        REAL_OPTION("dropout", &t->dropout, 0.0, 0.999,
                    "share of the features hidden from the output layer in training (texts: 0.3)"),
        REAL_OPTION("recurrent-dropout", &t->recurrent_dropout, 0.0, 0.999,
                    "share of its state hidden from itself in training"),
        REAL_OPTION("spatial-dropout", &t->spatial_dropout, 0.0, 0.999,
                    "share of the words' features hidden in training, alike for all of a row"),
        REAL_OPTION("word-dropout", &t->word_dropout, 0.0, 0.999,
                    "share of the words that training takes for unknown (texts: 0.3 to 0.5)"),
        REAL_OPTION("ema", &t->ema, 0.0, 0.99999,
                    "decay of the weights' running mean, 0 for none (texts: 0.998)"),
        CHOICE_OPTION("optimizer", &t->optimizer, optimizer_word, "how weights move"),
        REAL_OPTION("lr", &t->learning_rate, 1e-30, 1e38,
                    "learning rate (texts: 0.003; sgd: 0.01)"),
        REAL_OPTION("momentum", &t->momentum, 0.0, 0.999999,
                    "sgd: share of the last step that the next one repeats"),
        FLAG_OPTION("nesterov", &t->nesterov, "sgd with momentum: look ahead by that share"),
        REAL_OPTION("weight-decay", &t->weight_decay, 0.0, 1.0,
                    "adamw: share of all weights that a step takes, times --lr (adamw: 0.004)"),
        CHOICE_OPTION("schedule", &t->schedule, schedule_word,
                      "how --lr falls to 0 over the steps of all --epochs, whatever ends them early"),
        REAL_OPTION("warmup", &t->warmup, 0.0, 1e15,
                    "steps in which --lr rises from 0; below 1: share of all steps"),
        REAL_OPTION("clip-norm", &t->clip_norm, 0.0, 1e38,
                    "largest norm of all gradients together (Keras's global_clipnorm), 0: any"),
        REAL_OPTION("l2", &t->l2, 0.0, 1e38,
                    "what kernels (not biases, not the embedding) add to the loss: X times their squares"),
        TEXT_OPTION("class-weight", "WEIGHTS", &t->class_weight,
                    "'balanced', or weights of labels in the loss: 'a=2,b=1'"),
        TEXT_OPTION("weight-column", "NAME", &s.data.data.records.reader.weight_field,
                    "column or key with the weight of each row in the loss"),
        FILE_OPTION("vectors", 0, &t->vectors,
                    "word vectors to start from: fastText's or GloVe's text form, also .gz"),
        READER_OPTIONS(s.data),
        LABEL_OPTIONS(s.data),
        MULTI_LABEL_OPTION(s.data),
        WORD_OPTIONS(s.data),
        THREADS_OPTION(&t->threads),
        FLAG_OPTION("json", &s.json, "print one JSON object per epoch on standard output"),
        TEXT_OPTION("history", "FILE", &s.log.path,
                    "write each epoch there when it ends: CSV, or JSON Lines for NAME.jsonl"),
        /* clang-format on */
    };
    char *const command_line = join_command_line(argc, argv); /* parsing moves the arguments */
    const char *data;
    parsed_line line;
    s.line = &line;
    s.command_line = command_line;
    int code =
        parse_options(&COMMAND, options, sizeof options / sizeof *options, argc, argv, &line);
    if (code == PARSED)
        code = finish_settings(&s, line.first < argc ? argv[line.first] : NULL, &data);
    if (code == PARSED)
        code = run(data, &s);
    free(s.layer_list);
    free(command_line);
    return code == EXIT_DONE ? s.json_code : code;
}
