/* What compare prints. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <seqnet/json.h>

#include "comparison.h"
#include "errors.h"
#include "evaluation_report.h"
#include "figures.h"
#include "json_line.h"
#include "table_cells.h"
#include "terminal.h"

enum {
    SHOWN_LABELS = 12,
    /* Columns beside the name of a model, with all of its figures and without macro F1 and loss,
     * and beside the name of a label, with all figures and without recalls. */
    FIGURE_COLUMNS = 60,
    FEW_FIGURE_COLUMNS = 42,
    LABEL_COLUMNS = 50,
    FEW_LABEL_COLUMNS = 34,
    LEAST_NAME = 8,
    NAME = 16
};

static size_t widest_model(const comparison *c)
{
    size_t widest = 0;
    for (size_t i = 0; i < c->count; i++) {
        const size_t width = display_width(c->names[i]);
        widest = width > widest ? width : widest;
    }
    return widest;
}

/* The highest accuracy of all. */
static double best_accuracy(const comparison *c)
{
    double best = 0.0;
    for (size_t i = 0; i < c->count; i++)
        best = fmax(best, c->measured[i].accuracy);
    return best;
}

static void print_model(const comparison *c, size_t i, size_t width, bool all)
{
    const measured *const m = &c->measured[i];
    const bool is_marked = has_colors(STDOUT_FILENO) && m->accuracy == best_accuracy(c);
    printf("%zu  ", i + 1);
    put_cell(stdout, c->names[i], width);
    begin_color(stdout, is_marked, ROLE_BEST);
    printf("  %.4f", m->accuracy);
    end_color(stdout, is_marked);
    printf(" (%.4f to %.4f)", m->interval.low, m->interval.high);
    if (all)
        printf("    %.4f  %.4f", m->macro.f1, m->loss);
    if (i)
        printf("  %+.4f", c->differences[i].value);
    putchar('\n');
}

static void print_models(const comparison *c)
{
    const bool all = line_cells(STDOUT_FILENO) >= FIGURE_COLUMNS + NAME;
    const size_t width = name_cells(widest_model(c), all ? FIGURE_COLUMNS : FEW_FIGURE_COLUMNS);
    fputs("   ", stdout);
    put_cell(stdout, "", width);
    printf("  accuracy (at 95 %%)       %s   change\n", all ? "  macro f1    loss" : "");
    for (size_t i = 0; i < c->count; i++)
        print_model(c, i, width, all);
}

/* A label of the first model and how much more recall the other one has. */
typedef struct changed_label {
    size_t first, other;
    double change;
} changed_label;

static int compare_changes(const void *left, const void *right)
{
    const changed_label *const a = left, *const b = right;
    if (fabs(a->change) != fabs(b->change))
        return fabs(a->change) > fabs(b->change) ? -1 : 1;
    return (a->first > b->first) - (a->first < b->first);
}

static size_t find_label(const measured *m, const char *name)
{
    for (size_t i = 0; i < m->classes; i++)
        if (strcmp(measured_label(m, i), name) == 0)
            return i;
    return SIZE_MAX;
}

/* Lists the labels that rows have, those whose F1 changes most first; *list is allocated. */
static seqnet_status find_changes(const measured *a, const measured *b, changed_label **list,
                                  size_t *count, seqnet_error *err)
{
    *count = 0;
    *list = calloc(a->classes, sizeof **list);
    if (!*list)
        return FAIL(err, SEQNET_ERR_MEMORY, "out of memory for %zu labels", a->classes);
    for (size_t i = 0; i < a->classes; i++) {
        const size_t other = find_label(b, measured_label(a, i));
        if (other != SIZE_MAX && a->labels[i].rows)
            (*list)[(*count)++] = (changed_label){i, other, b->labels[other].f1 - a->labels[i].f1};
    }
    qsort(*list, *count, sizeof **list, compare_changes);
    return SEQNET_OK;
}

/* `all`: with the recalls, for which narrow terminals have no room. */
static void print_change(const measured *a, const measured *b, const changed_label *l, size_t width,
                         bool all)
{
    const seqnet_label_metrics *const one = &a->labels[l->first], *const two = &b->labels[l->other];
    put_cell(stdout, measured_label(a, l->first), width);
    printf("  %7zu", one->rows);
    if (all)
        printf("  %.4f  %.4f", one->recall, two->recall);
    printf("  %.4f  %.4f  %+.4f\n", one->f1, two->f1, l->change);
}

static seqnet_status print_changes(const comparison *c, seqnet_error *err)
{
    const measured *const a = &c->measured[0], *const b = &c->measured[1];
    changed_label *list;
    size_t count, widest = 0;
    TRY(find_changes(a, b, &list, &count, err));
    for (size_t i = 0; i < count; i++) {
        const size_t width = display_width(measured_label(a, list[i].first));
        widest = width > widest ? width : widest;
    }
    const bool all = line_cells(STDOUT_FILENO) >= LABEL_COLUMNS + LEAST_NAME;
    const size_t width = name_cells(widest, all ? LABEL_COLUMNS : FEW_LABEL_COLUMNS);
    putchar('\n');
    put_cell(stdout, "", width);
    printf("     rows%s     f1 of 1, 2    change\n", all ? "  recall of 1, 2" : "");
    for (size_t i = 0; i < count && i < SHOWN_LABELS; i++)
        print_change(a, b, &list[i], width, all);
    if (count > SHOWN_LABELS)
        print_wrapped("%d of %zu labels shown, those that change most; --json has all",
                      SHOWN_LABELS, count);
    free(list);
    return SEQNET_OK;
}

static const char *verdict_words(verdict v)
{
    return v == VERDICT_BETTER ? "is better" : v == VERDICT_WORSE ? "is worse" : "is no different";
}

static void print_verdict(const comparison *c, size_t i)
{
    const difference *const d = &c->differences[i];
    print_wrapped("%zu right only with 1, %zu only with %zu, p = %.3g (McNemar's exact test)",
                  d->paired.only_first, d->paired.only_second, i + 1, d->p_value);
    print_wrapped("%.800s %s: %+.2f points, 95 %% interval %+.2f to %+.2f", c->names[i],
                  verdict_words(verdict_of(d)), 100.0 * d->value, 100.0 * d->interval.low,
                  100.0 * d->interval.high);
}

seqnet_status print_comparison_text(const comparison *c, seqnet_error *err)
{
    const measured *const m = &c->measured[0];
    wrapped_text text;
    FILE *const out = begin_wrapped(stdout, &text);
    print_measured_rows(out, m);
    fprintf(out, "%s\n", m->multi_label ? "; a row is right when all of its labels are" : "");
    end_wrapped(&text);
    print_models(c);
    if (c->count == 2)
        TRY(print_changes(c, err));
    putchar('\n');
    for (size_t i = 1; i < c->count; i++)
        print_verdict(c, i);
    return SEQNET_OK;
}

static void add_difference(seqnet_json *json, struct cJSON *parent, const difference *d)
{
    static const char *const words[] = {"worse", "same", "better"};
    struct cJSON *const object = seqnet_json_object(json, parent, "difference");
    seqnet_json_number(json, object, "accuracy", d->value);
    add_interval(json, object, "interval", d->interval);
    seqnet_json_number(json, object, "p_value", d->p_value);
    seqnet_json_number(json, object, "only_first", (double)d->paired.only_first);
    seqnet_json_number(json, object, "only_this", (double)d->paired.only_second);
    seqnet_json_string(json, object, "verdict", words[verdict_of(d) + 1]);
}

static void add_model(seqnet_json *json, struct cJSON *list, const comparison *c, size_t i)
{
    const measured *const m = &c->measured[i];
    struct cJSON *const object = seqnet_json_object(json, list, NULL);
    seqnet_json_string(json, object, "model", c->names[i]);
    seqnet_json_string(json, object, "fingerprint", seqnet_model_fingerprint(m->what.model));
    seqnet_json_number(json, object, m->multi_label ? "subset_accuracy" : "accuracy", m->accuracy);
    add_interval(json, object, "accuracy_interval", m->interval);
    seqnet_json_number(json, object, "macro_f1", m->macro.f1);
    if (m->multi_label)
        seqnet_json_number(json, object, "micro_f1", m->micro.f1);
    seqnet_json_number(json, object, "loss", m->loss);
    struct cJSON *const labels = seqnet_json_object(json, object, "per_label");
    for (size_t k = 0; k < m->classes; k++)
        (void)add_label_figures(json, labels, m, k);
    if (i)
        add_difference(json, object, &c->differences[i]);
}

seqnet_status print_comparison_json(const comparison *c, seqnet_error *err)
{
    const measured *const m = &c->measured[0];
    seqnet_json json = seqnet_json_begin_object();
    seqnet_json_string(&json, json.root, "data", m->what.data);
    seqnet_json_string(&json, json.root, "part", m->what.part);
    seqnet_json_number(&json, json.root, "n", (double)m->rows);
    struct cJSON *const list = seqnet_json_list(&json, json.root, "models");
    for (size_t i = 0; i < c->count; i++)
        add_model(&json, list, c, i);
    return write_json_line(stdout, &json, err);
}
