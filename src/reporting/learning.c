/* The learning curves of the training record, with what the training measured. */
#include <math.h>

#include "curves_chart.h"
#include "errors.h"
#include "figure.h"
#include "html.h"
#include "sections.h"

static bool is_there(const findings *f)
{
    return f->curves.epochs > 0;
}

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

static seqnet_status print(FILE *out, const findings *f, seqnet_error *err)
{
    curves_chart made;
    TRY(make_curves_chart(&made, &f->curves, 1, METRIC_AUTO, NULL, NULL, err));
    made.panels[0].y.is_percent = true;
    open_section(out, LEARNING_SECTION.id, "How it learned");
    fputs("<p>Where the training curve goes on and the validation curve does not, the network "
          "learns its training rows by heart.",
          out);
    if (f->curves.refit_epochs)
        fputs(" The epoch with the ring was the best one; afterwards the network was trained again "
              "on all rows for as long.",
              out);
    else if (f->curves.kept)
        fputs(" The model has the weights of the epoch with the ring.", out);
    fputs("</p>\n", out);
    print_curves(out, &made.chart);
    print_epochs(out, &f->curves);
    close_section(out);
    free_curves_chart(&made);
    return SEQNET_OK;
}

const report_section LEARNING_SECTION = {
    .id = "learning", .title = "Learning curves", .is_there = is_there, .print = print};
