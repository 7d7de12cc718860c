/* Batches: notes, sizes, what may be added. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "batch.h"
#include "support.h"

static const sn_model_config CONFIG = {
    .maxlen = 4, .encoding = {.id_count = 10, .start_char = 1, .oov_char = 2, .index_from = 3}};

static seqnet_batch *make_batch(bool takes_text)
{
    seqnet_batch *const batch = calloc(1, sizeof *batch);
    assert_non_null(batch);
    batch->config = &CONFIG;
    batch->takes_text = takes_text;
    return batch;
}

static void add_text(seqnet_batch *batch, const char *text)
{
    seqnet_error err = {0};
    assert_ok(seqnet_batch_add_text(batch, text, strlen(text), &err), &err);
}

static void note(seqnet_batch *batch, const char *bytes, size_t length)
{
    seqnet_error err = {0};
    assert_ok(seqnet_batch_set_note(batch, bytes, length, &err), &err);
}

static void assert_note(const seqnet_batch *batch, size_t row, const char *bytes, size_t expected)
{
    size_t length = 99;
    const void *const found = seqnet_batch_note(batch, row, &length);
    assert_non_null(found);
    assert_int_equal(length, expected);
    if (expected)
        assert_memory_equal(found, bytes, expected);
}

static void notes_belong_to_the_row_before_them(void **state)
{
    (void)state;
    seqnet_batch *const batch = make_batch(true);
    add_text(batch, "one");
    note(batch, "first\0note", 10);
    add_text(batch, "two");
    add_text(batch, "three");
    note(batch, "third", 5);
    add_text(batch, "four");
    note(batch, NULL, 0);
    assert_note(batch, 0, "first\0note", 10);
    assert_note(batch, 1, NULL, 0);
    assert_note(batch, 2, "third", 5);
    assert_note(batch, 3, NULL, 0);
    note(batch, "fourth", 6); /* the last one counts */
    assert_note(batch, 3, "fourth", 6);
    seqnet_batch_free(batch);
}

static void a_batch_without_notes_has_empty_ones(void **state)
{
    (void)state;
    seqnet_batch *const batch = make_batch(true);
    add_text(batch, "one");
    assert_note(batch, 0, NULL, 0);
    seqnet_batch_free(batch);
}

static void a_note_needs_a_row(void **state)
{
    (void)state;
    seqnet_error err = {0};
    seqnet_batch *const batch = make_batch(true);
    assert_failure(seqnet_batch_set_note(batch, "x", 1, &err), &err, SEQNET_ERR_USAGE,
                   "there is no row yet to attach a note to");
    seqnet_batch_free(batch);
}

static void clearing_forgets_notes(void **state)
{
    (void)state;
    seqnet_batch *const batch = make_batch(true);
    add_text(batch, "one");
    note(batch, "note", 4);
    assert_int_equal(seqnet_batch_bytes(batch), 7);
    seqnet_batch_clear(batch);
    assert_int_equal(seqnet_batch_bytes(batch), 0);
    assert_int_equal(seqnet_batch_count(batch), 0);
    add_text(batch, "two");
    assert_note(batch, 0, NULL, 0);
    seqnet_batch_free(batch);
}

static void the_last_row_can_be_dropped(void **state)
{
    (void)state;
    seqnet_batch *const batch = make_batch(true);
    add_text(batch, "one");
    note(batch, "first", 5);
    add_text(batch, "two");
    const size_t bytes = seqnet_batch_bytes(batch);
    add_text(batch, "three");
    note(batch, "third", 5);
    seqnet_batch_drop_last(batch);
    assert_int_equal(seqnet_batch_count(batch), 2);
    assert_int_equal(seqnet_batch_bytes(batch), bytes);
    assert_ok(seqnet_batch_add_ids(batch, (const int32_t[]){4, 5}, 2, NULL), NULL);
    seqnet_batch_drop_last(batch);
    assert_int_equal(seqnet_batch_bytes(batch), bytes);
    assert_note(batch, 0, "first", 5);
    assert_note(batch, 1, NULL, 0);
    seqnet_batch_free(batch);
}

static void many_notes_stay(void **state)
{
    (void)state;
    enum { MANY = 3000 };
    char text[32];
    seqnet_batch *const batch = make_batch(true);
    for (size_t i = 0; i < MANY; i++) {
        const size_t length = (size_t)snprintf(text, sizeof text, "%zu", i * i);
        add_text(batch, text);
        if (i % 3)
            note(batch, text, length);
    }
    for (size_t i = 0; i < MANY; i++) {
        const size_t length = (size_t)snprintf(text, sizeof text, "%zu", i * i);
        assert_note(batch, i, text, i % 3 ? length : 0);
    }
    seqnet_batch_free(batch);
}

static void ids_must_be_the_models(void **state)
{
    (void)state;
    seqnet_error err = {0};
    seqnet_batch *const batch = make_batch(false);
    static const int32_t good[] = {1, 2, 9, 2, 2}, high[] = {1, 10}, low[] = {-1};
    assert_ok(seqnet_batch_add_ids(batch, good, 5, &err), &err);
    assert_ok(seqnet_batch_add_ids(batch, NULL, 0, &err), &err);
    assert_failure(seqnet_batch_add_ids(batch, high, 2, &err), &err, SEQNET_ERR_DATA,
                   "id 10 is outside the model's range 0 to 9");
    assert_failure(seqnet_batch_add_ids(batch, low, 1, &err), &err, SEQNET_ERR_DATA,
                   "id -1 is outside");
    assert_int_equal(seqnet_batch_count(batch), 2);
    const seqnet_prediction *const p = seqnet_batch_predictions(batch);
    assert_int_equal(p[0].tokens, 5);
    assert_int_equal(p[0].oov, 3);
    assert_true(p[0].truncated);
    assert_int_equal(p[1].tokens, 0);
    assert_false(p[1].truncated);
    assert_failure(seqnet_batch_add_text(batch, "x", 1, &err), &err, SEQNET_ERR_MODEL,
                   "the model was trained without a word index, so it cannot read text");
    seqnet_batch_free(batch);
    seqnet_batch_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notes_belong_to_the_row_before_them),
        cmocka_unit_test(a_batch_without_notes_has_empty_ones),
        cmocka_unit_test(a_note_needs_a_row),
        cmocka_unit_test(clearing_forgets_notes),
        cmocka_unit_test(the_last_row_can_be_dropped),
        cmocka_unit_test(many_notes_stay),
        cmocka_unit_test(ids_must_be_the_models),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
