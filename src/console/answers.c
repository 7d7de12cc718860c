#include "answers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answer_row.h"
#include "errors.h"
#include "json_line.h"
#include "terminal.h"

const char *answer_format_word(int value)
{
    switch ((answer_format)value) {
    case ANSWER_TEXT:
        return "text";
    case ANSWER_JSON:
        return "json";
    case ANSWER_FASTTEXT:
        return "fasttext";
    }
    return NULL;
}

/* What stands for the label of an answer that is not given. */
static const char UNSURE[] = "?";

/* The numbers of the labels to print, most probable first. */
typedef struct ranking {
    /* The answer is not given: no label is printed, but the probability of the first one is. */
    bool is_abstained;
    size_t count;
    size_t labels[MOST_LABELS];
} ranking;

bool is_abstained(const answer_options *options, const seqnet_prediction *prediction)
{
    return prediction->probability < options->abstain_below;
}

/* Inserts each label above the threshold into the ranking. Equally probable labels keep their
 * order. */
static void rank_labels(const answer_options *options, const seqnet_model *model,
                        const seqnet_prediction *p, ranking *r)
{
    const size_t wanted = (size_t)options->top_k, classes = seqnet_model_label_count(model);
    r->count = 0;
    r->is_abstained = is_abstained(options, p);
    if (r->is_abstained)
        return;
    if (wanted == 1) {
        r->labels[0] = p->label;
        r->count = p->probability >= options->threshold;
        return;
    }
    for (size_t c = 0; c < classes; c++) {
        if (p->probabilities[c] < options->threshold)
            continue;
        size_t place = r->count < wanted ? r->count++ : wanted;
        for (; place > 0 && p->probabilities[r->labels[place - 1]] < p->probabilities[c]; place--)
            if (place < wanted)
                r->labels[place] = r->labels[place - 1];
        if (place < wanted)
            r->labels[place] = c;
    }
}

static void print_file(FILE *out, const char *file)
{
    put_text(out, file);
    putc('\t', out);
}

/* Prints fields with tabs between them. */
static void print_text(FILE *out, const answer_options *options, const seqnet_model *model,
                       const seqnet_prediction *p, const ranking *r)
{
    for (size_t i = 0; i < r->count; i++) {
        if (i)
            putc('\t', out);
        begin_color(out, options->has_colors, ROLE_ANSWER);
        put_text(out, seqnet_model_label_name(model, r->labels[i]));
        end_color(out, options->has_colors);
        fprintf(out, "\t%.6f", p->probabilities[r->labels[i]]);
    }
    if (r->is_abstained)
        fprintf(out, "%s\t%.6f", UNSURE, p->probability);
    else if (r->count == 0)
        putc('\t', out);
    putc('\n', out);
}

static void print_row(FILE *out, const answer_options *options, const seqnet_model *model,
                      const seqnet_prediction *p, const ranking *r, const char *file)
{
    answer_row row = {.out = out,
                      .has_colors = options->has_colors,
                      .label_cells = options->label_cells,
                      .width = terminal_width(STDOUT_FILENO)};
    if (options->with_filename)
        put_answered_file(&row, file);
    for (size_t i = 0; i < r->count; i++)
        put_answer(&row, seqnet_model_label_name(model, r->labels[i]),
                   p->probabilities[r->labels[i]]);
    if (r->is_abstained)
        put_answer(&row, UNSURE, p->probability);
    putc('\n', out);
}

void show_answers(answer_options *options, const seqnet_model *model)
{
    enum { MOST_CELLS = 32 };
    options->has_colors = has_colors(STDOUT_FILENO);
    if (!is_terminal(STDOUT_FILENO))
        return;
    for (size_t i = 0; i < seqnet_model_label_count(model); i++) {
        const size_t width = display_width(seqnet_model_label_name(model, i));
        if (width > options->label_cells && width <= MOST_CELLS)
            options->label_cells = width;
    }
}

/* Prints a label in fastText's form, which has no blanks. */
static void print_word(FILE *out, const char *label)
{
    while (*label) {
        size_t length = 0;
        while (label[length] && seqnet_fasttext_label_character(label[length]) == label[length])
            length++;
        put_bytes(out, label, length);
        label += length;
        if (*label)
            putc(seqnet_fasttext_label_character(*label++), out);
    }
}

static void print_fasttext(FILE *out, const seqnet_model *model, const seqnet_prediction *p,
                           const ranking *r)
{
    for (size_t i = 0; i < r->count; i++) {
        fputs(i ? " __label__" : "__label__", out);
        print_word(out, seqnet_model_label_name(model, r->labels[i]));
        fprintf(out, " %g", p->probabilities[r->labels[i]]);
    }
    if (r->is_abstained)
        fprintf(out, "__label__%s %g", UNSURE, p->probability);
    putc('\n', out);
}

static void add_labels(seqnet_json *json, const seqnet_model *model, const ranking *r)
{
    struct cJSON *const list = seqnet_json_list(json, json->root, "labels");
    for (size_t i = 0; i < r->count; i++)
        seqnet_json_string(json, list, NULL, seqnet_model_label_name(model, r->labels[i]));
}

/* Those of all labels or, with --top-k, of the likeliest ones. */
static void add_probabilities(seqnet_json *json, const answer_options *options,
                              const seqnet_model *model, const seqnet_prediction *p,
                              const ranking *r)
{
    const bool lists_all = options->top_k == 1 || options->joiner || r->is_abstained;
    const size_t count = lists_all ? seqnet_model_label_count(model) : r->count;
    struct cJSON *const all = seqnet_json_object(json, json->root, "probabilities");
    for (size_t i = 0; i < count; i++) {
        const size_t label = lists_all ? i : r->labels[i];
        seqnet_json_decimal(json, all, seqnet_model_label_name(model, label),
                            p->probabilities[label], 6);
    }
}

static seqnet_status print_json(FILE *out, const answer_options *options, const seqnet_model *model,
                                const seqnet_prediction *p, const record_note *note,
                                const ranking *r, seqnet_error *err)
{
    seqnet_json json = seqnet_json_begin_object();
    if (options->with_filename)
        seqnet_json_string(&json, json.root, "file", note->file);
    seqnet_json_number(&json, json.root, "line", (double)note->line);
    if (r->count)
        seqnet_json_string(&json, json.root, "label", seqnet_model_label_name(model, r->labels[0]));
    else
        seqnet_json_null(&json, json.root, "label");
    if (options->abstain_below > 0.0 && !note->is_bad)
        seqnet_json_bool(&json, json.root, "abstained", r->is_abstained);
    if (options->joiner)
        add_labels(&json, model, r);
    if (!note->is_bad) {
        seqnet_json_decimal(&json, json.root, "probability", p->probability, 6);
        add_probabilities(&json, options, model, p, r);
        seqnet_json_number(&json, json.root, "tokens", (double)p->tokens);
        seqnet_json_number(&json, json.root, "oov", (double)p->oov);
        seqnet_json_bool(&json, json.root, "truncated", p->truncated);
        seqnet_json_bool(&json, json.root, "known", p->tokens > p->oov);
        if (note->format == SEQNET_FORMAT_CSV || note->format == SEQNET_FORMAT_TSV)
            seqnet_json_number(&json, json.root, "record", (double)note->record);
    }
    return write_json_line(out, &json, err);
}

/* How many fields with a label annotate adds, each with one for the probability. */
static size_t answer_fields(const answer_options *options)
{
    return options->joiner ? 1 : (size_t)options->top_k;
}

/* The text of field number `i`: one label, or all of them joined; the caller frees it. NULL behind
 * the last label. */
static seqnet_status field_text(const answer_options *options, const seqnet_model *model,
                                const ranking *r, size_t i, char **text, seqnet_error *err)
{
    const char *const joiner = options->joiner ? options->joiner : "";
    const size_t end = options->joiner ? r->count : i + 1;
    size_t size = 1, used = 0;
    *text = NULL;
    if (i >= r->count)
        return SEQNET_OK;
    for (size_t k = i; k < end; k++)
        size += strlen(seqnet_model_label_name(model, r->labels[k])) + strlen(joiner);
    *text = malloc(size);
    if (!*text)
        return FAIL(err, SEQNET_ERR_MEMORY, "out of memory for an answer");
    for (size_t k = i; k < end; k++)
        used += (size_t)snprintf(*text + used, size - used, "%s%s", k > i ? joiner : "",
                                 seqnet_model_label_name(model, r->labels[k]));
    return SEQNET_OK;
}

static seqnet_status print_to(void *out, const char *bytes, size_t length, seqnet_error *err)
{
    (void)err;
    (void)fwrite(bytes, 1, length, out);
    return SEQNET_OK; /* the caller of print_answer looks at the state of the stream */
}

static void print_field(FILE *out, const char *text, char delimiter)
{
    (void)seqnet_write_csv_field(print_to, out, text, strlen(text), delimiter, NULL);
}

static seqnet_status print_columns(FILE *out, const answer_options *options,
                                   const seqnet_model *model, const seqnet_prediction *p,
                                   const ranking *r, char delimiter, seqnet_error *err)
{
    for (size_t i = 0; i < answer_fields(options); i++) {
        char *name;
        if (i == 0 && r->is_abstained) {
            fprintf(out, "%c%s%c%.6f", delimiter, UNSURE, delimiter, p->probability);
            continue;
        }
        TRY(field_text(options, model, r, i, &name, err));
        putc(delimiter, out);
        if (i < r->count)
            print_field(out, name, delimiter);
        free(name);
        putc(delimiter, out);
        if (i < r->count)
            fprintf(out, "%.6f", p->probabilities[r->labels[i]]);
    }
    return SEQNET_OK;
}

/* Makes an object with the keys that annotate adds; the caller frees it with free(). */
static seqnet_status make_keys(char **keys, const answer_options *options,
                               const seqnet_model *model, const seqnet_prediction *p,
                               const ranking *r, seqnet_error *err)
{
    seqnet_json json = seqnet_json_begin_object();
    for (size_t i = 0; i < answer_fields(options); i++) {
        char suffix[24] = "", label[48], probability[48], *name;
        const seqnet_status status = field_text(options, model, r, i, &name, err);
        if (status != SEQNET_OK) {
            seqnet_json_drop(&json);
            return status;
        }
        if (i)
            (void)snprintf(suffix, sizeof suffix, "_%zu", i + 1);
        (void)snprintf(label, sizeof label, "prediction%s", suffix);
        (void)snprintf(probability, sizeof probability, "probability%s", suffix);
        if (i < r->count) {
            seqnet_json_string(&json, json.root, label, name);
            seqnet_json_decimal(&json, json.root, probability, p->probabilities[r->labels[i]], 6);
        } else {
            seqnet_json_null(&json, json.root, label);
            if (i == 0 && r->is_abstained)
                seqnet_json_decimal(&json, json.root, probability, p->probability, 6);
            else
                seqnet_json_null(&json, json.root, probability);
        }
        free(name);
    }
    return seqnet_json_end(&json, keys, err);
}

static void print_bytes(FILE *out, const char *bytes, size_t length)
{
    if (length)
        (void)fwrite(bytes, 1, length, out);
}

/* The position of the object's closing brace in raw[0 .. end). */
static size_t find_brace(const char *raw, size_t end)
{
    while (end > 0 && raw[end - 1] != '}')
        end--;
    return end ? end - 1 : 0;
}

static bool is_empty_object(const char *raw, size_t brace)
{
    while (brace > 0 && strchr(" \t\r\n", raw[brace - 1]))
        brace--;
    return brace > 0 && raw[brace - 1] == '{';
}

/* Prints the record with keys added before its closing brace: its own text is not written anew. */
static seqnet_status annotate_object(FILE *out, const answer_options *options,
                                     const seqnet_model *model, const seqnet_prediction *p,
                                     const record_note *note, const ranking *r, const char *raw,
                                     seqnet_error *err)
{
    char *keys;
    TRY(make_keys(&keys, options, model, p, r, err));
    const size_t end = find_brace(raw, note->raw_end);
    print_bytes(out, raw, end);
    if (!is_empty_object(raw, end))
        putc(',', out);
    print_bytes(out, keys + 1, strlen(keys) - 2);
    print_bytes(out, raw + end, note->raw_length - end);
    free(keys);
    return SEQNET_OK;
}

static seqnet_status annotate(FILE *out, const answer_options *options, const seqnet_model *model,
                              const seqnet_prediction *p, const record_note *note, const ranking *r,
                              const char *raw, seqnet_error *err)
{
    const bool is_json = note->format == SEQNET_FORMAT_JSONL;
    if (is_json && !note->is_bad)
        return annotate_object(out, options, model, p, note, r, raw, err);
    print_bytes(out, raw, note->raw_end);
    if (!is_json)
        TRY(print_columns(out, options, model, p, r, note->delimiter, err));
    print_bytes(out, raw + note->raw_end, note->raw_length - note->raw_end);
    return SEQNET_OK;
}

seqnet_status print_answer(FILE *out, const answer_options *options, const seqnet_model *model,
                           const seqnet_prediction *prediction, const record_note *note,
                           const char *bytes, seqnet_error *err)
{
    ranking r;
    r.count = 0;
    r.is_abstained = false;
    if (!note->is_bad)
        rank_labels(options, model, prediction, &r);
    print_bytes(out, bytes, note->before_length);
    if (options->annotate)
        return annotate(out, options, model, prediction, note, &r, bytes + note->before_length,
                        err);
    if (options->format == ANSWER_JSON)
        return print_json(out, options, model, prediction, note, &r, err);
    if (options->format == ANSWER_TEXT && options->label_cells) {
        print_row(out, options, model, prediction, &r, note->file);
        return SEQNET_OK;
    }
    if (options->with_filename)
        print_file(out, note->file);
    if (options->format == ANSWER_FASTTEXT)
        print_fasttext(out, model, prediction, &r);
    else
        print_text(out, options, model, prediction, &r);
    return SEQNET_OK;
}

void name_added(const answer_options *options, added_names *names)
{
    static const char *const columns[] = {"prediction", "probability"};
    const size_t count = 2 * answer_fields(options);
    for (size_t i = 0; i < count; i++) {
        char suffix[24] = "";
        if (i >= 2)
            (void)snprintf(suffix, sizeof suffix, "_%zu", i / 2 + 1);
        (void)snprintf(names->texts[i], ADDED_NAME, "%s%s", columns[i % 2], suffix);
        names->list[i] = names->texts[i];
    }
    names->list[count] = NULL;
}

size_t added_header(const added_names *names, char delimiter, char text[ADDED_HEADER])
{
    size_t used = 0;
    for (const char *const *name = names->list; *name; name++)
        used += (size_t)snprintf(text + used, ADDED_HEADER - used, "%c%s", delimiter, *name);
    return used;
}
