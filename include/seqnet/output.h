/*
 * Output files that appear whole or not at all: the bytes go to a file without a name, which
 * replaces the target when all of them are on disk. A reader sees the old file or the new one,
 * never a part; a process that is killed leaves nothing behind. (Where the file system has no
 * files without names, the name is ".seqnet.PID.N.tmp", in the target's folder.) What the bytes are
 * is up to the caller; only the form of a CSV field is defined here, for all who write one.
 *
 * Ownership: an output belongs to the caller and ends with one call of seqnet_output_commit,
 * seqnet_output_commit_soon or seqnet_output_discard.
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

/* Begins to write `path`. A target that exists and is not a regular file (a pipe, /dev/stdout,
 * /dev/full) is written directly. A symbolic link stays, and the file that it points to is replaced
 * or created. A new file gets the permissions of the file that it replaces. SEQNET_ERR_WRITE. */
seqnet_status seqnet_output_open(seqnet_output **output, const char *path, seqnet_error *err);

/* Appends bytes. SEQNET_ERR_WRITE. */
seqnet_status seqnet_output_write(seqnet_output *output, const void *data, size_t size,
                                  seqnet_error *err);

/* The file descriptor of the output, for a caller that writes with functions of its own. It stays
 * the output's. */
int seqnet_output_descriptor(const seqnet_output *output);

/* Waits until the bytes are on disk, replaces the target and frees `output`, whatever the result.
 * *replaced (may be NULL) says whether there was an older file. SEQNET_ERR_WRITE. */
seqnet_status seqnet_output_commit(seqnet_output *output, bool *replaced, seqnet_error *err);

/* Does the same without waiting for the disk: the file survives the end of the process, but perhaps
 * not a power failure. SEQNET_ERR_WRITE. */
seqnet_status seqnet_output_commit_soon(seqnet_output *output, seqnet_error *err);

/* Drops the bytes, leaves the target as it is and frees `output`; NULL is fine. */
void seqnet_output_discard(seqnet_output *output);

/* Checks that a file could be created at `path`, without touching it, so that a mistyped path fails
 * before long work and not after it: the folder must exist and allow writing. SEQNET_ERR_WRITE. */
seqnet_status seqnet_output_check(const char *path, seqnet_error *err);

/* Opens a temporary file to write and read, which has no name, so that nothing is left of it
 * however the process ends: in the folder of the environment variable TMPDIR, else /var/tmp, else
 * /tmp. Returns its file descriptor, which the caller closes; -1 with errno set when there is none.
 */
int seqnet_temporary_file(void);

/* The file that an output to `path` replaces or creates, whatever links and dots lead to it; it
 * need not be there. The caller frees *target with free(). SEQNET_ERR_WRITE; SEQNET_ERR_MEMORY. */
seqnet_status seqnet_output_target(char **target, const char *path, seqnet_error *err);

/* Takes the next bytes of a text, which are valid during the call. A status other than SEQNET_OK
 * ends the writing. */
typedef seqnet_status seqnet_sink(void *user, const char *bytes, size_t length, seqnet_error *err);

/* Writes a text, which may be any bytes, as a field of CSV or TSV (RFC 4180). A text that contains
 * the delimiter, a quote or a line end, or that begins or ends with a space, is put in quotes and
 * its quotes are doubled; any other is written as it is. Returns the first failure of the sink. */
seqnet_status seqnet_write_csv_field(seqnet_sink *sink, void *user, const char *text, size_t length,
                                     char delimiter, seqnet_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
