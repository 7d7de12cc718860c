/* Explanations: they agree with predictions, sum to scores, and know where words are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include <seqnet/explain.h>

#include "blend.h"
#include "review_files.h"

enum { ROWS = 120, MODELS = 6, MAXLEN = 8 };

static seqnet_dataset *reviews;
/* Of both parts, of n-grams alone, of a network alone, of both with any number of labels, a network
 * over Keras's words with a start id, and both parts of three labels. */
static seqnet_model *models[MODELS];

static seqnet_model *train(const seqnet_dataset *dataset, seqnet_preset preset,
                           seqnet_ngrams ngrams)
{
    seqnet_train_result result;
    seqnet_train_options options = quick_options(dataset, preset, ngrams);
    options.maxlen = MAXLEN;
    options.refit = false;
    return train_quickly(dataset, &options, &result);
}

/* Writes texts of three labels, of which each has words of its own. */
static test_path write_three(void)
{
    static const char *const words[] = {"superb", "awful", "plain"};
    const test_path path = in_folder("three.csv");
    FILE *const file = fopen(path.text, "w");
    assert_non_null(file);
    fputs("label,text\n", file);
    for (size_t i = 0; i < ROWS; i++)
        fprintf(file, "%c,the film was %s its story %zu\n", "abc"[i % 3], words[i % 3], i % 7);
    assert_int_equal(fclose(file), 0);
    return path;
}

static int open_fixture(void **state)
{
    seqnet_dataset_options options = review_options();
    if (make_folder(state) != 0)
        return -1;
    const test_path file = write_reviews("r.csv", ROWS, 1);
    reviews = load_reviews(file.text, &options);
    models[0] = train(reviews, SEQNET_PRESET_TEXT, SEQNET_NGRAMS_BOTH);
    models[1] = train(reviews, SEQNET_PRESET_TEXT, SEQNET_NGRAMS_ONLY);
    models[2] = train(reviews, SEQNET_PRESET_TEXT, SEQNET_NGRAMS_OFF);
    options.labels.multi_label = true;
    seqnet_dataset *const labelled =
        load_reviews(write_labelled("l.jsonl", ROWS, 1).text, &options);
    models[3] = train(labelled, SEQNET_PRESET_TEXT, SEQNET_NGRAMS_BOTH);
    seqnet_dataset_free(labelled);
    options = review_options();
    options.words.text_rule = SEQNET_TEXT_RULE_KERAS;
    seqnet_dataset *const words = load_reviews(file.text, &options);
    models[4] = train(words, SEQNET_PRESET_KERAS, SEQNET_NGRAMS_OFF);
    seqnet_dataset_free(words);
    options = review_options();
    seqnet_dataset *const three = load_reviews(write_three().text, &options);
    models[5] = train(three, SEQNET_PRESET_TEXT, SEQNET_NGRAMS_BOTH);
    seqnet_dataset_free(three);
    return 0;
}

static int close_fixture(void **state)
{
    for (size_t i = 0; i < MODELS; i++)
        seqnet_model_free(models[i]);
    seqnet_dataset_free(reviews);
    return remove_folder(state);
}

static seqnet_explainer *open_explainer(const seqnet_model *model, size_t threads)
{
    seqnet_explainer *explainer;
    seqnet_error err = {0};
    const seqnet_explainer_options options = {.threads = threads, .running = true};
    assert_ok(seqnet_explainer_create(&explainer, model, &options, &err), &err);
    return explainer;
}

static const seqnet_explanation *explain(seqnet_explainer *explainer, const char *text)
{
    const seqnet_explanation *explanation;
    seqnet_error err = {0};
    assert_ok(seqnet_explain(explainer, text, strlen(text), &explanation, &err), &err);
    return explanation;
}

static const char *const TEXTS[] = {"the film was superb",
                                    "",
                                    "awful awful awful dull plot with the film and its weak story",
                                    "xyz \xff\xfe unknown",
                                    "lovely",
                                    "the film was awful, its story was superb but the plot weak!",
                                    "很好看的电影",
                                    "“superb” film — don’t"};

enum { TEXT_COUNT = sizeof TEXTS / sizeof *TEXTS };

static void explanations_agree_with_predictions(void **state)
{
    (void)state;
    for (size_t i = 0; i < MODELS; i++) {
        scored_text scored[TEXT_COUNT];
        seqnet_explainer *const explainer = open_explainer(models[i], 2);
        score_texts(models[i], 1, TEXTS, TEXT_COUNT, scored);
        for (size_t t = 0; t < TEXT_COUNT; t++) {
            const seqnet_explanation *const x = explain(explainer, TEXTS[t]);
            assert_memory_equal(x->probabilities, scored[t].probabilities,
                                seqnet_model_label_count(models[i]) * sizeof(double));
            for (size_t k = 0; k < seqnet_model_label_count(models[i]); k++)
                assert_true(x->probabilities[x->label] >= x->probabilities[k]);
        }
        seqnet_explainer_free(explainer);
    }
}

static void contributions_sum_to_the_change_of_the_score(void **state)
{
    (void)state;
    for (size_t i = 0; i < MODELS; i++) {
        seqnet_explainer *const explainer = open_explainer(models[i], 1);
        for (size_t t = 0; t < TEXT_COUNT; t++) {
            const seqnet_explanation *const x = explain(explainer, TEXTS[t]);
            for (size_t label = 0; label < seqnet_model_label_count(models[i]); label++) {
                const seqnet_label_explanation found = seqnet_explain_label(explainer, label);
                double sum = found.baseline;
                for (size_t w = 0; w < x->count; w++)
                    sum += found.contributions[w];
                assert_true(fabs(found.score - sum) < 1e-4);
                assert_true(fabs(found.score - sum - found.gap) < 1e-12);
                assert_true(found.probability == x->probabilities[label]);
            }
        }
        seqnet_explainer_free(explainer);
    }
}

/* Of several labels: ln(p_a / p_b) = x_a - x_b, and scores differ by labels / (labels - 1) times
 * that. */
static void scores_of_several_labels_belong_to_probabilities(void **state)
{
    (void)state;
    seqnet_explainer *const explainer = open_explainer(models[5], 1);
    for (size_t t = 0; t < TEXT_COUNT; t++) {
        (void)explain(explainer, TEXTS[t]);
        const seqnet_label_explanation a = seqnet_explain_label(explainer, 0);
        const seqnet_label_explanation b = seqnet_explain_label(explainer, 2);
        assert_true(fabs((a.score - b.score) / 1.5 - log(a.probability / b.probability)) < 1e-5);
    }
    seqnet_explainer_free(explainer);
}

/* The logarithm of the odds is the score of one label of two, and of a label of any number. */
static void scores_belong_to_probabilities(void **state)
{
    (void)state;
    for (size_t i = 0; i < 5; i++) {
        seqnet_explainer *const explainer = open_explainer(models[i], 1);
        (void)explain(explainer, TEXTS[0]);
        for (size_t label = 0; label < seqnet_model_label_count(models[i]); label++) {
            const seqnet_label_explanation found = seqnet_explain_label(explainer, label);
            assert_true(fabs(1.0 / (1.0 + exp(-found.score)) - found.probability) < 1e-6);
        }
        seqnet_explainer_free(explainer);
    }
}

/* The probability after each word is that of the text which ends there. */
static void the_probability_runs_from_word_to_word(void **state)
{
    (void)state;
    static const char text[] = "the film was awful, superb!";
    for (size_t i = 0; i < MODELS; i++) {
        seqnet_explainer *const explainer = open_explainer(models[i], 1);
        const seqnet_explanation *const x = explain(explainer, text);
        double running[16];
        assert_true(x->count <= 16 && x->cut == 0);
        memcpy(running, seqnet_explain_label(explainer, 1).running, x->count * sizeof *running);
        size_t ends[16];
        const size_t count = x->count;
        for (size_t w = 0; w < count; w++)
            ends[w] = x->words[w].end;
        for (size_t w = 0; w < count; w++) {
            char beginning[sizeof text];
            (void)snprintf(beginning, sizeof beginning, "%.*s", (int)ends[w], text);
            assert_true(fabs(explain(explainer, beginning)->probabilities[1] - running[w]) < 1e-6);
        }
        seqnet_explainer_free(explainer);
    }
}

static void any_number_of_threads_gives_the_same_bits(void **state)
{
    (void)state;
    for (size_t i = 0; i < MODELS; i++) {
        seqnet_explainer *const one = open_explainer(models[i], 1);
        seqnet_explainer *const three = open_explainer(models[i], 3);
        for (size_t t = 0; t < TEXT_COUNT; t++) {
            const size_t size = explain(one, TEXTS[t])->count * sizeof(double);
            (void)explain(three, TEXTS[t]);
            const seqnet_label_explanation a = seqnet_explain_label(one, 1);
            const seqnet_label_explanation b = seqnet_explain_label(three, 1);
            assert_memory_equal(a.contributions, b.contributions, size);
            assert_memory_equal(a.running, b.running, size);
        }
        seqnet_explainer_free(one);
        seqnet_explainer_free(three);
    }
}

/* Compares the words with "start-end:text" of each, and ? behind one that is not known. */
static void assert_words(const seqnet_explanation *x, const char *expected)
{
    char found[512] = "";
    for (size_t i = 0; i < x->count; i++) {
        const seqnet_explained_word *const word = &x->words[i];
        const size_t used = strlen(found);
        (void)snprintf(found + used, sizeof found - used, "%s%zu-%zu:%.*s%s", i ? " " : "",
                       word->start, word->end, (int)word->length, word->text,
                       word->known ? "" : "?");
    }
    assert_string_equal(found, expected);
}

static void words_are_where_they_are(void **state)
{
    (void)state;
    seqnet_explainer *explainer = open_explainer(models[0], 1);
    assert_words(explain(explainer, "Superb FILM, zz"), "0-6:superb 7-11:film 11-12:,? 13-15:zz?");
    assert_words(explain(explainer, "“film”<br />U.S.A. 好的"),
                 "0-3:\"? 3-7:film 7-10:\"? 16-22:usa? 23-26:好? 26-29:的?");
    seqnet_explainer_free(explainer);
    explainer = open_explainer(models[4], 1);
    assert_words(explain(explainer, "Superb—FILM, “film”! ab’c"),
                 "0-6:superb 9-13:film 18-22:film 27-33:ab'c?");
    seqnet_explainer_free(explainer);
}

/* The Keras preset cuts the beginning of a text, the start id first; the words that are cut
 * contribute nothing. */
static void words_beyond_maxlen_are_cut(void **state)
{
    (void)state;
    seqnet_explainer *const explainer = open_explainer(models[4], 1);
    const seqnet_explanation *const x =
        explain(explainer, "superb superb superb the film was the film was and its story");
    const seqnet_label_explanation found = seqnet_explain_label(explainer, 1);
    assert_int_equal(x->count, 12);
    assert_int_equal(x->cut, 12 - MAXLEN);
    for (size_t i = 0; i < x->count; i++) {
        assert_int_equal(x->words[i].cut, i < 12 - MAXLEN);
        if (x->words[i].cut)
            assert_true(found.contributions[i] == 0.0);
    }
    assert_true(fabs(found.running[11] - found.probability) < 1e-6);
    seqnet_explainer_free(explainer);
}

/* With n-grams alone, a word that the part does not know contributes nothing. */
static void unknown_words_say_nothing(void **state)
{
    (void)state;
    seqnet_explainer *const explainer = open_explainer(models[1], 1);
    (void)explain(explainer, "superb qqq awful");
    const seqnet_label_explanation found = seqnet_explain_label(explainer, 1);
    assert_true(found.contributions[0] > 0.0);
    assert_true(found.contributions[1] == 0.0);
    assert_true(found.contributions[2] < 0.0);
    assert_true(seqnet_explain_label(explainer, 0).contributions[0] < 0.0);
    seqnet_explainer_free(explainer);
}

static void a_long_text_is_explained(void **state)
{
    (void)state;
    enum { WORDS = 20000 };
    char *const text = malloc(7 * WORDS + 1);
    assert_non_null(text);
    for (size_t i = 0; i < WORDS; i++)
        memcpy(text + 7 * i, i % 2 ? "superb " : "awful! ", 8);
    for (size_t i = 0; i < MODELS; i++) {
        seqnet_explainer *const explainer = open_explainer(models[i], 2);
        const seqnet_explanation *const x = explain(explainer, text);
        assert_true(x->count >= WORDS);
        assert_true(fabs(seqnet_explain_label(explainer, 0).gap) < 1e-3);
        seqnet_explainer_free(explainer);
    }
    free(text);
}

static void a_model_without_words_is_refused(void **state)
{
    (void)state;
    seqnet_explainer *explainer;
    seqnet_error err = {0};
    seqnet_explainer_options options = {0};
    seqnet_model *const wordless = models[2];
    sn_vocabulary *const vocabulary = wordless->vocabulary;
    wordless->vocabulary = NULL;
    assert_int_equal(seqnet_explainer_create(&explainer, wordless, &options, &err),
                     SEQNET_ERR_MODEL);
    assert_null(explainer);
    assert_non_null(strstr(err.message, ".word_index imdb_word_index.json"));
    options.word_index = "/no/such/file";
    assert_int_equal(seqnet_explainer_create(&explainer, wordless, &options, &err),
                     SEQNET_ERR_DATA);
    assert_null(explainer);
    const test_path index = write_text("words.json", "{\"superb\": 1, \"film\": 2}");
    options.word_index = index.text;
    assert_ok(seqnet_explainer_create(&explainer, wordless, &options, &err), &err);
    assert_words(explain(explainer, "superb film zz"), "0-6:superb 7-11:film 12-14:zz?");
    seqnet_explainer_free(explainer);
    wordless->vocabulary = vocabulary;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(explanations_agree_with_predictions),
        cmocka_unit_test(contributions_sum_to_the_change_of_the_score),
        cmocka_unit_test(scores_belong_to_probabilities),
        cmocka_unit_test(scores_of_several_labels_belong_to_probabilities),
        cmocka_unit_test(the_probability_runs_from_word_to_word),
        cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
        cmocka_unit_test(words_are_where_they_are),
        cmocka_unit_test(words_beyond_maxlen_are_cut),
        cmocka_unit_test(unknown_words_say_nothing),
        cmocka_unit_test(a_long_text_is_explained),
        cmocka_unit_test(a_model_without_words_is_refused),
    };
    return cmocka_run_group_tests(tests, open_fixture, close_fixture);
}
