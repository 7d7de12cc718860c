/* The heading of a report: the model in one sentence, and the figures behind it. */
#include <math.h>
#include <string.h>

#include "figures.h"
#include "html.h"
#include "sections.h"

/* The last part of a path. */
static const char *file_name(const char *path)
{
    const char *const slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

static void put_rows(FILE *out, double rows, const char *kind)
{
    put_count(out, (size_t)rows);
    fprintf(out, " %s%s", kind, rows == 1.0 ? "row" : "rows");
}

/* "tells A from B", or "chooses one of 77 labels". */
static void put_task(FILE *out, const findings *f)
{
    if (f->is_multi_label) {
        fputs("It gives each text any of ", out);
        put_count(out, f->classes);
        fputs(" labels", out);
    } else if (f->classes == 2) {
        fputs("It tells <strong>", out);
        put_name(out, label_of(f, 0));
        fputs("</strong> from <strong>", out);
        put_name(out, label_of(f, 1));
        fputs("</strong>", out);
    } else {
        fputs("It chooses one of ", out);
        put_count(out, f->classes);
        fputs(" labels", out);
    }
}

/* "25,000 test rows of imdb.npz" */
static void put_measured_rows(FILE *out, const findings *f)
{
    char kind[32];
    const bool is_whole = f->subject->parts == SEQNET_ALL_PARTS;
    (void)snprintf(kind, sizeof kind, "%s%s", is_whole ? "" : f->subject->part,
                   is_whole ? "" : " ");
    put_rows(out, (double)f->m.rows, kind);
    fputs(" of ", out);
    put_name(out, file_name(f->subject->data));
}

/* The sentence for measured rows. */
static void put_measured(FILE *out, const findings *f)
{
    fputs(" and is right on <strong>", out);
    put_percent(out, f->m.accuracy);
    fputs("</strong> of ", out);
    put_measured_rows(out, f);
    fputs(" (95\xc2\xa0% interval ", out);
    put_interval(out, f->m.interval);
    fputs("). Always answering \xe2\x80\x98", out);
    put_name(out, label_of(f, f->m.majority));
    fputs("\xe2\x80\x99 would be right on ", out);
    put_percent(out, f->m.majority_share);
    fputs(".", out);
}

static void put_measured_labels(FILE *out, const findings *f)
{
    fputs(" and reaches a micro F1 of <strong>", out);
    put_percent(out, f->m.micro.f1);
    fputs("</strong> on ", out);
    put_measured_rows(out, f);
    fputs("; ", out);
    put_percent(out, f->m.accuracy);
    fputs(" of the rows have exactly the right labels (95\xc2\xa0% interval ", out);
    put_interval(out, f->m.interval);
    fputs(").", out);
}

/* The epoch whose weights were kept; NULL when the record has none. */
static const cJSON *kept_epoch(const findings *f)
{
    const cJSON *epoch;
    cJSON_ArrayForEach(epoch, cJSON_GetObjectItemCaseSensitive(f->record, "history"))
    {
        if (record_number(epoch, "epoch") == (double)f->curves.kept)
            return epoch;
    }
    return NULL;
}

/* What the training measured last: on test rows, else on validation rows. Returns NAN when it
 * measured nothing. */
static double recorded_accuracy(const findings *f, const char **kind, double *rows)
{
    const cJSON *const test = cJSON_GetObjectItemCaseSensitive(f->record, "test");
    const cJSON *const parts = cJSON_GetObjectItemCaseSensitive(f->record, "parts");
    const cJSON *const together = cJSON_GetObjectItemCaseSensitive(parts, "together");
    const char *const key = f->is_multi_label ? "val_f1" : "val_acc";
    *kind = test ? "test " : "validation ";
    *rows = test ? record_number(test, "n") : record_number(f->record, "validation_rows");
    if (test)
        return record_number(test, f->is_multi_label ? "micro_f1" : "accuracy");
    return record_number(together ? together : kept_epoch(f), key);
}

/* The sentence for what the training record says. */
static void put_recorded(FILE *out, const findings *f)
{
    const char *kind;
    double rows;
    const double accuracy = recorded_accuracy(f, &kind, &rows);
    if (isnan(accuracy)) {
        fputs(". Its training measured no rows.", out);
        return;
    }
    fprintf(out, f->is_multi_label ? ". When it was trained its micro F1 was <strong>"
                                   : ". When it was trained it was right on <strong>");
    put_percent(out, accuracy);
    fputs(f->is_multi_label ? "</strong> on " : "</strong> of ", out);
    if (rows >= 1.0)
        put_rows(out, rows, kind);
    else
        fprintf(out, "the %srows", kind);
    fputs(".", out);
}

static void put_lead(FILE *out, const findings *f)
{
    fputs("<p class=\"lead\">", out);
    put_task(out, f);
    if (!f->m.rows)
        put_recorded(out, f);
    else if (f->is_multi_label)
        put_measured_labels(out, f);
    else
        put_measured(out, f);
    fputs("</p>\n", out);
}

typedef void put_number(FILE *out, double number);

/* Prints a figure with what it means. */
static void put_tile(FILE *out, const char *name, put_number *put, double number, const char *note)
{
    fprintf(out, "<div><dt>%s</dt><dd class=\"figure\">", name);
    put(out, number);
    fprintf(out, "</dd><dd class=\"note\">%s</dd></div>\n", note);
}

static void put_tiles(FILE *out, const findings *f)
{
    fputs("<dl class=\"tiles\">\n", out);
    if (f->is_multi_label) {
        put_tile(out, "Micro F1", put_percent, f->m.micro.f1, "of all labels together");
        put_tile(out, "Macro F1", put_percent, f->m.macro.f1, "mean over the labels");
        put_tile(out, "Loss", put_decimal, f->m.loss, "cross-entropy; lower is better");
    } else {
        put_tile(out, "Accuracy", put_percent, f->m.accuracy, "of the answers are right");
        put_tile(out, "Macro F1", put_percent, f->m.macro.f1, "mean over the labels");
        put_tile(out, "Loss", put_decimal, f->m.loss, "cross-entropy; lower is better");
    }
    put_tile(out, "ROC AUC", put_decimal, f->m.area.roc, "1 is perfect, 0.5 is chance");
    if (!f->is_multi_label)
        put_tile(out, "Calibration error", put_percent, f->m.calibration.error,
                 "how far its confidence is off");
    fputs("</dl>\n", out);
}

/* Says what a report with rows would add. */
static void put_invitation(FILE *out)
{
    fputs("<p class=\"aside\">This report has no labelled rows, only what the training recorded. "
          "With <code>seqnet report DATA -m MODEL</code> it also shows the confusion matrix, each "
          "label\xe2\x80\x99s precision and recall, ROC and precision\xe2\x80\x93recall curves, "
          "calibration, and the surest mistakes.</p>\n",
          out);
}

/* Says which rows a model answers that gives no unsure answer. */
static void put_answered(FILE *out, const findings *f)
{
    if (!(f->m.answers_from > 0.0) || !f->m.answered)
        return;
    fputs("<p class=\"aside\">It answers only where its probability is at least ", out);
    put_percent(out, f->m.answers_from);
    fputs(": ", out);
    put_percent(out, (double)f->m.answered / (double)f->m.rows);
    fputs(" of the rows, of which ", out);
    put_percent(out, (double)f->m.answered_right / (double)f->m.answered);
    fputs(" are right. The figures here are of all rows.</p>\n", out);
}

/* Whether the model was trained on some of the measured rows. */
static bool is_flattered(const findings *f)
{
    const bool is_refit = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(f->record, "refit"));
    const seqnet_parts seen = 1U << SEQNET_TRAIN | (is_refit ? 1U << SEQNET_VALIDATION : 0U);
    return f->m.rows && seqnet_dataset_is_training_data(f->subject->dataset) &&
           f->subject->parts & seen;
}

static void put_warnings(FILE *out, const findings *f)
{
    if (is_flattered(f))
        fputs("<p class=\"aside\"><strong>The model was trained on these rows, so the figures "
              "flatter it.</strong> Measure it on rows that it has not seen.</p>\n",
              out);
}

void print_masthead(FILE *out, const findings *f)
{
    const cJSON *const card = cJSON_GetObjectItemCaseSensitive(f->record, "card");
    const char *const about = record_text(card, "about");
    fputs("<p class=\"kicker\">seqnet report</p>\n<h1>", out);
    put_name(out, file_name(f->subject->path));
    fputs("</h1>\n", out);
    put_lead(out, f);
    if (about) {
        fputs("<p class=\"aside\">", out);
        put_html(out, about);
        fputs("</p>\n", out);
    }
    put_answered(out, f);
    put_warnings(out, f);
    if (f->m.rows)
        put_tiles(out, f);
    else
        put_invitation(out);
}
