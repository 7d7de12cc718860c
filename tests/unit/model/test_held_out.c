/* The profile of held-out rows: its histograms, its JSON form, and that nothing hostile is taken.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "failing_json.h"
#include "held_out.h"

#define CONFIDENCE "\"confidence\":{\"mean\":0.7500,\"edges\":[0.75],\"counts\":[2,2]}"
#define WORDS      "\"words\":{\"mean\":2.0000,\"edges\":[],\"counts\":[4]}"
#define UNKNOWN    "\"unknown\":{\"mean\":0.2500,\"edges\":[0.5],\"counts\":[3,1]}"
#define CURVE      "\"curve\":{\"thresholds\":[0.5,0.75],\"kept\":[4,2],\"right\":[3,2]}"
#define COUNTS     "\"rows\":4,\"predicted\":[3,1],\"actual\":[2,2],"

static const char GOOD[] = "{" COUNTS CONFIDENCE "," WORDS "," UNKNOWN "," CURVE "}";

static void what_is_written_comes_back(void **state)
{
    (void)state;
    seqnet_held_out held_out;
    char *json;
    assert_int_equal(sn_held_out_from_json(&held_out, GOOD, 2, "file", NULL), SEQNET_OK);
    assert_int_equal(held_out.rows, 4);
    assert_int_equal(held_out.predicted[0], 3);
    assert_int_equal(held_out.actual[1], 2);
    assert_int_equal(held_out.confidence.bins, 2);
    assert_int_equal(held_out.unknown.counts[1], 1);
    assert_int_equal(held_out.points, 2);
    assert_int_equal(held_out.curve[1].kept, 2);
    assert_int_equal(sn_held_out_to_json(&held_out, &json, NULL), SEQNET_OK);
    assert_string_equal(json, GOOD);
    sn_held_out_free(&held_out);
    free(json);
}

static void unknown_words_may_not_be_known(void **state)
{
    (void)state;
    static const char without[] = "{" COUNTS CONFIDENCE "," WORDS "," CURVE "}";
    seqnet_held_out held_out;
    char *json;
    assert_int_equal(sn_held_out_from_json(&held_out, without, 2, "file", NULL), SEQNET_OK);
    assert_int_equal(held_out.unknown.bins, 0);
    assert_int_equal(sn_held_out_to_json(&held_out, &json, NULL), SEQNET_OK);
    assert_string_equal(json, without);
    sn_held_out_free(&held_out);
    free(json);
}

/* The good profile with one piece replaced. */
static void refused(const char *old, const char *new)
{
    char json[2000];
    seqnet_held_out held_out;
    seqnet_error err = {0};
    const char *const at = strstr(GOOD, old);
    assert_non_null(at);
    (void)snprintf(json, sizeof json, "%.*s%s%s", (int)(at - GOOD), GOOD, new, at + strlen(old));
    if (sn_held_out_from_json(&held_out, json, 2, "file", &err) != SEQNET_ERR_MODEL)
        fail_msg("taken: %s", json);
    assert_non_null(strstr(err.message, "file: its profile of held-out rows is damaged"));
    sn_held_out_free(&held_out);
}

static void what_does_not_add_up_is_refused(void **state)
{
    (void)state;
    static const char *const pieces[][2] = {
        {"\"rows\":4", "\"rows\":0"},
        {"\"rows\":4", "\"rows\":5"},
        {"\"rows\":4", "\"rows\":-4"},
        {"\"rows\":4", "\"rows\":4.5"},
        {"\"rows\":4", "\"rows\":1e300"},
        {"\"rows\":4", "\"rows\":\"4\""},
        {"\"rows\":4,", ""},
        {"\"rows\":4,", "\"rows\":4,\"rows\":4,"},
        {"[3,1]", "[3]"},
        {"[3,1]", "[3,1,0]"},
        {"[3,1]", "[4,1]"},
        {"[3,1]", "{}"},
        {"[3,1]", "[3,null]"},
        {"[2,2],\"confidence\"", "[2,5],\"confidence\""},
        {"\"confidence\"", "\"certainty\""},
        {"\"words\"", "\"tokens\""},
        {"\"edges\":[0.75]", "\"edges\":[-1]"},
        {"\"edges\":[0.75]", "\"edges\":[0.7,0.75]"},
        {"\"edges\":[0.75]", "\"edges\":[1e999]"},
        {"\"edges\":[0.75]", "\"edges\":0.75"},
        {"\"counts\":[2,2]", "\"counts\":[2,3]"},
        {"\"counts\":[2,2]", "\"counts\":[4]"},
        {"\"mean\":0.75", "\"mean\":null"},
        {"\"thresholds\":[0.5,0.75]", "\"thresholds\":[0.75,0.5]"},
        {"\"thresholds\":[0.5,0.75]", "\"thresholds\":[0.5,1.75]"},
        {"\"thresholds\":[0.5,0.75]", "\"thresholds\":[0.5]"},
        {"\"kept\":[4,2]", "\"kept\":[4,0]"},
        {"\"kept\":[4,2]", "\"kept\":[2,4]"},
        {"\"kept\":[4,2]", "\"kept\":[9,2]"},
        {"\"right\":[3,2]", "\"right\":[3,3]"},
        {"\"right\":[3,2]", "\"right\":[1,2]"},
        {"\"curve\"", "\"bend\""},
    };
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
        refused(pieces[i][0], pieces[i][1]);
}

static void what_is_no_profile_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "null", "[]", "4", "{\"rows\":4", "{}"};
    char long_list[3000] = "{\"rows\":4,\"predicted\":[1";
    seqnet_held_out held_out;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(sn_held_out_from_json(&held_out, texts[i], 2, "file", NULL),
                         SEQNET_ERR_MODEL);
        sn_held_out_free(&held_out);
    }
    for (size_t i = strlen(long_list); i + 4 < sizeof long_list; i += 2)
        memcpy(long_list + i, ",1", 3);
    assert_int_equal(sn_held_out_from_json(&held_out, long_list, 2, "file", NULL),
                     SEQNET_ERR_MODEL);
    sn_held_out_free(&held_out);
}

static void edges_are_deciles_that_differ(void **state)
{
    (void)state;
    double values[20];
    seqnet_histogram h;
    for (size_t i = 0; i < 20; i++)
        values[i] = (double)i;
    sn_histogram_make(&h, values, 20, 1.0);
    assert_int_equal(h.bins, 11);
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(h.counts[i], 2);
    assert_int_equal(h.counts[10], 0);
    assert_true(h.edges[0] == 2.0 && h.edges[8] == 18.0 && h.edges[9] == 20.0 && h.mean == 9.5);
    for (size_t i = 0; i < 20; i++)
        values[i] = i < 15 ? 1.0 : 3.0;
    sn_histogram_make(&h, values, 20, 4.0);
    assert_int_equal(h.bins, 4);
    assert_true(h.edges[0] == 1.0 && h.edges[1] == 3.0 && h.edges[2] == 3.25);
    assert_true(h.counts[0] == 0 && h.counts[1] == 15 && h.counts[2] == 5 && h.counts[3] == 0);
    assert_int_equal(seqnet_histogram_bin(&h, 0.9), 0);
    assert_int_equal(seqnet_histogram_bin(&h, 2.9), 1);
    assert_int_equal(seqnet_histogram_bin(&h, 3.0), 2);
    assert_int_equal(seqnet_histogram_bin(&h, 99.0), 3);
    for (size_t i = 0; i < 20; i++)
        values[i] = 0.0;
    sn_histogram_make(&h, values, 1, 1.0);
    assert_true(h.bins == 2 && h.edges[0] == 1.0 && h.counts[0] == 1);
}

/* All different: the histogram has as many bins as there is room for. */
static void the_most_bins(void **state)
{
    (void)state;
    double values[100];
    seqnet_histogram h;
    for (size_t i = 0; i < 100; i++)
        values[i] = (double)i + 1.0;
    sn_histogram_make(&h, values, 100, 1.0);
    assert_int_equal(h.bins, SEQNET_HISTOGRAM_BINS);
    assert_true(h.edges[0] == 1.0 && h.edges[SEQNET_HISTOGRAM_BINS - 2] == 101.0);
}

static seqnet_held_out good;

static seqnet_status write_good(char **text, seqnet_error *err)
{
    return sn_held_out_to_json(&good, text, err);
}

static void no_memory_leaves_nothing_out(void **state)
{
    (void)state;
    assert_int_equal(sn_held_out_from_json(&good, GOOD, 2, "file", NULL), SEQNET_OK);
    assert_failures_are_told(write_good);
    sn_held_out_free(&good);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_written_comes_back),
                                       cmocka_unit_test(unknown_words_may_not_be_known),
                                       cmocka_unit_test(what_does_not_add_up_is_refused),
                                       cmocka_unit_test(what_is_no_profile_is_refused),
                                       cmocka_unit_test(edges_are_deciles_that_differ),
                                       cmocka_unit_test(the_most_bins),
                                       cmocka_unit_test(no_memory_leaves_nothing_out)};
    return cmocka_run_group_tests_name("held-out rows", tests, NULL, NULL);
}
