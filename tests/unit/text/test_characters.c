/* Classes, unified characters, and folding one by one against the normal forms of utf8proc. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "characters.h"
#include "utf8.h"

enum { LAST = 0x10ffff };

static bool is_surrogate(int32_t code)
{
    return code >= 0xd800 && code <= 0xdfff;
}

static void classes(void **state)
{
    (void)state;
    static const struct {
        int32_t code;
        sn_char_class class;
    } rows[] = {
        {0, SN_CHAR_SPACE},         {'\n', SN_CHAR_SPACE},       {' ', SN_CHAR_SPACE},
        {0x7f, SN_CHAR_SPACE},      {0xa0, SN_CHAR_SPACE},       {0x3000, SN_CHAR_SPACE},
        {0x2028, SN_CHAR_SPACE},    {0xe000, SN_CHAR_SPACE},     {0xfffd, SN_CHAR_SPACE},
        {0xffff, SN_CHAR_SPACE},    {0x10ffff, SN_CHAR_SPACE},   {0x2800, SN_CHAR_SPACE},
        {'z', SN_CHAR_LETTER},      {'A', SN_CHAR_LETTER},       {0xe9, SN_CHAR_LETTER},
        {0xac00, SN_CHAR_LETTER},   {0x1100, SN_CHAR_LETTER},    {0xbd, SN_CHAR_LETTER},
        {'0', SN_CHAR_DIGIT},       {0x663, SN_CHAR_DIGIT},      {0xe51, SN_CHAR_DIGIT},
        {0x301, SN_CHAR_MARK},      {0x93f, SN_CHAR_MARK},       {0x20e3, SN_CHAR_MARK},
        {'_', SN_CHAR_CONNECTOR},   {0x203f, SN_CHAR_CONNECTOR}, {'!', SN_CHAR_SYMBOL},
        {'~', SN_CHAR_SYMBOL},      {0x20ac, SN_CHAR_SYMBOL},    {0x3002, SN_CHAR_SYMBOL},
        {0x4e00, SN_CHAR_UNSPACED}, {0x9fff, SN_CHAR_UNSPACED},  {0x3042, SN_CHAR_UNSPACED},
        {0x30fc, SN_CHAR_UNSPACED}, {0x3005, SN_CHAR_UNSPACED},  {0xe01, SN_CHAR_UNSPACED},
        {0x1780, SN_CHAR_UNSPACED}, {0x20000, SN_CHAR_UNSPACED}, {0x1f600, SN_CHAR_EMOJI},
        {0x2764, SN_CHAR_EMOJI},    {0x1f1e9, SN_CHAR_REGIONAL}, {0xad, SN_CHAR_IGNORED},
        {0x200b, SN_CHAR_IGNORED},  {0x200d, SN_CHAR_IGNORED},   {0xfeff, SN_CHAR_IGNORED},
        {0x202e, SN_CHAR_IGNORED},  {0x640, SN_CHAR_IGNORED},    {0xfe0f, SN_CHAR_IGNORED},
        {0x3164, SN_CHAR_IGNORED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (sn_char_classify(rows[i].code) != rows[i].class)
            fail_msg("U+%04X is of class %d", (unsigned)rows[i].code,
                     (int)sn_char_classify(rows[i].code));
}

static void unified_characters(void **state)
{
    (void)state;
    static const struct {
        int32_t from, to;
    } rows[] = {
        {0x2019, '\''}, {0x2018, '\''}, {'`', '\''},    {0xb4, '\''},     {0x2039, '\''},
        {0x1fef, '\''}, {0x1ffd, '\''}, {0xff07, '\''}, {0xff40, '\''},   {0x201c, '"'},
        {0x201e, '"'},  {0xab, '"'},    {0xbb, '"'},    {0x2014, '-'},    {0x2010, '-'},
        {0x2212, '-'},  {0xff0d, '-'},  {0xff01, '!'},  {0xff21, 'A'},    {0xff5e, '~'},
        {0x37e, ';'},   {0x345, 0x3b9}, {0x92, '\''},   {0x85, 0x2026},   {0x97, '-'},
        {0x80, 0x20ac}, {0x81, 0x81},   {0x9f, 0x178},  {0x2026, 0x2026}, {0x3002, 0x3002},
        {0xe9, 0xe9},   {'a', 'a'},     {'A', 'A'},     {0x2022, 0x2022}, {0x10ffff, 0x10ffff}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(sn_char_unify(rows[i].from), rows[i].to);
    for (int32_t code = 0; code <= LAST; code++)
        assert_int_equal(sn_char_unify(sn_char_unify(code)), sn_char_unify(code));
}

/* Folds a character by itself if it stands alone, else normalises it. */
static size_t fold(int32_t code, char *text)
{
    int32_t folded[4];
    size_t used = 0;
    if (!sn_char_stands_alone(code, sn_char_classify(code)))
        return sn_normalise(text, sn_utf8_encode(code, text), SN_NORMALISE_MAX, false);
    const size_t count = sn_char_fold(code, folded);
    for (size_t i = 0; i < count; i++)
        used += sn_utf8_encode(folded[i], text + used);
    return used;
}

static void folding_alone_is_folding(void **state)
{
    (void)state;
    for (int32_t code = 1; code <= LAST; code++) {
        if (is_surrogate(code))
            continue;
        char text[SN_NORMALISE_MAX], source[4];
        uint8_t *expected = NULL;
        const size_t source_size = sn_utf8_encode(code, source);
        const utf8proc_ssize_t size =
            utf8proc_map((const uint8_t *)source, (utf8proc_ssize_t)source_size, &expected,
                         UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
        const size_t used = fold(code, text);
        if (size < 0 || used != (size_t)size || memcmp(text, expected, used) != 0)
            fail_msg("U+%04X became '%.*s', not '%s'", (unsigned)code, (int)used, text, expected);
        free(expected);
    }
}

/* What a decomposition has after its first character composes with one before it, so that it must
 * not stand alone; nor may anything that canonical ordering can move. */
static void what_composes_does_not_stand_alone(void **state)
{
    (void)state;
    for (int32_t code = 1; code <= LAST; code++) {
        int32_t parts[8];
        int boundclass = 0;
        const utf8proc_ssize_t count =
            utf8proc_decompose_char(code, parts, 8, UTF8PROC_DECOMPOSE, &boundclass);
        for (utf8proc_ssize_t i = 1; i < count; i++)
            assert_false(sn_char_stands_alone(parts[i], sn_char_classify(parts[i])));
        if (utf8proc_get_property(code)->combining_class != 0)
            assert_false(sn_char_stands_alone(code, sn_char_classify(code)));
    }
}

static void assert_normal(const char *text, const char *expected)
{
    char copy[SN_NORMALISE_MAX];
    const size_t length = strlen(text);
    memcpy(copy, text, length);
    assert_int_equal(sn_normalise(copy, length, SN_NORMALISE_MAX, false), strlen(expected));
    assert_memory_equal(copy, expected, strlen(expected));
}

static void normal_forms(void **state)
{
    (void)state;
    assert_normal("E\xcc\x81T\xc3\x89", "\xc3\xa9t\xc3\xa9");
    assert_normal("a\xcc\x81\xcc\xa3", "\xe1\xba\xa1\xcc\x81");    /* marks are put in order */
    assert_normal("\xce\xb1\xcd\x85\xcc\x81", "\xce\xac\xce\xb9"); /* iota subscript comes last */
    assert_normal("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "\xed\x95\x9c");
    assert_normal("\xe2\x84\xab", "\xc3\xa5");
    assert_normal("\xe0\xa5\x98", "\xe0\xa4\x95\xe0\xa4\xbc"); /* a composition exclusion */
    assert_normal("", "");
}

static void results_are_cut_at_characters(void **state)
{
    (void)state;
    char text[SN_NORMALISE_MAX] = "\xc3\xa9\xc3\xa9";
    assert_int_equal(sn_normalise(text, 4, 3, false), 2);
    assert_memory_equal(text, "\xc3\xa9", 2);
    for (size_t i = 0; i < SN_NORMALISE_MAX; i += 4)
        memcpy(text + i, "\xf0\x9d\x85\xa0", 4); /* becomes three times as long */
    const size_t length = sn_normalise(text, SN_NORMALISE_MAX, SN_NORMALISE_MAX, false);
    assert_int_equal(length, SN_NORMALISE_MAX);
}

static void letters_that_stand_for_an_apostrophe(void **state)
{
    (void)state;
    static const int32_t letters[] = {0x2b9, 0x2bb, 0x2bc, 0x2bd, 0x374, 0x55a, 0xa78b, 0xa78c};
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) {
        assert_int_equal(sn_char_unify(letters[i]), letters[i]);
        assert_int_equal(sn_char_unify_letters(letters[i]), '\'');
    }
    assert_int_equal(sn_char_unify_letters(0x149), 'n');
    assert_int_equal(sn_char_unify_letters(0xff07), '\'');
    assert_int_equal(sn_char_unify_letters(0x2ba), 0x2ba);
    assert_int_equal(sn_char_unify_letters('a'), 'a');
}

static void plain_forms(void **state)
{
    (void)state;
    static const struct {
        int32_t from, to;
    } rows[] = {{'a', 'a'},       {'`', '`'},    {0x85, 0x85},     {0x96, 0x96},     {0xa0, ' '},
                {0xab, '"'},      {0xad, 0},     {0xb4, '\''},     {0xe9, 0xe9},     {0x2bc, '\''},
                {0x2009, ' '},    {0x200b, 0},   {0x2010, '-'},    {0x2015, '-'},    {0x2018, '\''},
                {0x201f, '"'},    {0x2026, '.'}, {0x2032, '\''},   {0x2033, '"'},    {0x2212, '-'},
                {0x20ac, 0x20ac}, {0x3000, ' '}, {0xff21, 0xff21}, {0xfffd, 0xfffd}, {-1, -1}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(sn_char_plain(rows[i].from), rows[i].to);
}

static void dots_on_i_are_dropped(void **state)
{
    (void)state;
    static const char *const rows[][2] = {{"\xc4\xb0", "i"},
                                          {"I\xcc\x87", "i"},
                                          {"i\xcc\x87\xcc\x87", "i"},
                                          {"i\xcc\x87\xcc\x81", "\xc3\xad"},
                                          {"\xc4\xb0\xcc\xa3", "\xe1\xbb\x8b"},
                                          {"e\xcc\x87", "\xc4\x97"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[SN_NORMALISE_MAX];
        const size_t length = strlen(rows[i][0]);
        memcpy(text, rows[i][0], length);
        assert_int_equal(sn_normalise(text, length, SN_NORMALISE_MAX, true), strlen(rows[i][1]));
        assert_memory_equal(text, rows[i][1], strlen(rows[i][1]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes),
        cmocka_unit_test(unified_characters),
        cmocka_unit_test(letters_that_stand_for_an_apostrophe),
        cmocka_unit_test(plain_forms),
        cmocka_unit_test(dots_on_i_are_dropped),
        cmocka_unit_test(folding_alone_is_folding),
        cmocka_unit_test(what_composes_does_not_stand_alone),
        cmocka_unit_test(normal_forms),
        cmocka_unit_test(results_are_cut_at_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
