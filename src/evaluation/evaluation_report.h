/* A measurement as text for people, and as one JSON object. */
#ifndef EVALUATION_EVALUATION_REPORT_H
#define EVALUATION_EVALUATION_REPORT_H

#include <stdio.h>

#include "measured.h"
#include "mistakes.h"

typedef struct report_options {
    /* The whole confusion matrix, and all labels in the order of the model, however many. */
    bool matrix;
    /* Mistakes that are listed; 0: none. */
    size_t mistakes;
} report_options;

/* Print on standard output. Of many labels, text has the worst ones and the pairs that are confused
 * most. `list` are the mistakes, of which options->mistakes are shown. SEQNET_ERR_MEMORY. */
seqnet_status print_evaluation_text(const measured *m, const report_options *options,
                                    const mistake *list, size_t count, seqnet_error *err);
seqnet_status print_evaluation_json(const measured *m, const report_options *options,
                                    const mistake *list, size_t count, seqnet_error *err);

/* Prints which rows are measured, "reviews.csv, test part: 500 rows"; on a terminal without the
 * part where data is not divided. */
void print_measured_rows(FILE *out, const measured *m);

/* Add the ends of an interval as an object, and the precision, recall, F1 and rows of a label as an
 * object under its name, which the second one returns. */
void add_interval(seqnet_json *json, struct cJSON *parent, const char *key,
                  seqnet_interval interval);
struct cJSON *add_label_figures(seqnet_json *json, struct cJSON *parent, const measured *m,
                                size_t label);

#endif
