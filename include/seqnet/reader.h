/*
 * Records from text files, one at a time: lines, CSV, TSV, JSON Lines and fastText's __label__
 * lines, plain or gzip (known by its magic bytes), from a file or standard input. Which records
 * make a dataset, and what their labels mean, is in dataset.h.
 *
 * A record may hold any bytes and have any length, except that a record of CSV or TSV with quotes
 * has at most 64 MiB, so that a quote that is never closed does not take all memory. Memory holds
 * one record and the bytes that were read with it. A UTF-8 byte order mark at the start of the
 * input is not part of a text.
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

/* The most fields of which a text is made. */
enum { SEQNET_TEXT_FIELDS = 8 };

typedef enum seqnet_format {
    /* The reader chooses the format, by the first of these that applies: the ending of the name
     * (.csv .tsv .jsonl .ndjson .json .ft, also followed by .gz); CSV or TSV when the options name
     * a delimiter; the first line that is not blank: it begins with '{' (JSON Lines), it begins
     * with the label prefix (fastText), or it is a header with a name that the options name or that
     * is known (CSV or TSV). When labels are wanted, a line with one tab is TSV, and lines with the
     * same number of commas are CSV. Any other input is SEQNET_FORMAT_LINES. */
    SEQNET_FORMAT_AUTO,
    /* Each line is a text, even an empty one; there are no labels. Words that begin with the label
     * prefix are no part of the text. */
    SEQNET_FORMAT_LINES,
    /* RFC 4180: quotes, and line ends inside quotes. Blank lines are records only in a file of one
     * column. The delimiter is the one of , ; tab | that splits the first record into the most
     * fields, unless the options name one. */
    SEQNET_FORMAT_CSV,
    /* As CSV, with tabs. */
    SEQNET_FORMAT_TSV,
    /* One JSON object per line. */
    SEQNET_FORMAT_JSONL,
    /* __label__NAME ... text */
    SEQNET_FORMAT_FASTTEXT
} seqnet_format;

/* The character that replaces a label's character in fastText's format, where a label is one word:
 * an underscore for a space, a tab, a line end and other blanks; any other character stays. */
char seqnet_fasttext_label_character(char character);

/* Whether two labels are the same label in fastText's format, because they differ only in blanks
 * and underscores. */
bool seqnet_fasttext_same_label(const char *one, const char *other);

/* Whether the first record of CSV or TSV names the columns. */
typedef enum seqnet_header {
    /* It does when one of its fields is a name that the options name or that is known, or else when
     * the records below differ from it as data differ from names: a column of numbers, of long
     * texts, or of few labels of which its field is none. */
    SEQNET_HEADER_AUTO,
    SEQNET_HEADER_YES,
    SEQNET_HEADER_NO
} seqnet_header;

/* Options that a model remembers from its training, not the caller's own: the delimiter, the header
 * and the encoding give way where the file shows otherwise, the label need not be there unless it
 * is wanted, and sentences say where a name is from. */
typedef struct seqnet_remembered_options {
    bool text, label, delimiter, header, no_quotes, encoding;
} seqnet_remembered_options;

/* Strings are borrowed while the reader lives. Defaults are NULL, false, 0 and the AUTO values
 * unless a comment says otherwise.
 *
 * The reader finds fields that the options do not name by their known names, in any case: for the
 * text text, review, reviews, sentence, comment, content, body, message, tweet, document,
 * description, question, post, title; for the label label, labels, sentiment, class, category,
 * target, stars, rating, score, polarity, airline_sentiment, y, intent, topic. It takes the first
 * of the list that occurs. In CSV without known names, a single column is the text; of two columns,
 * the text is the one that is longer on average in the records that are in memory, and the other
 * one is the label. */
typedef struct seqnet_reader_options {
    seqnet_format format;
    /* The name of the encoding as iconv spells it. NULL or "auto": UTF-8, or UTF-16 or UTF-32 when
     * the first bytes tell. A byte order mark counts whatever the name is. */
    const char *encoding;
    /* Lines are meant whatever they look like, and pages in HTML and the like are texts, too;
     * false: such pages are refused, as other kinds of files are in any case. */
    bool takes_marked;
    /* Lines are no texts, but words or numbers: nothing is left out of them. */
    bool plain_lines;
    /* The fields that make up the text, the first ones that are not NULL: each the name of a column
     * or its number from 1; a JSON key, with dots between nested keys; or several of these with
     * commas between them. All NULL: the reader finds the field. */
    const char *text_fields[SEQNET_TEXT_FIELDS + 1];
    /* What stands between the fields of a text. Default " | ". */
    const char *text_separator;
    /* The field of the label, named in the same way. NULL: the reader finds it. */
    const char *label_field;
    /* The same; NULL: there are no weights. */
    const char *weight_field;
    /* Which of the options a model remembers from its training; they are not the caller's own. */
    seqnet_remembered_options remembered;
    /* CSV, TSV. */
    seqnet_header header;
    /* CSV, TSV: the byte between fields. 0: the reader finds it. */
    char delimiter;
    /* CSV, TSV: a quote is a character like others. */
    bool no_quotes;
    /* fastText: the text before the name of a label. Default "__label__". */
    const char *label_prefix;
    /* A record without a label is an error, unless it may have any number of them. */
    bool wants_label;
    /* A record may have any number of labels, also none. */
    bool many_labels;
    /* CSV, TSV and strings of JSON Lines: the text between the labels of one field, 1 to 15 bytes.
     * Blanks around a label, and labels that are empty, are left out. NULL: a field is one label.
     */
    const char *label_separator;
    /* Names of fields that the caller is going to add, with NULL behind the last one: a header or
     * an object that has one of them already is an error. NULL: none. */
    const char *const *added_fields;
} seqnet_reader_options;

seqnet_reader_options seqnet_reader_options_default(void);

/* Returns the reason why the options cannot be used, or NULL when they can. */
const char *seqnet_reader_options_check(const seqnet_reader_options *options);

/* One of the labels of a record. */
typedef struct seqnet_record_label {
    const char *text;
    size_t length;
} seqnet_record_label;

/* How often something was met, and where first: "PATH:LINE". */
typedef struct seqnet_tally {
    size_t count;
    char first[300];
} seqnet_tally;

/* Counts what is met in a record of a file. */
void seqnet_tally_add(seqnet_tally *tally, size_t count, const char *path, size_t line);

typedef struct seqnet_record {
    /* The bytes of the file: blank lines before the record, the record, and its line end. The raw
     * bytes of the header and of all records, one after the other, are the file. */
    const char *raw;
    size_t raw_length;
    /* The offset in `raw` at which the record ends and its line end begins. */
    size_t raw_end;
    const char *text;
    size_t text_length;
    /* NULL: the record has no label, or an empty one. */
    const char *label;
    size_t label_length;
    /* [label_count]: all labels of the record, none of them empty, of which the first one is
     * `label`: those of a fastText line, of a JSON array, or of a field with the separator. */
    const seqnet_record_label *labels;
    size_t label_count;
    /* Finite and at least 0; 1 without a weight field. */
    double weight;
    /* How many byte sequences of the text are not UTF-8, and how many characters no text can hold:
     * NULs and, in JSON, halves of surrogate pairs. Both are read as U+FFFD. */
    size_t invalid, replaced;
    /* TSV: lines within a quoted field that look like records of their own. */
    size_t swallowed;
    /* CSV, TSV: all fields are empty. Such a record needs no label. */
    bool is_blank;
    /* Blanks around the label were left out. */
    bool is_trimmed;
    /* The line in which the record begins, from 1; a header and blank lines count. */
    size_t line;
    /* The record is malformed and no record follows, because the input cannot be read further or a
     * quote is never closed. */
    bool ends_input;
} seqnet_record;

/* How many byte sequences of a text are not UTF-8. */
size_t seqnet_text_invalid(const char *text, size_t length);

/* The format that the ending of a file's name stands for; SEQNET_FORMAT_AUTO: none. */
seqnet_format seqnet_format_of_name(const char *path);

/* Opens a path, or standard input for "-". Waits for the first line, unless the format is
 * SEQNET_FORMAT_LINES. SEQNET_ERR_USAGE for options that cannot be used; SEQNET_ERR_DATA for a file
 * that cannot be read or in which the fields cannot be found and, when labels are wanted, for one
 * that is empty or in a format without labels. */
seqnet_status seqnet_reader_open(seqnet_reader **reader, const char *path,
                                 const seqnet_reader_options *options, seqnet_error *err);

/* NULL is fine. */
void seqnet_reader_free(seqnet_reader *reader);

/* The format of the records; never SEQNET_FORMAT_AUTO. */
seqnet_format seqnet_reader_format(const seqnet_reader *reader);

/* How the records are read: the options with what the reader found in the place of what they leave
 * open: format, fields, delimiter, header. A column without a name is given by its number, as text.
 * There are no fields in lines, in fastText's form, in an empty file and, for JSON Lines, before
 * the first object is read. Valid while the reader lives. */
const seqnet_reader_options *seqnet_reader_found(const seqnet_reader *reader);

/* What was assumed, as a sentence with the way to say otherwise: about the first record of CSV or
 * TSV where its names are not known, and about lines that look like records or labels. NULL: there
 * is nothing to tell so far. */
const char *seqnet_reader_remark(const seqnet_reader *reader);

/* The delimiter of CSV and TSV; 0 for other formats. */
char seqnet_reader_delimiter(const seqnet_reader *reader);

/* The bytes of the header record, with a byte order mark when the file has one; *length and *end
 * are as seqnet_record's raw_length and raw_end. *length is 0 when there is no header. Valid while
 * the reader lives. */
const char *seqnet_reader_header(const seqnet_reader *reader, size_t *length, size_t *end);

/* Reads the next record. At the end of the input *found is false, and `raw` holds the blank lines
 * that are left. A malformed record is SEQNET_ERR_DATA, with a sentence "PLACE:LINE: fact; remedy":
 * then `raw`, `line` and `ends_input` are set, *found means nothing, and the caller may go on with
 * the next record. When ends_input is true, the next call finds the end. */
seqnet_status seqnet_reader_next(seqnet_reader *reader, seqnet_record *record, bool *found,
                                 seqnet_error *err);

/* Whether the next record can most likely be read without waiting for input. May read. */
bool seqnet_reader_ready(seqnet_reader *reader);

/* Takes a field of a file: how options name it, and what stands there in the first record, "" for
 * what is neither text nor number. Both are valid during the call. */
typedef void seqnet_field_taker(void *context, const char *name, const char *value);

/* Lists the columns of CSV and TSV, or the keys of the first object of JSON Lines, those of objects
 * in it too, with dots between ("user.name"). A column is named by its number where it has no name,
 * shares it, or has one with control characters; of more than 4096 columns the first ones are
 * listed. Which fields the options name does not matter. Reads no further than seqnet_reader_open
 * does, and fails as that does; SEQNET_ERR_DATA also for other formats, which have no fields. */
seqnet_status seqnet_reader_list_fields(const char *path, const seqnet_reader_options *options,
                                        seqnet_field_taker *take, void *context, seqnet_error *err);

/* How many bytes of the file have been read (compressed bytes of gzip), and the size of the file, 0
 * when it is not known (a pipe). For showing progress. */
size_t seqnet_reader_position(const seqnet_reader *reader);
size_t seqnet_reader_size(const seqnet_reader *reader);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
