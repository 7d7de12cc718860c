/*
 * Whole files in, whole files out. Reading maps regular files into memory and reads pipes and
 * devices to their end. Writing goes to a temporary file beside the target that replaces it only
 * when everything is on disk, so that a reader sees the old file or the new one, never a part.
 */
#ifndef SN_FILE_H
#define SN_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

/* The bytes of one file; release with sn_bytes_close. */
typedef struct sn_bytes {
    const uint8_t *data;
    size_t size;
    bool mapped;
} sn_bytes;

/* Opens `path`, or standard input for "-". `failure` is the status to report (SEQNET_ERR_DATA or
 * SEQNET_ERR_MODEL). A missing file, a folder and an empty file are errors with a sentence each. */
seqnet_status sn_bytes_open(sn_bytes *bytes, const char *path, seqnet_status failure,
                            seqnet_error *err);
void sn_bytes_close(sn_bytes *bytes);

bool sn_file_exists(const char *path);

/* Whether a file's name, which is longer than that, ends so: ".gz". */
bool sn_has_ending(const char *path, const char *ending);

/* An output file in progress. */
typedef struct sn_output sn_output;

/* Starts writing `path`. A target that exists and is no regular file (a pipe, /dev/stdout,
 * /dev/full) is written directly; of a symbolic link the target is replaced. SEQNET_ERR_WRITE. */
seqnet_status sn_output_open(sn_output **output, const char *path, seqnet_error *err);
seqnet_status sn_output_write(sn_output *output, const void *data, size_t size, seqnet_error *err);

/* Flushes to disk, puts the file in place and frees `output`, whatever the result. *replaced (may
 * be NULL) tells whether an older file was there. */
seqnet_status sn_output_commit(sn_output *output, bool *replaced, seqnet_error *err);

/* Drops what was written and frees `output`; NULL is fine. */
void sn_output_discard(sn_output *output);

/* Checks, without touching the target, that a file could be created at `path`, so that long work
 * does not end in a typing error: the folder must exist and allow writing. SEQNET_ERR_WRITE. */
seqnet_status sn_output_check(const char *path, seqnet_error *err);

#endif
