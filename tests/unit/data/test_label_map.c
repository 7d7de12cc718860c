/* Maps of labels: what each becomes, what is dropped, what is no map. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "label_map.h"
#include "support.h"

/* What a label becomes; NULL: its row is dropped. */
static void assert_maps(const char *text, const char *label, const char *expected)
{
    seqnet_error err = {0};
    sn_label_map map;
    assert_ok(sn_label_map_parse(&map, text, &err), &err);
    const char *got = label;
    size_t length = strlen(label);
    const bool kept = sn_label_map_apply(&map, &got, &length);
    assert_int_equal(kept, expected != NULL);
    if (expected) {
        assert_int_equal(length, strlen(expected));
        assert_string_equal(got, expected);
    }
    sn_label_map_free(&map);
}

static void assert_no_map(const char *text, const char *sentence)
{
    seqnet_error err = {0};
    sn_label_map map;
    assert_failure(sn_label_map_parse(&map, text, &err), &err, SEQNET_ERR_USAGE, sentence);
    assert_int_equal(map.from.count, 0);
    assert_null(map.targets);
}

static void no_map_changes_nothing(void **state)
{
    (void)state;
    assert_maps(NULL, "a", "a");
    assert_maps(NULL, "*", "*");
}

static void labels_are_renamed_and_merged(void **state)
{
    (void)state;
    static const char map[] = "1,2=negative;4,5=positive";
    assert_maps(map, "1", "negative");
    assert_maps(map, "2", "negative");
    assert_maps(map, "4", "positive");
    assert_maps(map, "5", "positive");
    assert_maps("a=b;b=a", "a", "b");
    assert_maps("a=b;b=a", "b", "a");
    assert_maps("a=b;", "a", "b");
}

static void what_is_not_named_stays(void **state)
{
    (void)state;
    assert_maps("1,2=negative;4,5=positive", "3", "3");
    assert_maps("1=a", "11", "11");
    assert_maps("1=a", "a", "a");
    assert_maps("1=a", "*", "*");
    assert_maps("1=", "2", "2");
}

static void the_rest_is_dropped_where_a_rule_says_so(void **state)
{
    (void)state;
    assert_maps("1,2=negative;*=", "3", NULL);
    assert_maps("*=;1=a", "11", NULL);
    assert_maps("1=a;*=", "a", NULL);
    assert_maps("1=a;*=", "*", NULL);
    assert_maps("1=a;*=", "1", "a");
}

static void an_empty_target_drops(void **state)
{
    (void)state;
    assert_maps("a=;b=c", "a", NULL);
    assert_maps("a=;b=c", "b", "c");
    assert_maps("*=*;a=", "a", NULL);
    assert_maps("*=;a=b", "c", NULL);
}

static void a_star_is_the_rest(void **state)
{
    (void)state;
    assert_maps("spam=spam;*=other", "spam", "spam");
    assert_maps("spam=spam;*=other", "ham", "other");
    assert_maps("*=*;a=b", "c", "c");
    assert_maps("*=*;a=b", "a", "b");
    assert_maps("a,*=b", "c", "b");
}

static void a_backslash_makes_a_separator_part_of_a_label(void **state)
{
    (void)state;
    assert_maps("a\\,b=c\\;d", "a,b", "c;d");
    assert_maps("a\\=b=c", "a=b", "c");
    assert_maps("a=b=c", "a", "b=c"); /* only the first = can be meant */
    assert_maps("a=b,c", "a", "b,c"); /* nor a list of targets */
    assert_maps("\\*=c", "a", "a");
    assert_maps("\\*=c", "*", "c");
}

static void blanks_within_a_label_belong_to_it(void **state)
{
    (void)state;
    assert_maps("very good= very fine ", "very good", "very fine");
    assert_maps("a =b", "a", "b");
    assert_maps(" a , b=c; *=", "b", "c");
    assert_maps("a= ", "a", NULL);
}

static void what_is_no_map_is_refused(void **state)
{
    (void)state;
    assert_no_map("", "the label map is empty");
    assert_no_map("a", "the label map's rule 'a' has no '='");
    assert_no_map("a=b;c", "the label map's rule 'c' has no '='");
    assert_no_map("a,b", "has no '='");
    assert_no_map("a,", "has no '='");
    assert_no_map("a=b;;c=d", "the label map's rule ';c=d' has no '='");
    assert_no_map("a=b;a=c", "the label map names 'a' twice");
    assert_no_map("a,a=b", "the label map names 'a' twice");
    assert_no_map("*=b;*=c", "the label map names '*' twice");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_map_changes_nothing),
        cmocka_unit_test(labels_are_renamed_and_merged),
        cmocka_unit_test(what_is_not_named_stays),
        cmocka_unit_test(the_rest_is_dropped_where_a_rule_says_so),
        cmocka_unit_test(an_empty_target_drops),
        cmocka_unit_test(a_star_is_the_rest),
        cmocka_unit_test(a_backslash_makes_a_separator_part_of_a_label),
        cmocka_unit_test(blanks_within_a_label_belong_to_it),
        cmocka_unit_test(what_is_no_map_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
