/* What evaluate prints for people. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "errors.h"
#include "evaluation_report.h"
#include "figures.h"
#include "table_cells.h"
#include "terminal.h"

enum {
    /* With more labels the matrix is left out, and of their figures the worst are printed. */
    MATRIX_LABELS = 12,
    WORST_LABELS = 10,
    MOST_CONFUSED = 10,
    SHOWN_SLICES = 20,
    /* Columns behind the name of a label: its figures, and an accuracy with its interval. */
    FIGURE_COLUMNS = 40,
    /* Beside two labels that are confused. */
    PAIR_COLUMNS = 24,
    SLICE_COLUMNS = 39,
    /* Cells of the narrowest column of the matrix, and between two. */
    LEAST_NAME = 8,
    GAP = 2
};

static void print_number(FILE *out, const char *name, double number)
{
    if (!isnan(number))
        fprintf(out, "%s: %.4f\n", name, number);
}

/* Whether all rows are in one part, as those of a file are that nothing has divided. */
static bool is_undivided(const measured *m)
{
    size_t parts = 0;
    for (seqnet_part part = SEQNET_TRAIN; part < SEQNET_PARTS; part++)
        parts += seqnet_dataset_count(m->what.dataset, part) > 0;
    return parts == 1;
}

void print_measured_rows(FILE *out, const measured *m)
{
    const bool is_whole = m->what.parts == SEQNET_ALL_PARTS, is_shown = is_terminal(STDOUT_FILENO);
    put_text(out, is_shown && strcmp(m->what.data, "-") == 0 ? "standard input" : m->what.data);
    if (!is_whole || !is_shown || !is_undivided(m))
        fprintf(out, ", %s part%s", m->what.part, is_whole ? "s" : "");
    fprintf(out, ": %zu %s", m->rows, plural(m->rows, "row", "rows"));
}

static void print_accuracy(FILE *out, const char *name, const measured *m)
{
    fprintf(out, "%s: %.4f\n95 %% interval: %.4f to %.4f\n", name, m->accuracy, m->interval.low,
            m->interval.high);
}

static void print_at_k(FILE *out, const measured *m)
{
    if (m->multi_label || m->what.k)
        fprintf(out, "P@1: %.4f\nR@1: %.4f\n", m->at_1.precision, m->at_1.recall);
    if (m->what.k > 1)
        fprintf(out, "P@%zu: %.4f\nR@%zu: %.4f\n", m->what.k, m->at_k.precision, m->what.k,
                m->at_k.recall);
}

static void print_class_figures(FILE *out, const measured *m)
{
    if (m->what.threshold > 0.0)
        fprintf(out, "threshold: %.6g\n", m->what.threshold);
    print_accuracy(out, "accuracy", m);
    fprintf(out, "majority: %.4f (always '", m->majority_share);
    put_text(out, measured_label(m, m->majority));
    fputs("')\n", out);
    fprintf(out, "loss: %.4f\nmacro f1: %.4f\nweighted f1: %.4f\n", m->loss, m->macro.f1,
            m->weighted.f1);
}

static void print_label_figures(FILE *out, const measured *m)
{
    fprintf(out,
            "threshold: %.6g\nmicro f1: %.4f\nmicro precision: %.4f\nmicro recall: %.4f\n"
            "macro f1: %.4f\n",
            m->what.threshold, m->micro.f1, m->micro.precision, m->micro.recall, m->macro.f1);
    print_accuracy(out, "subset accuracy", m);
    fprintf(out, "loss: %.4f\n", m->loss);
}

static void print_figures(FILE *out, const measured *m)
{
    (m->multi_label ? print_label_figures : print_class_figures)(out, m);
    print_number(out, "roc auc", m->area.roc);
    print_number(out, "pr auc", m->area.precision_recall);
    print_number(out, "brier score", m->brier);
    if (!m->multi_label)
        print_number(out, "calibration error", m->calibration.error);
    if (m->answers_from > 0.0)
        fprintf(out,
                "answered: %.1f %% of the rows, those from the probability %g on, %.1f %% of them "
                "right\n",
                percent(m->answered, m->rows), m->answers_from,
                percent(m->answered_right, m->answered));
    print_at_k(out, m);
}

static size_t widest_label(const measured *m)
{
    size_t widest = LEAST_NAME;
    for (size_t i = 0; i < m->classes; i++) {
        const size_t width = display_width(measured_label(m, i));
        widest = width > widest ? width : widest;
    }
    return widest;
}

/* How wide the matrix's columns are, and how many stand beside each other. */
typedef struct matrix_layout {
    size_t name, column, columns;
} matrix_layout;

/* All columns beside each other, as wide as the widest label; on a terminal where they do not fit
 * some at a time, with labels that are cut. */
static matrix_layout lay_out(const measured *m)
{
    enum { CELLS = 10 };
    const size_t widest = widest_label(m), line = line_cells(STDOUT_FILENO);
    if (line == SIZE_MAX || (m->classes + 1) * (widest + GAP) <= line)
        return (matrix_layout){widest, widest, m->classes};
    const size_t cells = widest < CELLS ? widest : CELLS;
    const size_t name = widest < line / 3 || line / 3 < cells ? cells : line / 3;
    const size_t columns = line > name ? (line - name) / (cells + GAP) : 0;
    return (matrix_layout){name, cells, columns > 0 ? columns : 1};
}

static bool prints_matrix(const measured *m, const report_options *o)
{
    return o->matrix || (m->classes <= MATRIX_LABELS && lay_out(m).columns == m->classes);
}

/* A row of the matrix in the columns from `first` to `end`. */
static void print_matrix_row(const measured *m, const matrix_layout *l, size_t row, size_t first,
                             size_t end)
{
    const bool colors = has_colors(STDOUT_FILENO);
    put_cell(stdout, measured_label(m, row), l->name);
    for (size_t k = first; k < end; k++) {
        begin_color(stdout, colors && k == row, ROLE_BEST);
        printf("%*s%*zu", GAP, "", (int)l->column, m->counts.confusion[row * m->classes + k]);
        end_color(stdout, colors && k == row);
    }
    putchar('\n');
}

static void print_matrix(const measured *m)
{
    const matrix_layout l = lay_out(m);
    for (size_t first = 0; first < m->classes; first += l.columns) {
        const size_t end = first + l.columns < m->classes ? first + l.columns : m->classes;
        printf("\n%*s  predicted\n", (int)l.name, "");
        put_cell(stdout, "true", l.name);
        for (size_t i = first; i < end; i++) {
            printf("%*s", GAP, "");
            put_right_cell(stdout, measured_label(m, i), l.column);
        }
        putchar('\n');
        for (size_t i = 0; i < m->classes; i++)
            print_matrix_row(m, &l, i, first, end);
    }
}

static seqnet_status print_confused(const measured *m, seqnet_error *err)
{
    seqnet_confused *confused;
    size_t count;
    const size_t width = name_cells(SIZE_MAX, PAIR_COLUMNS) / 2;
    TRY(seqnet_evaluation_confused(&m->counts, &confused, &count, err));
    if (count)
        puts("\nmost confused");
    for (size_t i = 0; i < count && i < MOST_CONFUSED; i++) {
        fputs("  ", stdout);
        put_cut(stdout, measured_label(m, confused[i].label), width);
        fputs(" -> ", stdout);
        put_cut(stdout, measured_label(m, confused[i].predicted), width);
        printf(", %zu of %zu\n", confused[i].n, m->labels[confused[i].label].rows);
    }
    if (count > MOST_CONFUSED)
        print_wrapped("  %zu more pairs; --matrix or --json shows all", count - MOST_CONFUSED);
    free(confused);
    return SEQNET_OK;
}

/* A label's number with its F1, by which labels are sorted. */
typedef struct ranked_label {
    double f1;
    size_t label;
} ranked_label;

static int compare_labels(const void *left, const void *right)
{
    const ranked_label *const a = left, *const b = right;
    if (a->f1 != b->f1)
        return a->f1 < b->f1 ? -1 : 1;
    return (a->label > b->label) - (a->label < b->label);
}

/* Puts the labels that rows have in the order of their F1, the lowest first; returns how many there
 * are. */
static size_t sort_labels(const measured *m, ranked_label *list)
{
    size_t count = 0;
    for (size_t i = 0; i < m->classes; i++)
        if (m->labels[i].rows || m->labels[i].predicted)
            list[count++] = (ranked_label){m->labels[i].f1, i};
    qsort(list, count, sizeof *list, compare_labels);
    return count;
}

static void print_label(const char *name, size_t width, seqnet_average figures, size_t rows)
{
    put_cell(stdout, name, width);
    printf("     %.4f  %.4f  %.4f  %7zu\n", figures.precision, figures.recall, figures.f1, rows);
}

static void print_label_row(const measured *m, size_t label, size_t width)
{
    const seqnet_label_metrics *const l = &m->labels[label];
    print_label(measured_label(m, label), width, (seqnet_average){l->precision, l->recall, l->f1},
                l->rows);
}

static seqnet_status print_worst(const measured *m, size_t width, seqnet_error *err)
{
    ranked_label *const list = calloc(m->classes, sizeof *list);
    if (!list)
        return FAIL(err, SEQNET_ERR_MEMORY, "out of memory for %zu labels", m->classes);
    const size_t count = sort_labels(m, list);
    for (size_t i = 0; i < count && i < WORST_LABELS; i++)
        print_label_row(m, list[i].label, width);
    if (count > WORST_LABELS)
        print_wrapped("%zu of %zu labels shown; --matrix or --json shows all", (size_t)WORST_LABELS,
                      m->classes);
    free(list);
    return SEQNET_OK;
}

static seqnet_status print_labels_table(const measured *m, const report_options *o,
                                        seqnet_error *err)
{
    const bool all = o->matrix || m->classes <= MATRIX_LABELS;
    const size_t width = name_cells(widest_label(m) > 16 ? widest_label(m) : 16, FIGURE_COLUMNS);
    putchar('\n');
    put_cell(stdout, all ? "" : "worst labels", width);
    puts("  precision  recall      f1     rows");
    for (size_t i = 0; i < m->classes && all; i++)
        print_label_row(m, i, width);
    if (!all)
        TRY(print_worst(m, width, err));
    print_label("macro average", width, m->macro, m->rows);
    print_label("weighted average", width, m->weighted, m->rows);
    return SEQNET_OK;
}

static void print_slice_row(const slice *s, size_t width)
{
    const seqnet_interval interval = seqnet_wilson_interval(s->right, s->rows);
    put_cell(stdout, *s->name ? s->name : "(none)", width);
    printf("  %8zu    %.4f (%.4f to %.4f)\n", s->rows, (double)s->right / (double)s->rows,
           interval.low, interval.high);
}

static void print_slices(const measured *m, const slice_table *table, const char *title)
{
    size_t widest = display_width(title);
    if (table->count == 0)
        return;
    for (size_t i = 0; i < table->count; i++) {
        const size_t width = display_width(table->slices[i].name);
        widest = width > widest ? width : widest;
    }
    const size_t width = name_cells(widest, SLICE_COLUMNS);
    putchar('\n');
    put_cell(stdout, title, width);
    printf("      rows  %s (at 95 %%)\n", m->multi_label ? "all labels right" : "accuracy");
    for (size_t i = 0; i < table->count && i < SHOWN_SLICES; i++)
        print_slice_row(&table->slices[i], width);
    if (table->count > SHOWN_SLICES)
        print_wrapped("%d of %zu shown; --json has all", SHOWN_SLICES, table->count);
}

seqnet_status print_evaluation_text(const measured *m, const report_options *options,
                                    const mistake *list, size_t count, seqnet_error *err)
{
    wrapped_text text;
    FILE *const out = begin_wrapped(stdout, &text);
    print_measured_rows(out, m);
    fputc('\n', out);
    print_figures(out, m);
    end_wrapped(&text);
    if (!m->multi_label && prints_matrix(m, options))
        print_matrix(m);
    else if (!m->multi_label)
        TRY(print_confused(m, err));
    TRY(print_labels_table(m, options, err));
    print_slices(m, &m->by_length, "by length");
    print_slices(m, &m->by_unknown, "by unknown words");
    print_slices(m, &m->by_field, m->what.by ? m->what.by : "");
    return options->mistakes ? print_mistakes(m, list, count, options->mistakes, err) : SEQNET_OK;
}
