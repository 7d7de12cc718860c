/* The models of tests/data/fasttext, which fastText has made, and what it says with them. Include
 * it after support.h. */
#ifndef FASTTEXT_DATA_H
#define FASTTEXT_DATA_H

#include <stdlib.h>

/* The bytes of a file, and the lines of a text. */
typedef struct fasttext_data {
    char path[256];
    char *bytes;
    size_t size;
    /* What is left of the lines. */
    char *next;
} fasttext_data;

static inline fasttext_data fasttext_data_open(const char *name)
{
    fasttext_data data = {.size = 0};
    (void)snprintf(data.path, sizeof data.path, "%s/fasttext/%s", SEQNET_TEST_DATA, name);
    FILE *const file = fopen(data.path, "rb");
    assert_non_null(file);
    data.bytes = malloc(1 << 16);
    assert_non_null(data.bytes);
    data.size = fread(data.bytes, 1, (1 << 16) - 1, file);
    data.bytes[data.size] = '\0';
    data.next = data.bytes;
    assert_int_equal(fclose(file), 0);
    return data;
}

/* The next line without its newline, NUL-terminated; NULL: there is none. */
static inline char *fasttext_data_line(fasttext_data *data)
{
    char *const line = data->next, *const end = strchr(line, '\n');
    if (!end)
        return NULL;
    *end = '\0';
    data->next = end + 1;
    return line;
}

static inline void fasttext_data_close(fasttext_data *data)
{
    free(data->bytes);
}

#endif
