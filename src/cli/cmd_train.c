/* seqnet train: trains a model on a dataset and writes it. */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "json.h"
#include "options.h"
#include "summary.h"
#include "terminal.h"

static const command_spec COMMAND = {
    .name = "train",
    .arguments = "DATA [-o MODEL] [options]",
    .summary = "Trains Embedding -> LSTM -> Dense(1, sigmoid) and writes the best epoch's model.",
    .details =
        "DATA is a Keras .npz such as imdb.npz, or builtin:demo[:SIZE[:SEED]].\n"
        "The epoch with the best validation accuracy is kept. Ctrl-C finishes the batch and\n"
        "saves. Equal data, options and seed give an equal fingerprint, whatever the threads.\n\n"
        "  seqnet train imdb.npz --preset keras --seed 7\n"
        "  seqnet train builtin:demo -o demo.safetensors\n",
    .min_arguments = 1,
    .max_arguments = 1};

static const char *const SIDES[] = {"pre", "post", NULL};
static const char *const OPTIMIZERS[] = {"rmsprop", "adam", NULL};
static const char *const PRESETS[] = {"keras", NULL};

typedef struct train_settings {
    seqnet_dataset_options data;
    seqnet_train_options train;
    size_t padding, truncating, optimizer, preset;
    int64_t seed;
    const char *output;
    bool json;
} train_settings;

/* "keras" is the tutorial's run, which is also what the library's defaults are. */
static train_settings default_settings(void)
{
    return (train_settings){.data = seqnet_dataset_options_default(),
                            .train = seqnet_train_options_default(),
                            .padding = SEQNET_PRE,
                            .truncating = SEQNET_PRE,
                            .optimizer = SEQNET_RMSPROP,
                            .preset = 0,
                            .seed = 1,
                            .output = DEFAULT_MODEL};
}

static int parse(train_settings *s, int argc, char **argv, int *first)
{
    seqnet_train_options *const t = &s->train;
    const option_spec options[] = {
        /* clang-format off */
        FILE_OPTION("output", 'o', &s->output, "where the model goes"),
        CHOICE_OPTION("preset", &s->preset, PRESETS,
                      "Keras's tutorial: RMSprop 1e-3, batch 128, 10 epochs"),
        INTEGER_OPTION("epochs", 0, &t->epochs, 1, 100000, "passes over the training rows"),
        INTEGER_OPTION("batch-size", 0, &t->batch_size, 1, 1000000, "rows per optimiser step"),
        REAL_OPTION("validation-split", &t->validation_split, 0.0, 0.999,
                    "share of the rows, from their end"),
        INTEGER_OPTION("seed", 0, &s->seed, 0, 9.2e18, "of initial weights and row order"),
        INTEGER_OPTION("maxlen", 0, &t->maxlen, 1, 100000,
                       "timesteps (default: the longest row, at most 500)"),
        CHOICE_OPTION("padding", &s->padding, SIDES, "side on which zeros go"),
        CHOICE_OPTION("truncating", &s->truncating, SIDES, "side on which long rows are cut"),
        NUM_WORDS_OPTION(s->data),
        SKIP_TOP_OPTION(s->data),
        WORD_INDEX_OPTION(s->data),
        INTEGER_OPTION("embedding-dim", 0, &t->embedding_dim, 1, 4096, "features per word"),
        INTEGER_OPTION("units", 0, &t->units, 1, 4096, "LSTM units"),
        FLAG_OPTION("mask-zero", &t->mask_zero, "skip padding instead of feeding it through"),
        REAL_OPTION("recurrent-dropout", &t->recurrent_dropout, 0.0, 0.999,
                    "share of the LSTM's state hidden from itself in training"),
        CHOICE_OPTION("optimizer", &s->optimizer, OPTIMIZERS, "how weights move"),
        REAL_OPTION("lr", &t->learning_rate, 1e-30, 1e38, "learning rate"),
        THREADS_OPTION(&t->threads),
        FLAG_OPTION("json", &s->json, "print one JSON object per epoch on standard output"),
        /* clang-format on */
    };
    return parse_options(&COMMAND, options, sizeof options / sizeof *options, argc, argv, first);
}

/* The command line as one string, for the training record; words with blanks are quoted. */
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

static volatile sig_atomic_t interrupted;

/* The first signal asks for an orderly end, the second one does not wait for it. */
static void on_signal(int number)
{
    (void)number;
    if (interrupted)
        _exit(SEQNET_INTERRUPTED);
    interrupted = 1;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static void print_epoch_json(const seqnet_train_event *event)
{
    cJSON *const root = cJSON_CreateObject();
    cJSON_AddNumberToObject(root, "epoch", (double)event->epoch);
    cJSON_AddNumberToObject(root, "acc", event->accuracy);
    cJSON_AddNumberToObject(root, "loss", event->loss);
    /* Without validation there is nothing to report: null. */
    if (isnan(event->val_accuracy)) {
        cJSON_AddNullToObject(root, "val_acc");
        cJSON_AddNullToObject(root, "val_loss");
    } else {
        cJSON_AddNumberToObject(root, "val_acc", event->val_accuracy);
        cJSON_AddNumberToObject(root, "val_loss", event->val_loss);
    }
    add_decimal(root, "seconds", event->seconds, 3);
    print_json_line(root);
    (void)flush_output(); /* training goes on without: the model is what counts */
}

/* "6s 41ms/step - acc: 0.8765 - loss: 0.3012" */
static void format_measures(char *text, size_t size, const seqnet_train_event *event)
{
    const double per_step = event->batch ? 1000.0 * event->seconds / (double)event->batch : 0.0;
    int used = snprintf(text, size, "%.*fs %.0fms/step - acc: %.4f - loss: %.4f",
                        event->seconds < 9.95 ? 1 : 0, event->seconds, per_step, event->accuracy,
                        event->loss);
    if (!isnan(event->val_accuracy) && used > 0 && (size_t)used < size)
        (void)snprintf(text + used, size - (size_t)used, " - val_acc: %.4f - val_loss: %.4f",
                       event->val_accuracy, event->val_loss);
}

static void draw_batch(const seqnet_train_event *event)
{
    char measures[160], text[200];
    const double left =
        event->seconds * (double)(event->batches - event->batch) / (double)event->batch;
    (void)snprintf(measures, sizeof measures, "acc: %.4f - loss: %.4f", event->accuracy,
                   event->loss);
    (void)snprintf(text, sizeof text, "%.0fs, ETA %.0fs - %s", event->seconds, left, measures);
    progress_draw(event->batch, event->batches, text);
}

static void report(const seqnet_train_event *event)
{
    char text[200];
    switch (event->kind) {
    case SEQNET_TRAIN_BEGIN:
        print_summary(stderr, event->model);
        detail("engine: %s", seqnet_model_engine(event->model));
        note("Train on %zu samples, validate on %zu samples", event->train_rows,
             event->validation_rows);
        break;
    case SEQNET_TRAIN_EPOCH_BEGIN:
        note("Epoch %zu/%zu", event->epoch, event->epochs);
        break;
    case SEQNET_TRAIN_BATCH_END:
        draw_batch(event);
        break;
    case SEQNET_TRAIN_EPOCH_END:
        format_measures(text, sizeof text, event);
        note("%zu/%zu - %s", event->batches, event->batches, text);
        break;
    }
}

static bool on_event(void *user, const seqnet_train_event *event)
{
    const train_settings *const s = user;
    if (!terminal.quiet)
        report(event);
    if (s->json && event->kind == SEQNET_TRAIN_EPOCH_END)
        print_epoch_json(event);
    return !interrupted && !ferror(stdout);
}

static void note_kept(const seqnet_train_result *result)
{
    if (result->kept_epoch == 0)
        note("kept the weights of the unfinished first epoch");
    else if (isnan(result->val_accuracy))
        note("kept epoch %zu, the last one", result->kept_epoch);
    else
        note("kept epoch %zu: val_acc %.4f, val_loss %.4f", result->kept_epoch,
             result->val_accuracy, result->val_loss);
}

static int save(const seqnet_model *model, const seqnet_train_result *result, const char *output)
{
    seqnet_error err;
    bool replaced = false;
    if (seqnet_model_save(model, output, &replaced, &err) != SEQNET_OK)
        return fail(&err);
    note_kept(result);
    note("saved %s%s", output, replaced ? ", replacing an older file" : "");
    note("fingerprint %s", seqnet_model_fingerprint(model));
    return EXIT_DONE;
}

static void note_data(const seqnet_dataset *dataset)
{
    const char *const index = seqnet_dataset_word_index_path(dataset);
    note("%zu train sequences, %zu test sequences", seqnet_dataset_count(dataset, SEQNET_TRAIN),
         seqnet_dataset_count(dataset, SEQNET_TEST));
    if (index)
        note("word index: %s", index);
    else if (seqnet_dataset_vocabulary_size(dataset) == 0)
        note("no word index found: the model will take ids, not text (see --word-index)");
    note_blas_problem();
    detail("%s; %s; %zu usable cores", seqnet_blas_name(), seqnet_instruction_set(),
           seqnet_usable_cores());
}

static int train(const seqnet_dataset *dataset, train_settings *s)
{
    seqnet_error err;
    seqnet_model *model = NULL;
    seqnet_train_result result;
    note_data(dataset);
    catch_signals();
    const seqnet_status status = seqnet_model_train(&model, dataset, &s->train, &result, &err);
    progress_clear();
    int code = (int)status;
    if (status == SEQNET_INTERRUPTED)
        note("interrupted after %zu finished epoch%s", result.epochs_run,
             result.epochs_run == 1 ? "" : "s");
    else if (status != SEQNET_OK)
        code = fail(&err);
    if (model) {
        const int saved = save(model, &result, s->output);
        code = saved == EXIT_DONE ? code : saved;
    }
    seqnet_model_free(model);
    return code;
}

int command_train(int argc, char **argv)
{
    seqnet_error err;
    train_settings s = default_settings();
    char *const line = join_command_line(argc, argv); /* before parsing moves the arguments */
    int first;
    const int parsed = parse(&s, argc, argv, &first);
    int code = parsed;
    seqnet_dataset *dataset = NULL;
    if (parsed != PARSED)
        goto out;
    s.train.padding = (seqnet_side)s.padding;
    s.train.truncating = (seqnet_side)s.truncating;
    s.train.optimizer = (seqnet_optimizer)s.optimizer;
    s.train.seed = (uint64_t)s.seed;
    s.train.command_line = line;
    s.train.callback = on_event;
    s.train.user = &s;
    if (seqnet_model_save_check(s.output, &err) != SEQNET_OK ||
        seqnet_dataset_load(&dataset, argv[first], &s.data, &err) != SEQNET_OK)
        code = fail(&err);
    else
        code = train(dataset, &s);
out:
    seqnet_dataset_free(dataset);
    free(line);
    return code;
}
