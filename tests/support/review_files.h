/* Files of short generated reviews, and quick trainings on them. Include it after <cmocka.h>; the
 * program has make_folder and remove_folder as its setup and teardown. */
#ifndef REVIEW_FILES_H
#define REVIEW_FILES_H

#include <seqnet/seqnet.h>

#include "support.h"

static inline const char *draw_word(const char *const words[6], uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return words[(*seed >> 16) % 6];
}

/* Writes one review: number odd for a good one. Every eleventh is of the other class. */
static inline void print_review(FILE *file, size_t number, uint32_t *seed)
{
    static const char *const good[] = {"wonderful", "moving", "superb", "lovely", "great", "fine"};
    static const char *const bad[] = {"awful", "boring", "dull", "clumsy", "tedious", "weak"};
    static const char *const any[] = {"the", "film", "was", "its story", "plot", "with"};
    const bool is_good = (number % 2 == 1) != (number % 11 == 10);
    for (int i = 0; i < 3; i++) {
        fprintf(file, "%s ", draw_word(any, seed));
        fprintf(file, "%s ", draw_word(any, seed));
        fprintf(file, "%s ", draw_word(is_good ? good : bad, seed));
    }
}

/* Writes a CSV file of reviews with the columns label, weight and text; the weight of a row is 2
 * where its number is a multiple of 3. */
static inline test_path write_reviews(const char *name, size_t rows, uint32_t seed)
{
    const test_path path = in_folder(name);
    FILE *const file = fopen(path.text, "w");
    assert_non_null(file);
    fprintf(file, "label,weight,text\n");
    for (size_t i = 0; i < rows; i++) {
        fprintf(file, "%s,%d,", i % 2 ? "pos" : "neg", i % 3 ? 1 : 2);
        print_review(file, i, &seed);
        fprintf(file, "\n");
    }
    assert_int_equal(fclose(file), 0);
    return path;
}

/* Writes a JSON Lines file of reviews with the labels "good" and "third", any of them. */
static inline test_path write_labelled(const char *name, size_t rows, uint32_t seed)
{
    const test_path path = in_folder(name);
    FILE *const file = fopen(path.text, "w");
    assert_non_null(file);
    for (size_t i = 0; i < rows; i++) {
        fprintf(file, "{\"label\":[%s%s%s],\"text\":\"", i % 2 ? "\"good\"" : "",
                i % 6 == 3 ? "," : "", i % 3 == 0 ? "\"third\"" : "");
        print_review(file, i, &seed);
        fprintf(file, "%s\"}\n", i % 3 == 0 ? "third" : "");
    }
    assert_int_equal(fclose(file), 0);
    return path;
}

static inline seqnet_dataset_options review_options(void)
{
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.splits.validation_split = 0.25;
    options.keep_texts = true;
    return options;
}

static inline seqnet_dataset *load_reviews(const char *path, const seqnet_dataset_options *options)
{
    seqnet_dataset *dataset;
    seqnet_error err = {0};
    assert_ok(seqnet_dataset_load(&dataset, path, options, &err), &err);
    return dataset;
}

/* The options of a preset, with a small network that trains for a moment. */
static inline seqnet_train_options quick_options(const seqnet_dataset *dataset,
                                                 seqnet_preset preset, seqnet_ngrams ngrams)
{
    seqnet_train_options options = seqnet_train_options_for(dataset, preset);
    options.ngrams = ngrams;
    options.epochs = 2;
    options.units[0] = 4;
    options.embedding_dim = 4;
    options.batch_size = 40;
    options.threads = 1;
    return options;
}

static inline seqnet_model *train_quickly(const seqnet_dataset *dataset,
                                          const seqnet_train_options *options,
                                          seqnet_train_result *result)
{
    seqnet_model *model;
    seqnet_error err = {0};
    assert_ok(seqnet_model_train(&model, dataset, options, result, &err), &err);
    return model;
}

/* The most labels of the models that are scored. */
enum { MOST_SCORED = 4 };

typedef struct scored_text {
    double probabilities[MOST_SCORED];
} scored_text;

/* Scores texts in one batch. */
static inline void score_texts(const seqnet_model *model, size_t threads, const char *const *texts,
                               size_t count, scored_text *scores)
{
    seqnet_predictor *predictor;
    seqnet_batch *batch;
    const seqnet_predictor_options settings = {.threads = threads};
    seqnet_error err = {0};
    const size_t labels = seqnet_model_label_count(model);
    assert_true(labels <= MOST_SCORED);
    assert_ok(seqnet_predictor_create(&predictor, model, &settings, &err), &err);
    assert_ok(seqnet_batch_create(&batch, predictor, &err), &err);
    for (size_t i = 0; i < count; i++)
        assert_ok(seqnet_batch_add_text(batch, texts[i], strlen(texts[i]), &err), &err);
    assert_ok(seqnet_predictor_score(predictor, batch, &err), &err);
    memset(scores, 0, count * sizeof *scores);
    for (size_t i = 0; i < count; i++)
        memcpy(scores[i].probabilities, seqnet_batch_predictions(batch)[i].probabilities,
               labels * sizeof(double));
    seqnet_batch_free(batch);
    seqnet_predictor_free(predictor);
}

#endif
