/*
 * Arrays that outgrow the memory: up to a limit they lie in it, beyond that in a temporary file
 * that is mapped, whose pages the kernel drops when it needs the memory, and reads again when they
 * are used. The file has no name, so that nothing of it is left when the process ends, however it
 * does. What the arrays hold is up to the callers.
 */
#ifndef SN_SPILL_H
#define SN_SPILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

/* What arrays share that spill together. It must outlive them, and is used by one thread at a time.
 */
typedef struct sn_spill {
    /* Bytes that the arrays may take of the memory, and those that they take. */
    size_t limit, held;
    /* Bytes in temporary files, and the most there have been. */
    size_t filed, most_filed;
} sn_spill;

/* Where an array lies. A zeroed one is a heap array, of which nothing is allocated yet. */
typedef struct sn_spilled {
    sn_spill *spill;
    /* Of its file, which is mapped as a whole; 0: it is on the heap. */
    size_t bytes;
    /* Bytes that it takes of spill->held. */
    size_t held;
    int fd;
} sn_spilled;

/* A share of the memory that this process may take: of `memory` bytes or, when that is 0, of what
 * is left. The rest is for what is made of the rows. */
sn_spill sn_spill_make(size_t memory);

/* The folder of temporary files: $TMPDIR, else /var/tmp, else /tmp. */
const char *sn_spill_folder(void);

/* sn_grow for an array that may spill: on the heap where `spill` is NULL or has room for it, else
 * in a file. SEQNET_ERR_MEMORY; SEQNET_ERR_WRITE where the disk has no room. */
seqnet_status sn_spill_grow(sn_spill *spill, sn_spilled *array, void *slot, size_t *capacity,
                            size_t needed, size_t size, seqnet_error *err);

/* Allocates an array of just so many bytes, which may be of any value, on the heap or in a file.
 * The errors are those of sn_spill_grow. */
seqnet_status sn_spill_alloc(sn_spill *spill, sn_spilled *array, void *slot, size_t bytes,
                             seqnet_error *err);

/* Gives what lies behind the first `bytes` bytes of an array back, where it lies in a file; it does
 * not grow any more. */
void sn_spill_cut(sn_spilled *array, void *pointer, size_t bytes);

/* Frees an array, wherever it lies. */
void sn_spill_free(sn_spilled *array, void *pointer);

/* Whether the array lies in a file. */
static inline bool sn_is_spilled(const sn_spilled *array)
{
    return array->bytes > 0;
}

/* Asks the kernel to read bytes of a mapped file that are going to be used. */
void sn_read_ahead(const void *start, size_t bytes);

/* Tells the kernel how bytes of a mapped file are going to be used: one after the other, where it
 * reads ahead by itself, or at random places, where what it read around each of them would be in
 * vain. */
void sn_read_in_order(const void *start, size_t bytes);
void sn_read_at_random(const void *start, size_t bytes);

#endif
