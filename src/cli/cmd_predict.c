/* seqnet predict: one answer for each text, in order. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "each_text.h"
#include "errors.h"
#include "figures.h"
#include "notes.h"
#include "open_model.h"
#include "options.h"
#include "outputs.h"
#include "predict.h"
#include "ranks.h"
#include "terminal.h"

static const command_spec COMMAND = {
    .name = "predict",
    .arguments = "[TEXT...] [--input FILE [FILE...]] [-m MODEL] [options]",
    .summary = "Classifies texts: the arguments, the records of files, or standard input's lines.",
    .details =
        "Prints exactly one line per record, in order: its label, a tab and the label's\n"
        "probability. Standard input is read line by line, a file as its name says (.csv, .tsv,\n"
        ".jsonl, also with .gz; else lines); --input-format overrides both. --annotate copies\n"
        "CSV, TSV or JSON Lines byte for byte and adds 'prediction' and 'probability'.\n"
        "Without -m, $SEQNET_MODEL and ./" DEFAULT_MODEL " the model in the box answers\n"
        "(builtin:reviews, English reviews of films).\n",
    .examples = "  seqnet predict \"a wonderful film\" \"two hours of boredom\"\n"
                "  cut -f 3 tickets.tsv | seqnet predict --json | jq -r .label\n"
                "  seqnet predict --annotate -i reviews.csv --text-column body -o scored.csv\n",
    .brief =
        "model input output json annotate top-k abstain-below text-column line-buffered threads",
    .max_arguments = (size_t)-1};

/* Ends the program at once, because another thread may wait for input for a long time. Must be
 * called right after the failure, while errno is that of the failure. */
static _Noreturn void give_up_output(void)
{
    const int code = output_failed(errno);
    drop_output();
    abandon_ranks(code);
    _exit(code);
}

/* The note of a row, and the bytes that go with it. */
static record_note note_of(const seqnet_batch *batch, size_t row, const char **bytes)
{
    record_note note = {0};
    size_t length;
    *bytes = seqnet_batch_note(batch, row, &length);
    if (length) {
        memcpy(&note, *bytes, sizeof note);
        *bytes += sizeof note;
    }
    return note;
}

static seqnet_status print_answers(const job *j, const seqnet_batch *batch, FILE *out,
                                   seqnet_error *err)
{
    const seqnet_prediction *const predictions = seqnet_batch_predictions(batch);
    for (size_t i = 0; i < seqnet_batch_count(batch); i++) {
        const char *bytes;
        const record_note note = note_of(batch, i, &bytes);
        TRY(print_answer(out, &j->options->answers, j->model, &predictions[i], &note, bytes, err));
    }
    return SEQNET_OK;
}

/* Prints the answers into memory, since several threads do: it takes longer than to read. */
static seqnet_status render_batch(void *user, seqnet_batch *batch, seqnet_error *err)
{
    char *text = NULL;
    size_t length = 0;
    FILE *const out = open_memstream(&text, &length);
    if (!out)
        return no_memory(err);
    seqnet_status status = print_answers(user, batch, out, err);
    const bool failed = ferror(out);
    if ((fclose(out) != 0 || failed) && status == SEQNET_OK)
        status = no_memory(err);
    seqnet_batch_set_output(batch, text, length);
    return status;
}

static void count_answers(job *j, const seqnet_batch *batch)
{
    const seqnet_prediction *const predictions = seqnet_batch_predictions(batch);
    for (size_t i = 0; i < seqnet_batch_count(batch); i++) {
        const char *bytes;
        const record_note note = note_of(batch, i, &bytes);
        j->counts.words += predictions[i].tokens;
        j->counts.unknown += predictions[i].oov;
        j->counts.answers++;
        j->counts.abstained += !note.is_bad && is_abstained(&j->options->answers, &predictions[i]);
        j->counts.guesses += !note.is_bad && predictions[i].tokens == predictions[i].oov;
    }
}

static seqnet_status write_batch(void *user, const seqnet_batch *batch, seqnet_error *err)
{
    job *const j = user;
    size_t length;
    const char *const text = seqnet_batch_output(batch, &length);
    (void)err;
    count_answers(j, batch);
    if (fwrite(text, 1, length, stdout) < length || (j->is_interactive && fflush(stdout) != 0))
        give_up_output();
    return SEQNET_OK;
}

static int predict_arguments(job *j, int count, char **texts)
{
    seqnet_error err = {0};
    seqnet_batch *batch;
    if (seqnet_batch_create(&batch, j->predictor, &err) != SEQNET_OK)
        return fail(&err);
    seqnet_status status = SEQNET_OK;
    j->file = "argument";
    for (int i = 0; i < count && status == SEQNET_OK;) {
        seqnet_batch_clear(batch);
        while (i < count && !is_full(batch) && status == SEQNET_OK)
            status = add_argument(j, batch, texts[i++], &err);
        err.status = status;
        /* The texts before a bad argument get their answers, so that scoring and printing have an
         * error of their own. */
        seqnet_error failure = {0};
        if (seqnet_predictor_score(j->predictor, batch, &failure) != SEQNET_OK ||
            render_batch(j, batch, &failure) != SEQNET_OK ||
            write_batch(j, batch, &failure) != SEQNET_OK) {
            err = failure;
            status = failure.status;
            j->is_refused = false;
        }
    }
    seqnet_batch_free(batch);
    return status == SEQNET_OK ? EXIT_DONE : refuse_text(j, &err);
}

int predict_files(job *j)
{
    seqnet_error err = {0};
    const seqnet_pipeline pipeline = {
        .read = read_records, .write = write_batch, .user = j, .render = render_batch};
    err.status = seqnet_predictor_run(j->predictor, &pipeline, &err);
    progress_clear();
    if (err.status != SEQNET_OK) {
        (void)flush_output(); /* the answers come before the error sentence */
        return refuse_text(j, &err);
    }
    if (j->before.length && fwrite(j->before.bytes, 1, j->before.length, stdout) == 0)
        give_up_output();
    j->before.length = 0;
    return EXIT_DONE;
}

/* Notes the share of unknown words: a model that does not know the words guesses. */
static void note_unknown_words(const job *j)
{
    enum { FEW_WORDS = 20 };
    const double share = percent(j->counts.unknown, j->counts.words);
    if (j->counts.guesses)
        note("%zu of %zu %s no word that the model knows: a guess", j->counts.guesses,
             j->counts.answers,
             plural(j->counts.answers, "text has",
                    j->counts.guesses == 1 ? "texts has" : "texts have"));
    if (j->counts.words >= FEW_WORDS && share > 30.0)
        note("%.1f %% of the %zu words are unknown to the model", share, j->counts.words);
    else
        detail("out of vocabulary: %.1f %% of %zu words", share, j->counts.words);
}

/* Notes how many answers are missing, and how to get them. */
static void note_abstained(const job *j)
{
    const double below = j->options->answers.abstain_below;
    if (j->counts.abstained)
        note("%zu of %zu %s less probable than %g and left open; --abstain-below 0 gives all",
             j->counts.abstained, j->counts.answers,
             plural(j->counts.answers, "answer is", "answers are"), below);
}

/* Whether several processes share the files. */
static bool are_spread(const predict_options *o, int count)
{
    return rank_count() > 1 && o->input && count > 0;
}

static int predict(const seqnet_model *model, const char *path, const predict_options *o, int count,
                   char **arguments)
{
    seqnet_error err = {0};
    const seqnet_predictor_options settings = {.threads = (size_t)o->threads,
                                               .word_index = o->word_index,
                                               .long_texts = o->long_texts,
                                               .raw = o->raw};
    const bool reads_files = o->input || count == 0;
    job j = {.options = o,
             .model = model,
             .model_path = path,
             .is_interactive = o->line_buffered || (isatty(STDOUT_FILENO) && !terminal.is_relayed),
             .wants_note = o->answers.annotate || o->answers.with_filename ||
                           o->answers.format == ANSWER_JSON || o->data.data.records.skip_bad,
             .first_file = o->input ? o->input : "-",
             .files = arguments,
             .file_count = (size_t)count};
    if (o->answers.annotate)
        name_added(&o->answers, &j.added);
    if (seqnet_predictor_create(&j.predictor, model, &settings, &err) != SEQNET_OK)
        return fail(&err);
    if (reads_files && !o->input && isatty(STDIN_FILENO))
        note("reading texts from the terminal, one a line; Ctrl-D ends");
    const int code = !reads_files           ? predict_arguments(&j, count, arguments)
                     : are_spread(o, count) ? predict_spread(&j)
                                            : predict_files(&j);
    if (code == EXIT_DONE && !o->ids)
        note_unknown_words(&j);
    if (code == EXIT_DONE)
        note_abstained(&j);
    if (code == EXIT_DONE)
        note_tallies(&j.tallies.invalid, &j.tallies.replaced, &j.tallies.swallowed);
    release_input(&j);
    seqnet_predictor_free(j.predictor);
    return code;
}

static int check_options(predict_options *o)
{
    if (o->json && o->answers.format == ANSWER_FASTTEXT) {
        complain("--json and --output-format fasttext exclude each other");
        return EXIT_USAGE;
    }
    if (o->json)
        o->answers.format = ANSWER_JSON;
    if (o->answers.top_k == 0 || (o->answers.annotate && o->answers.top_k > TOP_MOST)) {
        complain("--top-k %lld: expected -1 for all labels, or a whole number from 1 to %d",
                 (long long)o->answers.top_k, o->answers.annotate ? TOP_MOST : MOST_LABELS);
        return EXIT_USAGE;
    }
    if (o->ids && (o->long_texts || o->data.data.records.skip_bad ||
                   o->data.data.records.reader.format > SEQNET_FORMAT_LINES)) {
        complain("--ids takes lines of ids and excludes --long, --skip-bad and other formats");
        return EXIT_USAGE;
    }
    if (o->answers.annotate && (o->answers.format != ANSWER_TEXT || o->ids)) {
        complain("--annotate excludes --json, --output-format and --ids");
        return EXIT_USAGE;
    }
    if (o->answers.annotate && o->answers.with_filename) {
        complain("--annotate and --with-filename exclude each other");
        return EXIT_USAGE;
    }
    if (o->has_precision && o->has_abstain_below) {
        complain("--precision chooses what --abstain-below says: leave one of them out");
        return EXIT_USAGE;
    }
    if (o->raw && (o->has_precision || o->answers.abstain_below > 0.0)) {
        complain("--raw excludes %s, which goes by calibrated probabilities",
                 o->has_precision ? "--precision" : "--abstain-below");
        return EXIT_USAGE;
    }
    return data_options_finish(&o->data);
}

static int check_labels(const seqnet_model *model, const predict_options *o)
{
    const size_t count = seqnet_model_label_count(model);
    for (size_t i = 0; i < count && o->answers.format == ANSWER_FASTTEXT; i++)
        for (size_t k = 0; k < i; k++) {
            const char *const a = seqnet_model_label_name(model, k);
            const char *const b = seqnet_model_label_name(model, i);
            if (!seqnet_fasttext_same_label(a, b))
                continue;
            complain("the labels '%.80s' and '%.80s' are the same in fastText's form, which has no "
                     "blanks in labels; leave --output-format fasttext out",
                     a, b);
            return EXIT_USAGE;
        }
    return EXIT_DONE;
}

/* Registers the files that are read, which depend on the options, as inputs (outputs.h). */
static int check_inputs(const predict_options *o, int count, char **arguments)
{
    if (!o->input && count == 0)
        add_input("-");
    for (int i = 0; i < count && o->input; i++)
        add_input(arguments[i]);
    return check_standard_output();
}

/* Finds the threshold of --precision. Returns EXIT_DONE, or prints why there is none and returns an
 * exit code. */
static int choose_precise(predict_options *o, const seqnet_model *model, const char *path)
{
    const seqnet_held_out *const held_out = seqnet_model_held_out(model);
    const seqnet_abstain_point *best = NULL;
    if (!held_out) {
        complain("%s: has no profile of held-out rows, which --precision goes by; train it again "
                 "with validation rows, or choose --abstain-below",
                 path);
        return SEQNET_ERR_MODEL;
    }
    const seqnet_abstain_point *const point =
        seqnet_held_out_precise(held_out, o->precision, &best);
    if (point) {
        o->answers.abstain_below = point->threshold;
        note_answers_from(point, held_out->rows);
        return EXIT_DONE;
    }
    complain("--precision %g: is not reached beyond chance on the %zu held-out rows of %s; nearest "
             "is --abstain-below %g, with %zu answers, %.1f %% of them right",
             o->precision, held_out->rows, path, best->threshold, best->kept,
             percent(best->right, best->kept));
    return SEQNET_ERR_MODEL;
}

/* Decides which answers are left open: as it was typed, else as the model says. Returns EXIT_DONE,
 * or prints what is wrong and returns an exit code. */
static int choose_abstaining(predict_options *o, const seqnet_model *model, const char *path)
{
    if (seqnet_model_is_multi_label(model) && (o->has_precision || o->has_abstain_below)) {
        complain("%s: gives a row any number of labels, which --threshold chooses; --%s is for one "
                 "label a row",
                 path, o->has_precision ? "precision" : "abstain-below");
        return EXIT_USAGE;
    }
    if (o->has_precision)
        return choose_precise(o, model, path);
    if (!o->has_abstain_below && !o->raw)
        o->answers.abstain_below = seqnet_model_abstain_below(model);
    return EXIT_DONE;
}

/* Of a model that gives a row any number of labels: all that reach its threshold are printed, or as
 * many as were asked for, whatever their probability. */
static void use_model(predict_options *o, const seqnet_model *model)
{
    const int64_t labels = (int64_t)seqnet_model_label_count(model);
    if (o->answers.top_k == TOP_ALL)
        o->answers.top_k = labels < TOP_MOST || !o->answers.annotate ? labels : TOP_MOST;
    if (!seqnet_model_is_multi_label(model))
        return;
    o->answers.joiner = seqnet_model_label_separator(model);
    if (!o->has_threshold && !o->has_top_k)
        o->answers.threshold = seqnet_model_threshold(model);
    if (!o->has_top_k)
        o->answers.top_k = labels;
}

static int run(predict_options *o, const parsed_line *line, int count, char **arguments)
{
    if (!o->input && count == 1 && strcmp(arguments[0], "-") == 0)
        count = 0; /* standard input, as for --input */
    if (o->answers.annotate && !o->input && count > 0) {
        complain("--annotate copies files, not texts; name '%s' with --input", arguments[0]);
        return EXIT_USAGE;
    }
    if (!are_spread(o, count) && !works_alone())
        return EXIT_DONE;
    if (!o->input)
        note_file_names((size_t)count, arguments, "classifies");
    int code = check_inputs(o, count, arguments);
    if (code != PARSED)
        return code;
    seqnet_model *model = NULL;
    const char *path;
    code = open_model_or_builtin(&model, o->model, &path);
    if (code == EXIT_DONE) {
        o->data = with_remembered(&o->data, model, line);
        use_model(o, model);
        code = check_labels(model, o);
    }
    if (code == EXIT_DONE)
        code = choose_abstaining(o, model, path);
    if (code == EXIT_DONE && (!o->output || strcmp(o->output, "-") == 0))
        show_answers(&o->answers, model);
    if (code == EXIT_DONE && o->output && strcmp(o->output, "-") != 0 && is_first_rank())
        code = redirect_output(o->output, OUTPUT_ANSWERS, o->force);
    if (code == EXIT_DONE)
        code = finish_output(predict(model, path, o, count, arguments));
    seqnet_model_free(model);
    return code;
}

int command_predict(int argc, char **argv)
{
    predict_options o = {.answers = {.top_k = 1}, .data = data_options_default()};
    const option_spec options[] = {
        /* clang-format off */
        GROUP("Data"),
        FILE_OPTION("input", 'i', &o.input,
                    "classify the records of FILE; - for standard input, arguments are then files"),
        READER_OPTIONS(o.data),
        PREFIX_OPTION(o.data),
        FLAG_OPTION("skip-bad", &o.data.data.records.skip_bad,
                    "give records that cannot be read an empty answer"),
        FLAG_OPTION("ids", &o.ids, "texts are rows of ids, start id included"),
        GROUP("Words"),
        FILE_OPTION("word-index", 0, &o.word_index,
                    "imdb_word_index.json, for a model trained without one"),
        CHOICE_OPTION("long", &o.long_texts, long_texts_word,
                      "texts beyond the model's length; cut, keep both ends, or average windows"),
        GROUP("Model"),
        MODEL_OR_BUILTIN_OPTION(&o.model),
        DERIVED("none; several labels a row: the model's", REAL_OPTION("threshold", &o.answers.threshold, 0.0, 1.0,
                    "leave labels less probable than X out")),
        DERIVED("what the model says", REAL_OPTION("abstain-below", &o.answers.abstain_below, 0.0, 1.0,
                    "give no answer less probable than X, but ?")),
        REAL_OPTION("precision", &o.precision, 0.01, 0.9999,
                    "give no answer below the probability from which on X of the model's held-out rows were right"),
        FLAG_OPTION("raw", &o.raw, "print probabilities as they are before calibration"),
        GROUP("Output"),
        OUTPUT_OPTION(&o.output, "write the answers there, all of them or none"),
        FORCE_OPTION(&o.force, "replace a file that does not hold answers"),
        FLAG_OPTION("json", &o.json, "print one JSON object per record"),
        CHOICE_OPTION("output-format", &o.answers.format, answer_format_word,
                      "how answers are printed"),
        FLAG_OPTION("annotate", &o.answers.annotate,
                    "copy the input and add the answer to each record; CSV, TSV or JSON Lines"),
        INTEGER_OPTION("top-k", 'k', &o.answers.top_k, TOP_ALL, MOST_LABELS,
                       "print the K likeliest labels; -1 for all"),
        FLAG_OPTION("with-filename", &o.answers.with_filename,
                    "begin each answer with the file's name"),
        FLAG_OPTION("line-buffered", &o.line_buffered,
                    "print each answer as soon as its line is read"),
        GROUP("General"),
        THREADS_OPTION(&o.threads),
        /* clang-format on */
    };
    parsed_line line;
    int code =
        parse_options(&COMMAND, options, sizeof options / sizeof *options, argc, argv, &line);
    if (code != PARSED)
        return code;
    o.has_top_k = given_name(&line, &o.answers.top_k) != NULL;
    o.has_threshold = given_name(&line, &o.answers.threshold) != NULL;
    o.has_abstain_below = given_name(&line, &o.answers.abstain_below) != NULL;
    o.has_precision = given_name(&line, &o.precision) != NULL;
    code = check_options(&o);
    return code == PARSED ? run(&o, &line, argc - line.first, argv + line.first) : code;
}
