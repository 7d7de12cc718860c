/* fastText's files: what is in them, and what is refused. The models are fastText's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "fasttext_file.h"
#include "support.h"

#include "fasttext_data.h"

/* Where a file of version 12 has what tests change. */
enum {
    AT_VERSION = 4,
    AT_DIM = 8,
    AT_WORD_NGRAMS = 28,
    AT_LOSS = 32,
    AT_MODEL = 36,
    AT_BUCKET = 40,
    AT_MAXN = 48,
    AT_WORDS = 68,
    AT_LABELS = 72,
    AT_PRUNED = 84,
    AT_NAMES = 92
};

static int32_t number_at(const fasttext_data *data, size_t at)
{
    int32_t value;
    memcpy(&value, data->bytes + at, sizeof value);
    return value;
}

static void set_number(fasttext_data *data, size_t at, int32_t value)
{
    memcpy(data->bytes + at, &value, sizeof value);
}

static seqnet_status open_data(sn_fasttext_file *file, const fasttext_data *data, size_t size,
                               seqnet_error *err)
{
    return sn_fasttext_open_bytes(file, data->bytes, size, "x.bin", SEQNET_ERR_MODEL, err);
}

static void reads_what_is_in_a_file(void **state)
{
    (void)state;
    seqnet_error err = {0};
    sn_fasttext_file file;
    float row[4];
    fasttext_data data = fasttext_data_open("ngrams.bin");
    assert_true(sn_fasttext_tells(data.bytes, data.size));
    assert_false(sn_fasttext_tells(data.bytes, 3));
    assert_false(sn_fasttext_tells("PK\3\4", 4));
    assert_ok(sn_fasttext_open(&file, data.path, SEQNET_ERR_MODEL, &err), &err);
    assert_int_equal(file.kind, SN_FASTTEXT_SUPERVISED);
    assert_int_equal(file.loss, SN_FASTTEXT_SOFTMAX);
    assert_int_equal(file.dimension, 4);
    assert_int_equal(file.labels, 3);
    assert_int_equal(file.rule.buckets, 50);
    assert_int_equal(file.rule.word_ngrams, 3);
    assert_int_equal(file.rule.shortest, 2);
    assert_int_equal(file.rule.longest, 4);
    assert_int_equal(file.rows, file.words + 50);
    assert_memory_equal(file.names.bytes, "</s>\n", 5); /* the most frequent word */
    static const char labels[] = "__label__good\n__label__bad\n__label__none\n";
    assert_int_equal(file.names.length - file.word_bytes, sizeof labels - 1);
    assert_memory_equal(file.names.bytes + file.word_bytes, labels, sizeof labels - 1);
    for (size_t i = 0; file.left; i++)
        assert_ok(sn_fasttext_row(&file, row, &err), &err);
    assert_ok(sn_fasttext_output(&file, &err), &err);
    assert_int_equal(file.left, 3);
    for (size_t i = 0; file.left; i++)
        assert_ok(sn_fasttext_row(&file, row, &err), &err);
    assert_true(isfinite(row[3]));
    sn_fasttext_close(&file);
    fasttext_data_close(&data);
}

static void a_file_may_be_compressed(void **state)
{
    (void)state;
    seqnet_error err = {0};
    sn_fasttext_file file;
    char command[600];
    const test_path path = in_folder("plain.bin.gz");
    fasttext_data data = fasttext_data_open("plain.bin");
    (void)snprintf(command, sizeof command, "gzip -c '%s' > '%s'", data.path, path.text);
    assert_int_equal(system(command), 0);
    assert_ok(sn_fasttext_open(&file, path.text, SEQNET_ERR_DATA, &err), &err);
    assert_int_equal(file.left, file.words);
    sn_fasttext_close(&file);
    fasttext_data_close(&data);
}

/* Vectors of skipgram have no n-grams of words, and classifiers without n-grams no buckets. */
static void hashes_only_what_the_kind_does(void **state)
{
    (void)state;
    seqnet_error err = {0};
    sn_fasttext_file file;
    fasttext_data vectors = fasttext_data_open("skipgram.bin");
    set_number(&vectors, AT_WORD_NGRAMS, 2);
    assert_ok(open_data(&file, &vectors, vectors.size, &err), &err);
    assert_int_equal(file.kind, SN_FASTTEXT_SKIPGRAM);
    assert_int_equal(file.rule.word_ngrams, 0);
    assert_int_equal(file.rule.longest, 5);
    sn_fasttext_close(&file);
    fasttext_data old = fasttext_data_open("ngrams.bin");
    set_number(&old, AT_VERSION, 11);
    assert_ok(open_data(&file, &old, old.size, &err), &err);
    assert_int_equal(file.rule.longest, 0); /* classifiers of version 11 count no characters */
    assert_int_equal(file.rule.word_ngrams, 3);
    sn_fasttext_close(&file);
    set_number(&old, AT_WORD_NGRAMS, 1);
    assert_ok(open_data(&file, &old, old.size, &err), &err);
    assert_int_equal(file.rule.buckets, 0);
    assert_int_equal(file.rows, file.words + 50);
    sn_fasttext_close(&file);
    fasttext_data_close(&vectors);
    fasttext_data_close(&old);
}

static void assert_refused(const fasttext_data *data, const char *part)
{
    seqnet_error err = {0};
    sn_fasttext_file file;
    assert_failure(open_data(&file, data, data->size, &err), &err, SEQNET_ERR_MODEL, part);
    sn_fasttext_close(&file);
}

static void refuses_what_it_cannot_hold(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        int32_t value;
        const char *part;
    } cases[] = {{0, 1, "is no model of fastText"},
                 {AT_VERSION, 13, "version 13"},
                 {AT_VERSION, 10, "version 10"},
                 {AT_DIM, 0, "dimensions"},
                 {AT_DIM, 1 << 30, "dimensions"},
                 {AT_DIM, 5, "not as many"},
                 {AT_LOSS, 9, "unknown loss"},
                 {AT_MODEL, 0, "unknown kind"},
                 {AT_BUCKET, -1, "below 0"},
                 {AT_BUCKET, 0, "into no buckets"},
                 {AT_BUCKET, 49, "not as many"},
                 {AT_WORD_NGRAMS, 1000, "smaller -wordNgrams"},
                 {AT_MAXN, 1000, "-maxn"},
                 {AT_WORDS, -5, "does not add up"},
                 {AT_LABELS, 1 << 30, "does not add up"},
                 {AT_PRUNED + 4, 0, "quantised"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fasttext_data data = fasttext_data_open("ngrams.bin");
        set_number(&data, cases[i].at, cases[i].value);
        assert_refused(&data, cases[i].part);
        fasttext_data_close(&data);
    }
}

static void refuses_words_that_are_none(void **state)
{
    (void)state;
    fasttext_data data = fasttext_data_open("plain.bin");
    data.bytes[AT_NAMES] = '\n';
    assert_refused(&data, "a word that is none");
    data.bytes[AT_NAMES] = '\0';
    assert_refused(&data, "a word that is none");
    data.bytes[AT_NAMES] = '<';
    data.bytes[AT_NAMES + 5 + 8] = 1; /* the kind of the first word */
    assert_refused(&data, "words among its labels");
    fasttext_data_close(&data);
}

static void names_a_quantised_matrix(void **state)
{
    (void)state;
    fasttext_data data = fasttext_data_open("plain.bin");
    const size_t floats = (size_t)(number_at(&data, AT_WORDS) + 3) * 4;
    data.bytes[data.size - floats * 4 - 2 * 17] = 1;
    assert_refused(&data, "quantised fastText model (.ftz)");
    data.bytes[data.size - floats * 4 - 2 * 17] = 2;
    assert_refused(&data, "not as many");
    fasttext_data_close(&data);
}

/* Reads all of a file; returns the first failure. */
static seqnet_status read_all(const fasttext_data *data, size_t size, seqnet_error *err)
{
    sn_fasttext_file file;
    float *row = NULL;
    seqnet_status status = open_data(&file, data, size, err);
    if (status == SEQNET_OK) {
        row = malloc(file.dimension * sizeof *row);
        assert_non_null(row);
    }
    while (status == SEQNET_OK && file.left)
        status = sn_fasttext_row(&file, row, err);
    if (status == SEQNET_OK)
        status = sn_fasttext_output(&file, err);
    while (status == SEQNET_OK && file.left)
        status = sn_fasttext_row(&file, row, err);
    free(row);
    sn_fasttext_close(&file);
    return status;
}

static void refuses_files_that_are_cut_anywhere(void **state)
{
    (void)state;
    fasttext_data data = fasttext_data_open("ngrams.bin");
    for (size_t size = 0; size < data.size; size++) {
        seqnet_error err = {0};
        assert_failure(read_all(&data, size, &err), &err, SEQNET_ERR_MODEL, "x.bin: ");
    }
    assert_int_equal(read_all(&data, data.size, NULL), SEQNET_OK);
    fasttext_data_close(&data);
}

static void survives_any_flipped_bit(void **state)
{
    (void)state;
    fasttext_data data = fasttext_data_open("ngrams.bin");
    for (size_t bit = 0; bit < 8 * data.size; bit++) {
        seqnet_error err = {0};
        data.bytes[bit / 8] ^= (char)(1 << bit % 8);
        const seqnet_status status = read_all(&data, data.size, &err);
        assert_true(status == SEQNET_OK || status == SEQNET_ERR_MODEL);
        data.bytes[bit / 8] ^= (char)(1 << bit % 8);
    }
    fasttext_data_close(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_is_in_a_file),
        cmocka_unit_test(a_file_may_be_compressed),
        cmocka_unit_test(hashes_only_what_the_kind_does),
        cmocka_unit_test(refuses_what_it_cannot_hold),
        cmocka_unit_test(refuses_words_that_are_none),
        cmocka_unit_test(names_a_quantised_matrix),
        cmocka_unit_test(refuses_files_that_are_cut_anywhere),
        cmocka_unit_test(survives_any_flipped_bit),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
