/* Prepared files: what goes in comes back, for every kind of data, and files that are damaged are
 * refused, whatever is in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dataset.h"
#include "load.h"
#include "records.h"
#include "safetensors.h"

static const char ROWS[] = "label,text\npos,a fine film\nneg,a dull film\npos,fine and moving\n"
                           "neg,dull plot\npos,a moving plot\nneg,awful film\npos,\"so, fine\"\n"
                           "neg,so dull\npos,moving film\nneg,an awful plot\n";

static seqnet_dataset *load(const char *path, const seqnet_dataset_options *options)
{
    seqnet_error err = {0};
    seqnet_dataset *dataset = NULL;
    assert_ok(seqnet_dataset_load(&dataset, path, options, &err), &err);
    return dataset;
}

/* Prepares what the options load, and loads it again. */
static seqnet_dataset *prepare(const seqnet_dataset *dataset, bool keep_texts)
{
    seqnet_error err = {0};
    const test_path path = in_folder("some.rows");
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.keep_texts = keep_texts;
    options.labels.any = true;
    assert_ok(seqnet_dataset_prepare(dataset, path.text, NULL, &err), &err);
    return load(path.text, &options);
}

static void assert_same_labels(const seqnet_dataset *a, const seqnet_dataset *b, seqnet_part part,
                               size_t row)
{
    size_t count, other;
    const int32_t *const labels = seqnet_dataset_row_labels(a, part, row, &count);
    const int32_t *const same = seqnet_dataset_row_labels(b, part, row, &other);
    assert_int_equal(count, other);
    assert_memory_equal(labels, same, count * sizeof *labels);
}

static void assert_same_row(const seqnet_dataset *a, const seqnet_dataset *b, seqnet_part part,
                            size_t row)
{
    size_t length, other;
    const int32_t *const ids = seqnet_dataset_row(a, part, row, &length, NULL);
    const int32_t *const same = seqnet_dataset_row(b, part, row, &other, NULL);
    assert_int_equal(length, other);
    assert_memory_equal(ids, same, length * sizeof *ids);
    assert_same_labels(a, b, part, row);
    const char *const text = seqnet_dataset_text(a, part, row, &length, NULL, NULL);
    const char *const copy = seqnet_dataset_text(b, part, row, &other, NULL, NULL);
    if (!text || !copy)
        return;
    assert_int_equal(length, other);
    assert_memory_equal(text, copy, length);
}

static void assert_same(const seqnet_dataset *a, const seqnet_dataset *b)
{
    char hash[SEQNET_HASH_TEXT], same[SEQNET_HASH_TEXT];
    seqnet_error err = {0};
    for (seqnet_part part = SEQNET_TRAIN; part < SEQNET_PARTS; part++) {
        assert_int_equal(seqnet_dataset_count(a, part), seqnet_dataset_count(b, part));
        for (size_t row = 0; row < seqnet_dataset_count(a, part); row++)
            assert_same_row(a, b, part, row);
    }
    assert_int_equal(seqnet_dataset_unlabeled_count(a), seqnet_dataset_unlabeled_count(b));
    assert_int_equal(seqnet_dataset_id_count(a), seqnet_dataset_id_count(b));
    assert_int_equal(seqnet_dataset_width(a), seqnet_dataset_width(b));
    assert_int_equal(seqnet_dataset_is_text(a), seqnet_dataset_is_text(b));
    assert_int_equal(seqnet_dataset_is_builtin(a), seqnet_dataset_is_builtin(b));
    assert_int_equal(seqnet_dataset_label_count(a), seqnet_dataset_label_count(b));
    for (int32_t i = 0; i < (int32_t)seqnet_dataset_label_count(a); i++)
        assert_string_equal(seqnet_dataset_label_name(a, i), seqnet_dataset_label_name(b, i));
    assert_int_equal(seqnet_dataset_vocabulary_size(a), seqnet_dataset_vocabulary_size(b));
    assert_ok(seqnet_dataset_hash(a, hash, &err), &err);
    assert_ok(seqnet_dataset_hash(b, same, &err), &err);
    assert_string_equal(hash, same);
    assert_string_equal(a->origin.hash, b->origin.hash);
    assert_int_equal(a->origin.seed, b->origin.seed);
    assert_true(a->origin.validation_split == b->origin.validation_split);
}

static void assert_comes_back(const char *data, seqnet_dataset_options options)
{
    options.keep_texts = true;
    options.labels.any = true;
    seqnet_dataset *const dataset = load(data, &options);
    seqnet_dataset *const again = prepare(dataset, true);
    assert_same(dataset, again);
    assert_string_equal(seqnet_dataset_prepared_from(again), data);
    assert_null(seqnet_dataset_prepared_from(dataset));
    seqnet_dataset_free(again);
    seqnet_dataset_free(dataset);
}

static void any_data_comes_back(void **state)
{
    (void)state;
    const test_path rows = write_text("rows.csv", ROWS);
    const test_path more = write_text("more.csv", "label,text\nneg,a dull film\npos,fine\n");
    const test_path lines = write_text("lines.txt", "a text\nand one more\n");
    const test_path weights = write_text("weights.csv", "label,text,w\na,x y,0.5\nb,y z,2\n");
    const test_path many = write_text("many.jsonl", "{\"text\":\"a b\",\"label\":[\"x\",\"y\"]}\n"
                                                    "{\"text\":\"b c\",\"label\":[]}\n"
                                                    "{\"text\":\"c\",\"label\":[\"y\"]}\n");
    seqnet_dataset_options options = seqnet_dataset_options_default();
    assert_comes_back(rows.text, options);
    assert_comes_back("builtin:demo:300", options);
    assert_comes_back(SEQNET_TEST_DATA "/ragged_protocol4.npz", options);
    assert_comes_back(SEQNET_TEST_DATA "/dense_i4_i8.npz", options);
    options.memory = 1; /* all of it in files */
    assert_comes_back(rows.text, options);
    assert_comes_back("builtin:demo:300", options);
    options.splits.validation_split = 0.3;
    options.splits.test_split = 0.2;
    options.splits.seed = 12345678901234567U;
    assert_comes_back(rows.text, options);
    options = seqnet_dataset_options_default();
    options.splits.test = more.text;
    options.splits.validation = more.text;
    options.unlabeled = lines.text;
    assert_comes_back(rows.text, options);
    options = seqnet_dataset_options_default();
    options.labels.multi_label = true;
    assert_comes_back(many.text, options);
    options = seqnet_dataset_options_default();
    options.records.reader.weight_field = "w";
    assert_comes_back(weights.text, options);
}

static void weights_come_back(void **state)
{
    (void)state;
    const test_path path = write_text("weights.csv", "label,text,w\na,x y,0.5\nb,y z,2\n");
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.records.reader.weight_field = "w";
    seqnet_dataset *const dataset = load(path.text, &options), *again = prepare(dataset, false);
    assert_true(again->parts[SEQNET_TRAIN].weights[0] == 0.5F);
    assert_true(again->parts[SEQNET_TRAIN].weights[1] == 2.0F);
    seqnet_dataset_free(again);
    seqnet_dataset_free(dataset);
}

static void ids_take_two_bytes_where_they_fit(void **state)
{
    (void)state;
    const test_path path = write_text("rows.csv", ROWS);
    const seqnet_dataset_options options = seqnet_dataset_options_default();
    seqnet_dataset *const dataset = load(path.text, &options), *again = prepare(dataset, false);
    assert_non_null(again->fitted.narrow);
    seqnet_dataset_free(again);
    dataset->encoding.id_count = UINT16_MAX + 2; /* as if there were more words */
    again = prepare(dataset, false);
    assert_null(again->fitted.narrow);
    assert_same_row(dataset, again, SEQNET_TRAIN, 3);
    seqnet_dataset_free(again);
    seqnet_dataset_free(dataset);
}

/* The bytes of a prepared file of ROWS. */
static uint8_t *file_bytes(size_t *size)
{
    seqnet_error err = {0};
    const test_path path = write_text("rows.csv", ROWS), file = in_folder("good.rows");
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.keep_texts = true;
    options.splits.validation_split = 0.2;
    seqnet_dataset *const dataset = load(path.text, &options);
    assert_ok(seqnet_dataset_prepare(dataset, file.text, NULL, &err), &err);
    seqnet_dataset_free(dataset);
    sn_bytes bytes;
    assert_ok(sn_bytes_open(&bytes, file.text, SEQNET_ERR_DATA, &err), &err);
    *size = bytes.size;
    return (uint8_t *)(uintptr_t)bytes.data;
}

static seqnet_status try_bytes(const uint8_t *bytes, size_t size, seqnet_error *err)
{
    seqnet_dataset *dataset = NULL;
    const test_path path = write_file("bad.rows", bytes, size);
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.keep_texts = true;
    *err = (seqnet_error){0};
    const seqnet_status status = seqnet_dataset_load(&dataset, path.text, &options, err);
    seqnet_dataset_free(dataset);
    return status;
}

/* Whatever byte is another one, the file is refused or serves, and nothing is read beyond it. */
static void damaged_files_are_refused(void **state)
{
    (void)state;
    size_t size;
    uint8_t *const bytes = file_bytes(&size);
    seqnet_error err;
    for (size_t cut = 0; cut < size; cut += cut < 80 || cut + 80 > size ? 1 : 37)
        assert_int_not_equal(try_bytes(bytes, cut, &err), SEQNET_OK);
    for (size_t i = 0; i < size; i += i < 64 ? 1 : 5) {
        const uint8_t kept = bytes[i];
        bytes[i] ^= (uint8_t)(1U << i % 8);
        const seqnet_status status = try_bytes(bytes, size, &err);
        assert_true(status == SEQNET_OK || status == SEQNET_ERR_DATA || status == SEQNET_ERR_USAGE);
        bytes[i] = kept;
    }
    assert_int_equal(try_bytes(bytes, size, &err), SEQNET_OK);
    free(bytes);
}

/* Writes a value over an element of a tensor, and expects the sentence. */
static void assert_refused(const char *tensor, size_t element, int64_t value, const char *sentence)
{
    size_t size;
    uint8_t *const bytes = file_bytes(&size);
    sn_safetensors file;
    seqnet_error err = {0};
    assert_ok(sn_safetensors_open(&file, &(sn_bytes){bytes, size}, "it", &err), &err);
    const sn_st_tensor *const found = sn_safetensors_find(&file, tensor);
    assert_non_null(found);
    const size_t width = found->size / found->shape[0];
    memcpy((uint8_t *)(uintptr_t)found->data + element * width, &value, width);
    sn_safetensors_close(&file);
    assert_failure(try_bytes(bytes, size, &err), &err, SEQNET_ERR_DATA, sentence);
    free(bytes);
}

static void rows_that_cannot_be_are_named(void **state)
{
    (void)state;
    assert_refused("fitted.offsets", 0, 1, "bad.rows: is damaged: its rows do not fit each other");
    assert_refused("fitted.offsets", 2, 1000000, "its rows do not fit each other");
    assert_refused("fitted.offsets", 10, 3, "its rows do not fit each other");
    assert_refused("fitted.ids", 5, 60000, "it has an id beyond its own ids");
    assert_refused("fitted.labels", 1, 2, "a row has a label beyond its own labels");
    assert_refused("fitted.labels", 1, -1, "a row has a label beyond its own labels");
    assert_refused("fitted.ids", 1, 2, "its rows do not give its hash");
    assert_refused("fitted.text_offsets", 3, 1 << 20, "its texts do not fit its rows");
}

/* Replaces a text of the header by one of the same length, and expects the sentence. */
static void assert_header_refused(const char *from, const char *to, const char *sentence)
{
    size_t size;
    uint8_t *const bytes = file_bytes(&size);
    seqnet_error err = {0};
    bool found = false;
    for (size_t i = 0; i + strlen(from) < size && !found; i++)
        if (memcmp(bytes + i, from, strlen(from)) == 0) {
            memcpy(bytes + i, to, strlen(to));
            found = true;
        }
    assert_true(found);
    assert_failure(try_bytes(bytes, size, &err), &err, SEQNET_ERR_DATA, sentence);
    free(bytes);
}

static void headers_that_cannot_be_are_named(void **state)
{
    (void)state;
    assert_header_refused("format_version\":\"1\"", "format_version\":\"7\"",
                          "has format version 7, this seqnet reads version 1; prepare it again");
    assert_header_refused("\"text_rule\":\"unicode-2\"", "\"text_rule\":\"unicode-9\"",
                          "cuts text by a rule 'unicode-9', which is not known here");
    assert_header_refused("\\\"train_rows\\\":8", "\\\"train_rows\\\":99",
                          "bad.rows: is damaged: its metadata are no JSON");
    assert_header_refused("\\\"train_rows\\\":8", "\\\"train_rows\\\":-",
                          "bad.rows: is damaged: its metadata are no JSON");
    assert_header_refused("fitted.labels", "fitted.levels", "its rows do not fit each other");
    assert_header_refused("fitted.texts", "fitted.taxts", "was prepared without its texts");
    assert_header_refused("[\\\"neg\\\",\\\"pos\\\"]", "[\\\"pos\\\",\\\"pos\\\"]",
                          "a label stands twice");
}

static void assert_usage(void set(seqnet_dataset_options *), const char *sentence)
{
    seqnet_error err = {0};
    seqnet_dataset *dataset = NULL;
    size_t size;
    free(file_bytes(&size));
    const test_path path = in_folder("good.rows");
    seqnet_dataset_options options = seqnet_dataset_options_default();
    set(&options);
    assert_failure(seqnet_dataset_load(&dataset, path.text, &options, &err), &err, SEQNET_ERR_USAGE,
                   sentence);
    assert_null(dataset);
}

static void set_map(seqnet_dataset_options *o)
{
    o->labels.map = "pos=good";
}
static void set_min_count(seqnet_dataset_options *o)
{
    o->words.min_count = 2;
}
static void set_test_split(seqnet_dataset_options *o)
{
    o->splits.test_split = 0.5;
}
static void set_format(seqnet_dataset_options *o)
{
    o->records.reader.format = SEQNET_FORMAT_CSV;
}
static void set_split(seqnet_dataset_options *o)
{
    o->splits.tail = true;
    o->splits.validation_split = 0.4;
}

static void what_was_decided_cannot_be_asked_for(void **state)
{
    (void)state;
    assert_usage(set_map, "good.rows: was prepared without .map, which prepare takes");
    assert_usage(set_min_count, "was prepared without .min_count");
    assert_usage(set_format, "was prepared without .format");
    assert_usage(set_test_split, "was divided into parts when it was prepared");
    assert_usage(set_split, "was divided into parts when it was prepared");
}

static void other_files_are_not_prepared(void **state)
{
    (void)state;
    const test_path rows = write_text("rows.csv", ROWS), none = in_folder("none");
    assert_false(sn_prepared_recognise(rows.text));
    assert_false(sn_prepared_recognise(none.text));
    assert_false(sn_prepared_recognise(test_folder));
    assert_false(sn_prepared_recognise("-"));
    size_t size;
    free(file_bytes(&size));
    assert_true(sn_prepared_recognise(in_folder("good.rows").text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_data_comes_back),
        cmocka_unit_test(weights_come_back),
        cmocka_unit_test(ids_take_two_bytes_where_they_fit),
        cmocka_unit_test(damaged_files_are_refused),
        cmocka_unit_test(rows_that_cannot_be_are_named),
        cmocka_unit_test(headers_that_cannot_be_are_named),
        cmocka_unit_test(what_was_decided_cannot_be_asked_for),
        cmocka_unit_test(other_files_are_not_prepared),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
