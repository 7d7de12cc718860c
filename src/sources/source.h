/*
 * A record source: hands labelled texts out one by one, whatever they come from. Implementations
 * are in source_file.c (files of records), folder.c (folders of files) and generated.h (a
 * generator). What becomes of the records, which labels there may be and whether bad records are
 * skipped is up to whoever pulls: corpus.h.
 */
#ifndef SN_SOURCE_H
#define SN_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include <seqnet/dataset.h>

#include "record_fields.h"
#include "stream.h"

/* What stands for a part of its own where texts without labels are kept beside those with labels;
 * and the number of all such parts. */
enum { SN_UNLABELED = SEQNET_PARTS, SN_TEXT_PARTS };

/* One text with its label; what it points to lives until the source is asked again. */
typedef struct sn_source_record {
    /* Not NUL-terminated, and of any bytes; so is the label. */
    const char *text, *label;
    size_t text_length, label_length;
    /* Of the row in the loss: finite, at least 0; 1 where the source has no weights. */
    double weight;
    /* The part it belongs to. */
    seqnet_part part;
    /* The file that it is in, or else the name of the source, as messages show it. */
    const char *path;
    /* Where it begins there, from 1; 0: it is not a part of a file. */
    size_t line;
    /* [label_count]: all labels that the record has, of which `label` is the first; NULL: it is the
     * only one, or there is none. */
    const seqnet_record_label *labels;
    size_t label_count;
    /* See seqnet_record. */
    size_t invalid, replaced;
    /* Lines of TSV within a quoted field that look like records. */
    size_t swallowed;
    /* The label had blanks around it. */
    bool is_trimmed;
    /* The further fields, as sn_field_next reads them. */
    const char *fields;
    size_t fields_length;
    /* Of a record that could not be read: none can be had behind it. */
    bool ends_input;
} sn_source_record;

/* Bytes of a sentence about what a source leaves out, with the NUL. */
enum { SN_LEFT_OUT = 512 };

/* The first member of every implementation. */
typedef struct sn_source {
    seqnet_status (*next)(struct sn_source *source, sn_source_record *record, bool *found,
                          seqnet_error *err);
    void (*free)(struct sn_source *source);
    /* The records have weights of their own. */
    bool has_weights;
    /* The records belong to SN_UNLABELED. */
    bool is_unlabeled;
    /* A bad record may be left out, since it says nothing about the others. */
    bool can_skip;
    /* NULL: the source has no records of a file. */
    const seqnet_reader *reader;
    /* Records at the end without anything in them, and repeated headers, which were left out. */
    size_t blank, headers;
    /* Behind the last record: a sentence about what the source left out, empty when nothing. NULL:
     * it leaves nothing out. */
    const char *left_out;
    /* Where the names of further fields go, which the records then have. NULL: they have none. The
     * caller sets it before the first record. */
    sn_columns *columns;
} sn_source;

/* Hands out the next record; *found becomes false behind the last one. All training records come
 * before those of other parts. SEQNET_ERR_DATA for a record that cannot be read; where can_skip is
 * set, the next call goes on behind it, unless its ends_input tells that nothing follows. */
static inline seqnet_status sn_source_next(sn_source *source, sn_source_record *record, bool *found,
                                           seqnet_error *err)
{
    *record = (sn_source_record){.weight = 1.0, .label_count = 1};
    *found = false;
    return source->next(source, record, found, err);
}

/* NULL is fine. */
static inline void sn_source_free(sn_source *source)
{
    if (source)
        source->free(source);
}

/* Opens a source of the records of `stream`, which it owns from now on and closes on failure. All
 * of them belong to `part`; those of SN_UNLABELED need no labels, and have none. The ending of
 * `path`, which must outlive the source, tells the format where the options do not. */
seqnet_status sn_source_file_open(sn_source **source, seqnet_part part, sn_byte_stream *stream,
                                  const char *path, const seqnet_reader_options *options,
                                  seqnet_error *err);

bool sn_folder_recognise(const char *path);

/* Opens a folder, whose path must outlive the source, with texts in this encoding (NULL: see
 * sn_text_options). Its texts belong to `part`, but where that is SEQNET_TRAIN and the folder has
 * splits, to the parts that these name. Those of SN_UNLABELED are NAME.txt and FOLDER/NAME.txt. A
 * folder without any text is SEQNET_ERR_DATA at its end. */
seqnet_status sn_folder_open(sn_source **source, seqnet_part part, const char *path,
                             const char *encoding, seqnet_error *err);

#endif
