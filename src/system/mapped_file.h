/*
 * A whole file, mapped: for files that are larger than the memory. What is written to its pages
 * stays in this process. When another process shortens the file, using it ends this process
 * (SIGBUS), so that everything else is read (file.h).
 */
#ifndef SN_MAPPED_FILE_H
#define SN_MAPPED_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "status.h"

typedef struct sn_mapped_file {
    uint8_t *data;
    size_t size;
} sn_mapped_file;

/* Maps a regular file that is not empty. SEQNET_ERR_DATA, SEQNET_ERR_MEMORY. */
seqnet_status sn_mapped_file_open(sn_mapped_file *file, const char *path, seqnet_error *err);

/* Closes a file; a zeroed one is fine. */
void sn_mapped_file_close(sn_mapped_file *file);

#endif
