#include "classes.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

#include "banned.h"

seqnet_status sn_classes_add(sn_string_set *labels, const char *const *names, size_t count,
                             seqnet_error *err)
{
    for (size_t i = 0; i < count; i++) {
        size_t number;
        SN_TRY(sn_string_set_add(labels, names[i], strlen(names[i]), &number, err));
    }
    return SEQNET_OK;
}

seqnet_status sn_classes_add_usual(sn_string_set *labels, seqnet_error *err)
{
    static const char *const names[2] = {"negative", "positive"};
    return sn_classes_add(labels, names, 2, err);
}

seqnet_status sn_classes_count(seqnet_dataset *dataset, seqnet_error *err)
{
    const size_t classes = dataset->labels.count;
    free(dataset->class_counts);
    SN_TRY(
        sn_alloc(&dataset->class_counts, SN_PARTS * classes, sizeof *dataset->class_counts, err));
    for (size_t p = 0; p < SN_PARTS; p++)
        for (size_t row = 0; row < dataset->parts[p].count; row++) {
            const sn_label_set set = sn_rows_labels(&dataset->parts[p], row);
            for (size_t i = 0; i < set.count; i++)
                dataset->class_counts[p * classes + (size_t)set.labels[i]]++;
        }
    return SEQNET_OK;
}

static bool has_rows_of(const seqnet_dataset *dataset, size_t label)
{
    for (seqnet_part part = SEQNET_TRAIN; part < SEQNET_PARTS; part++)
        if (seqnet_dataset_class_count(dataset, part, (int32_t)label))
            return true;
    return false;
}

/* The number that each of the dataset's classes has among the known ones; a class that has rows
 * must be one of them. */
static seqnet_status find_numbers(const seqnet_dataset *dataset, const sn_string_set *known,
                                  size_t *numbers, seqnet_error *err)
{
    for (size_t i = 0; i < dataset->labels.count; i++) {
        size_t length;
        const char *const name = sn_string_set_get(&dataset->labels, i, &length);
        numbers[i] = sn_string_set_find(known, name, length);
        if (numbers[i] == SIZE_MAX && has_rows_of(dataset, i))
            return sn_fail(err, SEQNET_ERR_DATA,
                           "%s: the label '%.80s' is none of the model's (%.60s, %.60s%s); "
                           "use data like that it was trained on",
                           dataset->source, name, sn_string_set_get(known, 0, NULL),
                           sn_string_set_get(known, 1, NULL), known->count > 2 ? ", ..." : "");
    }
    return SEQNET_OK;
}

static void renumber(sn_sequences *rows, const size_t *numbers)
{
    for (size_t row = 0; row < rows->count; row++)
        rows->labels[row] = (int32_t)numbers[rows->labels[row]];
}

seqnet_status sn_classes_renumber(seqnet_dataset *dataset, const sn_fixed_words *fixed,
                                  seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    sn_string_set known = {0};
    sn_label_sets sets;
    size_t *numbers = NULL;
    SN_GOTO(
        sn_classes_add(&known, (const char *const *)fixed->label_names, fixed->label_count, err));
    SN_GOTO(sn_alloc(&numbers, dataset->labels.count, sizeof *numbers, err));
    SN_GOTO(sn_classes_count(dataset, err));
    SN_GOTO(find_numbers(dataset, &known, numbers, err));
    if (dataset->multi_label) {
        SN_GOTO(sn_label_sets_copy(&sets, &dataset->sets, numbers, err));
        sn_label_sets_free(&dataset->sets);
        dataset->sets = sets;
    } else {
        renumber(&dataset->fitted, numbers);
        renumber(&dataset->tested, numbers);
    }
    sn_string_set_free(&dataset->labels);
    dataset->labels = known;
    known = (sn_string_set){0};
out:
    sn_string_set_free(&known);
    free(numbers);
    return status;
}
