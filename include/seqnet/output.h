/*
 * Output files that appear whole or not at all: what is written goes to a file without a name,
 * which takes the target's place when all of it is on disk. A reader sees the old file or the new
 * one, never a part; a process that is killed leaves nothing behind. (Where the file system has no
 * nameless files the name is ".seqnet.PID.N.tmp", in the target's folder.)
 *
 * And how a field of CSV is written, wherever it goes.
 *
 * Ownership: an output belongs to the caller and ends with seqnet_output_commit or
 * seqnet_output_discard.
 */
#ifndef SEQNET_OUTPUT_H
#define SEQNET_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include <seqnet/status.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef struct seqnet_output seqnet_output;

/* Starts writing `path`. A target that exists and is no regular file (a pipe, /dev/stdout,
 * /dev/full) is written directly; of a symbolic link, dangling or not, the target is replaced. Of a
 * file that is replaced the permissions stay. SEQNET_ERR_WRITE. */
seqnet_status seqnet_output_open(seqnet_output **output, const char *path, seqnet_error *err);

/* Appends bytes. SEQNET_ERR_WRITE. */
seqnet_status seqnet_output_write(seqnet_output *output, const void *data, size_t size,
                                  seqnet_error *err);

/* The file descriptor that is written to, for those who write by themselves. */
int seqnet_output_descriptor(const seqnet_output *output);

/* Flushes to disk, puts the file in place and frees `output`, whatever the result. *replaced (may
 * be NULL) tells whether an older file was there. SEQNET_ERR_WRITE. */
seqnet_status seqnet_output_commit(seqnet_output *output, bool *replaced, seqnet_error *err);

/* The same without waiting for the disk: enough to survive the end of the process, but not of the
 * machine. */
seqnet_status seqnet_output_commit_soon(seqnet_output *output, seqnet_error *err);

/* Drops what was written and frees `output`; NULL is fine. */
void seqnet_output_discard(seqnet_output *output);

/* Checks, without touching the target, that a file could be created at `path`, so that long work
 * does not end in a typing error: the folder must exist and allow writing. SEQNET_ERR_WRITE. */
seqnet_status seqnet_output_check(const char *path, seqnet_error *err);

/* Takes bytes that are written, in order, and keeps none of them. */
typedef seqnet_status seqnet_sink(void *user, const char *bytes, size_t length, seqnet_error *err);

/* Writes a text as a field of CSV or TSV (RFC 4180): as it stands, or in quotes and with its quotes
 * doubled when it contains the delimiter, a quote or an end of line, or begins or ends with a
 * blank. Any bytes will do. Returns the first failure of the sink. */
seqnet_status seqnet_write_csv_field(seqnet_sink *sink, void *user, const char *text, size_t length,
                                     char delimiter, seqnet_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
