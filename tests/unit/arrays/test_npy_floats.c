/* Arrays of numbers as floats: every type and order, written and read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "npy.h"

/* Reads an array with this dict and data; the caller frees the values. */
static seqnet_status read_array(const char *dict, const void *data, size_t size, float **values,
                                size_t *count, seqnet_error *err)
{
    sn_buffer bytes = {0};
    sn_npy_header header;
    const char length[2] = {(char)strlen(dict), 0};
    assert_int_equal(sn_buffer_add(&bytes, "\x93NUMPY\x01\0", 8, NULL), SEQNET_OK);
    assert_int_equal(sn_buffer_add(&bytes, length, 2, NULL), SEQNET_OK);
    assert_int_equal(sn_buffer_add_text(&bytes, dict, NULL), SEQNET_OK);
    assert_int_equal(sn_buffer_add(&bytes, data, size, NULL), SEQNET_OK);
    sn_cursor cursor = sn_cursor_over(bytes.bytes, bytes.length);
    *values = NULL;
    seqnet_status status = sn_npy_read_header(&header, &cursor, "a", err);
    if (status == SEQNET_OK)
        status = sn_npy_read_floats(values, count, &header, &cursor, "a", err);
    sn_buffer_free(&bytes);
    return status;
}

static void assert_floats(const char *type, const void *data, size_t size, const float *expected)
{
    char dict[96];
    float *values;
    size_t count;
    (void)snprintf(dict, sizeof dict, "{'descr': '%s', 'fortran_order': False, 'shape': (2,)}",
                   type);
    assert_int_equal(read_array(dict, data, size, &values, &count, NULL), SEQNET_OK);
    assert_int_equal(count, 2);
    assert_memory_equal(values, expected, 2 * sizeof *expected);
    free(values);
}

static void numbers_of_every_type(void **state)
{
    (void)state;
    static const float expected[] = {1.0F, -2.5F}, whole[] = {1.0F, -2.0F};
    assert_floats("<f4", "\0\0\x80\x3f\0\0\x20\xc0", 8, expected);
    assert_floats(">f4", "\x3f\x80\0\0\xc0\x20\0\0", 8, expected);
    assert_floats("<f2", "\0\x3c\0\xc1", 4, expected);
    assert_floats("<f8", "\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\x04\xc0", 16, expected);
    assert_floats("|i1", "\x01\xfe", 2, whole);
    assert_floats("<i8", "\1\0\0\0\0\0\0\0\xfe\xff\xff\xff\xff\xff\xff\xff", 16, whole);
}

static void halves_of_all_kinds(void **state)
{
    (void)state;
    /* 2^-24, the smallest; -65504, the largest */
    assert_floats("<f2", "\x01\0\xff\xfb", 4, (const float[]){ldexpf(1.0F, -24), -65504.0F});
    /* infinities; 2^-14, the smallest that is normal, and the one below it */
    assert_floats("<f2", "\0\x7c\0\xfc", 4, (const float[]){INFINITY, -INFINITY});
    assert_floats("<f2", "\0\x04\xff\x03", 4,
                  (const float[]){ldexpf(1.0F, -14), ldexpf(1023.0F, -24)});
}

static void the_order_of_fortran(void **state)
{
    (void)state;
    static const uint8_t data[] = {0, 12, 4, 16, 8, 20, 1, 13, 5, 17, 9, 21};
    static const float expected[] = {0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 20, 21};
    float *values;
    size_t count;
    assert_int_equal(read_array("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3, 2)}", data,
                                sizeof data, &values, &count, NULL),
                     SEQNET_OK);
    assert_int_equal(count, 12);
    assert_memory_equal(values, expected, sizeof expected);
    free(values);
}

static void refused(const char *dict, size_t size, const char *expected)
{
    static const char data[64] = {0};
    float *values;
    size_t count;
    seqnet_error err = {0};
    assert_int_equal(read_array(dict, data, size, &values, &count, &err), SEQNET_ERR_DATA);
    assert_null(values);
    if (!strstr(err.message, expected))
        fail_msg("%s", err.message);
}

static void what_is_no_such_array(void **state)
{
    (void)state;
    refused("{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}", 11, "cut short");
    refused("{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}", 13, "more or fewer");
    refused("{'descr': '<f4', 'fortran_order': False, 'shape': (1099511627776, 1099511627776)}", 8,
            "cut short");
    refused("{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}", 8, "expected numbers");
    refused("{'descr': '<f16', 'fortran_order': False, 'shape': (1,)}", 16, "expected numbers");
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    static const float values[] = {0.1F, -0.0F, 3e38F, 1e-40F, 5.0F, 6.0F};
    static const size_t shape[] = {2, 1, 3};
    for (size_t rank = 0; rank <= 3; rank += 3) {
        sn_buffer bytes = {0};
        sn_npy_header header;
        float *read;
        size_t count;
        assert_int_equal(sn_npy_write_floats(&bytes, rank, shape, values, NULL), SEQNET_OK);
        sn_cursor cursor = sn_cursor_over(bytes.bytes, bytes.length);
        assert_int_equal(sn_npy_read_header(&header, &cursor, "a", NULL), SEQNET_OK);
        assert_int_equal(sn_cursor_offset(&cursor) % 64, 0);
        assert_int_equal(header.rank, rank);
        assert_int_equal(sn_npy_read_floats(&read, &count, &header, &cursor, "a", NULL), SEQNET_OK);
        assert_int_equal(count, rank ? 6 : 1);
        assert_memory_equal(read, values, count * sizeof *read);
        free(read);
        sn_buffer_free(&bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_every_type),   cmocka_unit_test(halves_of_all_kinds),
        cmocka_unit_test(the_order_of_fortran),    cmocka_unit_test(what_is_no_such_array),
        cmocka_unit_test(what_is_written_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
