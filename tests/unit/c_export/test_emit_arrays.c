/* Arrays as text: what is read back is what was written, and every change of it shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "emit.h"
#include "support.h"

static char *emitted(const sn_c_image *image, const sn_c_array *array)
{
    sn_buffer buffer = {0};
    char *text;
    seqnet_error err = {0};
    assert_ok(sn_c_emit_array(image, array, &buffer, &err), &err);
    assert_ok(sn_buffer_take(&buffer, &text, &err), &err);
    return text;
}

static void floats_are_exact(void **state)
{
    static const struct {
        float x;
        const char *text;
    } cases[] = {{0.0F, "0.0F"},
                 {-0.0F, "-0.0F"},
                 {1.0F, "0x1.000000p0F"},
                 {-0.1F, "-0x1.99999ap-4F"},
                 {FLT_MAX, "0x1.fffffep127F"},
                 {FLT_MIN, "0x1.000000p-126F"},
                 {FLT_TRUE_MIN, "0x0.000002p-126F"}};
    char text[SN_C_FLOAT_TEXT];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(sn_c_float(cases[i].x, text), cases[i].text);
        assert_true(strtof(text, NULL) == cases[i].x);
    }
}

/* Each array is read back; with another last element, without its end, or under another name it is
 * not the same. */
static void arrays_come_back(void **state)
{
    static float floats[] = {0.0F,   -0.0F, 1.5F, -0.1F, FLT_MIN, FLT_TRUE_MIN, -FLT_TRUE_MIN * 77,
                             FLT_MAX};
    static uint32_t words[] = {0, 1, 0x7fffffff, 0x80000000, UINT32_MAX};
    static uint16_t shorts[] = {0, 1, UINT16_MAX};
    static int8_t signed_bytes[] = {-128, -1, 0, 127};
    static uint8_t text_bytes[260];
    sn_c_array arrays[] = {
        {"floats", SN_C_FLOAT, sizeof floats / sizeof *floats, floats},
        {"bits", SN_C_BITS, sizeof floats / sizeof *floats, floats},
        {"words", SN_C_U32, sizeof words / sizeof *words, words},
        {"shorts", SN_C_U16, sizeof shorts / sizeof *shorts, shorts},
        {"signed_bytes", SN_C_I8, sizeof signed_bytes, signed_bytes},
        {"text", SN_C_U8, sizeof text_bytes, text_bytes},
        {"slots", SN_C_SLOTS, sizeof words / sizeof *words, words},
    };
    sn_c_image *const image = calloc(1, sizeof *image);
    (void)state;
    assert_non_null(image);
    for (size_t i = 0; i < sizeof text_bytes; i++)
        text_bytes[i] = (uint8_t)i;
    image->words.words = text_bytes;
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        sn_c_array *const array = &arrays[i];
        char *const text = emitted(image, array);
        uint8_t *const last = (uint8_t *)array->data;
        assert_true(sn_c_emit_matches(array, text));
        last[0] ^= 1;
        assert_false(sn_c_emit_matches(array, text));
        last[0] ^= 1;
        array->name[0] ^= 1;
        assert_false(sn_c_emit_matches(array, text));
        array->name[0] ^= 1;
        array->count--;
        assert_false(sn_c_emit_matches(array, text));
        array->count++;
        text[strlen(text) / 2] = '\0';
        assert_false(sn_c_emit_matches(array, text));
        free(text);
    }
    free(image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(floats_are_exact),
        cmocka_unit_test(arrays_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
