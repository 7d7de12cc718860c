/* seqnet predict: one answer for each text, in order. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <seqnet/seqnet.h>

#include "answers.h"
#include "commands.h"
#include "data_options.h"
#include "errors.h"
#include "figures.h"
#include "open_model.h"
#include "options.h"
#include "outputs.h"
#include "terminal.h"

static const command_spec COMMAND = {
    .name = "predict",
    .arguments = "[TEXT...] [--input FILE [FILE...]] [-m MODEL] [options]",
    .summary = "Classifies texts: the arguments, the records of files, or standard input's lines.",
    .details =
        "Prints exactly one line per record, in order: its label, a tab and the label's\n"
        "probability. Standard input is read line by line, a file as its name says (.csv, .tsv,\n"
        ".jsonl, also with .gz; else lines); --input-format overrides both. --annotate copies\n"
        "CSV, TSV or JSON Lines byte for byte and adds 'prediction' and 'probability'.\n\n"
        "  seqnet predict \"a wonderful film\" \"two hours of boredom\"\n"
        "  cut -f 3 tickets.tsv | seqnet predict --json | jq -r .label\n"
        "  seqnet predict --annotate --input reviews.csv --text-column body -o scored.csv\n",
    .max_arguments = (size_t)-1};

/* A batch is full with so many texts, or so many bytes of them. */
enum { BATCH_ROWS = 256, BATCH_BYTES = 1 << 20 };

static const char *const ANSWER_FORMATS[] = {"text", "json", "fasttext", NULL};
static const char *const LONG_MODES[] = {"truncate", "head-tail", "window", NULL};

typedef struct predict_options {
    const char *model, *input, *word_index;
    const char *output;
    bool json, ids, line_buffered, force;
    int64_t threads;
    size_t long_texts;
    answer_options answers;
    data_options data;
} predict_options;

/* Bytes that grow. */
typedef struct byte_buffer {
    char *bytes;
    size_t length, capacity;
} byte_buffer;

/* One run. In a stream, reading and writing may go on at the same time: the reading side has
 * `first_file` to `note`, the writing side `words` and `unknown`; the rest does not change. */
typedef struct job {
    const predict_options *options;
    const seqnet_model *model;
    const char *model_path;
    seqnet_predictor *predictor;
    bool eager;             /* whoever waits for answers gets them before we wait for more input */
    bool wants_note;        /* answers need more than the prediction */
    const char *first_file; /* --input's, or standard input; NULL: it has been read */
    char **files;           /* those after it that are still to be read */
    size_t file_count;
    seqnet_reader *reader; /* of the one under way; NULL between files */
    const char *file;      /* its name */
    seqnet_format format;  /* annotate: the first file's */
    byte_buffer header;    /* annotate: the first file's, without what was added */
    bool line_open;        /* annotate: what was copied last does not end a line */
    size_t opened;         /* files so far */
    size_t line;           /* of the record under way */
    bool refused;          /* the record under way */
    size_t records;        /* read so far */
    double started;
    int32_t *ids; /* of it, with --ids */
    size_t ids_capacity;
    byte_buffer before;    /* annotate: to be printed before the next record */
    byte_buffer note;      /* scratch */
    size_t words, unknown; /* of all answers: the writing side's */
    size_t replaced;       /* in all records: the reading side's */
    added_names added;     /* annotate */
} job;

static bool append(byte_buffer *buffer, const void *bytes, size_t length)
{
    if (length > buffer->capacity - buffer->length) {
        const size_t capacity = 2 * (buffer->length + length);
        char *const grown = realloc(buffer->bytes, capacity);
        if (!grown)
            return false;
        buffer->bytes = grown;
        buffer->capacity = capacity;
    }
    if (length)
        memcpy(buffer->bytes + buffer->length, bytes, length);
    buffer->length += length;
    return true;
}

static seqnet_status no_memory(seqnet_error *err)
{
    return FAIL(err, SEQNET_ERR_MEMORY, "out of memory for a record");
}

/* Ends the program at once: another thread may be waiting for input that is long in coming. To be
 * called right after the failure, which errno tells. */
static _Noreturn void give_up_output(void)
{
    const int code = output_failed(errno);
    drop_output();
    _exit(code);
}

static seqnet_status print_batch(void *user, const seqnet_batch *batch, seqnet_error *err)
{
    job *const j = user;
    const seqnet_prediction *const predictions = seqnet_batch_predictions(batch);
    for (size_t i = 0; i < seqnet_batch_count(batch); i++) {
        record_note note = {0};
        size_t length;
        const char *bytes = seqnet_batch_note(batch, i, &length);
        if (length) {
            memcpy(&note, bytes, sizeof note);
            bytes += sizeof note;
        }
        TRY(print_answer(&j->options->answers, j->model, &predictions[i], &note, bytes, err));
        j->words += predictions[i].tokens;
        j->unknown += predictions[i].oov;
        if (ferror(stdout))
            give_up_output();
    }
    if (j->eager && fflush(stdout) != 0)
        give_up_output();
    return SEQNET_OK;
}

static bool is_separator(char c)
{
    return c == ' ' || c == '\t' || c == ',';
}

static bool store_id(job *j, size_t index, int32_t id)
{
    if (index == j->ids_capacity) {
        const size_t capacity = index ? index * 2 : 512;
        int32_t *const grown = realloc(j->ids, capacity * sizeof *grown);
        if (!grown)
            return false;
        j->ids = grown;
        j->ids_capacity = capacity;
    }
    j->ids[index] = id;
    return true;
}

/* Reads "1 14 22": ids between blanks or commas. */
static seqnet_status parse_ids(job *j, const char *line, size_t length, size_t *count,
                               seqnet_error *err)
{
    *count = 0;
    for (size_t pos = 0; pos < length;) {
        char word[24];
        int64_t id;
        size_t end = pos;
        while (end < length && !is_separator(line[end]))
            end++;
        const size_t size = end - pos;
        const char *const start = line + pos;
        pos = end + (end < length);
        if (size == 0)
            continue;
        (void)snprintf(word, sizeof word, "%.*s", (int)(size < 23 ? size : 23), start);
        if (strlen(word) != size || !seqnet_parse_int64(word, &id) || id < INT32_MIN ||
            id > INT32_MAX) {
            return FAIL(err, SEQNET_ERR_DATA, "'%s' %s; --ids takes lines such as '1 14 22 16'",
                        word, memchr(start, 0, size) ? "goes on after a NUL byte" : "is not an id");
        }
        if (!store_id(j, (*count)++, (int32_t)id)) {
            return no_memory(err);
        }
    }
    return SEQNET_OK;
}

/* The note of a record, and the bytes that go with it, in j->note. */
static bool write_note(job *j, record_note note, const char *raw)
{
    note.file = j->file;
    note.line = j->line;
    note.before_length = j->before.length;
    j->note.length = 0;
    return append(&j->note, &note, sizeof note) &&
           append(&j->note, j->before.bytes, j->before.length) &&
           append(&j->note, raw, note.raw_length);
}

/* Hands what the answer needs on to the writing side. A row without its note would be a wrong
 * answer: it goes. */
static seqnet_status attach_note(job *j, seqnet_batch *batch, record_note note, const char *raw,
                                 seqnet_error *err)
{
    if (!j->wants_note)
        return SEQNET_OK;
    const seqnet_status status =
        write_note(j, note, raw) ? seqnet_batch_set_note(batch, j->note.bytes, j->note.length, err)
                                 : no_memory(err);
    if (status == SEQNET_OK)
        j->before.length = 0;
    else
        seqnet_batch_drop_last(batch);
    return status;
}

/* Adds one text or row of ids to the batch. */
static seqnet_status add(job *j, seqnet_batch *batch, const char *text, size_t length,
                         seqnet_error *err)
{
    size_t count;
    seqnet_status status;
    if (!j->options->ids)
        status = seqnet_batch_add_text(batch, text, length, err);
    else if ((status = parse_ids(j, text, length, &count, err)) == SEQNET_OK)
        status = seqnet_batch_add_ids(batch, j->ids, count, err);
    j->refused = status != SEQNET_OK;
    return status;
}

/* Tells why a text could not be classified; returns an exit code. */
static int refuse(const job *j, const seqnet_error *err)
{
    if (err->status == SEQNET_ERR_MODEL)
        complain("%s: %s", j->model_path, err->message);
    else if (strncmp(err->message, "out of memory", 13) == 0) /* of what is not said yet */
        complain("%s: does not fit into the memory (%s); use fewer threads (-j 1), or a machine "
                 "with more memory",
                 j->model_path, err->message);
    else if (j->refused && err->status != SEQNET_ERR_MEMORY)
        complain("%s:%zu: %s", j->file, j->line, err->message);
    else
        return fail(err);
    return exit_code(err->status);
}

static bool is_full(const seqnet_batch *batch)
{
    return seqnet_batch_count(batch) >= BATCH_ROWS || seqnet_batch_bytes(batch) >= BATCH_BYTES;
}

static seqnet_status add_argument(job *j, seqnet_batch *batch, const char *text, seqnet_error *err)
{
    j->line++;
    TRY(add(j, batch, text, strlen(text), err));
    return attach_note(j, batch, (record_note){0}, NULL, err);
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
        /* Of scoring or printing: what came before a bad argument is answered. */
        seqnet_error failure = {0};
        if (seqnet_predictor_score(j->predictor, batch, &failure) != SEQNET_OK ||
            print_batch(j, batch, &failure) != SEQNET_OK) {
            err = failure;
            status = failure.status;
            j->refused = false;
        }
    }
    seqnet_batch_free(batch);
    return status == SEQNET_OK ? EXIT_DONE : refuse(j, &err);
}

/* Lines, unless the name or an option says otherwise: a stream of texts is not to be guessed at. */
static seqnet_format choose_format(const job *j, const char *file)
{
    const seqnet_format named = j->options->data.data.reader.format;
    if (named != SEQNET_FORMAT_AUTO)
        return named;
    if (j->options->answers.annotate)
        return SEQNET_FORMAT_AUTO;
    const seqnet_format by_name = seqnet_format_of_name(file);
    return by_name == SEQNET_FORMAT_AUTO ? SEQNET_FORMAT_LINES : by_name;
}

static seqnet_status check_annotated(const job *j, seqnet_error *err)
{
    const seqnet_format format = seqnet_reader_format(j->reader);
    if (format == SEQNET_FORMAT_CSV || format == SEQNET_FORMAT_TSV || format == SEQNET_FORMAT_JSONL)
        return SEQNET_OK;
    return FAIL(err, SEQNET_ERR_USAGE,
                "%.500s: --annotate is for CSV, TSV and JSON Lines; pass --input-format, or put "
                "answers beside lines with paste",
                j->file);
}

static size_t byte_order_mark(const char *bytes, size_t length)
{
    return length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

/* A header is printed before the first record, with the names of what is added. */
static seqnet_status take_header(job *j, const char *header, size_t length, size_t end,
                                 seqnet_error *err)
{
    char added[ADDED_HEADER];
    const size_t mark = byte_order_mark(header, end);
    const size_t added_length = added_header(&j->added, seqnet_reader_delimiter(j->reader), added);
    j->format = seqnet_reader_format(j->reader);
    if (length && (!append(&j->header, header + mark, end - mark) ||
                   !append(&j->before, header, end) || !append(&j->before, added, added_length) ||
                   !append(&j->before, header + end, length - end)))
        return no_memory(err);
    return SEQNET_OK;
}

/* Records of further files go on below the first one's header, on lines of their own. */
static seqnet_status continue_copy(job *j, const char *header, size_t end, seqnet_error *err)
{
    const size_t mark = byte_order_mark(header, end), length = end - mark;
    if (seqnet_reader_format(j->reader) != j->format || length != j->header.length ||
        (length && memcmp(header + mark, j->header.bytes, length) != 0))
        return FAIL(err, SEQNET_ERR_DATA,
                    "%.500s: is in another format or has another header than the file before it; "
                    "annotate it on its own",
                    j->file);
    if (j->line_open && !append(&j->before, "\n", 1))
        return no_memory(err);
    return SEQNET_OK;
}

static seqnet_status begin_file(job *j, seqnet_error *err)
{
    size_t length, end;
    const char *const header = seqnet_reader_header(j->reader, &length, &end);
    j->opened++;
    if (!j->options->answers.annotate)
        return SEQNET_OK;
    TRY(check_annotated(j, err));
    return j->opened == 1 ? take_header(j, header, length, end, err)
                          : continue_copy(j, header, end, err);
}

static void note_line_end(job *j, const seqnet_record *record)
{
    const size_t length = record->raw_length;
    if (length)
        j->line_open = record->raw[length - 1] != '\n' && record->raw[length - 1] != '\r';
}

static void close_reader(job *j)
{
    seqnet_reader_free(j->reader);
    j->reader = NULL;
}

static seqnet_status open_next(job *j, seqnet_error *err)
{
    seqnet_reader_options options = j->options->data.data.reader;
    const char *const path = j->first_file ? j->first_file : *j->files++;
    j->file_count -= !j->first_file;
    j->first_file = NULL;
    j->file = strcmp(path, "-") == 0 ? "standard input" : path;
    options.format = j->options->ids ? SEQNET_FORMAT_LINES : choose_format(j, path);
    if (j->options->answers.annotate)
        options.added_fields = j->added.list;
    TRY(seqnet_reader_open(&j->reader, path, &options, err));
    const seqnet_status status = begin_file(j, err);
    if (status != SEQNET_OK) /* the file is refused, not a record of it */
        close_reader(j);
    return status;
}

/* The next record of all files; *found becomes false behind the last. */
static seqnet_status next_record(job *j, seqnet_record *record, bool *found, seqnet_error *err)
{
    *found = false;
    while (j->reader || j->first_file || j->file_count) {
        if (!j->reader)
            TRY(open_next(j, err));
        const seqnet_status status = seqnet_reader_next(j->reader, record, found, err);
        j->line = record->line;
        note_line_end(j, record);
        if (status != SEQNET_OK || *found)
            return status;
        if (j->options->answers.annotate && !append(&j->before, record->raw, record->raw_length))
            return no_memory(err);
        close_reader(j);
    }
    return SEQNET_OK;
}

static seqnet_status add_record(job *j, seqnet_batch *batch, const seqnet_record *record, bool bad,
                                seqnet_error *err)
{
    TRY(add(j, batch, bad ? "" : record->text, bad ? 0 : record->text_length, err));
    const bool copies = j->options->answers.annotate;
    const record_note note = {.bad = bad,
                              .format = seqnet_reader_format(j->reader),
                              .delimiter = seqnet_reader_delimiter(j->reader),
                              .raw_length = copies ? record->raw_length : 0,
                              .raw_end = copies ? record->raw_end : 0};
    return attach_note(j, batch, note, record->raw, err);
}

/* Reading a file while answers go elsewhere: how far it is, and how fast. */
static void draw_progress(const job *j)
{
    enum { KILO = 1000 };
    char text[80];
    const size_t size = seqnet_reader_size(j->reader), done = seqnet_reader_position(j->reader);
    if (size == 0 || j->eager)
        return;
    const double seconds = seconds_now() - j->started;
    (void)snprintf(text, sizeof text, "kB, %.0f records/s",
                   seconds > 0 ? (double)j->records / seconds : 0.0);
    progress_draw(done < size ? done / KILO : size / KILO, size / KILO, text);
}

static seqnet_status read_records(void *user, seqnet_batch *batch, seqnet_error *err)
{
    job *const j = user;
    do {
        seqnet_record record = {0};
        bool found;
        j->refused = false;
        const seqnet_status status = next_record(j, &record, &found, err);
        const bool bad = status == SEQNET_ERR_DATA && j->reader && j->options->data.data.skip_bad &&
                         !record.ends_input;
        if (status != SEQNET_OK && !bad)
            return status;
        if (!found && !bad)
            return SEQNET_OK;
        TRY(add_record(j, batch, &record, bad, err));
        j->records++;
        j->replaced += record.replaced;
    } while (!is_full(batch) && !(j->eager && j->reader && !seqnet_reader_ready(j->reader)));
    if (j->reader)
        draw_progress(j);
    return SEQNET_OK;
}

static int predict_files(job *j)
{
    seqnet_error err = {0};
    const seqnet_stream stream = {.read = read_records, .write = print_batch, .user = j};
    j->started = seconds_now();
    err.status = seqnet_predictor_stream(j->predictor, &stream, &err);
    progress_clear();
    if (err.status != SEQNET_OK) {
        (void)flush_output(); /* the answers before the complaint */
        return refuse(j, &err);
    }
    if (j->before.length && fwrite(j->before.bytes, 1, j->before.length, stdout) == 0)
        give_up_output();
    return EXIT_DONE;
}

/* A model that does not know the words guesses. */
static void note_unknown_words(const job *j)
{
    enum { FEW_WORDS = 20 };
    const double share = percent(j->unknown, j->words);
    if (j->words >= FEW_WORDS && share > 30.0)
        note("%.1f %% of the %zu words are unknown to the model", share, j->words);
    else
        detail("out of vocabulary: %.1f %% of %zu words", share, j->words);
}

static int predict(const seqnet_model *model, const char *path, const predict_options *o, int count,
                   char **arguments)
{
    seqnet_error err = {0};
    const seqnet_predictor_options settings = {.threads = (size_t)o->threads,
                                               .word_index = o->word_index,
                                               .long_texts = (seqnet_long_texts)o->long_texts};
    const bool reads = o->input || count == 0;
    job j = {.options = o,
             .model = model,
             .model_path = path,
             .eager = o->line_buffered || isatty(STDOUT_FILENO),
             .wants_note = o->answers.annotate || o->answers.with_filename ||
                           o->answers.format == ANSWER_JSON || o->data.data.skip_bad,
             .first_file = o->input ? o->input : "-",
             .files = arguments,
             .file_count = (size_t)count};
    name_added(&o->answers, &j.added);
    if (seqnet_predictor_create(&j.predictor, model, &settings, &err) != SEQNET_OK)
        return fail(&err);
    if (reads && !o->input && isatty(STDIN_FILENO))
        note("reading texts from the terminal, one a line; Ctrl-D ends");
    const int code = reads ? predict_files(&j) : predict_arguments(&j, count, arguments);
    if (code == EXIT_DONE && !o->ids)
        note_unknown_words(&j);
    if (code == EXIT_DONE && j.replaced)
        note("%zu invalid UTF-8 sequences or characters were read as U+FFFD", j.replaced);
    close_reader(&j);
    seqnet_predictor_free(j.predictor);
    free(j.ids);
    free(j.before.bytes);
    free(j.header.bytes);
    free(j.note.bytes);
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
    if (o->json && o->answers.top_k > 1) {
        complain("--json has the probabilities of all labels; leave --top-k out");
        return EXIT_USAGE;
    }
    if (o->ids &&
        (o->long_texts || o->data.data.skip_bad || o->data.format > SEQNET_FORMAT_LINES)) {
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
    return data_options_finish(&o->data);
}

/* A file's name is a text like any other, but hardly meant as one. */
static void note_file_names(int count, char **texts)
{
    for (int i = 0; i < count; i++)
        if (access(texts[i], F_OK) == 0) {
            note("'%s' is taken for a text; --input classifies what is in a file", texts[i]);
            return;
        }
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

/* Which files are read depends on the options. */
static int check_inputs(const predict_options *o, int count, char **arguments)
{
    if (!o->input && count == 0)
        add_input("-");
    for (int i = 0; i < count && o->input; i++)
        add_input(arguments[i]);
    return check_standard_output();
}

static int run(const predict_options *o, int count, char **arguments)
{
    if (!o->input && count == 1 && strcmp(arguments[0], "-") == 0)
        count = 0; /* standard input, as for --input */
    if (o->answers.annotate && !o->input && count > 0) {
        complain("--annotate copies files, not texts; name '%s' with --input", arguments[0]);
        return EXIT_USAGE;
    }
    if (!o->input)
        note_file_names(count, arguments);
    int code = check_inputs(o, count, arguments);
    if (code != PARSED)
        return code;
    seqnet_model *model = NULL;
    const char *path;
    code = open_model(&model, o->model, &path);
    if (code == EXIT_DONE)
        code = check_labels(model, o);
    if (code == EXIT_DONE && o->output && strcmp(o->output, "-") != 0)
        code = redirect_output(o->output, o->force);
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
        MODEL_OPTION(&o.model),
        FILE_OPTION("input", 'i', &o.input,
                    "classify the records of FILE, - for standard input; arguments are then files"),
        OUTPUT_OPTION(&o.output, "write the answers there, all of them or none"),
        FORCE_OPTION(&o.force, "replace a file that does not hold answers"),
        FLAG_OPTION("json", &o.json, "print one JSON object per record"),
        CHOICE_OPTION("output-format", &o.answers.format, ANSWER_FORMATS, "how answers are printed"),
        FLAG_OPTION("annotate", &o.answers.annotate,
                    "copy CSV, TSV or JSON Lines and add the answer to each record"),
        INTEGER_OPTION("top-k", 'k', &o.answers.top_k, 1, TOP_MOST, "print the K likeliest labels"),
        REAL_OPTION("threshold", &o.answers.threshold, 0.0, 1.0,
                    "leave labels less probable than X out"),
        FLAG_OPTION("with-filename", &o.answers.with_filename,
                    "begin each answer with the file's name"),
        CHOICE_OPTION("long", &o.long_texts, LONG_MODES,
                      "texts beyond the model's length: cut, keep both ends, or average windows"),
        READER_OPTIONS(o.data),
        FLAG_OPTION("skip-bad", &o.data.data.skip_bad,
                    "give records that cannot be read an empty answer"),
        FLAG_OPTION("ids", &o.ids, "texts are rows of ids, start id included"),
        FILE_OPTION("word-index", 0, &o.word_index,
                    "imdb_word_index.json, for a model trained without one"),
        FLAG_OPTION("line-buffered", &o.line_buffered,
                    "print each answer as soon as its line is read"),
        THREADS_OPTION(&o.threads),
        /* clang-format on */
    };
    parsed_line line;
    int code =
        parse_options(&COMMAND, options, sizeof options / sizeof *options, argc, argv, &line);
    if (code == PARSED)
        code = check_options(&o);
    return code == PARSED ? run(&o, argc - line.first, argv + line.first) : code;
}
