/*
 * Whole files in memory. They are read, not mapped: a file that someone else writes to or cuts off
 * while it is in use must not end the process. Whole files out are in seqnet/output.h.
 */
#ifndef SN_FILE_H
#define SN_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"
#include "stream.h"

/* The bytes of one file; release with sn_bytes_close. What
 * sn_bytes_open reads of a regular file begins at a multiple of 64. */
typedef struct sn_bytes {
    const uint8_t *data;
    size_t size;
} sn_bytes;

/* Opens `path`, or standard input for "-". `failure` is the status to report (SEQNET_ERR_DATA or
 * SEQNET_ERR_MODEL). A missing file, a folder, an empty file and one that becomes shorter meanwhile
 * are errors with a sentence each. */
seqnet_status sn_bytes_open(sn_bytes *bytes, const char *path, seqnet_status failure,
                            seqnet_error *err);

/* Reads a stream to its end, which may be at once. */
seqnet_status sn_bytes_read(sn_bytes *bytes, sn_byte_stream *stream, seqnet_error *err);

void sn_bytes_close(sn_bytes *bytes);

/* Reads up to `size` bytes that a file begins with; returns how many, 0 also for one that cannot be
 * read. */
size_t sn_file_begins(const char *path, uint8_t *bytes, size_t size);

/* Whether there is a regular file of that name. */
bool sn_file_exists(const char *path);

/* Whether a file's name ends in `ending` (".gz") and is longer than it. The case of letters does
 * not count: this is the library's only test of an ending. */
bool sn_has_ending(const char *path, const char *ending);

/* Whether a file's name ends in `ending` or in `ending` and ".gz", and has something before that.
 */
bool sn_has_ending_packed(const char *path, const char *ending);

#endif
