/* Files of records as a source: what a record tells, and where the source goes on or ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "records.h"
#include "source.h"

static seqnet_status open_text(sn_source **source, const char *text, const char *path,
                               const seqnet_reader_options *options, seqnet_error *err)
{
    sn_byte_stream *stream;
    assert_ok(sn_stream_open_bytes(&stream, text, strlen(text), path, err), err);
    return sn_source_file_open(source, SEQNET_VALIDATION, stream, path, options, err);
}

static sn_source *open_ok(const char *text, const char *path, const seqnet_reader_options *options)
{
    sn_source *source;
    seqnet_error err = {0};
    assert_ok(open_text(&source, text, path, options, &err), &err);
    return source;
}

static sn_source_record next_ok(sn_source *source)
{
    sn_source_record record;
    bool found;
    seqnet_error err = {0};
    assert_ok(sn_source_next(source, &record, &found, &err), &err);
    assert_true(found);
    return record;
}

static void assert_end(sn_source *source)
{
    sn_source_record record;
    bool found;
    seqnet_error err = {0};
    for (int i = 0; i < 2; i++) {
        assert_ok(sn_source_next(source, &record, &found, &err), &err);
        assert_false(found);
    }
    sn_source_free(source);
}

static void a_record_tells_where_it_is(void **state)
{
    (void)state;
    seqnet_reader_options options = seqnet_reader_options_default();
    options.weight_field = "w";
    sn_source *const source = open_ok("label,text,w\na,x y,2\n\nb,z,0.5\n", "some.csv", &options);
    assert_true(source->has_weights);
    assert_true(source->can_skip);
    const sn_source_record first = next_ok(source);
    assert_int_equal(first.text_length, 3);
    assert_memory_equal(first.text, "x y", 3);
    assert_int_equal(first.label_length, 1);
    assert_memory_equal(first.label, "a", 1);
    assert_true(first.weight == 2.0);
    assert_int_equal(first.part, SEQNET_VALIDATION);
    assert_string_equal(first.path, "some.csv");
    assert_int_equal(first.line, 2);
    assert_int_equal(first.label_count, 1);
    const sn_source_record second = next_ok(source);
    assert_int_equal(second.line, 4);
    assert_true(second.weight == 0.5);
    assert_end(source);
}

static void what_was_met_is_told_by_record(void **state)
{
    (void)state;
    const seqnet_reader_options options = seqnet_reader_options_default();
    sn_source *source = open_ok("__label__a __label__b x\n__label__b y\n", "some.ft", &options);
    assert_false(source->has_weights);
    assert_int_equal(next_ok(source).label_count, 2);
    assert_int_equal(next_ok(source).label_count, 1);
    assert_end(source);
    source = open_ok("{\"label\":\"a\",\"text\":\"x\\u0000\\ud800\"}\n", "some.jsonl", &options);
    assert_int_equal(next_ok(source).replaced, 2);
    assert_end(source);
}

static void assert_bad(sn_source *source, bool ends_input, const char *sentence)
{
    sn_source_record record;
    bool found;
    seqnet_error err = {0};
    assert_failure(sn_source_next(source, &record, &found, &err), &err, SEQNET_ERR_DATA, sentence);
    assert_int_equal(record.ends_input, ends_input);
}

static void a_source_goes_on_behind_a_bad_record(void **state)
{
    (void)state;
    const seqnet_reader_options options = seqnet_reader_options_default();
    sn_source *const source = open_ok("label,text\n,x\na,y\nb,\"z\n", "some.csv", &options);
    assert_bad(source, false, "some.csv:2: has no label");
    assert_int_equal(next_ok(source).line, 3);
    assert_bad(source, true, "never closed");
    assert_end(source);
}

static void standard_input_has_a_name(void **state)
{
    (void)state;
    const seqnet_reader_options options = seqnet_reader_options_default();
    sn_source *const source = open_ok("label,text\na,y\n", "-", &options);
    assert_string_equal(next_ok(source).path, "standard input");
    assert_end(source);
}

static void a_file_without_fields_is_not_opened(void **state)
{
    (void)state;
    const seqnet_reader_options options = seqnet_reader_options_default();
    sn_source *source;
    seqnet_error err = {0};
    assert_failure(open_text(&source, "x,y,z\n1,2,3\n", "some.csv", &options, &err), &err,
                   SEQNET_ERR_DATA, "some.csv");
    assert_null(source);
    sn_source_free(source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_tells_where_it_is),
        cmocka_unit_test(what_was_met_is_told_by_record),
        cmocka_unit_test(a_source_goes_on_behind_a_bad_record),
        cmocka_unit_test(standard_input_has_a_name),
        cmocka_unit_test(a_file_without_fields_is_not_opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
