#include "classes.h"

#include <stdlib.h>
#include <string.h>

#include <seqnet/number.h>

#include "buffer.h"
#include "label_key.h"
#include "memory.h"

#include "banned.h"

/* How many labels, or groups of them, findings show. */
enum { SHOWN_GROUPS = 3 };

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

/* The rows of a class in all parts. */
static size_t count_rows(const seqnet_dataset *dataset, size_t label)
{
    size_t rows = 0;
    for (seqnet_part part = SEQNET_TRAIN; part < SEQNET_PARTS; part++)
        rows += seqnet_dataset_class_count(dataset, part, (int32_t)label);
    return rows;
}

/* Lists of labels and rules under way. */
typedef struct label_lists {
    sn_buffer same, same_map, missing, missing_map;
    /* Groups of labels in `same`, which shows the first few. */
    size_t groups, missing_count;
} label_lists;

static seqnet_status add_to_rule(sn_buffer *map, const seqnet_dataset *dataset, size_t label,
                                 seqnet_error *err)
{
    size_t length;
    const char *const name = sn_string_set_get(&dataset->labels, label, &length);
    return sn_label_map_spell(map, name, length, err);
}

static seqnet_status add_shown(sn_buffer *list, const char *between, const seqnet_dataset *dataset,
                               size_t label, seqnet_error *err)
{
    return sn_buffer_format(list, err, "%s'%.80s' (%zu)", list->length ? between : "",
                            sn_string_set_get(&dataset->labels, label, NULL),
                            count_rows(dataset, label));
}

static seqnet_status add_missing(label_lists *lists, const seqnet_dataset *dataset, size_t label,
                                 seqnet_error *err)
{
    if (lists->missing_count++ < SHOWN_GROUPS)
        SN_TRY(add_shown(&lists->missing, ", ", dataset, label, err));
    if (lists->missing_map.length)
        SN_TRY(sn_buffer_add_byte(&lists->missing_map, ',', err));
    return add_to_rule(&lists->missing_map, dataset, label, err);
}

/* Adds the labels of a group, of which the one with most rows is what the others are to become. */
static seqnet_status add_group(label_lists *lists, const seqnet_dataset *dataset,
                               const size_t *groups, size_t group, seqnet_error *err)
{
    size_t best = SIZE_MAX;
    const char *between = ", ";
    const size_t count = dataset->labels.count;
    for (size_t i = 0; i < count; i++)
        if (groups[i] == group &&
            (best == SIZE_MAX || count_rows(dataset, i) > count_rows(dataset, best)))
            best = i;
    if (lists->same_map.length)
        SN_TRY(sn_buffer_add_byte(&lists->same_map, ';', err));
    const size_t begin = lists->same_map.length;
    for (size_t i = 0; i < count; i++) {
        if (groups[i] != group)
            continue;
        if (lists->groups < SHOWN_GROUPS)
            SN_TRY(add_shown(&lists->same, between, dataset, i, err));
        between = " and ";
        if (i == best)
            continue;
        if (lists->same_map.length > begin)
            SN_TRY(sn_buffer_add_byte(&lists->same_map, ',', err));
        SN_TRY(add_to_rule(&lists->same_map, dataset, i, err));
    }
    lists->groups++;
    SN_TRY(sn_buffer_add_byte(&lists->same_map, '=', err));
    return add_to_rule(&lists->same_map, dataset, best, err);
}

/* Gives the labels that are meant to be the same the same group; keys holds each key once. */
static seqnet_status group_labels(const seqnet_dataset *dataset, sn_string_set *keys,
                                  size_t *groups, size_t *sizes, seqnet_error *err)
{
    for (size_t i = 0; i < dataset->labels.count; i++) {
        size_t length;
        char *key;
        const char *const name = sn_string_set_get(&dataset->labels, i, &length);
        SN_TRY(sn_label_key(&key, name, length, err));
        const seqnet_status status = sn_string_set_add(keys, key, strlen(key), &groups[i], err);
        free(key);
        SN_TRY(status);
        sizes[groups[i]] += has_rows_of(dataset, i);
    }
    return SEQNET_OK;
}

static seqnet_status list_labels(label_lists *lists, const seqnet_dataset *dataset,
                                 const sn_string_set *keys, const size_t *groups,
                                 const size_t *sizes, seqnet_error *err)
{
    for (size_t i = 0; i < dataset->labels.count; i++)
        if (sn_label_key_is_missing(sn_string_set_get(keys, groups[i], NULL)))
            SN_TRY(add_missing(lists, dataset, i, err));
    for (size_t group = 0; group < keys->count; group++)
        if (sizes[group] > 1 && !sn_label_key_is_missing(sn_string_set_get(keys, group, NULL)))
            SN_TRY(add_group(lists, dataset, groups, group, err));
    if (lists->groups > SHOWN_GROUPS)
        SN_TRY(sn_buffer_add_text(&lists->same, ", ...", err));
    if (lists->missing_count > SHOWN_GROUPS)
        SN_TRY(sn_buffer_add_text(&lists->missing, ", ...", err));
    return lists->missing_map.length ? sn_buffer_add_byte(&lists->missing_map, '=', err)
                                     : SEQNET_OK;
}

/* Whether a label is a date or a time: digits with - / : between them. */
static bool is_date(const char *label)
{
    bool has_mark = false;
    for (size_t i = 0; label[i]; i++) {
        const bool is_digit = label[i] >= '0' && label[i] <= '9';
        if (!is_digit && (i == 0 || !strchr("-/:. T", label[i])))
            return false;
        has_mark = has_mark || (!is_digit && label[i] != '.');
    }
    return has_mark;
}

/* Whether the labels are numbers, many of them with few rows each, or dates. */
static bool is_quantity(const seqnet_dataset *dataset)
{
    enum { MANY = 20, FEW_ROWS = 4 };
    size_t rows = 0, dates = 0;
    for (size_t i = 0; i < dataset->labels.count; i++) {
        double value;
        const char *const label = sn_string_set_get(&dataset->labels, i, NULL);
        const bool counts_as_date = is_date(label);
        if (!counts_as_date && !seqnet_parse_double(label, &value))
            return false;
        dates += counts_as_date;
        rows += count_rows(dataset, i);
    }
    const size_t labels = dataset->labels.count;
    return labels >= MANY && (2 * dates > labels || rows < FEW_ROWS * labels);
}

/* Whether labels are lists that were not cut. */
static bool is_joined(const seqnet_dataset *dataset)
{
    size_t lists = 0;
    for (size_t i = 0; i < dataset->sets.count; i++)
        if (sn_label_sets_get(&dataset->sets, (int32_t)i).count > 1)
            return false;
    for (size_t i = 0; i < dataset->labels.count; i++)
        lists += strpbrk(sn_string_set_get(&dataset->labels, i, NULL), ";,|") != NULL;
    return dataset->multi_label && 2 * lists > dataset->labels.count;
}

static seqnet_status take_list(sn_buffer *list, char **text, seqnet_error *err)
{
    return list->length ? sn_buffer_take(list, text, err) : SEQNET_OK;
}

static seqnet_status take_lists(label_lists *lists, seqnet_label_findings *findings,
                                seqnet_error *err)
{
    SN_TRY(take_list(&lists->same, &findings->same, err));
    SN_TRY(take_list(&lists->same_map, &findings->same_map, err));
    SN_TRY(take_list(&lists->missing, &findings->missing, err));
    return take_list(&lists->missing_map, &findings->missing_map, err);
}

seqnet_status seqnet_dataset_check_labels(const seqnet_dataset *dataset,
                                          seqnet_label_findings *findings, seqnet_error *err)
{
    sn_string_set keys = {0};
    label_lists lists = {0};
    size_t *groups = NULL, *sizes = NULL;
    seqnet_status status = SEQNET_OK;
    *findings = (seqnet_label_findings){.is_quantity = is_quantity(dataset),
                                        .is_joined = is_joined(dataset)};
    SN_GOTO(sn_alloc(&groups, dataset->labels.count, sizeof *groups, err));
    SN_GOTO(sn_alloc(&sizes, dataset->labels.count, sizeof *sizes, err));
    SN_GOTO(group_labels(dataset, &keys, groups, sizes, err));
    SN_GOTO(list_labels(&lists, dataset, &keys, groups, sizes, err));
    SN_GOTO(take_lists(&lists, findings, err));
out:
    free(groups);
    free(sizes);
    sn_string_set_free(&keys);
    sn_buffer_free(&lists.same);
    sn_buffer_free(&lists.same_map);
    sn_buffer_free(&lists.missing);
    sn_buffer_free(&lists.missing_map);
    return status;
}

void seqnet_label_findings_free(seqnet_label_findings *findings)
{
    free(findings->same);
    free(findings->same_map);
    free(findings->missing);
    free(findings->missing_map);
    *findings = (seqnet_label_findings){0};
}
