#include "gates.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "errors.h"
#include "nearest.h"
#include "terminal.h"

enum { MOST_JSON = 64 << 20, LABEL_SIZE = 4096 };

/* A least recall: the index of its label, and the number. */
typedef struct least_recall {
    size_t label;
    double recall;
} least_recall;

/* Reads "LABEL=X"; prints what is wrong with it and returns false. */
static bool read_recall(const char *text, const seqnet_model *model, least_recall *least)
{
    const char *const equals = strrchr(text, '=');
    if (!equals || !seqnet_parse_double(equals + 1, &least->recall) || least->recall < 0.0 ||
        least->recall > 1.0) {
        complain("--min-recall %s: expected LABEL=X, X being a number from 0 to 1", text);
        return false;
    }
    char name[LABEL_SIZE];
    (void)snprintf(name, sizeof name, "%.*s", (int)(equals - text), text);
    return find_named_label(model, "min-recall", name, &least->label) == EXIT_DONE;
}

/* What counts of an earlier result: the accuracy, or that of whole sets of labels, and the lower
 * end of its interval. */
typedef struct earlier_result {
    double value, low;
    bool is_of_sets;
} earlier_result;

/* The whole file as a text, or NULL. The caller frees it. */
static char *read_file(const char *path)
{
    FILE *const file = fopen(path, "rb");
    char *text = NULL;
    size_t size = 0, capacity = 0, got = 1;
    while (file && got && size < MOST_JSON) {
        if (size + 1 >= capacity) {
            capacity = capacity ? 2 * capacity : 1 << 16;
            char *const larger = realloc(text, capacity);
            if (!larger)
                break;
            text = larger;
        }
        got = fread(text + size, 1, capacity - size - 1, file);
        size += got;
    }
    const bool whole = file && text && got == 0 && !ferror(file);
    if (file)
        (void)fclose(file);
    if (!whole) {
        free(text);
        return NULL;
    }
    text[size] = '\0';
    return text;
}

static const cJSON *number_of(const cJSON *object, const char *key)
{
    const cJSON *const item = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsNumber(item) ? item : NULL;
}

static bool find_measure(const cJSON *json, const char *key, const char *interval_key,
                         earlier_result *earlier)
{
    const cJSON *const interval = cJSON_GetObjectItemCaseSensitive(json, interval_key);
    const cJSON *const value = number_of(json, key), *const low = number_of(interval, "low");
    if (!value || !low)
        return false;
    earlier->value = value->valuedouble;
    earlier->low = low->valuedouble;
    return true;
}

static bool find_earlier(const cJSON *json, earlier_result *earlier)
{
    *earlier = (earlier_result){0};
    if (find_measure(json, "accuracy", "accuracy_interval", earlier))
        return true;
    earlier->is_of_sets = true;
    return find_measure(json, "subset_accuracy", "subset_accuracy_interval", earlier);
}

/* Notes that an earlier result is of other data, which makes the comparison a weak one. */
static void note_other_data(const cJSON *json, const char *path, const char *data)
{
    const char *const earlier =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "data"));
    if (data && earlier && strcmp(data, earlier) != 0)
        note("%s is of other data: %s", path, earlier);
}

/* Prints what is wrong with the file and returns false. */
static bool read_earlier(const char *path, const char *data, earlier_result *earlier)
{
    char *const text = read_file(path);
    if (!text) {
        complain("%s: cannot be read; --not-below takes what 'seqnet evaluate --json' printed",
                 path);
        return false;
    }
    cJSON *const json = cJSON_ParseWithOpts(text, NULL, true); /* nothing may follow */
    const bool found = find_earlier(json, earlier);
    if (found)
        note_other_data(json, path, data);
    cJSON_Delete(json);
    free(text);
    if (!found)
        complain("%s: is no result of 'seqnet evaluate --json'; write one with it", path);
    return found;
}

int check_gates(const gates *g, const seqnet_model *model, const char *data)
{
    least_recall least;
    earlier_result earlier;
    for (size_t i = 0; g->min_recall[i]; i++)
        if (!read_recall(g->min_recall[i], model, &least))
            return EXIT_USAGE;
    if (!g->not_below)
        return EXIT_DONE;
    if (!read_earlier(g->not_below, data, &earlier))
        return SEQNET_ERR_DATA;
    if (earlier.is_of_sets == seqnet_model_is_multi_label(model))
        return EXIT_DONE;
    complain("%s: is the result of a model with %s a row; compare with one of the same kind",
             g->not_below, earlier.is_of_sets ? "any number of labels" : "one label");
    return SEQNET_ERR_DATA;
}

/* Notes a value below its bound. Returns whether it is. */
static bool falls_below(double value, double bound, const char *name, const char *option)
{
    if (value >= bound)
        return false;
    note("%s %.4f is below %s %g", name, value, option, bound);
    return true;
}

static bool recall_is_missed(const measured *m, const least_recall *least)
{
    const double recall = m->labels[least->label].recall;
    if (m->labels[least->label].rows == 0) {
        note("no row has the label '%s', so that its recall is below --min-recall %g",
             measured_label(m, least->label), least->recall);
        return true;
    }
    if (recall >= least->recall)
        return false;
    note("recall %.4f of '%s' is below --min-recall %g", recall, measured_label(m, least->label),
         least->recall);
    return true;
}

static bool is_below_earlier(const measured *m, const char *path)
{
    earlier_result earlier;
    if (!read_earlier(path, NULL, &earlier) || m->accuracy >= earlier.low)
        return false;
    note("%saccuracy %.4f is below that of %s, %.4f, and below its interval",
         m->multi_label ? "subset " : "", m->accuracy, path, earlier.value);
    return true;
}

int pass_gates(const gates *g, const measured *m)
{
    size_t missed = 0;
    least_recall least;
    missed += falls_below(m->multi_label ? m->micro.f1 : m->accuracy, g->min_accuracy,
                          m->multi_label ? "micro F1" : "accuracy", "--min-accuracy");
    missed += falls_below(m->macro.f1, g->min_macro_f1, "macro F1", "--min-macro-f1");
    for (size_t i = 0; g->min_recall[i]; i++)
        missed +=
            read_recall(g->min_recall[i], m->what.model, &least) && recall_is_missed(m, &least);
    missed += g->not_below && is_below_earlier(m, g->not_below);
    return missed ? EXIT_NEGATIVE : EXIT_DONE;
}
