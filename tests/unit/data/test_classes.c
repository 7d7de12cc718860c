/*
 * What is suspicious about labels: those that are meant to be the same, missing values, quantities;
 * the printed rules of a map merge and drop what they name.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "dataset.h"
#include "support.h"

static int make_quiet_folder(void **state)
{
    return make_folder(state) || unsetenv("SEQNET_DATA") || setenv("HOME", test_folder, 1);
}

static seqnet_dataset *load(const char *text, const char *map)
{
    seqnet_error err = {0};
    seqnet_dataset *dataset = NULL;
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.labels.map = map;
    options.labels.any = true;
    assert_ok(seqnet_dataset_load(&dataset, write_text("t.csv", text).text, &options, &err), &err);
    return dataset;
}

static seqnet_label_findings check(const char *text, const char *map)
{
    seqnet_error err = {0};
    seqnet_label_findings findings;
    seqnet_dataset *const dataset = load(text, map);
    assert_ok(seqnet_dataset_check_labels(dataset, &findings, &err), &err);
    seqnet_dataset_free(dataset);
    return findings;
}

static void assert_text(const char *text, const char *expected)
{
    if (text && expected)
        assert_string_equal(text, expected);
    else if (text || expected)
        fail_msg("%s, not %s", text ? text : "nothing", expected ? expected : "nothing");
}

/* With the printed maps nothing is suspicious any more. */
static void assert_maps_help(const char *text, const seqnet_label_findings *found)
{
    char map[512];
    (void)snprintf(map, sizeof map, "%s%s%s", found->same_map ? found->same_map : "",
                   found->same_map && found->missing_map ? ";" : "",
                   found->missing_map ? found->missing_map : "");
    seqnet_label_findings left = check(text, *map ? map : NULL);
    assert_null(left.same);
    assert_null(left.missing);
    seqnet_label_findings_free(&left);
}

static void assert_findings(const char *text, const char *same, const char *same_map,
                            const char *missing, const char *missing_map)
{
    seqnet_label_findings found = check(text, NULL);
    assert_text(found.same, same);
    assert_text(found.same_map, same_map);
    assert_text(found.missing, missing);
    assert_text(found.missing_map, missing_map);
    assert_false(found.is_quantity);
    assert_maps_help(text, &found);
    seqnet_label_findings_free(&found);
    assert_null(found.same);
}

static void good_labels_are_not_suspicious(void **state)
{
    (void)state;
    assert_findings("label,text\npos,a\nneg,b\n", NULL, NULL, NULL, NULL);
    assert_findings("label,text\n1,a\n2,b\n11,c\n", NULL, NULL, NULL, NULL);
}

static void labels_that_are_meant_to_be_the_same_are_found(void **state)
{
    (void)state;
    assert_findings("label,text\npos,a\nPos,b\npos,c\nneg,d\n", "'Pos' (1) and 'pos' (2)",
                    "Pos=pos", NULL, NULL);
    assert_findings("label,text\n1,a\n1.0,b\n01,c\n1,d\n2,e\n",
                    "'01' (1) and '1' (2) and '1.0' (1)", "01,1.0=1", NULL, NULL);
    /* The most frequent one is what the others become. */
    assert_findings("label,text\nGOOD,a\nGOOD,b\ngood,c\nbad,d\nBad,e\nbad,f\n",
                    "'Bad' (1) and 'bad' (2), 'GOOD' (2) and 'good' (1)", "Bad=bad;good=GOOD", NULL,
                    NULL);
}

static void characters_of_rules_are_escaped(void **state)
{
    (void)state;
    assert_findings("label,text\n\"a,b\",x\n\"A,B\",y\n\"a,b\",z\nc,v\n", "'A,B' (1) and 'a,b' (2)",
                    "A\\,B=a\\,b", NULL, NULL);
    assert_findings("label,text\na=b;c\\*,x\nA=b;c\\*,y\na=b;c\\*,z\nc,v\n",
                    "'A=b;c\\*' (1) and 'a=b;c\\*' (2)", "A\\=b\\;c\\\\\\*=a\\=b\\;c\\\\\\*", NULL,
                    NULL);
    assert_findings("label,text\n*,x\n*,y\n\"*,\",z\nc,v\n", "'*' (2) and '*,' (1)", "\\*\\,=\\*",
                    NULL, NULL);
}

static void missing_values_are_found(void **state)
{
    (void)state;
    assert_findings("label,text\npos,a\nneg,b\nnan,c\nnan,d\n", NULL, NULL, "'nan' (2)", "nan=");
    /* Spellings of a missing value are not meant to become one label. */
    assert_findings("label,text\npos,a\nneg,b\nNaN,c\nnan,d\nNone,e\nNULL,f\n", NULL, NULL,
                    "'NULL' (1), 'NaN' (1), 'None' (1), ...", "NULL,NaN,None,nan=");
    assert_findings("label,text\npos,a\nneg,b\nPOS,c\npos,d\nN/A,e\n", "'POS' (1) and 'pos' (2)",
                    "POS=pos", "'N/A' (1)", "N/A=");
}

static void only_the_first_groups_are_shown(void **state)
{
    (void)state;
    assert_findings("label,text\nA,1\na,2\na,1\nB,1\nb,2\nb,1\nC,1\nc,2\nc,1\nD,1\nd,2\nd,1\n",
                    "'A' (1) and 'a' (2), 'B' (1) and 'b' (2), 'C' (1) and 'c' (2), ...",
                    "A=a;B=b;C=c;D=d", NULL, NULL);
}

/* Labels are numbers between two texts. */
static bool is_quantity(size_t labels, size_t rows, const char *before, const char *after)
{
    char text[4096] = "label,text\n";
    for (size_t row = 0; row < rows; row++)
        for (size_t label = 1; label <= labels; label++) {
            char line[64];
            (void)snprintf(line, sizeof line, "%s%02zu%s,a\n", before, label, after);
            assert_true(strlen(text) + strlen(line) < sizeof text);
            strcat(text, line);
        }
    seqnet_label_findings found = check(text, NULL);
    const bool result = found.is_quantity;
    seqnet_label_findings_free(&found);
    return result;
}

static void many_numbers_are_a_quantity(void **state)
{
    (void)state;
    assert_true(is_quantity(20, 3, "", ".5"));
    assert_false(is_quantity(19, 3, "", ".5"));
    assert_false(is_quantity(20, 4, "", ".5")); /* each has rows enough to be a class */
    assert_false(is_quantity(20, 3, "l", ""));
}

static void dates_are_a_quantity(void **state)
{
    (void)state;
    assert_true(is_quantity(25, 5, "2020-01-", ""));
    assert_true(is_quantity(25, 2, "2020-01-01T10:", ":00"));
    assert_false(is_quantity(5, 1, "2020-01-", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_labels_are_not_suspicious),
        cmocka_unit_test(labels_that_are_meant_to_be_the_same_are_found),
        cmocka_unit_test(characters_of_rules_are_escaped),
        cmocka_unit_test(missing_values_are_found),
        cmocka_unit_test(only_the_first_groups_are_shown),
        cmocka_unit_test(many_numbers_are_a_quantity),
        cmocka_unit_test(dates_are_a_quantity),
    };
    return cmocka_run_group_tests(tests, make_quiet_folder, remove_folder);
}
