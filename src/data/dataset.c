#include "dataset.h"

#include <stdlib.h>
#include <string.h>

#include "maxima.h"
#include "memory.h"
#include "npz_write.h"
#include "pieces.h"

#include "banned.h"

/* Timesteps at most, when they are left to the longest row of ragged data. A generated text that
 * is cut may have lost what decides. */
enum { DEFAULT_MAXLEN = 500 };

_Static_assert((int)SEQNET_HASH_TEXT == (int)SN_HASH_TEXT, "a hash has one length");

void seqnet_dataset_free(seqnet_dataset *dataset)
{
    if (!dataset)
        return;
    sn_sequences_free(&dataset->fitted);
    sn_sequences_free(&dataset->tested);
    sn_sequences_free(&dataset->unlabeled);
    sn_string_set_free(&dataset->labels);
    sn_label_sets_free(&dataset->sets);
    free(dataset->class_counts);
    free(dataset->wide);
    free(dataset->prepared_from);
    sn_mapped_file_close(&dataset->mapped);
    sn_corpus_free(&dataset->corpus);
    sn_origin_free(&dataset->origin);
    sn_vocabulary_free(dataset->vocabulary);
    free(dataset->word_index_path);
    free(dataset->source);
    free(dataset->unlabeled_source);
    free(dataset->word_index_problem);
    free(dataset);
}

void sn_dataset_spill(seqnet_dataset *dataset, size_t memory)
{
    sn_spill *const spill = &dataset->spill;
    *spill = sn_spill_make(memory);
    dataset->fitted.spill = dataset->tested.spill = dataset->unlabeled.spill = spill;
    sn_corpus_spill(&dataset->corpus, spill);
}

void sn_dataset_show_parts(seqnet_dataset *dataset, size_t train_rows)
{
    const sn_rows fitted = sn_dataset_fitted_rows(dataset);
    dataset->parts[SEQNET_TRAIN] = sn_rows_slice(&fitted, 0, train_rows);
    dataset->parts[SEQNET_VALIDATION] =
        sn_rows_slice(&fitted, train_rows, fitted.count - train_rows);
    dataset->parts[SEQNET_TEST] = sn_sequences_view(&dataset->tested);
    dataset->parts[SEQNET_TEST].sets = fitted.sets;
    dataset->parts[SN_UNLABELED] = sn_sequences_view(&dataset->unlabeled);
}

seqnet_status sn_dataset_widen(seqnet_dataset *dataset, seqnet_error *err)
{
    size_t longest = 0;
    for (size_t p = 0; p < SN_TEXT_PARTS; p++)
        if (dataset->parts[p].narrow)
            longest = sn_larger(longest, sn_rows_longest(&dataset->parts[p]));
    return longest ? sn_alloc(&dataset->wide, longest, sizeof *dataset->wide, err) : SEQNET_OK;
}

void sn_dataset_show_texts(seqnet_dataset *dataset, const sn_corpus *corpus)
{
    for (size_t p = 0; p < SN_TEXT_PARTS; p++)
        dataset->parts[p].texts = corpus->texts[p].infos;
    if (dataset->tail_split && corpus->texts[SEQNET_TRAIN].count) /* one list for both */
        dataset->parts[SEQNET_VALIDATION].texts =
            corpus->texts[SEQNET_TRAIN].infos + dataset->parts[SEQNET_TRAIN].count;
}

const char *seqnet_part_name(seqnet_part part)
{
    static const char *const names[SEQNET_PARTS] = {
        [SEQNET_TRAIN] = "train", [SEQNET_TEST] = "test", [SEQNET_VALIDATION] = "validation"};
    return names[part];
}

size_t seqnet_dataset_count(const seqnet_dataset *dataset, seqnet_part part)
{
    return dataset->parts[part].count;
}

size_t seqnet_dataset_unlabeled_count(const seqnet_dataset *dataset)
{
    return dataset->unlabeled.count;
}

const int32_t *seqnet_dataset_row(const seqnet_dataset *dataset, seqnet_part part, size_t row,
                                  size_t *length, int32_t *label)
{
    const sn_rows *const rows = &dataset->parts[part];
    *length = sn_rows_length(rows, row);
    if (label) {
        size_t count;
        const int32_t *const labels = seqnet_dataset_row_labels(dataset, part, row, &count);
        *label = count ? labels[0] : -1;
    }
    return sn_rows_ids(rows, row, dataset->wide);
}

bool seqnet_dataset_is_multi_label(const seqnet_dataset *dataset)
{
    return dataset->multi_label;
}

const int32_t *seqnet_dataset_row_labels(const seqnet_dataset *dataset, seqnet_part part,
                                         size_t row, size_t *count)
{
    const sn_label_set set = sn_rows_labels(&dataset->parts[part], row);
    *count = set.count;
    return set.labels;
}

const double seqnet_quantile_shares[SEQNET_QUANTILES] = {0.0, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0};

static int compare_sizes(const void *left, const void *right)
{
    const size_t a = *(const size_t *)left, b = *(const size_t *)right;
    return (a > b) - (a < b);
}

static void count_row(seqnet_part_summary *summary, const seqnet_dataset *dataset, seqnet_part part,
                      size_t row)
{
    size_t length;
    const int32_t *const ids = seqnet_dataset_row(dataset, part, row, &length, NULL);
    summary->tokens += length;
    for (size_t i = 0; i < length; i++)
        summary->oov += ids[i] == dataset->encoding.oov_char;
}

size_t seqnet_dataset_row_words(const seqnet_dataset *dataset, seqnet_part part, size_t row,
                                size_t *unknown)
{
    size_t length, words = 0;
    const int32_t *const ids = seqnet_dataset_row(dataset, part, row, &length, NULL);
    const sn_encoding *const encoding = &dataset->encoding;
    *unknown = 0;
    for (size_t i = 0; i < length; i++) {
        const bool is_start = words == 0 && ids[i] == encoding->start_char;
        words += ids[i] != 0 && !is_start;
        *unknown += ids[i] == encoding->oov_char && !is_start;
    }
    return words;
}

seqnet_status seqnet_dataset_summarise(const seqnet_dataset *dataset, seqnet_part part,
                                       seqnet_part_summary *summary, seqnet_error *err)
{
    const size_t count = seqnet_dataset_count(dataset, part);
    *summary = (seqnet_part_summary){.count = count};
    if (count == 0)
        return SEQNET_OK;
    size_t *lengths;
    SN_TRY(sn_alloc(&lengths, count, sizeof *lengths, err));
    for (size_t row = 0; row < count; row++) {
        lengths[row] = sn_rows_length(&dataset->parts[part], row);
        count_row(summary, dataset, part, row);
    }
    qsort(lengths, count, sizeof *lengths, compare_sizes);
    for (size_t q = 0; q < SEQNET_QUANTILES; q++)
        summary->quantiles[q] =
            lengths[(size_t)(seqnet_quantile_shares[q] * (double)(count - 1) + 0.5)];
    summary->min_length = lengths[0];
    summary->median_length = lengths[count / 2];
    summary->max_length = lengths[count - 1];
    summary->mean_length = (double)summary->tokens / (double)count;
    free(lengths);
    return SEQNET_OK;
}

double seqnet_dataset_validation_split(const seqnet_dataset *dataset)
{
    return dataset->validation_split;
}

size_t seqnet_dataset_id_count(const seqnet_dataset *dataset)
{
    return (size_t)dataset->encoding.id_count;
}

size_t seqnet_dataset_width(const seqnet_dataset *dataset)
{
    return dataset->width;
}

size_t seqnet_dataset_class_count(const seqnet_dataset *dataset, seqnet_part part, int32_t label)
{
    return dataset->class_counts[(size_t)part * dataset->labels.count + (size_t)label];
}

const seqnet_reader_options *seqnet_dataset_reader_options(const seqnet_dataset *dataset)
{
    return dataset->origin.has_records ? &dataset->origin.reading.options : NULL;
}

bool seqnet_dataset_is_training_data(const seqnet_dataset *dataset)
{
    return dataset->is_training_data;
}

const seqnet_reading *seqnet_dataset_reading(const seqnet_dataset *dataset)
{
    return &dataset->reading;
}

/* The number of a further field among the columns, with those of text and label between them. */
static size_t column_of(const sn_columns *columns, size_t field)
{
    const bool text_first = columns->text < columns->label;
    const size_t first = text_first ? columns->text : columns->label;
    const size_t second = text_first ? columns->label : columns->text;
    field += field >= first;
    return field + (field >= second);
}

size_t seqnet_dataset_field_count(const seqnet_dataset *dataset)
{
    const sn_columns *const columns = &dataset->corpus.columns;
    return columns->are_known ? columns->names.count - 2 : 0;
}

const char *seqnet_dataset_field_name(const seqnet_dataset *dataset, size_t field)
{
    const sn_columns *const columns = &dataset->corpus.columns;
    return sn_string_set_get(&columns->names, column_of(columns, field), NULL);
}

size_t seqnet_dataset_find_field(const seqnet_dataset *dataset, const char *name)
{
    for (size_t field = 0; field < seqnet_dataset_field_count(dataset); field++)
        if (strcmp(seqnet_dataset_field_name(dataset, field), name) == 0)
            return field;
    return SIZE_MAX;
}

/* Appends the text of a row's field, and a NUL. */
static seqnet_status add_field_text(const sn_text_info *info, size_t column, sn_buffer *text,
                                    seqnet_error *err)
{
    size_t size, at = 0;
    const char *const fields = sn_corpus_fields(info->text, info->length, &size);
    sn_field found;
    while (sn_field_next(&found, fields, size, &at))
        if (found.column == column)
            SN_TRY(sn_field_add_text(text, &found, err));
    return sn_buffer_add_byte(text, '\0', err);
}

seqnet_status seqnet_dataset_row_field(const seqnet_dataset *dataset, seqnet_part part, size_t row,
                                       size_t field, char **text, size_t *length, seqnet_error *err)
{
    const size_t column = column_of(&dataset->corpus.columns, field);
    sn_buffer buffer = {0};
    const seqnet_status status =
        add_field_text(&dataset->corpus.texts[part].infos[row], column, &buffer, err);
    if (status != SEQNET_OK)
        sn_buffer_free(&buffer);
    *text = buffer.bytes;
    *length = status == SEQNET_OK ? buffer.length - 1 : 0;
    return status;
}

bool seqnet_dataset_is_text(const seqnet_dataset *dataset)
{
    return dataset->from_text;
}

const char *seqnet_dataset_prepared_from(const seqnet_dataset *dataset)
{
    return dataset->prepared_from;
}

bool seqnet_dataset_has_own_validation(const seqnet_dataset *dataset)
{
    return dataset->own_validation;
}

bool seqnet_dataset_is_drawn_with(const seqnet_dataset *dataset, uint64_t seed)
{
    const sn_origin *const origin = &dataset->origin;
    const bool is_drawn = origin->test_split > 0.0 || origin->validation_split > 0.0;
    return !is_drawn || sn_dataset_divides_itself(dataset) || origin->seed == seed;
}

size_t seqnet_dataset_spilled(const seqnet_dataset *dataset)
{
    return dataset->spill.most_filed;
}

bool seqnet_dataset_is_builtin(const seqnet_dataset *dataset)
{
    return dataset->is_generated;
}

size_t seqnet_dataset_known_words(const seqnet_dataset *dataset)
{
    const int64_t ids = (int64_t)dataset->encoding.id_count - dataset->encoding.index_from - 1;
    const size_t words = seqnet_dataset_vocabulary_size(dataset);
    return ids < 0 ? 0 : (size_t)ids < words ? (size_t)ids : words;
}

const char *seqnet_dataset_text(const seqnet_dataset *dataset, seqnet_part part, size_t row,
                                size_t *length, const char **source, size_t *line)
{
    const sn_texts *const texts = &dataset->corpus.texts[part];
    if (row >= texts->count)
        return NULL;
    const sn_text_info *const info = &texts->infos[row];
    if (source)
        *source = sn_string_set_get(&dataset->corpus.sources, info->source, NULL);
    if (line)
        *line = info->line;
    return sn_texts_get(texts, row, length);
}

size_t seqnet_dataset_label_count(const seqnet_dataset *dataset)
{
    return dataset->labels.count;
}

const char *seqnet_dataset_label_name(const seqnet_dataset *dataset, int32_t label)
{
    return sn_string_set_get(&dataset->labels, (size_t)label, NULL);
}

const char *seqnet_dataset_word(const seqnet_dataset *dataset, int32_t id, size_t *length)
{
    return sn_encoding_word(&dataset->encoding, dataset->vocabulary, id, length);
}

size_t seqnet_dataset_vocabulary_size(const seqnet_dataset *dataset)
{
    return dataset->vocabulary ? sn_vocabulary_size(dataset->vocabulary) : 0;
}

const char *seqnet_dataset_word_index_path(const seqnet_dataset *dataset)
{
    return dataset->word_index_path;
}

const char *seqnet_dataset_word_index_problem(const seqnet_dataset *dataset)
{
    return dataset->word_index_problem;
}

size_t seqnet_dataset_padded_length(const seqnet_dataset *dataset, seqnet_part part,
                                    const seqnet_pad_options *options)
{
    return options->maxlen ? options->maxlen : sn_rows_longest(&dataset->parts[part]);
}

size_t seqnet_dataset_default_maxlen(const seqnet_dataset *dataset)
{
    const sn_rows rows = sn_dataset_given_rows(dataset);
    const size_t length = sn_rows_longest(&rows);
    const bool keeps_all = dataset->width || seqnet_dataset_is_builtin(dataset);
    return sn_larger(1, sn_smaller(length, keeps_all ? SN_MAX_TIME : DEFAULT_MAXLEN));
}

/* Negative and positive, which an .npz need not name. */
static bool has_usual_labels(const seqnet_dataset *dataset)
{
    return dataset->labels.count == 2 &&
           strcmp(seqnet_dataset_label_name(dataset, 0), "negative") == 0 &&
           strcmp(seqnet_dataset_label_name(dataset, 1), "positive") == 0;
}

seqnet_status seqnet_dataset_write_padded(const seqnet_dataset *dataset,
                                          const seqnet_pad_options *options, const char *path,
                                          bool *replaced, seqnet_error *err)
{
    if (dataset->parts[SEQNET_VALIDATION].count)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%s: an .npz has a train and a test part only; leave the validation part "
                       "out, or write another format",
                       path);
    if (dataset->multi_label)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%s: an .npz has one label a row; choose .jsonl or .ft (fastText), or leave "
                       ".multi_label out",
                       path);
    const size_t maxlens[2] = {seqnet_dataset_padded_length(dataset, SEQNET_TRAIN, options),
                               seqnet_dataset_padded_length(dataset, SEQNET_TEST, options)};
    return sn_npz_write_padded(path, dataset->parts, maxlens, options->padding, options->truncating,
                               has_usual_labels(dataset) ? NULL : &dataset->labels, replaced, err);
}

static void hash_rows(sn_hasher *hasher, const sn_rows *rows, int32_t *wide)
{
    sn_hasher_add_number(hasher, rows->count);
    for (size_t row = 0; row < rows->count; row++) {
        const size_t length = sn_rows_length(rows, row);
        sn_hasher_add_number(hasher, length);
        sn_hasher_add(hasher, sn_rows_ids(rows, row, wide), length * sizeof *rows->ids);
        const sn_label_set set = sn_rows_labels(rows, row);
        if (rows->sets)
            sn_hasher_add_number(hasher, set.count);
        sn_hasher_add(hasher, set.labels, set.count * sizeof *set.labels);
    }
}

/* The rows as the data came with them: a tail split leaves the hash as it is. */
seqnet_status seqnet_dataset_hash(const seqnet_dataset *dataset, char hash[SEQNET_HASH_TEXT],
                                  seqnet_error *err)
{
    sn_hasher hasher;
    const sn_rows train = sn_dataset_given_rows(dataset);
    const sn_rows *const validation = &dataset->parts[SEQNET_VALIDATION];
    SN_TRY(sn_hasher_begin(&hasher, err));
    hash_rows(&hasher, &train, dataset->wide);
    hash_rows(&hasher, &dataset->parts[SEQNET_TEST], dataset->wide);
    if (validation->count && !dataset->tail_split)
        hash_rows(&hasher, validation, dataset->wide);
    if (dataset->unlabeled.count)
        hash_rows(&hasher, &dataset->parts[SN_UNLABELED], dataset->wide);
    sn_hasher_end(&hasher, hash);
    return SEQNET_OK;
}
