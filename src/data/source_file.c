/* The records of a file of any format with labels (seqnet/reader.h) as a source. */
#include "source.h"

#include <stdlib.h>

#include "file.h"
#include "memory.h"
#include "reader.h"

#include "banned.h"

typedef struct file_source {
    sn_source base;
    seqnet_part part;
    const char *path;
    seqnet_reader *reader;
} file_source;

static seqnet_status next_record(sn_source *base, sn_source_record *record, bool *found,
                                 seqnet_error *err)
{
    const file_source *const source = (const file_source *)base;
    seqnet_record read;
    const seqnet_status status = seqnet_reader_next(source->reader, &read, found, err);
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
                                 .replaced = read.replaced,
                                 .ends_input = read.ends_input};
    return status;
}

static void free_source(sn_source *base)
{
    file_source *const source = (file_source *)base;
    seqnet_reader_free(source->reader);
    free(source);
}

static seqnet_status open_reader(file_source *source, sn_byte_stream *stream, const char *path,
                                 const seqnet_reader_options *options, seqnet_error *err)
{
    seqnet_reader_options wanted = *options;
    wanted.wants_label = true;
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
                               .can_skip = true};
    opened->part = part;
    opened->path = sn_shown_path(path);
    status = open_reader(opened, stream, path, options, err);
    if (status == SEQNET_OK)
        *source = &opened->base;
    else
        free_source(&opened->base);
    return status;
}
