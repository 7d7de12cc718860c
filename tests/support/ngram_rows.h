/* Rows of texts with labels, as the n-grams of a training read them. Include it after <cmocka.h>.
 */
#ifndef NGRAM_ROWS_H
#define NGRAM_ROWS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ngram_walk.h"

enum { TEXT_SIZE = 64 };

/* Texts of up to TEXT_SIZE - 1 bytes, their labels and a view of them. */
typedef struct text_rows {
    char (*texts)[TEXT_SIZE];
    sn_text_info *infos;
    int32_t *labels;
    sn_rows view;
} text_rows;

static inline text_rows make_text_rows(size_t count)
{
    text_rows rows = {.texts = calloc(count + 1, sizeof *rows.texts),
                      .infos = calloc(count + 1, sizeof *rows.infos),
                      .labels = calloc(count + 1, sizeof *rows.labels)};
    assert_true(rows.texts && rows.infos && rows.labels);
    rows.view = (sn_rows){.labels = rows.labels, .texts = rows.infos, .count = count};
    return rows;
}

static inline void set_text_row(text_rows *rows, size_t row, const char *text, int32_t label)
{
    assert_true(strlen(text) < TEXT_SIZE);
    memcpy(rows->texts[row], text, strlen(text) + 1);
    rows->infos[row] = (sn_text_info){
        .text = rows->texts[row], .length = (uint32_t)strlen(rows->texts[row]), .label = label};
    rows->labels[row] = label;
}

static inline text_rows make_rows_of(const char *const *texts, size_t count)
{
    text_rows rows = make_text_rows(count);
    for (size_t row = 0; row < count; row++)
        set_text_row(&rows, row, texts[row], 0);
    return rows;
}

static inline void free_text_rows(text_rows *rows)
{
    free(rows->texts);
    free(rows->infos);
    free(rows->labels);
    *rows = (text_rows){0};
}

/* Writes `words` of the words "w0", "w1", ...: the lower their numbers, the more often. */
static inline void random_text(char text[TEXT_SIZE], size_t words, uint32_t *seed)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < words; i++) {
        *seed = *seed * 1664525 + 1013904223;
        const unsigned high = *seed >> 16;
        used += (size_t)snprintf(text + used, TEXT_SIZE - used, "%sw%u", i ? " " : "",
                                 high % (1 + high % 29));
    }
}

/* The n-grams of a text, which stay valid until the next call. */
static inline const sn_ngram_text *read_ngrams_of(const sn_ngram_spec *spec, const char *text,
                                                  sn_ngram_text *scratch)
{
    assert_int_equal(sn_ngram_text_read(scratch, spec, text, strlen(text), NULL), SEQNET_OK);
    return scratch;
}

#endif
