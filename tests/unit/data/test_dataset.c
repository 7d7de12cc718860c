/* Datasets as the public API shows them: the demo corpus, 2-D files, bad options, the hash. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "dataset.h"
#include "npz_file.h"
#include "support.h"

/* Neither a real word index nor anybody's home folder may be found. */
static int make_quiet_folder(void **state)
{
    return make_folder(state) || unsetenv("SEQNET_DATA") || setenv("HOME", test_folder, 1);
}

static seqnet_dataset *load(const char *data, const seqnet_dataset_options *options)
{
    seqnet_error err = {0};
    seqnet_dataset *dataset = NULL;
    assert_ok(seqnet_dataset_load(&dataset, data, options, &err), &err);
    return dataset;
}

static seqnet_dataset *load_demo(void)
{
    const seqnet_dataset_options options = seqnet_dataset_options_default();
    return load("builtin:demo:200", &options);
}

static void assert_not_loaded(const char *data, const seqnet_dataset_options *options,
                              seqnet_status status, const char *sentence)
{
    seqnet_error err = {0};
    seqnet_dataset dummy, *dataset = &dummy;
    assert_failure(seqnet_dataset_load(&dataset, data, options, &err), &err, status, sentence);
    assert_null(dataset);
}

typedef struct hash {
    char text[SN_HASH_TEXT];
} hash;

static hash hash_of(const seqnet_dataset *dataset)
{
    hash result;
    assert_int_equal(seqnet_dataset_hash(dataset, result.text, NULL), SEQNET_OK);
    return result;
}

/* A 2-D file of two training rows and one test row. */
static test_path write_padded_file(void)
{
    sn_sequences parts[2] = {{0}};
    seqnet_error err = {0};
    assert_ok(sn_sequences_add(&parts[0], (const int32_t[]){1, 14, 40}, 3, 0, &err), &err);
    assert_ok(sn_sequences_add(&parts[0], (const int32_t[]){1, 2, 3, 4}, 4, 1, &err), &err);
    assert_ok(sn_sequences_add(&parts[1], (const int32_t[]){1, 50}, 2, 1, &err), &err);
    return write_npz("padded.npz", parts, 4);
}

static void defaults_are_those_of_keras(void **state)
{
    (void)state;
    const seqnet_dataset_options options = seqnet_dataset_options_default();
    assert_int_equal(options.words.num_words, SEQNET_NUM_WORDS_AUTO);
    assert_int_equal(options.ids.skip_top, 0);
    assert_int_equal(options.ids.drop_longer, 0);
    assert_int_equal(options.ids.shuffle_seed, 113);
    assert_int_equal(options.ids.start_char, 1);
    assert_int_equal(options.ids.oov_char, 2);
    assert_int_equal(options.ids.index_from, 3);
    assert_null(options.words.word_index);
    assert_null(seqnet_dataset_options_check(&options));
}

static void demo_has_parts_and_label_names(void **state)
{
    (void)state;
    seqnet_dataset *const demo = load_demo();
    assert_int_equal(seqnet_dataset_count(demo, SEQNET_TRAIN), 160);
    assert_int_equal(seqnet_dataset_count(demo, SEQNET_TEST), 40);
    assert_string_equal(seqnet_dataset_label_name(demo, 0), "negative");
    assert_string_equal(seqnet_dataset_label_name(demo, 1), "positive");
    assert_int_equal(seqnet_dataset_width(demo), 0);
    assert_null(seqnet_dataset_word_index_path(demo));
    seqnet_dataset_free(demo);
    seqnet_dataset_free(NULL);
}

/* Ids 0 to 3 are special; from 4 on each id has a word, up to the last. */
static void demo_ids_have_words(void **state)
{
    (void)state;
    size_t length;
    seqnet_dataset *const demo = load_demo();
    const size_t words = seqnet_dataset_vocabulary_size(demo);
    assert_true(words > 50);
    assert_int_equal(seqnet_dataset_id_count(demo), words + 4);
    for (int32_t id = -1; id < 4; id++)
        assert_null(seqnet_dataset_word(demo, id, &length));
    for (int32_t id = 4; id < (int32_t)words + 4; id++) {
        assert_non_null(seqnet_dataset_word(demo, id, &length));
        assert_true(length > 0);
    }
    assert_null(seqnet_dataset_word(demo, (int32_t)words + 4, &length));
    seqnet_dataset_free(demo);
}

static void demo_rows_start_with_the_start_id(void **state)
{
    (void)state;
    seqnet_dataset *const demo = load_demo();
    for (size_t row = 0; row < seqnet_dataset_count(demo, SEQNET_TRAIN); row++) {
        size_t length;
        int32_t label = -1;
        const int32_t *const ids = seqnet_dataset_row(demo, SEQNET_TRAIN, row, &length, &label);
        assert_true(length > 1);
        assert_int_equal(ids[0], 1);
        assert_in_range(label, 0, 1);
        for (size_t i = 1; i < length; i++) /* the vocabulary comes from these very rows */
            assert_in_range(ids[i], 4, seqnet_dataset_id_count(demo) - 1);
        assert_ptr_equal(seqnet_dataset_row(demo, SEQNET_TRAIN, row, &length, NULL), ids);
    }
    seqnet_dataset_free(demo);
}

static void num_words_limits_the_ids_of_texts(void **state)
{
    (void)state;
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.words.num_words = 20;
    seqnet_dataset *const demo = load("builtin:demo:200", &options);
    seqnet_part_summary summary;
    assert_int_equal(seqnet_dataset_id_count(demo), 20);
    assert_int_equal(seqnet_dataset_summarise(demo, SEQNET_TRAIN, &summary, NULL), SEQNET_OK);
    assert_true(summary.oov > 0);
    seqnet_dataset_free(demo);
}

static void a_summary_adds_up(void **state)
{
    (void)state;
    seqnet_dataset *const demo = load_demo();
    seqnet_part_summary summary;
    size_t tokens = 0, shortest = SIZE_MAX, longest = 0;
    for (size_t row = 0; row < 160; row++) {
        size_t length;
        (void)seqnet_dataset_row(demo, SEQNET_TRAIN, row, &length, NULL);
        tokens += length;
        shortest = length < shortest ? length : shortest;
        longest = length > longest ? length : longest;
    }
    assert_int_equal(seqnet_dataset_summarise(demo, SEQNET_TRAIN, &summary, NULL), SEQNET_OK);
    assert_int_equal(summary.count, 160);
    assert_int_equal(summary.tokens, tokens);
    assert_int_equal(summary.oov, 0);
    assert_int_equal(summary.min_length, shortest);
    assert_int_equal(summary.max_length, longest);
    assert_in_range(summary.median_length, shortest, longest);
    assert_true(fabs(summary.mean_length - (double)tokens / 160.0) < 1e-9);
    assert_int_equal(seqnet_dataset_class_count(demo, SEQNET_TRAIN, 0), 80);
    assert_int_equal(seqnet_dataset_class_count(demo, SEQNET_TRAIN, 1), 80);
    seqnet_dataset_free(demo);
}

static void final_ids_are_left_alone(void **state)
{
    (void)state;
    static const int32_t rows[2][4] = {{0, 1, 14, 40}, {1, 2, 3, 4}};
    const test_path path = write_padded_file();
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.ids.skip_top = 5;
    options.ids.index_from = 7;
    options.ids.shuffle_seed = 4;
    seqnet_dataset *const dataset = load(path.text, &options);
    assert_int_equal(seqnet_dataset_width(dataset), 4);
    assert_int_equal(seqnet_dataset_id_count(dataset), 10000);
    assert_int_equal(seqnet_dataset_vocabulary_size(dataset), 0);
    for (size_t row = 0; row < 2; row++) {
        size_t length;
        int32_t label;
        const int32_t *const ids = seqnet_dataset_row(dataset, SEQNET_TRAIN, row, &length, &label);
        assert_int_equal(length, 4);
        assert_memory_equal(ids, rows[row], sizeof rows[row]);
        assert_int_equal(label, row);
    }
    seqnet_dataset_free(dataset);
}

static void without_num_words_final_ids_count_themselves(void **state)
{
    (void)state;
    const test_path path = write_padded_file();
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.words.num_words = 0;
    seqnet_dataset *dataset = load(path.text, &options);
    assert_int_equal(seqnet_dataset_id_count(dataset), 51);
    seqnet_dataset_free(dataset);
    options.ids.oov_char = 99;
    dataset = load(path.text, &options);
    assert_int_equal(seqnet_dataset_id_count(dataset), 100);
    seqnet_dataset_free(dataset);
}

static void a_final_id_out_of_range_is_named(void **state)
{
    (void)state;
    const test_path path = write_padded_file();
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.words.num_words = 50;
    assert_not_loaded(path.text, &options, SEQNET_ERR_DATA,
                      "x_test row 0 holds id 50, outside 0 to 49");
    options.words.num_words = 40;
    assert_not_loaded(path.text, &options, SEQNET_ERR_DATA,
                      "x_train row 0 holds id 40, outside 0 to 39");
    options.words.num_words = 51;
    seqnet_dataset_free(load(path.text, &options));
}

static void a_word_index_beside_the_file_is_used(void **state)
{
    (void)state;
    size_t length = 0;
    const test_path path = write_padded_file();
    const test_path index = write_text("imdb_word_index.json", "{\"the\": 1, \"film\": 11}");
    const seqnet_dataset_options options = seqnet_dataset_options_default();
    seqnet_dataset *const dataset = load(path.text, &options);
    assert_int_equal(unlink(index.text), 0);
    assert_string_equal(seqnet_dataset_word_index_path(dataset), index.text);
    assert_int_equal(seqnet_dataset_vocabulary_size(dataset), 11);
    const char *const word = seqnet_dataset_word(dataset, 14, &length);
    assert_non_null(word);
    assert_int_equal(length, 4);
    assert_memory_equal(word, "film", 4);
    assert_null(seqnet_dataset_word(dataset, 5, &length));
    seqnet_dataset_free(dataset);
}

static void a_word_index_that_was_named_must_exist(void **state)
{
    (void)state;
    const test_path path = write_padded_file(), missing = in_folder("missing.json");
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.words.word_index = missing.text;
    assert_not_loaded(path.text, &options, SEQNET_ERR_DATA, "missing.json: cannot be opened");
}

static void assert_bad(seqnet_dataset_options options, const char *sentence)
{
    assert_not_loaded("builtin:demo:100", &options, SEQNET_ERR_USAGE, sentence);
    assert_non_null(seqnet_dataset_options_check(&options));
}

static void bad_options_are_refused(void **state)
{
    (void)state;
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.words.num_words = -3;
    assert_bad(options, "num_words must be 0");
    options.words.num_words = (int64_t)INT32_MAX + 1;
    assert_bad(options, "num_words must be 0");
    options.words.num_words = 2;
    assert_bad(options, "num_words must be greater than the start and out-of-vocabulary ids");
    options = seqnet_dataset_options_default();
    options.ids.skip_top = -1;
    assert_bad(options, "skip_top");
    options.ids.skip_top = (int64_t)INT32_MAX + 1;
    assert_bad(options, "skip_top");
    options = seqnet_dataset_options_default();
    options.ids.drop_longer = -1;
    assert_bad(options, "drop_longer");
    options = seqnet_dataset_options_default();
    options.ids.index_from = -2;
    assert_bad(options, "index_from");
    options = seqnet_dataset_options_default();
    options.ids.start_char = -2;
    assert_bad(options, "start_char");
    options.words.num_words = options.ids.start_char = 10000;
    assert_bad(options, "num_words must be greater");
    options = seqnet_dataset_options_default();
    options.ids.oov_char = -2;
    assert_bad(options, "oov_char");
    options.words.num_words = options.ids.oov_char = 10000;
    assert_bad(options, "num_words must be greater");
}

static void files_of_other_kinds_are_refused(void **state)
{
    (void)state;
    const seqnet_dataset_options options = seqnet_dataset_options_default();
    const test_path text = write_text("reviews.txt", "good film\nbad film\n");
    const test_path cut = write_file("cut.npz", "PK\x03\x04half", 8);
    const test_path missing = in_folder("missing.npz");
    assert_not_loaded(text.text, &options, SEQNET_ERR_DATA, "reviews.txt: ");
    assert_not_loaded(cut.text, &options, SEQNET_ERR_DATA, "cut.npz: is damaged or cut short");
    assert_not_loaded(missing.text, &options, SEQNET_ERR_DATA, "missing.npz: cannot be opened");
    assert_not_loaded(test_folder, &options, SEQNET_ERR_DATA, "is a folder without texts");
    assert_not_loaded("builtin:demo:1", &options, SEQNET_ERR_USAGE, "SIZE must be");
    assert_not_loaded("builtin:dem0", &options, SEQNET_ERR_USAGE,
                      "builtin:dem0: no such built-in corpus; there are builtin:demo and "
                      "builtin:recall:LENGTH");
}

/* An id is the number of an embedding's row, so none may reach id_count. */
static void assert_ids_below_the_count(const char *data, const seqnet_dataset_options *options)
{
    seqnet_dataset *dataset = NULL;
    seqnet_error err = {0};
    if (seqnet_dataset_load(&dataset, data, options, &err) != SEQNET_OK)
        return; /* refusing such options is as good */
    const size_t id_count = seqnet_dataset_id_count(dataset);
    int32_t largest = 0;
    for (int part = SEQNET_TRAIN; part <= SEQNET_TEST; part++)
        for (size_t row = 0; row < seqnet_dataset_count(dataset, (seqnet_part)part); row++) {
            size_t length;
            const int32_t *const ids =
                seqnet_dataset_row(dataset, (seqnet_part)part, row, &length, NULL);
            for (size_t i = 0; i < length; i++)
                largest = ids[i] > largest ? ids[i] : largest;
        }
    seqnet_dataset_free(dataset);
    if (id_count > INT32_MAX || (size_t)largest >= id_count)
        fail_msg("id %d of %zu", largest, id_count);
}

static void no_id_of_a_text_reaches_the_id_count(void **state)
{
    (void)state;
    seqnet_dataset_options options = seqnet_dataset_options_default();
    assert_ids_below_the_count("builtin:demo:200", &options);
    options.ids.oov_char = 9000;
    options.ids.skip_top = 10;
    assert_ids_below_the_count("builtin:demo:200", &options);
    options.words.num_words = 0;
    assert_ids_below_the_count("builtin:demo:200", &options);
    options = seqnet_dataset_options_default();
    options.ids.start_char = 9000;
    assert_ids_below_the_count("builtin:demo:200", &options);
}

static void the_largest_special_ids_do_not_overflow(void **state)
{
    (void)state;
    const test_path path = write_padded_file();
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.words.num_words = 0;
    options.ids.start_char = INT32_MAX;
    assert_ids_below_the_count(path.text, &options);
    options.ids.start_char = 1;
    options.ids.oov_char = INT32_MAX;
    assert_ids_below_the_count(path.text, &options);
}

static void the_largest_index_from_does_not_overflow(void **state)
{
    (void)state;
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.words.num_words = 0;
    options.ids.index_from = INT32_MAX;
    assert_ids_below_the_count("builtin:demo:200", &options);
}

static void padded_length_is_asked_or_the_longest(void **state)
{
    (void)state;
    seqnet_dataset *const demo = load_demo();
    seqnet_part_summary summary;
    seqnet_pad_options options = {.maxlen = 7};
    assert_int_equal(seqnet_dataset_padded_length(demo, SEQNET_TRAIN, &options), 7);
    options.maxlen = 0;
    assert_int_equal(seqnet_dataset_summarise(demo, SEQNET_TEST, &summary, NULL), SEQNET_OK);
    assert_int_equal(seqnet_dataset_padded_length(demo, SEQNET_TEST, &options), summary.max_length);
    seqnet_dataset_free(demo);
}

static void a_padded_dataset_loads_again(void **state)
{
    (void)state;
    seqnet_error err = {0};
    bool replaced = true;
    const test_path path = in_folder("again.npz");
    const seqnet_pad_options pad = {.maxlen = 6, .padding = SEQNET_POST, .truncating = SEQNET_PRE};
    const seqnet_dataset_options options = seqnet_dataset_options_default();
    seqnet_dataset *const demo = load_demo();
    assert_ok(seqnet_dataset_write_padded(demo, &pad, path.text, &replaced, &err), &err);
    assert_false(replaced);
    seqnet_dataset *const again = load(path.text, &options);
    assert_int_equal(seqnet_dataset_width(again), 6);
    assert_int_equal(seqnet_dataset_count(again, SEQNET_TRAIN), 160);
    assert_int_equal(seqnet_dataset_count(again, SEQNET_TEST), 40);
    for (size_t row = 0; row < 160; row++) {
        int32_t before, after;
        size_t length, width;
        const int32_t *const ids = seqnet_dataset_row(demo, SEQNET_TRAIN, row, &length, &before);
        const int32_t *const cut = seqnet_dataset_row(again, SEQNET_TRAIN, row, &width, &after);
        const size_t kept = length < 6 ? length : 6;
        assert_memory_equal(cut, ids + (length - kept), kept * sizeof *ids);
        assert_int_equal(before, after);
    }
    seqnet_dataset_free(demo);
    seqnet_dataset_free(again);
}

static void equal_data_has_an_equal_hash(void **state)
{
    (void)state;
    const seqnet_dataset_options options = seqnet_dataset_options_default();
    seqnet_dataset *const one = load_demo(), *const other = load_demo();
    seqnet_dataset *const seeded = load("builtin:demo:200:2", &options);
    assert_string_equal(hash_of(one).text, hash_of(other).text);
    assert_string_not_equal(hash_of(one).text, hash_of(seeded).text);
    seqnet_dataset_free(one);
    seqnet_dataset_free(other);
    seqnet_dataset_free(seeded);
}

static void the_hash_sees_every_label_and_id(void **state)
{
    (void)state;
    seqnet_dataset *const demo = load_demo();
    const hash before = hash_of(demo);
    sn_sequences *const stored[2] = {&demo->fitted, &demo->tested};
    for (size_t p = 0; p < 2; p++) {
        sn_sequences *const rows = stored[p];
        rows->labels[rows->count - 1] ^= 1;
        assert_string_not_equal(hash_of(demo).text, before.text);
        rows->labels[rows->count - 1] ^= 1;
        rows->ids[rows->offsets[rows->count] - 1] ^= 1;
        assert_string_not_equal(hash_of(demo).text, before.text);
        rows->ids[rows->offsets[rows->count] - 1] ^= 1;
    }
    assert_string_equal(hash_of(demo).text, before.text);
    seqnet_dataset_free(demo);
}

/* Ids and labels one after the other read 1 0 5 0 6 0 in all three. */
static void the_hash_sees_where_rows_end(void **state)
{
    (void)state;
    static const int32_t ids[] = {1, 0, 5, 0, 6};
    seqnet_dataset early = {0}, late = {0}, moved = {0};
    assert_int_equal(sn_sequences_add(&early.fitted, ids, 1, 0, NULL), SEQNET_OK);
    assert_int_equal(sn_sequences_add(&early.fitted, ids + 2, 3, 0, NULL), SEQNET_OK);
    assert_int_equal(sn_sequences_add(&late.fitted, ids, 3, 0, NULL), SEQNET_OK);
    assert_int_equal(sn_sequences_add(&late.fitted, ids + 4, 1, 0, NULL), SEQNET_OK);
    assert_int_equal(sn_sequences_add(&moved.fitted, ids, 1, 0, NULL), SEQNET_OK);
    assert_int_equal(sn_sequences_add(&moved.tested, ids + 2, 3, 0, NULL), SEQNET_OK);
    sn_dataset_show_parts(&early, 2);
    sn_dataset_show_parts(&late, 2);
    sn_dataset_show_parts(&moved, 1);
    assert_string_not_equal(hash_of(&early).text, hash_of(&late).text);
    assert_string_not_equal(hash_of(&early).text, hash_of(&moved).text);
    sn_sequences_free(&early.fitted);
    sn_sequences_free(&late.fitted);
    sn_sequences_free(&moved.fitted);
    sn_sequences_free(&moved.tested);
}

static void a_given_vocabulary_encodes_the_texts(void **state)
{
    (void)state;
    static const char lines[] = "the\nand\n";
    seqnet_error err = {0};
    sn_vocabulary *vocabulary = NULL;
    seqnet_dataset *dataset = NULL;
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.words.num_words = 6;
    assert_ok(sn_vocabulary_from_lines(&vocabulary, lines, sizeof lines - 1, &err), &err);
    static char negative[] = "negative", positive[] = "positive";
    char *const labels[] = {negative, positive};
    const sn_fixed_words fixed = {
        .vocabulary = vocabulary, .label_names = labels, .label_count = 2};
    assert_ok(sn_dataset_load_with(&dataset, "builtin:demo:200", &options, &fixed, &err), &err);
    assert_int_equal(seqnet_dataset_id_count(dataset), 6);
    size_t length;
    const int32_t *const ids = seqnet_dataset_row(dataset, SEQNET_TRAIN, 0, &length, NULL);
    for (size_t i = 1; i < length; i++)
        assert_true(ids[i] == 2 || ids[i] == 4 || ids[i] == 5);
    seqnet_dataset_free(dataset);
    sn_vocabulary_free(vocabulary);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_those_of_keras),
        cmocka_unit_test(demo_has_parts_and_label_names),
        cmocka_unit_test(demo_ids_have_words),
        cmocka_unit_test(demo_rows_start_with_the_start_id),
        cmocka_unit_test(num_words_limits_the_ids_of_texts),
        cmocka_unit_test(a_summary_adds_up),
        cmocka_unit_test(final_ids_are_left_alone),
        cmocka_unit_test(without_num_words_final_ids_count_themselves),
        cmocka_unit_test(a_final_id_out_of_range_is_named),
        cmocka_unit_test(a_word_index_beside_the_file_is_used),
        cmocka_unit_test(a_word_index_that_was_named_must_exist),
        cmocka_unit_test(bad_options_are_refused),
        cmocka_unit_test(files_of_other_kinds_are_refused),
        cmocka_unit_test(no_id_of_a_text_reaches_the_id_count),
        cmocka_unit_test(the_largest_special_ids_do_not_overflow),
        cmocka_unit_test(the_largest_index_from_does_not_overflow),
        cmocka_unit_test(padded_length_is_asked_or_the_longest),
        cmocka_unit_test(a_padded_dataset_loads_again),
        cmocka_unit_test(equal_data_has_an_equal_hash),
        cmocka_unit_test(the_hash_sees_every_label_and_id),
        cmocka_unit_test(the_hash_sees_where_rows_end),
        cmocka_unit_test(a_given_vocabulary_encodes_the_texts),
    };
    return cmocka_run_group_tests(tests, make_quiet_folder, remove_folder);
}
