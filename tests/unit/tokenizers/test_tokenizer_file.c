/* Tokenizers and names of labels, of which tests/oracle has many more: the facts that a caller
 * gets, a TextVectorization layer's vocabulary, and words that a vocabulary cannot hold as they
 * are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tokenizer_ids.h"

static sn_tokenizer_file read_text(const char *text)
{
    sn_tokenizer_file file;
    seqnet_error err;
    if (sn_tokenizer_file_parse(&file, text, strlen(text), "x", &err) != SEQNET_OK)
        fail_msg("%s", err.message);
    return file;
}

static void assert_refused(const char *text, size_t size, const char *expected)
{
    sn_tokenizer_file file;
    seqnet_error err;
    assert_int_equal(sn_tokenizer_file_parse(&file, text, size, "x", &err), SEQNET_ERR_MODEL);
    if (strncmp(err.message, "x: ", 3) != 0 || !strstr(err.message, expected))
        fail_msg("'%s', expected '%s'", err.message, expected);
    assert_null(file.vocabulary);
}

/* Compares the ids of a text with `count` expected ones. */
static void assert_ids(const sn_tokenizer_file *file, const char *text, const int32_t *ids,
                       size_t count)
{
    sn_encoded encoded = encode_by(file, text);
    assert_int_equal(encoded.length, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(encoded.ids[i], ids[i]);
    sn_encoded_free(&encoded);
}

#define ASSERT_IDS(file, text, ...)                                                                \
    assert_ids((file), (text), (const int32_t[]){__VA_ARGS__},                                     \
               sizeof((const int32_t[]){__VA_ARGS__}) / sizeof(int32_t))

static void facts_are_told(void **state)
{
    (void)state;
    sn_tokenizer_file file =
        read_text("{\"tokenizer\": {\"word_index\": {\"<OOV>\": 1, \"a\": 2, \"b\": 3, \"c\": 9},"
                  " \"oov_token\": \"<OOV>\"}, \"num_words\": 5, \"maxlen\": 7,"
                  " \"padding\": \"post\"}");
    assert_int_equal(file.words, 4);
    assert_int_equal(file.num_words, 5);
    assert_int_equal(file.oov_id, 1);
    assert_int_equal(file.highest_id, 3);
    assert_int_equal(file.index_from, 0);
    assert_int_equal(file.maxlen, 7);
    assert_true(file.has_padding && file.padding == SEQNET_POST);
    assert_false(file.has_truncating || file.is_imdb);
    assert_string_equal(file.form, "a dictionary with a word index");
    assert_string_equal(file.told, "");
    ASSERT_IDS(&file, "A b, c d", 2, 3, 1, 1);
    sn_tokenizer_file_free(&file);
}

static void the_id_of_unknown_words_may_be_beyond_num_words(void **state)
{
    (void)state;
    sn_tokenizer_file file = read_text("{\"word_index\": {\"a\": 1, \"b\": 2, \"oov\": 3},"
                                       " \"num_words\": 2, \"oov_token\": \"oov\"}");
    assert_int_equal(file.oov_id, 3);
    assert_int_equal(file.highest_id, 3);
    ASSERT_IDS(&file, "a b x", 1, 3, 3);
    sn_tokenizer_file_free(&file);
}

static void ids_may_have_gaps_and_words_may_be_odd(void **state)
{
    (void)state;
    sn_tokenizer_file file =
        read_text("{\"\": 1, \"a\\nb\": 2, \"c\": 40, \"\\ud800\": 5, \"c\": 41}");
    size_t length;
    assert_int_equal(file.highest_id, 41);
    assert_null(sn_vocabulary_word(file.vocabulary, 1, &length));
    assert_null(sn_vocabulary_word(file.vocabulary, 40, &length));
    assert_int_equal(sn_vocabulary_rank(file.vocabulary, "a" SN_STORED_NEWLINE "b", 4), 2);
    ASSERT_IDS(&file, "c d c", 41, 41);
    sn_tokenizer_file_free(&file);
}

static void padding_and_unknown_words_may_share_an_id(void **state)
{
    (void)state;
    sn_tokenizer_file file = read_text("{\"<PAD>\": 0, \"<START>\": 0, \"a\": 1, \"<b>\": 1}");
    assert_int_equal(file.index_from, 0);
    ASSERT_IDS(&file, "a b pad", 1);
    sn_tokenizer_file_free(&file);
    assert_refused("{\"a\": 1, \"b\": 1}", 16, "the id 1 is given to 'a' and to 'b'");
}

static void vectorizers_have_two_words_before_theirs(void **state)
{
    (void)state;
    static const char *const lists[] = {"\n[UNK]\nthe\nfilm", "the\nfilm\n",
                                        "\r\n[UNK]\r\nthe\r\nfilm\r\n"};
    sn_text_rule rule;
    assert_true(sn_vectorizer_rule(&rule, "lower_and_strip_punctuation", "whitespace"));
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        sn_tokenizer_file file;
        assert_int_equal(
            sn_vectorizer_parse(&file, &rule, 0, lists[i], strlen(lists[i]), "x", NULL), SEQNET_OK);
        assert_int_equal(file.highest_id, 3);
        assert_int_equal(file.oov_id, 1);
        ASSERT_IDS(&file, "The f'ilm! was", 2, 3, 1);
        sn_tokenizer_file_free(&file);
    }
    sn_tokenizer_file file;
    assert_int_equal(sn_vectorizer_parse(&file, &rule, 3, lists[0], strlen(lists[0]), "x", NULL),
                     SEQNET_OK);
    ASSERT_IDS(&file, "the film", 2, 1);
    sn_tokenizer_file_free(&file);
    assert_false(sn_vectorizer_rule(&rule, "upper", NULL));
    assert_false(sn_vectorizer_rule(&rule, NULL, "words"));
}

static void damaged_vectorizers_are_refused(void **state)
{
    (void)state;
    sn_tokenizer_file file;
    sn_text_rule rule = {.kind = SN_TEXT_RULE_KERAS_VECTORIZER};
    seqnet_error err;
    assert_int_equal(sn_vectorizer_parse(&file, &rule, 0, "\xff", 1, "x", &err), SEQNET_ERR_MODEL);
    assert_int_equal(sn_vectorizer_parse(&file, &rule, 0, "", 0, "x", &err), SEQNET_ERR_MODEL);
    assert_null(file.vocabulary);
}

static void pickles_ask_for_nothing_else(void **state)
{
    (void)state;
    static const char global[] = "\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x02ls\x85R.";
    static const char old[] = "(ios\nsystem\nS'ls'\n.";
    static const char persistent[] = "\x80\x02Pid\n.";
    static const char extension[] = "\x80\x02\x82\x01.";
    assert_refused(global, sizeof global - 1, "asks for os.system, which is not allowed");
    assert_refused(old, sizeof old - 1, "asks for os.system");
    assert_refused(persistent, sizeof persistent - 1, "opcode 0x50");
    assert_refused(extension, sizeof extension - 1, "opcode 0x82");
}

static void a_dictionary_in_itself_ends(void **state)
{
    (void)state;
    static const char itself[] = "\x80\x02}q\x00\x8c\x06"
                                 "config"
                                 "h\x00s.";
    assert_refused(itself, sizeof itself - 1, "neither");
}

static void labels_in_order(void **state)
{
    (void)state;
    static const char *const files[] = {"neg\npos\n", "0\tneg\n1\tpos\n", "[\"neg\", \"pos\"]",
                                        "{\"1\": \"pos\", \"0\": \"neg\"}",
                                        "{\"pos\": 1, \"neg\": 0}"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        sn_label_names labels;
        assert_int_equal(sn_label_names_parse(&labels, files[i], strlen(files[i]), "x", NULL),
                         SEQNET_OK);
        assert_int_equal(labels.count, 2);
        assert_string_equal(labels.names[0], "neg");
        assert_string_equal(labels.names[1], "pos");
        sn_label_names_free(&labels);
    }
}

/* LabelEncoders as scikit-learn's users write them: pickle.dump and joblib.dump, of arrays of text
 * and of objects, and an array that numpy.save wrote. */
static void encoders_are_read(void **state)
{
    (void)state;
    static const char *const files[] = {"labels-encoder", "labels-joblib", "labels-joblib-objects",
                                        "labels-array"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        sn_label_names labels;
        seqnet_error err;
        char path[512];
        const int length =
            snprintf(path, sizeof path, SEQNET_TEST_DATA "/../fuzz/corpus/%s", files[i]);
        assert_in_range(length, 1, sizeof path - 1);
        if (sn_label_names_read(&labels, path, &err) != SEQNET_OK)
            fail_msg("%s", err.message);
        assert_int_equal(labels.count, 3);
        assert_string_equal(labels.names[2], "positivé");
        sn_label_names_free(&labels);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_are_told),
        cmocka_unit_test(the_id_of_unknown_words_may_be_beyond_num_words),
        cmocka_unit_test(ids_may_have_gaps_and_words_may_be_odd),
        cmocka_unit_test(padding_and_unknown_words_may_share_an_id),
        cmocka_unit_test(vectorizers_have_two_words_before_theirs),
        cmocka_unit_test(damaged_vectorizers_are_refused),
        cmocka_unit_test(pickles_ask_for_nothing_else),
        cmocka_unit_test(a_dictionary_in_itself_ends),
        cmocka_unit_test(labels_in_order),
        cmocka_unit_test(encoders_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
