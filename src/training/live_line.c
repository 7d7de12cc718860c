#include "live_line.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "figures.h"

/* Fields from left to right. */
typedef enum field {
    FIELD_EPOCH,
    FIELD_SECONDS,
    FIELD_ACCURACY,
    FIELD_LOSS,
    FIELD_VAL_ACCURACY,
    FIELD_VAL_LOSS,
    FIELD_BEST,
    FIELD_LEFT,
    FIELDS
} field;

enum { FIELD_TEXT = 128, GAP = 2 };

/* The most important ones first. */
static const field BY_IMPORTANCE[FIELDS] = {FIELD_EPOCH,   FIELD_VAL_ACCURACY, FIELD_LEFT,
                                            FIELD_SECONDS, FIELD_ACCURACY,     FIELD_VAL_LOSS,
                                            FIELD_LOSS,    FIELD_BEST};

static void write_measure(char text[FIELD_TEXT], const char *name, double value, const char *mark)
{
    if (!isnan(value))
        (void)snprintf(text, FIELD_TEXT, "%s %.4f%s", name, value, mark);
}

static void write_epoch(const live_line *l, char text[FIELD_TEXT])
{
    if (l->folds)
        (void)snprintf(text, FIELD_TEXT, "fold %zu/%zu, epoch %zu/%zu", l->fold, l->folds, l->epoch,
                       l->epochs);
    else
        (void)snprintf(text, FIELD_TEXT, "Epoch %zu/%zu", l->epoch, l->epochs);
}

static void write_fields(const live_line *l, char fields[FIELDS][FIELD_TEXT])
{
    char text[DURATION_TEXT];
    const char *const mark = l->best == l->epoch ? "*" : " ";
    write_epoch(l, fields[FIELD_EPOCH]);
    if (l->seconds < 9.95)
        (void)snprintf(fields[FIELD_SECONDS], FIELD_TEXT, "%.1fs", l->seconds);
    else if (!isnan(l->seconds))
        (void)snprintf(fields[FIELD_SECONDS], FIELD_TEXT, "%s", duration(l->seconds, text));
    write_measure(fields[FIELD_ACCURACY], l->multi_label ? "f1" : "acc", l->accuracy, "");
    write_measure(fields[FIELD_LOSS], "loss", l->loss, "");
    write_measure(fields[FIELD_VAL_ACCURACY], l->multi_label ? "val_f1" : "val_acc",
                  l->val_accuracy, mark);
    write_measure(fields[FIELD_VAL_LOSS], "val_loss", l->val_loss, "");
    if (l->best)
        (void)snprintf(fields[FIELD_BEST], FIELD_TEXT, "best %zu", l->best);
    if (!isnan(l->left))
        (void)snprintf(fields[FIELD_LEFT], FIELD_TEXT, "ETA %s%s", l->is_bound ? "<" : "",
                       duration(l->left, text));
}

const char *format_live_line(const live_line *l, size_t width, char text[LIVE_TEXT])
{
    char fields[FIELDS][FIELD_TEXT] = {{0}};
    bool is_shown[FIELDS] = {0};
    size_t used = 0;
    write_fields(l, fields);
    for (size_t i = 0; i < FIELDS; i++) {
        const field f = BY_IMPORTANCE[i];
        const size_t cells = *fields[f] ? strlen(fields[f]) + (used ? GAP : 0) : 0;
        if (used + cells > width || used + cells >= LIVE_TEXT)
            break; /* no less important field takes its place, so that the line does not flicker */
        is_shown[f] = cells > 0;
        used += cells;
    }
    text[0] = '\0';
    used = 0;
    for (size_t f = 0; f < FIELDS; f++)
        if (is_shown[f])
            used += (size_t)snprintf(text + used, LIVE_TEXT - used, "%s%s", used ? "  " : "",
                                     fields[f]);
    return text;
}
