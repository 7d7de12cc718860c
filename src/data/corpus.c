#include "corpus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/number.h>

#include "foreign_label.h"
#include "memory.h"
#include "utf8.h"

#include "banned.h"

/* A source on its way into a corpus. */
typedef struct intake {
    sn_corpus *corpus;
    const seqnet_record_options *options;
    sn_label_map *map;
    bool can_skip;
    /* NULL: the rows are not hashed, since they are not those of DATA. */
    sn_hasher *hasher;
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

/* The number of a label; where labels are fixed, another one is an error. */
static seqnet_status find_label(sn_corpus *corpus, const sn_source_record *record,
                                const char *label, size_t length, size_t *number, seqnet_error *err)
{
    char place[PLACE_SIZE];
    *number = sn_string_set_find(&corpus->labels, label, length);
    if (*number != SIZE_MAX)
        return SEQNET_OK;
    if (corpus->labels_of) {
        SN_TRY(sn_foreign_label_count(&corpus->foreign, &corpus->reading, label, length, err));
        return sn_foreign_label_refuse(&corpus->labels, corpus->labels_of, place_of(record, place),
                                       label, length, err);
    }
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

/* The same for a label of any bytes: names of classes are UTF-8 without NULs, and replacing what is
 * none could make two labels one. */
static seqnet_status find_clean_label(sn_corpus *corpus, const sn_source_record *record,
                                      const char *label, size_t length, size_t *number,
                                      seqnet_error *err)
{
    char place[PLACE_SIZE];
    *number = sn_string_set_find(&corpus->labels, label, length);
    if (*number != SIZE_MAX)
        return SEQNET_OK;
    if (sn_utf8_is_clean(label, length))
        return find_label(corpus, record, label, length, number, err);
    return sn_fail(err, SEQNET_ERR_DATA, "%s: the label '%.*s' is not UTF-8; rename it",
                   place_of(record, place), (int)(length < 80 ? length : 80), label);
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

static void hash_text(sn_hasher *hasher, const char *text, size_t length)
{
    sn_hasher_add_number(hasher, length);
    sn_hasher_add(hasher, text, length);
}

/* All labels of a record; `only` becomes its only one where they are no list. */
static const seqnet_record_label *labels_of(const sn_source_record *record,
                                            seqnet_record_label *only, size_t *count)
{
    *only = (seqnet_record_label){record->label, record->label_length};
    *count = !record->label ? 0 : record->labels ? record->label_count : 1;
    return record->labels ? record->labels : only;
}

/* Hashes a row: its labels as the map leaves them, in the order of the record, whatever their
 * numbers are. */
static void hash_row(const intake *in, const sn_source_record *record)
{
    seqnet_record_label only;
    size_t count;
    const seqnet_record_label *const labels = labels_of(record, &only, &count);
    count = in->corpus->multi_label || !count ? count : 1; /* the first one counts */
    sn_hasher_add_number(in->hasher, (size_t)record->part);
    for (size_t i = 0; i < count; i++) {
        const char *label = labels[i].text;
        size_t length = labels[i].length;
        if (sn_label_map_apply(in->map, &label, &length))
            hash_text(in->hasher, label, length);
    }
    hash_text(in->hasher, record->text, record->text_length);
}

void sn_corpus_spill(sn_corpus *corpus, sn_spill *spill)
{
    corpus->store.spill = spill;
    for (size_t part = 0; part < SN_TEXT_PARTS; part++)
        corpus->texts[part].spill = spill;
}

const char *sn_corpus_fields(const char *text, size_t text_length, size_t *length)
{
    memcpy(length, text + text_length, sizeof *length);
    return text + text_length + sizeof *length;
}

/* Stores a text with its fields behind it. */
static seqnet_status store_with_fields(sn_corpus *corpus, const sn_source_record *record,
                                       const char **text, seqnet_error *err)
{
    sn_buffer *const both = &corpus->scratch;
    const size_t length = record->fields_length;
    both->length = 0;
    SN_TRY(sn_buffer_add(both, record->text, record->text_length, err));
    SN_TRY(sn_buffer_add(both, &length, sizeof length, err));
    SN_TRY(sn_buffer_add(both, record->fields, length, err));
    return sn_text_store_add(&corpus->store, both->bytes, both->length, text, err);
}

static seqnet_status store_text(const intake *in, const sn_source_record *record, const char **text,
                                seqnet_error *err)
{
    sn_corpus *const corpus = in->corpus;
    if (in->options->keep_fields)
        return store_with_fields(corpus, record, text, err);
    return sn_text_store_add(&corpus->store, record->text, record->text_length, text, err);
}

static seqnet_status add_text(const intake *in, const sn_source_record *record, size_t label,
                              seqnet_error *err)
{
    sn_corpus *const corpus = in->corpus;
    size_t file;
    if (in->hasher)
        hash_row(in, record);
    SN_TRY(find_file(corpus, record->path, &file, err));
    sn_text_info info = {.length = (uint32_t)record->text_length,
                         .label = (int32_t)label,
                         .source = (uint32_t)file,
                         .line = (uint32_t)record->line};
    SN_TRY(store_text(in, record, &info.text, err));
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

/* Whether a text has a letter of ASCII or any character beyond it. */
static bool has_letter(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        const char small = (char)(text[i] | 0x20);
        if ((small >= 'a' && small <= 'z') || (unsigned char)text[i] >= 0x80)
            return true;
    }
    return false;
}

/* Counts what is irregular about a record, and keeps the place where it was met first. */
static void count_irregular(seqnet_reading *reading, const sn_source_record *record,
                            bool multi_label)
{
    seqnet_tally_add(&reading->invalid, record->invalid, record->path, record->line);
    seqnet_tally_add(&reading->replaced, record->replaced, record->path, record->line);
    seqnet_tally_add(&reading->swallowed, record->swallowed, record->path, record->line);
    reading->several_labels += !multi_label && record->label_count > 1;
    reading->trimmed += record->is_trimmed;
    reading->wordless += record->text_length && !has_letter(record->text, record->text_length);
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
    seqnet_record_label only;
    size_t count, used = 0;
    const seqnet_record_label *const labels = labels_of(record, &only, &count);
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

/* Adds a text without a label, unless it is blank: then it tells nothing. */
static seqnet_status add_unlabeled(const intake *in, const sn_source_record *record,
                                   seqnet_error *err)
{
    const char *text = record->text;
    size_t length = record->text_length;
    sn_utf8_trim(&text, &length);
    return length ? add_text(in, record, 0, err) : SEQNET_OK;
}

static seqnet_status add_record(intake *in, const sn_source_record *record, seqnet_error *err)
{
    sn_corpus *const corpus = in->corpus;
    const seqnet_record_label first = {record->label, record->label_length};
    size_t number = 0;
    bool kept;
    SN_TRY(check_record(record, err));
    if ((int)record->part == SN_UNLABELED)
        return add_unlabeled(in, record, err);
    count_irregular(&corpus->reading, record, corpus->multi_label);
    if (record->part != SEQNET_TRAIN && corpus->texts[SEQNET_TRAIN].count)
        sn_corpus_fix_labels(corpus);
    SN_TRY(corpus->multi_label ? number_labels(in, record, &number, &kept, err)
                               : number_label(in, record, &first, &number, &kept, err));
    corpus->reading.dropped += !kept;
    return kept ? add_text(in, record, number, err) : SEQNET_OK;
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

/* Adds what a source tells to what earlier ones told. */
static void note_left_out(seqnet_reading *reading, const sn_source *source)
{
    const size_t used = strlen(reading->left_out);
    if (source->left_out && *source->left_out)
        (void)snprintf(reading->left_out + used, sizeof reading->left_out - used, "%s%s",
                       used ? "; " : "", source->left_out);
}

/* Tells how much of a source's file is read, if somebody asks. */
static void tell_progress(const intake *in, const sn_source *source, size_t records, bool is_last)
{
    enum { RECORDS = 256 };
    if (!in->options->progress || !source->reader || (!is_last && records % RECORDS))
        return;
    const size_t size = seqnet_reader_size(source->reader);
    in->options->progress(is_last ? size : seqnet_reader_position(source->reader), size,
                          records - is_last);
}

static seqnet_status pull(intake *in, sn_source *source, seqnet_error *err)
{
    for (size_t records = 1;; records++) {
        sn_source_record record;
        seqnet_error problem = {0};
        bool found;
        seqnet_status status = sn_source_next(source, &record, &found, &problem);
        tell_progress(in, source, records, status == SEQNET_OK && !found);
        if (status == SEQNET_OK && !found) {
            note_left_out(&in->corpus->reading, source);
            return SEQNET_OK;
        }
        if (status == SEQNET_OK)
            status = add_record(in, &record, &problem);
        if (status != SEQNET_OK)
            SN_TRY(meet_problem(in, &record, &problem, err));
    }
}

/* Keeps how the first source with records was read: DATA. */
static seqnet_status note_origin(sn_corpus *corpus, const sn_source *source, seqnet_error *err)
{
    const char *const remark = source->reader ? seqnet_reader_remark(source->reader) : NULL;
    if (source->is_unlabeled)
        return SEQNET_OK;
    corpus->reading.blank += source->blank;
    corpus->reading.headers += source->headers;
    if (!source->reader || corpus->origin.has_records)
        return SEQNET_OK;
    if (remark)
        (void)snprintf(corpus->reading.remark, sizeof corpus->reading.remark, "%.511s", remark);
    SN_TRY(sn_kept_options_copy(&corpus->origin.reading, seqnet_reader_found(source->reader), err));
    corpus->origin.has_records = true;
    return SEQNET_OK;
}

seqnet_status sn_corpus_read(sn_corpus *corpus, sn_source *source,
                             const seqnet_record_options *options, sn_label_map *map,
                             seqnet_error *err)
{
    sn_hasher hasher;
    const bool is_first = !corpus->origin.hash[0];
    intake in = {.corpus = corpus,
                 .options = options,
                 .map = map,
                 .can_skip = source->can_skip,
                 .hasher = is_first ? &hasher : NULL};
    source->columns = options->keep_fields ? &corpus->columns : NULL;
    corpus->has_weights = corpus->has_weights || source->has_weights;
    if (is_first)
        SN_TRY(sn_hasher_begin(&hasher, err));
    const seqnet_status status = pull(&in, source, err);
    free(in.numbers);
    if (is_first)
        sn_hasher_end(&hasher, corpus->origin.hash);
    return status == SEQNET_OK ? note_origin(corpus, source, err) : status;
}

seqnet_status sn_origin_copy(sn_origin *copy, const sn_origin *origin, seqnet_error *err)
{
    *copy = *origin;
    copy->map = NULL;
    copy->reading = (sn_kept_options){0};
    if (origin->has_records)
        SN_TRY(sn_kept_options_copy(&copy->reading, &origin->reading.options, err));
    return origin->map ? sn_copy_string(&copy->map, origin->map, strlen(origin->map), err)
                       : SEQNET_OK;
}

void sn_origin_free(sn_origin *origin)
{
    sn_kept_options_free(&origin->reading);
    free(origin->map);
    *origin = (sn_origin){0};
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
    sn_spill *const spill = copy->store.spill;
    *copy = (sn_corpus){.has_weights = corpus->has_weights,
                        .multi_label = corpus->multi_label,
                        .reading = corpus->reading};
    sn_corpus_spill(copy, spill);
    seqnet_status status = SEQNET_OK;
    SN_GOTO(sn_string_set_copy(&copy->labels, &corpus->labels, err));
    SN_GOTO(sn_label_sets_copy(&copy->sets, &corpus->sets, NULL, err));
    SN_GOTO(sn_string_set_copy(&copy->sources, &corpus->sources, err));
    SN_GOTO(sn_origin_copy(&copy->origin, &corpus->origin, err));
    for (size_t part = 0; part < SN_TEXT_PARTS; part++)
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
    for (size_t part = 0; part < SN_TEXT_PARTS; part++)
        for (size_t row = 0; row < copy->texts[part].count; row++) {
            sn_text_info *const info = &copy->texts[part].infos[row];
            SN_TRY(sn_text_store_add(&copy->store, info->text, info->length, &info->text, err));
        }
    return SEQNET_OK;
}

void sn_corpus_free(sn_corpus *corpus)
{
    for (size_t part = 0; part < SN_TEXT_PARTS; part++)
        sn_texts_free(&corpus->texts[part]);
    sn_text_store_free(&corpus->store);
    sn_string_set_free(&corpus->labels);
    sn_string_set_free(&corpus->sources);
    sn_string_set_free(&corpus->foreign);
    sn_origin_free(&corpus->origin);
    sn_columns_free(&corpus->columns);
    sn_buffer_free(&corpus->scratch);
    sn_label_sets_free(&corpus->sets);
    *corpus = (sn_corpus){0};
}
