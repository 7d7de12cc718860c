/* Archives of many writers give the same rows; damaged ones give an error and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "npz.h"
#include "support.h"

/* What make_npz_fixtures.py stores. */
static const int32_t RAGGED_TRAIN[] = {1, 2, 300, 70000, 5}, RAGGED_TEST[] = {6, 7, 8, 9};
static const size_t RAGGED_TRAIN_OFFSETS[] = {0, 3, 3, 5}, RAGGED_TEST_OFFSETS[] = {0, 1, 3, 4};
static const int32_t RAGGED_TRAIN_LABELS[] = {0, 1, 1}, RAGGED_TEST_LABELS[] = {1, 0, 0};
static const int32_t DENSE_TRAIN[] = {0, 1, 200, 3, 4, 5}, DENSE_TEST[] = {0, 0, 6};
static const size_t DENSE_TRAIN_OFFSETS[] = {0, 3, 6}, DENSE_TEST_OFFSETS[] = {0, 3};
static const int32_t DENSE_TRAIN_LABELS[] = {0, 1}, DENSE_TEST_LABELS[] = {1};

static void assert_rows(const sn_sequences *rows, size_t count, const int32_t *ids,
                        const size_t *offsets, const int32_t *labels)
{
    assert_int_equal(rows->count, count);
    assert_memory_equal(rows->offsets, offsets, (count + 1) * sizeof *offsets);
    assert_memory_equal(rows->ids, ids, offsets[count] * sizeof *ids);
    assert_memory_equal(rows->labels, labels, count * sizeof *labels);
}

static void check_fixture(const char *name)
{
    char path[1024];
    sn_bytes bytes;
    sn_npz npz;
    seqnet_error err = {0};
    (void)snprintf(path, sizeof path, "%s/%s", SEQNET_TEST_DATA, name);
    assert_int_equal(sn_bytes_open(&bytes, path, SEQNET_ERR_DATA, NULL), SEQNET_OK);
    assert_true(sn_npz_recognise(&bytes));
    if (sn_npz_read(&npz, &bytes, name, &err) != SEQNET_OK)
        fail_msg("%s", err.message);
    if (strncmp(name, "ragged", 6) == 0) {
        assert_false(npz.final_ids);
        assert_rows(&npz.train, 3, RAGGED_TRAIN, RAGGED_TRAIN_OFFSETS, RAGGED_TRAIN_LABELS);
        assert_rows(&npz.test, 3, RAGGED_TEST, RAGGED_TEST_OFFSETS, RAGGED_TEST_LABELS);
    } else {
        assert_true(npz.final_ids);
        assert_int_equal(npz.width, 3);
        assert_rows(&npz.train, 2, DENSE_TRAIN, DENSE_TRAIN_OFFSETS, DENSE_TRAIN_LABELS);
        assert_rows(&npz.test, 1, DENSE_TEST, DENSE_TEST_OFFSETS, DENSE_TEST_LABELS);
    }
    sn_npz_free(&npz);
    sn_bytes_close(&bytes);
}

static void every_writer_is_understood(void **state)
{
    (void)state;
    size_t checked = 0;
    DIR *const folder = opendir(SEQNET_TEST_DATA);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        if (strstr(entry->d_name, ".npz")) {
            check_fixture(entry->d_name);
            checked++;
        }
    closedir(folder);
    assert_true(checked >= 25);
}

static uint8_t *load(const char *name, size_t *size)
{
    char path[1024];
    sn_bytes bytes;
    (void)snprintf(path, sizeof path, "%s/%s", SEQNET_TEST_DATA, name);
    assert_int_equal(sn_bytes_open(&bytes, path, SEQNET_ERR_DATA, NULL), SEQNET_OK);
    uint8_t *const copy = malloc(bytes.size);
    memcpy(copy, bytes.data, bytes.size);
    *size = bytes.size;
    sn_bytes_close(&bytes);
    return copy;
}

/* Reads the bytes; whatever comes out, memory stays in order and errors have a place. */
static seqnet_status try_bytes(const uint8_t *data, size_t size)
{
    /* A block of exactly this size, so that AddressSanitizer sees a read past its end. */
    uint8_t *const exact = malloc(size ? size : 1);
    memcpy(exact, data, size);
    const sn_bytes bytes = {.data = exact, .size = size};
    sn_npz npz;
    seqnet_error err = {0};
    const seqnet_status status = sn_npz_read(&npz, &bytes, "cut.npz", &err);
    if (status == SEQNET_OK) {
        sn_npz_free(&npz);
    } else {
        assert_int_equal(status, SEQNET_ERR_DATA);
        assert_int_equal(strncmp(err.message, "cut.npz: ", 9), 0);
        assert_null(npz.train.ids);
    }
    free(exact);
    return status;
}

static void cut_everywhere(const char *name)
{
    size_t size;
    uint8_t *const data = load(name, &size);
    for (size_t length = 0; length < size; length++)
        assert_int_equal(try_bytes(data, length), SEQNET_ERR_DATA);
    free(data);
}

static void an_archive_cut_anywhere_is_refused(void **state)
{
    (void)state;
    cut_everywhere("ragged_protocol3.npz");
    cut_everywhere("ragged_stored.npz");
    cut_everywhere("dense_i4_i8.npz");
}

static void change_everywhere(const char *name)
{
    static const uint8_t changes[] = {0x01, 0x80, 0xff};
    size_t size;
    uint8_t *const data = load(name, &size);
    for (size_t at = 0; at < size; at++)
        for (size_t i = 0; i < sizeof changes; i++) {
            data[at] ^= changes[i];
            (void)try_bytes(data, size);
            data[at] ^= changes[i];
        }
    free(data);
}

static void a_changed_byte_does_no_harm(void **state)
{
    (void)state;
    change_everywhere("ragged_protocol5.npz");
    change_everywhere("ragged_stored.npz");
    change_everywhere("dense_fortran.npz");
}

/* A stored member's CRC is checked, not only a deflated one's. */
static void a_wrong_checksum_is_refused(void **state)
{
    (void)state;
    size_t size;
    uint8_t *const data = load("ragged_stored.npz", &size);
    static const uint8_t ids[] = {'K', 7, 'K', 8};
    size_t at = 0;
    while (memcmp(data + at, ids, sizeof ids) != 0)
        at++;
    data[at + 1] = 6;
    assert_int_equal(try_bytes(data, size), SEQNET_ERR_DATA);
    free(data);
}

static void other_bytes_are_no_archive(void **state)
{
    (void)state;
    static const uint8_t text[] = "label,text\n";
    const sn_bytes bytes = {.data = text, .size = sizeof text};
    assert_false(sn_npz_recognise(&bytes));
    assert_int_equal(try_bytes(text, sizeof text), SEQNET_ERR_DATA);
}

static void refused(const uint8_t *data, size_t size, const char *expected)
{
    const sn_bytes bytes = {.data = data, .size = size};
    sn_npz npz;
    seqnet_error err = {0};
    assert_failure(sn_npz_read(&npz, &bytes, "x.npz", &err), &err, SEQNET_ERR_DATA, expected);
}

static void rename_everywhere(uint8_t *data, size_t size, const char *old, const char *name)
{
    const size_t length = strlen(old);
    assert_int_equal(strlen(name), length);
    for (size_t at = 0; at + length <= size; at++)
        if (memcmp(data + at, old, length) == 0)
            memcpy(data + at, name, length);
}

/* The sentence lists the members there are, without what a terminal would obey. */
static void a_missing_member_is_named(void **state)
{
    (void)state;
    size_t size;
    uint8_t *const data = load("ragged_stored.npz", &size);
    rename_everywhere(data, size, "y_test.npy", "y_\033[2J.npy");
    refused(data, size, "no member y_test.npy (found: x_train.npy, ");
    refused(data, size, "y_?[2J.npy");
    free(data);
    refused((const uint8_t *)"label,text\n", 11, "not a zip archive");
}

/* Offset of the last signature of four bytes. */
static size_t find_last(const uint8_t *data, size_t size, const char *signature)
{
    size_t at = size - 4;
    while (memcmp(data + at, signature, 4) != 0)
        at--;
    return at;
}

/* Sets a 16-bit field at the same place in all records of the central directory. */
static void set_in_directory(uint8_t *data, size_t size, size_t place, uint8_t value)
{
    for (size_t at = 0; at + 4 <= size; at++)
        if (memcmp(data + at, "PK\x01\x02", 4) == 0)
            data[at + place] = value;
}

static void what_is_whole_is_not_called_damaged(void **state)
{
    (void)state;
    enum { FLAGS = 8, METHOD = 10, DISK = 4 };
    size_t size;
    uint8_t *data = load("ragged_protocol4.npz", &size);
    set_in_directory(data, size, METHOD, 14);
    refused(data, size,
            "x.npz: its member x_train.npy is compressed in a way that is not supported (LZMA, "
            "method 14); write it with numpy.savez_compressed");
    set_in_directory(data, size, METHOD, 77);
    refused(data, size, "not supported (method 77); write it with");
    set_in_directory(data, size, METHOD, 8);
    set_in_directory(data, size, FLAGS, 1);
    refused(data, size, "x.npz: its member x_train.npy is encrypted; write it with numpy.savez");
    free(data);
    data = load("ragged_protocol4.npz", &size);
    const size_t end = find_last(data, size, "PK\x05\x06");
    data[end + DISK] = 1;
    data[end + DISK + 2] = 1;
    refused(data, size, "x.npz: is one of several parts of a zip archive; write it with numpy");
    data[end + DISK] = data[end + DISK + 2] = 0;
    uint8_t *const behind = malloc(size + 7);
    memcpy(behind, "prefix\n", 7);
    memcpy(behind + 7, data, size);
    refused(behind, size + 7, "x.npz: has other bytes before its zip archive; write it with numpy");
    free(behind);
    free(data);
}

/* Replaces both test members of the archive by those of the fixture `name`. */
static void take_test_part(const char *path, const char *name)
{
    static const char *const members[] = {"x_test.npy", "y_test.npy"};
    char other_path[1024];
    (void)snprintf(other_path, sizeof other_path, "%s/%s", SEQNET_TEST_DATA, name);
    zip_t *const zip = zip_open(path, 0, NULL);
    zip_t *const other = zip_open(other_path, ZIP_RDONLY, NULL);
    assert_non_null(zip);
    assert_non_null(other);
    for (size_t i = 0; i < 2; i++) {
        const zip_int64_t from = zip_name_locate(other, members[i], 0);
        zip_source_t *const source = zip_source_zip(zip, other, (zip_uint64_t)from, 0, 0, -1);
        const zip_int64_t at = zip_name_locate(zip, members[i], 0);
        assert_int_equal(zip_file_replace(zip, (zip_uint64_t)at, source, 0), 0);
    }
    assert_int_equal(zip_close(zip), 0);
    zip_discard(other);
}

static void two_kinds_of_rows_do_not_mix(void **state)
{
    (void)state;
    size_t size;
    uint8_t *const data = load("ragged_protocol3.npz", &size);
    const test_path path = write_file("mixed.npz", data, size);
    free(data);
    take_test_part(path.text, "dense_i4_i8.npz");
    sn_bytes bytes;
    assert_int_equal(sn_bytes_open(&bytes, path.text, SEQNET_ERR_DATA, NULL), SEQNET_OK);
    refused(bytes.data, bytes.size, "different kinds");
    sn_bytes_close(&bytes);
}

static void the_real_file(void **state)
{
    (void)state;
    static const int32_t start[] = {23022, 309, 6, 3, 1069, 209, 9, 2175, 30, 1, 169};
    char path[1024];
    sn_bytes bytes;
    sn_npz npz;
    const char *const folder = getenv("SEQNET_DATA");
    if (!folder) {
        print_message("SEQNET_DATA is not set\n");
        skip();
    }
    (void)snprintf(path, sizeof path, "%s/imdb.npz", folder);
    assert_int_equal(sn_bytes_open(&bytes, path, SEQNET_ERR_DATA, NULL), SEQNET_OK);
    assert_int_equal(sn_npz_read(&npz, &bytes, path, NULL), SEQNET_OK);
    assert_int_equal(npz.train.count, 25000);
    assert_int_equal(npz.test.count, 25000);
    assert_memory_equal(npz.train.ids, start, sizeof start);
    assert_int_equal(npz.train.labels[0], 1);
    assert_int_equal(npz.train.labels[24999], 0);
    sn_npz_free(&npz);
    sn_bytes_close(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_writer_is_understood),
        cmocka_unit_test(an_archive_cut_anywhere_is_refused),
        cmocka_unit_test(a_changed_byte_does_no_harm),
        cmocka_unit_test(a_wrong_checksum_is_refused),
        cmocka_unit_test(other_bytes_are_no_archive),
        cmocka_unit_test(a_missing_member_is_named),
        cmocka_unit_test(what_is_whole_is_not_called_damaged),
        cmocka_unit_test(two_kinds_of_rows_do_not_mix),
        cmocka_unit_test(the_real_file),
    };
    return cmocka_run_group_tests_name("npz", tests, make_folder, remove_folder);
}
