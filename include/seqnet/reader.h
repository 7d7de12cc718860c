/*
 * Records from text files: lines, CSV, TSV, JSON Lines and fastText's __label__ lines, plain or
 * gzip (by the magic bytes), from a file or standard input, one record at a time. A record may hold
 * any bytes and be of any length, but for CSV and TSV with quotes, where 64 MiB is the most, so
 * that a quote which is never closed does not take all memory. One record is in memory at a time,
 * with what was read along with it. A byte order mark (UTF-8) in front of everything is no text.
 *
 * Ownership: a seqnet_reader belongs to the caller and is released with seqnet_reader_free (NULL is
 * fine); what a record points to lives until the next call of seqnet_reader_next or
 * seqnet_reader_ready for this reader.
 */
#ifndef SEQNET_READER_H
#define SEQNET_READER_H

#include <stdbool.h>
#include <stddef.h>

#include <seqnet/status.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef struct seqnet_reader seqnet_reader;

typedef enum seqnet_format {
    SEQNET_FORMAT_AUTO,  /* by the name's ending (.csv .tsv .jsonl .ndjson .json .ft, each also with
                            .gz behind it); else CSV or TSV when a delimiter is given; else by the
                            first line that is not blank: '{' is JSON Lines, the label prefix is
                            fastText, a header with a name that was asked for or is known is CSV
                            or TSV; where labels are wanted, lines with one tab, or with equally
                            many commas, are TSV or CSV; else lines */
    SEQNET_FORMAT_LINES, /* every line is a text, an empty one too; no labels */
    SEQNET_FORMAT_CSV,   /* RFC 4180: quotes, embedded newlines; blank lines are records where there
                            is one column only; a delimiter that is not given is
                            the one of , ; tab | that splits the first record into most fields */
    SEQNET_FORMAT_TSV,   /* the same with tabs */
    SEQNET_FORMAT_JSONL, /* a JSON object a line */
    SEQNET_FORMAT_FASTTEXT /* __label__NAME ... text */
} seqnet_format;

/* What stands for a character of a label in fastText's form, where labels are words: an underscore
 * for a blank, a tab, an end of line and the like; any other for itself. */
char seqnet_fasttext_label_character(char character);

/* Whether fastText's form, in which labels have underscores for blanks, makes one of two labels. */
bool seqnet_fasttext_same_label(const char *one, const char *other);

typedef enum seqnet_header {
    SEQNET_HEADER_AUTO,
    SEQNET_HEADER_YES,
    SEQNET_HEADER_NO
} seqnet_header;

/* Strings are borrowed while the reader lives.
 *
 * Fields that are not given are found. Known names (case does not matter) of the text are text,
 * review, reviews, sentence, comment, content, body, message, tweet, document, description,
 * question, post, title; of the label label, labels, sentiment, class, category, target, stars,
 * rating, score, polarity, airline_sentiment, y, intent, topic; the first of the list that occurs
 * is taken. CSV without a header: of two columns the text is the one that is longer on average in
 * the records at hand, the other is the label; a single column is the text. */
typedef struct seqnet_reader_options {
    seqnet_format format;
    const char *text_field, *label_field; /* a column's name or its number from 1; a JSON key, with
                                             dots for nested ones; NULL: found */
    const char *weight_field;             /* the same; NULL: there is none */
    seqnet_header header;                 /* CSV, TSV: whether the first record names the columns;
                                             AUTO: when a name that was asked for or a known one
                                             is in it */
    char delimiter;                       /* CSV, TSV; 0: found */
    bool no_quotes;                       /* CSV, TSV: a quote is a character like others */
    const char *label_prefix;             /* fastText; "__label__" */
    bool wants_label;                     /* a record without a label is an error */
    const char *const *added_fields;      /* names, NULL behind the last, that the caller is going
                                             to add: a header, or an object, that has one of them
                                             already is an error; NULL: none */
} seqnet_reader_options;

seqnet_reader_options seqnet_reader_options_default(void);

/* The reason why the options cannot be used, or NULL when they can. */
const char *seqnet_reader_options_check(const seqnet_reader_options *options);

typedef struct seqnet_record {
    const char *raw; /* the bytes as they stand in the file: blank lines that are no records, the
                        record, its line end; one after the other, a file's records are the file */
    size_t raw_length;
    size_t raw_end; /* where in raw the record ends and its line end begins */
    const char *text;
    size_t text_length;
    const char *label; /* NULL: none, or an empty one */
    size_t label_length;
    size_t label_count; /* 0 or 1; fastText: labels on the line, of which the first one counts */
    double weight;      /* 1 without a weight field; else finite and at least 0 */
    size_t replaced;    /* JSON Lines: \u0000 and halves of surrogate pairs, which UTF-8 text cannot
                           hold, each read as U+FFFD */
    size_t line;        /* where it begins, from 1; a header and blank lines are counted too */
    bool ends_input;    /* of a malformed one: no record can be had behind it, for the input cannot
                           be read any further or a quote is never closed */
} seqnet_record;

/* The format that a file's name tells; AUTO: it tells none. */
seqnet_format seqnet_format_of_name(const char *path);

/* Opens a path, or standard input for "-". Waits for the first line, unless the format is
 * SEQNET_FORMAT_LINES. SEQNET_ERR_USAGE for options that cannot be used; SEQNET_ERR_DATA for a file
 * that cannot be read, one in which the fields cannot be found, and, where labels are wanted, one
 * that is empty or in no format with labels. */
seqnet_status seqnet_reader_open(seqnet_reader **reader, const char *path,
                                 const seqnet_reader_options *options, seqnet_error *err);

/* NULL is fine. */
void seqnet_reader_free(seqnet_reader *reader);

/* What the reader decided on; never AUTO. */
seqnet_format seqnet_reader_format(const seqnet_reader *reader);

/* The column or key that holds the text / the label; NULL when there is none (lines, fastText, an
 * empty file) or, for JSON Lines, it is not known before the first object. For a file without a
 * header: its number as text. */
const char *seqnet_reader_text_field(const seqnet_reader *reader);
const char *seqnet_reader_label_field(const seqnet_reader *reader);

/* CSV, TSV: the delimiter; else 0. */
char seqnet_reader_delimiter(const seqnet_reader *reader);

/* The header record's bytes, a byte order mark included (see seqnet_record.raw and raw_end); length
 * 0 when there is none. Valid while the reader lives. */
const char *seqnet_reader_header(const seqnet_reader *reader, size_t *length, size_t *end);

/* The next record. *found becomes false at the end, where raw holds what is left (blank lines).
 * SEQNET_ERR_DATA "PLACE:LINE: fact; remedy" for a malformed record, whose raw and line are set,
 * while *found tells nothing; reading may go on behind it, unless its ends_input tells that what
 * follows is lost, when the next call finds the end. */
seqnet_status seqnet_reader_next(seqnet_reader *reader, seqnet_record *record, bool *found,
                                 seqnet_error *err);

/* Whether another record can most likely be had without waiting for input. */
bool seqnet_reader_ready(seqnet_reader *reader);

/* Bytes of the file consumed so far (compressed ones for gzip), and the file's size or 0 when it
 * has none (a pipe). For progress. */
size_t seqnet_reader_position(const seqnet_reader *reader);
size_t seqnet_reader_size(const seqnet_reader *reader);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
