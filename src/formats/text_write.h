/*
 * Writing labelled texts: to one file in CSV, TSV, JSON Lines or fastText's format, plain or gzip
 * (text_write.c), or to a folder with a file for each text (folder_write.c). Arrays of ids are
 * written by arrays/npz_write.h. Which text and label a row has is up to the caller.
 *
 * Ownership: an output belongs to the caller and ends with its _commit or its _discard function.
 */
#ifndef SN_TEXT_WRITE_H
#define SN_TEXT_WRITE_H

#include <seqnet/dataset.h>
#include <seqnet/reader.h>

#include "record_fields.h"
#include "status.h"

/* A file of labelled texts that is being written. */
typedef struct sn_text_output sn_text_output;

/* What is written of one row. */
typedef struct sn_text_record {
    const char *text;
    size_t text_length;
    /* [label_count]: one, or any number with is_list, which is for JSON Lines, where they are an
     * array, and fastText. */
    const char *const *labels;
    size_t label_count;
    bool is_list;
    /* The further fields, as sn_field_next reads them; none where the output has no columns. */
    const char *fields;
    size_t fields_length;
    /* [added_count]: fields that are not among these, for outputs with columns. */
    const sn_field *added;
    size_t added_count;
} sn_text_record;

/* Begins to write `path` in a format other than AUTO and LINES; gzip when the name ends in .gz.
 * CSV, TSV and JSON Lines have these columns, which must outlive the output; NULL: label and text.
 */
seqnet_status sn_text_output_open(sn_text_output **output, const char *path, seqnet_format format,
                                  const sn_columns *columns, seqnet_error *err);

/* Writes one record. In fastText's format a record is one line, so line ends in the text become
 * spaces; a label is one word, so its blanks become underscores; a word of the text that would be
 * read as a label loses its first underscore. In JSON, invalid UTF-8 in the text becomes U+FFFD. A
 * field that a record lacks is empty in CSV and TSV, and no key in JSON. */
seqnet_status sn_text_output_add(sn_text_output *output, const sn_text_record *record,
                                 seqnet_error *err);

/* Puts the file in place and frees `output`, whatever the result; see seqnet_output_commit. written
 * may be NULL. */
seqnet_status sn_text_output_commit(sn_text_output *output, seqnet_written *written,
                                    seqnet_error *err);

/* Drops the file; NULL is fine. */
void sn_text_output_discard(sn_text_output *output);

/* A folder of texts PART/LABEL/ROW.txt that is being written; it gets its name at the end. */
typedef struct sn_folder_output sn_folder_output;

/* Begins to write the folder `path`, which must not exist. Slashes at its end do not count. */
seqnet_status sn_folder_output_open(sn_folder_output **output, const char *path, seqnet_error *err);

/* Writes one text. The label must be a valid name of a folder. */
seqnet_status sn_folder_output_add(sn_folder_output *output, seqnet_part part, size_t row,
                                   const char *text, size_t length, const char *label,
                                   seqnet_error *err);

/* Puts the folder in place and frees `output`; on failure nothing is left of it. */
seqnet_status sn_folder_output_commit(sn_folder_output *output, seqnet_error *err);

/* Removes the folder; NULL is fine. */
void sn_folder_output_discard(sn_folder_output *output);

#endif
