/*
 * The sections of a report, one file each. A section that has nothing to say prints nothing.
 */
#ifndef REPORTING_SECTIONS_H
#define REPORTING_SECTIONS_H

#include <stdio.h>

#include "findings.h"

/* The heading of the page, what the model is and how good it is in one sentence, and the figures
 * behind that. */
void print_masthead(FILE *out, const findings *f);

typedef struct report_section {
    /* The anchor of the section and its short title in the list of sections. */
    const char *id, *title;
    bool (*is_there)(const findings *f);
    seqnet_status (*print)(FILE *out, const findings *f, seqnet_error *err);
} report_section;

extern const report_section CONFUSION_SECTION, LABELS_SECTION, RANKING_SECTION, CONFIDENCE_SECTION,
    SLICES_SECTION, MISTAKES_SECTION, WORDS_SECTION, LEARNING_SECTION, MODEL_SECTION;

#endif
