/* The learning curves of the training record, with what the training measured. */
#include <math.h>

#include "curves_chart.h"
#include "errors.h"
#include "figure.h"
#include "html.h"
#include "sections.h"

static bool has_points(const chart_panel *panel)
{
    for (size_t s = 0; s < panel->series_count; s++)
        for (size_t i = 0; i < panel->series[s].count; i++)
            if (isfinite(panel->series[s].y[i]))
                return true;
    return false;
}

static void print_curves(FILE *out, const chart *c)
{
    print_html_legend(out, c);
    fputs("<div class=\"figures\">\n", out);
    for (size_t i = 0; i < c->panel_count; i++)
        if (has_points(&c->panels[i]))
            print_figure(out, c, i, i ? "Loss" : "Accuracy", "after each epoch",
                         i ? "Loss after each epoch; the table below has the numbers"
                           : "Accuracy after each epoch; the table below has the numbers");
    fputs("</div>\n", out);
}

/* The columns of the epochs, without the seconds. */
static const table_column COLUMNS[CURVE_SECONDS] = {[CURVE_EPOCH] = {"Epoch", true},
                                                    [CURVE_ACC] = {"Training accuracy", true},
                                                    [CURVE_LOSS] = {"Training loss", true},
                                                    [CURVE_VAL_ACC] = {"Validation accuracy", true},
                                                    [CURVE_VAL_LOSS] = {"Validation loss", true}};

static bool is_percent(curve_column column)
{
    return column == CURVE_ACC || column == CURVE_VAL_ACC;
}

static void print_epoch(FILE *out, const learning_curves *curves, size_t epoch)
{
    fprintf(out, "<tr><th scope=\"row\" class=\"n\">%.0f%s</th>",
            curve_values(curves, CURVE_EPOCH)[epoch],
            !is_kept(curves, epoch) ? ""
            : curves->refit_epochs  ? " (best)"
                                    : " (kept)");
    for (curve_column c = CURVE_ACC; c < CURVE_SECONDS; c++) {
        if (!has_curve(curves, c))
            continue;
        fputs("<td class=\"n\">", out);
        (is_percent(c) ? put_percent : put_decimal)(out, curve_values(curves, c)[epoch]);
        fputs("</td>", out);
    }
    fputs("</tr>\n", out);
}

static void print_epochs(FILE *out, const learning_curves *curves)
{
    table_column shown[CURVE_SECONDS] = {COLUMNS[CURVE_EPOCH]};
    size_t count = 1;
    for (curve_column c = CURVE_ACC; c < CURVE_SECONDS; c++)
        if (has_curve(curves, c))
            shown[count++] = COLUMNS[c];
    open_details(out, "The curves as a table");
    open_table(out, "What was measured after each epoch", TABLE_PLAIN);
    put_columns(out, shown, count);
    for (size_t i = 0; i < curves->epochs; i++)
        print_epoch(out, curves, i);
    close_table(out);
    close_details(out);
}

/* A measure of the record: accuracy or F1, and loss. */
static void print_measure(FILE *out, const cJSON *object, const char *what, const char *accuracy,
                          const char *loss)
{
    if (isnan(record_number(object, accuracy)))
        return;
    fprintf(out, "<tr><th scope=\"row\">%s</th><td class=\"n\">", what);
    put_percent(out, record_number(object, accuracy));
    fputs("</td><td class=\"n\">", out);
    put_decimal(out, record_number(object, loss));
    fputs("</td></tr>\n", out);
}

static const cJSON *parts_of_record(const findings *f)
{
    return cJSON_GetObjectItemCaseSensitive(f->record, "parts");
}

static const cJSON *test_of_record(const findings *f)
{
    return cJSON_GetObjectItemCaseSensitive(f->record, "test");
}

static void print_measures(FILE *out, const findings *f)
{
    const table_column columns[] = {
        {"Rows", false}, {f->is_multi_label ? "Micro F1" : "Accuracy", true}, {"Loss", true}};
    static const struct {
        const char *key, *what;
    } parts[] = {{"ngram_part", "validation: n-grams alone"},
                 {"network", "validation: network alone"},
                 {"together", "validation: together"}};
    const char *const accuracy = f->is_multi_label ? "val_f1" : "val_acc";
    if (!parts_of_record(f) && !test_of_record(f))
        return;
    open_table(out, "What the training measured", TABLE_PLAIN);
    put_columns(out, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        print_measure(out, cJSON_GetObjectItemCaseSensitive(parts_of_record(f), parts[i].key),
                      parts[i].what, accuracy, "val_loss");
    print_measure(out, test_of_record(f), "test", f->is_multi_label ? "micro_f1" : "accuracy",
                  "loss");
    close_table(out);
}

static bool is_there(const findings *f)
{
    return f->curves.epochs > 0 || parts_of_record(f) || test_of_record(f);
}

static void print_text(FILE *out, const learning_curves *curves)
{
    fputs("<p>Where the training curve goes on and the validation curve does not, the network "
          "learns its training rows by heart. Training is measured during the epoch, with parts "
          "hidden, so it may look worse than validation.",
          out);
    if (curves->refit_epochs)
        fputs(" The epoch with the ring was the best one; afterwards the network was trained again "
              "on all rows for as long.",
              out);
    else if (curves->kept)
        fputs(" The model has the weights of the epoch with the ring.", out);
    fputs("</p>\n", out);
}

static seqnet_status print_history(FILE *out, const learning_curves *curves, seqnet_error *err)
{
    curves_chart made;
    TRY(make_curves_chart(&made, curves, 1, METRIC_AUTO, NULL, NULL, err));
    made.panels[0].y.is_percent = true;
    print_text(out, curves);
    print_curves(out, &made.chart);
    print_epochs(out, curves);
    free_curves_chart(&made);
    return SEQNET_OK;
}

static seqnet_status print(FILE *out, const findings *f, seqnet_error *err)
{
    open_section(out, LEARNING_SECTION.id, "How it learned");
    if (f->curves.epochs)
        TRY(print_history(out, &f->curves, err));
    print_measures(out, f);
    close_section(out);
    return SEQNET_OK;
}

const report_section LEARNING_SECTION = {
    .id = "learning", .title = "Training", .is_there = is_there, .print = print};
