/*
 * Fuzz target: any bytes as JSON, under each set of limits. What is accepted cJSON must have
 * parsed; what it prints must be accepted too, and be printed the same again.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

enum { MOST_VALUES = 100000 };

static void check(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "%s\n", what);
        abort();
    }
}

/* The text of a tree, which strict limits must accept. */
static char *print(const cJSON *root)
{
    static const sn_json_limits STRICT = {.values = MOST_VALUES};
    sn_json_fault fault;
    size_t repaired;
    char *const text = cJSON_PrintUnformatted(root);
    check(text != NULL, "a tree that cannot be printed");
    check(sn_json_check(text, strlen(text), &STRICT, &repaired, &fault), "printed, but not JSON");
    check(repaired == 0, "printed, but not without repairs");
    return text;
}

static void check_printed_twice(const cJSON *root)
{
    char *const once = print(root);
    cJSON *const parsed = cJSON_Parse(once);
    check(parsed != NULL, "printed, but not parsed");
    char *const twice = print(parsed);
    check(strcmp(once, twice) == 0, "printed otherwise the second time");
    free(once);
    free(twice);
    cJSON_Delete(parsed);
}

/* A fault is at a byte of the text or just behind it. */
static void check_fault(const char *text, size_t size, const sn_json_limits *limits, bool accepted)
{
    sn_json_fault fault = {0};
    size_t repaired;
    const bool good = sn_json_check(text, size, limits, &repaired, &fault);
    check(good || (fault.byte >= 1 && fault.byte <= size + 1), "a fault outside the text");
    check(!good || accepted || limits->unique_keys, "accepted by the check, but not parsed");
    check(limits->repairs || repaired == 0, "repairs that nobody asked for");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const sn_json_limits limits[] = {{.values = MOST_VALUES},
                                            {.values = MOST_VALUES, .repairs = true},
                                            {.values = MOST_VALUES, .unique_keys = true},
                                            {.values = 4, .repairs = true, .unique_keys = true}};
    const char *const text = (const char *)data;
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        cJSON *root = NULL;
        seqnet_error err = {0};
        const seqnet_status status = sn_json_parse(&root, text, size, &limits[i], NULL, &err);
        check((status == SEQNET_OK) == (root != NULL), "a tree and an error, or neither");
        check(status == SEQNET_OK || err.message[0], "an error without a sentence");
        check_fault(text, size, &limits[i], status == SEQNET_OK);
        if (root)
            check_printed_twice(root);
        cJSON_Delete(root);
    }
    return 0;
}
