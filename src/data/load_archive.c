/* Loading an archive of word ranks or final ids; the file says which rows train and which test. */
#include "load.h"

#include <stdlib.h>
#include <string.h>

#include "classes.h"
#include "dataset_options.h"
#include "imdb.h"
#include "memory.h"
#include "npz.h"
#include "word_index.h"
#include "word_index_check.h"

#include "banned.h"

/* The number of words that are asked for, 0 for all. */
static int64_t words_of_ids(int64_t num_words)
{
    return num_words == SEQNET_NUM_WORDS_AUTO      ? SN_IDS_NUM_WORDS
           : num_words == SEQNET_NUM_WORDS_ALL_IDS ? 0
                                                   : num_words;
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
                                   "array are final, choose .num_words to fit them",
                                   place, names[p], row, ids[i], dataset->encoding.id_count - 1);
        }
    return SEQNET_OK;
}

static int32_t largest_of(const sn_rows *rows)
{
    size_t first, end;
    int32_t largest = 0;
    sn_rows_places(rows, &first, &end);
    for (size_t i = first; i < end; i++)
        largest = rows->ids[i] > largest ? rows->ids[i] : largest;
    return largest;
}

static seqnet_status take_final_ids(seqnet_dataset *dataset, sn_npz *npz, const char *place,
                                    int64_t num_words, const seqnet_id_options *options,
                                    seqnet_error *err)
{
    dataset->fitted = npz->train;
    dataset->tested = npz->test;
    npz->train = npz->test = (sn_sequences){0};
    sn_dataset_show_parts(dataset, dataset->fitted.count);
    dataset->final_ids = true;
    dataset->width = npz->width;
    const int32_t train = largest_of(&dataset->parts[SEQNET_TRAIN]);
    const int32_t test = largest_of(&dataset->parts[SEQNET_TEST]);
    const int32_t largest = train > test ? train : test;
    const int32_t special = sn_largest_special_id(options);
    const int64_t present = (int64_t)(largest > special ? largest : special) + 1;
    dataset->encoding = (sn_encoding){.id_count = (int32_t)(num_words ? num_words : present),
                                      .skip_top = (int32_t)options->skip_top,
                                      .start_char = options->start_char,
                                      .oov_char = options->oov_char,
                                      .index_from = options->index_from};
    return check_final_ids(dataset, place, err);
}

static seqnet_status take_ranks(seqnet_dataset *dataset, const sn_npz *npz, const char *place,
                                int64_t num_words, const seqnet_id_options *options,
                                seqnet_error *err)
{
    SN_TRY(sn_imdb_load_data(&dataset->fitted, &dataset->tested, &dataset->encoding, npz, num_words,
                             options, place, err));
    sn_dataset_show_parts(dataset, dataset->fitted.count);
    return SEQNET_OK;
}

static seqnet_status load_npz(seqnet_dataset *dataset, const sn_bytes *bytes, const char *place,
                              const seqnet_dataset_options *options, const sn_fixed_words *fixed,
                              seqnet_error *err)
{
    sn_npz npz = {0};
    const int64_t num_words = words_of_ids(options->words.num_words);
    SN_TRY(sn_check_divided_options(place, options, err));
    SN_TRY(sn_check_ids_options(place, &options->words, err));
    SN_TRY(sn_npz_read(&npz, bytes, place, err));
    seqnet_status status = npz.labels.count ? sn_string_set_copy(&dataset->labels, &npz.labels, err)
                                            : sn_classes_add_usual(&dataset->labels, err);
    if (status == SEQNET_OK)
        status = npz.final_ids ? take_final_ids(dataset, &npz, place, num_words, &options->ids, err)
                               : take_ranks(dataset, &npz, place, num_words, &options->ids, err);
    if (status == SEQNET_OK && npz.labels.count && fixed)
        status = sn_classes_renumber(dataset, fixed, err);
    sn_npz_free(&npz);
    return status;
}

seqnet_status sn_load_word_index(seqnet_dataset *dataset, const char *data, const char *named,
                                 seqnet_error *err)
{
    if (named)
        SN_TRY(sn_copy_string(&dataset->word_index_path, named, strlen(named), err));
    else
        SN_TRY(sn_word_index_find(&dataset->word_index_path, data, err));
    if (!dataset->word_index_path)
        return SEQNET_OK;
    return sn_word_index_read(&dataset->vocabulary, dataset->word_index_path, err);
}

/* A word index that was found, not named, may belong to other data. */
static seqnet_status look_at_word_index(seqnet_dataset *dataset, seqnet_error *err)
{
    SN_TRY(sn_word_index_check(dataset, &dataset->word_index_problem, err));
    if (!dataset->word_index_problem)
        return SEQNET_OK;
    sn_vocabulary_free(dataset->vocabulary);
    free(dataset->word_index_path);
    dataset->vocabulary = NULL;
    dataset->word_index_path = NULL;
    return SEQNET_OK;
}

/* An archive of ids, with the word index that belongs to it. */
seqnet_status sn_load_archive(seqnet_dataset *dataset, const char *data, sn_byte_stream *stream,
                              const seqnet_dataset_options *options, const sn_fixed_words *fixed,
                              seqnet_error *err)
{
    sn_bytes bytes;
    seqnet_status status = sn_bytes_read(&bytes, stream, err);
    sn_stream_close(stream);
    SN_TRY(status);
    status = load_npz(dataset, &bytes, dataset->source, options, fixed, err);
    sn_bytes_close(&bytes);
    if (status != SEQNET_OK || fixed)
        return status;
    SN_TRY(sn_load_word_index(dataset, data, options->words.word_index, err));
    return dataset->vocabulary && !options->words.word_index ? look_at_word_index(dataset, err)
                                                             : SEQNET_OK;
}
