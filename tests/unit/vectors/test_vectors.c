/* Word vectors from text files: the forms they come in, the words they are for, what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gzip.h"
#include "support.h"
#include <seqnet/train.h>

#include "vectors.h"

enum { DIM = 3, IDS = 9 };

/* the 4, film 5, new york 6, don't 7, 2013 8; then one that num_words leaves out. */
static const char WORDS[] = "the\nfilm\nnew york\ndon't\n2013\nrare\n";

static sn_vocabulary *vocabulary;
static const sn_encoding ENCODING = {.id_count = IDS,
                                     .start_char = 1,
                                     .oov_char = 2,
                                     .index_from = 3,
                                     .rule = {.kind = SN_TEXT_RULE_UNICODE}};

static int open_all(void **state)
{
    return make_folder(state) ||
           sn_vocabulary_from_lines(&vocabulary, WORDS, sizeof WORDS - 1, NULL) != SEQNET_OK;
}

static int close_all(void **state)
{
    sn_vocabulary_free(vocabulary);
    return remove_folder(state);
}

/* A table of -1, so that it shows which rows were written. */
typedef struct table {
    float rows[IDS][DIM];
    uint8_t seen[IDS];
    sn_vectors_found found;
} table;

static seqnet_status read_path(table *t, const char *path, seqnet_error *err)
{
    *t = (table){0};
    for (size_t i = 0; i < IDS; i++)
        for (size_t j = 0; j < DIM; j++)
            t->rows[i][j] = -1.0F;
    return sn_vectors_read(&t->rows[0][0], t->seen, &t->found, path, NULL, DIM, &ENCODING,
                           vocabulary, err);
}

static table read_text(const char *text)
{
    table t;
    seqnet_error err = {0};
    assert_ok(read_path(&t, write_text("vectors.vec", text).text, &err), &err);
    assert_int_equal(t.found.dimension, DIM);
    return t;
}

/* Row `id` begins with `first`; -1: it was left alone. */
static void assert_row(const table *t, size_t id, float first)
{
    assert_int_equal(t->seen[id], first >= 0.0F);
    for (size_t j = 0; j < DIM; j++) {
        const float expected = first >= 0.0F ? first + (float)j : -1.0F;
        if (t->rows[id][j] != expected)
            fail_msg("row %zu[%zu] is %g", id, j, (double)t->rows[id][j]);
    }
}

static void assert_refused(const char *text, const char *sentence)
{
    table t;
    seqnet_error err = {0};
    assert_failure(read_path(&t, write_text("bad.vec", text).text, &err), &err, SEQNET_ERR_DATA,
                   sentence);
}

static void a_word_and_its_numbers_are_a_line(void **state)
{
    (void)state;
    const table t = read_text("film 1 2 3\nunknown 4 5 6\nthe 7e0 8.0 +9\n");
    assert_row(&t, 4, 7);
    assert_row(&t, 5, 1);
    for (size_t id = 0; id < 4; id++)
        assert_row(&t, id, -1);
    assert_row(&t, 6, -1);
    assert_int_equal(t.found.words, 2);
}

static void bytes_are_read_like_a_file(void **state)
{
    (void)state;
    static const char text[] = "film 1 2 3\nthe 7 8 9\n";
    table t = {0};
    seqnet_error err = {0};
    assert_ok(sn_vectors_read_bytes(&t.rows[0][0], t.seen, &t.found, text, 11, "v", DIM, &ENCODING,
                                    vocabulary, &err),
              &err);
    assert_int_equal(t.found.words, 1);
    assert_row(&t, 5, 1);
    assert_failure(sn_vectors_read_bytes(&t.rows[0][0], t.seen, &t.found, text, 6, "v", DIM,
                                         &ENCODING, vocabulary, &err),
                   &err, SEQNET_ERR_DATA, "v:1: is no word followed by numbers");
}

static void a_line_of_counts_comes_first_or_not(void **state)
{
    (void)state;
    const table t = read_text("2 3\nfilm 1 2 3\nthe 7 8 9\n");
    assert_row(&t, 4, 7);
    assert_row(&t, 5, 1);
    assert_int_equal(t.found.words, 2);
    assert_refused("film 1 2 3\n2 3\n", "bad.vec:2: is no word followed by numbers");
}

static void lines_may_end_in_blanks_and_returns(void **state)
{
    (void)state;
    const table t = read_text("1 3 \r\nfilm 1 2 3 \r\nthe\t7  8\t9 ");
    assert_row(&t, 4, 7);
    assert_row(&t, 5, 1);
}

static void gzip_is_read_too(void **state)
{
    (void)state;
    static const char text[] = "film 1 2 3\n";
    char packed[256];
    table t;
    seqnet_error err = {0};
    const size_t size = gzip_member(packed, sizeof packed, text, sizeof text - 1);
    const test_path path = write_file("vectors.vec.gz", packed, size);
    assert_ok(read_path(&t, path.text, &err), &err);
    assert_row(&t, 5, 1);
    assert_failure(read_path(&t, write_file("cut.gz", packed, size - 9).text, &err), &err,
                   SEQNET_ERR_DATA, "cut.gz: is cut short");
}

static void a_word_may_hold_blanks_or_be_a_number(void **state)
{
    (void)state;
    const table t = read_text("new york 1 2 3\n2013 4 5 6\n");
    assert_row(&t, 6, 1);
    assert_row(&t, 8, 4);
}

/* A word that the vocabulary lacks stands for what the text rule makes of it. */
static void cased_words_are_for_the_words_of_the_rule(void **state)
{
    (void)state;
    const table t = read_text("Film 1 2 3\nFILM 4 5 6\nfilm 7 8 9\nThe, 1 1 1\nthe_film 1 1 1\n");
    assert_row(&t, 5, 1); /* the first one counts */
    assert_row(&t, 4, -1);
    assert_int_equal(t.found.words, 1);
}

static void words_without_an_embedding_are_passed(void **state)
{
    (void)state;
    const table t = read_text("rare 1 2 3\n 1 2 3\n\xff\xfe 1 2 3\nzzz a b c\n");
    for (size_t id = 0; id < IDS; id++)
        assert_row(&t, id, -1);
    assert_int_equal(t.found.words, 0);
}

static void numbers_must_be_numbers(void **state)
{
    (void)state;
    static const char *const rows[] = {"film 1 nan 3",  "film inf 2 3", "film 1 2 x",
                                       "film 1e31 2 3", "film 1 2 0x3", "film - 2 3"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[64];
        (void)snprintf(text, sizeof text, "the 1 2 3\n%s\n", rows[i]);
        assert_refused(text, "bad.vec:2: is no word followed by numbers; expected vectors in text");
    }
    char many[256] = "film 1 2 ";
    memset(many + 9, '1', 100); /* a number longer than any */
    many[109] = '\n';
    assert_refused(many, "bad.vec:1: is no word");
}

static void lines_that_are_too_short_are_refused(void **state)
{
    (void)state;
    assert_refused("film\n", "bad.vec:1: is no word followed by numbers");
    assert_refused("film 1 2 3\nthe 1 2\n", "bad.vec:2: is no word followed by numbers");
    assert_refused("film 1 2 3\n\nthe 1 2 3\n", "bad.vec:2: is no word followed by numbers");
    table t;
    seqnet_error err = {0};
    assert_failure(read_path(&t, in_folder("missing.vec").text, &err), &err, SEQNET_ERR_DATA,
                   "missing.vec: cannot be opened");
}

/* Else the numbers in front would be part of words that nobody knows. */
static void vectors_of_another_dimension_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"film 1 2 3 4\n", "1 4\nfilm 1 2 3 4\n"};
    for (size_t i = 0; i < 2; i++) {
        table t;
        char sentence[128];
        seqnet_error err = {0};
        (void)snprintf(sentence, sizeof sentence,
                       "other.vec:%zu: has vectors of 4 numbers, the embedding is of 3; pass "
                       ".embedding_dim 4",
                       i + 1);
        assert_failure(read_path(&t, write_text("other.vec", texts[i]).text, &err), &err,
                       SEQNET_ERR_USAGE, sentence);
    }
}

static void assert_dimension(const char *text, size_t expected)
{
    size_t dimension = 99;
    seqnet_error err = {0};
    assert_ok(seqnet_vectors_dimension(write_text("dim.vec", text).text, &dimension, &err), &err);
    assert_int_equal(dimension, expected);
}

static void assert_no_dimension(const char *text, const char *sentence)
{
    size_t dimension;
    seqnet_error err = {0};
    assert_failure(seqnet_vectors_dimension(write_text("dim.vec", text).text, &dimension, &err),
                   &err, SEQNET_ERR_DATA, sentence);
}

static void the_first_vector_tells_the_dimension(void **state)
{
    (void)state;
    assert_dimension("film 1 2 3\n", 3);
    assert_dimension("1000 4\nfilm 1 2 3 4\nthe 1\n", 4);
    assert_dimension("new york 1 2\n", 2);
    assert_dimension("2013 1 2 3\n", 3);
    assert_no_dimension("", "dim.vec:1: is no word followed by numbers");
    assert_no_dimension("2 3\n", "dim.vec:1: is no word followed by numbers");
    assert_no_dimension("film 1\n", "dim.vec:1: is no word");
    assert_no_dimension("2 3\nfilm one two\n", "dim.vec:2: is no word");
}

static void dimensions_have_an_end(void **state)
{
    (void)state;
    enum { MOST = 4096 };
    char *const text = malloc(2 * MOST + 16);
    assert_non_null(text);
    size_t used = (size_t)snprintf(text, 8, "film");
    for (size_t i = 0; i < MOST; i++) {
        text[used++] = ' ';
        text[used++] = '1';
    }
    text[used] = '\0';
    assert_dimension(text, MOST);
    (void)snprintf(text + used, 8, " 1\n");
    assert_no_dimension(text, "dim.vec:1: is no word");
    free(text);
}

/* Downloads are cut short, and a line of fewer numbers would be no word. */
static void a_file_tells_what_it_lacks(void **state)
{
    (void)state;
    table t;
    seqnet_error err = {0};
    assert_ok(read_path(&t,
                        write_text("short.vec", "4 3\nfilm 1 2 3\nfilm 3 2 1\nFilm 1 1 1\n").text,
                        &err),
              &err);
    assert_int_equal(t.found.announced, 4);
    assert_int_equal(t.found.vectors, 3);
    assert_int_equal(t.found.repeated, 1);
    assert_failure(
        read_path(&t, write_text("cut.vec", "2 3\nfilm 1 2 3\nthe 1 2").text, &err), &err,
        SEQNET_ERR_DATA,
        "cut.vec:3: is no word followed by numbers for all dimensions: 2 of 3; is the file "
        "cut short?");
    assert_failure(read_path(&t, write_text("other.vec", "2 300\nfilm 1 2 3\n").text, &err), &err,
                   SEQNET_ERR_DATA,
                   "other.vec:2: has 3 numbers, but the first line announces vectors of 300");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_tells_what_it_lacks),
        cmocka_unit_test(a_word_and_its_numbers_are_a_line),
        cmocka_unit_test(bytes_are_read_like_a_file),
        cmocka_unit_test(a_line_of_counts_comes_first_or_not),
        cmocka_unit_test(lines_may_end_in_blanks_and_returns),
        cmocka_unit_test(gzip_is_read_too),
        cmocka_unit_test(a_word_may_hold_blanks_or_be_a_number),
        cmocka_unit_test(cased_words_are_for_the_words_of_the_rule),
        cmocka_unit_test(words_without_an_embedding_are_passed),
        cmocka_unit_test(numbers_must_be_numbers),
        cmocka_unit_test(lines_that_are_too_short_are_refused),
        cmocka_unit_test(vectors_of_another_dimension_are_refused),
        cmocka_unit_test(the_first_vector_tells_the_dimension),
        cmocka_unit_test(dimensions_have_an_end),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
