/* The conditions that a script puts on a measurement: evaluate exits with 1 when one is missed. */
#ifndef EVALUATION_GATES_H
#define EVALUATION_GATES_H

#include "measured.h"

enum { MOST_RECALLS = 64 };

typedef struct gates {
    /* 0: none. Of several labels a row the first one is for the micro F1. */
    double min_accuracy, min_macro_f1;
    /* "LABEL=X", with NULL behind the last one. */
    const char *min_recall[MOST_RECALLS + 1];
    /* What evaluate --json printed before; NULL: none. */
    const char *not_below;
} gates;

/* Checks what can be checked before rows are scored: labels and numbers of min_recall, and that the
 * earlier result can be read; notes when that is of other data than `data`. Returns EXIT_DONE, or
 * prints what is wrong and returns an exit code.
 */
int check_gates(const gates *g, const seqnet_model *model, const char *data);

/* Notes each condition that is missed. Returns EXIT_DONE or EXIT_NEGATIVE. */
int pass_gates(const gates *g, const measured *m);

#endif
