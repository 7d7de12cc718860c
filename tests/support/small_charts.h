/*
 * Panels with few points for tests of charts. Include it after <cmocka.h>.
 */
#ifndef SMALL_CHARTS_H
#define SMALL_CHARTS_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chart.h"

static const double SMALL_X[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

/* A series of up to ten points at x = 1, 2, ... */
static inline chart_series small_series(size_t line, const double *y, size_t count, long marked)
{
    return (chart_series){.line = line, .x = SMALL_X, .y = y, .count = count, .marked = marked};
}

/* A panel with a linear y axis without limits. */
static inline chart_panel small_panel(const chart_series *series, size_t count)
{
    return (chart_panel){
        .x = {.title = "epoch", .is_whole = true, .least = (double)NAN, .most = (double)NAN},
        .y = {.title = "loss", .least = (double)NAN, .most = (double)NAN},
        .series = series,
        .series_count = count};
}

/* What `print` prints; the caller frees it. */
typedef void print_function(FILE *out, const void *what);
static inline char *printed(print_function *print, const void *what)
{
    char *text = NULL;
    size_t size = 0;
    FILE *const out = open_memstream(&text, &size);
    assert_non_null(out);
    print(out, what);
    assert_int_equal(fclose(out), 0);
    char *const copy = strdup(text); /* gcc takes the stream's own text for one of this call */
    assert_non_null(copy);
    free(text);
    return copy;
}

#endif
