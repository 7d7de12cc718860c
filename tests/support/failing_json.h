/*
 * Makes each allocation of cJSON fail in turn, for functions that write JSON. Include it after
 * <cmocka.h>.
 */
#ifndef FAILING_JSON_H
#define FAILING_JSON_H

#include <string.h>

#include <seqnet/status.h>

#include "counting_json.h"

/* Writes some JSON text to *text. The caller frees it with free(). */
typedef seqnet_status make_json(char **text, seqnet_error *err);

/* Passes if `make` reports every allocation that fails, and gives no text then. A text of few
 * allocations would test little, so that there must be more than eleven. */
static inline void assert_failures_are_told(make_json *make)
{
    char *text;
    count_json_memory();
    for (fail_at = 1;; fail_at++) {
        seqnet_error err = {0};
        allocations = 0;
        const seqnet_status status = make(&text, &err);
        if (allocations < fail_at) { /* none failed: all have been tried */
            assert_int_equal(status, SEQNET_OK);
            break;
        }
        assert_int_equal(status, SEQNET_ERR_MEMORY);
        assert_null(text);
        assert_non_null(strstr(err.message, "out of memory"));
    }
    cJSON_InitHooks(NULL);
    assert_true(fail_at > 11);
    free(text);
}

#endif
