/*
 * Keras's load_data. The rows expected of the small file come from Keras's own expressions run with
 * NumPy's RandomState; a row is written as its ids, a colon, its label and a bar. The real file's
 * numbers are those that Keras gives.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "imdb.h"
#include "support.h"

typedef struct loaded {
    sn_sequences parts[2];
    sn_encoding encoding;
} loaded;

static void free_loaded(loaded *data)
{
    sn_sequences_free(&data->parts[SEQNET_TRAIN]);
    sn_sequences_free(&data->parts[SEQNET_TEST]);
}

static void add(sn_sequences *rows, int32_t label, size_t length, const int32_t *ranks)
{
    assert_int_equal(sn_sequences_add(rows, ranks, length, label, NULL), SEQNET_OK);
}

static sn_npz small_file(void)
{
    sn_npz raw = {0};
    add(&raw.train, 0, 3, (const int32_t[]){1, 2, 3});
    add(&raw.train, 0, 1, (const int32_t[]){4});
    add(&raw.train, 0, 4, (const int32_t[]){5, 6, 7, 8});
    add(&raw.train, 1, 2, (const int32_t[]){1, 9});
    add(&raw.train, 1, 2, (const int32_t[]){10, 2});
    add(&raw.train, 1, 0, NULL);
    add(&raw.test, 0, 2, (const int32_t[]){3, 3});
    add(&raw.test, 0, 3, (const int32_t[]){11, 1, 2});
    add(&raw.test, 1, 1, (const int32_t[]){6});
    add(&raw.test, 1, 2, (const int32_t[]){2, 12});
    add(&raw.test, 1, 3, (const int32_t[]){7, 7, 7});
    return raw;
}

static seqnet_status load_small(loaded *data, const seqnet_dataset_options *options,
                                seqnet_error *err)
{
    sn_npz raw = small_file();
    *data = (loaded){0};
    const seqnet_status status =
        sn_imdb_load_data(&data->parts[0], &data->parts[1], &data->encoding, &raw,
                          options->words.num_words, &options->ids, "small.npz", err);
    sn_npz_free(&raw);
    return status;
}

static void assert_rows(const sn_sequences *rows, const char *expected)
{
    char text[512] = "";
    size_t used = 0;
    for (size_t row = 0; row < rows->count; row++) {
        for (size_t i = 0; i < sn_sequences_length(rows, row); i++)
            used += (size_t)snprintf(text + used, sizeof text - used, "%d ",
                                     sn_sequences_row(rows, row)[i]);
        used += (size_t)snprintf(text + used, sizeof text - used, ":%d|", rows->labels[row]);
    }
    assert_string_equal(text, expected);
}

static void assert_loads(const seqnet_dataset_options *options, int32_t id_count, const char *train,
                         const char *test)
{
    loaded data;
    seqnet_error err = {0};
    assert_ok(load_small(&data, options, &err), &err);
    assert_int_equal(data.encoding.id_count, id_count);
    assert_rows(&data.parts[SEQNET_TRAIN], train);
    assert_rows(&data.parts[SEQNET_TEST], test);
    free_loaded(&data);
}

/* Keras's defaults with room for all words of the small file. */
static seqnet_dataset_options all_words(void)
{
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.words.num_words = 100;
    return options;
}

/* One generator for both parts: seeded anew, the test rows would come in another order. */
static void shuffles_and_shifts_and_starts(void **state)
{
    (void)state;
    const seqnet_dataset_options options = all_words();
    assert_loads(&options, 100, "1 7 :0|1 4 5 6 :0|1 4 12 :1|1 8 9 10 11 :0|1 13 5 :1|1 :1|",
                 "1 5 15 :1|1 6 6 :0|1 14 4 5 :0|1 10 10 10 :1|1 9 :1|");
}

static void another_seed_gives_another_order(void **state)
{
    (void)state;
    seqnet_dataset_options options = all_words();
    options.ids.shuffle_seed = 7;
    assert_loads(&options, 100, "1 4 12 :1|1 :1|1 4 5 6 :0|1 8 9 10 11 :0|1 7 :0|1 13 5 :1|",
                 "1 5 15 :1|1 10 10 10 :1|1 9 :1|1 14 4 5 :0|1 6 6 :0|");
}

static void ids_from_num_words_on_become_oov(void **state)
{
    (void)state;
    seqnet_dataset_options options = all_words();
    options.words.num_words = 8;
    assert_loads(&options, 8, "1 7 :0|1 4 5 6 :0|1 4 2 :1|1 2 2 2 2 :0|1 2 5 :1|1 :1|",
                 "1 5 2 :1|1 6 6 :0|1 2 4 5 :0|1 2 2 2 :1|1 2 :1|");
}

/* Keras's None: the largest id, compared with <, so that just this one becomes OOV. */
static void no_num_words_is_the_largest_id(void **state)
{
    (void)state;
    seqnet_dataset_options options = all_words();
    options.words.num_words = 0;
    assert_loads(&options, 15, "1 7 :0|1 4 5 6 :0|1 4 12 :1|1 8 9 10 11 :0|1 13 5 :1|1 :1|",
                 "1 5 2 :1|1 6 6 :0|1 14 4 5 :0|1 10 10 10 :1|1 9 :1|");
    options.ids.index_from = 10;
    assert_loads(&options, 22, "1 14 :0|1 11 12 13 :0|1 11 19 :1|1 15 16 17 18 :0|1 20 12 :1|1 :1|",
                 "1 12 2 :1|1 13 13 :0|1 21 11 12 :0|1 17 17 17 :1|1 16 :1|");
}

static void skip_top_catches_the_start_id_too(void **state)
{
    (void)state;
    seqnet_dataset_options options = all_words();
    options.ids.skip_top = 6;
    assert_loads(&options, 100, "2 7 :0|2 2 2 6 :0|2 2 12 :1|2 8 9 10 11 :0|2 13 2 :1|2 :1|",
                 "2 2 15 :1|2 6 6 :0|2 14 2 2 :0|2 10 10 10 :1|2 9 :1|");
}

static void no_oov_char_drops(void **state)
{
    (void)state;
    seqnet_dataset_options options = all_words();
    options.words.num_words = 8;
    options.ids.oov_char = SEQNET_ID_NONE;
    assert_loads(&options, 8, "1 7 :0|1 4 5 6 :0|1 4 :1|1 :0|1 5 :1|1 :1|",
                 "1 5 :1|1 6 6 :0|1 4 5 :0|1 :1|1 :1|");
}

static void no_start_char_prepends_nothing(void **state)
{
    (void)state;
    seqnet_dataset_options options = all_words();
    options.ids.start_char = SEQNET_ID_NONE;
    assert_loads(&options, 100, "7 :0|4 5 6 :0|4 12 :1|8 9 10 11 :0|13 5 :1|:1|",
                 "5 15 :1|6 6 :0|14 4 5 :0|10 10 10 :1|9 :1|");
    options.words.num_words = 9;
    options.ids.skip_top = 3;
    options.ids.oov_char = SEQNET_ID_NONE;
    assert_loads(&options, 9, "7 :0|4 5 6 :0|4 :1|8 :0|5 :1|:1|", "5 :1|6 6 :0|4 5 :0|:1|:1|");
}

/* Lengths count the start id, and rows of exactly the limit go, too. */
static void drop_longer_removes_rows(void **state)
{
    (void)state;
    seqnet_dataset_options options = all_words();
    options.ids.drop_longer = 4;
    assert_loads(&options, 100, "1 7 :0|1 4 12 :1|1 13 5 :1|1 :1|", "1 5 15 :1|1 6 6 :0|1 9 :1|");
}

static void dropped_rows_do_not_count_for_the_largest_id(void **state)
{
    (void)state;
    seqnet_dataset_options options = all_words();
    options.words.num_words = 0;
    options.ids.drop_longer = 2;
    options.ids.start_char = SEQNET_ID_NONE;
    assert_loads(&options, 9, "7 :0|:1|", "2 :1|");
}

static void index_from_0_keeps_the_ranks(void **state)
{
    (void)state;
    seqnet_dataset_options options = all_words();
    options.ids.index_from = 0;
    assert_loads(&options, 100, "1 4 :0|1 1 2 3 :0|1 1 9 :1|1 5 6 7 8 :0|1 10 2 :1|1 :1|",
                 "1 2 12 :1|1 3 3 :0|1 11 1 2 :0|1 7 7 7 :1|1 6 :1|");
}

static void a_limit_that_leaves_no_row_is_an_error(void **state)
{
    (void)state;
    loaded data;
    seqnet_error err = {0};
    seqnet_dataset_options options = all_words();
    options.ids.drop_longer = 1;
    assert_failure(load_small(&data, &options, &err), &err, SEQNET_ERR_DATA,
                   "small.npz: every row has 1 ids or more");
    free_loaded(&data);
}

/* An id is the number of an embedding's row, so none may reach id_count, whatever the options. */
static void no_id_reaches_the_id_count(void **state)
{
    (void)state;
    static const int32_t oovs[] = {SEQNET_ID_NONE, 2, 14, 15, 500};
    for (size_t i = 0; i < sizeof oovs / sizeof oovs[0]; i++) {
        loaded data;
        seqnet_error err = {0};
        seqnet_dataset_options options = all_words();
        options.words.num_words = 0;
        options.ids.oov_char = oovs[i];
        const seqnet_status status = load_small(&data, &options, &err);
        for (size_t p = 0; status == SEQNET_OK && p < 2; p++)
            for (size_t at = 0; at < data.parts[p].offsets[data.parts[p].count]; at++)
                if (data.parts[p].ids[at] >= data.encoding.id_count)
                    fail_msg("oov_char %d: id %d of %d", oovs[i], data.parts[p].ids[at],
                             data.encoding.id_count);
        free_loaded(&data);
    }
}

/* ---- The real file ---- */

static loaded real;

static int load_real(void **state)
{
    (void)state;
    const char *const folder = getenv("SEQNET_DATA");
    if (!folder)
        return 0;
    char path[4096];
    sn_bytes bytes;
    sn_npz raw;
    seqnet_error err = {0};
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.words.num_words = 10000;
    (void)snprintf(path, sizeof path, "%s/imdb.npz", folder);
    assert_ok(sn_bytes_open(&bytes, path, SEQNET_ERR_DATA, &err), &err);
    assert_ok(sn_npz_read(&raw, &bytes, path, &err), &err);
    sn_bytes_close(&bytes);
    assert_ok(sn_imdb_load_data(&real.parts[0], &real.parts[1], &real.encoding, &raw,
                                options.words.num_words, &options.ids, path, &err),
              &err);
    sn_npz_free(&raw);
    return 0;
}

static int free_real(void **state)
{
    (void)state;
    free_loaded(&real);
    return 0;
}

static void assert_first_row(const sn_sequences *rows, size_t length, const int32_t ids[14])
{
    assert_int_equal(rows->count, 25000);
    assert_int_equal(sn_sequences_length(rows, 0), length);
    assert_memory_equal(sn_sequences_row(rows, 0), ids, 14 * sizeof *ids);
}

static void real_first_rows(void **state)
{
    (void)state;
    static const int32_t train[] = {1,    14,   22, 16,  43,   530, 973,
                                    1622, 1385, 65, 458, 4468, 66,  3941};
    static const int32_t test[] = {1, 591, 202, 14, 31, 6, 717, 10, 10, 2, 2, 5, 4, 360};
    if (!real.parts[0].count)
        SKIP_WITHOUT("SEQNET_DATA");
    assert_first_row(&real.parts[SEQNET_TRAIN], 218, train);
    assert_first_row(&real.parts[SEQNET_TEST], 68, test);
    assert_int_equal(real.encoding.id_count, 10000);
}

static void real_labels(void **state)
{
    (void)state;
    static const int32_t train[] = {1, 0, 0, 1, 0, 0, 1, 0, 1, 0};
    static const int32_t test[] = {0, 1, 1, 0, 1, 1, 1, 0, 0, 1};
    size_t positives = 0;
    if (!real.parts[0].count)
        SKIP_WITHOUT("SEQNET_DATA");
    assert_memory_equal(real.parts[SEQNET_TRAIN].labels, train, sizeof train);
    assert_memory_equal(real.parts[SEQNET_TEST].labels, test, sizeof test);
    for (size_t row = 20000; row < 25000; row++)
        positives += real.parts[SEQNET_TRAIN].labels[row] == 1;
    assert_int_equal(positives, 2469);
}

static void real_lengths(void **state)
{
    (void)state;
    static const size_t cut_at_500[2] = {5559022, 5413910};
    if (!real.parts[0].count)
        SKIP_WITHOUT("SEQNET_DATA");
    size_t shortest = SIZE_MAX, longest = 0;
    for (size_t p = 0; p < 2; p++) {
        size_t kept = 0;
        for (size_t row = 0; row < 25000; row++) {
            const size_t length = sn_sequences_length(&real.parts[p], row);
            kept += length < 500 ? length : 500;
            if (p == SEQNET_TRAIN) {
                shortest = length < shortest ? length : shortest;
                longest = length > longest ? length : longest;
            }
        }
        assert_int_equal(kept, cut_at_500[p]);
    }
    assert_int_equal(shortest, 11);
    assert_int_equal(longest, 2494);
    const double mean = (double)real.parts[SEQNET_TRAIN].offsets[25000] / 25000.0;
    assert_true(mean > 238.705 && mean < 238.715);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shuffles_and_shifts_and_starts),
        cmocka_unit_test(another_seed_gives_another_order),
        cmocka_unit_test(ids_from_num_words_on_become_oov),
        cmocka_unit_test(no_num_words_is_the_largest_id),
        cmocka_unit_test(skip_top_catches_the_start_id_too),
        cmocka_unit_test(no_oov_char_drops),
        cmocka_unit_test(no_start_char_prepends_nothing),
        cmocka_unit_test(drop_longer_removes_rows),
        cmocka_unit_test(dropped_rows_do_not_count_for_the_largest_id),
        cmocka_unit_test(index_from_0_keeps_the_ranks),
        cmocka_unit_test(a_limit_that_leaves_no_row_is_an_error),
        cmocka_unit_test(no_id_reaches_the_id_count),
        cmocka_unit_test(real_first_rows),
        cmocka_unit_test(real_labels),
        cmocka_unit_test(real_lengths),
    };
    return cmocka_run_group_tests(tests, load_real, free_real);
}
