/*
 * The check reads the text once, from left to right, and keeps for each open object or list one
 * byte that tells which of the two it is. What it lets pass cJSON can parse: it knows cJSON's
 * limits on depth and on a number's length.
 */
#include "json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "utf8.h"

#include "banned.h"

enum {
    MAX_DEPTH = CJSON_NESTING_LIMIT - 1,
    /* The most characters of a number. */
    MAX_NUMBER = 63,
    /* Bytes of a value in cJSON's tree: the node, its key, and the allocator's overhead. */
    NODE_BYTES = 112,
    /* A tree of more bytes is compared with the memory that is left before it is built. */
    LARGE = 1 << 23
};

typedef struct scanner {
    const char *text, *pos, *end;
    /* A copy of the text in which repairs are written; NULL: the check only counts them. */
    char *copy;
    const sn_json_limits *limits;
    size_t values, repaired;
    /* The number of the value whose bytes are searched, and where it begins. */
    size_t wanted;
    const char *found;
    bool has_repaired_number;
    sn_json_fault *fault;
    size_t depth;
    uint8_t is_object[MAX_DEPTH];
} scanner;

static bool fail_at(scanner *s, const char *pos, const char *what)
{
    *s->fault = (sn_json_fault){.what = what, .byte = (size_t)(pos - s->text) + 1};
    return false;
}

static void skip_blanks(scanner *s)
{
    while (s->pos < s->end &&
           (*s->pos == ' ' || *s->pos == '\t' || *s->pos == '\n' || *s->pos == '\r'))
        s->pos++;
}

static bool expect(scanner *s, char wanted)
{
    if (s->pos == s->end || *s->pos != wanted)
        return fail_at(s, s->pos, NULL);
    s->pos++;
    return true;
}

/* Skips eight bytes at a time that need no attention in a string: ASCII characters other than
 * quotes, backslashes and control characters. */
static void skip_plain(scanner *s)
{
    const uint64_t ones = 0x0101010101010101U, high = 0x8080808080808080U;
    for (; s->end - s->pos >= 8; s->pos += 8) {
        uint64_t word;
        memcpy(&word, s->pos, sizeof word);
        const uint64_t quote = word ^ ones * '"', slash = word ^ ones * '\\';
        const uint64_t below_blank = word - ones * ' ';
        if (((quote - ones) | (slash - ones) | below_blank | word) & high)
            return;
    }
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The code of "\uXXXX" at `pos`; -1 when there is no such escape. */
static int32_t unicode_escape(const scanner *s, const char *pos)
{
    int32_t code = 0;
    if (s->end - pos < 6 || pos[0] != '\\' || pos[1] != 'u')
        return -1;
    for (size_t i = 2; i < 6; i++) {
        const int digit = hex_digit(pos[i]);
        if (digit < 0)
            return -1;
        code = code << 4 | digit;
    }
    return code;
}

static bool repair(scanner *s, const char *what)
{
    if (!s->limits->repairs)
        return fail_at(s, s->pos, what);
    if (s->copy)
        memcpy(s->copy + (s->pos - s->text), "\\ufffd", 6);
    s->repaired++;
    s->pos += 6;
    return true;
}

static bool take_unicode_escape(scanner *s)
{
    const int32_t code = unicode_escape(s, s->pos);
    if (code < 0)
        return fail_at(s, s->pos, "an escape that JSON does not have");
    if (code == 0)
        return repair(s, "a NUL character");
    if (code < 0xd800 || code > 0xdfff) {
        s->pos += 6;
        return true;
    }
    const int32_t second = code < 0xdc00 ? unicode_escape(s, s->pos + 6) : -1;
    if (second < 0xdc00 || second > 0xdfff)
        return repair(s, "half of a surrogate pair");
    s->pos += 12;
    return true;
}

static bool take_escape(scanner *s)
{
    if (s->end - s->pos < 2)
        return fail_at(s, s->end, NULL);
    if (s->pos[1] == 'u')
        return take_unicode_escape(s);
    if (!s->pos[1] || !strchr("\"\\/bfnrt", s->pos[1]))
        return fail_at(s, s->pos, "an escape that JSON does not have");
    s->pos += 2;
    return true;
}

static bool take_character(scanner *s)
{
    int32_t code;
    if ((unsigned char)*s->pos < ' ')
        return fail_at(s, s->pos, "a control character in a string, where JSON wants an escape");
    const size_t size = sn_utf8_decode(s->pos, (size_t)(s->end - s->pos), &code);
    if (code < 0)
        return fail_at(s, s->pos, "bytes that are not UTF-8; convert the file with iconv");
    s->pos += size;
    return true;
}

static bool take_string(scanner *s)
{
    if (!expect(s, '"'))
        return false;
    for (;;) {
        skip_plain(s);
        if (s->pos == s->end)
            return fail_at(s, s->pos, NULL);
        if (*s->pos == '"')
            break;
        if (!(*s->pos == '\\' ? take_escape(s) : take_character(s)))
            return false;
    }
    s->pos++;
    return true;
}

static size_t take_digits(scanner *s)
{
    const char *const from = s->pos;
    while (s->pos < s->end && *s->pos >= '0' && *s->pos <= '9')
        s->pos++;
    return (size_t)(s->pos - from);
}

static bool take_mark(scanner *s, const char *marks)
{
    if (s->pos == s->end || !*s->pos || !strchr(marks, *s->pos))
        return false;
    s->pos++;
    return true;
}

static bool take_number(scanner *s)
{
    const char *const from = s->pos;
    (void)take_mark(s, "-");
    const bool zero = s->pos < s->end && *s->pos == '0';
    const size_t whole = take_digits(s);
    bool good = whole > 0 && !(zero && whole > 1);
    if (good && take_mark(s, "."))
        good = take_digits(s) > 0;
    if (good && take_mark(s, "eE")) {
        (void)take_mark(s, "+-");
        good = take_digits(s) > 0;
    }
    if (!good)
        return fail_at(s, from, "a number as JSON does not write it");
    if (s->pos - from > MAX_NUMBER)
        return fail_at(s, from, "a number of more than 63 characters");
    return true;
}

/* The number of bytes of the first of some words, up to NULL, that the text has here; 0: none. */
static size_t find_word(const scanner *s, const char *const *words)
{
    for (; *words; words++) {
        const size_t length = strlen(*words);
        if ((size_t)(s->end - s->pos) >= length && memcmp(s->pos, *words, length) == 0)
            return length;
    }
    return 0;
}

/* What Python writes for numbers that JSON does not have becomes "{}" and blanks. */
static bool repair_number(scanner *s)
{
    static const char *const words[] = {"NaN", "Infinity", "-Infinity", NULL};
    const size_t length = s->limits->repairs ? find_word(s, words) : 0;
    if (s->copy && length) {
        char *const copy = s->copy + (s->pos - s->text);
        memset(copy, ' ', length);
        memcpy(copy, "{}", 2);
    }
    s->has_repaired_number = s->has_repaired_number || length;
    s->pos += length;
    return length > 0;
}

static bool take_word(scanner *s)
{
    static const char *const words[] = {"true", "false", "null", NULL};
    const size_t length = find_word(s, words);
    s->pos += length;
    return length > 0 || repair_number(s) || fail_at(s, s->pos, NULL);
}

/* Takes the key of a member and its colon. */
static bool take_key(scanner *s)
{
    skip_blanks(s);
    if (!take_string(s))
        return false;
    skip_blanks(s);
    return expect(s, ':');
}

static bool open_container(scanner *s, bool is_object, bool *wants_value)
{
    if (s->depth == MAX_DEPTH)
        return fail_at(s, s->pos, "objects and lists nested too deep");
    s->pos++;
    skip_blanks(s);
    *wants_value = s->pos == s->end || *s->pos != (is_object ? '}' : ']');
    if (!*wants_value) {
        s->pos++;
        return true;
    }
    s->is_object[s->depth++] = is_object;
    return !is_object || take_key(s);
}

static bool too_many(scanner *s)
{
    (void)fail_at(s, s->pos, "a value too many");
    s->fault->too_many = true;
    return false;
}

/* Takes a value, or the beginning of an object or a list that has members: then *wants_value is
 * true. */
static bool take_value(scanner *s, bool *wants_value)
{
    skip_blanks(s);
    *wants_value = false;
    if (s->pos == s->end)
        return fail_at(s, s->pos, NULL);
    if (s->values == s->wanted)
        s->found = s->pos;
    if (++s->values > s->limits->values)
        return too_many(s);
    if (*s->pos == '{' || *s->pos == '[')
        return open_container(s, *s->pos == '{', wants_value);
    if (*s->pos == '"')
        return take_string(s);
    const bool is_number =
        (*s->pos >= '0' && *s->pos <= '9') ||
        (*s->pos == '-' && !(s->end - s->pos > 1 && s->pos[1] == 'I' && s->limits->repairs));
    return is_number ? take_number(s) : take_word(s);
}

/* Takes a comma or the end of the object or list behind a value. */
static bool take_separator(scanner *s, bool *wants_value)
{
    const bool is_object = s->is_object[s->depth - 1];
    skip_blanks(s);
    if (s->pos < s->end && *s->pos == (is_object ? '}' : ']')) {
        s->pos++;
        s->depth--;
        return true;
    }
    *wants_value = true;
    return expect(s, ',') && (!is_object || take_key(s));
}

static bool scan(scanner *s)
{
    bool wants_value = true;
    while (wants_value || s->depth > 0)
        if (!(wants_value ? take_value(s, &wants_value) : take_separator(s, &wants_value)))
            return false;
    skip_blanks(s);
    return s->pos == s->end ? true : fail_at(s, s->pos, NULL);
}

static scanner scanner_over(const char *text, size_t length, const sn_json_limits *limits,
                            sn_json_fault *fault)
{
    *fault = (sn_json_fault){0};
    return (scanner){.text = text,
                     .pos = text,
                     .end = text + length,
                     .limits = limits,
                     .wanted = SIZE_MAX,
                     .fault = fault};
}

bool sn_json_check(const char *text, size_t length, const sn_json_limits *limits, size_t *repaired,
                   sn_json_fault *fault)
{
    scanner s = scanner_over(text, length, limits, fault);
    const bool good = scan(&s);
    *repaired = s.repaired;
    return good;
}

bool sn_json_value_text(const char *text, size_t length, size_t number, const char **value,
                        size_t *size)
{
    static const sn_json_limits any = {.values = SIZE_MAX, .repairs = true};
    sn_json_fault fault;
    bool wants_value = true;
    scanner s = scanner_over(text, length, &any, &fault);
    s.wanted = number;
    while (!s.found && (wants_value || s.depth > 0))
        if (!(wants_value ? take_value(&s, &wants_value) : take_separator(&s, &wants_value)))
            return false;
    *value = s.found;
    *size = s.found ? (size_t)(s.pos - s.found) : 0;
    return s.found != NULL;
}

static seqnet_status describe(const sn_json_fault *fault, const sn_json_limits *limits,
                              seqnet_error *err)
{
    if (fault->too_many)
        return sn_fail(err, SEQNET_ERR_DATA, "it holds more than %zu values", limits->values);
    if (fault->what)
        return sn_fail(err, SEQNET_ERR_DATA, "byte %zu begins %s", fault->byte, fault->what);
    return sn_fail(err, SEQNET_ERR_DATA, "byte %zu is not as expected", fault->byte);
}

static int compare_keys(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Refuses a key that occurs twice in one object. */
static seqnet_status check_keys(const cJSON *object, seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    const char **keys;
    const size_t count = (size_t)cJSON_GetArraySize(object);
    size_t i = 0;
    SN_TRY(sn_alloc(&keys, count, sizeof *keys, err));
    for (const cJSON *member = object->child; member; member = member->next)
        keys[i++] = member->string;
    qsort(keys, count, sizeof *keys, compare_keys);
    for (i = 1; i < count && status == SEQNET_OK; i++)
        if (strcmp(keys[i - 1], keys[i]) == 0)
            status =
                sn_fail(err, SEQNET_ERR_DATA, "the key '%.80s' stands twice in an object", keys[i]);
    free(keys);
    return status;
}

static seqnet_status check_all_keys(const cJSON *value, seqnet_error *err)
{
    if (cJSON_IsObject(value))
        SN_TRY(check_keys(value, err));
    for (const cJSON *member = value->child; member; member = member->next)
        if (member->child)
            SN_TRY(check_all_keys(member, err));
    return SEQNET_OK;
}

static seqnet_status build(cJSON **root, const char *text, size_t length, seqnet_error *err)
{
    *root = cJSON_ParseWithLength(text, length);
    return *root ? SEQNET_OK : sn_fail(err, SEQNET_ERR_MEMORY, "out of memory for JSON");
}

/* Builds the tree of a copy of the text in which the repairs are made. */
static seqnet_status build_repaired(cJSON **root, const char *text, size_t length,
                                    const sn_json_limits *limits, seqnet_error *err)
{
    sn_json_fault fault;
    scanner s = scanner_over(text, length, limits, &fault);
    SN_TRY(sn_copy_string(&s.copy, text, length, err));
    (void)scan(&s);
    const seqnet_status status = build(root, s.copy, length, err);
    free(s.copy);
    return status;
}

seqnet_status sn_json_parse(cJSON **root, const char *text, size_t length,
                            const sn_json_limits *limits, size_t *repaired, seqnet_error *err)
{
    sn_json_fault fault;
    *root = NULL;
    if (length >= SN_UTF8_MARK_SIZE && memcmp(text, SN_UTF8_MARK, SN_UTF8_MARK_SIZE) == 0) {
        text += SN_UTF8_MARK_SIZE;
        length -= SN_UTF8_MARK_SIZE;
    }
    scanner s = scanner_over(text, length, limits, &fault);
    const bool good = scan(&s);
    if (repaired)
        *repaired = s.repaired;
    if (!good)
        return describe(&fault, limits, err);
    if (length > LARGE || s.values > LARGE / NODE_BYTES)
        SN_TRY(sn_memory_check(length + s.values * NODE_BYTES, err));
    SN_TRY((s.repaired || s.has_repaired_number ? build_repaired(root, text, length, limits, err)
                                                : build(root, text, length, err)));
    const seqnet_status status = limits->unique_keys ? check_all_keys(*root, err) : SEQNET_OK;
    if (status != SEQNET_OK) {
        cJSON_Delete(*root);
        *root = NULL;
    }
    return status;
}
