#include "dataset.h"

#include <stdlib.h>
#include <string.h>

#include "demo.h"
#include "file.h"
#include "imdb.h"
#include "memory.h"
#include "npz.h"
#include "npz_write.h"
#include "pad.h"
#include "word_index.h"

#include "banned.h"

seqnet_dataset_options seqnet_dataset_options_default(void)
{
    return (seqnet_dataset_options){.num_words = 10000,
                                    .skip_top = 0,
                                    .drop_longer = 0,
                                    .shuffle_seed = 113,
                                    .start_char = 1,
                                    .oov_char = 2,
                                    .index_from = 3,
                                    .word_index = NULL};
}

const char *seqnet_dataset_options_check(const seqnet_dataset_options *options)
{
    if (options->num_words < 0 || options->num_words > INT32_MAX)
        return "num_words must be 0 (all) or a positive 32-bit number";
    if (options->skip_top < 0 || options->skip_top > INT32_MAX)
        return "skip_top must be a 32-bit number of at least 0";
    if (options->drop_longer < 0)
        return "drop_longer must be at least 0";
    if (options->index_from < 0 || options->index_from > SN_MAX_ID)
        return "index_from must be from 0 to 2^30";
    if (options->start_char < SEQNET_ID_NONE || options->start_char > SN_MAX_ID ||
        options->oov_char < SEQNET_ID_NONE || options->oov_char > SN_MAX_ID)
        return "start_char and oov_char must be ids below 2^30 or SEQNET_ID_NONE";
    if (options->num_words &&
        (options->oov_char >= options->num_words || options->start_char >= options->num_words))
        return "num_words must be greater than the start and out-of-vocabulary ids (3 or more)";
    return NULL;
}

/* ids of 2-D data go into an embedding as they are: they must be below num_words. */
static seqnet_status check_final_ids(const seqnet_dataset *dataset, const char *place,
                                     seqnet_error *err)
{
    static const char *const names[2] = {"x_train", "x_test"};
    for (size_t p = 0; p < 2; p++)
        for (size_t row = 0; row < dataset->parts[p].count; row++) {
            size_t length;
            const int32_t *const ids =
                seqnet_dataset_row(dataset, (seqnet_part)p, row, &length, NULL);
            for (size_t i = 0; i < length; i++)
                if (ids[i] >= dataset->encoding.id_count)
                    return sn_fail(err, SEQNET_ERR_DATA,
                                   "%s: %s row %zu holds id %d, outside 0 to %d; the ids of a 2-D "
                                   "array are final, choose --num-words to fit them",
                                   place, names[p], row, ids[i], dataset->encoding.id_count - 1);
        }
    return SEQNET_OK;
}

static int32_t largest_of(const sn_sequences *rows)
{
    int32_t largest = 0;
    for (size_t i = 0; rows->count && i < rows->offsets[rows->count]; i++)
        largest = rows->ids[i] > largest ? rows->ids[i] : largest;
    return largest;
}

static seqnet_status take_final_ids(seqnet_dataset *dataset, sn_npz *npz, const char *place,
                                    const seqnet_dataset_options *options, seqnet_error *err)
{
    dataset->parts[SEQNET_TRAIN] = npz->train;
    dataset->parts[SEQNET_TEST] = npz->test;
    npz->train = npz->test = (sn_sequences){0};
    dataset->final_ids = true;
    dataset->width = npz->width;
    const int32_t train = largest_of(&dataset->parts[SEQNET_TRAIN]);
    const int32_t test = largest_of(&dataset->parts[SEQNET_TEST]);
    const int32_t largest = train > test ? train : test;
    const int32_t special = sn_largest_special_id(options);
    const int64_t present = (int64_t)(largest > special ? largest : special) + 1;
    dataset->encoding =
        (sn_encoding){.id_count = (int32_t)(options->num_words ? options->num_words : present),
                      .skip_top = (int32_t)options->skip_top,
                      .start_char = options->start_char,
                      .oov_char = options->oov_char,
                      .index_from = options->index_from};
    return check_final_ids(dataset, place, err);
}

static seqnet_status load_npz(seqnet_dataset *dataset, const sn_bytes *bytes, const char *place,
                              const seqnet_dataset_options *options, seqnet_error *err)
{
    sn_npz npz = {0};
    SN_TRY(sn_npz_read(&npz, bytes, place, err));
    const seqnet_status status =
        npz.final_ids
            ? take_final_ids(dataset, &npz, place, options, err)
            : sn_imdb_load_data(dataset->parts, &dataset->encoding, &npz, options, place, err);
    sn_npz_free(&npz);
    return status;
}

static seqnet_status load_word_index(seqnet_dataset *dataset, const char *data,
                                     const seqnet_dataset_options *options, seqnet_error *err)
{
    const char *const given = options->word_index;
    if (given)
        SN_TRY(sn_copy_string(&dataset->word_index_path, given, strlen(given), err));
    else
        SN_TRY(sn_word_index_find(&dataset->word_index_path, data, err));
    if (!dataset->word_index_path)
        return SEQNET_OK;
    return sn_word_index_read(&dataset->vocabulary, dataset->word_index_path, err);
}

static seqnet_status load_file(seqnet_dataset *dataset, const char *data, bool wants_words,
                               const seqnet_dataset_options *options, seqnet_error *err)
{
    sn_bytes bytes;
    SN_TRY(sn_bytes_open(&bytes, data, SEQNET_ERR_DATA, err));
    seqnet_status status;
    if (sn_npz_recognise(&bytes))
        status = load_npz(dataset, &bytes, data, options, err);
    else
        status = sn_fail(err, SEQNET_ERR_DATA,
                         "%s: is not a zip archive, so not a Keras .npz; pass a .npz such as "
                         "imdb.npz, or builtin:demo",
                         data);
    sn_bytes_close(&bytes);
    if (status == SEQNET_OK && wants_words)
        status = load_word_index(dataset, data, options, err);
    return status;
}

static seqnet_status encode_texts(sn_sequences *rows, const sn_texts *texts,
                                  const sn_encoding *encoding, const sn_vocabulary *vocabulary,
                                  seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    sn_tokenizer tokenizer = {0};
    sn_encoded encoded = {0};
    SN_GOTO(sn_sequences_reserve(rows, texts->count, 0, err));
    for (size_t row = 0; row < texts->count; row++) {
        size_t length;
        const char *const text = sn_texts_get(texts, row, &length);
        SN_GOTO(sn_encode_text(&encoded, encoding, vocabulary, &tokenizer, text, length, err));
        SN_GOTO(sn_sequences_add(rows, encoded.ids, encoded.length, texts->labels[row], err));
    }
out:
    sn_encoded_free(&encoded);
    sn_tokenizer_free(&tokenizer);
    return status;
}

/* Ids of words are rank + index_from, so the vocabulary takes this many; fewer when asked. */
static int32_t text_id_count(size_t words, const seqnet_dataset_options *options)
{
    const int64_t special = (int64_t)sn_largest_special_id(options) + 1;
    const int64_t words_end = (int64_t)words + options->index_from + 1;
    const int64_t all = words_end > special ? words_end : special;
    return (int32_t)(options->num_words && options->num_words < all ? options->num_words : all);
}

static seqnet_status load_texts(seqnet_dataset *dataset, const sn_texts texts[2],
                                const seqnet_dataset_options *options, sn_text_rule rule,
                                const sn_vocabulary *given, seqnet_error *err)
{
    dataset->from_text = true;
    if (!given)
        SN_TRY(sn_vocabulary_from_texts(&dataset->vocabulary, &texts[SEQNET_TRAIN], rule, err));
    const sn_vocabulary *const vocabulary = given ? given : dataset->vocabulary;
    const int32_t fitted = text_id_count(sn_vocabulary_size(vocabulary), options);
    dataset->encoding = (sn_encoding){.id_count = given ? (int32_t)options->num_words : fitted,
                                      .skip_top = (int32_t)options->skip_top,
                                      .start_char = options->start_char,
                                      .oov_char = options->oov_char,
                                      .index_from = options->index_from,
                                      .rule = rule};
    for (size_t p = 0; p < 2; p++)
        SN_TRY(encode_texts(&dataset->parts[p], &texts[p], &dataset->encoding, vocabulary, err));
    return SEQNET_OK;
}

static seqnet_status load_demo(seqnet_dataset *dataset, const char *name,
                               const seqnet_dataset_options *options, sn_text_rule rule,
                               const sn_vocabulary *vocabulary, seqnet_error *err)
{
    sn_texts texts[2] = {{0}};
    seqnet_status status = sn_demo_generate(&texts[SEQNET_TRAIN], &texts[SEQNET_TEST], name, err);
    if (status == SEQNET_OK)
        status = load_texts(dataset, texts, options, rule, vocabulary, err);
    sn_texts_free(&texts[SEQNET_TRAIN]);
    sn_texts_free(&texts[SEQNET_TEST]);
    return status;
}

static seqnet_status load(seqnet_dataset *dataset, const char *data,
                          const seqnet_dataset_options *options, sn_text_rule rule,
                          const sn_vocabulary *vocabulary, seqnet_error *err)
{
    const char *const reason = seqnet_dataset_options_check(options);
    if (reason)
        return sn_fail(err, SEQNET_ERR_USAGE, "%s", reason);
    dataset->label_names[0] = "negative";
    dataset->label_names[1] = "positive";
    SN_TRY(sn_copy_string(&dataset->source, data, strlen(data), err));
    if (sn_demo_recognise(data))
        return load_demo(dataset, data, options, rule, vocabulary, err);
    return load_file(dataset, data, !vocabulary, options, err);
}

seqnet_status sn_dataset_load_with(seqnet_dataset **dataset, const char *data,
                                   const seqnet_dataset_options *options, sn_text_rule rule,
                                   const sn_vocabulary *vocabulary, seqnet_error *err)
{
    SN_TRY(sn_alloc(dataset, 1, sizeof **dataset, err));
    const seqnet_status status = load(*dataset, data, options, rule, vocabulary, err);
    if (status != SEQNET_OK) {
        seqnet_dataset_free(*dataset);
        *dataset = NULL;
    }
    return status;
}

seqnet_status seqnet_dataset_load(seqnet_dataset **dataset, const char *data,
                                  const seqnet_dataset_options *options, seqnet_error *err)
{
    const sn_text_rule rule = {.kind = SN_TEXT_RULE_KERAS};
    return sn_dataset_load_with(dataset, data, options, rule, NULL, err);
}

void seqnet_dataset_free(seqnet_dataset *dataset)
{
    if (!dataset)
        return;
    sn_sequences_free(&dataset->parts[SEQNET_TRAIN]);
    sn_sequences_free(&dataset->parts[SEQNET_TEST]);
    sn_vocabulary_free(dataset->vocabulary);
    free(dataset->word_index_path);
    free(dataset->source);
    free(dataset);
}

size_t seqnet_dataset_count(const seqnet_dataset *dataset, seqnet_part part)
{
    return dataset->parts[part].count;
}

const int32_t *seqnet_dataset_row(const seqnet_dataset *dataset, seqnet_part part, size_t row,
                                  size_t *length, int32_t *label)
{
    const sn_sequences *const rows = &dataset->parts[part];
    *length = sn_sequences_length(rows, row);
    if (label)
        *label = rows->labels[row];
    return sn_sequences_row(rows, row);
}

static int compare_sizes(const void *left, const void *right)
{
    const size_t a = *(const size_t *)left, b = *(const size_t *)right;
    return (a > b) - (a < b);
}

static void count_row(seqnet_part_summary *summary, const seqnet_dataset *dataset, seqnet_part part,
                      size_t row)
{
    size_t length;
    int32_t label;
    const int32_t *const ids = seqnet_dataset_row(dataset, part, row, &length, &label);
    summary->tokens += length;
    summary->class_count[label]++;
    for (size_t i = 0; i < length; i++)
        summary->oov += ids[i] == dataset->encoding.oov_char;
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
        lengths[row] = sn_sequences_length(&dataset->parts[part], row);
        count_row(summary, dataset, part, row);
    }
    qsort(lengths, count, sizeof *lengths, compare_sizes);
    summary->min_length = lengths[0];
    summary->median_length = lengths[count / 2];
    summary->max_length = lengths[count - 1];
    summary->mean_length = (double)summary->tokens / (double)count;
    free(lengths);
    return SEQNET_OK;
}

size_t seqnet_dataset_id_count(const seqnet_dataset *dataset)
{
    return (size_t)dataset->encoding.id_count;
}

size_t seqnet_dataset_width(const seqnet_dataset *dataset)
{
    return dataset->width;
}

const char *seqnet_dataset_label_name(const seqnet_dataset *dataset, int32_t label)
{
    return dataset->label_names[label];
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

size_t seqnet_dataset_padded_length(const seqnet_dataset *dataset, seqnet_part part,
                                    const seqnet_pad_options *options)
{
    size_t longest = 0;
    for (size_t row = 0; row < dataset->parts[part].count; row++) {
        const size_t length = sn_sequences_length(&dataset->parts[part], row);
        longest = length > longest ? length : longest;
    }
    return options->maxlen ? options->maxlen : longest;
}

seqnet_status seqnet_dataset_write_padded(const seqnet_dataset *dataset,
                                          const seqnet_pad_options *options, const char *path,
                                          bool *replaced, seqnet_error *err)
{
    const size_t maxlens[2] = {seqnet_dataset_padded_length(dataset, SEQNET_TRAIN, options),
                               seqnet_dataset_padded_length(dataset, SEQNET_TEST, options)};
    return sn_npz_write_padded(path, dataset->parts, maxlens, options->padding, options->truncating,
                               replaced, err);
}

seqnet_status sn_dataset_hash(const seqnet_dataset *dataset, char hash[SN_HASH_TEXT],
                              seqnet_error *err)
{
    sn_hasher hasher;
    SN_TRY(sn_hasher_begin(&hasher, err));
    for (size_t p = 0; p < 2; p++) {
        const sn_sequences *const rows = &dataset->parts[p];
        sn_hasher_add_number(&hasher, rows->count);
        for (size_t row = 0; row < rows->count; row++) {
            const size_t length = sn_sequences_length(rows, row);
            sn_hasher_add_number(&hasher, length);
            sn_hasher_add(&hasher, sn_sequences_row(rows, row), length * sizeof *rows->ids);
            sn_hasher_add(&hasher, &rows->labels[row], sizeof *rows->labels);
        }
    }
    sn_hasher_end(&hasher, hash);
    return SEQNET_OK;
}
