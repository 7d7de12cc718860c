/* JSON Lines: what texts, labels and weights may be, which keys are taken, and malformed lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>

#include "reader.h"
#include "records.h"

static void assert_json(const char *text, const char *expected)
{
    const seqnet_reader_options json = options_of(SEQNET_FORMAT_JSONL);
    assert_records("t", text, &json, expected);
}

static void an_object_a_line(void **state)
{
    (void)state;
    assert_json("{\"text\": \"one\", \"label\": \"a\"}\n"
                "\n \t\r\n"
                "  {\"label\":\"b\",\"x\":[1,{}],\"text\":\"t\\u00e9\\n\\\"q\\\"\"}  \r\n"
                "{\"text\":\"\\ud83d\\ude00\",\"label\":\"\xc3\xa9\"}",
                "1 (a) one\n4 (b) t\xc3\xa9^J\"q\"\n5 (\xc3\xa9) \xf0\x9f\x98\x80\n");
    assert_json("", "");
    assert_json("\n\n", "");
}

static void a_text_is_a_string_or_null(void **state)
{
    (void)state;
    assert_json("{\"text\":\"\"}\n{\"text\":null}\n{\"text\":5}\n{\"text\":true}\n"
                "{\"text\":[\"a\"]}\n{}\n{\"text\":\"b\"}\n",
                "1 \n2 \n"
                "! 3: the text 'text' is a number; make it a string or pass .text_field KEY\n"
                "! 4: the text 'text' is true or false; make it a string or pass .text_field KEY\n"
                "! 5: the text 'text' is an array; make it a string or pass .text_field KEY\n"
                "! 6: has no key 'text'; pass .text_field KEY\n7 b\n");
}

static void a_label_is_what_json_writes(void **state)
{
    (void)state;
    assert_json("{\"text\":\"\",\"label\":5}\n{\"text\":\"\",\"label\":5.0}\n"
                "{\"text\":\"\",\"label\":-0.0}\n{\"text\":\"\",\"label\":0.1}\n"
                "{\"text\":\"\",\"label\":1234567890123}\n{\"text\":\"\",\"label\":1e300}\n"
                "{\"text\":\"\",\"label\":true}\n{\"text\":\"\",\"label\":false}\n"
                "{\"text\":\"\",\"label\":null}\n{\"text\":\"\"}\n{\"text\":\"\",\"label\":\"\"}\n"
                "{\"text\":\"\",\"label\":[\"a\"]}\n{\"text\":\"\",\"label\":[]}\n"
                "{\"text\":\"\",\"label\":[1,2]}\n{\"text\":\"\",\"label\":[[1]]}\n"
                "{\"text\":\"\",\"label\":{}}\n{\"text\":\"\",\"label\":1e999}\n",
                "1 (5) \n2 (5.0) \n3 (-0.0) \n4 (0.1) \n5 (1234567890123) \n6 (1e300) \n7 (true) \n"
                "8 (false) \n9 \n10 \n11 \n12 (a) \n13 \n14 (1) of 2 \n15 \n16 \n17 \n");
    seqnet_reader_options wants = options_of(SEQNET_FORMAT_JSONL);
    wants.wants_label = true;
    assert_records("t",
                   "{\"text\":\"\",\"label\":1}\n{\"text\":\"\",\"label\":[[1]]}\n"
                   "{\"text\":\"\",\"label\":{}}\n{\"text\":\"\",\"label\":1e999}\n",
                   &wants,
                   "1 (1) \n"
                   "! 2: the label 'label' is an array; make it a string, a number, true or false\n"
                   "! 3: has no label; give it one or leave it out\n"
                   "! 4: the label 'label' is out of range; make it a string, a number, true or "
                   "false\n");
}

/* The labels of the only record, with bars between them. */
static void assert_labels(const char *bytes, seqnet_reader_options options, const char *wanted)
{
    seqnet_reader *reader;
    seqnet_record record;
    bool found;
    char labels[200] = "";
    options.wants_label = options.many_labels = true;
    assert_int_equal(sn_reader_open_bytes(&reader, bytes, strlen(bytes), "t", &options, NULL),
                     SEQNET_OK);
    assert_int_equal(seqnet_reader_next(reader, &record, &found, NULL), SEQNET_OK);
    assert_true(found);
    for (size_t i = 0; i < record.label_count; i++)
        (void)snprintf(labels + strlen(labels), sizeof labels - strlen(labels), "|%.*s",
                       (int)record.labels[i].length, record.labels[i].text);
    assert_string_equal(labels, wanted);
    assert_true(record.label_count ? record.label == record.labels[0].text : !record.label);
    seqnet_reader_free(reader);
}

static void an_array_holds_labels(void **state)
{
    (void)state;
    seqnet_reader_options options = seqnet_reader_options_default();
    options.format = SEQNET_FORMAT_JSONL;
    assert_labels("{\"text\":\"\",\"label\":[\"a;b\",1,2.5,true,\"\",null,\"c\"]}\n", options,
                  "|a;b|1|2.5|true|c");
    assert_labels("{\"text\":\"\",\"label\":[]}\n", options, "");
    assert_labels("{\"text\":\"\",\"label\":\"a; b\"}\n", options, "|a; b");
    options.label_separator = ";";
    assert_labels("{\"text\":\"\",\"label\":[\" a;; b \",3]}\n", options, "|a|b|3");
    assert_labels("{\"text\":\"\",\"label\":\" ; \"}\n", options, "");
    options.label_separator = "::";
    assert_labels("{\"text\":\"\",\"label\":\"a:b::c::\"}\n", options, "|a:b|c");
    options.format = SEQNET_FORMAT_CSV;
    assert_labels("label,text\nx :: y,t\n", options, "|x|y");
    assert_labels("label,text\n,t\n", options, "");
    options.format = SEQNET_FORMAT_FASTTEXT;
    assert_labels("__label__x __label__y a __label__z b\n", options, "|x|y|z");
    assert_labels("no label here\n", options, "");
}

static void numbers_do_not_depend_on_the_locale(void **state)
{
    (void)state;
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE"};
    size_t i = 0;
    while (i < sizeof names / sizeof names[0] && !setlocale(LC_NUMERIC, names[i]))
        i++;
    if (i == sizeof names / sizeof names[0])
        SKIP_WITHOUT("a locale with a decimal comma");
    assert_json("{\"text\":\"\",\"label\":0.5}\n", "1 (0.5) \n");
    setlocale(LC_NUMERIC, "C");
}

static void a_wanted_label_must_be_there(void **state)
{
    (void)state;
    const seqnet_reader_options wants = labelled_options(SEQNET_FORMAT_JSONL);
    assert_records(
        "t",
        "{\"text\":\"a\",\"label\":1}\n{\"text\":\"b\"}\n{\"text\":\"c\",\"label\":null}\n"
        "{\"text\":\"d\",\"label\":\"\"}\n{\"text\":\"e\",\"label\":0}\n",
        &wants,
        "1 (1) a\n! 2: has no label; give it one or leave it out\n"
        "! 3: has no label; give it one or leave it out\n"
        "! 4: has no label; give it one or leave it out\n5 (0) e\n");
    assert_records("t", "{\"text\":\"a\",\"spam\":1}\n", &wants,
                   "! which key is the label?  has the keys text, spam; pass .label_field KEY\n");
}

static void keys_are_found_in_the_first_object(void **state)
{
    (void)state;
    assert_json("{\"title\":\"t\",\"Body\":\"b\",\"stars\":4}\n", "1 (4) b\n");
    assert_json("{\"text\":{\"a\":1},\"review\":\"r\"}\n", "1 r\n");
    assert_json("{\"id\":1,\"phrase\":\"p\",\"label\":\"x\"}\n", "1 (x) p\n");
    assert_json("{\"phrase\":\"p\",\"id\":1}\n", "1 p\n");
    assert_json("{\"label\":\"x\"}\n",
                "! which key is the text?  has the keys label; pass .text_field KEY\n");
    assert_json("{\"a\":\"p\",\"b\":\"q\"}\n",
                "! which key is the text?  has the keys a, b; pass .text_field KEY\n");
    assert_json("{}\n",
                "! which key is the text? the first object of  is empty; pass .text_field KEY\n");
    assert_json("[]\n",
                "!  begins with a JSON array, not with an object a line; convert it with jq "
                "-c '.[]'\n");
    assert_json("nonsense\n{\"text\":\"a\",\"y\":1}\n",
                "! 1: is not a JSON object: byte 1 is not as expected; put one object on each "
                "line\n2 (1) a\n");
}

static void keys_can_be_asked_for(void **state)
{
    (void)state;
    seqnet_reader_options json = options_of(SEQNET_FORMAT_JSONL);
    json.text_fields[0] = "a.b";
    json.label_field = "c.d.e";
    assert_records("t",
                   "{\"a\":{\"b\":\"nested\"},\"c\":{\"d\":{\"e\":1}}}\n"
                   "{\"a.b\":\"literal\",\"a\":{\"b\":\"nested\"},\"c\":{\"d.e\":2}}\n"
                   "{\"a\":{\"b\":\"x\"},\"c.d\":{\"e\":3}}\n"
                   "{\"a\":\"b\"}\n{\"a\":{\"b\":\"y\"},\"c\":[]}\n",
                   &json,
                   "1 (1) nested\n2 (2) literal\n3 (3) x\n! 4: has no key 'a.b'; pass .text_field "
                   "KEY\n5 y\n");
    json.text_fields[0] = "label";
    json.label_field = NULL;
    assert_records("t", "{\"label\":\"a text\",\"y\":1}\n", &json, "1 (1) a text\n");
}

static void weights_are_numbers_from_0(void **state)
{
    (void)state;
    seqnet_reader_options json = options_of(SEQNET_FORMAT_JSONL);
    json.weight_field = "w";
    assert_records("t",
                   "{\"text\":\"a\",\"w\":0.5}\n{\"text\":\"b\",\"w\":\"2\"}\n"
                   "{\"text\":\"c\",\"w\":-1}\n{\"text\":\"d\"}\n{\"text\":\"e\",\"w\":null}\n"
                   "{\"text\":\"f\",\"w\":\" 2\"}\n{\"text\":\"g\",\"w\":1e999}\n",
                   &json,
                   "1 *0.5 a\n2 *2 b\n"
                   "! 3: the weight '-1' is not a number of at least 0; correct it\n"
                   "! 4: the weight '' is not a number of at least 0; correct it\n"
                   "! 5: the weight 'null' is not a number of at least 0; correct it\n"
                   "! 6: the weight ' 2' is not a number of at least 0; correct it\n"
                   "! 7: the weight 'inf' is not a number of at least 0; correct it\n");
}

static void malformed_lines_are_told_and_passed(void **state)
{
    (void)state;
#define NOT_EXPECTED " is not as expected; put one object on each line\n"
    assert_json(
        "{\"text\":\"a\"}\n{\"text\":\"b\"} x\n{\"text\":\"c\"}{}\n{\"text\" x\n{\"text\":\"d}"
        "\n\"e\"\n7\nnull\n[1]\n{\"text\":\"\\ud80\"}\n{\"text\":\"z\"}",
        "1 a\n! 2: is not a JSON object: byte 14" NOT_EXPECTED
        "! 3: is not a JSON object: byte 13" NOT_EXPECTED
        "! 4: is not a JSON object: byte 9" NOT_EXPECTED
        "! 5: is not a JSON object: byte 12" NOT_EXPECTED
        "! 6: is not a JSON object: it is a string; put one object on each line\n"
        "! 7: is not a JSON object: it is a number; put one object on each line\n"
        "! 8: is not a JSON object: it is null; put one object on each line\n"
        "! 9: is not a JSON object: it is an array; put one object on each line\n"
        "! 10: is not a JSON object: byte 10 begins an escape that JSON does not have\n11 z\n");
}

/* What cJSON takes although RFC 8259 does not have it. */
static void json_is_strict(void **state)
{
    (void)state;
    static const char *const lines[][2] = {
        {"{\"text\":\"\",\"n\":007}", "byte 16 begins a number as JSON does not write it"},
        {"{\"text\":\"\",\"n\":[-2.]}", "byte 17 begins a number as JSON does not write it"},
        {"{\"text\":\"\",\"n\":2.e3}", "byte 16 begins a number as JSON does not write it"},
        {"{\"text\":\"\",\"n\":-.5}", "byte 16 begins a number as JSON does not write it"},
        {"{\"text\":\"a\tb\"}",
         "byte 11 begins a control character in a string, where JSON wants an escape"},
        {"{\"text\":\"\",\"\x01\":1}",
         "byte 13 begins a control character in a string, where JSON wants an escape"},
        {"{\"text\":\"\\uqqqq\"}", "byte 10 begins an escape that JSON does not have"},
        {"{\"text\":\"\\a\"}", "byte 10 begins an escape that JSON does not have"},
        {"{\"text\":\"\",\f\"n\":1}", "byte 12 is not as expected; put one object on each line"},
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        char text[128], expected[256];
        (void)snprintf(text, sizeof text, "{\"text\":\"first\"}\n%s\n", lines[i][0]);
        (void)snprintf(expected, sizeof expected, "1 first\n! 2: is not a JSON object: %s\n",
                       lines[i][1]);
        assert_json(text, expected);
    }
}

static void too_many_values_are_refused(void **state)
{
    (void)state;
    enum { VALUES = 1 << 22 };
    static const char head[] = "{\"text\":\"a\"}\n{\"text\":\"b\",\"v\":[";
    static const char tail[] = "0]}\n{\"text\":\"c\"}\n";
    const size_t room = sizeof head + 2 * (size_t)VALUES + sizeof tail;
    char *const text = malloc(room);
    assert_non_null(text);
    size_t used = (size_t)snprintf(text, room, "%s", head);
    for (size_t i = 0; i < VALUES; i++, used += 2)
        memcpy(text + used, "0,", 2);
    (void)snprintf(text + used, room - used, "%s", tail);
    const test_path path = write_text("many", text);
    const seqnet_reader_options json = options_of(SEQNET_FORMAT_JSONL);
    text_log raw = {0}, log = read_records(path.text, path.text, &json, &raw);
    assert_non_null(strstr(log.text, "1 a\n! 2: it holds more than 4194304 values, which is more "
                                     "than is read at once\n3 c\n"));
    free(log.text);
    free(raw.text);
    free(text);
}

static void a_key_that_is_asked_for_stands_once(void **state)
{
    (void)state;
    seqnet_reader_options json = options_of(SEQNET_FORMAT_JSONL);
    assert_json("{\"text\":\"a\",\"label\":1,\"x\":1,\"x\":2}\n"
                "{\"text\":\"b\",\"label\":1,\"text\":\"b\"}\n"
                "{\"label\":1,\"text\":\"c\",\"label\":2}\n{\"text\":\"d\",\"label\":3}\n",
                "1 (1) a\n! 2: the key 'text' stands twice; leave one out\n"
                "! 3: the key 'label' stands twice; leave one out\n4 (3) d\n");
    json.text_fields[0] = "m.t";
    json.weight_field = "w";
    assert_records("t",
                   "{\"w\":1,\"m\":{\"t\":\"a\",\"u\":0,\"u\":0}}\n"
                   "{\"w\":1,\"m\":{\"t\":\"b\"},\"m\":{}}\n"
                   "{\"w\":1,\"m\":{\"t\":\"c\",\"t\":\"d\"}}\n"
                   "{\"w\":1,\"m.t\":\"e\",\"m\":1,\"m\":2}\n{\"w\":1,\"w\":1,\"m.t\":\"f\"}\n",
                   &json,
                   "1 a\n! 2: the key 'm.t' stands twice; leave one out\n"
                   "! 3: the key 'm.t' stands twice; leave one out\n4 e\n"
                   "! 5: the key 'w' stands twice; leave one out\n");
}

/* The only known name is the text's, even where it cannot be one. */
static void a_known_text_that_is_no_string_is_told(void **state)
{
    (void)state;
    assert_json("{\"text\":5,\"label\":\"a\"}\n{\"text\":\"b\",\"label\":\"c\"}\n",
                "! 1: the text 'text' is a number; make it a string or pass .text_field KEY\n"
                "2 (c) b\n");
}

static void what_utf8_cannot_hold_is_replaced(void **state)
{
    (void)state;
    static const char *const lines[] = {"{\"text\":\"x\\u0000y\\udc00\",\"k\\u0000\":1}\n",
                                        "{\"text\":\"\\\\u0000\"}\n", "{\"text\":\"\\ud83d!\"}\n"};
    static const char *const texts[] = {"x\xef\xbf\xbdy\xef\xbf\xbd", "\\u0000", "\xef\xbf\xbd!"};
    static const size_t counts[] = {2, 0, 1};
    const seqnet_reader_options json = options_of(SEQNET_FORMAT_JSONL);
    for (size_t i = 0; i < 3; i++) {
        bool found;
        seqnet_record record;
        seqnet_reader *reader;
        seqnet_error err = {0};
        const test_path path = write_text("t", lines[i]);
        assert_ok(seqnet_reader_open(&reader, path.text, &json, &err), &err);
        assert_ok(seqnet_reader_next(reader, &record, &found, &err), &err);
        assert_string_equal(record.text, texts[i]);
        assert_int_equal(record.replaced, counts[i]);
        seqnet_reader_free(reader);
    }
}

static void a_raw_nul_is_refused(void **state)
{
    (void)state;
    static const char bytes[] = "{\"text\":\"a\0b\"}\n{\"text\":\"c\"}\0\n{\"text\":\"d\"}\n";
    seqnet_reader_options json = options_of(SEQNET_FORMAT_JSONL);
    assert_records_of("t", bytes, sizeof bytes - 1, &json,
                      "! 1: is not a JSON object: byte 11 begins a control character in a string, "
                      "where JSON wants an escape\n! 2: is not a JSON object: byte 13" NOT_EXPECTED
                      "3 d\n");
}

static void deep_nesting_is_refused(void **state)
{
    (void)state;
    enum { DEEP = 100000 };
    static const char *const opening[] = {"{\"a\":", "[", "{\"text\":["};
    for (size_t i = 0; i < sizeof opening / sizeof opening[0]; i++) {
        text_log text = {0};
        log_text(&text, "{\"text\":\"a\"}\n{\"text\":");
        for (size_t depth = 0; depth < DEEP; depth++)
            log_text(&text, opening[i]);
        log_text(&text, "\n{\"text\":\"b\"}\n");
        const test_path path = write_text("deep", text.text);
        const seqnet_reader_options json = options_of(SEQNET_FORMAT_JSONL);
        text_log raw = {0}, log = read_records(path.text, path.text, &json, &raw);
        assert_non_null(strstr(log.text, "\n! 2: is not a JSON object: byte "));
        assert_non_null(strstr(log.text, "\n3 b\n"));
        assert_string_equal(raw.text, text.text);
        free(log.text);
        free(raw.text);
        free(text.text);
    }
}

static void keys_are_told(void **state)
{
    (void)state;
    size_t length, end;
    seqnet_error err = {0};
    seqnet_reader *reader;
    const seqnet_reader_options json = options_of(SEQNET_FORMAT_JSONL);
    const test_path path = write_text("t", "{\"Text\":\"a\",\"y\":1}\n");
    assert_ok(seqnet_reader_open(&reader, path.text, &json, &err), &err);
    assert_string_equal(seqnet_reader_found(reader)->text_fields[0], "Text");
    assert_string_equal(seqnet_reader_found(reader)->label_field, "y");
    assert_int_equal(seqnet_reader_delimiter(reader), 0);
    assert_non_null(seqnet_reader_header(reader, &length, &end));
    assert_int_equal(length, 0);
    seqnet_reader_free(reader);
}

static void json_in_pieces_is_the_same(void **state)
{
    (void)state;
    static const char text[] = "\xef\xbb\xbf\n{\"text\":\"one\",\"label\":0.25}\r\n\n{\"text\":\n"
                               "{\"label\":[true],\"text\":\"two\"}";
    const seqnet_reader_options json = options_of(SEQNET_FORMAT_AUTO);
    assert_records_in_pieces(text, sizeof text - 1, &json,
                             "2 (0.25) one\n! 4: is not a JSON object: byte 9" NOT_EXPECTED
                             "5 (true) two\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_object_a_line),
        cmocka_unit_test(a_text_is_a_string_or_null),
        cmocka_unit_test(a_label_is_what_json_writes),
        cmocka_unit_test(an_array_holds_labels),
        cmocka_unit_test(numbers_do_not_depend_on_the_locale),
        cmocka_unit_test(a_wanted_label_must_be_there),
        cmocka_unit_test(keys_are_found_in_the_first_object),
        cmocka_unit_test(keys_can_be_asked_for),
        cmocka_unit_test(weights_are_numbers_from_0),
        cmocka_unit_test(malformed_lines_are_told_and_passed),
        cmocka_unit_test(json_is_strict),
        cmocka_unit_test(too_many_values_are_refused),
        cmocka_unit_test(a_key_that_is_asked_for_stands_once),
        cmocka_unit_test(a_known_text_that_is_no_string_is_told),
        cmocka_unit_test(what_utf8_cannot_hold_is_replaced),
        cmocka_unit_test(a_raw_nul_is_refused),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(keys_are_told),
        cmocka_unit_test(json_in_pieces_is_the_same),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
