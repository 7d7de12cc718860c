/* The records of a file of any format with labels (seqnet/reader.h) as a source. */
#ifndef SN_SOURCE_FILE_H
#define SN_SOURCE_FILE_H

#include "source.h"
#include "stream.h"

/* Opens a source of the records of `stream`, which it owns from now on and closes on failure. All
 * of them belong to `part`. The ending of `path`, which must outlive the source, tells the format
 * where the options do not. */
seqnet_status sn_source_file_open(sn_source **source, seqnet_part part, sn_byte_stream *stream,
                                  const char *path, const seqnet_reader_options *options,
                                  seqnet_error *err);

#endif
