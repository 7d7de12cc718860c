/* Preloaded into a program: its allocation number FAIL_ALLOCATION, from 1, fails. The number of all
 * is written to the file COUNT_ALLOCATIONS. glibc only. */
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);

static atomic_long allocations;
static long failing;

/* Runs before main; what was allocated until then does not count. */
__attribute__((constructor)) static void begin(void)
{
    const char *const number = getenv("FAIL_ALLOCATION");
    allocations = 0;
    failing = number ? strtol(number, NULL, 10) : 0;
}

__attribute__((destructor)) static void end(void)
{
    const long count = allocations;
    const char *const path = getenv("COUNT_ALLOCATIONS");
    FILE *const file = path ? fopen(path, "w") : NULL;
    if (!file)
        return;
    fprintf(file, "%ld\n", count);
    (void)fclose(file);
}

static int fails(void)
{
    if (atomic_fetch_add(&allocations, 1) + 1 != failing)
        return 0;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    return fails() ? NULL : __libc_realloc(block, size);
}
