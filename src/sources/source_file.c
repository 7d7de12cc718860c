/* The records of a file of any format with labels (seqnet/reader.h) as a source. */
#include "source.h"

#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "memory.h"
#include "reader.h"

#include "banned.h"

typedef struct file_source {
    sn_source base;
    seqnet_part part;
    const char *path;
    seqnet_reader *reader;
    /* The line of the first of the blank records under way, of which base.blank counts how many
     * there are: at the end they are left out, before another record they lack a label. */
    size_t blank_line;
    /* A record that was read behind such ones. */
    seqnet_record held;
    bool holds;
    /* With base.columns. */
    sn_field_keeper keeper;
} file_source;

static seqnet_status no_label(file_source *source, sn_source_record *record, seqnet_error *err)
{
    *record = (sn_source_record){.path = source->path, .line = source->blank_line};
    source->base.blank = 0;
    return sn_fail(err, SEQNET_ERR_DATA, "%s:%zu: has no label; give it one or leave it out",
                   source->path, source->blank_line);
}

static bool equals(const char *text, size_t length, const char *name)
{
    return name && strlen(name) == length && memcmp(text, name, length) == 0;
}

/* Whether a record is the header again, as where files were put one behind the other. */
static bool is_header(const file_source *source, const seqnet_record *read)
{
    const seqnet_reader_options *const found = seqnet_reader_found(source->reader);
    return found->header == SEQNET_HEADER_YES && read->label && !found->text_fields[1] &&
           equals(read->text, read->text_length, found->text_fields[0]) &&
           equals(read->label, read->label_length, found->label_field);
}

/* Reads the next record that is neither blank nor a header, or finds the end. */
static seqnet_status read_filled(file_source *source, seqnet_record *read, bool *found,
                                 seqnet_error *err)
{
    for (;;) {
        SN_TRY(seqnet_reader_next(source->reader, read, found, err));
        const bool repeats_header = *found && is_header(source, read);
        if (!*found || (!repeats_header && (!read->is_blank || read->label)))
            return SEQNET_OK;
        source->base.headers += repeats_header;
        if (!repeats_header && source->base.blank++ == 0)
            source->blank_line = read->line;
    }
}

/* Sets the further fields of a record. */
static seqnet_status take_fields(file_source *source, const seqnet_record *read,
                                 sn_source_record *record, seqnet_error *err)
{
    SN_TRY(sn_field_keeper_take(&source->keeper, source->reader, read, err));
    record->fields = source->keeper.fields.bytes;
    record->fields_length = source->keeper.fields.length;
    return SEQNET_OK;
}

static seqnet_status next_record(sn_source *base, sn_source_record *record, bool *found,
                                 seqnet_error *err)
{
    file_source *const source = (file_source *)base;
    seqnet_record read = source->held;
    seqnet_status status = SEQNET_OK;
    if (base->columns && !source->keeper.columns)
        SN_TRY(sn_field_keeper_start(&source->keeper, base->columns, source->reader, err));
    if (!source->holds)
        status = read_filled(source, &read, found, err);
    else
        *found = true;
    source->holds = false;
    if (status == SEQNET_OK && *found && base->blank && (int)source->part != SN_UNLABELED) {
        source->held = read;
        source->holds = true;
        return no_label(source, record, err);
    }
    *record = (sn_source_record){.text = read.text,
                                 .text_length = read.text_length,
                                 .label = read.label,
                                 .label_length = read.label_length,
                                 .weight = read.weight,
                                 .part = source->part,
                                 .path = source->path,
                                 .line = read.line,
                                 .labels = read.labels,
                                 .label_count = read.label_count,
                                 .invalid = read.invalid,
                                 .replaced = read.replaced,
                                 .swallowed = read.swallowed,
                                 .is_trimmed = read.is_trimmed,
                                 .ends_input = read.ends_input};
    if (status == SEQNET_OK && *found && base->columns)
        return take_fields(source, &read, record, err);
    return status;
}

static void free_source(sn_source *base)
{
    file_source *const source = (file_source *)base;
    seqnet_reader_free(source->reader);
    sn_field_keeper_free(&source->keeper);
    free(source);
}

static seqnet_status open_reader(file_source *source, sn_byte_stream *stream, const char *path,
                                 const seqnet_reader_options *options, seqnet_error *err)
{
    seqnet_reader_options wanted = *options;
    wanted.wants_label = (int)source->part != SN_UNLABELED;
    return sn_reader_open_stream(&source->reader, stream, path, &wanted, err);
}

seqnet_status sn_source_file_open(sn_source **source, seqnet_part part, sn_byte_stream *stream,
                                  const char *path, const seqnet_reader_options *options,
                                  seqnet_error *err)
{
    file_source *opened;
    *source = NULL;
    seqnet_status status = sn_alloc(&opened, 1, sizeof *opened, err);
    if (status != SEQNET_OK) {
        sn_stream_close(stream);
        return status;
    }
    opened->base = (sn_source){.next = next_record,
                               .free = free_source,
                               .has_weights = options->weight_field != NULL,
                               .is_unlabeled = (int)part == SN_UNLABELED,
                               .can_skip = true};
    opened->part = part;
    opened->path = sn_shown_path(path);
    status = open_reader(opened, stream, path, options, err);
    opened->base.reader = opened->reader;
    if (status == SEQNET_OK)
        *source = &opened->base;
    else
        free_source(&opened->base);
    return status;
}
