#include "corpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/number.h>

#include "memory.h"
#include "utf8.h"

#include "banned.h"

/* A source on its way into a corpus. */
typedef struct intake {
    sn_corpus *corpus;
    const seqnet_record_options *options;
    const sn_label_map *map;
    bool can_skip;
    /* Numbers of the labels of the record at hand. */
    int32_t *numbers;
    size_t numbers_capacity;
} intake;

enum {
    PLACE_SIZE = 512,
    /* Of a row in the loss, which must stay finite. */
    MAX_WEIGHT = 1000000
};

/* "reviews.csv:17", or the path alone of a text that is a whole file. */
static const char *place_of(const sn_source_record *record, char place[PLACE_SIZE])
{
    if (record->line)
        (void)snprintf(place, PLACE_SIZE, "%.480s:%zu", record->path, record->line);
    else
        (void)snprintf(place, PLACE_SIZE, "%.511s", record->path);
    return place;
}

static seqnet_status unknown_label(const sn_corpus *corpus, const sn_source_record *record,
                                   const char *label, size_t length, seqnet_error *err)
{
    char place[PLACE_SIZE];
    const sn_string_set *const known = &corpus->labels;
    return sn_fail(
        err, SEQNET_ERR_DATA,
        "%s: the label '%.*s' is none of %s (%.60s%s%.60s%s); rename or drop labels "
        "with .map",
        place_of(record, place), (int)(length < 80 ? length : 80), label, corpus->labels_of,
        sn_string_set_get(known, 0, NULL), known->count > 1 ? ", " : "",
        known->count > 1 ? sn_string_set_get(known, 1, NULL) : "", known->count > 2 ? ", ..." : "");
}

/* The number of a label; where labels are fixed, another one is an error. */
static seqnet_status find_label(sn_corpus *corpus, const sn_source_record *record,
                                const char *label, size_t length, size_t *number, seqnet_error *err)
{
    char place[PLACE_SIZE];
    *number = sn_string_set_find(&corpus->labels, label, length);
    if (*number != SIZE_MAX)
        return SEQNET_OK;
    if (corpus->labels_of)
        return unknown_label(corpus, record, label, length, err);
    if (corpus->labels.count == SN_MAX_LABELS)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: there are more than %d different labels up to here; name the column "
                       "that holds the label, or merge labels with .map",
                       place_of(record, place), SN_MAX_LABELS);
    return sn_string_set_add(&corpus->labels, label, length, number, err);
}

void sn_corpus_fix_labels(sn_corpus *corpus)
{
    if (!corpus->labels_of && corpus->labels.count)
        corpus->labels_of = "the training rows'";
}

/* The same for a label of any bytes: names of classes are UTF-8 without NULs. */
static seqnet_status find_clean_label(sn_corpus *corpus, const sn_source_record *record,
                                      const char *label, size_t length, size_t *number,
                                      seqnet_error *err)
{
    char *clean;
    *number = sn_string_set_find(&corpus->labels, label, length);
    if (*number != SIZE_MAX)
        return SEQNET_OK;
    SN_TRY(sn_utf8_clean(&clean, label, length, err));
    const seqnet_status status = find_label(corpus, record, clean, strlen(clean), number, err);
    free(clean);
    return status;
}

/* The number of the record's file, of which many records may follow one another. */
static seqnet_status find_file(sn_corpus *corpus, const char *path, size_t *number,
                               seqnet_error *err)
{
    if (corpus->sources.count) {
        *number = corpus->sources.count - 1;
        if (strcmp(sn_string_set_get(&corpus->sources, *number, NULL), path) == 0)
            return SEQNET_OK;
    }
    return sn_string_set_add(&corpus->sources, path, strlen(path), number, err);
}

static seqnet_status add_text(sn_corpus *corpus, const sn_source_record *record, size_t label,
                              seqnet_error *err)
{
    size_t file;
    SN_TRY(find_file(corpus, record->path, &file, err));
    sn_text_info info = {.length = (uint32_t)record->text_length,
                         .label = (int32_t)label,
                         .source = (uint32_t)file,
                         .line = (uint32_t)record->line};
    SN_TRY(sn_text_store_add(&corpus->store, record->text, record->text_length, &info.text, err));
    return sn_texts_add(&corpus->texts[record->part], &info, (float)record->weight, err);
}

/* Refuses what the rows of a corpus cannot hold. */
static seqnet_status check_record(const sn_source_record *record, seqnet_error *err)
{
    char place[PLACE_SIZE];
    if (record->weight > MAX_WEIGHT)
        return sn_fail(err, SEQNET_ERR_DATA, "%s: the weight %g is larger than %d; correct it",
                       place_of(record, place), record->weight, MAX_WEIGHT);
    if (record->text_length > UINT32_MAX || record->line > UINT32_MAX)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: a dataset holds texts below 4 GiB from files below 2^32 lines; split "
                       "this one",
                       place_of(record, place));
    return SEQNET_OK;
}

/* The number of the record's label; *kept becomes false where the map drops it. */
static seqnet_status number_label(const intake *in, const sn_source_record *record,
                                  const seqnet_record_label *label, size_t *number, bool *kept,
                                  seqnet_error *err)
{
    const char *text = label->text;
    size_t length = label->length;
    *kept = sn_label_map_apply(in->map, &text, &length);
    return *kept ? find_clean_label(in->corpus, record, text, length, number, err) : SEQNET_OK;
}

/* The same for the set of all of its labels; a record that had none has a set of none. */
static seqnet_status number_labels(intake *in, const sn_source_record *record, size_t *number,
                                   bool *kept, seqnet_error *err)
{
    const seqnet_record_label only = {record->label, record->label_length};
    const seqnet_record_label *const labels = record->labels ? record->labels : &only;
    const size_t count = record->label ? record->label_count : 0;
    size_t used = 0;
    int32_t set;
    SN_TRY(sn_grow(&in->numbers, &in->numbers_capacity, count + 1, sizeof *in->numbers, err));
    for (size_t i = 0; i < count; i++) {
        size_t found;
        bool is_kept;
        SN_TRY(number_label(in, record, &labels[i], &found, &is_kept, err));
        if (is_kept)
            in->numbers[used++] = (int32_t)found;
    }
    *kept = used > 0 || count == 0;
    if (!*kept)
        return SEQNET_OK;
    SN_TRY(sn_label_sets_add(&in->corpus->sets, in->numbers, used, &set, err));
    *number = (size_t)set;
    return SEQNET_OK;
}

static seqnet_status add_record(intake *in, const sn_source_record *record, seqnet_error *err)
{
    sn_corpus *const corpus = in->corpus;
    const seqnet_record_label first = {record->label, record->label_length};
    size_t number = 0;
    bool kept;
    SN_TRY(check_record(record, err));
    corpus->reading.several_labels += !corpus->multi_label && record->label_count > 1;
    corpus->reading.replaced += record->replaced;
    if (record->part != SEQNET_TRAIN && corpus->texts[SEQNET_TRAIN].count)
        sn_corpus_fix_labels(corpus);
    SN_TRY(corpus->multi_label ? number_labels(in, record, &number, &kept, err)
                               : number_label(in, record, &first, &number, &kept, err));
    corpus->reading.dropped += !kept;
    return kept ? add_text(corpus, record, number, err) : SEQNET_OK;
}

/* A record that cannot be used: an error, or counted where such are skipped, but never when it
 * takes all that follows with it. */
static seqnet_status meet_problem(const intake *in, const sn_source_record *record,
                                  const seqnet_error *problem, seqnet_error *err)
{
    seqnet_reading *const reading = &in->corpus->reading;
    if (in->can_skip && in->options->problems)
        in->options->problems(in->options->problems_user, problem->message);
    if (!in->can_skip || !in->options->skip_bad || problem->status != SEQNET_ERR_DATA ||
        record->ends_input) {
        if (err)
            *err = *problem;
        return problem->status;
    }
    if (reading->bad++ == 0)
        (void)snprintf(reading->first_bad, sizeof reading->first_bad, "%.511s", problem->message);
    return SEQNET_OK;
}

static seqnet_status take_records(intake *in, sn_source *source, seqnet_error *err)
{
    for (;;) {
        sn_source_record record;
        seqnet_error problem = {0};
        bool found;
        seqnet_status status = sn_source_next(source, &record, &found, &problem);
        if (status == SEQNET_OK && !found)
            return SEQNET_OK;
        if (status == SEQNET_OK)
            status = add_record(in, &record, &problem);
        if (status != SEQNET_OK)
            SN_TRY(meet_problem(in, &record, &problem, err));
    }
}

seqnet_status sn_corpus_read(sn_corpus *corpus, sn_source *source,
                             const seqnet_record_options *options, const sn_label_map *map,
                             seqnet_error *err)
{
    intake in = {.corpus = corpus, .options = options, .map = map, .can_skip = source->can_skip};
    corpus->has_weights = corpus->has_weights || source->has_weights;
    const seqnet_status status = take_records(&in, source, err);
    free(in.numbers);
    return status;
}

/* A label's name on its way to its place. */
typedef struct named_label {
    const char *name;
    size_t length, number;
    bool is_number;
    double value;
} named_label;

static int compare_labels(const void *left, const void *right)
{
    const named_label *const a = left, *const b = right;
    if (a->is_number != b->is_number)
        return a->is_number ? -1 : 1;
    if (a->is_number && a->value != b->value)
        return a->value < b->value ? -1 : 1;
    return sn_compare_bytes(a->name, a->length, b->name, b->length);
}

/* Gives the labels of all rows their places, be it in the rows or in the sets. */
static seqnet_status renumber_rows(sn_corpus *corpus, const size_t *places, seqnet_error *err)
{
    if (corpus->multi_label) {
        sn_label_sets renamed;
        SN_TRY(sn_label_sets_copy(&renamed, &corpus->sets, places, err));
        sn_label_sets_free(&corpus->sets);
        corpus->sets = renamed;
        return SEQNET_OK;
    }
    for (size_t part = 0; part < SN_PARTS; part++)
        for (size_t row = 0; row < corpus->texts[part].count; row++) {
            int32_t *const label = &corpus->texts[part].infos[row].label;
            *label = (int32_t)places[*label];
        }
    return SEQNET_OK;
}

static seqnet_status renumber(sn_corpus *corpus, const named_label *names, size_t *places,
                              seqnet_error *err)
{
    sn_string_set sorted = {0};
    seqnet_status status = SEQNET_OK;
    for (size_t i = 0; i < corpus->labels.count; i++)
        SN_GOTO(sn_string_set_add(&sorted, names[i].name, names[i].length, &places[names[i].number],
                                  err));
    SN_GOTO(renumber_rows(corpus, places, err));
    sn_string_set_free(&corpus->labels);
    corpus->labels = sorted;
    return SEQNET_OK;
out:
    sn_string_set_free(&sorted);
    return status;
}

seqnet_status sn_corpus_sort_labels(sn_corpus *corpus, seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    const size_t count = corpus->labels.count;
    named_label *names = NULL;
    size_t *places = NULL;
    SN_GOTO(sn_alloc(&names, count, sizeof *names, err));
    SN_GOTO(sn_alloc(&places, count, sizeof *places, err));
    for (size_t i = 0; i < count; i++) {
        names[i].name = sn_string_set_get(&corpus->labels, i, &names[i].length);
        names[i].number = i;
        names[i].is_number = seqnet_parse_double(names[i].name, &names[i].value);
    }
    qsort(names, count, sizeof *names, compare_labels);
    SN_GOTO(renumber(corpus, names, places, err));
out:
    free(names);
    free(places);
    return status;
}

int32_t sn_corpus_first_label(const sn_corpus *corpus, const sn_text_info *info)
{
    if (!corpus->multi_label)
        return info->label;
    const sn_label_set set = sn_label_sets_get(&corpus->sets, info->label);
    return set.count ? set.labels[0] : -1;
}

static void move_row(sn_texts *texts, size_t from, size_t to)
{
    texts->infos[to] = texts->infos[from];
    if (texts->weights)
        texts->weights[to] = texts->weights[from];
}

seqnet_status sn_corpus_move(sn_corpus *corpus, seqnet_part from, seqnet_part to,
                             const uint8_t *chosen, seqnet_error *err)
{
    sn_texts *const texts = &corpus->texts[from];
    size_t stay = 0;
    for (size_t row = 0; row < texts->count; row++)
        if (chosen[row])
            SN_TRY(sn_texts_add(&corpus->texts[to], &texts->infos[row], sn_texts_weight(texts, row),
                                err));
    for (size_t row = 0; row < texts->count; row++)
        if (!chosen[row])
            move_row(texts, row, stay++);
    texts->count = stay;
    return SEQNET_OK;
}

seqnet_status sn_corpus_copy(sn_corpus *copy, const sn_corpus *corpus, seqnet_error *err)
{
    *copy = (sn_corpus){.has_weights = corpus->has_weights,
                        .multi_label = corpus->multi_label,
                        .reading = corpus->reading};
    seqnet_status status = SEQNET_OK;
    SN_GOTO(sn_string_set_copy(&copy->labels, &corpus->labels, err));
    SN_GOTO(sn_label_sets_copy(&copy->sets, &corpus->sets, NULL, err));
    SN_GOTO(sn_string_set_copy(&copy->sources, &corpus->sources, err));
    for (size_t part = 0; part < SN_PARTS; part++)
        for (size_t row = 0; row < corpus->texts[part].count; row++)
            SN_GOTO(sn_texts_add(&copy->texts[part], &corpus->texts[part].infos[row],
                                 sn_texts_weight(&corpus->texts[part], row), err));
out:
    if (status != SEQNET_OK)
        sn_corpus_free(copy);
    return status;
}

seqnet_status sn_corpus_own(sn_corpus *copy, seqnet_error *err)
{
    for (size_t part = 0; part < SN_PARTS; part++)
        for (size_t row = 0; row < copy->texts[part].count; row++) {
            sn_text_info *const info = &copy->texts[part].infos[row];
            SN_TRY(sn_text_store_add(&copy->store, info->text, info->length, &info->text, err));
        }
    return SEQNET_OK;
}

void sn_corpus_free(sn_corpus *corpus)
{
    for (size_t part = 0; part < SN_PARTS; part++)
        sn_texts_free(&corpus->texts[part]);
    sn_text_store_free(&corpus->store);
    sn_string_set_free(&corpus->labels);
    sn_string_set_free(&corpus->sources);
    sn_label_sets_free(&corpus->sets);
    *corpus = (sn_corpus){0};
}
