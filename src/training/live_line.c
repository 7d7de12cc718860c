#include "live_line.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Fields from left to right. */
typedef enum field {
    FIELD_EPOCH,
    FIELD_ACCURACY,
    FIELD_LOSS,
    FIELD_VAL_ACCURACY,
    FIELD_VAL_LOSS,
    FIELD_BEST,
    FIELD_LEFT,
    FIELDS
} field;

enum { FIELD_TEXT = 64, GAP = 2 };

/* The most important ones first. */
static const field BY_IMPORTANCE[FIELDS] = {FIELD_EPOCH,    FIELD_VAL_ACCURACY, FIELD_LEFT,
                                            FIELD_ACCURACY, FIELD_VAL_LOSS,     FIELD_LOSS,
                                            FIELD_BEST};

const char *duration(double seconds, char text[DURATION_TEXT])
{
    const double whole = round(fmin(fmax(seconds, 0.0), 1e9));
    const unsigned long s = (unsigned long)whole;
    if (s < 60)
        (void)snprintf(text, DURATION_TEXT, "%lus", s);
    else if (s < 3600)
        (void)snprintf(text, DURATION_TEXT, "%lum%02lus", s / 60, s % 60);
    else
        (void)snprintf(text, DURATION_TEXT, "%luh%02lum", s / 3600, s / 60 % 60);
    return text;
}

static void write_measure(char text[FIELD_TEXT], const char *name, double value, const char *mark)
{
    if (!isnan(value))
        (void)snprintf(text, FIELD_TEXT, "%s %.4f%s", name, value, mark);
}

static void write_fields(const live_line *l, char fields[FIELDS][FIELD_TEXT])
{
    char left[DURATION_TEXT];
    const char *const mark = l->best == l->epoch ? "*" : " ";
    (void)snprintf(fields[FIELD_EPOCH], FIELD_TEXT, "Epoch %zu/%zu", l->epoch, l->epochs);
    write_measure(fields[FIELD_ACCURACY], l->multi_label ? "f1" : "acc", l->accuracy, "");
    write_measure(fields[FIELD_LOSS], "loss", l->loss, "");
    write_measure(fields[FIELD_VAL_ACCURACY], l->multi_label ? "val_f1" : "val_acc",
                  l->val_accuracy, mark);
    write_measure(fields[FIELD_VAL_LOSS], "val_loss", l->val_loss, "");
    if (l->best)
        (void)snprintf(fields[FIELD_BEST], FIELD_TEXT, "best %zu", l->best);
    if (!isnan(l->left))
        (void)snprintf(fields[FIELD_LEFT], FIELD_TEXT, "ETA %s%s", l->is_bound ? "<" : "",
                       duration(l->left, left));
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
