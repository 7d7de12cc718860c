/*
 * Reports: one HTML page about a model, that needs no other file and no network. It says what the
 * model is, what its training record holds and, of labelled rows, how good it is on them. Each
 * section of the page is a file of this room; what they print is gathered in findings.h first.
 */
#ifndef REPORTING_REPORT_H
#define REPORTING_REPORT_H

#include "subject.h"

/* Writes the page to a file, which appears whole or not at all, and notes so; "-" is standard
 * output. A file that is no report of seqnet's is replaced only with `force`. Returns an exit code.
 */
int write_report(const report_subject *subject, const char *path, bool force);

#endif
