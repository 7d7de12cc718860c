/* seqnet tune: searches the settings of train that do best on held-out rows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/seqnet.h>

#include "commands.h"
#include "data_options.h"
#include "errors.h"
#include "figures.h"
#include "next_step.h"
#include "notes.h"
#include "options.h"
#include "outputs.h"
#include "ranks.h"
#include "recipe_defaults.h"
#include "signals.h"
#include "spelled.h"
#include "terminal.h"
#include "train_report.h"
#include "tune.h"

static const command_spec COMMAND = {
    .name = "tune",
    .arguments = "DATA [--minutes N | --trials N] [-o FILE] [options]",
    .summary = "Searches settings of train that do well on rows held out from training.",
    .details = DATA_HELP
    "The first trial is the recipe that train follows by itself; the next ones are the same\n"
    "recipe, n-grams alone (which take the least time) and the network alone, with other\n"
    "settings, some of them near the best so far. Each is measured on folds of texts, or on\n"
    "the validation rows of an .npz with several seeds, and dropped when after a fold it is\n"
    "0.02 below the best trial on the same folds (--monitor val_loss: 5 % above its loss).\n"
    "The rows of a test part are never looked at. The best command line is printed last and\n"
    "written to FILE, a script whose arguments go to train. Ctrl-C keeps the best so far.\n"
    "Equal data, options and seed give equal trials, whatever the threads.\n",
    .examples = "  seqnet tune reviews.csv\n"
                "  seqnet tune reviews.csv --minutes 30 -o best.sh\n"
                "  sh best.sh -o reviews.safetensors\n"
                "  seqnet tune reviews.csv --preset fast --trials 50 --json | jq -c .accuracy\n",
    .brief = "minutes trials output preset monitor text-column label-column seed json threads",
    .min_arguments = 1,
    .max_arguments = 1,
    .reads_arguments = true,
    .makes_files = true};

enum { DEFAULT_TRIALS = 20, TEXT_FOLDS = 3, SEEDS = 2, FEWEST_ROWS = 12 };

typedef struct tune_settings {
    data_options data;
    seqnet_train_options train;
    seqnet_preset preset;
    seqnet_monitor monitor;
    int64_t trials, folds;
    double minutes;
    const char *output;
    bool force, json;
    const parsed_line *line;
} tune_settings;

static tune_settings default_settings(void)
{
    tune_settings s = {.data = data_options_default(),
                       .train = seqnet_train_options_default(),
                       .output = "best-settings.sh"};
    s.data.data.splits.validation_split = SEQNET_SPLIT_AUTO;
    s.data.data.splits.tail = true;
    s.data.data.keep_texts = true;
    return s;
}

/* Whether the target lies in the object of this size. */
static bool is_in(const void *target, const void *object, size_t size)
{
    return (uintptr_t)target - (uintptr_t)object < size;
}

/* Spells the typed options that train has, too. The number of threads is no setting. */
static spelled_line spell_common(const tune_settings *s)
{
    spelled_line common = {0};
    for (size_t i = 0; i < s->line->count; i++) {
        const option_spec *const option = &s->line->options[i];
        const bool is_common = is_in(option->target, &s->data, sizeof s->data) ||
                               is_in(option->target, &s->train, sizeof s->train) ||
                               (option->target == &s->preset && s->preset != SEQNET_PRESET_AUTO);
        if (s->line->is_typed[i] && is_common && option->target != &s->train.threads)
            spell_option(&common, option);
    }
    return common;
}

/* Whether trials are measured on folds; else on the validation part. */
static bool has_folds(const seqnet_dataset *dataset)
{
    return seqnet_dataset_is_text(dataset) && !seqnet_dataset_is_builtin(dataset);
}

/* Loads DATA: texts without a validation part, since each fold makes its own. */
static int load(seqnet_dataset **dataset, const char *data, const tune_settings *s)
{
    seqnet_error err = {0};
    seqnet_dataset_options options = s->data.data;
    options.splits.validation_split = 0.0;
    seqnet_status status = seqnet_dataset_load(dataset, data, &options, &err);
    if (status == SEQNET_OK && !has_folds(*dataset)) {
        seqnet_dataset_free(*dataset);
        status = seqnet_dataset_load(dataset, data, &s->data.data, &err);
    }
    return status == SEQNET_OK ? EXIT_DONE : fail(&err);
}

/* Refuses data that cannot be measured on rows of its own. */
static int check_parts(const seqnet_dataset *dataset, const char *data)
{
    if (has_folds(dataset) && seqnet_dataset_count(dataset, SEQNET_TEST)) {
        complain("%s: has a test part, which tune leaves alone; name its training part instead of "
                 "all of it",
                 data);
        return EXIT_USAGE;
    }
    const size_t rows = seqnet_dataset_count(dataset, SEQNET_TRAIN);
    if (has_folds(dataset) && rows < FEWEST_ROWS) {
        complain("%s: has %zu %s, too few to hold some out from training; tune needs at least %d",
                 data, rows, plural(rows, "row", "rows"), FEWEST_ROWS);
        return SEQNET_ERR_DATA;
    }
    if (!has_folds(dataset) && seqnet_dataset_count(dataset, SEQNET_VALIDATION) == 0) {
        complain("%s: has too few rows to measure trials on", data);
        return SEQNET_ERR_DATA;
    }
    return EXIT_DONE;
}

/* Makes the search space by the rows of the final model, as train chooses its defaults. */
static int make_space(search_space *space, const seqnet_dataset *dataset, const tune_settings *s)
{
    seqnet_error err = {0};
    seqnet_dataset *split = NULL;
    if (has_folds(dataset) &&
        seqnet_dataset_resplit(&split, dataset, &s->data.data, &err) != SEQNET_OK)
        return fail(&err);
    const char *const reason =
        make_search_space(space, split ? split : dataset, s->preset, &s->train, s->line);
    seqnet_dataset_free(split);
    if (reason)
        complain("%s", in_options(reason).text);
    if (s->preset != SEQNET_PRESET_AUTO)
        space->presets[0] = SEQNET_PRESET_AUTO; /* it is among the common options */
    return reason ? EXIT_USAGE : EXIT_DONE;
}

static int tune(const seqnet_dataset *dataset, const char *common, const char *data,
                const tune_settings *s)
{
    const int64_t folds = has_folds(dataset) ? TEXT_FOLDS : SEEDS;
    tuner t = {.line = s->line,
               .typed = &s->train,
               .data = s->data.data,
               .dataset = dataset,
               .has_folds = has_folds(dataset),
               .folds = (size_t)(s->folds ? s->folds : folds),
               .monitor = s->monitor,
               .trial_limit = (size_t)(s->trials || s->minutes > 0.0 ? s->trials : DEFAULT_TRIALS),
               .minutes = s->minutes,
               .json = s->json,
               .source = data,
               .common = common};
    note_data(dataset, false);
    int code = note_suspicions(dataset);
    if (code == EXIT_DONE)
        code = check_parts(dataset, data);
    if (code == EXIT_DONE)
        code = make_space(&t.space, dataset, s);
    if (code == EXIT_DONE)
        code = search(&t, s->output);
    if (code == EXIT_DONE)
        tell_next_with("sh", s->output);
    free(t.trials);
    return code;
}

static int run(const char *data, tune_settings *s)
{
    seqnet_dataset *dataset = NULL;
    spelled_line common = spell_common(s);
    int code = refuse_standard_input(data);
    if (code == PARSED)
        code = check_output(s->output, OUTPUT_SETTINGS, s->force);
    catch_signals();
    if (code == EXIT_DONE && common.has_failed) {
        complain("out of memory for the command line");
        code = SEQNET_ERR_DATA;
    }
    if (code == EXIT_DONE)
        code = load(&dataset, data, s);
    if (code == EXIT_DONE)
        code = tune(dataset, common.text ? common.text : "", data, s);
    seqnet_dataset_free(dataset);
    free(common.text);
    return code;
}

int command_tune(int argc, char **argv)
{
    tune_settings s = default_settings();
    seqnet_train_options *const t = &s.train;
    const option_spec options[] = {
        /* clang-format off */
        GROUP("Data"),
        DERIVED(VALIDATION_DEFAULT, REAL_OPTION("validation-split", &s.data.data.splits.validation_split, 0.001, 0.999,
                    "share of the rows that choose each training's best epoch")),
        DERIVED("3 folds of texts, else 2 seeds", INTEGER_OPTION("folds", 0, &s.folds, 2, MOST_FOLDS,
                       "measure each trial so often")),
        READER_OPTIONS(s.data),
        LABEL_OPTIONS(s.data),
        MULTI_LABEL_OPTION(s.data),
        WEIGHT_OPTION(s.data),
        GROUP("Words"),
        WORD_OPTIONS(s.data),
        DERIVED("varied", INTEGER_OPTION("maxlen", 0, &t->maxlen, 1, 100000, "timesteps; in all trials")),
        GROUP("Model"),
        CHOICE_OPTION("preset", &s.preset, preset_word,
                      "recipe that all trials begin with; auto: text, fast and lstm for texts"),
        DERIVED(NGRAM_LIMIT_DEFAULT, INTEGER_OPTION("ngram-limit", 0, &t->ngram_limit, 1, 16000000,
                       "most n-grams that a model knows")),
        GROUP("Training"),
        DERIVED("20, with --minutes any number", INTEGER_OPTION("trials", 0, &s.trials, 1, 1000000,
                       "settings to try")),
        REAL_OPTION("minutes", &s.minutes, 0.0, 1e6,
                    "try for so long; a trial that this ends does not count, but the first one"),
        CHOICE_OPTION("monitor", &s.monitor, monitor_word,
                      "what the best trial is best in; mean accuracy (F1), or loss"),
        DERIVED(EPOCHS_DEFAULT, INTEGER_OPTION("epochs", 0, &t->epochs, 1, 100000, "of each training")),
        DERIVED("varied", REAL_OPTION("lr", &t->learning_rate, 1e-30, 1e38, "learning rate; in all trials")),
        TEXT_OPTION("class-weight", "WEIGHTS", &t->class_weight,
                    "'balanced', or weights of labels in the loss: 'a=2,b=1'"),
        INTEGER_OPTION("seed", 0, (int64_t *)&t->seed, 0, 9.2e18,
                       "of the trials; and of all that train draws"),
        GROUP("Output"),
        OUTPUT_OPTION(&s.output, "where the best command line goes"),
        FORCE_OPTION(&s.force, "replace a file that does not hold settings of tune"),
        FLAG_OPTION("json", &s.json, "print one JSON object per trial; and one of the best"),
        GROUP("General"),
        THREADS_OPTION(&t->threads),
        /* clang-format on */
    };
    parsed_line line;
    s.line = &line;
    int code = parse_data_options(&COMMAND, options, sizeof options / sizeof *options, argc, argv,
                                  &line, &s.data);
    s.data.data.splits.seed = t->seed;
    return code == PARSED ? run(argv[line.first], &s) : code;
}
