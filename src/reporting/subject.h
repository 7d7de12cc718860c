/* What a report is about. */
#ifndef REPORTING_SUBJECT_H
#define REPORTING_SUBJECT_H

#include <seqnet/seqnet.h>

/* A model and the rows that it is measured on, all borrowed. */
typedef struct report_subject {
    const seqnet_model *model;
    /* The path of the model's file. */
    const char *path;
    /* The labelled rows, what they were loaded from, and which of them are measured, as bits and as
     * a word: "test". Without a dataset the report has what the training record holds. */
    const seqnet_dataset *dataset;
    const char *data;
    seqnet_parts parts;
    const char *part;
    /* Only the first `limit` rows, 0: all. threads 0: all usable cores. */
    size_t limit, threads;
    /* The field whose values make slices of the rows; NULL: none. */
    const char *by;
} report_subject;

#endif
