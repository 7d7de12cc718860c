/* JSON that is written: valid in every case, harmless on a terminal, and a failure sticks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/json.h>

#include "counting_json.h"
#include "support.h"

static void assert_written(seqnet_json *json, const char *expected)
{
    char *text = NULL;
    seqnet_error err = {0};
    assert_ok(seqnet_json_end(json, &text, &err), &err);
    assert_string_equal(text, expected);
    free(text);
}

static void members_stand_in_the_order_they_came(void **state)
{
    (void)state;
    seqnet_json json = seqnet_json_begin_object();
    seqnet_json_string(&json, json.root, "z", "last letter");
    seqnet_json_number(&json, json.root, "a", 1.5);
    seqnet_json_bool(&json, json.root, "m", true);
    seqnet_json_null(&json, json.root, "b");
    seqnet_json_bool(&json, json.root, "", false);
    assert_written(&json, "{\"z\":\"last letter\",\"a\":1.5,\"m\":true,\"b\":null,\"\":false}");
}

static void lists_and_objects_nest(void **state)
{
    (void)state;
    seqnet_json json = seqnet_json_begin_list();
    struct cJSON *const object = seqnet_json_object(&json, json.root, NULL);
    struct cJSON *const list = seqnet_json_list(&json, object, "list");
    seqnet_json_number(&json, list, NULL, 1);
    seqnet_json_number(&json, list, NULL, -2);
    seqnet_json_object(&json, list, NULL);
    seqnet_json_list(&json, json.root, NULL);
    assert_written(&json, "[{\"list\":[1,-2,{}]},[]]");
}

static void nothing_inside_is_still_json(void **state)
{
    (void)state;
    seqnet_json object = seqnet_json_begin_object(), list = seqnet_json_begin_list();
    assert_written(&object, "{}");
    assert_written(&list, "[]");
}

static void bytes_that_are_no_utf8_become_replacement_characters(void **state)
{
    (void)state;
    seqnet_json json = seqnet_json_begin_object();
    seqnet_json_string(&json, json.root, "k\xff", "caf\xe9 \xed\xa0\x80 \xe2\x82");
    assert_written(&json,
                   "{\"k\xef\xbf\xbd\":\"caf\xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd "
                   "\xef\xbf\xbd\"}");
}

static void utf8_stays_as_it_is(void **state)
{
    (void)state;
    seqnet_json json = seqnet_json_begin_list();
    seqnet_json_string(&json, json.root, NULL, "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 \xc2\xa0");
    assert_written(&json, "[\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 \xc2\xa0\"]");
}

static void control_characters_are_escaped(void **state)
{
    (void)state;
    seqnet_json json = seqnet_json_begin_object();
    seqnet_json_string(&json, json.root, "\x7f", "a\x1b[2J\n\t\"\\\x01");
    seqnet_json_string(&json, json.root, "\xc2\x9b", "\xc2\x80\x7f\xc2\x9f\xc2\xa1\xc3\x80");
    assert_written(&json, "{\"\\u007f\":\"a\\u001b[2J\\n\\t\\\"\\\\\\u0001\","
                          "\"\\u009b\":\"\\u0080\\u007f\\u009f\xc2\xa1\xc3\x80\"}");
}

static void decimals_are_as_many_as_asked_for(void **state)
{
    (void)state;
    seqnet_json json = seqnet_json_begin_list();
    seqnet_json_decimal(&json, json.root, NULL, 0.5, 4);
    seqnet_json_decimal(&json, json.root, NULL, -1.0 / 3.0, 2);
    seqnet_json_decimal(&json, json.root, NULL, 7, 0);
    seqnet_json_decimal(&json, json.root, NULL, 1e-9, 3);
    assert_written(&json, "[0.5000,-0.33,7,0.000]");
}

static void assert_json_of(double number)
{
    char *text = NULL;
    seqnet_json json = seqnet_json_begin_list();
    seqnet_json_number(&json, json.root, NULL, number);
    seqnet_json_decimal(&json, json.root, NULL, number, 6);
    assert_int_equal(seqnet_json_end(&json, &text, NULL), SEQNET_OK);
    cJSON *const root = cJSON_Parse(text);
    if (!root)
        print_error("not JSON: %s\n", text);
    assert_non_null(root);
    cJSON_Delete(root);
    free(text);
}

static void a_number_of_any_size_is_json(void **state)
{
    (void)state;
    static const double numbers[] = {0.0,     -0.0,     DBL_MAX, -DBL_MAX,
                                     DBL_MIN, 4.9e-324, 1e15,    123456789.5};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        assert_json_of(numbers[i]);
}

/* JSON has no word for these. */
static void what_is_no_number_is_json_all_the_same(void **state)
{
    (void)state;
    assert_json_of((double)NAN);
    assert_json_of((double)INFINITY);
    assert_json_of((double)-INFINITY);
}

static void text_that_is_json_already_stays(void **state)
{
    (void)state;
    seqnet_json json = seqnet_json_begin_object();
    seqnet_json_raw(&json, json.root, "config", "{\"a\": [1, 2]}");
    assert_written(&json, "{\"config\":{\"a\": [1, 2]}}");
}

static void an_addition_to_no_parent_fails_at_the_end(void **state)
{
    (void)state;
    char untouched[] = "untouched", *text = untouched;
    seqnet_error err = {0};
    seqnet_json json = seqnet_json_begin_object();
    assert_null(seqnet_json_object(&json, NULL, "a"));
    seqnet_json_number(&json, NULL, "b", 1);
    assert_true(json.failed);
    assert_failure(seqnet_json_end(&json, &text, &err), &err, SEQNET_ERR_MEMORY, "out of memory");
    assert_null(text);
}

static void a_dropped_text_is_an_error_and_may_be_dropped_again(void **state)
{
    (void)state;
    char *text = NULL;
    seqnet_json json = seqnet_json_begin_object();
    seqnet_json_string(&json, json.root, "a", "b");
    seqnet_json_drop(&json);
    seqnet_json_drop(&json);
    assert_int_equal(seqnet_json_end(&json, &text, NULL), SEQNET_ERR_MEMORY);
    assert_null(text);
}

/* A member of each kind; text that needs escaping and cleaning too. */
static seqnet_status write_everything(char **text, seqnet_error *err)
{
    seqnet_json json = seqnet_json_begin_object();
    seqnet_json_string(&json, json.root, "text", "a\x7f\xff");
    struct cJSON *const list = seqnet_json_list(&json, json.root, "list");
    struct cJSON *const object = seqnet_json_object(&json, list, NULL);
    seqnet_json_number(&json, object, "n\xff", 1.25);
    seqnet_json_decimal(&json, object, "d", 1.25, 3);
    seqnet_json_bool(&json, object, "b", true);
    seqnet_json_null(&json, list, NULL);
    seqnet_json_raw(&json, json.root, "raw", "[]");
    return seqnet_json_end(&json, text, err);
}

/* The text that succeeds is a copy of seqnet's own: nothing of cJSON's is left then either. */
static void a_failure_at_any_allocation_sticks_and_leaks_nothing(void **state)
{
    (void)state;
    char *text = NULL;
    count_json_memory();
    for (fail_at = 1; fail_at < 1000 && !text; fail_at++) {
        seqnet_error err = {0};
        allocations = 0;
        const seqnet_status status = write_everything(&text, &err);
        assert_int_equal(status, text ? SEQNET_OK : SEQNET_ERR_MEMORY);
        assert_int_equal(alive, 0);
    }
    cJSON_InitHooks(NULL);
    assert_in_range(fail_at, 12, 999);
    assert_string_equal(text,
                        "{\"text\":\"a\\u007f\xef\xbf\xbd\",\"list\":[{\"n\xef\xbf\xbd\":1.25,"
                        "\"d\":1.250,\"b\":true},null],\"raw\":[]}");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_stand_in_the_order_they_came),
        cmocka_unit_test(lists_and_objects_nest),
        cmocka_unit_test(nothing_inside_is_still_json),
        cmocka_unit_test(bytes_that_are_no_utf8_become_replacement_characters),
        cmocka_unit_test(utf8_stays_as_it_is),
        cmocka_unit_test(control_characters_are_escaped),
        cmocka_unit_test(decimals_are_as_many_as_asked_for),
        cmocka_unit_test(a_number_of_any_size_is_json),
        cmocka_unit_test(what_is_no_number_is_json_all_the_same),
        cmocka_unit_test(text_that_is_json_already_stays),
        cmocka_unit_test(an_addition_to_no_parent_fails_at_the_end),
        cmocka_unit_test(a_dropped_text_is_an_error_and_may_be_dropped_again),
        cmocka_unit_test(a_failure_at_any_allocation_sticks_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
