/* Files of Keras's weights: the layouts, and which kinds of files are refused. More layouts and
 * hostile files are in tests/keras_files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support.h"
#include "weights_file.h"
#include "weights_parts.h"

#define FOLDER SEQNET_TEST_DATA "/keras/"

/* Whether this build has the module of HDF5; tells why not. */
static bool reads(sn_weights_file *file, const char *path)
{
    seqnet_error err = {0};
    const seqnet_status status = sn_weights_file_read(file, path, &err);
    if (status == SEQNET_ERR_MODEL && strstr(err.message, "built without")) {
        print_message("skipped: %s\n", err.message);
        return false;
    }
    if (status != SEQNET_OK)
        fail_msg("%s", err.message);
    return true;
}

static void assert_shape(const sn_weights_array *array, size_t rank, size_t rows, size_t columns)
{
    assert_non_null(array);
    assert_int_equal(array->rank, rank);
    assert_int_equal(array->shape[0], rows);
    if (rank > 1)
        assert_int_equal(array->shape[1], columns);
    assert_int_equal(array->count, rank > 1 ? rows * columns : rows);
}

static void layers_by_name(void **state)
{
    (void)state;
    sn_weights_file file;
    if (!reads(&file, FOLDER "keras2.h5"))
        return;
    assert_int_equal(file.layout, SN_WEIGHTS_BY_LAYER);
    assert_string_equal(file.keras_version, "2.9.0");
    assert_string_equal(file.backend, "tensorflow");
    assert_non_null(strstr(file.config, "\"Sequential\""));
    assert_int_equal(file.layer_count, 4);
    assert_string_equal(file.layers[1].name, "dropout");
    assert_int_equal(file.array_count, 6);
    assert_string_equal(file.arrays[2].name, "lstm/lstm_cell/recurrent_kernel:0");
    assert_string_equal(file.arrays[2].layer, "lstm");
    assert_shape(&file.arrays[2], 2, 3, 12);
    assert_shape(sn_weights_file_find(&file, "dense", "dense/bias:0"), 1, 1, 0);
    assert_null(sn_weights_file_find(&file, "lstm", "dense/bias:0"));
    sn_weights_file_free(&file);
}

static void arrays_by_path(void **state)
{
    (void)state;
    sn_weights_file file;
    if (!reads(&file, FOLDER "keras3.keras"))
        return;
    assert_int_equal(file.layout, SN_WEIGHTS_BY_PATH);
    assert_string_equal(file.keras_version, "3.5.0");
    assert_non_null(file.config);
    assert_shape(sn_weights_file_find(&file, NULL, "layers/lstm/cell/vars/1"), 2, 3, 12);
    assert_shape(sn_weights_file_find(&file, "layers/embedding", "layers/embedding/vars/0"), 2, 7,
                 4);
    assert_int_equal(file.array_count, 6); /* none of the optimiser's */
    assert_int_equal(file.layer_count, 4);
    assert_string_equal(file.layers[0].name, "layers/dense");
    assert_string_equal(file.layers[0].label, "dense_9");
    assert_null(file.layers[1].label);
    assert_int_equal(file.asset_count, 1);
    assert_string_equal(file.assets[0].bytes, "\n[UNK]\nthe\n");
    sn_weights_file_free(&file);
}

static void arrays_in_order(void **state)
{
    (void)state;
    sn_weights_file file, other;
    assert_true(reads(&file, FOLDER "weights.npz"));
    assert_int_equal(file.layout, SN_WEIGHTS_IN_ORDER);
    assert_int_equal(file.array_count, 6);
    assert_string_equal(file.arrays[5].name, "arr_5");
    assert_null(file.arrays[5].layer);
    if (reads(&other, FOLDER "keras2.h5")) {
        for (size_t i = 0; i < 6; i++)
            assert_memory_equal(file.arrays[i].values, other.arrays[i].values,
                                file.arrays[i].count * sizeof(float));
        sn_weights_file_free(&other);
    }
    sn_weights_file_free(&file);
}

static void refused(const char *name, const void *bytes, size_t size, const char *expected)
{
    sn_weights_file file;
    seqnet_error err = {0};
    const test_path path = in_folder(name);
    FILE *const out = fopen(path.text, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, size, out), size);
    fclose(out);
    assert_int_equal(sn_weights_file_read(&file, path.text, &err), SEQNET_ERR_MODEL);
    if (!strstr(err.message, expected) || !strstr(err.message, name))
        fail_msg("%s, expected '%s'", err.message, expected);
    assert_int_equal(file.array_count, 0);
}

static void other_kinds_are_named(void **state)
{
    (void)state;
#define REFUSED(NAME, BYTES, EXPECTED) refused(NAME, BYTES, sizeof(BYTES) - 1, EXPECTED)
    REFUSED("lfs.h5", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git lfs pull");
    REFUSED("a.tflite", "\x1c\0\0\0TFL3\0\0\0\0\0\0\0\0\1\2\3\4\5\6", "TensorFlow Lite");
    REFUSED("a.onnx", "\x08\x07\x12\x07pytorch\x1a\x02\x08\x11\0\0\0\0\0\0", "an ONNX model");
    REFUSED("m.json", "  {\"class_name\": \"Sequential\"}", "is JSON");
    REFUSED("m.h5", "hello\n", "is text");
    REFUSED("m.gz", "\x1f\x8b\x08\0\0\0\0\0\0\x03", "gzip");
    REFUSED("t.pkl", "\x80\x04}q\0.", "Python pickle");
    REFUSED("cut.h5", "\x89HDF\r\n\x1a\n\0\0\0", "HDF5");
#undef REFUSED
}

/* A file that is cut anywhere, or has a wrong bit, gives an error or a model, and ends no process.
 */
static void damaged_files(void **state)
{
    (void)state;
    static const char *const names[] = {"keras2.h5", "keras3.keras", "weights.npz"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        sn_bytes bytes;
        sn_weights_file file;
        char from[256];
        const test_path path = in_folder(names[i]);
        (void)snprintf(from, sizeof from, FOLDER "%s", names[i]);
        assert_int_equal(sn_bytes_open(&bytes, from, SEQNET_ERR_DATA, NULL), SEQNET_OK);
        for (size_t cut = 1; cut < 40; cut++) {
            FILE *const out = fopen(path.text, "wb");
            assert_non_null(out);
            const size_t size = bytes.size * cut / 40;
            assert_int_equal(fwrite(bytes.data, 1, size, out), size);
            if (cut % 2) { /* whole, with one wrong byte */
                (void)fputc(bytes.data[size] ^ (1 << cut % 8), out);
                (void)fwrite(bytes.data + size + 1, 1, bytes.size - size - 1, out);
            }
            fclose(out);
            const seqnet_status status = sn_weights_file_read(&file, path.text, NULL);
            assert_true(status == SEQNET_ERR_MODEL || (status == SEQNET_OK && cut % 2));
            sn_weights_file_free(&file);
        }
        sn_bytes_close(&bytes);
    }
}

static void names_with_numbers_are_in_order(void **state)
{
    (void)state;
    static const char *const names[] = {"",          "dense",    "dense/vars/2", "dense/vars/10",
                                        "dense_1",   "dense_1a", "dense_2",      "dense_10",
                                        "dense_100", "lstm"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (size_t j = 0; j < sizeof names / sizeof *names; j++) {
            const int order = sn_weights_compare_names(names[i], names[j]);
            assert_true(i < j ? order < 0 : i > j ? order > 0 : order == 0);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layers_by_name),  cmocka_unit_test(arrays_by_path),
        cmocka_unit_test(arrays_in_order), cmocka_unit_test(other_kinds_are_named),
        cmocka_unit_test(damaged_files),   cmocka_unit_test(names_with_numbers_are_in_order),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
