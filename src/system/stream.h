/*
 * A source of bytes that are read once, from first to last: a file, a pipe, a device or standard
 * input. What begins with gzip's magic bytes comes out inflated, all members of it; everything else
 * as it is. A read hands on what there is and waits only when there is nothing.
 *
 * (The streams of rng.h are another thing: what random numbers are for.)
 *
 * Ownership: a stream belongs to the caller and is released with sn_stream_close.
 */
#ifndef SN_STREAM_H
#define SN_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"
#include "status.h"

typedef struct sn_byte_stream sn_byte_stream;

/* Opens `path`, or standard input for "-"; reads nothing yet. A missing file and a folder are
 * SEQNET_ERR_DATA with a sentence each; an empty file is none. */
seqnet_status sn_stream_open(sn_byte_stream **stream, const char *path, seqnet_error *err);

/* The same over bytes in memory, which are borrowed while the stream lives. `place` is copied. */
seqnet_status sn_stream_open_bytes(sn_byte_stream **stream, const void *bytes, size_t size,
                                   const char *place, seqnet_error *err);

/* NULL is fine. Standard input stays open. */
void sn_stream_close(sn_byte_stream *stream);

/* How sentences name a file: its path, or "standard input" for "-". */
const char *sn_shown_path(const char *path);

/* What error sentences begin with: the path or "standard input". Lives as long as the stream. */
const char *sn_stream_place(const sn_byte_stream *stream);

/* Copies the first `count` bytes of the file as they are, at most 64, without using them up: before
 * the first read. *got is less when there are no more. SEQNET_ERR_DATA when it cannot be read. */
seqnet_status sn_stream_peek(sn_byte_stream *stream, void *data, size_t count, size_t *got,
                             seqnet_error *err);

/* Reads at least one byte and at most `capacity` (at least 1); *got is 0 at the end and from then
 * on. SEQNET_ERR_DATA when the file cannot be read, becomes shorter meanwhile, or its gzip data is
 * damaged or cut short; what came before that has been handed on, and the next read finds the end.
 */
seqnet_status sn_stream_read(sn_byte_stream *stream, void *data, size_t capacity, size_t *got,
                             seqnet_error *err);

/* Reads what is left of the stream and appends it to the buffer; what came before an error is
 * there, too. */
seqnet_status sn_stream_read_all(sn_byte_stream *stream, sn_buffer *buffer, seqnet_error *err);

/* Whether a read would most likely not wait. */
bool sn_stream_ready(const sn_byte_stream *stream);

/* Whether bytes come out inflated; known from the first read on. */
bool sn_stream_inflates(const sn_byte_stream *stream);

/* Bytes of the file used so far, compressed ones for gzip, and how many there are from where
 * reading began, or 0 when that is not known (a pipe). */
size_t sn_stream_position(const sn_byte_stream *stream);
size_t sn_stream_size(const sn_byte_stream *stream);

#endif
