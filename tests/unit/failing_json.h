/*
 * Memory that cJSON asks for and does not get: each of its allocations in turn fails. Include it
 * after <cmocka.h>.
 */
#ifndef FAILING_JSON_H
#define FAILING_JSON_H

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/status.h>

static size_t allocations, failing_allocation;

static void *allocate_or_fail(size_t size)
{
    return allocations++ == failing_allocation ? NULL : malloc(size);
}

/* Writes some JSON text to *text, to be freed with free(). */
typedef seqnet_status make_json(char **text, seqnet_error *err);

/* Whether `make` tells of every allocation that fails, and gives no text then. */
static inline void assert_failures_are_told(make_json *make)
{
    cJSON_Hooks hooks = {.malloc_fn = allocate_or_fail, .free_fn = free};
    char *text;
    cJSON_InitHooks(&hooks);
    for (failing_allocation = 0;; failing_allocation++) {
        seqnet_error err = {0};
        allocations = 0;
        const seqnet_status status = make(&text, &err);
        if (allocations <= failing_allocation) { /* it did without */
            assert_int_equal(status, SEQNET_OK);
            break;
        }
        assert_int_equal(status, SEQNET_ERR_MEMORY);
        assert_null(text);
        assert_non_null(strstr(err.message, "out of memory"));
    }
    cJSON_InitHooks(NULL);
    assert_true(failing_allocation > 10);
    free(text);
}

#endif
