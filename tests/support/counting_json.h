/*
 * Memory for cJSON that is counted, and of which one allocation fails. Include it after
 * <cmocka.h>.
 */
#ifndef COUNTING_JSON_H
#define COUNTING_JSON_H

#include <cjson/cJSON.h>
#include <stdlib.h>

static size_t allocations; /* asked for so far */
static size_t fail_at;     /* the one that fails, from 1 on; 0: none */
static size_t alive;       /* had and not given back */

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

/* cJSON_InitHooks(NULL) ends it. */
static inline void count_json_memory(void)
{
    cJSON_InitHooks(&(cJSON_Hooks){.malloc_fn = counting_malloc, .free_fn = counting_free});
}

#endif
