/* Options that outlive their caller: copies, and what comes back from a model file's JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "reader_options.h"
#include "support.h"

static void assert_same_text(const char *one, const char *other)
{
    if (one && other)
        assert_string_equal(one, other);
    else
        assert_ptr_equal(one, other);
}

static void assert_same(const seqnet_reader_options *one, const seqnet_reader_options *other)
{
    assert_int_equal(one->header, other->header);
    assert_int_equal(one->delimiter, other->delimiter);
    assert_int_equal(one->no_quotes, other->no_quotes);
    assert_same_text(one->encoding, other->encoding);
    assert_same_text(one->text_separator, other->text_separator);
    assert_same_text(one->label_field, other->label_field);
    assert_same_text(one->label_prefix, other->label_prefix);
    assert_same_text(one->label_separator, other->label_separator);
    for (size_t i = 0; i <= SEQNET_TEXT_FIELDS; i++)
        assert_same_text(one->text_fields[i], other->text_fields[i]);
}

static seqnet_reader_options full_options(void)
{
    seqnet_reader_options options = seqnet_reader_options_default();
    options.format = SEQNET_FORMAT_FASTTEXT;
    options.encoding = "WINDOWS-1252";
    options.text_fields[0] = "subject";
    options.text_fields[1] = "body, \"quoted\"";
    options.text_separator = " \n ";
    options.label_field = "team";
    options.label_separator = ";";
    options.label_prefix = "#";
    options.header = SEQNET_HEADER_NO;
    options.delimiter = '\t';
    options.no_quotes = true;
    return options;
}

static void a_copy_has_strings_of_its_own(void **state)
{
    (void)state;
    static const char *const added[] = {"answer", NULL};
    seqnet_error err = {0};
    sn_kept_options kept;
    char label[] = "team", text[] = "subject", weight[] = "times";
    seqnet_reader_options options = full_options();
    options.label_field = label;
    options.text_fields[0] = text;
    options.weight_field = weight;
    options.added_fields = added;
    options.wants_label = options.remembered.text = true;
    assert_ok(sn_kept_options_copy(&kept, &options, &err), &err);
    label[0] = text[0] = weight[0] = 'x';
    assert_string_equal(kept.options.label_field, "team");
    assert_string_equal(kept.options.text_fields[0], "subject");
    assert_string_equal(kept.options.weight_field, "times");
    assert_null(kept.options.added_fields);
    assert_true(kept.options.wants_label);
    assert_true(kept.options.remembered.text);
    label[0] = text[0] = 't';
    text[0] = 's';
    assert_same(&kept.options, &options);
    sn_kept_options_free(&kept);
    assert_null(kept.options.label_field);
    sn_kept_options_free(&kept);
}

static void all_fields_of_a_text_are_copied(void **state)
{
    (void)state;
    static const char *const names[SEQNET_TEXT_FIELDS] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    seqnet_error err = {0};
    sn_kept_options kept;
    seqnet_reader_options options = seqnet_reader_options_default();
    memcpy(options.text_fields, names, sizeof names);
    assert_ok(sn_kept_options_copy(&kept, &options, &err), &err);
    assert_same(&kept.options, &options);
    assert_ptr_not_equal(kept.options.text_fields[7], names[7]);
    sn_kept_options_free(&kept);
}

static char *write_options(const seqnet_reader_options *options)
{
    char *text;
    seqnet_error err = {0};
    seqnet_json json = seqnet_json_begin_object();
    sn_reader_options_write(&json, json.root, options);
    assert_ok(seqnet_json_end(&json, &text, &err), &err);
    return text;
}

static sn_kept_options read_options(const char *text)
{
    seqnet_error err = {0};
    sn_kept_options kept;
    cJSON *const object = cJSON_Parse(text);
    assert_non_null(object);
    assert_ok(sn_reader_options_read(&kept, object, &err), &err);
    cJSON_Delete(object); /* the strings are copies */
    return kept;
}

static void what_was_written_is_read(void **state)
{
    (void)state;
    seqnet_reader_options full = full_options(), plain = seqnet_reader_options_default();
    seqnet_reader_options some = seqnet_reader_options_default();
    some.format = SEQNET_FORMAT_CSV;
    some.header = SEQNET_HEADER_YES;
    some.text_fields[0] = "1";
    some.delimiter = ';';
    const seqnet_reader_options *const all[] = {&full, &plain, &some};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char *const text = write_options(all[i]);
        sn_kept_options kept = read_options(text);
        assert_same(&kept.options, all[i]);
        /* The format is the file's own. */
        assert_int_equal(kept.options.format, SEQNET_FORMAT_AUTO);
        assert_null(seqnet_reader_options_check(&kept.options));
        sn_kept_options_free(&kept);
        free(text);
    }
}

static void the_form_is_this(void **state)
{
    (void)state;
    const seqnet_reader_options full = full_options(), plain = seqnet_reader_options_default();
    char *const text = write_options(&full), *const nothing = write_options(&plain);
    assert_string_equal(
        text, "{\"format\":\"fasttext\",\"encoding\":\"WINDOWS-1252\",\"text\":[\"subject\","
              "\"body, \\\"quoted\\\"\"],\"separator\":\" \\n \",\"label\":\"team\","
              "\"label_separator\":\";\",\"delimiter\":\"\\t\",\"header\":false,\"no_quotes\":true,"
              "\"prefix\":\"#\"}");
    assert_string_equal(nothing, "{}");
    free(text);
    free(nothing);
}

static void what_is_read_is_remembered(void **state)
{
    (void)state;
    const seqnet_reader_options full = full_options();
    char *const text = write_options(&full);
    sn_kept_options kept = read_options(text);
    assert_true(kept.options.remembered.text);
    assert_true(kept.options.remembered.label);
    assert_true(kept.options.remembered.delimiter);
    assert_true(kept.options.remembered.header);
    assert_true(kept.options.remembered.no_quotes);
    assert_true(kept.options.remembered.encoding);
    sn_kept_options_free(&kept);
    free(text);
    kept = read_options("{}");
    assert_false(kept.options.remembered.text);
    assert_false(kept.options.remembered.label);
    assert_false(kept.options.remembered.delimiter);
    assert_false(kept.options.remembered.header);
    assert_false(kept.options.remembered.no_quotes);
    assert_false(kept.options.remembered.encoding);
    sn_kept_options_free(&kept);
}

/* A model file may hold anything: what cannot be used is left out. */
static void damaged_json_gives_options_that_can_be_used(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"text\":5,\"label\":5,\"separator\":5,\"prefix\":[],\"delimiter\":{},\"header\":\"x\"}",
        "{\"text\":[],\"label\":\"\",\"encoding\":\"\",\"no_quotes\":\"yes\",\"delimiter\":\"\"}",
        "{\"text\":[\"\",null,5,[\"a\"]]}",
        "{\"text\":\"a\"}",
        "{\"delimiter\":\"\\n\"}",
        "{\"delimiter\":\"\\\"\"}",
        "{\"prefix\":\"a b\"}",
        "{\"text\":[\"a\"],\"label\":\"a\"}",
        "{\"label_separator\":\"sixteen bytes or \"}",
        "[]",
    };
    const seqnet_reader_options plain = seqnet_reader_options_default();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        sn_kept_options kept = read_options(texts[i]);
        assert_null(seqnet_reader_options_check(&kept.options));
        assert_same(&kept.options, &plain);
        sn_kept_options_free(&kept);
    }
}

static void more_fields_than_a_text_has_are_left_out(void **state)
{
    (void)state;
    sn_kept_options kept =
        read_options("{\"text\":[\"a\",5,\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\",\"j\"]}");
    assert_string_equal(kept.options.text_fields[0], "a");
    assert_string_equal(kept.options.text_fields[1], "b");
    assert_string_equal(kept.options.text_fields[7], "h");
    assert_null(kept.options.text_fields[8]);
    sn_kept_options_free(&kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_has_strings_of_its_own),
        cmocka_unit_test(all_fields_of_a_text_are_copied),
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(the_form_is_this),
        cmocka_unit_test(what_is_read_is_remembered),
        cmocka_unit_test(damaged_json_gives_options_that_can_be_used),
        cmocka_unit_test(more_fields_than_a_text_has_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
