/*
 * Whole files in memory, and the endings of names. Files are read, not mapped: when another process
 * shortens a mapped file, using it ends this process. Files that are read step by step are in
 * stream.h, files that are written in seqnet/output.h.
 */
#ifndef SN_FILE_H
#define SN_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"
#include "stream.h"

/* The bytes of one file, freed with sn_bytes_close. When sn_bytes_open reads a regular file, they
 * begin at an address that is a multiple of 64. */
typedef struct sn_bytes {
    const uint8_t *data;
    size_t size;
} sn_bytes;

/* Reads `path`, or standard input for "-". `failure` is the status to report (SEQNET_ERR_DATA or
 * SEQNET_ERR_MODEL). A missing file, a folder, an empty file and a file that becomes shorter while
 * it is read are errors with a sentence each. */
seqnet_status sn_bytes_open(sn_bytes *bytes, const char *path, seqnet_status failure,
                            seqnet_error *err);

/* Reads a file of text, plain or gzip, as UTF-8 (sn_stream_expect_text); an empty file is an error.
 */
seqnet_status sn_bytes_open_text(sn_bytes *bytes, const char *path, seqnet_error *err);

/* Reads the rest of a stream, which may be empty. */
seqnet_status sn_bytes_read(sn_bytes *bytes, sn_byte_stream *stream, seqnet_error *err);

void sn_bytes_close(sn_bytes *bytes);

/* Reads the first `size` bytes of a file, or fewer when it is shorter; returns how many, and 0 for
 * a file that cannot be read. */
size_t sn_file_begins(const char *path, uint8_t *bytes, size_t size);

/* Whether `path` is a regular file. */
bool sn_file_exists(const char *path);

/* Whether a file's name ends in `ending` (".gz") and is longer than it. The case of letters does
 * not count: this is the library's only test of an ending. */
bool sn_has_ending(const char *path, const char *ending);

/* Whether a file's name ends in `ending` or in `ending` and ".gz", and has something before
 * that. */
bool sn_has_ending_packed(const char *path, const char *ending);

#endif
