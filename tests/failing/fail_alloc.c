/*
 * A library for LD_PRELOAD that makes allocations fail, to see what a program does then. Calls from
 * the program and the libraries that its data goes through are counted; those from BLAS, the loader
 * and libc itself are left alone.
 *
 *   FAIL_ALLOC_AT=N          the N-th call fails, from 1
 *   FAIL_ALLOC_FROM=N        the N-th call and all after it fail
 *   FAIL_ALLOC_COUNT_FILE=F  the number of calls is written to F at the end
 *   FAIL_ALLOC_TRACE_FILE=F  the stack of the first call that fails is written to F
 */
#define _GNU_SOURCE

#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* glibc's own allocator under the names that nobody else takes. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

typedef struct range {
    uintptr_t start, end;
} range;

enum { MAX_RANGES = 64 };

/* Where the code is whose calls count; set once, before main. */
static range ranges[MAX_RANGES];
static size_t range_count;
static unsigned long fail_at, fail_from;
static atomic_ulong calls;
static atomic_bool traced;

/* The program itself has no name here. */
static bool is_counted(const char *path)
{
    static const char *const libraries[] = {"libzip", "libcjson",    "libxxhash", "seqnet-sqlite",
                                            "libz.",  "libutf8proc", "libcsv"};
    const char *const slash = strrchr(path, '/');
    const char *const name = slash ? slash + 1 : path;
    if (!*name)
        return true;
    for (size_t i = 0; i < sizeof libraries / sizeof libraries[0]; i++)
        if (strncmp(name, libraries[i], strlen(libraries[i])) == 0)
            return true;
    return false;
}

static int add_ranges(struct dl_phdr_info *object, size_t size, void *user)
{
    (void)size;
    (void)user;
    if (!is_counted(object->dlpi_name))
        return 0;
    for (size_t i = 0; i < object->dlpi_phnum && range_count < MAX_RANGES; i++) {
        const ElfW(Phdr) *const part = &object->dlpi_phdr[i];
        const uintptr_t start = object->dlpi_addr + part->p_vaddr;
        if (part->p_type == PT_LOAD && (part->p_flags & PF_X))
            ranges[range_count++] = (range){start, start + part->p_memsz};
    }
    return 0;
}

static unsigned long number_of(const char *name)
{
    const char *const text = getenv(name);
    return text ? strtoul(text, NULL, 10) : 0;
}

__attribute__((constructor)) static void prepare(void)
{
    fail_at = number_of("FAIL_ALLOC_AT");
    fail_from = number_of("FAIL_ALLOC_FROM");
    (void)dl_iterate_phdr(add_ranges, NULL);
}

__attribute__((destructor)) static void write_count(void)
{
    char text[32];
    const char *const path = getenv("FAIL_ALLOC_COUNT_FILE");
    const int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666) : -1;
    const int length = snprintf(text, sizeof text, "%lu\n", atomic_load(&calls));
    if (fd >= 0 && write(fd, text, (size_t)length) == length)
        close(fd);
}

static void write_trace(void)
{
    void *frames[32];
    const char *const path = getenv("FAIL_ALLOC_TRACE_FILE");
    if (!path || atomic_exchange(&traced, true))
        return;
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (fd >= 0) {
        backtrace_symbols_fd(frames, backtrace(frames, 32), fd);
        close(fd);
    }
}

/* Whether the call that returns to `caller` is to fail. */
static bool fails(const void *caller)
{
    bool counted = false;
    for (size_t i = 0; i < range_count && !counted; i++)
        counted = (uintptr_t)caller >= ranges[i].start && (uintptr_t)caller < ranges[i].end;
    if (!counted)
        return false;
    const unsigned long call = atomic_fetch_add(&calls, 1) + 1;
    if (call != fail_at && !(fail_from && call >= fail_from))
        return false;
    write_trace();
    errno = ENOMEM;
    return true;
}

#define FAILS() fails(__builtin_return_address(0))

void *malloc(size_t size)
{
    return FAILS() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return FAILS() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    return FAILS() ? NULL : __libc_realloc(block, size);
}

void *reallocarray(void *block, size_t count, size_t size)
{
    if (FAILS())
        return NULL;
    if (size && count > SIZE_MAX / size) {
        errno = ENOMEM;
        return NULL;
    }
    return __libc_realloc(block, count * size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return FAILS() ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
    if (FAILS())
        return ENOMEM;
    *block = __libc_memalign(alignment, size);
    return *block ? 0 : ENOMEM;
}

static char *copy(const char *text, size_t length)
{
    char *const block = __libc_malloc(length + 1);
    if (block) {
        memcpy(block, text, length);
        block[length] = '\0';
    }
    return block;
}

/* libc would call malloc on the program's behalf. */
char *(strdup)(const char *text)
{
    return FAILS() ? NULL : copy(text, strlen(text));
}

char *(strndup)(const char *text, size_t length)
{
    return FAILS() ? NULL : copy(text, strnlen(text, length));
}
