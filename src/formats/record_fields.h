/*
 * The further fields of records (an id, a date), which the text, the label and the weight are taken
 * from but which nothing else uses: kept as bytes behind each text, for writing them again. Which
 * fields are the text and the label is up to the reader (reader.h); writing is in text_write.h.
 */
#ifndef SN_RECORD_FIELDS_H
#define SN_RECORD_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"
#include "reader.h"
#include "string_set.h"

/* The fields of all sources, in the order in which they are met. A zeroed struct is empty. */
typedef struct sn_columns {
    sn_string_set names;
    /* The columns of the text and of the label, named as in the first source that has names. */
    size_t text, label;
    /* There are such names; else the other members tell nothing. */
    bool are_known;
} sn_columns;

void sn_columns_free(sn_columns *columns);

/* Keeps the fields of one reader's records. */
typedef struct sn_field_keeper {
    sn_columns *columns;
    /* CSV and TSV: the number of each column of the file among `columns`; SIZE_MAX: none. */
    size_t *numbers;
    /* The fields of the last record: one sn_field after the other, as bytes. */
    sn_buffer fields;
} sn_field_keeper;

/* Begins with a reader that has read no record yet. The columns must outlive the keeper.
 * SEQNET_ERR_DATA for too many columns. */
seqnet_status sn_field_keeper_start(sn_field_keeper *keeper, sn_columns *columns,
                                    seqnet_reader *reader, seqnet_error *err);

/* Takes the fields of the record that was read last. SEQNET_ERR_DATA for too many columns. */
seqnet_status sn_field_keeper_take(sn_field_keeper *keeper, const seqnet_reader *reader,
                                   const seqnet_record *record, seqnet_error *err);

void sn_field_keeper_free(sn_field_keeper *keeper);

/* A field. Its bytes are a text or, with is_json, the text of a JSON value. */
typedef struct sn_field {
    size_t column;
    bool is_json;
    const char *bytes;
    size_t length;
} sn_field;

/* Takes the next field of `fields`, of which *at, at first 0, bytes were taken; false behind the
 * last one. */
bool sn_field_next(sn_field *field, const char *fields, size_t length, size_t *at);

/* The text of a JSON value: that of a string itself, any other as it is written. Appends it. */
seqnet_status sn_field_add_text(sn_buffer *text, const sn_field *field, seqnet_error *err);

#endif
