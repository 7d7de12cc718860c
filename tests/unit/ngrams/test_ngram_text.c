/* N-grams of texts: which there are, how often, in which order, and what divides them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ngram_rows.h"
#include "support.h"

static const sn_text_rule UNICODE = {.kind = SN_TEXT_RULE_UNICODE}, KERAS = {0};

/* What each n-gram that a test has named hashes to: one hash for each name, one name for each hash.
 */
enum { MOST_NAMES = 2000 };
static char names[MOST_NAMES][64];
static uint32_t hashes[MOST_NAMES];
static size_t name_count;

static void assert_named(const char *name, uint32_t hash)
{
    for (size_t i = 0; i < name_count; i++) {
        const bool is_name = strcmp(names[i], name) == 0;
        if (is_name != (hashes[i] == hash))
            fail_msg("%s has the hash %x, %s %x", name, hash, names[i], hashes[i]);
        if (is_name)
            return;
    }
    assert_true(name_count < MOST_NAMES && hash != 0);
    (void)snprintf(names[name_count], sizeof *names, "%s", name);
    hashes[name_count++] = hash;
}

/* Passes if the n-grams are these: "name" or "name*count", divided by blanks. */
static size_t assert_block(const sn_ngram *ngrams, size_t count, char kind, const char *expected)
{
    char copy[1024], *rest = copy;
    size_t i = 0;
    (void)snprintf(copy, sizeof copy, "%s", expected);
    for (const char *part; (part = strtok_r(rest, " ", &rest)) != NULL; i++) {
        char name[64];
        const char *const star = strchr(part, '*');
        const int length = star ? (int)(star - part) : (int)strlen(part);
        (void)snprintf(name, sizeof name, "%c:%.*s", kind, length, part);
        if (i >= count)
            fail_msg("%s is missing", name);
        assert_named(name, ngrams[i].hash);
        if (ngrams[i].count != (star ? strtoul(star + 1, NULL, 10) : 1))
            fail_msg("%s occurs %u times", name, ngrams[i].count);
    }
    return i;
}

static sn_ngram_text scratch;

/* N-grams of words are named with + between the words, those of characters with _ for blanks. */
static void check_bytes(const sn_ngram_spec *spec, const char *text, size_t length,
                        const char *words, const char *characters)
{
    assert_int_equal(sn_ngram_text_read(&scratch, spec, text, length, NULL), SEQNET_OK);
    assert_int_equal(assert_block(scratch.ngrams, scratch.word_count, 'w', words),
                     scratch.word_count);
    assert_int_equal(assert_block(scratch.ngrams + scratch.word_count,
                                  scratch.count - scratch.word_count, 'c', characters),
                     scratch.count - scratch.word_count);
}

static void check(const sn_ngram_spec *spec, const char *text, const char *words,
                  const char *characters)
{
    check_bytes(spec, text, strlen(text), words, characters);
}

static void words_come_in_the_order_of_their_last_word(void **state)
{
    (void)state;
    const sn_ngram_spec one = {.words = 1, .rule = UNICODE}, two = {.words = 2, .rule = UNICODE};
    const sn_ngram_spec three = {.words = 3, .rule = UNICODE};
    check(&one, "b a b c", "b*2 a c", "");
    check(&two, "b a b c", "b*2 a b+a a+b c b+c", "");
    check(&three, "b a b c", "b*2 a b+a a+b b+a+b c b+c a+b+c", "");
    check(&three, "a", "a", "");
    check(&two, "a a a a", "a*4 a+a*3", "");
}

static void the_longest_ngrams_have_eight_words(void **state)
{
    (void)state;
    const sn_ngram_spec most = {.words = SN_NGRAM_LONGEST, .rule = UNICODE};
    check(&most, "a b c d e f g h",
          "a b a+b c b+c a+b+c d c+d b+c+d a+b+c+d e d+e c+d+e b+c+d+e a+b+c+d+e f e+f d+e+f "
          "c+d+e+f b+c+d+e+f a+b+c+d+e+f g f+g e+f+g d+e+f+g c+d+e+f+g b+c+d+e+f+g a+b+c+d+e+f+g "
          "h g+h f+g+h e+f+g+h d+e+f+g+h c+d+e+f+g+h b+c+d+e+f+g+h a+b+c+d+e+f+g+h",
          "");
    assert_int_equal(scratch.count, 36);
    (void)read_ngrams_of(&most, "a b c d e f g h i", &scratch);
    assert_int_equal(scratch.count, 44);
}

static void characters_are_those_of_chunks(void **state)
{
    (void)state;
    const sn_ngram_spec spec = {.words = 1, .characters = 3, .rule = UNICODE};
    check(&spec, "ab", "ab", "_a _ab a ab ab_ b b_");
    check(&spec, "a b", "a b", "_a _a_ a a_ _b _b_ b b_");
    check(&spec, "ab ab", "ab*2", "_a*2 _ab*2 a*2 ab*2 ab_*2 b*2 b_*2");
    const sn_ngram_spec one = {.words = 1, .characters = 1, .rule = UNICODE};
    check(&one, "ab ba", "ab ba", "a*2 b*2");
}

/* A word of one letter and the letter are different n-grams, even where both are alone. */
static void words_and_characters_are_told_apart(void **state)
{
    (void)state;
    const sn_ngram_spec spec = {.words = 1, .characters = 1, .rule = UNICODE};
    check(&spec, "a", "a", "a");
    assert_int_equal(scratch.count, 2);
    assert_int_not_equal(scratch.ngrams[0].hash, scratch.ngrams[1].hash);
}

static void gaps_end_chunks(void **state)
{
    (void)state;
    const sn_ngram_spec spec = {.words = 1, .characters = 2, .rule = UNICODE};
    static const char *const apart[] = {"a b",
                                        "a-b",
                                        "a<br>b",
                                        "a \t\r\n b",
                                        "a&nbsp;b",
                                        ("a\xff"
                                         "b")};
    for (size_t i = 0; i < sizeof apart / sizeof *apart; i++)
        check(&spec, apart[i], "a b", "_a a a_ _b b b_");
    check_bytes(&spec, "a\0b", 3, "a b", "_a a a_ _b b b_");
    check(&spec, "a!", "a !", "_a a a! ! !_");
    check(&spec, "a !", "a !", "_a a a_ _! ! !_");
    check(&spec, "  a  ", "a", "_a a a_");
}

static void scripts_without_spaces_are_one_chunk(void **state)
{
    (void)state;
    const sn_ngram_spec spec = {.words = 2, .characters = 2, .rule = UNICODE};
    check(&spec, "很好看", "很 好 很+好 看 好+看", "_很 很 很好 好 好看 看 看_");
}

static void characters_are_code_points(void **state)
{
    (void)state;
    const sn_ngram_spec spec = {.words = 1, .characters = 2, .rule = UNICODE};
    check(&spec, "é\xf0\x9f\x98\x80", "é \xf0\x9f\x98\x80",
          "_é é é\xf0\x9f\x98\x80 \xf0\x9f\x98\x80 \xf0\x9f\x98\x80_");
    check(&spec, "É", "é", "_é é é_");
}

static void texts_without_words_have_none(void **state)
{
    (void)state;
    const sn_ngram_spec spec = {.words = 3, .characters = 5, .rule = UNICODE};
    check_bytes(&spec, NULL, 0, "", "");
    check(&spec, "", "", "");
    check(&spec, " \n\t", "", "");
    check(&spec, "<br/>", "", "");
    check(&spec, "\xff\xfe\xc3", "", "");
    assert_int_equal(scratch.count, 0);
    assert_int_equal(scratch.word_count, 0);
}

/* Under this rule words end with blanks and punctuation only, and each is a chunk. */
static void the_keras_rule_has_chunks_too(void **state)
{
    (void)state;
    const sn_ngram_spec spec = {.words = 2, .characters = 2, .rule = KERAS};
    check(&spec, "Ab!ab", "ab*2 ab+ab", "_a*2 a*2 ab*2 b*2 b_*2");
    check(&spec, "“Ab” — ab", "ab*2 ab+ab", "_a*2 a*2 ab*2 b*2 b_*2"); /* typographic forms */
    check_bytes(&spec, "a\xff", 2, "a\xff", "_a a a? ? ?_");
    check(&spec, "", "", "");
}

/* One scratch serves texts of any length and several specifications. */
static void a_scratch_can_be_used_again(void **state)
{
    (void)state;
    enum { WORDS = 3000 };
    const sn_ngram_spec spec = {.words = 2, .characters = 3, .rule = UNICODE};
    char *const text = malloc(8 * WORDS);
    size_t used = 0;
    for (int i = 0; i < WORDS; i++)
        used += (size_t)snprintf(text + used, 8, "%sq%d", i ? " " : "", i);
    sn_ngram_text many = {0};
    assert_int_equal(sn_ngram_text_read(&many, &spec, text, used, NULL), SEQNET_OK);
    assert_int_equal(many.word_count, 2 * WORDS - 1);
    const size_t count = many.count, capacities[] = {many.ngram_capacity, many.hash_capacity,
                                                     many.letter_capacity, many.slot_capacity};
    const uint32_t last = many.ngrams[count - 1].hash;
    assert_int_equal(read_ngrams_of(&spec, "q1 q1", &many)->word_count, 2);
    assert_int_equal(many.ngrams[0].count, 2);
    assert_int_equal(read_ngrams_of(&spec, "", &many)->count, 0);
    assert_int_equal(sn_ngram_text_read(&many, &spec, text, used, NULL), SEQNET_OK);
    assert_int_equal(many.count, count);
    assert_int_equal(many.ngrams[count - 1].hash, last);
    assert_int_equal(many.ngram_capacity, capacities[0]);
    assert_int_equal(many.hash_capacity, capacities[1]);
    assert_int_equal(many.letter_capacity, capacities[2]);
    assert_int_equal(many.slot_capacity, capacities[3]);
    sn_ngram_text_free(&many);
    sn_ngram_text_free(&many);
    free(text);
}

/* Models of older versions of the program must find their n-grams again. */
static void hashes_stay_as_they_are(void **state)
{
    (void)state;
    const sn_ngram_spec spec = {.words = 2, .characters = 2, .rule = UNICODE};
    static const uint32_t expected[] = {0xfd6ed304, 0x70d0a09c, 0xe8df7cd6, 0x23ead164,
                                        0xa5d7db8a, 0xa98ef993, 0x2367494f, 0x11ea8498};
    (void)read_ngrams_of(&spec, "good film", &scratch);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_int_equal(scratch.ngrams[i].hash, expected[i]);
}

/* Ids are words: the same ones have the same n-grams, whatever stands before them. */
static void rows_of_ids_have_ngrams(void **state)
{
    (void)state;
    const sn_ngram_spec spec = {.words = 2, .has_ids = true};
    const int32_t ids[] = {7, -1, 7, -1};
    const char *const bytes = (const char *)ids;
    assert_int_equal(sn_ngram_text_read(&scratch, &spec, bytes, sizeof ids, NULL), SEQNET_OK);
    assert_int_equal(scratch.count, 4); /* 7, -1, 7 -1, -1 7 */
    assert_int_equal(scratch.word_count, 4);
    const uint32_t counts[] = {2, 2, 2, 1};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(scratch.ngrams[i].count, counts[i]);
    const uint32_t seven = scratch.ngrams[0].hash;
    assert_int_equal(sn_ngram_text_read(&scratch, &spec, bytes + 8, 4, NULL), SEQNET_OK);
    assert_true(scratch.count == 1 && scratch.ngrams[0].hash == seven);
    assert_int_equal(sn_ngram_text_read(&scratch, &spec, NULL, 0, NULL), SEQNET_OK);
    assert_int_equal(scratch.count, 0);
}

static int free_scratch(void **state)
{
    (void)state;
    sn_ngram_text_free(&scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_come_in_the_order_of_their_last_word),
        cmocka_unit_test(the_longest_ngrams_have_eight_words),
        cmocka_unit_test(characters_are_those_of_chunks),
        cmocka_unit_test(words_and_characters_are_told_apart),
        cmocka_unit_test(gaps_end_chunks),
        cmocka_unit_test(scripts_without_spaces_are_one_chunk),
        cmocka_unit_test(characters_are_code_points),
        cmocka_unit_test(texts_without_words_have_none),
        cmocka_unit_test(the_keras_rule_has_chunks_too),
        cmocka_unit_test(a_scratch_can_be_used_again),
        cmocka_unit_test(hashes_stay_as_they_are),
        cmocka_unit_test(rows_of_ids_have_ngrams),
    };
    return cmocka_run_group_tests(tests, NULL, free_scratch);
}
