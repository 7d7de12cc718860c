/*
 * A source of bytes that are read once, from first to last: a file, a pipe, a device, standard
 * input or bytes in memory. Bytes that begin with gzip's magic are inflated, all members of them;
 * others stay as they are. A stream of text refuses other kinds of files and decodes what is not
 * UTF-8 (text_step.h). A read returns the bytes that are available and waits only when there
 * are none. Whole files in memory are in file.h, records in formats/reader.h.
 *
 * Ownership: a stream belongs to the caller, who frees it with sn_stream_close.
 */
#ifndef SN_STREAM_H
#define SN_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"
#include "status.h"
#include "text_step.h"

typedef struct sn_byte_stream sn_byte_stream;

/* Opens `path`, or standard input for "-"; reads nothing yet. A missing file and a folder are
 * SEQNET_ERR_DATA with a sentence each; an empty file is no error. */
seqnet_status sn_stream_open(sn_byte_stream **stream, const char *path, seqnet_error *err);

/* Opens a stream over bytes in memory, which must outlive it. `place` is copied. */
seqnet_status sn_stream_open_bytes(sn_byte_stream **stream, const void *bytes, size_t size,
                                   const char *place, seqnet_error *err);

/* Makes the stream one of text: what its reads return from now on is UTF-8, apart from bytes that
 * the encoding does not have. Only before the first read. The first read of a file that is no text
 * is SEQNET_ERR_DATA with a sentence that names its kind and a remedy; of an encoding that is not
 * known, SEQNET_ERR_USAGE. */
seqnet_status sn_stream_expect_text(sn_byte_stream *stream, const sn_text_options *options,
                                    seqnet_error *err);

/* Frees the stream; NULL is fine. Standard input stays open. */
void sn_stream_close(sn_byte_stream *stream);

/* How error sentences name a file: by its path, or as "standard input" for "-". */
const char *sn_shown_path(const char *path);

/* The place that begins the stream's error sentences; the stream's. */
const char *sn_stream_place(const sn_byte_stream *stream);

/* Copies the first `count` bytes of the file, at most 1024, as they are in it; later reads return
 * them again. Only before the first read. *got is less than `count` when the file is shorter.
 * SEQNET_ERR_DATA when it cannot be read. */
seqnet_status sn_stream_peek(sn_byte_stream *stream, void *data, size_t count, size_t *got,
                             seqnet_error *err);

/* Reads at least one byte and at most `capacity` (at least 1); *got is 0 at the end and from then
 * on. SEQNET_ERR_DATA when the file cannot be read, becomes shorter meanwhile, or its gzip data is
 * damaged or cut short: the reads before return the bytes before the damage, and the next read
 * finds the end. */
seqnet_status sn_stream_read(sn_byte_stream *stream, void *data, size_t capacity, size_t *got,
                             seqnet_error *err);

/* Reads what is left of the stream and appends it to the buffer. On failure the buffer holds what
 * came before. */
seqnet_status sn_stream_read_all(sn_byte_stream *stream, sn_buffer *buffer, seqnet_error *err);

/* Whether a read would most likely return at once. */
bool sn_stream_ready(const sn_byte_stream *stream);

/* Whether the bytes come out inflated or decoded; known from the first read on. */
bool sn_stream_transforms(const sn_byte_stream *stream);

/* How many bytes of the file have been used, compressed ones for gzip; and how many there are from
 * where reading began, or 0 when that is not known (a pipe). */
size_t sn_stream_position(const sn_byte_stream *stream);
size_t sn_stream_size(const sn_byte_stream *stream);

#endif
