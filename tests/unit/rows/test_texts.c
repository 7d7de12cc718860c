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

static seqnet_status add(sn_text_store *store, sn_texts *texts, const char *text, size_t length,
                         int32_t label)
{
    sn_text_info info = {.length = (uint32_t)length, .label = label};
    SN_TRY(sn_text_store_add(store, text, length, &info.text, NULL));
    return sn_texts_add(texts, &info, 1.0F, NULL);
}

static void keeps_any_bytes(void **state)
{
    (void)state;
    sn_texts texts = {0};
    sn_text_store store = {0};
    assert_int_equal(add(&store, &texts, "a\0b\n\xff", 5, 1), SEQNET_OK);
    assert_int_equal(add(&store, &texts, "", 0, 0), SEQNET_OK);
    assert_int_equal(add(&store, &texts, "last", 4, 1), SEQNET_OK);
    assert_int_equal(texts.count, 3);
    assert_text(&texts, 0, "a\0b\n\xff", 5);
    assert_text(&texts, 1, "", 0);
    assert_text(&texts, 2, "last", 4);
    assert_int_equal(texts.infos[0].label, 1);
    assert_int_equal(texts.infos[1].label, 0);
    assert_int_equal(texts.infos[2].label, 1);
    sn_texts_free(&texts);
    sn_text_store_free(&store);
}

static void keeps_many_texts(void **state)
{
    (void)state;
    enum { ROWS = 2000 };
    sn_texts texts = {0};
    sn_text_store store = {0};
    char text[32];
    for (int row = 0; row < ROWS; row++) {
        const int length = snprintf(text, sizeof text, "text %d", row * row);
        assert_int_equal(add(&store, &texts, text, (size_t)length, row % 2), SEQNET_OK);
    }
    assert_int_equal(texts.count, ROWS);
    for (int row = 0; row < ROWS; row++) {
        const int length = snprintf(text, sizeof text, "text %d", row * row);
        assert_text(&texts, (size_t)row, text, (size_t)length);
        assert_int_equal(texts.infos[row].label, row % 2);
    }
    sn_texts_free(&texts);
    sn_text_store_free(&store);
}

static void keeps_a_long_text(void **state)
{
    (void)state;
    static char text[1000000];
    sn_texts texts = {0};
    sn_text_store store = {0};
    memset(text, 'x', sizeof text);
    assert_int_equal(add(&store, &texts, text, sizeof text, 0), SEQNET_OK);
    assert_int_equal(add(&store, &texts, text, sizeof text - 1, 0), SEQNET_OK);
    assert_text(&texts, 0, text, sizeof text);
    assert_text(&texts, 1, text, sizeof text - 1);
    sn_texts_free(&texts);
    sn_text_store_free(&store);
}

/* Most texts have no weights, and no memory for them. */
static void weights_begin_with_the_first_that_is_not_1(void **state)
{
    (void)state;
    static const float weights[] = {1.0F, 1.0F, 0.5F, 1.0F, 0.0F};
    const sn_text_info info = {.text = "x", .length = 1};
    sn_texts texts = {0};
    for (size_t row = 0; row < 5; row++) {
        assert_int_equal(sn_texts_add(&texts, &info, weights[row], NULL), SEQNET_OK);
        assert_int_equal(texts.weights != NULL, row >= 2);
        for (size_t earlier = 0; earlier <= row; earlier++)
            assert_true(sn_texts_weight(&texts, earlier) == weights[earlier]);
    }
    sn_texts_free(&texts);
}

static void free_leaves_a_usable_struct(void **state)
{
    (void)state;
    sn_texts texts = {0};
    sn_text_store store = {0};
    sn_texts_free(&texts);
    sn_text_store_free(&store);
    assert_int_equal(add(&store, &texts, "a", 1, 0), SEQNET_OK);
    sn_texts_free(&texts);
    sn_text_store_free(&store);
    assert_null(texts.infos);
    assert_int_equal(texts.count, 0);
    assert_int_equal(add(&store, &texts, "b", 1, 0), SEQNET_OK);
    assert_text(&texts, 0, "b", 1);
    sn_texts_free(&texts);
    sn_text_store_free(&store);
}

/* Texts beyond the limit lie in files, and where they lie they stay. */
static void texts_and_their_list_may_spill(void **state)
{
    (void)state;
    enum { TEXTS = 20000 };
    sn_spill spill = {.limit = 10000};
    sn_text_store store = {.spill = &spill};
    sn_texts texts = {.spill = &spill};
    for (uint32_t i = 0; i < TEXTS; i++) {
        char text[32];
        sn_text_info info = {.label = (int32_t)(i % 3), .line = i};
        info.length = (uint32_t)snprintf(text, sizeof text, "text number %u", i);
        assert_int_equal(sn_text_store_add(&store, text, info.length, &info.text, NULL), SEQNET_OK);
        assert_int_equal(sn_texts_add(&texts, &info, 1.0F, NULL), SEQNET_OK);
    }
    assert_true(spill.held <= spill.limit && spill.filed > TEXTS * sizeof *texts.infos);
    for (uint32_t i = 0; i < TEXTS; i++) {
        char text[32];
        size_t length;
        const size_t expected = (size_t)snprintf(text, sizeof text, "text number %u", i);
        const char *const found = sn_texts_get(&texts, i, &length);
        assert_int_equal(length, expected);
        assert_memory_equal(found, text, length);
        assert_int_equal(texts.infos[i].line, i);
    }
    sn_texts_free(&texts);
    sn_text_store_free(&store);
    assert_int_equal(spill.held + spill.filed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_any_bytes),
        cmocka_unit_test(keeps_many_texts),
        cmocka_unit_test(keeps_a_long_text),
        cmocka_unit_test(weights_begin_with_the_first_that_is_not_1),
        cmocka_unit_test(free_leaves_a_usable_struct),
        cmocka_unit_test(texts_and_their_list_may_spill),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
