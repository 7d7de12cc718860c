#include "answered_rows.h"

#include <stdio.h>
#include <stdlib.h>

#include "errors.h"
#include "figures.h"
#include "terminal.h"

enum { PROBABILITY_SIZE = 16 };

seqnet_status make_answered_rows(answered_rows *a, size_t room, size_t width, seqnet_error *err)
{
    *a = (answered_rows){.width = width};
    a->rows = calloc(room + 1, sizeof *a->rows);
    a->values = calloc((room + 1) * width, sizeof *a->values);
    a->words = calloc(room + 1, sizeof *a->words);
    if (a->rows && a->values && a->words)
        return SEQNET_OK;
    return FAIL(err, SEQNET_ERR_MEMORY, "out of memory for %zu rows to write", room);
}

void free_answered_rows(answered_rows *a)
{
    for (size_t i = 0; i < a->count * a->width; i++)
        free(a->values[i]);
    for (size_t i = 0; i < a->count; i++)
        free(a->words[i]);
    free(a->rows);
    free(a->values);
    free(a->words);
    *a = (answered_rows){0};
}

seqnet_status append_answered_row(answered_rows *a, const measured *m, size_t row, char ***values,
                                  seqnet_error *err)
{
    const row_place at = m->places[row];
    const size_t i = a->count++;
    size_t length;
    *values = a->values + i * a->width;
    a->rows[i] = (seqnet_written_row){
        .part = at.part, .row = at.row, .values = (const char *const *)*values};
    if (seqnet_dataset_text(m->what.dataset, at.part, at.row, &length, NULL, NULL))
        return SEQNET_OK;
    const seqnet_status status = seqnet_model_row_text(m->what.model, m->what.dataset, at.part,
                                                       at.row, &a->words[i], &length, err);
    a->rows[i].words = a->words[i];
    return status;
}

char *probability_text(double probability)
{
    char *const text = malloc(PROBABILITY_SIZE);
    if (text)
        (void)snprintf(text, PROBABILITY_SIZE, "%.6f", probability);
    return text;
}

seqnet_status write_answered_rows(const answered_rows *a, const measured *m,
                                  const seqnet_added_fields *added, const char *path,
                                  seqnet_error *err)
{
    bool replaced;
    for (size_t i = 0; i < a->count * a->width; i++)
        if (!a->values[i])
            return FAIL(err, SEQNET_ERR_MEMORY, "out of memory for %zu rows to write", a->count);
    TRY(seqnet_dataset_write_rows(m->what.dataset, a->rows, a->count, added, path, &replaced, err));
    note("wrote %s: %zu %s%s", path, a->count, plural(a->count, "row", "rows"),
         replaced ? ", replacing an older file" : "");
    return SEQNET_OK;
}
