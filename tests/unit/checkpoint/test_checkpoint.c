/* The store of a run's arrays and its file: what is kept, what is written, what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <seqnet/checkpoint.h>

#include "checkpoint.h"
#include "run_identity.h"
#include "safetensors.h"
#include "support.h"

static const char RUN[] = "{\".epochs\":\"3\",\".seed\":\"1\",\"rows\":\"a\"}";

/* One array of each type. */
typedef struct values {
    float f32[3];
    double f64[2];
    uint64_t u64[1];
    uint32_t u32[2];
    uint8_t u8[3];
} values;

static const values SOME = {{1.5F, -2.0F, 3.0F}, {1e300, -0.0}, {UINT64_MAX}, {7, 8}, {1, 2, 3}};

static sn_named_arrays list(values *v)
{
    sn_named_arrays arrays = {0};
    seqnet_error err = {0};
    assert_ok(sn_named_arrays_add(&arrays, "f32", SN_ARRAY_F32, v->f32, 3, &err), &err);
    assert_ok(sn_named_arrays_add(&arrays, "f64", SN_ARRAY_F64, v->f64, 2, &err), &err);
    assert_ok(sn_named_arrays_add(&arrays, "none", SN_ARRAY_U32, NULL, 0, &err), &err);
    assert_ok(sn_named_arrays_add(&arrays, "u64", SN_ARRAY_U64, v->u64, 1, &err), &err);
    assert_ok(sn_named_arrays_add(&arrays, "u32", SN_ARRAY_U32, v->u32, 2, &err), &err);
    assert_ok(sn_named_arrays_add(&arrays, "u8", SN_ARRAY_U8, v->u8, 3, &err), &err);
    return arrays;
}

static char *path_of_test(void)
{
    static char path[64];
    (void)snprintf(path, sizeof path, "/tmp/seqnet-checkpoint-%ld", (long)getpid());
    return path;
}

static void open_at(sn_checkpoint *c, const char *path, const char *resume, const char *run)
{
    seqnet_error err = {0};
    const sn_checkpoint_options options = {
        .path = path, .resume = resume, .seconds = 1e9, .command = "seqnet train", .note = "{}"};
    assert_ok(sn_checkpoint_make(c, &options, strdup(run), &err), &err);
}

/* Writes a file with the part "done" that is over and "open" that is not. */
static void write_two(const char *path)
{
    values first = SOME, second = SOME;
    seqnet_error err = {0};
    sn_checkpoint c;
    size_t bytes;
    first.u64[0] = 11;
    second.u64[0] = 22;
    sn_named_arrays done = list(&first), open = list(&second);
    open_at(&c, path, NULL, RUN);
    assert_ok(sn_checkpoint_keep(&c, "done", &done, &err), &err);
    first.u64[0] = 99; /* a copy was kept */
    assert_ok(sn_checkpoint_write(&c, "open", &open, "epoch 1", &bytes, &err), &err);
    assert_true(bytes > 2 * 40);
    sn_checkpoint_free(&c);
    sn_named_arrays_free(&done);
    sn_named_arrays_free(&open);
}

static void all_types_come_back(void **state)
{
    (void)state;
    values found = {0};
    seqnet_error err = {0};
    sn_checkpoint c;
    sn_named_arrays arrays = list(&found);
    write_two(path_of_test());
    open_at(&c, NULL, path_of_test(), RUN);
    assert_int_equal(c.resumed, 1);
    assert_true(sn_checkpoint_has(&c, "done"));
    assert_true(sn_checkpoint_has(&c, "open"));
    assert_false(sn_checkpoint_has(&c, "don"));
    assert_null(sn_checkpoint_find(&c, "done", "f3"));
    assert_ok(sn_checkpoint_restore(&c, "open", &arrays, &err), &err);
    assert_int_equal(found.u64[0], 22);
    assert_memory_equal(found.f32, SOME.f32, sizeof found.f32);
    assert_memory_equal(found.f64, SOME.f64, sizeof found.f64);
    assert_memory_equal(found.u32, SOME.u32, sizeof found.u32);
    assert_memory_equal(found.u8, SOME.u8, sizeof found.u8);
    assert_ok(sn_checkpoint_restore(&c, "done", &arrays, &err), &err);
    assert_int_equal(found.u64[0], 11);
    sn_checkpoint_free(&c);
    sn_named_arrays_free(&arrays);
    unlink(path_of_test());
}

/* Parts of the file that the run has not come to yet are not lost. */
static void what_was_read_is_written_again(void **state)
{
    (void)state;
    values found = SOME;
    seqnet_error err = {0};
    sn_checkpoint c;
    size_t bytes;
    char *const path = path_of_test();
    sn_named_arrays arrays = list(&found);
    write_two(path);
    open_at(&c, path, path, RUN);
    found.u64[0] = 33;
    for (int times = 0; times < 2; times++) /* the file itself is needed once */
        assert_ok(sn_checkpoint_write(&c, "open", &arrays, "epoch 2", &bytes, &err), &err);
    assert_null(c.bytes.data);
    sn_checkpoint_free(&c);
    open_at(&c, NULL, path, RUN);
    assert_int_equal(c.resumed, 2);
    assert_ok(sn_checkpoint_restore(&c, "done", &arrays, &err), &err);
    assert_int_equal(found.u64[0], 11);
    assert_ok(sn_checkpoint_restore(&c, "open", &arrays, &err), &err);
    assert_int_equal(found.u64[0], 33);
    sn_checkpoint_free(&c);
    sn_named_arrays_free(&arrays);
    unlink(path);
}

static void arrays_of_other_kinds_are_refused(void **state)
{
    (void)state;
    seqnet_error err = {0};
    sn_checkpoint c;
    double numbers[4];
    write_two(path_of_test());
    open_at(&c, NULL, path_of_test(), RUN);
    const struct {
        const char *name;
        sn_array_type type;
        size_t count;
    } wrong[] = {{"f64", SN_ARRAY_F64, 3}, {"f64", SN_ARRAY_U64, 2}, {"missing", SN_ARRAY_U8, 1}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        sn_named_arrays arrays = {0};
        assert_ok(sn_named_arrays_add(&arrays, wrong[i].name, wrong[i].type, numbers,
                                      wrong[i].count, &err),
                  &err);
        assert_int_equal(sn_checkpoint_restore(&c, "done", &arrays, &err), SEQNET_ERR_MODEL);
        assert_non_null(strstr(err.message, "is missing or does not fit"));
        sn_named_arrays_free(&arrays);
    }
    sn_checkpoint_free(&c);
    unlink(path_of_test());
}

static uint8_t *read_all(const char *path, size_t *size)
{
    uint8_t *const bytes = malloc(1 << 16);
    FILE *const file = fopen(path, "rb");
    assert_non_null(bytes);
    assert_non_null(file);
    *size = fread(bytes, 1, 1 << 16, file);
    fclose(file);
    return bytes;
}

static seqnet_status parse(const uint8_t *bytes, size_t size, seqnet_error *err)
{
    sn_stored_array *arrays;
    size_t count;
    sn_checkpoint_texts texts;
    const sn_bytes view = {.data = bytes, .size = size};
    const seqnet_status status = sn_checkpoint_parse(&view, &arrays, &count, &texts, "file", err);
    free(arrays);
    sn_checkpoint_texts_free(&texts);
    return status;
}

/* Each cut is noticed, and each changed bit of the arrays; those of the header do no harm. */
static void damage_is_noticed(void **state)
{
    (void)state;
    size_t size;
    seqnet_error err = {0};
    write_two(path_of_test());
    uint8_t *const bytes = read_all(path_of_test(), &size);
    assert_ok(parse(bytes, size, &err), &err);
    for (size_t length = 0; length < size; length++)
        assert_int_equal(parse(bytes, length, &err), SEQNET_ERR_MODEL);
    const size_t header = sn_safetensors_header_end(bytes, size);
    for (size_t i = 0; i < size; i++)
        for (unsigned bit = 0; bit < 8; bit += 3) {
            bytes[i] ^= (uint8_t)(1U << bit);
            const seqnet_status status = parse(bytes, size, &err);
            if (status != SEQNET_ERR_MODEL && (i >= header || status != SEQNET_OK))
                fail_msg("bit %u of byte %zu does not matter", bit, i);
            bytes[i] ^= (uint8_t)(1U << bit);
        }
    free(bytes);
    unlink(path_of_test());
}

static void files_tell_of_themselves(void **state)
{
    (void)state;
    seqnet_error err = {0};
    seqnet_checkpoint *checkpoint;
    char *const path = path_of_test();
    assert_false(seqnet_checkpoint_recognise(path));
    assert_int_equal(seqnet_checkpoint_load(&checkpoint, path, &err), SEQNET_ERR_MODEL);
    assert_null(checkpoint);
    write_two(path);
    assert_true(seqnet_checkpoint_recognise(path));
    assert_ok(seqnet_checkpoint_load(&checkpoint, path, &err), &err);
    assert_string_equal(seqnet_checkpoint_place(checkpoint), "epoch 1");
    assert_non_null(strstr(seqnet_checkpoint_machine(checkpoint), "; "));
    assert_string_equal(seqnet_checkpoint_command(checkpoint), "seqnet train");
    assert_string_equal(seqnet_checkpoint_note(checkpoint), "{}");
    assert_int_equal(seqnet_checkpoint_resumed(checkpoint), 0);
    seqnet_checkpoint_free(checkpoint);
    seqnet_checkpoint_free(NULL);
    unlink(path);
}

static void an_older_file_stays_when_writing_fails(void **state)
{
    (void)state;
    seqnet_error err = {0};
    sn_checkpoint c;
    size_t bytes = 1;
    open_at(&c, "/nowhere/at/all", NULL, RUN);
    assert_int_equal(sn_checkpoint_write(&c, NULL, NULL, "", &bytes, &err), SEQNET_ERR_WRITE);
    assert_int_equal(bytes, 0);
    assert_false(sn_checkpoint_is_due(&c));
    c.options.seconds = 0.0;
    assert_true(sn_checkpoint_is_due(&c));
    sn_checkpoint_free(&c);
}

static void assert_compared(const char *stored, const char *own, seqnet_status status,
                            const char *words)
{
    seqnet_error err = {0};
    assert_int_equal(sn_run_compare(stored, own, "file", &err), status);
    if (status != SEQNET_OK && !strstr(err.message, words))
        fail_msg("'%s' does not say '%s'", err.message, words);
}

static void runs_are_compared_by_name(void **state)
{
    (void)state;
    assert_compared(RUN, RUN, SEQNET_OK, NULL);
    assert_compared("{\".seed\":\"2\"}", "{\".seed\":\"3\"}", SEQNET_ERR_USAGE,
                    ".seed 2, and 3 is asked for");
    assert_compared("{}", "{\".cell\":\"3\"}", SEQNET_ERR_USAGE, "another .cell");
    assert_compared("{\"rows\":\"a\"}", "{\"rows\":\"b\"}", SEQNET_ERR_USAGE, "other rows");
    assert_compared("{\".epochs\":\"3\"}", "{\".epochs\":\"4\"}", SEQNET_OK, NULL);
    assert_compared("{\".epochs\":\"3\"}", "{\".epochs\":\"4\",\"fixed epochs\":\"true\"}",
                    SEQNET_ERR_USAGE, ".epochs 3, over which");
    assert_compared("no JSON", RUN, SEQNET_ERR_MODEL, "is damaged");
    assert_compared("[1]", RUN, SEQNET_ERR_USAGE, ".seed");
    assert_true(sn_run_has_epochs(RUN, 3));
    assert_false(sn_run_has_epochs(RUN, 4));
    assert_false(sn_run_has_epochs("no JSON", 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_types_come_back),
        cmocka_unit_test(what_was_read_is_written_again),
        cmocka_unit_test(arrays_of_other_kinds_are_refused),
        cmocka_unit_test(damage_is_noticed),
        cmocka_unit_test(files_tell_of_themselves),
        cmocka_unit_test(an_older_file_stays_when_writing_fails),
        cmocka_unit_test(runs_are_compared_by_name),
    };
    return cmocka_run_group_tests_name("checkpoint", tests, NULL, NULL);
}
