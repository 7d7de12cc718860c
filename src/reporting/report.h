/*
 * Reports: one HTML page about a model, that needs no other file and no network. It says what the
 * model is, what its training record holds and, of labelled rows, how good it is on them. Each
 * section of the page is a file of this room; what they print is gathered in findings.h first.
 */
#ifndef REPORTING_REPORT_H
#define REPORTING_REPORT_H

#include <seqnet/seqnet.h>

/* What a report is about; it borrows all of it. */
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
    /* From which probability on labels are predicted: of several labels a row, or the second one of
     * two; 0: as usual. */
    double threshold;
    /* The field whose values make slices of the rows; NULL: none. */
    const char *by;
} report_subject;

/* Writes the page to a file, which appears whole or not at all, and notes so; "-" is standard
 * output. A file that is no report of seqnet's is replaced only with `force`. Returns an exit code.
 */
int write_report(const report_subject *subject, const char *path, bool force);

#endif
