#include "label_sets.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

#include "banned.h"

static int compare_labels(const void *left, const void *right)
{
    const int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;
    return (a > b) - (a < b);
}

/* Sorts the labels and returns how many different ones there are, which come first. */
static size_t order_labels(int32_t *labels, size_t count)
{
    size_t used = 0;
    if (count > 1)
        qsort(labels, count, sizeof *labels, compare_labels);
    for (size_t i = 0; i < count; i++)
        if (used == 0 || labels[i] != labels[used - 1])
            labels[used++] = labels[i];
    return used;
}

static seqnet_status append(sn_label_sets *sets, const int32_t *labels, size_t count,
                            seqnet_error *err)
{
    const size_t used = sets->count ? sets->offsets[sets->count] : 0;
    SN_TRY(sn_grow(&sets->offsets, &sets->offsets_capacity, sets->count + 2, sizeof *sets->offsets,
                   err));
    SN_TRY(sn_grow(&sets->labels, &sets->labels_capacity, used + count + 1, sizeof *sets->labels,
                   err));
    if (count)
        memcpy(sets->labels + used, labels, count * sizeof *labels);
    sets->offsets[0] = 0;
    sets->offsets[++sets->count] = used + count;
    return SEQNET_OK;
}

seqnet_status sn_label_sets_add(sn_label_sets *sets, int32_t *labels, size_t count, int32_t *number,
                                seqnet_error *err)
{
    const size_t different = order_labels(labels, count);
    const char *const bytes = different ? (const char *)labels : "";
    size_t place;
    SN_TRY(sn_string_set_add(&sets->known, bytes, different * sizeof *labels, &place, err));
    *number = (int32_t)place;
    return place < sets->count ? SEQNET_OK : append(sets, labels, different, err);
}

static seqnet_status copy_sets(sn_label_sets *copy, const sn_label_sets *sets, const size_t *places,
                               int32_t *scratch, seqnet_error *err)
{
    for (size_t i = 0; i < sets->count; i++) {
        const sn_label_set set = sn_label_sets_get(sets, (int32_t)i);
        int32_t number;
        for (size_t k = 0; k < set.count; k++)
            scratch[k] = places ? (int32_t)places[set.labels[k]] : set.labels[k];
        SN_TRY(sn_label_sets_add(copy, scratch, set.count, &number, err));
    }
    return SEQNET_OK;
}

seqnet_status sn_label_sets_copy(sn_label_sets *copy, const sn_label_sets *sets,
                                 const size_t *places, seqnet_error *err)
{
    const size_t labels = sets->count ? sets->offsets[sets->count] : 0;
    int32_t *scratch;
    *copy = (sn_label_sets){0};
    SN_TRY(sn_alloc(&scratch, labels, sizeof *scratch, err));
    const seqnet_status status = copy_sets(copy, sets, places, scratch, err);
    free(scratch);
    if (status != SEQNET_OK)
        sn_label_sets_free(copy);
    return status;
}

void sn_label_sets_free(sn_label_sets *sets)
{
    free(sets->labels);
    free(sets->offsets);
    sn_string_set_free(&sets->known);
    *sets = (sn_label_sets){0};
}
