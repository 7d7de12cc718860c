#include "answers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

/* The labels to print, most probable first. */
typedef struct ranking {
    size_t labels[TOP_MOST];
    size_t count;
} ranking;

/* Of equal labels the first comes first. */
static ranking rank_labels(const answer_options *options, const seqnet_model *model,
                           const seqnet_prediction *p)
{
    ranking r = {0};
    const size_t wanted = (size_t)options->top_k, classes = seqnet_model_label_count(model);
    if (wanted == 1) {
        r.labels[0] = p->label;
        r.count = p->probability >= options->threshold;
        return r;
    }
    for (size_t c = 0; c < classes; c++) {
        if (p->probabilities[c] < options->threshold)
            continue;
        size_t place = r.count < wanted ? r.count++ : wanted;
        for (; place > 0 && p->probabilities[r.labels[place - 1]] < p->probabilities[c]; place--)
            if (place < wanted)
                r.labels[place] = r.labels[place - 1];
        if (place < wanted)
            r.labels[place] = c;
    }
    return r;
}

/* A label in a line of fields: what would end the field or the line is spelt out. */
static void print_label(const char *label)
{
    for (const char *c = label; *c; c++) {
        if (*c == '\t' || *c == '\n' || *c == '\r')
            printf("\\%c", *c == '\t' ? 't' : *c == '\n' ? 'n' : 'r');
        else
            putchar(*c);
    }
}

static void print_text(const seqnet_model *model, const seqnet_prediction *p, const ranking *r)
{
    for (size_t i = 0; i < r->count; i++) {
        if (i)
            putchar('\t');
        print_label(seqnet_model_label_name(model, r->labels[i]));
        printf("\t%.6f", p->probabilities[r->labels[i]]);
    }
    if (r->count == 0)
        putchar('\t');
    putchar('\n');
}

/* fastText's labels are words: blanks become underscores. */
static void print_fasttext(const seqnet_model *model, const seqnet_prediction *p, const ranking *r)
{
    for (size_t i = 0; i < r->count; i++) {
        fputs(i ? " __label__" : "__label__", stdout);
        for (const char *c = seqnet_model_label_name(model, r->labels[i]); *c; c++)
            putchar(strchr(" \t\n\r\v\f", *c) ? '_' : *c);
        printf(" %g", p->probabilities[r->labels[i]]);
    }
    putchar('\n');
}

static void print_json(const answer_options *options, const seqnet_model *model,
                       const seqnet_prediction *p, const record_note *note, const ranking *r)
{
    cJSON *const root = cJSON_CreateObject();
    if (options->with_filename)
        cJSON_AddStringToObject(root, "file", note->file);
    cJSON_AddNumberToObject(root, "line", (double)note->line);
    if (r->count)
        cJSON_AddStringToObject(root, "label", seqnet_model_label_name(model, r->labels[0]));
    else
        cJSON_AddNullToObject(root, "label");
    if (!note->bad) {
        add_decimal(root, "probability", p->probability, 6);
        cJSON *const all = cJSON_AddObjectToObject(root, "probabilities");
        for (size_t i = 0; i < seqnet_model_label_count(model); i++)
            add_decimal(all, seqnet_model_label_name(model, i), p->probabilities[i], 6);
        cJSON_AddNumberToObject(root, "tokens", (double)p->tokens);
        cJSON_AddNumberToObject(root, "oov", (double)p->oov);
        cJSON_AddBoolToObject(root, "truncated", p->truncated);
    }
    print_json_line(root);
}

/* A CSV field, quoted where it has to be (RFC 4180). */
static void print_field(const char *text, char delimiter)
{
    const char special[] = {delimiter, '"', '\n', '\r', '\0'};
    const bool quoted = text[strcspn(text, special)] != '\0' || *text == ' ';
    if (!quoted) {
        fputs(text, stdout);
        return;
    }
    putchar('"');
    for (const char *c = text; *c; c++) {
        if (*c == '"')
            putchar('"');
        putchar(*c);
    }
    putchar('"');
}

static void print_columns(const answer_options *options, const seqnet_model *model,
                          const seqnet_prediction *p, const ranking *r, char delimiter)
{
    for (size_t i = 0; i < (size_t)options->top_k; i++) {
        putchar(delimiter);
        if (i < r->count)
            print_field(seqnet_model_label_name(model, r->labels[i]), delimiter);
        putchar(delimiter);
        if (i < r->count)
            printf("%.6f", p->probabilities[r->labels[i]]);
    }
}

static void print_keys(const answer_options *options, const seqnet_model *model,
                       const seqnet_prediction *p, const ranking *r)
{
    for (size_t i = 0; i < (size_t)options->top_k; i++) {
        char suffix[24] = "";
        if (i)
            (void)snprintf(suffix, sizeof suffix, "_%zu", i + 1);
        if (i >= r->count) {
            printf("%s\"prediction%s\":null,\"probability%s\":null", i ? "," : "", suffix, suffix);
            continue;
        }
        char *const label = quote_json(seqnet_model_label_name(model, r->labels[i]));
        printf("%s\"prediction%s\":%s,\"probability%s\":%.6f", i ? "," : "", suffix,
               label ? label : "null", suffix, p->probabilities[r->labels[i]]);
        free(label);
    }
}

static void print_bytes(const char *bytes, size_t length)
{
    if (length)
        (void)fwrite(bytes, 1, length, stdout);
}

/* Where the object's closing brace stands in raw[0 .. end). */
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

static void annotate(const answer_options *options, const seqnet_model *model,
                     const seqnet_prediction *p, const record_note *note, const ranking *r,
                     const char *raw)
{
    size_t end = note->raw_end;
    if (note->format == SEQNET_FORMAT_JSONL && !note->bad) {
        end = find_brace(raw, end);
        print_bytes(raw, end);
        if (!is_empty_object(raw, end))
            putchar(',');
        print_keys(options, model, p, r);
    } else {
        print_bytes(raw, end);
        if (note->format != SEQNET_FORMAT_JSONL)
            print_columns(options, model, p, r, note->delimiter);
    }
    print_bytes(raw + end, note->raw_length - end);
}

void print_answer(const answer_options *options, const seqnet_model *model,
                  const seqnet_prediction *prediction, const record_note *note, const char *bytes)
{
    const ranking r = note->bad ? (ranking){0} : rank_labels(options, model, prediction);
    print_bytes(bytes, note->before_length);
    if (options->annotate) {
        annotate(options, model, prediction, note, &r, bytes + note->before_length);
        return;
    }
    if (options->format == ANSWER_JSON) {
        print_json(options, model, prediction, note, &r);
        return;
    }
    if (options->with_filename)
        printf("%s\t", note->file);
    (options->format == ANSWER_FASTTEXT ? print_fasttext : print_text)(model, prediction, &r);
}

void name_added(const answer_options *options, added_names *names)
{
    static const char *const columns[] = {"prediction", "probability"};
    const size_t count = 2 * (size_t)options->top_k;
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
