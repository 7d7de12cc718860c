#include "mistakes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answered_rows.h"
#include "errors.h"
#include "figures.h"
#include "table_cells.h"
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

/* Appends a label's name to an allocated text, behind a separator when it is not the first one. */
static bool append_name(char **text, const char *separator, const char *name)
{
    const size_t before = *text ? strlen(*text) : 0;
    const size_t size = before + strlen(separator) + strlen(name) + 1;
    char *const longer = realloc(*text, size);
    if (!longer)
        return false;
    (void)snprintf(longer + before, size - before, "%s%s", *text ? separator : "", name);
    *text = longer;
    return true;
}

static bool append_labels(const measured *m, char **text, const size_t *labels, size_t count)
{
    const char *const separator = seqnet_model_label_separator(m->what.model);
    for (size_t i = 0; i < count; i++)
        if (!append_name(text, separator, measured_label(m, labels[i])))
            return false;
    return count > 0 || append_name(text, separator, "");
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
    const size_t width = line_cells(STDOUT_FILENO);
    size_t length = shown->length;
    if (width != SIZE_MAX && width > INDENT + MARK)
        length = fitting_bytes(shown->text, width - INDENT - MARK);
    printf("%*s", INDENT, "");
    put_bytes(stdout, shown->text, length);
    puts(length < shown->length ? "..." : "");
}

/* Prints where a row is and what is wrong with it; on a terminal, where lines are short, without
 * the name of DATA, and with names that are cut. */
static void print_heading(const measured *m, const shown_mistake *shown, double probability)
{
    enum { OTHER_COLUMNS = 30 };
    const char *place = shown->place;
    const size_t length = strlen(m->what.data), cells = name_cells(SIZE_MAX, OTHER_COLUMNS) / 2;
    const bool is_line = is_terminal(STDOUT_FILENO) && strncmp(place, m->what.data, length) == 0 &&
                         place[length] == ':';
    fputs(is_line ? "line " : "", stdout);
    put_text(stdout, is_line ? place + length + 1 : place);
    fputs(": ", stdout);
    put_cut(stdout, *shown->answer.label ? shown->answer.label : "no label", cells);
    fputs(" -> ", stdout);
    put_cut(stdout, *shown->answer.predicted ? shown->answer.predicted : "no label", cells);
    printf(m->multi_label ? ", off by %.6f\n" : " %.6f\n", probability);
}

seqnet_status print_mistakes(const measured *m, const mistake *list, size_t count, size_t most,
                             seqnet_error *err)
{
    printf("\nmistakes: %zu of %zu %s%s\n", count, m->rows, plural(m->rows, "row", "rows"),
           count ? ", the surest first" : "");
    for (size_t i = 0; i < count && i < most; i++) {
        shown_mistake shown;
        TRY(show(m, list[i].row, &shown, err));
        print_heading(m, &shown, list[i].probability);
        print_text(&shown);
        free_shown(&shown);
    }
    return SEQNET_OK;
}

static void add_names(seqnet_json *json, struct cJSON *object, const char *key, const measured *m,
                      const size_t *labels, size_t count)
{
    if (!m->multi_label) {
        seqnet_json_string(json, object, key, measured_label(m, labels[0]));
        return;
    }
    struct cJSON *const list = seqnet_json_list(json, object, key);
    for (size_t i = 0; i < count; i++)
        seqnet_json_string(json, list, NULL, measured_label(m, labels[i]));
}

/* Adds a row's label and the predicted one, lists where there are several; labels[classes] is room.
 */
static void add_labels(seqnet_json *json, struct cJSON *object, const measured *m, size_t row,
                       size_t *labels)
{
    double probability;
    add_names(json, object, "label", m, labels, true_labels(m, row, labels));
    add_names(json, object, "predicted", m, labels, predicted_labels(m, row, labels, &probability));
}

seqnet_status add_mistakes(seqnet_json *json, const measured *m, const mistake *list, size_t count,
                           size_t most, seqnet_error *err)
{
    struct cJSON *const errors = seqnet_json_list(json, json->root, "errors");
    size_t *const labels = calloc(m->classes, sizeof *labels);
    seqnet_status status = labels ? SEQNET_OK : no_memory(err);
    for (size_t i = 0; i < count && i < most && status == SEQNET_OK; i++) {
        shown_mistake shown;
        status = show(m, list[i].row, &shown, err);
        if (status != SEQNET_OK)
            break;
        struct cJSON *const object = seqnet_json_object(json, errors, NULL);
        seqnet_json_string(json, object, "place", shown.place);
        add_labels(json, object, m, list[i].row, labels);
        seqnet_json_decimal(json, object, m->multi_label ? "distance" : "probability",
                            list[i].probability, 6);
        seqnet_json_string(json, object, "text", shown.text);
        free_shown(&shown);
    }
    free(labels);
    return status;
}

static const char *const FIELD_NAMES[] = {"prediction", "probability"};
static const bool ARE_JSON[] = {false, true};
static const seqnet_added_fields ADDED = {.names = FIELD_NAMES, .are_json = ARE_JSON, .count = 2};

seqnet_status check_answers_file(const seqnet_dataset *dataset, const char *path, seqnet_error *err)
{
    return seqnet_dataset_check_rows(dataset, &ADDED, path, err);
}

/* The probability of a row's most probable label, which is what predict says of the row; with one
 * label a row that of the predicted one. */
static double answer_probability(const measured *m, size_t row, size_t *labels)
{
    double probability, most = 0.0;
    (void)predicted_labels(m, row, labels, &probability);
    for (size_t k = 0; k < m->classes && m->multi_label; k++)
        most = fmax(most, seqnet_scores_probability(m->scores, row, k));
    return m->multi_label ? most : probability;
}

/* Whether a row is one that the model leaves open. */
static bool is_left_open(const measured *m, double probability)
{
    return !m->multi_label && !m->what.raw &&
           probability < seqnet_model_abstain_below(m->what.model);
}

/* Appends a row with its prediction, ? where the model gives none, and the probability of it.
 * labels[classes] is room. */
static seqnet_status append_row(const measured *m, answered_rows *rows, size_t row, size_t *labels,
                                seqnet_error *err)
{
    named_answer answer;
    char **values;
    const double probability = answer_probability(m, row, labels);
    TRY(append_answered_row(rows, m, row, &values, err));
    values[1] = probability_text(probability);
    if (is_left_open(m, probability)) {
        values[0] = strdup("?");
        return SEQNET_OK;
    }
    TRY(name_answer(m, row, &answer, err));
    free(answer.label);
    values[0] = answer.predicted;
    return SEQNET_OK;
}

/* Writes the rows of a list or, without one, all rows. */
static seqnet_status write_rows(const measured *m, const mistake *list, size_t count,
                                const char *path, seqnet_error *err)
{
    answered_rows rows;
    seqnet_status status = make_answered_rows(&rows, count, 2, err);
    size_t *const labels = calloc(m->classes, sizeof *labels);
    if (!labels)
        status = no_memory(err);
    for (size_t i = 0; i < count && status == SEQNET_OK; i++)
        status = append_row(m, &rows, list ? list[i].row : i, labels, err);
    if (status == SEQNET_OK)
        status = write_answered_rows(&rows, m, &ADDED, path, err);
    free_answered_rows(&rows);
    free(labels);
    return status;
}

seqnet_status write_mistakes(const measured *m, const mistake *list, size_t count, const char *path,
                             seqnet_error *err)
{
    return write_rows(m, list, count, path, err);
}

seqnet_status write_predictions(const measured *m, const char *path, seqnet_error *err)
{
    return write_rows(m, NULL, m->rows, path, err);
}
