/* A padded .npz comes back as it was written: through our reader, and through NumPy itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "npz.h"
#include "npz_write.h"
#include "pad.h"
#include "rng.h"
#include "sequences.h"
#include "support.h"

typedef struct table {
    sn_sequences parts[2];
} table;

typedef struct views {
    sn_rows parts[2];
} views;

static void add(sn_sequences *rows, int32_t label, size_t length, const int32_t *ids)
{
    assert_int_equal(sn_sequences_add(rows, ids, length, label, NULL), SEQNET_OK);
}

static table small_table(void)
{
    table t = {0};
    add(&t.parts[SEQNET_TRAIN], 1, 3, (const int32_t[]){1, 14, 22});
    add(&t.parts[SEQNET_TRAIN], 0, 0, NULL);
    add(&t.parts[SEQNET_TRAIN], 1, 5, (const int32_t[]){1, 300, 70000, 1000000000, 9});
    add(&t.parts[SEQNET_TEST], 0, 2, (const int32_t[]){1, 2});
    add(&t.parts[SEQNET_TEST], 1, 1, (const int32_t[]){1});
    return t;
}

/* Rows long enough that a member does not fit into one buffer of the compressor. */
static table large_table(void)
{
    enum { LONGEST = 900 };
    table t = {0};
    sn_rng rng;
    int32_t ids[LONGEST];
    sn_rng_seed(&rng, 1, SN_RNG_INIT);
    for (size_t row = 0; row < 600; row++) {
        const size_t length = (size_t)sn_rng_below(&rng, LONGEST + 1);
        for (size_t i = 0; i < length; i++)
            ids[i] = (int32_t)sn_rng_below(&rng, 10000);
        add(&t.parts[row % 3 == 0], (int32_t)sn_rng_below(&rng, 2), length, ids);
    }
    return t;
}

static void free_table(table *t)
{
    sn_sequences_free(&t->parts[SEQNET_TRAIN]);
    sn_sequences_free(&t->parts[SEQNET_TEST]);
}

static views views_of(const table *t)
{
    return (views){{sn_sequences_view(&t->parts[0]), sn_sequences_view(&t->parts[1])}};
}

static void write_table(const table *t, const char *path, const size_t maxlens[2],
                        seqnet_side padding, seqnet_side truncating, bool *replaced)
{
    seqnet_error err = {0};
    assert_ok(sn_npz_write_padded(path, views_of(t).parts, maxlens, padding, truncating, NULL,
                                  replaced, &err),
              &err);
}

static void read_table(sn_npz *npz, const char *path)
{
    seqnet_error err = {0};
    sn_bytes bytes;
    assert_ok(sn_bytes_open(&bytes, path, SEQNET_ERR_DATA, &err), &err);
    assert_true(sn_npz_recognise(&bytes));
    assert_ok(sn_npz_read(npz, &bytes, path, &err), &err);
    sn_bytes_close(&bytes);
}

static void assert_part(const sn_sequences *found, const sn_sequences *rows, size_t maxlen,
                        seqnet_side padding, seqnet_side truncating)
{
    int32_t padded[1000];
    assert_int_equal(found->count, rows->count);
    for (size_t row = 0; row < rows->count; row++) {
        sn_pad(padded, maxlen, sn_sequences_row(rows, row), sn_sequences_length(rows, row), padding,
               truncating);
        assert_int_equal(sn_sequences_length(found, row), maxlen);
        assert_memory_equal(sn_sequences_row(found, row), padded, maxlen * sizeof *padded);
        assert_int_equal(found->labels[row], rows->labels[row]);
    }
}

static void assert_comes_back(table t, size_t train_maxlen, size_t test_maxlen, seqnet_side padding,
                              seqnet_side truncating)
{
    const test_path path = in_folder("padded.npz");
    const size_t maxlens[2] = {train_maxlen, test_maxlen};
    sn_npz npz;
    write_table(&t, path.text, maxlens, padding, truncating, NULL);
    read_table(&npz, path.text);
    assert_true(npz.final_ids);
    assert_int_equal(npz.width, train_maxlen);
    assert_part(&npz.train, &t.parts[SEQNET_TRAIN], train_maxlen, padding, truncating);
    assert_part(&npz.test, &t.parts[SEQNET_TEST], test_maxlen, padding, truncating);
    sn_npz_free(&npz);
    free_table(&t);
}

static void what_is_written_comes_back(void **state)
{
    (void)state;
    assert_comes_back(small_table(), 4, 4, SEQNET_PRE, SEQNET_PRE);
    assert_comes_back(small_table(), 4, 4, SEQNET_POST, SEQNET_POST);
    assert_comes_back(small_table(), 1, 1, SEQNET_PRE, SEQNET_POST);
    assert_comes_back(small_table(), 9, 9, SEQNET_POST, SEQNET_PRE);
}

static void each_part_has_its_own_width(void **state)
{
    (void)state;
    assert_comes_back(small_table(), 5, 2, SEQNET_PRE, SEQNET_PRE);
}

static void large_parts_come_back(void **state)
{
    (void)state;
    assert_comes_back(large_table(), 500, 500, SEQNET_PRE, SEQNET_PRE);
    assert_comes_back(large_table(), 900, 900, SEQNET_POST, SEQNET_POST);
}

static sn_string_set three_names(void)
{
    static const char *const names[] = {"so so", "b", "\xc3\xa9t\xc3\xa9 \xf0\x9f\x98\x80"};
    sn_string_set set = {0};
    for (size_t i = 0, number; i < 3; i++)
        assert_int_equal(sn_string_set_add(&set, names[i], strlen(names[i]), &number, NULL),
                         SEQNET_OK);
    return set;
}

static void names_of_classes_come_back(void **state)
{
    (void)state;
    table t = small_table();
    seqnet_error err = {0};
    sn_npz npz;
    sn_string_set names = three_names();
    const size_t maxlens[2] = {4, 4};
    const test_path path = in_folder("named.npz");
    t.parts[SEQNET_TEST].labels[0] = 2;
    assert_ok(sn_npz_write_padded(path.text, views_of(&t).parts, maxlens, SEQNET_PRE, SEQNET_PRE,
                                  &names, NULL, &err),
              &err);
    read_table(&npz, path.text);
    assert_int_equal(npz.labels.count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(sn_string_set_get(&npz.labels, i, NULL),
                            sn_string_set_get(&names, i, NULL));
    assert_part(&npz.test, &t.parts[SEQNET_TEST], 4, SEQNET_PRE, SEQNET_PRE);
    sn_npz_free(&npz);
    sn_string_set_free(&names);
    free_table(&t);
}

/* Written in another time zone and, as the clock of a zip counts in steps of 2 s, later. */
static void equal_arrays_give_equal_files(void **state)
{
    (void)state;
    table t = small_table();
    seqnet_error err = {0};
    sn_bytes one, other;
    const size_t maxlens[2] = {4, 4};
    const test_path first = in_folder("first.npz"), second = in_folder("second.npz");
    setenv("TZ", "UTC0", 1);
    write_table(&t, first.text, maxlens, SEQNET_PRE, SEQNET_PRE, NULL);
    setenv("TZ", "JST-9", 1);
    sleep(3);
    write_table(&t, second.text, maxlens, SEQNET_PRE, SEQNET_PRE, NULL);
    unsetenv("TZ");
    assert_ok(sn_bytes_open(&one, first.text, SEQNET_ERR_DATA, &err), &err);
    assert_ok(sn_bytes_open(&other, second.text, SEQNET_ERR_DATA, &err), &err);
    assert_int_equal(one.size, other.size);
    assert_memory_equal(one.data, other.data, one.size);
    sn_bytes_close(&one);
    sn_bytes_close(&other);
    free_table(&t);
}

static void repetitive_rows_are_compressed(void **state)
{
    (void)state;
    table t = small_table();
    seqnet_error err = {0};
    sn_bytes bytes;
    const size_t maxlens[2] = {20000, 20000};
    const test_path path = in_folder("wide.npz");
    write_table(&t, path.text, maxlens, SEQNET_PRE, SEQNET_PRE, NULL);
    assert_ok(sn_bytes_open(&bytes, path.text, SEQNET_ERR_DATA, &err), &err);
    assert_true(bytes.size < 20000);
    sn_bytes_close(&bytes);
    free_table(&t);
}

static void an_older_file_is_replaced_and_told(void **state)
{
    (void)state;
    table t = small_table();
    bool replaced = true;
    const size_t maxlens[2] = {4, 4};
    const test_path path = in_folder("replaced.npz");
    write_table(&t, path.text, maxlens, SEQNET_PRE, SEQNET_PRE, &replaced);
    assert_false(replaced);
    write_table(&t, path.text, maxlens, SEQNET_PRE, SEQNET_PRE, &replaced);
    assert_true(replaced);
    free_table(&t);
}

static void assert_cannot_write(const char *path, const char *sentence)
{
    table t = small_table();
    seqnet_error err = {0};
    const size_t maxlens[2] = {4, 4}, entries = count_entries(test_folder);
    assert_failure(sn_npz_write_padded(path, views_of(&t).parts, maxlens, SEQNET_PRE, SEQNET_PRE,
                                       NULL, NULL, &err),
                   &err, SEQNET_ERR_WRITE, sentence);
    assert_int_equal(count_entries(test_folder), entries);
    free_table(&t);
}

static void a_missing_folder_is_a_write_error(void **state)
{
    (void)state;
    assert_cannot_write(in_folder("none/padded.npz").text, "create the folder first");
}

static void a_full_device_is_a_write_error(void **state)
{
    (void)state;
    const test_path full = safe_device("full", 7);
    if (!full.text[0])
        SKIP_WITHOUT("/dev/full, or the right to make such a device");
    assert_cannot_write(full.text, "/full: cannot be written");
}

/* Runs `script` on the file `path`; it ends with a status other than 0 when an assertion fails. */
static void assert_python(const char *python, const char *script, const char *path)
{
    char command[512];
    const test_path checker = write_text("check.py", script);
    (void)snprintf(command, sizeof command, "%s '%s' '%s'", python, checker.text, path);
    assert_int_equal(system(command), 0);
}

static void numpy_reads_it(void **state)
{
    (void)state;
    static const char script[] =
        "import sys\n"
        "import numpy as np\n"
        "f = np.load(sys.argv[1])\n"
        "assert f.files == ['x_train', 'y_train', 'x_test', 'y_test'], f.files\n"
        "for name in f.files:\n"
        "    assert f[name].dtype == np.dtype('<i4'), f[name].dtype\n"
        "    assert f[name].flags.c_contiguous\n"
        "assert f['x_train'].shape == (3, 4) and f['x_test'].shape == (2, 3)\n"
        "assert f['x_train'].tolist() == [[0, 1, 14, 22], [0, 0, 0, 0],\n"
        "                                 [300, 70000, 1000000000, 9]]\n"
        "assert f['y_train'].tolist() == [1, 0, 1]\n"
        "assert f['x_test'].tolist() == [[0, 1, 2], [0, 0, 1]]\n"
        "assert f['y_test'].tolist() == [0, 1]\n";
    const char *const python = python_with_numpy();
    if (!python)
        SKIP_WITHOUT("Python with NumPy");
    table t = small_table();
    const size_t maxlens[2] = {4, 3};
    const test_path path = in_folder("numpy.npz");
    write_table(&t, path.text, maxlens, SEQNET_PRE, SEQNET_PRE, NULL);
    free_table(&t);
    assert_python(python, script, path.text);
}

/* A row without ids and a part without rows: x is 2-D all the same, and y never passes for x. */
static void numpy_reads_empty_rows_and_parts(void **state)
{
    (void)state;
    static const char script[] = "import sys\n"
                                 "import numpy as np\n"
                                 "f = np.load(sys.argv[1])\n"
                                 "assert f['y_train'].tolist() == [1], f['y_train']\n"
                                 "assert f['y_test'].shape == (0,), f['y_test']\n"
                                 "assert f['x_test'].shape == (0, 3), f['x_test']\n"
                                 "assert f['x_train'].shape == (1, 0), f['x_train']\n";
    const char *const python = python_with_numpy();
    if (!python)
        SKIP_WITHOUT("Python with NumPy");
    table t = {0};
    const size_t maxlens[2] = {0, 3};
    const test_path path = in_folder("columns.npz");
    add(&t.parts[SEQNET_TRAIN], 1, 0, NULL);
    write_table(&t, path.text, maxlens, SEQNET_PRE, SEQNET_PRE, NULL);
    free_table(&t);
    assert_python(python, script, path.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_comes_back),
        cmocka_unit_test(each_part_has_its_own_width),
        cmocka_unit_test(large_parts_come_back),
        cmocka_unit_test(names_of_classes_come_back),
        cmocka_unit_test(equal_arrays_give_equal_files),
        cmocka_unit_test(repetitive_rows_are_compressed),
        cmocka_unit_test(an_older_file_is_replaced_and_told),
        cmocka_unit_test(a_missing_folder_is_a_write_error),
        cmocka_unit_test(a_full_device_is_a_write_error),
        cmocka_unit_test(numpy_reads_it),
        cmocka_unit_test(numpy_reads_empty_rows_and_parts),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
