#include "slices.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "errors.h"

enum { MONTH = 7 /* bytes of "2024-03" */, DATE = 10, NAMED_FIELDS = 10 };

/* The upper ends of the slices; the last one has none. */
static const size_t LENGTHS[] = {10, 25, 50, 100, 250, 500};
static const size_t UNKNOWN_PERCENT[] = {0, 5, 10, 20, 50};
enum {
    LENGTH_SLICES = sizeof LENGTHS / sizeof *LENGTHS + 1,
    UNKNOWN_SLICES = sizeof UNKNOWN_PERCENT / sizeof *UNKNOWN_PERCENT + 1
};

void free_slices(slice_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        free(table->slices[i].name);
    free(table->slices);
    *table = (slice_table){0};
}

static seqnet_status no_memory(seqnet_error *err)
{
    return FAIL(err, SEQNET_ERR_MEMORY, "out of memory for slices of the rows");
}

/* Appends a copy of a slice to a table that has room. */
static seqnet_status add_slice(slice_table *table, const char *name, slice counts,
                               seqnet_error *err)
{
    counts.name = strdup(name);
    if (!counts.name)
        return no_memory(err);
    table->slices[table->count++] = counts;
    return SEQNET_OK;
}

static seqnet_status make_table(slice_table *table, size_t room, seqnet_error *err)
{
    table->slices = calloc(room ? room : 1, sizeof *table->slices);
    return table->slices ? SEQNET_OK : no_memory(err);
}

/* Makes a table of the slices that have rows, whose names are ranges: "11 to 25 words". */
static seqnet_status name_ranges(slice_table *table, const slice *counts, const size_t *ends,
                                 size_t count, const char *unit, seqnet_error *err)
{
    char name[64];
    TRY(make_table(table, count, err));
    for (size_t i = 0; i < count; i++) {
        const size_t first = i ? ends[i - 1] + (*unit == '%' ? 0 : 1) : 0;
        if (i + 1 == count)
            (void)snprintf(name, sizeof name, "more than %zu %s", ends[i - 1], unit);
        else if (first == ends[i])
            (void)snprintf(name, sizeof name, "%zu %s", ends[i], unit);
        else if (first == 0)
            (void)snprintf(name, sizeof name, "up to %zu %s", ends[i], unit);
        else
            (void)snprintf(name, sizeof name, "%zu to %zu %s", first, ends[i], unit);
        if (counts[i].rows)
            TRY(add_slice(table, name, counts[i], err));
    }
    return SEQNET_OK;
}

static size_t length_slice(size_t words)
{
    size_t i = 0;
    while (i + 1 < LENGTH_SLICES && words > LENGTHS[i])
        i++;
    return i;
}

static size_t unknown_slice(size_t unknown, size_t words)
{
    size_t i = 0;
    while (i + 1 < UNKNOWN_SLICES && 100 * unknown > UNKNOWN_PERCENT[i] * words)
        i++;
    return i;
}

static void count_row(slice *counts, size_t right)
{
    counts->rows++;
    counts->right += right;
}

seqnet_status slice_by_words(const sliced_rows *rows, slice_table *lengths, slice_table *unknowns,
                             seqnet_error *err)
{
    slice by_length[LENGTH_SLICES] = {0}, by_unknown[UNKNOWN_SLICES] = {0};
    for (size_t i = 0; i < rows->count; i++) {
        const row_place *const place = &rows->places[i];
        size_t unknown;
        const size_t words =
            seqnet_dataset_row_words(rows->dataset, place->part, place->row, &unknown);
        count_row(&by_length[length_slice(words)], rows->right[i]);
        count_row(&by_unknown[unknown_slice(unknown, words)], rows->right[i]);
    }
    TRY(name_ranges(lengths, by_length, LENGTHS, LENGTH_SLICES, "words", err));
    return name_ranges(unknowns, by_unknown, UNKNOWN_PERCENT, UNKNOWN_SLICES, "%", err);
}

/* A date as 2024-03-17, alone or with a time behind it; or a month alone. */
static bool is_date(const char *text)
{
    for (size_t i = 0; i < DATE; i++) {
        const bool is_dash = i == 4 || i == MONTH;
        if (i == MONTH && text[i] == '\0')
            return true;
        if (is_dash ? text[i] != '-' : !isdigit((unsigned char)text[i]))
            return false;
    }
    return !isdigit((unsigned char)text[DATE]);
}

/* Whether all values are dates, but for empty ones, and there is one. */
static bool are_dates(const slice *values, size_t count)
{
    bool found = false;
    for (size_t i = 0; i < count; i++) {
        if (*values[i].name && !is_date(values[i].name))
            return false;
        found = found || *values[i].name;
    }
    return found;
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(((const slice *)left)->name, ((const slice *)right)->name);
}

static int compare_rows(const void *left, const void *right)
{
    const slice *const a = left, *const b = right;
    return a->rows != b->rows ? (a->rows < b->rows) - (a->rows > b->rows)
                              : strcmp(a->name, b->name);
}

/* Makes one slice of those with equal names, which follow one another. */
static void merge_equal(slice_table *table)
{
    size_t used = 0;
    for (size_t i = 0; i < table->count; i++) {
        slice *const last = used ? &table->slices[used - 1] : NULL;
        if (last && strcmp(last->name, table->slices[i].name) == 0) {
            last->rows += table->slices[i].rows;
            last->right += table->slices[i].right;
            free(table->slices[i].name);
        } else {
            table->slices[used++] = table->slices[i];
        }
    }
    table->count = used;
}

/* A slice for each row, with the value of its field as the name. */
static seqnet_status take_values(const sliced_rows *rows, size_t field, slice_table *table,
                                 seqnet_error *err)
{
    TRY(make_table(table, rows->count, err));
    for (size_t i = 0; i < rows->count; i++) {
        const row_place *const place = &rows->places[i];
        size_t length;
        slice *const s = &table->slices[i];
        TRY(seqnet_dataset_row_field(rows->dataset, place->part, place->row, field, &s->name,
                                     &length, err));
        s->rows = 1;
        s->right = rows->right[i];
        table->count++;
    }
    return SEQNET_OK;
}

static seqnet_status no_field(const sliced_rows *rows, const char *field, seqnet_error *err)
{
    char names[400] = "";
    size_t used = 0;
    const size_t count = seqnet_dataset_field_count(rows->dataset);
    for (size_t i = 0; i < count && i < NAMED_FIELDS && used < sizeof names - 1; i++) {
        const int length = snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "",
                                    seqnet_dataset_field_name(rows->dataset, i));
        used += length > 0 ? (size_t)length : 0;
    }
    if (count == 0)
        return FAIL(err, SEQNET_ERR_DATA, "%s: has no column beside text and label; leave --by out",
                    rows->data);
    return FAIL(err, SEQNET_ERR_DATA, "%s: has no column '%s' beside text and label; choose %s%s",
                rows->data, field, names, count > NAMED_FIELDS ? ", ..." : "");
}

seqnet_status slice_by_field(const sliced_rows *rows, const char *field, slice_table *table,
                             seqnet_error *err)
{
    const size_t number = seqnet_dataset_find_field(rows->dataset, field);
    if (number == SIZE_MAX)
        return no_field(rows, field, err);
    TRY(take_values(rows, number, table, err));
    const bool dates = are_dates(table->slices, table->count);
    for (size_t i = 0; i < table->count && dates; i++)
        if (*table->slices[i].name)
            table->slices[i].name[MONTH] = '\0';
    qsort(table->slices, table->count, sizeof *table->slices, compare_names);
    merge_equal(table);
    if (!dates)
        qsort(table->slices, table->count, sizeof *table->slices, compare_rows);
    return SEQNET_OK;
}
