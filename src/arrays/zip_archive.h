/*
 * Members of a zip archive that lies in memory (libzip). Archives come from anywhere: a member is
 * unpacked when its size can be true, its method is one that we read, and its checksum is right.
 * What the members hold is up to the callers.
 */
#ifndef SN_ZIP_ARCHIVE_H
#define SN_ZIP_ARCHIVE_H

#include <stdbool.h>

#include "file.h"

/* An archive. The caller sets all but `zip` and `size`; what it points to must outlive it. */
typedef struct sn_zip {
    /* NULL while it is closed. */
    struct zip *zip;
    /* The bytes of the file. */
    size_t size;
    /* Begins error sentences: the path. */
    const char *place;
    /* The status of archives that are damaged or unusable. */
    seqnet_status failure;
    /* What ends error sentences: what to do about an archive of an unusual form ("write it with
     * ..."), what is expected instead of another file, and instead of other members. */
    const char *remedy, *expected, *members;
    seqnet_error *err;
} sn_zip;

/* Whether the bytes begin like a zip archive. */
bool sn_zip_recognise(const void *bytes, size_t size);

/* Opens an archive over bytes that must outlive it. One thread at a time uses it. `failure`;
 * SEQNET_ERR_MEMORY. */
seqnet_status sn_zip_open(sn_zip *archive, const sn_bytes *bytes);

/* Unpacks a member; the caller frees *data, which a NUL follows. `failure`, SEQNET_ERR_MEMORY. */
seqnet_status sn_zip_inflate(const sn_zip *archive, const char *name, uint8_t **data, size_t *size);

/* Unpacks a member into a file. `failure`; SEQNET_ERR_WRITE. */
seqnet_status sn_zip_copy(const sn_zip *archive, const char *name, int fd);

/* Whether there is such a member; the size that it is said to have, unpacked. */
bool sn_zip_has(const sn_zip *archive, const char *name);
bool sn_zip_size(const sn_zip *archive, const char *name, uint64_t *size);

/* The number of members, and the name of one of them, "" for one without. */
size_t sn_zip_count(const sn_zip *archive);
const char *sn_zip_name(const sn_zip *archive, size_t number);

/* Closes an archive; one that is closed is fine. */
void sn_zip_close(sn_zip *archive);

#endif
