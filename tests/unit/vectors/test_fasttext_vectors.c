/* Word vectors from fastText's own files, against what fasttext print-word-vectors prints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include <seqnet/train.h>

#include "support.h"
#include "vectors.h"

#include "fasttext_data.h"

enum { DIM = 4, IDS = 8 };

/* The words of print-word-vectors, from id 2 on. */
static const char WORDS[] = "film\ngreat\nthe\nunheard\nmauvaise\n素晴らしい\n";

static const sn_encoding ENCODING = {.id_count = IDS,
                                     .start_char = -1,
                                     .oov_char = 1,
                                     .index_from = 1,
                                     .rule = {.kind = SN_TEXT_RULE_UNICODE}};

typedef struct table {
    float rows[IDS * DIM];
    uint8_t seen[IDS];
    sn_vectors_found found;
} table;

static seqnet_status read_words(table *t, const char *path, const char *words, size_t dimension,
                                seqnet_error *err)
{
    sn_vocabulary *vocabulary;
    *t = (table){0};
    assert_int_equal(sn_vocabulary_from_lines(&vocabulary, words, strlen(words), NULL), SEQNET_OK);
    const seqnet_status status = sn_vectors_read(t->rows, t->seen, &t->found, path, NULL, dimension,
                                                 &ENCODING, vocabulary, err);
    sn_vocabulary_free(vocabulary);
    return status;
}

static seqnet_status read_table(table *t, const char *path, size_t dimension, seqnet_error *err)
{
    return read_words(t, path, WORDS, dimension, err);
}

static void compare(const char *name, const char *words)
{
    seqnet_error err = {0};
    table t;
    size_t dimension;
    fasttext_data data = fasttext_data_open(name), expected = fasttext_data_open(words);
    assert_ok(seqnet_vectors_dimension(data.path, &dimension, &err), &err);
    assert_int_equal(dimension, DIM);
    assert_ok(read_table(&t, data.path, DIM, &err), &err);
    assert_int_equal(t.found.words, 6);
    for (size_t id = 2; id < IDS; id++) {
        char *number = strchr(fasttext_data_line(&expected), ' ');
        assert_int_equal(t.seen[id], 1);
        for (size_t k = 0; k < DIM; k++) {
            const double value = strtod(number, &number);
            assert_true(fabs((double)t.rows[id * DIM + k] - value) < 1e-4 * (fabs(value) + 1e-3));
        }
    }
    assert_int_equal(t.seen[0] + t.seen[1], 0);
    fasttext_data_close(&data);
    fasttext_data_close(&expected);
}

/* Two of the words are in no file: their character n-grams make their vectors. */
static void composes_vectors_as_fasttext_does(void **state)
{
    (void)state;
    compare("skipgram.bin", "skipgram.words");
    compare("ngrams.bin", "ngrams.words");
}

static void has_only_words_of_the_file_without_ngrams(void **state)
{
    (void)state;
    seqnet_error err = {0};
    table t;
    fasttext_data data = fasttext_data_open("plain.bin");
    assert_ok(read_table(&t, data.path, DIM, &err), &err);
    assert_int_equal(t.found.words, 4);
    assert_int_equal(t.seen[5] + t.seen[6], 0); /* unheard, mauvaise */
    fasttext_data_close(&data);
}

static void refuses_another_dimension(void **state)
{
    (void)state;
    seqnet_error err = {0};
    table t;
    fasttext_data data = fasttext_data_open("plain.bin");
    assert_failure(read_table(&t, data.path, 3, &err), &err, SEQNET_ERR_USAGE,
                   "has vectors of 4 numbers, the embedding is of 3");
    fasttext_data_close(&data);
}

static void refuses_damaged_files(void **state)
{
    (void)state;
    seqnet_error err = {0};
    table t;
    size_t dimension;
    fasttext_data data = fasttext_data_open("plain.bin");
    const test_path cut = write_file("cut.bin", data.bytes, data.size / 2);
    assert_failure(read_table(&t, cut.text, DIM, &err), &err, SEQNET_ERR_DATA, "cut short");
    assert_failure(seqnet_vectors_dimension(cut.text, &dimension, &err), &err, SEQNET_ERR_DATA,
                   "cut short");
    /* the first row of the matrix, behind which are all rows and the output's */
    int32_t words;
    memcpy(&words, data.bytes + 68, sizeof words);
    const size_t matrix = data.size - ((size_t)words + 3) * DIM * 4 - 17;
    memset(data.bytes + matrix, 0xff, DIM * 4);
    const test_path nan = write_file("nan.bin", data.bytes, data.size);
    assert_failure(read_words(&t, nan.text, "</s>\n", DIM, &err), &err, SEQNET_ERR_DATA,
                   "vector number 1");
    fasttext_data_close(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(composes_vectors_as_fasttext_does),
        cmocka_unit_test(has_only_words_of_the_file_without_ngrams),
        cmocka_unit_test(refuses_another_dimension),
        cmocka_unit_test(refuses_damaged_files),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
