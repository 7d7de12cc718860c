/* The growing buffer: what is appended, what is handed over, and how it fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"

static void holds(const sn_buffer *buffer, const char *expected)
{
    assert_int_equal(buffer->length, strlen(expected));
    assert_memory_equal(buffer->bytes, expected, strlen(expected));
}

static void pieces_follow_each_other(void **state)
{
    (void)state;
    sn_buffer buffer = {0};
    assert_int_equal(sn_buffer_add(&buffer, "one\0two", 7, NULL), SEQNET_OK);
    assert_int_equal(sn_buffer_add_byte(&buffer, ' ', NULL), SEQNET_OK);
    assert_int_equal(sn_buffer_add_text(&buffer, "three", NULL), SEQNET_OK);
    assert_int_equal(buffer.length, 13);
    assert_memory_equal(buffer.bytes, "one\0two three", 13);
    sn_buffer_free(&buffer);
    assert_null(buffer.bytes);
    assert_int_equal(buffer.length, 0);
    assert_int_equal(buffer.capacity, 0);
}

static void nothing_may_be_added(void **state)
{
    (void)state;
    sn_buffer buffer = {0};
    assert_int_equal(sn_buffer_add(&buffer, NULL, 0, NULL), SEQNET_OK);
    assert_int_equal(buffer.length, 0);
    sn_buffer_free(&buffer);
}

static void grows_with_many_pieces(void **state)
{
    (void)state;
    sn_buffer buffer = {0};
    for (int i = 0; i < 100000; i++)
        assert_int_equal(sn_buffer_add_byte(&buffer, (char)('a' + i % 26), NULL), SEQNET_OK);
    assert_int_equal(buffer.length, 100000);
    assert_true(buffer.capacity > buffer.length);
    for (int i = 0; i < 100000; i++)
        assert_int_equal(buffer.bytes[i], 'a' + i % 26);
    sn_buffer_free(&buffer);
}

static void prints_behind_what_is_there(void **state)
{
    (void)state;
    sn_buffer buffer = {0};
    assert_int_equal(sn_buffer_add_text(&buffer, "rows: ", NULL), SEQNET_OK);
    assert_int_equal(sn_buffer_format(&buffer, NULL, "%d of %s", 12, "many"), SEQNET_OK);
    holds(&buffer, "rows: 12 of many");
    assert_int_equal(sn_buffer_format(&buffer, NULL, "%s", ""), SEQNET_OK);
    holds(&buffer, "rows: 12 of many");
    assert_int_equal(sn_buffer_format(&buffer, NULL, "%500d", 7), SEQNET_OK);
    assert_int_equal(buffer.length, 516);
    assert_int_equal(buffer.bytes[515], '7');
    sn_buffer_free(&buffer);
}

static void reserved_room_can_be_written(void **state)
{
    (void)state;
    sn_buffer buffer = {0};
    assert_int_equal(sn_buffer_add_text(&buffer, "abc", NULL), SEQNET_OK);
    assert_int_equal(sn_buffer_reserve(&buffer, 1000, NULL), SEQNET_OK);
    assert_true(buffer.capacity >= 1004);
    memset(buffer.bytes + buffer.length, 'x', 1000);
    buffer.length += 1000;
    char *text;
    assert_int_equal(sn_buffer_take(&buffer, &text, NULL), SEQNET_OK);
    assert_int_equal(strlen(text), 1003);
    free(text);
}

static void taken_bytes_are_a_string(void **state)
{
    (void)state;
    sn_buffer buffer = {0};
    char *text;
    assert_int_equal(sn_buffer_take(&buffer, &text, NULL), SEQNET_OK);
    assert_string_equal(text, "");
    free(text);
    assert_int_equal(sn_buffer_add_text(&buffer, "0123456789abcdef", NULL), SEQNET_OK);
    assert_int_equal(sn_buffer_take(&buffer, &text, NULL), SEQNET_OK);
    assert_string_equal(text, "0123456789abcdef");
    assert_null(buffer.bytes);
    assert_int_equal(buffer.length, 0);
    assert_int_equal(buffer.capacity, 0);
    free(text);
}

static void too_much_is_an_error_and_changes_nothing(void **state)
{
    (void)state;
    sn_buffer buffer = {0};
    const size_t most = SIZE_MAX;
    seqnet_error err = {0};
    assert_int_equal(sn_buffer_add_text(&buffer, "kept", NULL), SEQNET_OK);
    for (size_t less = 0; less < 8; less++) {
        assert_int_equal(sn_buffer_reserve(&buffer, most - less, &err), SEQNET_ERR_MEMORY);
        assert_int_equal(err.status, SEQNET_ERR_MEMORY);
        holds(&buffer, "kept");
    }
    sn_buffer_free(&buffer);
}

static void a_new_string_is_printed(void **state)
{
    (void)state;
    char *text;
    assert_int_equal(sn_format(&text, NULL, "%s/%03d", "folder", 7), SEQNET_OK);
    assert_string_equal(text, "folder/007");
    free(text);
    assert_int_equal(sn_format(&text, NULL, "%s", ""), SEQNET_OK);
    assert_string_equal(text, "");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_follow_each_other),
        cmocka_unit_test(nothing_may_be_added),
        cmocka_unit_test(grows_with_many_pieces),
        cmocka_unit_test(prints_behind_what_is_there),
        cmocka_unit_test(reserved_room_can_be_written),
        cmocka_unit_test(taken_bytes_are_a_string),
        cmocka_unit_test(too_much_is_an_error_and_changes_nothing),
        cmocka_unit_test(a_new_string_is_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
