#if defined(__linux__)
#define _GNU_SOURCE /* O_TMPFILE */
#include <linux/magic.h>
#include <sys/vfs.h>
#endif
#include "spill.h"

#include <seqnet/output.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "available.h"
#include "memory.h"

#include "banned.h"

enum {
    /* The share of the memory that arrays take before they spill: the network, the n-grams and what
     * is computed from a row need as much again. */
    SHARE = 4,
    /* A file grows by an eighth, and by these bytes at least. */
    LEAST_STEP = 1 << 20
};

sn_spill sn_spill_make(size_t memory)
{
    const size_t given = memory ? memory : sn_limited_memory("");
    return (sn_spill){.limit = given == SIZE_MAX ? SIZE_MAX : given / SHARE};
}

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode) && access(path, W_OK) == 0;
}

const char *sn_spill_folder(void)
{
    const char *const given = getenv("TMPDIR");
    if (given && *given)
        return given;
    return is_folder("/var/tmp") ? "/var/tmp" : "/tmp";
}

static seqnet_status cannot_spill(size_t bytes, seqnet_error *err)
{
    char reason[SN_REASON], size[SN_SIZE_TEXT];
    return sn_fail(err, SEQNET_ERR_WRITE,
                   "%s: a temporary file of %s cannot be written: %s; free some space, or name "
                   "another folder in the environment variable TMPDIR",
                   sn_spill_folder(), sn_show_size((double)bytes, size), sn_reason(errno, reason));
}

int seqnet_temporary_file(void)
{
    char path[PATH_MAX];
    int fd = -1;
#if defined(O_TMPFILE)
    fd = open(sn_spill_folder(), O_RDWR | O_TMPFILE | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return fd;
#endif
    if (snprintf(path, sizeof path, "%s/.seqnet.XXXXXX", sn_spill_folder()) >= (int)sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    fd = mkstemp(path);
    if (fd >= 0)
        (void)unlink(path);
    return fd;
}

/* Whether the file system keeps its files in the memory, which files then do not save. */
static bool is_in_memory(int fd)
{
#if defined(__linux__)
    struct statfs info;
    return fstatfs(fd, &info) == 0 && (info.f_type == TMPFS_MAGIC || info.f_type == RAMFS_MAGIC);
#else
    (void)fd;
    return false;
#endif
}

static seqnet_status check_memory(const sn_spilled *array, size_t bytes, seqnet_error *err)
{
    char size[SN_SIZE_TEXT];
    if (!is_in_memory(array->fd) || sn_memory_check(bytes - array->bytes, NULL) == SEQNET_OK)
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_MEMORY,
                   "%s: keeps its files in the memory, which does not hold a temporary file of %s; "
                   "name a folder on a disk in the environment variable TMPDIR",
                   sn_spill_folder(), sn_show_size((double)bytes, size));
}

/* Makes room in the file: a mapped page without room on the disk would end the process. */
static seqnet_status reserve(sn_spilled *array, size_t bytes, seqnet_error *err)
{
    SN_TRY(check_memory(array, bytes, err));
    const int failure = posix_fallocate(array->fd, 0, (off_t)bytes);
    if (failure == 0)
        return SEQNET_OK;
    errno = failure;
    return cannot_spill(bytes, err);
}

static seqnet_status map(const sn_spilled *array, size_t bytes, void **mapped, seqnet_error *err)
{
    char size[SN_SIZE_TEXT];
    *mapped = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, array->fd, 0);
    if (*mapped != MAP_FAILED)
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_MEMORY,
                   "out of memory for the addresses of a temporary file of %s",
                   sn_show_size((double)bytes, size));
}

static void count_file(sn_spilled *array, size_t bytes)
{
    sn_spill *const spill = array->spill;
    spill->filed = spill->filed - array->bytes + bytes;
    spill->most_filed = spill->filed > spill->most_filed ? spill->filed : spill->most_filed;
    array->bytes = bytes;
}

/* Lets the file of a mapped array grow; the array may move. */
static seqnet_status extend(sn_spilled *array, void **pointer, size_t bytes, seqnet_error *err)
{
    void *mapped;
    SN_TRY(reserve(array, bytes, err));
    SN_TRY(map(array, bytes, &mapped, err));
    (void)munmap(*pointer, array->bytes);
    count_file(array, bytes);
    *pointer = mapped;
    return SEQNET_OK;
}

/* Whether the limit leaves bytes for an array. */
static bool has_room(const sn_spilled *array, size_t bytes)
{
    const sn_spill *const spill = array->spill;
    const size_t others = spill->held - array->held;
    return others <= spill->limit && bytes <= spill->limit - others;
}

static void hold(sn_spilled *array, size_t bytes)
{
    array->spill->held += bytes - array->held;
    array->held = bytes;
}

/* Moves an array of the heap, of which `used` bytes may be in use, to a file. */
static seqnet_status move_out(sn_spilled *array, void **pointer, size_t used, size_t bytes,
                              seqnet_error *err)
{
    void *mapped = NULL;
    array->fd = seqnet_temporary_file();
    if (array->fd < 0)
        return cannot_spill(bytes, err);
    seqnet_status status = reserve(array, bytes, err);
    if (status == SEQNET_OK)
        status = map(array, bytes, &mapped, err);
    if (status != SEQNET_OK) {
        close(array->fd);
        return status;
    }
    if (used)
        memcpy(mapped, *pointer, used);
    free(*pointer);
    hold(array, 0);
    count_file(array, bytes);
    *pointer = mapped;
    return SEQNET_OK;
}

/* Lets an array of the heap grow there; false where the limit or the memory does not allow it. */
static bool grow_held(sn_spilled *array, void *slot, size_t *capacity, size_t needed, size_t size)
{
    if (needed > array->spill->limit / size || !has_room(array, needed * size) ||
        sn_grow(slot, capacity, needed, size, NULL) != SEQNET_OK)
        return false;
    hold(array, *capacity * size);
    return true;
}

seqnet_status sn_spill_grow(sn_spill *spill, sn_spilled *array, void *slot, size_t *capacity,
                            size_t needed, size_t size, seqnet_error *err)
{
    void *pointer = NULL;
    if (needed <= *capacity)
        return SEQNET_OK;
    if (!spill)
        return sn_grow(slot, capacity, needed, size, err);
    array->spill = spill;
    if (!sn_is_spilled(array) && grow_held(array, slot, capacity, needed, size))
        return SEQNET_OK;
    memcpy(&pointer, slot, sizeof pointer);
    if (needed > (SIZE_MAX / 2 - LEAST_STEP) / size)
        return sn_fail(err, SEQNET_ERR_MEMORY, "out of memory for %zu elements", needed);
    const size_t bytes = needed * size, step = bytes / 8 > LEAST_STEP ? bytes / 8 : LEAST_STEP;
    SN_TRY(sn_is_spilled(array) ? extend(array, &pointer, bytes + step, err)
                                : move_out(array, &pointer, *capacity * size, bytes + step, err));
    memcpy(slot, &pointer, sizeof pointer);
    *capacity = (bytes + step) / size;
    return SEQNET_OK;
}

seqnet_status sn_spill_alloc(sn_spill *spill, sn_spilled *array, void *slot, size_t bytes,
                             seqnet_error *err)
{
    void *pointer = NULL;
    *array = (sn_spilled){.spill = spill};
    if (!spill)
        return sn_alloc(slot, bytes, 1, err);
    if (has_room(array, bytes) && sn_alloc(slot, bytes, 1, NULL) == SEQNET_OK) {
        hold(array, bytes);
        return SEQNET_OK;
    }
    SN_TRY(move_out(array, &pointer, 0, bytes, err));
    memcpy(slot, &pointer, sizeof pointer);
    return SEQNET_OK;
}

void sn_spill_cut(sn_spilled *array, void *pointer, size_t bytes)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t kept = (bytes / page + 1) * page;
    if (!sn_is_spilled(array) || kept >= array->bytes || ftruncate(array->fd, (off_t)kept) != 0)
        return;
    (void)munmap((char *)pointer + kept, array->bytes - kept);
    count_file(array, kept);
}

void sn_spill_free(sn_spilled *array, void *pointer)
{
    if (!sn_is_spilled(array)) {
        if (array->spill)
            hold(array, 0);
        free(pointer);
    } else {
        (void)munmap(pointer, array->bytes);
        close(array->fd);
        count_file(array, 0);
    }
    *array = (sn_spilled){0};
}

static void advise(const void *start, size_t bytes, int advice)
{
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    const uintptr_t first = (uintptr_t)start / page * page;
    if (bytes)
        (void)madvise((void *)first, (uintptr_t)start - first + bytes, advice);
}

void sn_read_ahead(const void *start, size_t bytes)
{
    advise(start, bytes, MADV_WILLNEED);
}

void sn_read_in_order(const void *start, size_t bytes)
{
    advise(start, bytes, MADV_NORMAL);
}

void sn_read_at_random(const void *start, size_t bytes)
{
    advise(start, bytes, MADV_RANDOM);
}
