/*
 * What a report prints: the figures of the measured rows (measured.h), and the training record.
 * Sections read them and compute nothing but percentages.
 */
#ifndef REPORTING_FINDINGS_H
#define REPORTING_FINDINGS_H

#include <cjson/cJSON.h>

#include "learning_curves.h"
#include "measured.h"
#include "mistakes.h"
#include "subject.h"

typedef struct findings {
    const report_subject *subject;
    const seqnet_model *model;
    cJSON *record;
    learning_curves curves;
    bool is_multi_label;
    size_t classes;
    /* Without rows all of it is zero, and there are no mistakes and no confused pairs. */
    measured m;
    /* The surest mistakes first. */
    mistake *mistakes;
    size_t mistake_count;
    /* NULL for rows with any number of labels. */
    seqnet_confused *confused;
    size_t confused_count;
    /* Of rows with one label each: the calibration that probabilities would have without what the
     * training found to correct them, if it found something. */
    bool has_raw;
    seqnet_calibration raw;
} findings;

/* Gathers all that the sections print. SEQNET_ERR_DATA for a part without rows, and what measure
 * returns; there is nothing to free then. */
seqnet_status find_out(findings *f, const report_subject *subject, seqnet_error *err);
void free_findings(findings *f);

/* A number of an object of the record, NAN without it; and a text, or NULL. */
double record_number(const cJSON *object, const char *key);
const char *record_text(const cJSON *object, const char *key);

/* The name of a label. */
const char *label_of(const findings *f, size_t label);

#endif
