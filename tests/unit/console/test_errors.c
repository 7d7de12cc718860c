/* The library's sentences in the words of the command line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Before cmocka's macro fail. */
#include "errors.h"

#include <cmocka.h>

static void assert_shown(const char *message, const char *expected)
{
    assert_string_equal(in_options(message).text, expected);
}

static void assert_stays(const char *message)
{
    assert_shown(message, message);
}

static void test_a_field_becomes_the_option_of_its_name(void **state)
{
    (void)state;
    assert_shown("a.csv: holds ids; .map is for texts", "a.csv: holds ids; --map is for texts");
    assert_shown("choose a larger .num_words", "choose a larger --num-words");
    assert_shown("with .batch_size, .maxlen or .units", "with --batch-size, --maxlen or --units");
    assert_shown(".delimiter .header .no_quotes .cjk_pairs .min_count .vocabulary .text_rule",
                 "--delimiter --header --no-quotes --cjk-pairs --min-count --vocabulary "
                 "--text-rule");
    assert_shown(".embedding_dim .folds .word_index .test_split",
                 "--embedding-dim --folds --word-index --test-split");
    assert_shown(".optimizer .momentum .nesterov .weight_decay .warmup",
                 "--optimizer --momentum --nesterov --weight-decay --warmup");
}

static void test_some_options_have_names_of_their_own(void **state)
{
    static const char *const pairs[][2] = {
        {".drop_digits", "--no-digits"},
        {".format", "--input-format"},
        {".label_field", "--label-column or --label-key"},
        {".learning_rate", "--lr"},
        {".text_field", "--text-column or --text-key"},
        {".threads", "-j"},
        {".validation", "--val"},
        {".weight_field", "--weight-column"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        assert_shown(pairs[i][0], pairs[i][1]);
}

static void test_a_value_chooses_between_two_options(void **state)
{
    (void)state;
    assert_shown("pass .text_field KEY", "pass --text-key KEY");
    assert_shown("pass .label_field KEY", "pass --label-key KEY");
    assert_shown("pass .text_field NAME or NUMBER", "pass --text-column NAME or NUMBER");
    assert_shown("pass .label_field NAME or NUMBER", "pass --label-column NAME or NUMBER");
    assert_shown("pass .text_field NUMBER", "pass --text-column NUMBER");
    assert_shown("pass .label_field NUMBER", "pass --label-column NUMBER");
    assert_shown("pass .text_field KEYS", "pass --text-column or --text-key KEYS");
}

static void test_functions_and_parameters_are_named_too(void **state)
{
    (void)state;
    assert_shown("or rows of ids with seqnet_batch_add_ids", "or rows of ids with --ids");
    assert_shown("a: is no model; train one with seqnet_model_train",
                 "a: is no model; train one with seqnet train");
    assert_shown("a: is a folder; name a file in it with the path",
                 "a: is a folder; name a file in it with -o");
}

static void test_values_and_other_words_stay(void **state)
{
    (void)state;
    assert_shown("train without validation (.validation_split 0)",
                 "train without validation (--validation-split 0)");
    assert_shown("use fewer threads (.threads)", "use fewer threads (-j)");
    assert_shown(".test, .test_split; .test: .test) .test",
                 ".test, .test_split; .test: --test) --test"); /* the place ends at ": " */
    assert_stays("");
    assert_stays(".");
    assert_stays("out of memory");
    assert_stays("min_count must be at least 1");
}

static void test_words_that_only_look_like_fields_stay(void **state)
{
    (void)state;
    assert_stays("a.map");
    assert_stays("in a/.map or ../.map");
    assert_stays("[.map]");
    assert_stays("one of .mapping, .map2, .map_ and .Map");
    assert_stays("the files .map.csv, .map-2, .map/a and .map'");
    assert_stays("choose .csv, .npz or one of these with .gz");
    assert_stays("on seqnet_model_trainer with the paths");
}

static void test_quoted_text_stays(void **state)
{
    (void)state;
    assert_shown("the label ' .map x' is unknown; use .map",
                 "the label ' .map x' is unknown; use --map");
    assert_shown("('a .map' b) .map", "('a .map' b) --map");
    assert_shown("'it's .map here' .map", "'it's .map here' --map");
    assert_shown("the data's 'no .map", "the data's 'no --map"); /* never closed: no quote */
    assert_shown("the rows' end .map the rows' end", "the rows' end --map the rows' end");
}

static void test_names_before_the_words_stay(void **state)
{
    (void)state;
    assert_stays(".vocabulary: holds no words");
    assert_shown("my .test file:3: pass .delimiter", "my .test file:3: pass --delimiter");
    assert_shown("which column is it? a .map has 3 (.map, .test; .units); pass .delimiter",
                 "which column is it? a .map has 3 (.map, .test; .units); pass --delimiter");
    assert_shown("a .map: 'b': use .map: it helps", "a .map: 'b': use --map: it helps");
}

static void test_a_sentence_that_is_too_long_is_cut(void **state)
{
    enum { WORDS = 300 };
    static const char WORD[] = ".text_rule ";
    char message[WORDS * (sizeof WORD - 1) + 1];
    (void)state;
    for (size_t i = 0; i < WORDS; i++)
        memcpy(message + i * (sizeof WORD - 1), WORD, sizeof WORD);
    const shown_sentence shown = in_options(message);
    assert_int_equal(strlen(shown.text), sizeof shown.text - 1);
    for (size_t i = 0; i < sizeof shown.text - 1; i++)
        assert_int_equal(shown.text[i], "--text-rule "[i % 12]);
    message[0] = '\''; /* as one piece */
    message[sizeof message - 2] = '\'';
    assert_memory_equal(in_options(message).text, message, sizeof shown.text - 1);
    assert_int_equal(strlen(in_options(message).text), sizeof shown.text - 1);
}

static void test_the_longest_error_is_shown_whole(void **state)
{
    seqnet_error err;
    static const char END[] = "; pass .text_field";
    (void)state;
    memset(err.message, 'x', sizeof err.message);
    memcpy(err.message + sizeof err.message - sizeof END, END, sizeof END);
    const shown_sentence shown = in_options(err.message);
    assert_non_null(strstr(shown.text, "x; pass --text-column or --text-key"));
}

static void test_memory_has_the_exit_code_of_data(void **state)
{
    (void)state;
    assert_int_equal(exit_code(SEQNET_ERR_MEMORY), SEQNET_ERR_DATA);
    assert_int_equal(exit_code(SEQNET_ERR_WRITE), SEQNET_ERR_WRITE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_field_becomes_the_option_of_its_name),
        cmocka_unit_test(test_some_options_have_names_of_their_own),
        cmocka_unit_test(test_a_value_chooses_between_two_options),
        cmocka_unit_test(test_functions_and_parameters_are_named_too),
        cmocka_unit_test(test_values_and_other_words_stay),
        cmocka_unit_test(test_words_that_only_look_like_fields_stay),
        cmocka_unit_test(test_quoted_text_stays),
        cmocka_unit_test(test_names_before_the_words_stay),
        cmocka_unit_test(test_a_sentence_that_is_too_long_is_cut),
        cmocka_unit_test(test_the_longest_error_is_shown_whole),
        cmocka_unit_test(test_memory_has_the_exit_code_of_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
