/* The profile of scored rows, by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "profile.h"

/* Ids: 1 begins a row, 2 is an unknown word. */
static const sn_encoding ENCODING = {.id_count = 10, .start_char = 1, .oov_char = 2};

static const int32_t IDS[] = {1, 5, 6, 2, /**/ 1, /**/ 1, 2, /**/ 1, 7, 8, 9, 5};
static const size_t OFFSETS[] = {0, 4, 5, 7, 12};
static const int32_t LABELS[] = {0, 1, 1, 1};
static const sn_rows ROWS = {.ids = IDS, .offsets = OFFSETS, .labels = LABELS, .count = 4};

static seqnet_scores *scores_of(const float *logits)
{
    seqnet_scores *scores;
    assert_int_equal(sn_scores_create(&scores, 1, false, NULL), SEQNET_OK);
    assert_int_equal(sn_scores_add_rows(scores, &ROWS, logits, NULL), SEQNET_OK);
    return scores;
}

static void rows_are_counted(void **state)
{
    (void)state;
    /* Probabilities of the predicted label: 0.7310.., 0.5, 0.7310.., 0.9525.. */
    static const float logits[] = {-1.0F, 0.0F, 1.0F, 3.0F};
    seqnet_scores *const scores = scores_of(logits);
    seqnet_held_out h;
    assert_int_equal(sn_profile_make(&h, scores, &ROWS, &ENCODING, NULL), SEQNET_OK);
    assert_int_equal(h.rows, 4);
    assert_int_equal(h.predicted[0], 2);
    assert_int_equal(h.predicted[1], 2);
    assert_int_equal(h.actual[0], 1);
    assert_int_equal(h.actual[1], 3);
    assert_true(fabs(h.words.mean - (3.0 + 0.0 + 1.0 + 4.0) / 4.0) < 1e-12);
    assert_true(fabs(h.unknown.mean - (0.3333 + 0.0 + 1.0 + 0.0) / 4.0) < 1e-12);
    assert_true(fabs(h.confidence.mean - (0.7310 + 0.5 + 0.7310 + 0.9525) / 4.0) < 1e-9);
    assert_int_equal(h.points, 3);
    assert_true(h.curve[0].threshold == 0.5 && h.curve[0].kept == 4 && h.curve[0].right == 3);
    assert_true(h.curve[1].threshold == 0.7310 && h.curve[1].kept == 3 && h.curve[1].right == 3);
    assert_true(h.curve[2].threshold == 0.9525 && h.curve[2].kept == 1 && h.curve[2].right == 1);
    sn_held_out_free(&h);
    seqnet_scores_free(scores);
}

static void a_model_that_drops_unknown_words_does_not_count_them(void **state)
{
    (void)state;
    static const float logits[] = {-1.0F, 0.0F, 1.0F, 3.0F};
    static const sn_encoding drops = {.id_count = 10, .start_char = 1, .oov_char = -1};
    seqnet_scores *const scores = scores_of(logits);
    seqnet_held_out h;
    assert_int_equal(sn_profile_make(&h, scores, &ROWS, &drops, NULL), SEQNET_OK);
    assert_int_equal(h.unknown.bins, 0);
    assert_true(h.words.bins > 0);
    sn_held_out_free(&h);
    seqnet_scores_free(scores);
}

static void words_of_texts_and_ids_agree(void **state)
{
    (void)state;
    static const sn_encoding drops = {.id_count = 10, .start_char = 1, .oov_char = -1};
    static const sn_encoding bare = {.id_count = 10, .start_char = -1, .oov_char = 2};
    assert_int_equal(sn_words_of_text(&ENCODING, 5, 2).words, 5);
    assert_int_equal(sn_words_of_ids(&ENCODING, 6, 2).words, 5);
    assert_int_equal(sn_words_of_ids(&ENCODING, 0, 0).words, 0);
    assert_int_equal(sn_words_of_ids(&bare, 6, 2).words, 6);
    assert_int_equal(sn_words_of_text(&drops, 5, 2).words, 3);
    assert_int_equal(sn_words_of_text(&drops, 5, 2).unknown, 0);
    assert_true(sn_unknown_share((sn_row_words){3, 1}) == 0.3333);
    assert_true(sn_unknown_share((sn_row_words){0, 0}) == 0.0);
}

/* A row of two labels, of which one is the most probable, is right; a row without labels is not. */
static void rows_of_any_number_of_labels(void **state)
{
    (void)state;
    sn_label_sets sets = {0};
    int32_t both[] = {0, 2}, numbers[2];
    assert_int_equal(sn_label_sets_add(&sets, both, 2, &numbers[0], NULL), SEQNET_OK);
    assert_int_equal(sn_label_sets_add(&sets, both, 0, &numbers[1], NULL), SEQNET_OK);
    const sn_rows rows = {
        .ids = IDS, .offsets = OFFSETS, .labels = numbers, .sets = &sets, .count = 2};
    static const float logits[] = {0.0F, -1.0F, 1.0F, -1.0F, 2.0F, 0.0F};
    seqnet_scores *scores;
    seqnet_held_out h;
    assert_int_equal(sn_scores_create(&scores, 3, true, NULL), SEQNET_OK);
    assert_int_equal(sn_scores_add_rows(scores, &rows, logits, NULL), SEQNET_OK);
    assert_int_equal(sn_profile_make(&h, scores, &rows, &ENCODING, NULL), SEQNET_OK);
    assert_int_equal(h.labels, 3);
    assert_int_equal(h.actual[0], 1);
    assert_int_equal(h.actual[2], 1);
    assert_int_equal(h.predicted[1], 1);
    assert_int_equal(h.predicted[2], 1);
    assert_int_equal(h.points, 2);
    assert_true(h.curve[0].threshold == 0.7310 && h.curve[0].kept == 2 && h.curve[0].right == 1);
    assert_true(h.curve[1].threshold == 0.8807 && h.curve[1].kept == 1 && h.curve[1].right == 0);
    sn_held_out_free(&h);
    seqnet_scores_free(scores);
    sn_label_sets_free(&sets);
}

/* The curve of many rows has no more points than there is room for, and begins with all rows. */
static void many_rows(void **state)
{
    (void)state;
    enum { MANY = 5000 };
    static int32_t labels[MANY];
    static size_t offsets[MANY + 1];
    static float logits[MANY];
    for (size_t i = 0; i < MANY; i++) {
        labels[i] = (int32_t)(i % 3 > 0);
        logits[i] = (float)((i * 7919) % MANY) / (float)MANY * 6.0F - 3.0F;
    }
    const sn_rows rows = {.ids = IDS, .offsets = offsets, .labels = labels, .count = MANY};
    seqnet_scores *scores;
    seqnet_held_out h, again;
    char *json;
    assert_int_equal(sn_scores_create(&scores, 1, false, NULL), SEQNET_OK);
    assert_int_equal(sn_scores_add_rows(scores, &rows, logits, NULL), SEQNET_OK);
    assert_int_equal(sn_profile_make(&h, scores, &rows, &ENCODING, NULL), SEQNET_OK);
    assert_in_range(h.points, SEQNET_CURVE_POINTS / 2, SEQNET_CURVE_POINTS);
    assert_int_equal(h.curve[0].kept, MANY);
    assert_int_equal(h.words.bins, 2);
    assert_int_equal(sn_held_out_to_json(&h, &json, NULL), SEQNET_OK);
    assert_true(strlen(json) < 8000);
    assert_int_equal(sn_held_out_from_json(&again, json, 2, "profile", NULL), SEQNET_OK);
    assert_memory_equal(again.curve, h.curve, sizeof h.curve);
    free(json);
    sn_held_out_free(&again);
    sn_held_out_free(&h);
    seqnet_scores_free(scores);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_counted),
        cmocka_unit_test(a_model_that_drops_unknown_words_does_not_count_them),
        cmocka_unit_test(words_of_texts_and_ids_agree),
        cmocka_unit_test(rows_of_any_number_of_labels), cmocka_unit_test(many_rows)};
    return cmocka_run_group_tests_name("profile", tests, NULL, NULL);
}
