/* Allocation functions for cJSON that count, and that can fail once. Include it after <cmocka.h>.
 */
#ifndef COUNTING_JSON_H
#define COUNTING_JSON_H

#include <cjson/cJSON.h>
#include <stdlib.h>

/* Allocations that cJSON has requested. */
static size_t allocations;
/* The number, from 1, of the allocation that fails; 0: none fails. */
static size_t fail_at;
/* Blocks that are allocated and not freed yet. */
static size_t alive;

static void *counting_malloc(size_t size)
{
    if (++allocations == fail_at)
        return NULL;
    alive++;
    return malloc(size);
}

static void counting_free(void *block)
{
    alive -= block != NULL;
    free(block);
}

/* Makes cJSON use these functions until cJSON_InitHooks(NULL). */
static inline void count_json_memory(void)
{
    cJSON_InitHooks(&(cJSON_Hooks){.malloc_fn = counting_malloc, .free_fn = counting_free});
}

#endif
