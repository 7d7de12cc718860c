/*
 * Allocation with overflow checks and a status instead of NULL. Everything is freed with free().
 * Bytes that grow piece by piece are in buffer.h.
 *
 * A kernel that overcommits hands out memory that it does not have, and kills the process when the
 * memory is used. So a large block is compared with the memory that is left before it is
 * allocated: one that does not fit is SEQNET_ERR_MEMORY.
 */
#ifndef SN_MEMORY_H
#define SN_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* Under the address sanitizer, arrays that lie in one block are kept apart too. */
#ifdef __SANITIZE_ADDRESS__
#define SN_GUARDS_ARRAYS
#include <sanitizer/asan_interface.h>
#endif

#include "status.h"

/* Allocates `count` zeroed elements of `size` bytes and stores the pointer in *(void **)slot.
 * A count of 0 gives a valid pointer that may be freed. */
seqnet_status sn_alloc(void *slot, size_t count, size_t size, seqnet_error *err);

/* Allocates floats on a 64-byte boundary, so that vector loads never cross cache lines. Their
 * values are undefined: a workspace is large, and pages that are never touched cost nothing. */
seqnet_status sn_alloc_floats(float **slot, size_t count, seqnet_error *err);

/* Allocates bytes on a 64-byte boundary for a caller that fills them all: a large block comes in
 * large pages where there are some, since getting a page takes longer than filling it. The values
 * are undefined. */
seqnet_status sn_alloc_pages(uint8_t **slot, size_t count, seqnet_error *err);

/* Lays arrays out in one block of floats: returns where an array of `count` floats begins, *used
 * floats from the start, and moves *used behind it. Each array begins on a 64-byte boundary.
 * Without a block (NULL) it only counts, so that the same calls give the size of the block. */
static inline float *sn_carve(float *block, size_t *used, size_t count)
{
    enum { LINE = 16 };
    float *const start = block ? block + *used : NULL;
    size_t room = (count + LINE - 1) / LINE * LINE;
#ifdef SN_GUARDS_ARRAYS
    room += LINE;
    if (block) {
        __asan_unpoison_memory_region(start, count * sizeof *start);
        __asan_poison_memory_region(start + count, (room - count) * sizeof *start);
    }
#endif
    *used += room;
    return start;
}

/* Makes the arrays that were laid out from *used = first on one array, from the first of them to
 * *used = end. */
static inline float *sn_carved(float *block, size_t first, size_t end)
{
    float *const start = block ? block + first : NULL;
#ifdef SN_GUARDS_ARRAYS
    if (block)
        __asan_unpoison_memory_region(start, (end - first) * sizeof *start);
#else
    (void)end;
#endif
    return start;
}

/* Grows the array at *(void **)slot so that it holds at least `needed` elements of `size` bytes;
 * *capacity counts elements. Growth is geometric, new elements are not initialised. */
seqnet_status sn_grow(void *slot, size_t *capacity, size_t needed, size_t size, seqnet_error *err);

/* Whether `bytes` more bytes may be used: SEQNET_ERR_MEMORY when they would leave the machine, or
 * the control group, without a reserve. A caller asks before it uses much memory, and now and then
 * while its blocks fill up. */
seqnet_status sn_memory_check(size_t bytes, seqnet_error *err);

/* Adds `bytes` to *filled, and checks every few tens of megabytes that there is memory for more. */
seqnet_status sn_memory_fill(size_t *filled, size_t bytes, seqnet_error *err);

/* Adds the place to an error of memory that names none: "PLACE: does not fit into the memory (out
 * of memory for 1.2 GB); REMEDY". Other errors stay as they are. Returns the status. */
seqnet_status sn_memory_place(seqnet_status status, const char *place, const char *remedy,
                              seqnet_error *err);

/* Writes a size for people, "1.2 GB", and returns it. */
enum { SN_SIZE_TEXT = 32 };
const char *sn_show_size(double bytes, char text[SN_SIZE_TEXT]);

/* Copies `length` bytes into a new NUL-terminated string. */
seqnet_status sn_copy_string(char **slot, const char *text, size_t length, seqnet_error *err);

#endif
