/* The hash over pieces equals the one over the whole, as xxhash computes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <xxhash.h>

#include "hash.h"

typedef struct text {
    char text[SN_HASH_TEXT];
} text;

/* The hash of `size` bytes handed over `piece` bytes at a time. */
static text hash_in_pieces(const uint8_t *data, size_t size, size_t piece)
{
    text result;
    sn_hasher hasher;
    assert_int_equal(sn_hasher_begin(&hasher, NULL), SEQNET_OK);
    for (size_t pos = 0; pos < size; pos += piece)
        sn_hasher_add(&hasher, data + pos, piece < size - pos ? piece : size - pos);
    sn_hasher_end(&hasher, result.text);
    assert_null(hasher.state);
    return result;
}

static text hash_of_numbers(const size_t *numbers, size_t count)
{
    text result;
    sn_hasher hasher;
    assert_int_equal(sn_hasher_begin(&hasher, NULL), SEQNET_OK);
    for (size_t i = 0; i < count; i++)
        sn_hasher_add_number(&hasher, numbers[i]);
    sn_hasher_end(&hasher, result.text);
    return result;
}

static void known_values(void **state)
{
    (void)state;
    assert_string_equal(hash_in_pieces((const uint8_t *)"", 0, 1).text,
                        "99aa06d3014798d86001c324468d497f");
    assert_string_equal(hash_in_pieces((const uint8_t *)"abc", 3, 3).text,
                        "06b05ab6733a618578af5f94892f3950");
}

static void pieces_do_not_matter(void **state)
{
    (void)state;
    static uint8_t data[5000];
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * i + i / 7);
    const text whole = hash_in_pieces(data, sizeof data, sizeof data);
    const XXH128_hash_t reference = XXH3_128bits(data, sizeof data);
    char expected[64];
    (void)snprintf(expected, sizeof expected, "%016llx%016llx",
                   (unsigned long long)reference.high64, (unsigned long long)reference.low64);
    assert_string_equal(whole.text, expected);
    for (size_t piece = 1; piece < 400; piece += 7)
        assert_string_equal(hash_in_pieces(data, sizeof data, piece).text, whole.text);
}

static void a_single_bit_changes_it(void **state)
{
    (void)state;
    uint8_t data[300] = {0};
    const text before = hash_in_pieces(data, sizeof data, 64);
    data[299] = 1;
    assert_string_not_equal(hash_in_pieces(data, sizeof data, 64).text, before.text);
}

static void numbers_have_a_fixed_width(void **state)
{
    (void)state;
    const uint8_t bytes[16] = {1, 0, 0, 0, 0, 0, 0, 0, 2};
    const text numbers = hash_of_numbers((const size_t[]){1, 2}, 2);
    assert_string_not_equal(numbers.text, hash_of_numbers((const size_t[]){12}, 1).text);
    assert_string_not_equal(numbers.text, hash_of_numbers((const size_t[]){2, 1}, 2).text);
    const uint16_t probe = 1;
    if (*(const uint8_t *)&probe == 1) /* the words are hashed as the machine stores them */
        assert_string_equal(numbers.text, hash_in_pieces(bytes, sizeof bytes, 16).text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_values),
        cmocka_unit_test(pieces_do_not_matter),
        cmocka_unit_test(a_single_bit_changes_it),
        cmocka_unit_test(numbers_have_a_fixed_width),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
