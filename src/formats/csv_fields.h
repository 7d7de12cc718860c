/*
 * The fields of CSV and TSV records, one record at a time: libcsv finds them, or, where quotes mean
 * nothing, the delimiter alone. Spaces are part of a field (RFC 4180). A record ends at a line
 * feed, a carriage return or both, outside of quotes; blank lines are no records, unless
 * `keeps_blank` says so. A quote inside an unquoted field is a character like others.
 *
 * What a field holds is copied where the caller wants it, else only counted. Copied fields live
 * until the next record.
 */
#ifndef SN_CSV_FIELDS_H
#define SN_CSV_FIELDS_H

#include <csv.h>
#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"
#include "reader_input.h"
#include "reader_names.h"

enum {
    SN_CSV_MAX_RECORD = 1 << 26, /* bytes: an unclosed quote must not take all memory */
    SN_CSV_MAX_FIELDS = 1 << 20
};

#define SN_CSV_NO_FIELD ((size_t)-1)

typedef struct sn_csv {
    struct csv_parser parser;
    char delimiter;
    bool no_quotes;
    bool keeps_blank;        /* a blank line is a record of one empty field */
    bool keeps_all;          /* fields; else those in `kept` */
    size_t kept[3];          /* numbers of fields, from 0, or SN_CSV_NO_FIELD */
    size_t count;            /* fields of the record */
    size_t line, field_line; /* where the parser is; where the field at hand may have begun */
    bool ended;              /* the record */
    sn_buffer bytes;         /* of kept fields, a NUL behind each field */
    size_t *ends;            /* behind each field's NUL */
    size_t ends_capacity;
    seqnet_error error; /* of a callback */
} sn_csv;

/* Where a record lies in its input. */
typedef struct sn_csv_extent {
    size_t line; /* where it begins, from 1 */
    size_t end;  /* where it ends and its line end begins, from input->start on */
} sn_csv_extent;

void sn_csv_open(sn_csv *csv, char delimiter, bool no_quotes);

/* What was zeroed or opened. */
void sn_csv_close(sn_csv *csv);

/* The next record; *found is false at the end. SEQNET_ERR_DATA "PLACE:LINE: ..." for a quote that
 * is never closed and for a record of more than SN_CSV_MAX_RECORD bytes, after which there is
 * nothing more. */
seqnet_status sn_csv_next(sn_csv *csv, sn_input *input, sn_csv_extent *extent, bool *found,
                          seqnet_error *err);

/* These bytes as one record; a quote may be left open. */
seqnet_status sn_csv_split(sn_csv *csv, const char *bytes, size_t length, seqnet_error *err);

/* A field that was kept; a NUL follows its bytes. column < count. */
sn_name sn_csv_field(const sn_csv *csv, size_t column);

#endif
