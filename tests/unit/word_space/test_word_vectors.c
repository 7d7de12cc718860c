/* Vectors of words and texts: of a trained model against its own layers, of fastText's models
 * against what fastText prints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include <seqnet/export.h>
#include <seqnet/import.h>

#include "support.h"
#include "vectors.h"
#include "word_vectors.h"

#include "small_model.h"

#include "fasttext_data.h"

enum { DIM = 32, UNITS = 5, NEAR = 4 };

static seqnet_word_vectors *vectors;

static int open_all(void **state)
{
    if (make_folder(state) || train_small_model("builtin:demo:300", 2))
        return -1;
    return (int)seqnet_word_vectors_create(&vectors, model, NULL);
}

static int close_all(void **state)
{
    seqnet_word_vectors_free(vectors);
    return free_small_model(state) || remove_folder(state);
}

static size_t find(const char *word, float *vector)
{
    seqnet_error err = {0};
    size_t index;
    bool found;
    assert_ok(seqnet_word_vectors_find(vectors, word, strlen(word), vector, &index, &found, &err),
              &err);
    assert_int_equal(found, index != SEQNET_NO_WORD);
    return index;
}

static void words_are_rows_of_the_embedding(void **state)
{
    (void)state;
    float vector[DIM];
    size_t length;
    assert_int_equal(seqnet_word_vectors_dimension(vectors), DIM);
    assert_int_equal(seqnet_word_vectors_count(vectors),
                     (size_t)model->config.encoding.id_count - 4);
    const size_t index = find("film", vector);
    assert_memory_equal(seqnet_word_vectors_word(vectors, index, &length), "film", 4);
    assert_int_equal(length, 4);
    const size_t id = sn_vocabulary_rank(model->vocabulary, "film", 4) + 3;
    assert_memory_equal(vector, model->weights + id * DIM, sizeof vector);
    assert_int_equal(find("FILM", NULL), index); /* as the text rule has it */
    assert_int_equal(find("qzx", NULL), SEQNET_NO_WORD);
    assert_int_equal(find("film film", NULL), SEQNET_NO_WORD);
    assert_int_equal(find("", NULL), SEQNET_NO_WORD);
}

static double cosine(const float *a, const float *b)
{
    double product = 0.0, x = 0.0, y = 0.0;
    for (size_t k = 0; k < DIM; k++) {
        product += (double)a[k] * (double)b[k];
        x += (double)a[k] * (double)a[k];
        y += (double)b[k] * (double)b[k];
    }
    return product / sqrt(x * y);
}

static void the_nearest_words_are_those_of_the_largest_cosine(void **state)
{
    (void)state;
    float vector[DIM], other[DIM];
    seqnet_neighbor near[NEAR];
    const size_t index = find("film", vector), count = seqnet_word_vectors_count(vectors);
    assert_int_equal(seqnet_word_vectors_nearest(vectors, vector, &index, 1, near, NEAR), NEAR);
    size_t nearer = 0;
    for (size_t i = 0; i < count; i++) {
        memcpy(other, vectors->table + i * DIM, sizeof other);
        nearer += i != index && cosine(vector, other) > near[NEAR - 1].cosine + 1e-12;
    }
    assert_int_equal(nearer, NEAR - 1);
    for (size_t i = 0; i < NEAR; i++) {
        assert_int_not_equal(near[i].index, index);
        assert_true(i == 0 || near[i].cosine <= near[i - 1].cosine);
        assert_true(fabs(near[i].cosine - cosine(vector, vectors->table + near[i].index * DIM)) <
                    1e-9);
    }
    assert_int_equal(seqnet_word_vectors_nearest(vectors, vector, NULL, 0, near, 1), 1);
    assert_int_equal(near[0].index, index);
    assert_int_equal(seqnet_word_vectors_nearest(vectors, vector, NULL, 0, near, 0), 0);
    memset(vector, 0, sizeof vector);
    assert_int_equal(seqnet_word_vectors_nearest(vectors, vector, NULL, 0, near, NEAR), 0);
}

/* The last layer makes the model's probability of a text's vector. */
static void texts_are_what_the_last_layer_takes(void **state)
{
    (void)state;
    enum { TEXTS = 3 };
    static const char *const texts[TEXTS] = {
        "a wonderful film", "boring", "the film that was never so bad and never so long a b"};
    seqnet_error err = {0};
    seqnet_text_view views[TEXTS];
    float made[TEXTS * UNITS], alone[UNITS];
    const sn_layer *const dense = &model->network.layers[model->network.count - 1];
    const float *const kernel = model->weights + dense->offsets[0];
    seqnet_predictor *predictor;
    seqnet_batch *batch;
    const seqnet_predictor_options options = {.threads = 1, .raw = true};
    assert_int_equal(seqnet_text_vectors_dimension(vectors), UNITS);
    assert_ok(seqnet_predictor_create(&predictor, model, &options, &err), &err);
    assert_ok(seqnet_batch_create(&batch, predictor, &err), &err);
    for (size_t i = 0; i < TEXTS; i++) {
        views[i] = (seqnet_text_view){texts[i], strlen(texts[i])};
        assert_ok(seqnet_batch_add_text(batch, texts[i], strlen(texts[i]), &err), &err);
    }
    assert_ok(seqnet_text_vectors(vectors, views, TEXTS, made, &err), &err);
    assert_ok(seqnet_text_vectors(vectors, views, 0, NULL, &err), &err);
    assert_ok(seqnet_predictor_score(predictor, batch, &err), &err);
    for (size_t i = 0; i < TEXTS; i++) {
        double logit = (double)model->weights[dense->offsets[1]];
        for (size_t k = 0; k < UNITS; k++)
            logit += (double)made[i * UNITS + k] * (double)kernel[k];
        const double expected = seqnet_batch_predictions(batch)[i].probabilities[1];
        assert_true(fabs(1.0 / (1.0 + exp(-logit)) - expected) < 1e-6);
        assert_ok(seqnet_text_vectors(vectors, &views[i], 1, alone, &err), &err);
        assert_memory_equal(alone, made + i * UNITS, sizeof alone);
    }
    seqnet_batch_free(batch);
    seqnet_predictor_free(predictor);
}

/* Whether two numbers agree to the digits that fastText prints. */
static bool agree(double a, double printed)
{
    return fabs(a - printed) <= 1e-4 * (fabs(printed) + 1e-3);
}

static void compare_numbers(const float *made, size_t count, char *printed)
{
    for (size_t k = 0; k < count; k++)
        assert_true(agree((double)made[k], strtod(printed, &printed)));
}

static void compare_sentences(const char *name)
{
    enum { FASTTEXT_DIM = 4 };
    char file[40];
    seqnet_error err = {0};
    seqnet_model *imported;
    seqnet_word_vectors *of;
    (void)snprintf(file, sizeof file, "%s.bin", name);
    fasttext_data data = fasttext_data_open(file), texts = fasttext_data_open("texts.txt");
    (void)snprintf(file, sizeof file, "%s.sentences", name);
    fasttext_data expected = fasttext_data_open(file);
    assert_ok(seqnet_import(&imported, data.path, NULL, &err), &err);
    assert_ok(seqnet_word_vectors_create(&of, imported, &err), &err);
    for (const char *text; (text = fasttext_data_line(&texts));) {
        float made[FASTTEXT_DIM];
        const seqnet_text_view view = {text, strlen(text)};
        assert_ok(seqnet_text_vectors(of, &view, 1, made, &err), &err);
        compare_numbers(made, FASTTEXT_DIM, fasttext_data_line(&expected));
    }
    seqnet_word_vectors_free(of);
    seqnet_model_free(imported);
    fasttext_data_close(&data);
    fasttext_data_close(&texts);
    fasttext_data_close(&expected);
}

static void sentences_are_fasttexts(void **state)
{
    (void)state;
    compare_sentences("plain");
    compare_sentences("ngrams");
    compare_sentences("ova");
}

/* Of words that are not in the dictionary, too. */
static void words_of_fasttext_have_their_ngrams(void **state)
{
    (void)state;
    enum { FASTTEXT_DIM = 4 };
    seqnet_error err = {0};
    seqnet_model *imported;
    seqnet_word_vectors *of;
    fasttext_data data = fasttext_data_open("ngrams.bin");
    fasttext_data expected = fasttext_data_open("ngrams.words");
    assert_ok(seqnet_import(&imported, data.path, NULL, &err), &err);
    assert_ok(seqnet_word_vectors_create(&of, imported, &err), &err);
    size_t known = 0;
    for (char *line; (line = fasttext_data_line(&expected));) {
        float made[FASTTEXT_DIM];
        size_t index;
        bool found;
        char *const end = strchr(line, ' ');
        assert_ok(
            seqnet_word_vectors_find(of, line, (size_t)(end - line), made, &index, &found, &err),
            &err);
        assert_true(found);
        known += index != SEQNET_NO_WORD;
        compare_numbers(made, FASTTEXT_DIM, end);
    }
    assert_int_equal(known, 4);
    seqnet_word_vectors_free(of);
    seqnet_model_free(imported);
    fasttext_data_close(&data);
    fasttext_data_close(&expected);
}

static void a_model_without_a_network_has_no_vectors(void **state)
{
    (void)state;
    seqnet_error err = {0};
    seqnet_model *ngrams;
    seqnet_train_result result;
    seqnet_word_vectors *none;
    seqnet_dataset *texts;
    seqnet_dataset_options data = seqnet_dataset_options_default();
    data.keep_texts = true;
    assert_ok(seqnet_dataset_load(&texts, "builtin:demo:300", &data, &err), &err);
    const seqnet_train_options options = seqnet_train_options_for(texts, SEQNET_PRESET_FAST);
    assert_ok(seqnet_model_train(&ngrams, texts, &options, &result, &err), &err);
    assert_failure(seqnet_word_vectors_create(&none, ngrams, &err), &err, SEQNET_ERR_MODEL,
                   "n-grams alone");
    assert_null(none);
    seqnet_model_free(ngrams);
    seqnet_dataset_free(texts);
}

static void a_vec_file_has_the_same_bits(void **state)
{
    (void)state;
    seqnet_error err = {0};
    seqnet_export_report report;
    char *bytes;
    const size_t ids = (size_t)model->config.encoding.id_count;
    float *const table = calloc(ids * DIM, sizeof *table);
    uint8_t *const seen = calloc(ids, 1);
    sn_vectors_found found;
    const seqnet_export_options options = {.output_format = SEQNET_EXPORT_VEC};
    assert_ok(seqnet_export_bytes(model, &bytes, &options, &report, &err), &err);
    assert_int_equal(report.format, SEQNET_EXPORT_VEC);
    assert_ok(sn_vectors_read_bytes(table, seen, &found, bytes, report.bytes, "x.vec", DIM,
                                    &model->config.encoding, model->vocabulary, &err),
              &err);
    assert_int_equal(found.words, seqnet_word_vectors_count(vectors));
    assert_int_equal(found.announced, found.words);
    for (size_t i = 0; i < found.words; i++)
        assert_memory_equal(table + (size_t)vectors->ids[i] * DIM, vectors->table + i * DIM,
                            DIM * sizeof *table);
    assert_int_equal(seqnet_export_format_of("words.vec"), SEQNET_EXPORT_VEC);
    free(table);
    free(seen);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_rows_of_the_embedding),
        cmocka_unit_test(the_nearest_words_are_those_of_the_largest_cosine),
        cmocka_unit_test(texts_are_what_the_last_layer_takes),
        cmocka_unit_test(sentences_are_fasttexts),
        cmocka_unit_test(words_of_fasttext_have_their_ngrams),
        cmocka_unit_test(a_model_without_a_network_has_no_vectors),
        cmocka_unit_test(a_vec_file_has_the_same_bits),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
