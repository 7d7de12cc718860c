/*
 * The fields of CSV and TSV records, one record at a time. libcsv finds the fields; with
 * `no_quotes` a record is a line that is split at the delimiter. Spaces are part of a field (RFC
 * 4180). A record ends at a line feed, a carriage return or both, outside of quotes; blank lines
 * are skipped unless `keeps_blank` is set. A quote inside an unquoted field is a character like
 * others; text behind a closing quote and a blank before an opening one are errors, since the
 * record would go on where nobody meant it. What the columns mean is in reader_columns.c.
 *
 * Fields that the caller wants are copied, the others only counted. Copied fields live until the
 * next record.
 */
#ifndef SN_CSV_FIELDS_H
#define SN_CSV_FIELDS_H

#include <csv.h>
#include <stdbool.h>
#include <stddef.h>

#include <seqnet/reader.h>

#include "buffer.h"
#include "reader_input.h"
#include "reader_names.h"

enum {
    /* The most bytes of a record: a quote that is never closed must not take all memory. */
    SN_CSV_MAX_RECORD = 1 << 26,
    SN_CSV_MAX_FIELDS = 1 << 20,
    /* The most fields that are copied by their numbers. */
    SN_CSV_KEPT = SEQNET_TEXT_FIELDS + 2
};

#define SN_CSV_NO_FIELD ((size_t)-1)

/* What is wrong with a quote. */
typedef enum sn_csv_quote {
    SN_QUOTE_FINE,
    /* Other text than the delimiter follows the quote that closes a field. */
    SN_QUOTE_BEFORE_TEXT,
    /* The same, behind a backslash that is meant to escape the quote. */
    SN_QUOTE_ESCAPED,
    /* Blanks stand between the delimiter and the quote that opens a field, or behind the one that
     * closes it. */
    SN_QUOTE_AFTER_BLANK,
    SN_QUOTE_BEFORE_BLANK
} sn_csv_quote;

typedef struct sn_csv {
    struct csv_parser parser;
    char delimiter;
    /* A quote is a character like others. */
    bool no_quotes;
    /* A blank line is a record of one empty field. */
    bool keeps_blank;
    /* All fields are copied; else those in `kept`. */
    bool keeps_all;
    /* The numbers, from 0, of the fields that are copied. */
    size_t kept[SN_CSV_KEPT];
    size_t kept_count;
    /* How many fields the record has. */
    size_t count;
    /* The line that the parser is in, and the line in which the current field may have begun. */
    size_t line, field_line;
    /* The parser has passed the end of the record. */
    bool record_ended;
    /* Of the record; the parser stops at a misplaced one. */
    sn_csv_quote quote;
    /* The copied fields, with a NUL behind each; other fields are empty here. */
    sn_buffer bytes;
    /* Where each field ends in `bytes`, behind its NUL. */
    size_t *ends;
    size_t ends_capacity;
    /* An error in a callback of libcsv's. */
    seqnet_error error;
} sn_csv;

/* Where a record lies in its input. */
typedef struct sn_csv_extent {
    /* The line in which it begins, from 1. */
    size_t line;
    /* Where it ends and its line end begins, counted from input->start. */
    size_t end;
} sn_csv_extent;

/* Begins without any record; all fields are copied until the caller chooses some. */
void sn_csv_open(sn_csv *csv, char delimiter, bool no_quotes);

/* Copies this field, too; SN_CSV_NO_FIELD stands for none. */
void sn_csv_keep(sn_csv *csv, size_t column);

/* Frees what a parser that was zeroed or opened holds. */
void sn_csv_close(sn_csv *csv);

/* Reads the next record; *found is false at the end. Misplaced quotes are SEQNET_ERR_DATA
 * "PLACE:LINE: ..."; the next record then begins in the line behind the one in which this one
 * begins, if the lines up to the quote may be records of their own, else behind the quote's line. A
 * quote that is never closed and a record of more than SN_CSV_MAX_RECORD bytes end the input. */
seqnet_status sn_csv_next(sn_csv *csv, sn_input *input, sn_csv_extent *extent, bool *found,
                          seqnet_error *err);

/* Splits bytes as one record, whose quotes may be misplaced or open. */
seqnet_status sn_csv_split(sn_csv *csv, const char *bytes, size_t length, seqnet_error *err);

/* A field that was copied; a NUL follows its bytes. column < count. */
sn_name sn_csv_field(const sn_csv *csv, size_t column);

#endif
