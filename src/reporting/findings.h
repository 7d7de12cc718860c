/*
 * What a report prints: the measures of the rows, which the library computes, and the training
 * record. Sections read them and compute nothing but percentages.
 */
#ifndef REPORTING_FINDINGS_H
#define REPORTING_FINDINGS_H

#include <cjson/cJSON.h>

#include "learning_curves.h"
#include "report.h"

typedef struct findings {
    const report_subject *subject;
    const seqnet_model *model;
    cJSON *record;
    learning_curves curves;
    bool is_multi_label;
    size_t classes;

    /* Of the rows; all zero where `rows` is 0. Models of several labels a row have no evaluation,
     * confused pairs and calibration. */
    size_t rows;
    seqnet_scores *scores;
    seqnet_evaluation evaluation;
    /* [classes] */
    seqnet_label_metrics *labels;
    seqnet_areas *areas;
    seqnet_areas macro_areas;
    seqnet_average macro, weighted, micro;
    seqnet_interval interval;
    double brier, label_loss, subset_accuracy;
    /* The label that most rows have. */
    size_t majority;
    seqnet_confused *confused;
    size_t confused_count;
    seqnet_calibration calibration;
} findings;

/* Gathers all that the sections print. SEQNET_ERR_DATA for a part without rows, and what scoring
 * returns; there is nothing to free then. */
seqnet_status find_out(findings *f, const report_subject *subject, seqnet_error *err);
void free_findings(findings *f);

/* A number of an object of the record, NAN without it; and a text, or NULL. */
double record_number(const cJSON *object, const char *key);
const char *record_text(const cJSON *object, const char *key);

/* The name of a label. */
const char *label_of(const findings *f, size_t label);

/* The share of the rows with the majority label. */
double majority_share(const findings *f);

#endif
