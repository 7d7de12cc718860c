/*
 * Zip archives that are made in memory, of members that lie in memory. Equal members give equal
 * archives. Reading is in zip_archive.h.
 */
#ifndef SN_ZIP_WRITE_H
#define SN_ZIP_WRITE_H

#include <stdbool.h>

#include "buffer.h"

/* A member; its bytes are borrowed. */
typedef struct sn_zip_member {
    const char *name;
    const void *bytes;
    size_t size;
} sn_zip_member;

/* Appends an archive to `bytes`, deflated or stored. SEQNET_ERR_MEMORY. */
seqnet_status sn_zip_write(sn_buffer *bytes, const sn_zip_member *members, size_t count,
                           bool deflates, seqnet_error *err);

#endif
