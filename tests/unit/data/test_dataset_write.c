/* Datasets written as one file or a folder of files, and loaded again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dataset.h"
#include "npz_file.h"
#include "records.h"

static int make_quiet_folder(void **state)
{
    return make_folder(state) || unsetenv("SEQNET_DATA") || setenv("HOME", test_folder, 1);
}

static const char ROWS[] =
    "label,text\npos,\"One, \"\"two\"\"\nthree\"\nneg,four\npos,\nneg,five\n";

static seqnet_dataset *load_with(const char *data, const char *test, bool keep_texts)
{
    seqnet_error err = {0};
    seqnet_dataset *dataset = NULL;
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.keep_texts = keep_texts;
    options.splits.test = test;
    options.labels.any = true;
    assert_ok(seqnet_dataset_load(&dataset, data, &options, &err), &err);
    return dataset;
}

static seqnet_dataset *load_rows(bool keep_texts)
{
    const test_path path = write_text("rows.csv", ROWS);
    const test_path test = write_text("test.csv", "label,text\npos,six\n");
    return load_with(path.text, test.text, keep_texts);
}

/* "LABEL:TEXT|" for each row of a part. */
static void assert_texts(const seqnet_dataset *dataset, seqnet_part part, const char *expected)
{
    text_log log = {0};
    log_text(&log, "");
    for (size_t row = 0; row < seqnet_dataset_count(dataset, part); row++) {
        size_t length;
        int32_t label;
        (void)seqnet_dataset_row(dataset, part, row, &length, &label);
        const char *const text = seqnet_dataset_text(dataset, part, row, &length, NULL, NULL);
        assert_non_null(text);
        log_text(&log, seqnet_dataset_label_name(dataset, label));
        log_text(&log, ":");
        log_shown(&log, text, length);
        log_text(&log, "|");
    }
    assert_string_equal(log.text, expected);
    free(log.text);
}

static void write_ok(const seqnet_dataset *dataset, seqnet_parts parts, const char *name)
{
    seqnet_error err = {0};
    seqnet_written written = {.replaced = true};
    const test_path path = in_folder(name);
    assert_ok(seqnet_dataset_write(dataset, parts, SEQNET_FORMAT_AUTO, path.text, &written, &err),
              &err);
    assert_false(written.replaced);
}

static void assert_not_written(const seqnet_dataset *dataset, seqnet_format format,
                               const char *name, seqnet_status status, const char *sentence)
{
    seqnet_error err = {0};
    const size_t before = count_entries(test_folder);
    assert_failure(
        seqnet_dataset_write(dataset, SEQNET_ALL_PARTS, format, in_folder(name).text, NULL, &err),
        &err, status, sentence);
    assert_int_equal(count_entries(test_folder), before);
}

static void a_file_holds_part_after_part(void **state)
{
    (void)state;
    static const char *const names[] = {"all.csv", "all.tsv.gz", "all.jsonl"};
    seqnet_dataset *const dataset = load_rows(true);
    for (size_t i = 0; i < 3; i++) {
        write_ok(dataset, SEQNET_ALL_PARTS, names[i]);
        seqnet_dataset *const again = load_with(in_folder(names[i]).text, NULL, true);
        assert_texts(again, SEQNET_TRAIN,
                     "pos:One, \"two\"^Jthree|neg:four|pos:|neg:five|pos:six|");
        seqnet_dataset_free(again);
    }
    seqnet_dataset_free(dataset);
}

static void parts_can_be_chosen(void **state)
{
    (void)state;
    seqnet_dataset *const dataset = load_rows(true);
    write_ok(dataset, 1U << SEQNET_TEST, "test-only.csv");
    assert_file_is(in_folder("test-only.csv").text, "label,text\npos,six\n");
    write_ok(dataset, 1U << SEQNET_VALIDATION, "nothing.csv");
    assert_file_is(in_folder("nothing.csv").text, "label,text\n");
    seqnet_dataset_free(dataset);
}

static void without_texts_their_words_are_written(void **state)
{
    (void)state;
    seqnet_dataset *const dataset = load_rows(false);
    write_ok(dataset, SEQNET_ALL_PARTS, "words.tsv");
    assert_file_is(in_folder("words.tsv").text,
                   "label\ttext\npos\t\"one , \"\" two \"\" three\"\nneg\tfour\npos\t\nneg\tfive\n"
                   "pos\t?\n");
    seqnet_dataset_free(dataset);
}

static test_path write_ids(void)
{
    static const int32_t ids[2][4] = {{1, 4, 2, 5}, {1, 1, 4, 9}};
    sn_sequences parts[2] = {{0}};
    seqnet_error err = {0};
    for (int32_t i = 0; i < 2; i++)
        assert_ok(sn_sequences_add(&parts[i], ids[i], 4, i, &err), &err);
    return write_npz("ids.npz", parts, 6);
}

/* Padding and the start id behind it are no words; a second 1 is one that has none. */
static void ids_become_the_words_of_the_index(void **state)
{
    (void)state;
    const test_path path = write_ids();
    const test_path index = write_text("imdb_word_index.json", "{\"the\": 1, \"film\": 2}");
    seqnet_dataset *const dataset = load_with(path.text, NULL, false);
    assert_int_equal(unlink(index.text), 0);
    write_ok(dataset, SEQNET_ALL_PARTS, "ids.csv");
    assert_file_is(in_folder("ids.csv").text,
                   "label,text\nnegative,the ? film\npositive,? the ?\n");
    seqnet_dataset_free(dataset);
}

static void ids_without_words_cannot_be_written(void **state)
{
    (void)state;
    seqnet_error err = {0};
    seqnet_dataset *const dataset = load_with(write_ids().text, NULL, false);
    assert_not_written(dataset, SEQNET_FORMAT_AUTO, "no.csv", SEQNET_ERR_DATA,
                       "ids.npz: holds ids and there is no word index to read them with");
    const test_path folder = in_folder("no");
    assert_failure(seqnet_dataset_write_folder(dataset, SEQNET_ALL_PARTS, folder.text, &err), &err,
                   SEQNET_ERR_DATA,
                   "ids.npz: holds ids and there is no word index to read them with");
    assert_int_not_equal(access(folder.text, F_OK), 0); /* nor is an empty folder left behind */
    seqnet_dataset_free(dataset);
}

static void a_name_must_tell_the_format(void **state)
{
    (void)state;
    seqnet_dataset *const dataset = load_rows(true);
    assert_not_written(dataset, SEQNET_FORMAT_AUTO, "rows.txt", SEQNET_ERR_USAGE,
                       "rows.txt: its ending tells no format; choose .csv");
    assert_not_written(dataset, SEQNET_FORMAT_LINES, "rows2.csv", SEQNET_ERR_USAGE,
                       "tells no format");
    assert_not_written(dataset, SEQNET_FORMAT_AUTO, "no/folder.csv", SEQNET_ERR_WRITE,
                       "no/folder.csv");
    seqnet_dataset_free(dataset);
}

static void a_folder_reads_back(void **state)
{
    (void)state;
    seqnet_error err = {0};
    seqnet_dataset *const dataset = load_rows(true);
    const test_path path = in_folder("tree");
    assert_ok(seqnet_dataset_write_folder(dataset, SEQNET_ALL_PARTS, path.text, &err), &err);
    assert_file_is(in_folder("tree/train/pos/0000000.txt").text, "One, \"two\"\nthree");
    assert_file_is(in_folder("tree/test/pos/0000000.txt").text, "six");
    seqnet_dataset *const again = load_with(path.text, NULL, true);
    assert_texts(again, SEQNET_TRAIN, "neg:four|neg:five|pos:One, \"two\"^Jthree|pos:|");
    assert_texts(again, SEQNET_TEST, "pos:six|");
    seqnet_dataset_free(again);
    assert_failure(seqnet_dataset_write_folder(dataset, SEQNET_ALL_PARTS, path.text, &err), &err,
                   SEQNET_ERR_WRITE,
                   "tree: cannot be made: File exists; name a folder that is not there yet");
    seqnet_dataset_free(dataset);
}

/* Before anything is written. */
static void labels_that_are_no_names_are_refused(void **state)
{
    (void)state;
    static const char *const labels[] = {"a/b", ".", "..", ".hidden", "unsup"};
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        char rows[128], sentence[128];
        seqnet_error err = {0};
        (void)snprintf(rows, sizeof rows, "label,text\nok,x\n%s,y\n", labels[i]);
        (void)snprintf(sentence, sizeof sentence,
                       "the label '%s' cannot be a folder's name; rename it with .map", labels[i]);
        const test_path path = in_folder("unnamed");
        seqnet_dataset *const dataset = load_with(write_text("l.csv", rows).text, NULL, true);
        assert_failure(seqnet_dataset_write_folder(dataset, SEQNET_ALL_PARTS, path.text, &err),
                       &err, SEQNET_ERR_WRITE, sentence);
        assert_int_not_equal(access(path.text, F_OK), 0);
        seqnet_dataset_free(dataset);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_holds_part_after_part),
        cmocka_unit_test(parts_can_be_chosen),
        cmocka_unit_test(without_texts_their_words_are_written),
        cmocka_unit_test(ids_become_the_words_of_the_index),
        cmocka_unit_test(ids_without_words_cannot_be_written),
        cmocka_unit_test(a_name_must_tell_the_format),
        cmocka_unit_test(a_folder_reads_back),
        cmocka_unit_test(labels_that_are_no_names_are_refused),
    };
    return cmocka_run_group_tests(tests, make_quiet_folder, remove_folder);
}
