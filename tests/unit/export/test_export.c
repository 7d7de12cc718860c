/* Formats by their endings, options that do not fit, and the samples that exports are compared on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/seqnet.h>

#include "samples.h"
#include "small_model.h"
#include "support.h"

static int setup(void **state)
{
    (void)state;
    return train_small_model("builtin:demo:400", 1);
}

static void endings_name_formats(void **state)
{
    static const struct {
        const char *path;
        seqnet_export_format format;
    } cases[] = {{"a.onnx", SEQNET_EXPORT_ONNX},   {"a.keras", SEQNET_EXPORT_KERAS},
                 {"b/a.H5", SEQNET_EXPORT_H5},     {"a.npz", SEQNET_EXPORT_NPZ},
                 {"a.b.c", SEQNET_EXPORT_C},       {"a.txt", SEQNET_EXPORT_AUTO},
                 {".onnx", SEQNET_EXPORT_AUTO},    {"onnx", SEQNET_EXPORT_AUTO},
                 {"a.onnx.gz", SEQNET_EXPORT_AUTO}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(seqnet_export_format_of(cases[i].path), cases[i].format);
    assert_string_equal(seqnet_export_ending(SEQNET_EXPORT_C), ".c");
    assert_null(seqnet_export_ending(SEQNET_EXPORT_AUTO));
}

static void a_format_must_be_named(void **state)
{
    (void)state;
    seqnet_error err = {0};
    const seqnet_export_options options = {0};
    const test_path path = in_folder("a.txt");
    assert_failure(seqnet_export(model, path.text, &options, NULL, &err), &err, SEQNET_ERR_USAGE,
                   "pass .output_format");
    char *bytes = test_folder;
    assert_failure(seqnet_export_bytes(model, &bytes, &options, NULL, &err), &err, SEQNET_ERR_USAGE,
                   "pass .output_format");
    assert_null(bytes);
    assert_int_equal(count_entries(test_folder), 0);
}

/* How often a length occurs among the samples. */
static size_t count_length(const sn_samples *samples, size_t length)
{
    size_t count = 0;
    for (size_t row = 0; row < samples->count; row++)
        count += sn_sequences_length(&samples->ids, row) == length;
    return count;
}

static void samples_have_the_lengths_that_matter(void **state)
{
    (void)state;
    sn_samples samples;
    seqnet_error err = {0};
    const size_t maxlen = model->config.maxlen, start = 1;
    assert_ok(sn_samples_make(&samples, model, &err), &err);
    assert_true(samples.has_texts);
    assert_int_equal(samples.labels, 2);
    for (size_t words = 0; words <= 2; words++)
        assert_true(count_length(&samples, start + words) > 0);
    for (size_t words = maxlen - 1; words <= maxlen + 1; words++)
        assert_true(count_length(&samples, start + words) > 0);
    size_t unknown = 0;
    for (size_t i = 0; i < samples.ids.offsets[samples.count]; i++)
        unknown += samples.ids.ids[i] == model->config.encoding.oov_char;
    assert_true(unknown > 0);
    sn_samples_free(&samples);
}

static void samples_are_always_the_same(void **state)
{
    (void)state;
    sn_samples one, two;
    seqnet_error err = {0};
    assert_ok(sn_samples_make(&one, model, &err), &err);
    assert_ok(sn_samples_make(&two, model, &err), &err);
    assert_int_equal(one.count, two.count);
    assert_int_equal(one.text.length, two.text.length);
    assert_memory_equal(one.text.bytes, two.text.bytes, one.text.length);
    assert_memory_equal(one.probabilities, two.probabilities,
                        one.count * one.labels * sizeof *one.probabilities);
    sn_samples_free(&one);
    sn_samples_free(&two);
}

static int open_all(void **state)
{
    return make_folder(state) || setup(state);
}

static int close_all(void **state)
{
    return free_small_model(state) || remove_folder(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(endings_name_formats),
                                       cmocka_unit_test(a_format_must_be_named),
                                       cmocka_unit_test(samples_have_the_lengths_that_matter),
                                       cmocka_unit_test(samples_are_always_the_same)};
    return cmocka_run_group_tests(tests, open_all, close_all);
}
