#include "mistakes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answered_rows.h"
#include "errors.h"
#include "figures.h"
#include "terminal.h"

static seqnet_status no_memory(seqnet_error *err)
{
    return FAIL(err, SEQNET_ERR_MEMORY, "out of memory for the rows that are predicted wrong");
}

static int compare_mistakes(const void *left, const void *right)
{
    const mistake *const a = left, *const b = right;
    if (a->probability != b->probability)
        return a->probability > b->probability ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

seqnet_status find_mistakes(const measured *m, mistake **list, size_t *count, seqnet_error *err)
{
    size_t *const labels = calloc(m->classes, sizeof *labels);
    *count = 0;
    *list = calloc(m->rows - m->right + 1, sizeof **list);
    if (!labels || !*list) {
        free(labels);
        free(*list);
        *list = NULL;
        return no_memory(err);
    }
    for (size_t row = 0; row < m->rows; row++) {
        if (m->is_right[row])
            continue;
        mistake *const found = &(*list)[(*count)++];
        found->row = row;
        (void)predicted_labels(m, row, labels, &found->probability);
    }
    free(labels);
    qsort(*list, *count, sizeof **list, compare_mistakes);
    return SEQNET_OK;
}

/* Appends a label's name to an allocated text, behind a comma when it is not the first one. */
static bool append_name(char **text, const char *name)
{
    const size_t before = *text ? strlen(*text) : 0;
    char *const longer = realloc(*text, before + strlen(name) + 3);
    if (!longer)
        return false;
    (void)snprintf(longer + before, strlen(name) + 3, "%s%s", *text ? ", " : "", name);
    *text = longer;
    return true;
}

static bool append_labels(const measured *m, char **text, const size_t *labels, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!append_name(text, measured_label(m, labels[i])))
            return false;
    return count > 0 || append_name(text, "");
}

/* The numbers of a row's labels; returns how many there are. */
static size_t true_labels(const measured *m, size_t row, size_t *labels)
{
    size_t count = 1;
    if (!m->multi_label) {
        labels[0] = (size_t)seqnet_scores_label(m->scores, row);
        return count;
    }
    const int32_t *const set = seqnet_scores_labels(m->scores, row, &count);
    for (size_t i = 0; i < count; i++)
        labels[i] = (size_t)set[i];
    return count;
}

void free_answer(named_answer *answer)
{
    free(answer->label);
    free(answer->predicted);
    *answer = (named_answer){0};
}

seqnet_status name_answer(const measured *m, size_t row, named_answer *answer, seqnet_error *err)
{
    size_t *const labels = calloc(m->classes, sizeof *labels);
    double probability;
    *answer = (named_answer){0};
    const bool done = labels &&
                      append_labels(m, &answer->label, labels, true_labels(m, row, labels)) &&
                      append_labels(m, &answer->predicted, labels,
                                    predicted_labels(m, row, labels, &probability));
    free(labels);
    if (done)
        return SEQNET_OK;
    free_answer(answer);
    return no_memory(err);
}

seqnet_status name_place(const measured *m, size_t row, char **place, seqnet_error *err)
{
    const row_place at = m->places[row];
    const char *source = NULL;
    size_t length, line = 0;
    (void)seqnet_dataset_text(m->what.dataset, at.part, at.row, &length, &source, &line);
    const size_t size = (source ? strlen(source) : 0) + GROUPED_NUMBER;
    *place = malloc(size);
    if (!*place)
        return no_memory(err);
    if (source && line)
        (void)snprintf(*place, size, "%s:%zu", source, line);
    else if (source)
        (void)snprintf(*place, size, "%s", source);
    else
        (void)snprintf(*place, size, "row %zu", at.row + 1);
    return SEQNET_OK;
}

/* All that is shown of a mistake. */
typedef struct shown_mistake {
    named_answer answer;
    char *place, *text;
    size_t length;
} shown_mistake;

static void free_shown(shown_mistake *shown)
{
    free_answer(&shown->answer);
    free(shown->place);
    free(shown->text);
    *shown = (shown_mistake){0};
}

static seqnet_status show(const measured *m, size_t row, shown_mistake *shown, seqnet_error *err)
{
    const row_place at = m->places[row];
    *shown = (shown_mistake){0};
    seqnet_status status = name_answer(m, row, &shown->answer, err);
    if (status == SEQNET_OK)
        status = name_place(m, row, &shown->place, err);
    if (status == SEQNET_OK)
        status = seqnet_model_row_text(m->what.model, m->what.dataset, at.part, at.row,
                                       &shown->text, &shown->length, err);
    if (status != SEQNET_OK)
        free_shown(shown);
    return status;
}

/* Prints the text, on a terminal only as much of it as fits on a line. */
static void print_text(const shown_mistake *shown)
{
    enum { INDENT = 4, MARK = 3 };
    const size_t width = terminal_width(1);
    size_t length = shown->length;
    if (is_terminal(1) && width > INDENT + MARK)
        length = fitting_bytes(shown->text, width - INDENT - MARK);
    printf("%*s", INDENT, "");
    put_bytes(stdout, shown->text, length);
    puts(length < shown->length ? "..." : "");
}

/* Prints where a row is; on a terminal, where lines are short, without the name of DATA. */
static void print_place(const measured *m, const char *place)
{
    const size_t length = strlen(m->what.data);
    if (is_terminal(1) && strncmp(place, m->what.data, length) == 0 && place[length] == ':')
        printf("line %s", place + length + 1);
    else
        put_text(stdout, place);
}

seqnet_status print_mistakes(const measured *m, const mistake *list, size_t count, size_t most,
                             seqnet_error *err)
{
    printf("\nmistakes: %zu of %zu %s%s\n", count, m->rows, plural(m->rows, "row", "rows"),
           count ? ", the surest first" : "");
    for (size_t i = 0; i < count && i < most; i++) {
        shown_mistake shown;
        TRY(show(m, list[i].row, &shown, err));
        print_place(m, shown.place);
        fputs(": ", stdout);
        put_text(stdout, shown.answer.label);
        fputs(" -> ", stdout);
        put_text(stdout, *shown.answer.predicted ? shown.answer.predicted : "no label");
        printf(" %.6f\n", list[i].probability);
        print_text(&shown);
        free_shown(&shown);
    }
    return SEQNET_OK;
}

seqnet_status add_mistakes(seqnet_json *json, const measured *m, const mistake *list, size_t count,
                           size_t most, seqnet_error *err)
{
    struct cJSON *const errors = seqnet_json_list(json, json->root, "errors");
    for (size_t i = 0; i < count && i < most; i++) {
        shown_mistake shown;
        TRY(show(m, list[i].row, &shown, err));
        struct cJSON *const object = seqnet_json_object(json, errors, NULL);
        seqnet_json_string(json, object, "place", shown.place);
        seqnet_json_string(json, object, "label", shown.answer.label);
        seqnet_json_string(json, object, "predicted", shown.answer.predicted);
        seqnet_json_decimal(json, object, "probability", list[i].probability, 6);
        seqnet_json_string(json, object, "text", shown.text);
        free_shown(&shown);
    }
    return SEQNET_OK;
}

/* Appends a row with its prediction and the probability of it. */
static seqnet_status append_row(const measured *m, answered_rows *rows, size_t row,
                                double probability, seqnet_error *err)
{
    named_answer answer;
    char **values;
    TRY(append_answered_row(rows, m, row, &values, err));
    TRY(name_answer(m, row, &answer, err));
    free(answer.label);
    values[0] = answer.predicted;
    values[1] = probability_text(probability);
    return SEQNET_OK;
}

static seqnet_status write_rows(const measured *m, const answered_rows *rows, const char *path,
                                seqnet_error *err)
{
    static const char *const names[] = {"prediction", "probability"};
    static const bool are_json[] = {false, true};
    const seqnet_added_fields added = {.names = names, .are_json = are_json, .count = 2};
    return write_answered_rows(rows, m, &added, path, err);
}

seqnet_status write_mistakes(const measured *m, const mistake *list, size_t count, const char *path,
                             seqnet_error *err)
{
    answered_rows rows;
    seqnet_status status = make_answered_rows(&rows, count, 2, err);
    for (size_t i = 0; i < count && status == SEQNET_OK; i++)
        status = append_row(m, &rows, list[i].row, list[i].probability, err);
    if (status == SEQNET_OK)
        status = write_rows(m, &rows, path, err);
    free_answered_rows(&rows);
    return status;
}

/* The probability of a row's prediction; of several labels that of the least probable one that is
 * predicted, else of the most probable one. */
static double answer_probability(const measured *m, size_t row, size_t *labels)
{
    double probability, least = 2.0, most = 0.0;
    const size_t count = predicted_labels(m, row, labels, &probability);
    if (!m->multi_label)
        return probability;
    for (size_t i = 0; i < count; i++) {
        const double p = seqnet_scores_probability(m->scores, row, labels[i]);
        least = p < least ? p : least;
    }
    for (size_t k = 0; k < m->classes && count == 0; k++) {
        const double p = seqnet_scores_probability(m->scores, row, k);
        most = p > most ? p : most;
    }
    return count ? least : most;
}

seqnet_status write_predictions(const measured *m, const char *path, seqnet_error *err)
{
    answered_rows rows;
    seqnet_status status = make_answered_rows(&rows, m->rows, 2, err);
    size_t *const labels = calloc(m->classes, sizeof *labels);
    if (!labels)
        status = no_memory(err);
    for (size_t row = 0; row < m->rows && status == SEQNET_OK; row++)
        status = append_row(m, &rows, row, answer_probability(m, row, labels), err);
    if (status == SEQNET_OK)
        status = write_rows(m, &rows, path, err);
    free_answered_rows(&rows);
    free(labels);
    return status;
}
