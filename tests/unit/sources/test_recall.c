/* builtin:recall: the word after the marker is the label, all others are noise, and the name alone
 * decides the bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "generated.h"

static sn_source *open_recall(const char *name)
{
    sn_source *source;
    seqnet_error err = {0};
    if (sn_generated_open(&source, &sn_recall_corpus, name, &err) != SEQNET_OK)
        fail_msg("%s", err.message);
    return source;
}

static bool next(sn_source *source, sn_source_record *record)
{
    bool found;
    assert_int_equal(sn_source_next(source, record, &found, NULL), SEQNET_OK);
    return found;
}

/* What a text consists of. */
struct found {
    size_t words, marks, red, blue;
    /* of the marker */
    size_t place;
    /* the word after the marker */
    char answer[16];
};

static struct found look_through(const sn_source_record *record)
{
    struct found f = {0};
    char *const copy = strndup(record->text, record->text_length), *rest;
    bool answers = false;
    assert_non_null(copy);
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        assert_in_range(strlen(word), 3, 4);
        if (answers)
            memcpy(f.answer, word, strlen(word) + 1);
        answers = strcmp(word, "mark") == 0;
        f.place = answers ? f.words : f.place;
        f.marks += answers;
        f.red += strcmp(word, "red") == 0;
        f.blue += strcmp(word, "blue") == 0;
        f.words++;
    }
    free(copy);
    return f;
}

static void the_word_after_the_only_marker_is_the_label(void **state)
{
    (void)state;
    sn_source *const source = open_recall("builtin:recall:50:1000");
    sn_source_record record;
    size_t rows = 0;
    for (; next(source, &record); rows++) {
        const struct found f = look_through(&record);
        assert_int_equal(f.words, 50);
        assert_int_equal(f.marks, 1);
        assert_int_equal(record.label_length, strlen(f.answer));
        assert_memory_equal(record.label, f.answer, record.label_length);
        assert_true(record.weight == 1.0);
        assert_string_equal(record.path, "builtin:recall:50:1000");
    }
    assert_int_equal(rows, 1000);
    sn_source_free(source);
}

static void the_marker_is_anywhere_but_at_the_end(void **state)
{
    (void)state;
    enum { WORDS = 10, ROWS = 9000 };
    sn_source *const source = open_recall("builtin:recall:10:9000");
    sn_source_record record;
    size_t at[WORDS] = {0};
    while (next(source, &record))
        at[look_through(&record).place]++;
    for (size_t place = 0; place + 1 < WORDS; place++)
        assert_in_range(at[place], ROWS / 9 - 150, ROWS / 9 + 150);
    assert_int_equal(at[WORDS - 1], 0);
    sn_source_free(source);
}

/* Of the two label words, those that are not the answer say nothing about it. */
static void label_words_are_noise_elsewhere(void **state)
{
    (void)state;
    sn_source *const source = open_recall("builtin:recall:200:2000");
    sn_source_record record;
    double words = 0.0, same = 0.0, other = 0.0;
    while (next(source, &record)) {
        const struct found f = look_through(&record);
        const bool is_red = record.label_length == 3;
        same += (double)(is_red ? f.red : f.blue) - 1.0;
        other += (double)(is_red ? f.blue : f.red);
        words += 198.0;
    }
    assert_true(same / words > 0.03);
    assert_true(fabs(same - other) / (same + other) < 0.02);
    sn_source_free(source);
}

static void labels_are_balanced_in_each_part(void **state)
{
    (void)state;
    static const char *const names[] = {"builtin:recall:4:100", "builtin:recall:4:1001:7"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        sn_source *const source = open_recall(names[i]);
        sn_source_record record;
        size_t rows[SEQNET_PARTS] = {0}, red[SEQNET_PARTS] = {0};
        while (next(source, &record)) {
            rows[record.part]++;
            red[record.part] += record.label_length == 3;
        }
        assert_int_equal(rows[SEQNET_TEST], (rows[SEQNET_TRAIN] + rows[SEQNET_TEST]) / 5);
        for (seqnet_part part = SEQNET_TRAIN; part <= SEQNET_TEST; part++)
            assert_in_range(red[part], rows[part] / 2, (rows[part] + 1) / 2);
        sn_source_free(source);
    }
}

static void the_default_size_trains_twenty_thousand_rows(void **state)
{
    (void)state;
    sn_source *const source = open_recall("builtin:recall:4");
    sn_source_record record;
    size_t rows[SEQNET_PARTS] = {0};
    while (next(source, &record))
        rows[record.part]++;
    assert_int_equal(rows[SEQNET_TRAIN], 25000); /* a fifth of them validates */
    assert_int_equal(rows[SEQNET_TEST], 6250);
    sn_source_free(source);
}

static bool equal_corpora(const char *name, const char *other_name)
{
    sn_source *const source = open_recall(name), *const other_source = open_recall(other_name);
    sn_source_record record, other;
    bool equal = true;
    while (equal && next(source, &record))
        equal = next(other_source, &other) && record.text_length == other.text_length &&
                memcmp(record.text, other.text, record.text_length) == 0;
    equal = equal && !next(other_source, &other);
    sn_source_free(source);
    sn_source_free(other_source);
    return equal;
}

static void the_name_alone_decides_the_bytes(void **state)
{
    (void)state;
    assert_true(equal_corpora("builtin:recall:20", "builtin:recall:20"));
    assert_true(equal_corpora("builtin:recall:20", "builtin:recall:20:31250:1"));
    assert_false(equal_corpora("builtin:recall:20:500:1", "builtin:recall:20:500:2"));
    assert_false(equal_corpora("builtin:recall:20:500", "builtin:recall:20:501"));
    assert_false(equal_corpora("builtin:recall:20:500", "builtin:recall:21:500"));
}

/* Published accuracies refer to these bytes: a change here needs a reason. */
static void the_first_text_is_pinned(void **state)
{
    (void)state;
    static const char text[] = "blue car pen sea hen box bus red box mark red fox";
    sn_source *const source = open_recall("builtin:recall:12");
    sn_source_record record;
    assert_true(next(source, &record));
    assert_int_equal(record.text_length, strlen(text));
    assert_memory_equal(record.text, text, record.text_length);
    sn_source_free(source);
}

static void texts_may_be_very_long(void **state)
{
    (void)state;
    sn_source *const source = open_recall("builtin:recall:100000:100");
    sn_source_record record;
    assert_true(next(source, &record));
    assert_int_equal(look_through(&record).words, 100000);
    sn_source_free(source);
}

static void assert_refused(const char *name, const char *sentence)
{
    sn_source *source;
    seqnet_error err = {0};
    assert_int_equal(sn_generated_open(&source, &sn_recall_corpus, name, &err), SEQNET_ERR_USAGE);
    assert_null(source);
    assert_int_equal(strncmp(err.message, name, strlen(name)), 0);
    assert_string_equal(err.message + strlen(name), sentence);
}

static void rejects_what_is_out_of_range(void **state)
{
    (void)state;
    static const char *const lengths[] = {
        "builtin:recall",        "builtin:recall:",       "builtin:recall:3",
        "builtin:recall:100001", "builtin:recall:x:1000", "builtin:recall::1000"};
    static const char *const sizes[] = {"builtin:recall:4:", "builtin:recall:4:99",
                                        "builtin:recall:4:1000001", "builtin:recall:4:1e3",
                                        "builtin:recall:4::1"};
    static const char *const seeds[] = {"builtin:recall:4:100:", "builtin:recall:4:100:-1",
                                        "builtin:recall:4:100:4294967296",
                                        "builtin:recall:4:100:1:2"};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++)
        assert_refused(lengths[i], ": LENGTH must be a whole number from 4 to 100000; write "
                                   "builtin:recall:LENGTH, builtin:recall:LENGTH:SIZE or "
                                   "builtin:recall:LENGTH:SIZE:SEED");
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        assert_refused(sizes[i], ": SIZE must be a whole number from 100 to 1000000; write "
                                 "builtin:recall:LENGTH, builtin:recall:LENGTH:SIZE or "
                                 "builtin:recall:LENGTH:SIZE:SEED");
    for (size_t i = 0; i < sizeof seeds / sizeof seeds[0]; i++)
        assert_refused(seeds[i], ": SEED must be a whole number from 0 to 4294967295; write "
                                 "builtin:recall:LENGTH:SIZE:SEED");
}

static void its_names_are_told_from_others(void **state)
{
    (void)state;
    assert_ptr_equal(sn_generated_find("builtin:recall"), &sn_recall_corpus);
    assert_ptr_equal(sn_generated_find("builtin:recall:200"), &sn_recall_corpus);
    assert_null(sn_generated_find("builtin:recalls:200"));
    assert_null(sn_generated_find("recall:200"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_word_after_the_only_marker_is_the_label),
        cmocka_unit_test(the_marker_is_anywhere_but_at_the_end),
        cmocka_unit_test(label_words_are_noise_elsewhere),
        cmocka_unit_test(labels_are_balanced_in_each_part),
        cmocka_unit_test(the_default_size_trains_twenty_thousand_rows),
        cmocka_unit_test(the_name_alone_decides_the_bytes),
        cmocka_unit_test(the_first_text_is_pinned),
        cmocka_unit_test(texts_may_be_very_long),
        cmocka_unit_test(rejects_what_is_out_of_range),
        cmocka_unit_test(its_names_are_told_from_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
