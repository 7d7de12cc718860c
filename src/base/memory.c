#if defined(__linux__)
#define _GNU_SOURCE /* madvise */
#endif
#include "memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "available.h"

#include "banned.h"

enum {
    VECTOR_ALIGNMENT = 64,
    LARGE_PAGE = 1 << 21,
    FIRST_CAPACITY = 16,
    /* A larger block is compared with the memory that is left. */
    LARGE = 1 << 23,
    /* The memory that stays free for others. */
    RESERVE = 1 << 26,
    /* The bytes that may be filled between two checks. */
    FILLED_CHECK = 1 << 25
};

const char *sn_show_size(double bytes, char text[SN_SIZE_TEXT])
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB"};
    size_t unit = 0;
    for (; bytes >= 999.5 && unit < 4; unit++)
        bytes /= 1000.0;
    (void)snprintf(text, SN_SIZE_TEXT, unit ? "%.3g %s" : "%.0f %s", bytes, units[unit]);
    return text;
}

static seqnet_status out_of_memory(seqnet_error *err, size_t count, size_t size)
{
    char text[SN_SIZE_TEXT];
    return sn_fail(err, SEQNET_ERR_MEMORY, "out of memory for %s",
                   sn_show_size((double)count * (double)size, text));
}

seqnet_status sn_memory_check(size_t bytes, seqnet_error *err)
{
    char wanted[SN_SIZE_TEXT], left[SN_SIZE_TEXT];
    const size_t available = sn_available_memory("");
    if (available == SIZE_MAX || (bytes <= available && available - bytes >= RESERVE))
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_MEMORY, "out of memory for %s, %s being left",
                   sn_show_size((double)bytes, wanted), sn_show_size((double)available, left));
}

seqnet_status sn_memory_fill(size_t *filled, size_t bytes, seqnet_error *err)
{
    *filled += bytes;
    if (*filled < FILLED_CHECK)
        return SEQNET_OK;
    *filled = 0;
    return sn_memory_check(FILLED_CHECK, err);
}

seqnet_status sn_memory_place(seqnet_status status, const char *place, const char *remedy,
                              seqnet_error *err)
{
    static const char nameless[] = "out of memory";
    if (status != SEQNET_ERR_MEMORY || !err ||
        strncmp(err->message, nameless, sizeof nameless - 1) != 0)
        return status;
    return sn_fail(err, status, "%s: does not fit into the memory (%s); %s", place, err->message,
                   remedy);
}

/* Checks large blocks only: finding out how much memory is left takes longer than a small
 * allocation. */
static seqnet_status check_block(size_t count, size_t size, seqnet_error *err)
{
    if (count <= LARGE / size)
        return SEQNET_OK;
    return count > SIZE_MAX / size ? out_of_memory(err, count, size)
                                   : sn_memory_check(count * size, err);
}

/* `slot` is the address of a pointer to any type; memcpy obeys the aliasing rules. */
static void store_pointer(void *slot, const void *pointer)
{
    memcpy(slot, &pointer, sizeof pointer);
}

seqnet_status sn_alloc(void *slot, size_t count, size_t size, seqnet_error *err)
{
    store_pointer(slot, NULL);
    SN_TRY(check_block(count, size, err));
    void *const block = calloc(count ? count : 1, size);
    store_pointer(slot, block);
    return block ? SEQNET_OK : out_of_memory(err, count, size);
}

seqnet_status sn_alloc_floats(float **slot, size_t count, seqnet_error *err)
{
    const size_t per_line = VECTOR_ALIGNMENT / sizeof(float);
    *slot = NULL;
    if (count > SIZE_MAX / sizeof(float) - per_line)
        return out_of_memory(err, count, sizeof(float));
    SN_TRY(check_block(count, sizeof(float), err));
    const size_t bytes = (count / per_line + 1) * VECTOR_ALIGNMENT;
    *slot = aligned_alloc(VECTOR_ALIGNMENT, bytes);
    return *slot ? SEQNET_OK : out_of_memory(err, count, sizeof(float));
}

seqnet_status sn_alloc_pages(uint8_t **slot, size_t count, seqnet_error *err)
{
    const size_t page = count >= LARGE_PAGE / 4 ? LARGE_PAGE : VECTOR_ALIGNMENT;
    *slot = NULL;
    if (count > SIZE_MAX - page)
        return out_of_memory(err, count, 1);
    SN_TRY(check_block(count, 1, err));
    const size_t bytes = (count / page + 1) * page;
    *slot = aligned_alloc(page, bytes);
    if (!*slot)
        return out_of_memory(err, count, 1);
#if defined(MADV_HUGEPAGE)
    if (page == LARGE_PAGE)
        (void)madvise(*slot, bytes, MADV_HUGEPAGE); /* where it is refused, small pages serve */
#endif
    return SEQNET_OK;
}

/* The capacity to grow to: twice the old one or, when that does not fit into the memory, an eighth
 * more than needed. */
static seqnet_status choose_capacity(size_t *wanted, size_t capacity, size_t needed, size_t size,
                                     seqnet_error *err)
{
    *wanted = capacity ? capacity : FIRST_CAPACITY;
    while (*wanted < needed)
        *wanted = *wanted > SIZE_MAX / 2 ? needed : *wanted * 2;
    if (*wanted <= SIZE_MAX / size && check_block(*wanted - capacity, size, NULL) == SEQNET_OK)
        return SEQNET_OK;
    const size_t room = needed / 8;
    *wanted = room < SIZE_MAX - needed ? needed + room : needed;
    if (*wanted > SIZE_MAX / size)
        return out_of_memory(err, *wanted, size);
    return check_block(*wanted - capacity, size, err);
}

seqnet_status sn_grow(void *slot, size_t *capacity, size_t needed, size_t size, seqnet_error *err)
{
    size_t wanted;
    if (needed <= *capacity)
        return SEQNET_OK;
    SN_TRY(choose_capacity(&wanted, *capacity, needed, size, err));
    void *old = NULL;
    memcpy(&old, slot, sizeof old);
    void *const grown = realloc(old, wanted * size);
    if (!grown)
        return out_of_memory(err, wanted, size);
    store_pointer(slot, grown);
    *capacity = wanted;
    return SEQNET_OK;
}

seqnet_status sn_copy_string(char **slot, const char *text, size_t length, seqnet_error *err)
{
    *slot = NULL;
    if (length == SIZE_MAX)
        return out_of_memory(err, length, 1);
    SN_TRY(sn_alloc(slot, length + 1, 1, err));
    memcpy(*slot, text, length);
    return SEQNET_OK;
}
