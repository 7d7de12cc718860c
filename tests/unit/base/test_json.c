/*
 * JSON from files: the check takes what RFC 8259 calls JSON and nothing else, names the byte of a
 * fault, and lets nothing pass that cJSON then refuses.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "counting_json.h"
#include "json.h"
#include "support.h"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

enum { DEEPEST = CJSON_NESTING_LIMIT - 1, LONGEST_NUMBER = 63 };

static const sn_json_limits STRICT = {.values = 1000000};
static const sn_json_limits MENDING = {.values = 1000000, .repairs = true};
static const sn_json_limits UNIQUE = {.values = 1000000, .unique_keys = true};

/* The check of a block of exactly this size, so that AddressSanitizer sees a byte too many. */
static bool check_bytes(const char *text, size_t length, const sn_json_limits *limits,
                        size_t *repaired, sn_json_fault *fault)
{
    char *const exact = malloc(length ? length : 1);
    assert_non_null(exact);
    memcpy(exact, text, length);
    const bool good = sn_json_check(exact, length, limits, repaired, fault);
    free(exact);
    return good;
}

static bool is_json(const char *text, size_t length)
{
    size_t repaired;
    sn_json_fault fault;
    return check_bytes(text, length, &STRICT, &repaired, &fault);
}

static void assert_accepted(const char *text, size_t length)
{
    cJSON *root = NULL;
    seqnet_error err = {0};
    if (!is_json(text, length))
        fail_msg("refused: %s", text);
    assert_ok(sn_json_parse(&root, text, length, &STRICT, NULL, &err), &err);
    assert_non_null(root);
    cJSON_Delete(root);
}

static void assert_refused(const char *text, size_t length)
{
    cJSON *root = NULL;
    seqnet_error err = {0};
    if (is_json(text, length))
        fail_msg("accepted: %s", text);
    assert_failure(sn_json_parse(&root, text, length, &STRICT, NULL, &err), &err, SEQNET_ERR_DATA,
                   "byte ");
    assert_null(root);
}

static void what_json_is_passes(void **state)
{
    (void)state;
    static const char *const texts[] = {"0",
                                        "-0",
                                        "1",
                                        "-1",
                                        "10",
                                        "0.0",
                                        "-0.0",
                                        "1.5",
                                        "0e0",
                                        "0E+1",
                                        "1e1",
                                        "1E-2",
                                        "1.5e+3",
                                        "123456789012345678901234567890",
                                        "1e999",
                                        "-1e-999",
                                        "true",
                                        "false",
                                        "null",
                                        "\"\"",
                                        "[]",
                                        "{}",
                                        " [ ] ",
                                        "\t{\n}\r",
                                        "[[]]",
                                        "[{}]",
                                        "[1]",
                                        "[1,2]",
                                        "[ 1 , 2 ]",
                                        "{\"\":0}",
                                        "{\"a\":1,\"b\":2}",
                                        "{\"a\":{\"b\":[null,true,false]}}",
                                        "{\"a\":1,\"a\":2}",
                                        " \"a\" ",
                                        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
                                        "\"\\u0001\\u00e9\\u20ac\\uFFFF\"",
                                        "\"\\ud83d\\uDE00\"",
                                        "\"\x7f\"",
                                        "\"\xc3\xa9\"",
                                        "\"\xe2\x82\xac\"",
                                        "\"\xf0\x9f\x98\x80\"",
                                        "\"\xf4\x8f\xbf\xbf\"",
                                        "\"\xef\xbf\xbf\"",
                                        "\"\xc2\x80\"",
                                        "\"\xe2\x80\xa8\"",
                                        "\"/*comment*/\"",
                                        "[1,\"a\",{\"k\":[]},[],null]",
                                        "\"\\u005C\"",
                                        "[0.1,-0.2e-3]",
                                        "\n\n42\n\n"};
    for (size_t i = 0; i < COUNT(texts); i++)
        assert_accepted(texts[i], strlen(texts[i]));
}

static void what_json_is_not_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        " ",
                                        "+1",
                                        "-",
                                        "01",
                                        "-01",
                                        "00",
                                        "1.",
                                        ".5",
                                        "-.5",
                                        "1e",
                                        "1e+",
                                        "1E-",
                                        "1.e1",
                                        "0x10",
                                        "1_000",
                                        "1,",
                                        "Infinity",
                                        "-Infinity",
                                        "NaN",
                                        "nan",
                                        "inf",
                                        "True",
                                        "tru",
                                        "truee",
                                        "nul",
                                        "falsey",
                                        "undefined",
                                        "[",
                                        "]",
                                        "{",
                                        "}",
                                        "[1",
                                        "[1,",
                                        "[1,]",
                                        "[,1]",
                                        "[1 2]",
                                        "[1,,2]",
                                        "[1}",
                                        "{]",
                                        "{\"a\"}",
                                        "{\"a\":}",
                                        "{\"a\":1,}",
                                        "{,}",
                                        "{a:1}",
                                        "{'a':1}",
                                        "{\"a\" 1}",
                                        "{\"a\":1 \"b\":2}",
                                        "{\"a\"::1}",
                                        "{1:1}",
                                        "{null:1}",
                                        "{\"a\":1",
                                        "{\"a\":",
                                        "{\"a\"",
                                        "{\"a",
                                        "\"",
                                        "\"a",
                                        "\"\\\"",
                                        "\"\\",
                                        "'a'",
                                        "a",
                                        "\"\\a\"",
                                        "\"\\x41\"",
                                        "\"\\'\"",
                                        "\"\\u\"",
                                        "\"\\u12\"",
                                        "\"\\u123g\"",
                                        "\"\\U0041\"",
                                        "\"\t\"",
                                        "\"\n\"",
                                        "\"\x01\"",
                                        "\"\x1f\"",
                                        "\"\\\n\"",
                                        "\"\\u0000\"",
                                        "\"\\ud800\"",
                                        "\"\\udc00\"",
                                        "\"\\ud800\\ud800\"",
                                        "\"\\ud800\\n\"",
                                        "\"\\ud800a\"",
                                        "\"\x80\"",
                                        "\"\xc0\xaf\"",
                                        "\"\xc3\"",
                                        "\"\xe2\x82\"",
                                        "\"\xed\xa0\x80\"",
                                        "\"\xf4\x90\x80\x80\"",
                                        "\"\xf5\x80\x80\x80\"",
                                        "\"\xff\"",
                                        "[\xc3\xa9]",
                                        "1 2",
                                        "[] []",
                                        "{} 1",
                                        "\"a\"\"b\"",
                                        "[1]x",
                                        "// c\n1",
                                        "/**/1",
                                        "[1]//",
                                        "\v1",
                                        "\f1",
                                        "\xc2\xa0"
                                        "1",
                                        "\xe2\x80\x83"
                                        "1",
                                        "[\"a\",\n\"b\"",
                                        "[\"\\u00A\"]",
                                        "[1:2]",
                                        "<null>",
                                        "[-]",
                                        "[- 1]",
                                        "--1",
                                        "1-",
                                        "#1"};
    for (size_t i = 0; i < COUNT(texts); i++)
        assert_refused(texts[i], strlen(texts[i]));
}

static void a_nul_byte_is_no_blank_and_no_end(void **state)
{
    (void)state;
    assert_refused("\0", 1);
    assert_refused("1\0", 2);
    assert_refused("\0001", 2);
    assert_refused("[1\0]", 4);
    assert_refused("[1\0,2]", 6);
    assert_refused("1.\0", 3);
    assert_refused("1e\0", 3);
    assert_refused("\"\0\"", 3);
    assert_refused("\"\\\0\"", 4);
    assert_refused("{\0}", 3);
}

/* What stands behind the length is not looked at. */
static void the_length_ends_the_text(void **state)
{
    (void)state;
    assert_true(is_json("12x", 2));
    assert_true(is_json("truex", 4));
    assert_true(is_json("[1]]", 3));
    assert_false(is_json("[1]", 2));
    assert_false(is_json("true", 3));
    assert_false(is_json("\"\\u0041\"", 6));
    assert_false(is_json("\"\xe2\x82\xac\"", 3));
}

typedef struct faulty {
    const char *text, *what;
    size_t byte;
} faulty;

static const char ESCAPE[] = "an escape that JSON does not have";
static const char NUMBER[] = "a number as JSON does not write it";
static const char CONTROL[] = "a control character in a string, where JSON wants an escape";
static const char BYTES[] = "bytes that are not UTF-8; convert the file with iconv";
static const char HALF[] = "half of a surrogate pair";
static const char NUL[] = "a NUL character";

static const faulty FAULTS[] = {{"", NULL, 1},
                                {"  ", NULL, 3},
                                {"x", NULL, 1},
                                {"[1,]", NULL, 4},
                                {"[1 2]", NULL, 4},
                                {"{\"a\":1,}", NULL, 8},
                                {"{1:2}", NULL, 2},
                                {"{\"a\" 1}", NULL, 6},
                                {"[1] x", NULL, 5},
                                {"[tru]", NULL, 2},
                                {"[1", NULL, 3},
                                {"{\"a\":", NULL, 6},
                                {"\"abc", NULL, 5},
                                {"\"\\", NULL, 3},
                                {"[1}", NULL, 3},
                                {"{\"a\":1]", NULL, 7},
                                {"\xef\xbb\xbf"
                                 "1",
                                 NULL, 1},
                                {"[01]", NUMBER, 2},
                                {"[1.]", NUMBER, 2},
                                {"-", NUMBER, 1},
                                {"[1, -x]", NUMBER, 5},
                                {"1e", NUMBER, 1},
                                {"\"ab\\q\"", ESCAPE, 4},
                                {"\"\\u12\"", ESCAPE, 2},
                                {"\"\\u00zz\"", ESCAPE, 2},
                                {"\"a\tb\"", CONTROL, 3},
                                {"{\"a\nb\":1}", CONTROL, 4},
                                {"\"ab\xff\"", BYTES, 4},
                                {"\"\xe2\x82\"", BYTES, 2},
                                {"\"a\\ud800\"", HALF, 3},
                                {"\"a\\udfff\"", HALF, 3},
                                {"\"\\ud800\\u0041\"", HALF, 2},
                                {"\"ab\\u0000\"", NUL, 4},
                                {"{\"\\u0000\":1}", NUL, 3}};

static void a_fault_has_a_name_and_a_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(FAULTS); i++) {
        size_t repaired;
        sn_json_fault fault = {0};
        const faulty *const f = &FAULTS[i];
        assert_false(check_bytes(f->text, strlen(f->text), &STRICT, &repaired, &fault));
        if (fault.byte != f->byte)
            print_error("%s\n", f->text);
        assert_int_equal(fault.byte, f->byte);
        assert_true((fault.what == NULL) == (f->what == NULL));
        if (f->what)
            assert_string_equal(fault.what, f->what);
    }
}

static void a_fault_is_told_in_a_sentence(void **state)
{
    (void)state;
    cJSON *root;
    seqnet_error err = {0};
    assert_failure(sn_json_parse(&root, "[1,]", 4, &STRICT, NULL, &err), &err, SEQNET_ERR_DATA,
                   "byte 4 ");
    assert_failure(sn_json_parse(&root, "[01]", 4, &STRICT, NULL, &err), &err, SEQNET_ERR_DATA,
                   "byte 2 begins a number as JSON does not write it");
    assert_int_equal(sn_json_parse(&root, "[01]", 4, &STRICT, NULL, NULL), SEQNET_ERR_DATA);
}

/* Lists, or objects in one member each, around a value. */
static char *nest(size_t depth, const char *open, const char *core, const char *close)
{
    const size_t room = depth * (strlen(open) + strlen(close)) + strlen(core) + 1;
    char *const text = malloc(room);
    assert_non_null(text);
    size_t used = 0;
    for (size_t i = 0; i < depth; i++)
        used += (size_t)snprintf(text + used, room - used, "%s", open);
    used += (size_t)snprintf(text + used, room - used, "%s", core);
    for (size_t i = 0; i < depth; i++)
        used += (size_t)snprintf(text + used, room - used, "%s", close);
    return text;
}

static void check_depth(const char *open, const char *core, const char *close)
{
    size_t repaired;
    sn_json_fault fault;
    char *text = nest(DEEPEST, open, core, close);
    assert_accepted(text, strlen(text));
    free(text);
    text = nest(DEEPEST + 1, open, core, close);
    assert_false(check_bytes(text, strlen(text), &STRICT, &repaired, &fault));
    assert_string_equal(fault.what, "objects and lists nested too deep");
    assert_int_equal(fault.byte, DEEPEST * strlen(open) + 1);
    free(text);
}

static void depth_ends_where_cjson_ends(void **state)
{
    (void)state;
    check_depth("[", "1", "]");
    check_depth("[", "", "]");
    check_depth("{\"a\":", "1", "}");
}

static void ten_million_open_lists_are_one_fault(void **state)
{
    (void)state;
    enum { MANY = 10000000 };
    char *const text = malloc(MANY);
    assert_non_null(text);
    memset(text, '[', MANY);
    assert_false(is_json(text, MANY));
    free(text);
}

static void siblings_do_not_add_to_the_depth(void **state)
{
    (void)state;
    char *const text = nest(DEEPEST * 2, "[[],", "1", "]");
    size_t repaired;
    sn_json_fault fault;
    assert_false(check_bytes(text, strlen(text), &STRICT, &repaired, &fault));
    free(text);
    char wide[8192] = "[";
    for (size_t i = 0; i < 1500; i++)
        memcpy(wide + strlen(wide), "[0],", 5);
    memcpy(wide + strlen(wide) - 1, "]", 2);
    assert_accepted(wide, strlen(wide));
}

static void values_are_counted_and_keys_are_not(void **state)
{
    (void)state;
    static const char TEXT[] = "{\"a\":[1,\"b\",null],\"c\":{}}"; /* 6 values */
    size_t repaired;
    sn_json_fault fault;
    for (size_t most = 0; most < 8; most++) {
        const sn_json_limits limits = {.values = most};
        const bool good = check_bytes(TEXT, strlen(TEXT), &limits, &repaired, &fault);
        assert_int_equal(good, most >= 6);
        if (!good)
            assert_true(fault.too_many);
    }
}

typedef struct mended {
    const char *text, *value;
    size_t repairs;
} mended;

#define FFFD "\xef\xbf\xbd"

static const mended MENDED[] = {{"\"a\"", "a", 0},
                                {"\"\\u0000\"", FFFD, 1},
                                {"\"a\\u0000b\\u0000\"", "a" FFFD "b" FFFD, 2},
                                {"\"\\ud800\"", FFFD, 1},
                                {"\"\\udc00x\"", FFFD "x", 1},
                                {"\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80", 0},
                                {"\"\\ud800\\ud83d\\ude00\"", FFFD "\xf0\x9f\x98\x80", 1},
                                {"\"\\ud800\\n\"", FFFD "\n", 1},
                                {"\"\\udc00\\ud800\"", FFFD FFFD, 2},
                                {"\"\\ud800\\u0041\"", FFFD "A", 1},
                                {"\"\\ud800\\u0000\"", FFFD FFFD, 2},
                                {"\"\\\\u0000\"", "\\u0000", 0},
                                {"\"\\uD83D\\uD83D\"", FFFD FFFD, 2},
                                {"\"\\ufffd\"", FFFD, 0}};

static void what_no_string_can_hold_is_mended_and_counted(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(MENDED); i++) {
        cJSON *root;
        size_t repaired = 99;
        seqnet_error err = {0};
        const mended *const m = &MENDED[i];
        assert_ok(sn_json_parse(&root, m->text, strlen(m->text), &MENDING, &repaired, &err), &err);
        assert_string_equal(root->valuestring, m->value);
        assert_int_equal(repaired, m->repairs);
        cJSON_Delete(root);
    }
}

static void keys_are_mended_too(void **state)
{
    (void)state;
    static const char TEXT[] = "{\"a\\u0000\":[\"\\ud800\"]}";
    cJSON *root;
    size_t repaired;
    assert_int_equal(sn_json_parse(&root, TEXT, strlen(TEXT), &MENDING, &repaired, NULL), 0);
    assert_string_equal(root->child->string, "a" FFFD);
    assert_string_equal(root->child->child->valuestring, FFFD);
    assert_int_equal(repaired, 2);
    cJSON_Delete(root);
}

/* Repairs are of those two kinds only. */
static void other_faults_are_not_mended(void **state)
{
    (void)state;
    static const char *const texts[] = {"\"\\ud80\"", "\"\xff\"", "\"\x01\"", "[1,]", "\"\\u0000"};
    size_t repaired;
    sn_json_fault fault;
    for (size_t i = 0; i < COUNT(texts); i++)
        assert_false(check_bytes(texts[i], strlen(texts[i]), &MENDING, &repaired, &fault));
}

static void assert_twice(const char *text, const char *part)
{
    cJSON *root;
    seqnet_error err = {0};
    assert_failure(sn_json_parse(&root, text, strlen(text), &UNIQUE, NULL, &err), &err,
                   SEQNET_ERR_DATA, part);
    assert_null(root);
}

static void a_key_stands_once_in_an_object(void **state)
{
    (void)state;
    assert_twice("{\"a\":1,\"b\":2,\"a\":3}", "the key 'a' stands twice in an object");
    assert_twice("{\"a\":1,\"\\u0061\":2}", "'a' stands twice");
    assert_twice("[1,{\"x\":{\"k\":1,\"k\":1}}]", "'k' stands twice");
    assert_twice("{\"\":1,\"\":2}", "'' stands twice");
}

static void one_key_in_several_objects_is_fine(void **state)
{
    (void)state;
    static const char *const texts[] = {"{\"a\":{\"a\":{\"a\":1}}}",
                                        "[{\"a\":1},{\"a\":1}]",
                                        "{\"a\":1,\"A\":2,\"aa\":3}",
                                        "{}",
                                        "[]",
                                        "1"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        cJSON *root;
        seqnet_error err = {0};
        assert_ok(sn_json_parse(&root, texts[i], strlen(texts[i]), &UNIQUE, NULL, &err), &err);
        cJSON_Delete(root);
    }
}

static void one_byte_order_mark_is_skipped(void **state)
{
    (void)state;
    static const char MARKED[] = "\xef\xbb\xbf{\"a\":1}", TWICE[] = "\xef\xbb\xbf\xef\xbb\xbf"
                                                                    "1";
    cJSON *root;
    seqnet_error err = {0};
    assert_ok(sn_json_parse(&root, MARKED, strlen(MARKED), &STRICT, NULL, &err), &err);
    assert_string_equal(root->child->string, "a");
    cJSON_Delete(root);
    assert_ok(sn_json_parse(&root,
                            "\xef\xbb\xbf"
                            "1",
                            4, &STRICT, NULL, &err),
              &err);
    cJSON_Delete(root);
    assert_int_equal(sn_json_parse(&root, TWICE, strlen(TWICE), &STRICT, NULL, &err),
                     SEQNET_ERR_DATA);
    assert_int_equal(sn_json_parse(&root, "\xef\xbb\xbf", 3, &STRICT, NULL, &err), SEQNET_ERR_DATA);
    assert_int_equal(sn_json_parse(&root, "\xef\xbb", 2, &STRICT, NULL, &err), SEQNET_ERR_DATA);
}

/* cJSON copies at most 63 characters of a number and goes on behind them. */
static void a_number_has_at_most_63_characters(void **state)
{
    (void)state;
    char digits[LONGEST_NUMBER + 4] = "-0.";
    memset(digits + 3, '7', LONGEST_NUMBER - 3);
    assert_accepted(digits, LONGEST_NUMBER);
    digits[LONGEST_NUMBER] = '7';
    size_t repaired;
    sn_json_fault fault;
    assert_false(check_bytes(digits, LONGEST_NUMBER + 1, &STRICT, &repaired, &fault));
    assert_string_equal(fault.what, "a number of more than 63 characters");
    assert_int_equal(fault.byte, 1);
}

/* A string of `length` bytes 'x' with `special` in the place of the byte at `offset`. */
static size_t string_with(char *text, size_t length, size_t offset, const char *special)
{
    const size_t inserted = strlen(special);
    memset(text, 'x', length + inserted + 2);
    text[0] = '"';
    memcpy(text + 1 + offset, special, inserted);
    text[length + inserted] = '"';
    text[length + inserted + 1] = '\0';
    return length + inserted + 1;
}

typedef struct special {
    const char *bytes;
    bool good;
} special;

/* Eight bytes are looked at once: what means something may stand at any of them. */
static void a_byte_that_means_something_is_seen_at_every_offset(void **state)
{
    (void)state;
    static const special SPECIALS[] = {
        {"\\\"", true},     {"\\\\", true},  {"\\u00e9", true},
        {"\xc3\xa9", true}, {"\x7f", true},  {"\xf0\x9f\x98\x80", true},
        {" ", true},        {"!", true},     {"#", true},
        {"[", true},        {"]", true},     {"\"", false},
        {"\\", false},      {"\x01", false}, {"\x1f", false},
        {"\n", false},      {"\xff", false}, {"\x80", false},
        {"\xc3", false},    {"\\q", false}};
    enum { LONGEST = 34 };
    char text[64];
    for (size_t i = 0; i < COUNT(SPECIALS); i++)
        for (size_t length = 18; length < LONGEST; length++)
            for (size_t offset = 0; offset < 18; offset++) {
                const size_t size = string_with(text, length, offset, SPECIALS[i].bytes);
                if (is_json(text, size) != SPECIALS[i].good)
                    fail_msg("wrong about %s", text);
            }
}

static void a_string_of_any_length_ends_at_its_quote(void **state)
{
    (void)state;
    char text[64];
    for (size_t length = 1; length < 40; length++) {
        const size_t size = string_with(text, length, 0, "");
        assert_accepted(text, size);
        assert_false(is_json(text, size - 1));
    }
}

static uint64_t draw(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    return *seed >> 33;
}

/* Changes, removes or adds a few bytes, most of them such as stand in JSON. */
static size_t mutate(char *text, size_t length, size_t room, uint64_t *seed)
{
    static const char BITS[] = "{}[]\",:\\u0dD8c-+.eE19tfn \t\n\x01\x7f\x80\xc3\xa9\xff";
    for (uint64_t edits = draw(seed) % 4 + 1; edits > 0; edits--) {
        const size_t at = draw(seed) % (length + 1);
        const uint64_t kind = draw(seed) % 3;
        if (kind == 0 && at < length)
            memmove(text + at, text + at + 1, --length - at);
        else if (kind == 1 && length < room)
            memmove(text + at + 1, text + at, length++ - at);
        if (at < length)
            text[at] = BITS[draw(seed) % (sizeof BITS - 1)];
    }
    return length;
}

static void assert_cjson_agrees(const char *text, size_t length)
{
    cJSON *root = NULL;
    size_t repaired;
    sn_json_fault fault;
    const bool good = check_bytes(text, length, &STRICT, &repaired, &fault);
    if (!good) {
        assert_in_range(fault.byte, 1, length + 1);
        return;
    }
    root = cJSON_ParseWithLength(text, length);
    if (!root)
        fail_msg("cJSON refuses %.*s", (int)length, text);
    cJSON_Delete(root);
}

static void what_passes_after_random_changes_cjson_parses(void **state)
{
    (void)state;
    static const char *const seeds[] = {
        "{\"a\":[1,-2.5e+3,true,false,null],\"b\":{\"c\":\"\\u00e9\\n\"}}",
        "[\"\\ud83d\\ude00\",\"0123456789abcdef\",{\"\":[]},[[[]]]]", "-0.125e-7",
        "\"caf\xc3\xa9 x\""};
    uint64_t seed = 7;
    size_t good = 0;
    for (size_t round = 0; round < 200000; round++) {
        char text[128];
        const char *const from = seeds[round % COUNT(seeds)];
        memcpy(text, from, strlen(from));
        const size_t length = mutate(text, strlen(from), sizeof text, &seed);
        good += is_json(text, length);
        assert_cjson_agrees(text, length);
    }
    assert_in_range(good, 2000, 198000); /* neither all nor nothing is JSON */
}

static void without_memory_there_is_no_tree_and_no_leak(void **state)
{
    (void)state;
    static const char TEXT[] = "{\"a\":[1,\"\\ud800\",null],\"b\":{\"c\":\"text\"}}";
    cJSON *root = NULL;
    seqnet_error err = {0};
    count_json_memory();
    for (fail_at = 1; fail_at < 1000 && !root; fail_at++) {
        allocations = 0;
        const seqnet_status status = sn_json_parse(&root, TEXT, strlen(TEXT), &MENDING, NULL, &err);
        assert_int_equal(status, root ? SEQNET_OK : SEQNET_ERR_MEMORY);
        assert_true(root || alive == 0);
    }
    cJSON_Delete(root);
    cJSON_InitHooks(NULL);
    assert_int_equal(alive, 0);
    assert_in_range(fail_at, 8, 999);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_json_is_passes),
        cmocka_unit_test(what_json_is_not_is_refused),
        cmocka_unit_test(a_nul_byte_is_no_blank_and_no_end),
        cmocka_unit_test(the_length_ends_the_text),
        cmocka_unit_test(a_fault_has_a_name_and_a_byte),
        cmocka_unit_test(a_fault_is_told_in_a_sentence),
        cmocka_unit_test(depth_ends_where_cjson_ends),
        cmocka_unit_test(ten_million_open_lists_are_one_fault),
        cmocka_unit_test(siblings_do_not_add_to_the_depth),
        cmocka_unit_test(values_are_counted_and_keys_are_not),
        cmocka_unit_test(what_no_string_can_hold_is_mended_and_counted),
        cmocka_unit_test(keys_are_mended_too),
        cmocka_unit_test(other_faults_are_not_mended),
        cmocka_unit_test(a_key_stands_once_in_an_object),
        cmocka_unit_test(one_key_in_several_objects_is_fine),
        cmocka_unit_test(one_byte_order_mark_is_skipped),
        cmocka_unit_test(a_number_has_at_most_63_characters),
        cmocka_unit_test(a_byte_that_means_something_is_seen_at_every_offset),
        cmocka_unit_test(a_string_of_any_length_ends_at_its_quote),
        cmocka_unit_test(what_passes_after_random_changes_cjson_parses),
        cmocka_unit_test(without_memory_there_is_no_tree_and_no_leak),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
