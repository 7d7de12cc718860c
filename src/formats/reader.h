/* What the parts of the record reader share: reader.c opens and dispatches, reader_detect.c decides
 * on the format, and each format with fields has a file. */
#ifndef SN_READER_H
#define SN_READER_H

#include <cjson/cJSON.h>
#include <seqnet/reader.h>

#include "buffer.h"
#include "csv_fields.h"
#include "reader_input.h"

enum { SN_READER_NAMES = 160 }; /* bytes for a list of names in a sentence */

struct seqnet_reader {
    seqnet_reader_options options;
    seqnet_format format;
    const char *place; /* the stream's */
    sn_input input;
    bool handed_on; /* from input.start to input.pos is a record that the caller has seen */

    char *text_field, *label_field; /* as told to the caller; NULL: none */

    sn_csv csv;
    size_t columns; /* of the first record; 0: there is none */
    size_t text_column, label_column, weight_column;
    char column_names[SN_READER_NAMES]; /* "label,text"; empty without a header */
    char *header;
    size_t header_length, header_end;

    cJSON *object; /* of the record */
    bool keys_found;

    /* A text or label that does not stand in the input as it is. */
    sn_buffer scratch;
};

/* seqnet_reader_open over a stream, which becomes the reader's, and is closed on failure. `path`
 * tells the format. */
seqnet_status sn_reader_open_stream(seqnet_reader **reader, sn_byte_stream *stream,
                                    const char *path, const seqnet_reader_options *options,
                                    seqnet_error *err);

/* seqnet_reader_open over bytes in memory, which are borrowed while the reader lives. */
seqnet_status sn_reader_open_bytes(seqnet_reader **reader, const void *bytes, size_t size,
                                   const char *path, const seqnet_reader_options *options,
                                   seqnet_error *err);

/* Decides on reader->format, from the first line that is not blank if need be. SEQNET_ERR_DATA when
 * the input cannot be what the options ask for. */
seqnet_status sn_reader_detect(seqnet_reader *reader, const char *path, seqnet_error *err);

/* The first line at hand that is not blank; empty without any. */
sn_line sn_reader_first_line(const seqnet_reader *reader);

/* Reads what comes before the first record, finds the fields. */
seqnet_status sn_reader_open_csv(seqnet_reader *reader, seqnet_error *err);
seqnet_status sn_reader_open_json(seqnet_reader *reader, seqnet_error *err);

/* Whether a column was asked for by this name; a number is none, for it may be data. */
bool sn_reader_is_asked(const seqnet_reader *reader, sn_name name);

/* One record each: sets everything but raw and raw_length, raw_end from reader->input.start on; the
 * record comes with weight 1, no label and an empty text. */
seqnet_status sn_reader_next_csv(seqnet_reader *reader, seqnet_record *record, bool *found,
                                 seqnet_error *err);
seqnet_status sn_reader_next_json(seqnet_reader *reader, seqnet_record *record, bool *found,
                                  seqnet_error *err);
seqnet_status sn_reader_next_fasttext(seqnet_reader *reader, seqnet_record *record, bool *found,
                                      seqnet_error *err);

/* The next line that is not blank, as a record without its fields. */
seqnet_status sn_reader_next_line(seqnet_reader *reader, seqnet_record *record, sn_line *line,
                                  bool *found, seqnet_error *err);

/* Sets the label; an empty one is none, which is an error where one is wanted. */
seqnet_status sn_reader_set_label(const seqnet_reader *reader, seqnet_record *record,
                                  const char *label, size_t length, seqnet_error *err);

/* Sets the weight, which must be finite and at least 0; `shown` stands for it in the error. */
seqnet_status sn_reader_set_weight(const seqnet_reader *reader, seqnet_record *record,
                                   bool is_number, double weight, const char *shown,
                                   seqnet_error *err);

#endif
