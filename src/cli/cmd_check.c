/* seqnet check: what is wrong with labelled data, before a model is trained on it. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <seqnet/seqnet.h>

#include "commands.h"
#include "data_options.h"
#include "errors.h"
#include "figures.h"
#include "json_line.h"
#include "notes.h"
#include "open_model.h"
#include "options.h"
#include "record.h"
#include "summary.h"
#include "terminal.h"

static const command_spec COMMAND = {
    .name = "check",
    .arguments = "DATA [--test FILE] [--val FILE] [options]",
    .summary = "Looks for what would spoil a training: bad records, duplicates, leaks, imbalance.",
    .details = DATA_HELP
    "Exit code 1 when something needs attention. Rows count as the same when they have the\n"
    "same words.\n",
    .examples = "  seqnet check reviews.csv --test held_out.csv\n"
                "  seqnet check --json reviews.csv | jq .problems\n",
    .brief = "test val model json input-format text-column label-column map multi-label maxlen",
    .min_arguments = 1,
    .max_arguments = 1,
    .reads_arguments = true};

enum {
    /* Examples that a finding names. */
    EXAMPLES = 3,
    /* A label with fewer rows can hardly be learnt. */
    FEW_ROWS = 10,
    /* The largest label has this many times the rows of the smallest: worth a note, and worth
     * attention. */
    IMBALANCE = 10,
    GREAT_IMBALANCE = 50,
    /* Bytes of a finding, with the terminating NUL. */
    LONGEST_LINE = 700,
    MAX_FINDINGS = 64
};

/* The names of seqnet_quantile_shares. */
static const char *const SHARE_NAMES[SEQNET_QUANTILES] = {"min", "p25", "p50", "p75",
                                                          "p95", "p99", "max"};

typedef struct part_figures {
    seqnet_part_summary summary;
    size_t empty;
    /* Rows longer than maxlen, and their tokens beyond it. */
    size_t cut_rows, cut_tokens;
    /* Runs of equal labels in the order of the file: few of them mean that the rows are sorted. */
    size_t runs;
} part_figures;

/* One fact about the data, as a sentence. */
typedef struct finding {
    /* The fact needs attention and changes the exit code; else it is only a note. */
    bool is_problem;
    char text[LONGEST_LINE];
} finding;

typedef struct checkup {
    const char *data;
    /* Timesteps of a model; 0 until the data is loaded, where no option says. */
    size_t maxlen;
    const seqnet_dataset *dataset;
    part_figures parts[SEQNET_PARTS];
    size_t rows;
    finding findings[MAX_FINDINGS];
    size_t finding_count;
    /* Records that could not be read. */
    size_t bad;
    /* The model that the data is to fit; NULL: none. */
    const char *model_path;
    seqnet_model *model;
    bool json;
} checkup;

__attribute__((format(printf, 3, 4))) static void find_out(checkup *c, bool is_problem,
                                                           const char *format, ...)
{
    va_list args;
    if (c->finding_count == MAX_FINDINGS)
        return;
    finding *const f = &c->findings[c->finding_count++];
    f->is_problem = is_problem;
    va_start(args, format);
    (void)vsnprintf(f->text, sizeof f->text, format, args);
    va_end(args);
}

static void note_problem(void *user, const char *message)
{
    checkup *const c = user;
    if (c->bad++ < EXAMPLES)
        find_out(c, true, "%s", in_options(message).text);
}

static int measure_part(checkup *c, seqnet_part part)
{
    seqnet_error err = {0};
    part_figures *const f = &c->parts[part];
    int32_t label, before = -1;
    if (seqnet_dataset_summarise(c->dataset, part, &f->summary, &err) != SEQNET_OK)
        return fail(&err);
    for (size_t row = 0; row < f->summary.count; row++, before = label) {
        size_t length;
        (void)seqnet_dataset_row(c->dataset, part, row, &length, &label);
        f->empty += length <= 1; /* at most the start id */
        f->runs += label != before;
        f->cut_rows += length > c->maxlen;
        f->cut_tokens += length > c->maxlen ? length - c->maxlen : 0;
    }
    return EXIT_DONE;
}

/* The place of a row: "reviews.csv:17", or its number. `near`: the path that a sentence has named
 * already, so that "line 17" tells enough; NULL for none. */
static const char *place_of(const checkup *c, seqnet_part part, size_t row, const char *near,
                            char place[300])
{
    size_t length, line = 0;
    const char *source = NULL;
    if (!seqnet_dataset_text(c->dataset, part, row, &length, &source, &line) || !source)
        (void)snprintf(place, 300, "%s row %zu", seqnet_part_name(part), row);
    else if (line && near && strcmp(near, source) == 0)
        (void)snprintf(place, 300, "line %zu", line);
    else if (line)
        (void)snprintf(place, 300, "%.250s:%zu", source, line);
    else
        (void)snprintf(place, 300, "%.290s", source);
    return place;
}

/* Reports the duplicates of one kind, with the first pairs as examples. */
typedef struct pair_finding {
    size_t count, length;
    /* The file that the examples have named last. */
    const char *source;
    char examples[EXAMPLES * 200];
} pair_finding;

static void add_pair(const checkup *c, pair_finding *pairs, const seqnet_duplicate *duplicate)
{
    char place[300], first[300];
    const char *source = NULL;
    if (pairs->count++ >= EXAMPLES)
        return;
    size_t length;
    (void)seqnet_dataset_text(c->dataset, duplicate->part, duplicate->row, &length, &source, NULL);
    const int written =
        snprintf(pairs->examples + pairs->length, sizeof pairs->examples - pairs->length,
                 "%s%s = %s", pairs->length ? ", " : "",
                 place_of(c, duplicate->part, duplicate->row, pairs->source, place),
                 place_of(c, duplicate->first_part, duplicate->first_row, source, first));
    pairs->source = source;
    pairs->length += written > 0 ? (size_t)written : 0;
    if (pairs->length >= sizeof pairs->examples)
        pairs->length = sizeof pairs->examples - 1;
}

static const char *and_more(const pair_finding *pairs)
{
    return pairs->count > EXAMPLES ? ", ..." : "";
}

static int check_duplicates(checkup *c)
{
    seqnet_error err = {0};
    seqnet_duplicate *duplicates;
    size_t count;
    pair_finding repeats = {0}, contradictions = {0}, leaks = {0};
    const size_t rows = c->parts[SEQNET_TRAIN].summary.count;
    if (seqnet_dataset_duplicates(c->dataset, &duplicates, &count, &err) != SEQNET_OK)
        return fail(&err);
    for (size_t i = 0; i < count; i++) {
        if (!duplicates[i].same_label)
            add_pair(c, &contradictions, &duplicates[i]);
        if (duplicates[i].part != duplicates[i].first_part)
            add_pair(c, &leaks, &duplicates[i]);
        else
            add_pair(c, &repeats, &duplicates[i]);
    }
    free(duplicates);
    if (leaks.count)
        find_out(c, true, "%zu %s in two parts, so that a test is no test: %s%s", leaks.count,
                 plural(leaks.count, "row is", "rows are"), leaks.examples, and_more(&leaks));
    if (contradictions.count)
        find_out(c, percent(contradictions.count, rows) > 0.5,
                 "%zu %s the words of another with a different label: %s%s", contradictions.count,
                 plural(contradictions.count, "row repeats", "rows repeat"),
                 contradictions.examples, and_more(&contradictions));
    if (repeats.count)
        find_out(c, percent(repeats.count, rows) > 1.0, "%zu %s an earlier one of their part: %s%s",
                 repeats.count, plural(repeats.count, "row repeats", "rows repeat"),
                 repeats.examples, and_more(&repeats));
    return EXIT_DONE;
}

/* A list of names with their counts, of which only the first are shown. */
typedef struct name_list {
    size_t count, length;
    char names[EXAMPLES * 120];
} name_list;

static void add_name(name_list *list, const char *name, size_t rows)
{
    if (list->count++ >= EXAMPLES)
        return;
    list->length += (size_t)snprintf(list->names + list->length, sizeof list->names - list->length,
                                     "%s'%.80s' (%zu)", list->length ? ", " : "", name, rows);
}

static void check_balance(checkup *c)
{
    size_t smallest = SIZE_MAX, largest = 0, present = 0;
    const size_t labels = seqnet_dataset_label_count(c->dataset);
    name_list few = {0};
    for (size_t i = 0; i < labels; i++) {
        const size_t rows = seqnet_dataset_class_count(c->dataset, SEQNET_TRAIN, (int32_t)i);
        present += rows > 0;
        if (rows < FEW_ROWS)
            add_name(&few, seqnet_dataset_label_name(c->dataset, (int32_t)i), rows);
        smallest = rows < smallest ? rows : smallest;
        largest = rows > largest ? rows : largest;
    }
    if (few.count)
        find_out(c, true, "%zu %s fewer than %d training rows: %s%s; merge or drop with --map",
                 few.count, plural(few.count, "label has", "labels have"), FEW_ROWS, few.names,
                 few.count > EXAMPLES ? ", ..." : "");
    if (present < 2)
        find_out(c, true, "there is one label only; training needs two");
    else if (smallest * IMBALANCE < largest && !seqnet_dataset_is_multi_label(c->dataset))
        find_out(c, smallest * GREAT_IMBALANCE < largest,
                 "labels are out of balance: %zu to %zu training rows; consider --class-weight "
                 "balanced",
                 smallest, largest);
}

/* Many words are unknown when they are more than a fifth or, where the model's held-out rows tell
 * what is usual, a tenth of the words more than in those. */
static void check_unknown(checkup *c, seqnet_part part)
{
    const seqnet_part_summary *const s = &c->parts[part].summary;
    const double share = percent(s->oov, s->tokens);
    const seqnet_held_out *const held_out = c->model ? seqnet_model_held_out(c->model) : NULL;
    const char *const name = seqnet_part_name(part);
    const double usual = held_out && held_out->unknown.bins ? 100.0 * held_out->unknown.mean : -1.0;
    if (share <= (usual < 0.0 ? 20.0 : usual + 10.0))
        return;
    if (usual < 0.0)
        find_out(c, true, "%s: %.1f %% of the words are unknown to the %s", name, share,
                 c->model ? "model" : "training part");
    else
        find_out(c, true,
                 "%s: %.1f %% of the words are unknown to the model, of its held-out rows %.1f %%",
                 name, share, usual);
}

static void check_part(checkup *c, seqnet_part part)
{
    const part_figures *const f = &c->parts[part];
    const char *const name = seqnet_part_name(part);
    if (f->summary.count == 0)
        return;
    if (f->runs == seqnet_dataset_label_count(c->dataset) && f->summary.count >= 4 * f->runs) {
        if (seqnet_dataset_is_text(c->dataset))
            find_out(c, false,
                     "%s: rows are sorted by label, which does no harm: a split is drawn "
                     "at random",
                     name);
        else if (part == SEQNET_TRAIN)
            find_out(c, true,
                     "%s: rows are sorted by label, so that a validation split from their "
                     "end has one label only; shuffle them",
                     name);
    }
    if (f->empty)
        find_out(c, percent(f->empty, f->summary.count) > 1.0, "%s: %zu %s no words", name,
                 f->empty, plural(f->empty, "row has", "rows have"));
    if (f->cut_rows)
        find_out(c, percent(f->cut_tokens, f->summary.tokens) > 10.0,
                 "%s: %.1f %% of the rows are longer than %zu tokens; cutting them there loses "
                 "%.1f %% of all tokens",
                 name, percent(f->cut_rows, f->summary.count), c->maxlen,
                 percent(f->cut_tokens, f->summary.tokens));
    if (c->model || part != SEQNET_TRAIN)
        check_unknown(c, part);
}

/* What was irregular in the files. */
static void check_reading(checkup *c)
{
    const seqnet_reading *const reading = seqnet_dataset_reading(c->dataset);
    if (c->bad > EXAMPLES)
        find_out(c, true, "%zu bad records in all", c->bad);
    if (reading->foreign_rows)
        find_out(c, true, "%zu %s of %zu %s that the %s%s%s", reading->foreign_rows,
                 plural(reading->foreign_rows, "row is", "rows are"), reading->foreign_labels,
                 plural(reading->foreign_labels, "label", "labels"),
                 c->model ? "model does not know" : "training rows do not have",
                 *reading->foreign ? ": " : "", reading->foreign);
    if (*reading->left_out)
        find_out(c, false, "%s", reading->left_out);
    if (*reading->word_list)
        find_out(c, true, "%s", in_options(reading->word_list).text);
    if (reading->invalid.count)
        find_out(c, true, INVALID_NOTE, reading->invalid.first, reading->invalid.count,
                 plural(reading->invalid.count, "byte sequence is", "byte sequences are"));
    if (reading->replaced.count)
        find_out(c, false, REPLACED_NOTE, reading->replaced.first, reading->replaced.count,
                 plural(reading->replaced.count, "character is", "characters are"));
    if (reading->swallowed.count)
        find_out(c, true, SWALLOWED_NOTE, reading->swallowed.first, reading->swallowed.count);
    if (reading->headers)
        find_out(c, false, "%zu %s of the header left out", reading->headers,
                 plural(reading->headers, "repetition is", "repetitions are"));
    if (*reading->unmatched)
        find_out(c, true, "no row has the label '%s', which --map names", reading->unmatched);
    if (*reading->remark)
        find_out(c, false, "%s", in_options(reading->remark).text);
    if (reading->blank)
        find_out(c, false, "%zu empty %s at the end %s left out", reading->blank,
                 plural(reading->blank, "row", "rows"), reading->blank == 1 ? "is" : "are");
    if (reading->trimmed)
        find_out(c, false, "the blanks around the labels of %zu %s are left out", reading->trimmed,
                 plural(reading->trimmed, "row", "rows"));
    if (reading->several_labels)
        find_out(c, false, "%zu %s several labels, of which the first counts",
                 reading->several_labels, plural(reading->several_labels, "row has", "rows have"));
    if (reading->dropped)
        find_out(c, false, "%zu %s dropped by --map", reading->dropped,
                 plural(reading->dropped, "row is", "rows are"));
}

/* Whether fields are what they are taken for. */
static int check_fields(checkup *c)
{
    seqnet_error err = {0};
    seqnet_label_findings f;
    const seqnet_reading *const reading = seqnet_dataset_reading(c->dataset);
    const seqnet_status status = seqnet_dataset_check_labels(c->dataset, &f, &err);
    if (status == SEQNET_OK && f.same)
        find_out(c, true, "labels look the same: %s; merge them with --map '%s'", f.same,
                 f.same_map);
    if (status == SEQNET_OK && f.missing)
        find_out(c, true, "labels stand for a missing value: %s; drop them with --map '%s'",
                 f.missing, f.missing_map);
    if (status == SEQNET_OK && f.is_quantity)
        find_out(c, true, QUANTITY_NOTE);
    seqnet_label_findings_free(&f);
    if (2 * reading->wordless > c->rows)
        find_out(c, true, WORDLESS_NOTE, reading->wordless, c->rows);
    return status == SEQNET_OK ? EXIT_DONE : fail(&err);
}

static int examine(checkup *c)
{
    check_reading(c);
    for (seqnet_part part = SEQNET_TRAIN; part < SEQNET_PARTS; part++) {
        const int code = measure_part(c, part);
        if (code != EXIT_DONE)
            return code;
    }
    for (seqnet_part part = SEQNET_TRAIN; part < SEQNET_PARTS; part++)
        c->rows += c->parts[part].summary.count;
    const int code = check_fields(c);
    if (code != EXIT_DONE)
        return code;
    if (!c->model) /* which new data need not suit for training */
        check_balance(c);
    for (seqnet_part part = SEQNET_TRAIN; part < SEQNET_PARTS; part++)
        check_part(c, part);
    return check_duplicates(c);
}

static size_t count_problems(const checkup *c)
{
    size_t count = 0;
    for (size_t i = 0; i < c->finding_count; i++)
        count += c->findings[i].is_problem;
    return count;
}

static void print_part(FILE *out, const checkup *c, seqnet_part part)
{
    const part_figures *const f = &c->parts[part];
    char number[GROUPED_NUMBER];
    if (f->summary.count == 0)
        return;
    fprintf(out, "%s: %s %s\n  labels:", seqnet_part_name(part), grouped(f->summary.count, number),
            plural(f->summary.count, "row", "rows"));
    fputc(' ', out);
    print_labels(out, c->dataset, part, true);
    fputs("\n  tokens a row:", out);
    for (size_t q = 0; q < SEQNET_QUANTILES; q++)
        fprintf(out, " %s %zu", SHARE_NAMES[q], f->summary.quantiles[q]);
    fprintf(out, "\n  tokens: %s, ", grouped(f->summary.tokens, number));
    fprintf(out, "%.2f %% of them out of the vocabulary\n",
            percent(f->summary.oov, f->summary.tokens));
}

/* Prints a finding, wrapped on a terminal. */
static void print_finding(const finding *f)
{
    const char *const kind = f->is_problem ? "problem:" : "note:";
    const bool is_colored = f->is_problem && has_colors(STDOUT_FILENO);
    begin_color(stdout, is_colored, ROLE_PROBLEM);
    fputs(kind, stdout);
    end_color(stdout, is_colored);
    putchar(' ');
    put_wrapped(stdout, f->text, strlen(kind) + 1, line_cells(STDOUT_FILENO));
    putchar('\n');
}

static int print_as_text(const checkup *c)
{
    char number[GROUPED_NUMBER];
    wrapped_text text;
    FILE *const out = begin_wrapped(stdout, &text);
    const size_t ids = seqnet_dataset_id_count(c->dataset);
    for (seqnet_part part = SEQNET_TRAIN; part < SEQNET_PARTS; part++)
        print_part(out, c, part);
    fprintf(out, "vocabulary: %s %s\n", grouped(ids, number), plural(ids, "id", "ids"));
    end_wrapped(&text);
    for (size_t i = 0; i < c->finding_count; i++)
        print_finding(&c->findings[i]);
    if (count_problems(c) == 0)
        puts("nothing needs attention");
    return EXIT_DONE;
}

static void add_part_json(seqnet_json *json, const checkup *c, seqnet_part part)
{
    const part_figures *const f = &c->parts[part];
    if (f->summary.count == 0)
        return;
    struct cJSON *const object = seqnet_json_object(json, json->root, seqnet_part_name(part));
    seqnet_json_number(json, object, "rows", (double)f->summary.count);
    struct cJSON *const labels = seqnet_json_object(json, object, "labels");
    for (size_t i = 0; i < seqnet_dataset_label_count(c->dataset); i++)
        seqnet_json_number(json, labels, seqnet_dataset_label_name(c->dataset, (int32_t)i),
                           (double)seqnet_dataset_class_count(c->dataset, part, (int32_t)i));
    struct cJSON *const lengths = seqnet_json_object(json, object, "lengths");
    for (size_t q = 0; q < SEQNET_QUANTILES; q++)
        seqnet_json_number(json, lengths, SHARE_NAMES[q], (double)f->summary.quantiles[q]);
    seqnet_json_number(json, object, "tokens", (double)f->summary.tokens);
    seqnet_json_number(json, object, "oov", (double)f->summary.oov);
    seqnet_json_number(json, object, "empty", (double)f->empty);
    seqnet_json_number(json, object, "cut_rows", (double)f->cut_rows);
    seqnet_json_number(json, object, "cut_tokens", (double)f->cut_tokens);
}

static int print_as_json(const checkup *c)
{
    seqnet_json json = seqnet_json_begin_object();
    seqnet_json_string(&json, json.root, "data", c->data);
    for (seqnet_part part = SEQNET_TRAIN; part < SEQNET_PARTS; part++)
        add_part_json(&json, c, part);
    seqnet_json_number(&json, json.root, "vocabulary", (double)seqnet_dataset_id_count(c->dataset));
    seqnet_json_number(&json, json.root, "bad_records", (double)c->bad);
    struct cJSON *const problems = seqnet_json_list(&json, json.root, "problems");
    struct cJSON *const notes = seqnet_json_list(&json, json.root, "notes");
    for (size_t i = 0; i < c->finding_count; i++)
        seqnet_json_string(&json, c->findings[i].is_problem ? problems : notes, NULL,
                           c->findings[i].text);
    return print_json_line(&json);
}

/* Loads the data without its bad records, examines it and prints the findings. */
static int check_data(checkup *c, seqnet_dataset_options *options)
{
    seqnet_error err = {0};
    seqnet_dataset *dataset = NULL;
    options->records.skip_bad = options->keep_texts = options->labels.any = true;
    options->records.problems = note_problem;
    options->records.problems_user = c;
    /* Rows of an .npz are compared by all of their ids, not only by those that a model would keep.
     */
    if (options->words.num_words == SEQNET_NUM_WORDS_AUTO)
        options->words.num_words = SEQNET_NUM_WORDS_ALL_IDS;
    const seqnet_status status =
        c->model ? seqnet_model_load_dataset(c->model, &dataset, c->data, options, &err)
                 : seqnet_dataset_load(&dataset, c->data, options, &err);
    if (status != SEQNET_OK)
        return fail(&err);
    note_fields(seqnet_dataset_reader_options(dataset), true);
    c->dataset = dataset;
    if (!c->maxlen)
        c->maxlen = seqnet_dataset_default_maxlen(dataset);
    int code = examine(c);
    if (code == EXIT_DONE)
        code = (c->json ? print_as_json : print_as_text)(c);
    if (code == EXIT_DONE && count_problems(c))
        code = EXIT_NEGATIVE;
    seqnet_dataset_free(dataset);
    return code;
}

int command_check(int argc, char **argv)
{
    checkup c = {0};
    int64_t maxlen = 0;
    data_options d = data_options_default();
    const option_spec options[] = {
        /* clang-format off */
        GROUP("Data"),
        PART_OPTIONS(d),
        READER_OPTIONS(d),
        LABEL_OPTIONS(d),
        MULTI_LABEL_OPTION(d),
        GROUP("Words"),
        WORD_OPTIONS(d),
        DERIVED("as train", INTEGER_OPTION("maxlen", 0, &maxlen, 1, 100000, "tokens that a model would take in")),
        GROUP("Model"),
        FILE_OPTION("model", 'm', &c.model_path,
                    "tell whether the data fits this model; its labels, words and columns count"),
        GROUP("Output"),
        FLAG_OPTION("json", &c.json, "print one JSON object"),
        /* clang-format on */
    };
    parsed_line line;
    int code = parse_data_options(&COMMAND, options, sizeof options / sizeof *options, argc, argv,
                                  &line, &d);
    if (code != PARSED)
        return code;
    c.data = argv[line.first];
    c.maxlen = (size_t)maxlen;
    if (c.model_path) {
        code = open_model(&c.model, c.model_path, &c.model_path);
        if (code != EXIT_DONE)
            return code;
        d = with_remembered(&d, c.model, &line);
    }
    code = check_data(&c, &d.data);
    if (code == EXIT_DONE && !c.model && !c.json) /* train has all other options of check */
        tell_next_like_typed("seqnet train");
    seqnet_model_free(c.model);
    return code;
}
