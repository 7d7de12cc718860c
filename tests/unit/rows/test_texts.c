/* Labelled texts: any bytes, any number, in the order they came. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "texts.h"

static void assert_text(const sn_texts *texts, size_t row, const char *text, size_t size)
{
    size_t length = 0;
    const char *const found = sn_texts_get(texts, row, &length);
    assert_int_equal(length, size);
    assert_memory_equal(found, text, size);
}

static void keeps_any_bytes(void **state)
{
    (void)state;
    sn_texts texts = {0};
    assert_int_equal(sn_texts_add(&texts, "a\0b\n\xff", 5, &(sn_text_info){.label = 1}, NULL),
                     SEQNET_OK);
    assert_int_equal(sn_texts_add(&texts, "", 0, &(sn_text_info){.label = 0}, NULL), SEQNET_OK);
    assert_int_equal(sn_texts_add(&texts, "last", 4, &(sn_text_info){.label = 1}, NULL), SEQNET_OK);
    assert_int_equal(texts.count, 3);
    assert_text(&texts, 0, "a\0b\n\xff", 5);
    assert_text(&texts, 1, "", 0);
    assert_text(&texts, 2, "last", 4);
    assert_int_equal(texts.infos[0].label, 1);
    assert_int_equal(texts.infos[1].label, 0);
    assert_int_equal(texts.infos[2].label, 1);
    sn_texts_free(&texts);
}

static void keeps_many_texts(void **state)
{
    (void)state;
    enum { ROWS = 2000 };
    sn_texts texts = {0};
    char text[32];
    for (int row = 0; row < ROWS; row++) {
        const int length = snprintf(text, sizeof text, "text %d", row * row);
        assert_int_equal(
            sn_texts_add(&texts, text, (size_t)length, &(sn_text_info){.label = row % 2}, NULL),
            SEQNET_OK);
    }
    assert_int_equal(texts.count, ROWS);
    for (int row = 0; row < ROWS; row++) {
        const int length = snprintf(text, sizeof text, "text %d", row * row);
        assert_text(&texts, (size_t)row, text, (size_t)length);
        assert_int_equal(texts.infos[row].label, row % 2);
    }
    sn_texts_free(&texts);
}

static void keeps_a_long_text(void **state)
{
    (void)state;
    static char text[1000000];
    sn_texts texts = {0};
    memset(text, 'x', sizeof text);
    assert_int_equal(sn_texts_add(&texts, text, sizeof text, &(sn_text_info){.label = 0}, NULL),
                     SEQNET_OK);
    assert_int_equal(sn_texts_add(&texts, text, sizeof text - 1, &(sn_text_info){.label = 0}, NULL),
                     SEQNET_OK);
    assert_text(&texts, 0, text, sizeof text);
    assert_text(&texts, 1, text, sizeof text - 1);
    sn_texts_free(&texts);
}

static void free_leaves_a_usable_struct(void **state)
{
    (void)state;
    sn_texts texts = {0};
    sn_texts_free(&texts);
    assert_int_equal(sn_texts_add(&texts, "a", 1, &(sn_text_info){.label = 0}, NULL), SEQNET_OK);
    sn_texts_free(&texts);
    assert_null(texts.bytes);
    assert_int_equal(texts.count, 0);
    assert_int_equal(sn_texts_add(&texts, "b", 1, &(sn_text_info){.label = 0}, NULL), SEQNET_OK);
    assert_text(&texts, 0, "b", 1);
    sn_texts_free(&texts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_any_bytes),
        cmocka_unit_test(keeps_many_texts),
        cmocka_unit_test(keeps_a_long_text),
        cmocka_unit_test(free_leaves_a_usable_struct),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
