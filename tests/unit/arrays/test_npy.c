/* .npy headers and elements. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "npy.h"

enum { ROOM = 1024 };

/* A version 1 file: magic, header length, header, data. */
static size_t make_file(char *out, const char *dict, const void *data, size_t size)
{
    const size_t length = strlen(dict);
    memcpy(out, "\x93NUMPY\x01\x00", 8);
    out[8] = (char)length;
    out[9] = (char)(length >> 8);
    memcpy(out + 10, dict, length);
    memcpy(out + 10 + length, data, size);
    return 10 + length + size;
}

static seqnet_status read_header(const char *dict, sn_npy_header *header, seqnet_error *err)
{
    char file[ROOM];
    const size_t size = make_file(file, dict, "", 0);
    sn_cursor cursor = sn_cursor_over(file, size);
    return sn_npy_read_header(header, &cursor, "m.npy", err);
}

static void headers_of_every_spelling(void **state)
{
    (void)state;
    static const char *const dicts[] = {
        "{'descr': '<i8', 'fortran_order': False, 'shape': (3, 2), }   \n",
        "{'shape':(3,2),'descr':'<i8','fortran_order':False}",
        "{\"fortran_order\": False, \"shape\": (3L, 2L), \"descr\": \"<i8\"}\n",
        "  {  'descr' : '<i8' ,'fortran_order' : False, 'shape' : ( 3 , 2 , ) }",
    };
    for (size_t i = 0; i < 4; i++) {
        sn_npy_header header;
        seqnet_error err = {0};
        if (read_header(dicts[i], &header, &err) != SEQNET_OK)
            fail_msg("%zu: %s", i, err.message);
        assert_int_equal(header.rank, 2);
        assert_int_equal(header.shape[0], 3);
        assert_int_equal(header.shape[1], 2);
        assert_int_equal(header.type.kind, 'i');
        assert_int_equal(header.type.size, 8);
        assert_false(header.fortran_order);
    }
}

static void damaged_headers_are_refused(void **state)
{
    (void)state;
    static const char *const dicts[] = {
        "",
        "{",
        "{}",
        "{'descr': '<i8', 'fortran_order': False}",
        "{'descr': '<i8', 'fortran_order': Maybe, 'shape': (3,)}",
        "{'descr': '<i8', 'fortran_order': False, 'shape': 3}",
        "{'descr': '<i8', 'fortran_order': False, 'shape': (3 2)}",
        "{'descr': '<i8', 'fortran_order': False, 'shape': (-3,)}",
        "{'descr': '<i8', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1)}",
        "{'descr': '<i8', 'fortran_order': False, 'shape': (99999999999999999999999,)}",
        "{'descr': '<i8, 'fortran_order': False, 'shape': (3,)}",
        "{'descr': [('a', '<i8')], 'fortran_order': False, 'shape': (3,)}",
        "{'descr': '<i8', 'fortran_order': False, 'shape': (3,), 'more': 1}",
    };
    for (size_t i = 0; i < sizeof dicts / sizeof *dicts; i++) {
        sn_npy_header header;
        seqnet_error err = {0};
        if (read_header(dicts[i], &header, &err) != SEQNET_ERR_DATA)
            fail_msg("accepted: %s", dicts[i]);
        assert_non_null(strstr(err.message, "m.npy: "));
    }
}

static void other_magic_and_versions_are_refused(void **state)
{
    (void)state;
    char file[ROOM];
    sn_npy_header header;
    seqnet_error err;
    const size_t size =
        make_file(file, "{'descr': '<i8', 'fortran_order': False, 'shape': (3,)}", "", 0);
    sn_cursor cursor;
    for (size_t length = 0; length < size; length++) {
        cursor = sn_cursor_over(file, length);
        assert_int_equal(sn_npy_read_header(&header, &cursor, "m", NULL), SEQNET_ERR_DATA);
    }
    file[6] = 9;
    cursor = sn_cursor_over(file, size);
    assert_int_equal(sn_npy_read_header(&header, &cursor, "m", &err), SEQNET_ERR_DATA);
    assert_non_null(strstr(err.message, "version 9"));
    file[1] = 'X';
    cursor = sn_cursor_over(file, size);
    assert_int_equal(sn_npy_read_header(&header, &cursor, "m", &err), SEQNET_ERR_DATA);
}

static seqnet_status read_rows(const char *dict, const void *data, size_t size, sn_sequences *rows,
                               seqnet_error *err)
{
    char file[ROOM];
    sn_npy_header header;
    sn_cursor cursor = sn_cursor_over(file, make_file(file, dict, data, size));
    *rows = (sn_sequences){0};
    assert_int_equal(sn_npy_read_header(&header, &cursor, "x.npy", err), SEQNET_OK);
    return sn_npy_read_rows(rows, &header, &cursor, "x.npy", err);
}

static void rows_refused(const char *dict, const void *data, size_t size, const char *expected)
{
    sn_sequences rows;
    seqnet_error err = {0};
    assert_int_equal(read_rows(dict, data, size, &rows, &err), SEQNET_ERR_DATA);
    if (!strstr(err.message, expected))
        fail_msg("'%s', expected '%s'", err.message, expected);
    sn_sequences_free(&rows);
}

static void dense_rows(void **state)
{
    (void)state;
    static const uint8_t data[] = {1, 2, 3, 4, 5, 6};
    sn_sequences rows;
    assert_int_equal(read_rows("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3)}", data, 6,
                               &rows, NULL),
                     SEQNET_OK);
    assert_int_equal(sn_sequences_row(&rows, 1)[0], 4);
    sn_sequences_free(&rows);
    assert_int_equal(
        read_rows("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3)}", data, 6, &rows, NULL),
        SEQNET_OK);
    assert_int_equal(sn_sequences_row(&rows, 0)[1], 3);
    assert_int_equal(sn_sequences_row(&rows, 1)[0], 2);
    sn_sequences_free(&rows);
    rows_refused("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 4)}", data, 6, "cut short");
    rows_refused("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 3)}", data, 6,
                 "more elements");
    assert_int_equal(read_rows("{'descr': '|u1', 'fortran_order': False, 'shape': (0, 3)}", data, 0,
                               &rows, NULL),
                     SEQNET_OK);
    assert_int_equal(rows.count, 0);
    sn_sequences_free(&rows);
    rows_refused("{'descr': '|u1', 'fortran_order': False, 'shape': (3, 0)}", data, 0,
                 "no elements");
    rows_refused("{'descr': '|i1', 'fortran_order': False, 'shape': (1, 1)}", "\xfd", 1,
                 "holds -3");
    rows_refused("{'descr': '|u1', 'fortran_order': False, 'shape': (6,)}", data, 6, "(6,)");
    rows_refused("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2, 3)}", data, 6,
                 "(1, 2, 3)");
    rows_refused("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2)}", data, 6, "(1, 2)");
    rows_refused("{'descr': '<i8', 'fortran_order': False, 'shape': (1152921504606846975, "
                 "1152921504606846975)}",
                 data, 6, "cut short");
    rows_refused("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2)}", data, 6, "'<f8'");
    rows_refused("{'descr': '\033[2J', 'fortran_order': False, 'shape': (6,)}", data, 6, "'?[2J'");
}

static void labels_refused(const char *dict, const void *data, size_t size, const char *expected)
{
    char file[ROOM];
    int32_t stored[2];
    sn_sequences rows = {.labels = stored, .count = 2};
    sn_npy_header header;
    seqnet_error err = {0};
    sn_cursor cursor = sn_cursor_over(file, make_file(file, dict, data, size));
    assert_int_equal(sn_npy_read_header(&header, &cursor, "y.npy", NULL), SEQNET_OK);
    assert_int_equal(sn_npy_read_labels(&rows, &header, &cursor, 2, "y.npy", &err),
                     SEQNET_ERR_DATA);
    if (!strstr(err.message, expected))
        fail_msg("'%s', expected '%s'", err.message, expected);
}

static void labels_are_checked(void **state)
{
    (void)state;
    labels_refused("{'descr': '|i1', 'fortran_order': False, 'shape': (2,)}", "\x01\x02", 2,
                   "row 1 has label 2");
    labels_refused("{'descr': '|i1', 'fortran_order': False, 'shape': (2,)}", "\xff\x00", 2,
                   "label -1");
    labels_refused("{'descr': '|i1', 'fortran_order': False, 'shape': (3,)}", "\0\0\0", 3,
                   "3 labels for 2 rows");
    labels_refused("{'descr': '|i1', 'fortran_order': False, 'shape': (2,)}", "\0", 1, "cut short");
    labels_refused("{'descr': '|i1', 'fortran_order': False, 'shape': (2,)}", "\0\0\0", 3,
                   "more elements");
    labels_refused("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}", "\0", 1,
                   "1-D integers");
    labels_refused("{'descr': '|i1', 'fortran_order': False, 'shape': (2, 1)}", "\0\0", 2,
                   "1-D integers");
}

/* An array of two names of two characters, some bytes of which are then changed. */
static void assert_names(const char *type, const char *units, size_t size, const char *expected)
{
    sn_string_set names = {0};
    seqnet_error err = {0};
    sn_npy_header header = {.rank = 1, .shape = {2}};
    sn_cursor cursor = sn_cursor_over((const uint8_t *)units, size);
    (void)snprintf(header.descr, sizeof header.descr, "%s", type);
    const seqnet_status status = sn_npy_read_names(&names, &header, &cursor, 2, "l.npy", &err);
    assert_int_equal(status, expected ? SEQNET_ERR_DATA : SEQNET_OK);
    if (expected && !strstr(err.message, expected))
        fail_msg("'%s', expected '%s'", err.message, expected);
    if (!expected)
        assert_string_equal(sn_string_set_get(&names, 1, NULL), "b");
    sn_string_set_free(&names);
}

static void names_are_read_with_care(void **state)
{
    (void)state;
    assert_names("<U2", "a\0\0\0c\0\0\0b\0\0\0\0\0\0\0", 16, NULL);
    assert_names(">U2", "\0\0\0a\0\0\0c\0\0\0b\0\0\0\0", 16, NULL);
    assert_names("<U2", "a\0\0\0c\0\0\0b\0\0\0\0\0\0\0", 12, "fewer or more bytes");
    assert_names("<U1", "a\0\0\0c\0\0\0b\0\0\0\0\0\0\0", 16, "fewer or more bytes");
    assert_names("<U99999999999999999999", "", 0, "expected the names of classes");
    assert_names("<i4", "", 0, "expected the names of classes");
    assert_names("<U1", "a\0\0\0a\0\0\0", 8, "the same name twice");
    assert_names("<U1", "a\0\0\0\0\xd8\0\0", 8, "no text");
    assert_names("<U1", "a\0\0\0\0\0\x11\0", 8, "no text");
    assert_names("<U2", "a\0\0\0a\0\0\0\0\0\0\0b\0\0\0", 16, "no text");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_of_every_spelling),
        cmocka_unit_test(damaged_headers_are_refused),
        cmocka_unit_test(other_magic_and_versions_are_refused),
        cmocka_unit_test(dense_rows),
        cmocka_unit_test(labels_are_checked),
        cmocka_unit_test(names_are_read_with_care),
    };
    return cmocka_run_group_tests_name("npy", tests, NULL, NULL);
}
