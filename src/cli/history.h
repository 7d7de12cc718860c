/* The two halves of the command history: learning curves (cmd_history.c) and norms of gradients
 * (history_gradients.c). */
#ifndef CLI_HISTORY_H
#define CLI_HISTORY_H

#include "curves_chart.h"
#include "data_options.h"

enum { MOST_MODELS = 64 };

typedef enum history_format {
    HISTORY_AUTO,
    HISTORY_TEXT,
    HISTORY_TSV,
    HISTORY_CSV,
    HISTORY_JSON,
    HISTORY_SVG
} history_format;

/* The rows of DATA that gradients are taken of. */
typedef enum gradient_part {
    GRADIENT_AUTO,
    GRADIENT_TEST,
    GRADIENT_TRAIN,
    GRADIENT_VALIDATION
} gradient_part;

typedef struct gradient_settings {
    /* DATA; NULL: learning curves are shown. */
    const char *path;
    gradient_part part;
    /* 0: as many rows as the library takes. */
    int64_t limit;
    data_options reading;
    /* What was typed. */
    const parsed_line *line;
} gradient_settings;

typedef struct history_settings {
    const char *model, *output, *title, *names;
    bool force;
    history_format format;
    curves_metric metric;
    int64_t width;
    gradient_settings gradients;
    /* The names of --names, which stand one after the other in name_text. */
    const char *name_list[MOST_MODELS];
    char *name_text;
} history_settings;

/* The word of a gradient_part. */
const char *gradient_part_word(int value);

/* Shows the gradients of models, of --model's without arguments. Returns an exit code. */
int show_gradients(const history_settings *s, size_t count, char **arguments);

/* The names of --names, or NULL. */
const char *const *chart_names(const history_settings *s);

/* Prints the chart as text or as SVG. */
void print_chart(const history_settings *s, const chart *c);

#endif
