/*
 * What the parts of the record reader (seqnet/reader.h) share: reader.c opens and dispatches,
 * reader_detect.c chooses the format, and each format with fields has a file. What a record's
 * label means is up to the rooms above.
 */
#ifndef SN_READER_H
#define SN_READER_H

#include <cjson/cJSON.h>
#include <seqnet/reader.h>

#include "buffer.h"
#include "csv_fields.h"
#include "reader_input.h"

/* The bytes of a list of names in a sentence. */
enum { SN_READER_NAMES = 160 };

struct seqnet_reader {
    seqnet_reader_options options;
    seqnet_format format;
    /* What error sentences begin with; the stream owns it. */
    const char *place;
    sn_input input;
    /* A record was returned to the caller: the bytes from input.start to input.pos. */
    bool has_returned_record;

    /* The names of the fields as the caller sees them; NULL when there is none. */
    char *text_fields[SEQNET_TEXT_FIELDS], *label_field;
    /* How many fields make up the text. */
    size_t text_count;
    /* See seqnet_reader_found and seqnet_reader_remark. */
    seqnet_reader_options found;
    char *remark;

    sn_csv csv;
    /* The fields of the first record; 0 without one. */
    size_t columns;
    /* The first text_count of text_columns; SN_CSV_NO_FIELD for a label or weight that is not
     * there. */
    size_t text_columns[SEQNET_TEXT_FIELDS], label_column, weight_column;
    /* The names of the columns, "label,text"; empty without a header. */
    char column_names[SN_READER_NAMES];
    char *header;
    size_t header_length, header_end;

    /* The object of the current record. */
    cJSON *object;
    bool keys_found;

    /* A text or labels that are not in the input as they are. */
    sn_buffer scratch;
    /* A line of JSON in which U+FFFD stands for what is no UTF-8; else NULL. */
    char *cleaned;
    /* What was replaced in the line. */
    size_t line_invalid, line_replaced;

    /* The labels of the current record. */
    seqnet_record_label *labels;
    size_t label_count, labels_capacity;
};

/* Opens a reader over a stream, which the reader owns from now on; on failure the stream is closed.
 * The format may follow from the ending of `path`. */
seqnet_status sn_reader_open_stream(seqnet_reader **reader, sn_byte_stream *stream,
                                    const char *path, const seqnet_reader_options *options,
                                    seqnet_error *err);

/* Opens a reader over bytes in memory, which must outlive it. */
seqnet_status sn_reader_open_bytes(seqnet_reader **reader, const void *bytes, size_t size,
                                   const char *path, const seqnet_reader_options *options,
                                   seqnet_error *err);

/* Sets reader->format: see reader_detect.c. SEQNET_ERR_DATA when the input cannot be what the
 * options ask for. */
seqnet_status sn_reader_detect(seqnet_reader *reader, const char *path, seqnet_error *err);

/* The first line in the buffer that is not blank; empty when there is none. */
sn_line sn_reader_first_line(const seqnet_reader *reader);

/* Finds the columns and names them; reader->csv holds the first record, which begins in `line` and
 * at the input's position. *header says whether it names the columns. See reader_columns.c. */
seqnet_status sn_reader_find_columns(seqnet_reader *reader, size_t line, bool *header,
                                     seqnet_error *err);

/* The delimiter that Excel's first line "sep=;" names, with quotes around it or not; NUL: none. */
char sn_reader_separator(const sn_line *line);

/* Reads what comes before the first record and finds the fields. */
seqnet_status sn_reader_open_csv(seqnet_reader *reader, seqnet_error *err);
seqnet_status sn_reader_open_json(seqnet_reader *reader, seqnet_error *err);

/* The object in the first line that is not blank, which the caller deletes; NULL when there is
 * none. Before the first record is read. */
seqnet_status sn_reader_first_object(seqnet_reader *reader, cJSON **object, seqnet_error *err);

/* Whether the options name this column. A number does not count as a name here, since a field that
 * is a number may be data. */
bool sn_reader_is_asked(const seqnet_reader *reader, sn_name name);

/* Read one record each. They set everything except raw and raw_length, with raw_end counted from
 * reader->input.start. The record comes with weight 1, no label and an empty text. */
seqnet_status sn_reader_next_csv(seqnet_reader *reader, seqnet_record *record, bool *found,
                                 seqnet_error *err);
seqnet_status sn_reader_next_json(seqnet_reader *reader, seqnet_record *record, bool *found,
                                  seqnet_error *err);
seqnet_status sn_reader_next_fasttext(seqnet_reader *reader, seqnet_record *record, bool *found,
                                      seqnet_error *err);

/* Leaves words that begin with the label prefix out of the record's text; *found says whether there
 * are any. */
seqnet_status sn_reader_leave_labels_out(seqnet_reader *reader, seqnet_record *record, bool *found,
                                         seqnet_error *err);

/* Remarks that a line, the first one of lines, looks like a record of another format, if so. */
seqnet_status sn_reader_look_at_line(seqnet_reader *reader, const sn_line *line, seqnet_error *err);

/* Reads the next line that is not blank, as a record without its fields. */
seqnet_status sn_reader_next_line(seqnet_reader *reader, seqnet_record *record, sn_line *line,
                                  bool *found, seqnet_error *err);

/* Puts the names of the fields into reader->found. */
void sn_reader_set_found(seqnet_reader *reader);

/* Adds a field to the text, which the reader's scratch holds when it has several. `index` is its
 * number among them. */
seqnet_status sn_reader_add_text(seqnet_reader *reader, seqnet_record *record, size_t index,
                                 const char *text, size_t length, seqnet_error *err);

/* Sets the label, without blanks around it. An empty label counts as none, which is an error when
 * the options want labels and the record is not blank; so is one that is not UTF-8. */
seqnet_status sn_reader_set_label(const seqnet_reader *reader, seqnet_record *record,
                                  const char *label, size_t length, seqnet_error *err);

/* Sets the label and appends it to the record's labels, of which the first one stays `label`. An
 * empty label behind others is left out. */
seqnet_status sn_reader_add_label(seqnet_reader *reader, seqnet_record *record, const char *label,
                                  size_t length, seqnet_error *err);

/* Adds the labels of one field: those between the options' separator, or all of it. */
seqnet_status sn_reader_add_labels(seqnet_reader *reader, seqnet_record *record, const char *field,
                                   size_t length, seqnet_error *err);

/* Sets the weight, which must be finite and at least 0; `shown` stands for it in the error. */
seqnet_status sn_reader_set_weight(const seqnet_reader *reader, seqnet_record *record,
                                   bool is_number, double weight, const char *shown,
                                   seqnet_error *err);

#endif
