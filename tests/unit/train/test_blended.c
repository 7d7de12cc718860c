/* Models of n-grams and a network: what each preset trains, what does not change their bits, how a
 * training ends, and what it refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "model.h"
#include "review_files.h"

enum { ROWS = 160 };

static seqnet_dataset *reviews;

static int open_fixture(void **state)
{
    const seqnet_dataset_options options = review_options();
    if (make_folder(state) != 0)
        return -1;
    reviews = load_reviews(write_reviews("reviews.csv", ROWS, 1).text, &options);
    return 0;
}

static int close_fixture(void **state)
{
    seqnet_dataset_free(reviews);
    return remove_folder(state);
}

static double good_of(const seqnet_model *model)
{
    static const char *const text = "the film was lovely with superb plot";
    scored_text score;
    score_texts(model, 1, &text, 1, &score);
    return score.probabilities[1];
}

static void assert_measured(const seqnet_part_measure *measure)
{
    assert_true(measure->accuracy >= 0.0 && measure->accuracy <= 1.0);
    assert_true(measure->loss > 0.0 && measure->loss < 5.0);
}

static void both_parts_are_trained(void **state)
{
    (void)state;
    seqnet_train_result result;
    const seqnet_train_options options =
        quick_options(reviews, SEQNET_PRESET_TEXT, SEQNET_NGRAMS_BOTH);
    seqnet_model *const model = train_quickly(reviews, &options, &result);
    const seqnet_parts_report *const parts = &result.parts;
    const seqnet_ngram_info info = seqnet_model_ngrams(model);
    assert_measured(&parts->ngram_part);
    assert_measured(&parts->network);
    assert_measured(&parts->together);
    assert_true(result.val_accuracy == parts->together.accuracy);
    assert_true(result.val_loss == parts->together.loss);
    assert_true(parts->together.loss <= parts->ngram_part.loss + 1e-3);
    assert_int_equal(parts->validation_rows, seqnet_dataset_count(reviews, SEQNET_VALIDATION));
    assert_int_equal(parts->rows, ROWS); /* of the second training */
    assert_false(parts->network_dropped);
    assert_true(result.refit_epochs > 0 && result.kept_epoch > 0);
    assert_true(info.words == 2 && info.characters == 5 && info.count == parts->ngrams);
    assert_true(info.svm_share == parts->svm_share && info.nb_share == parts->nb_share &&
                info.network_share == parts->network_share);
    assert_true(seqnet_model_layer_count(model) > 2);
    assert_true(good_of(model) > 0.8);
    assert_non_null(strstr(seqnet_model_training_json(model), "\"parts\":{\"ngrams\":"));
    seqnet_model_free(model);
}

/* Loads rows of six words of 32, and a label of `labels` of them; with `is_told` a seventh word
 * tells it. */
static seqnet_dataset *load_words(unsigned rows, unsigned labels, bool is_told)
{
    const seqnet_dataset_options data = review_options();
    seqnet_error err = {0};
    seqnet_dataset *words;
    const test_path path = in_folder("words.csv");
    uint32_t seed = 9;
    FILE *const file = fopen(path.text, "w");
    assert_non_null(file);
    fprintf(file, "text,label\n");
    for (unsigned i = 0; i < rows; i++) {
        for (unsigned k = 0; k < 6; k++)
            fprintf(file, "word%c ", 'A' + (int)((seed = seed * 1103515245U + 12345U) >> 27));
        seed = seed * 1103515245U + 12345U;
        const unsigned label = is_told ? i % labels : (seed >> 16) % labels;
        fprintf(file, "%s%c,label%u\n", is_told ? "tells" : "", is_told ? (int)('a' + label) : ' ',
                label);
    }
    assert_int_equal(fclose(file), 0);
    assert_ok(seqnet_dataset_load(&words, path.text, &data, &err), &err);
    return words;
}

/* One of many labels is rare, so that errors of its few rows must cost more. */
static void a_higher_cost_is_chosen_where_it_suits(void **state)
{
    (void)state;
    seqnet_train_result chosen, fixed;
    seqnet_dataset *const words = load_words(ROWS, 16, true);
    seqnet_train_options options = quick_options(words, SEQNET_PRESET_FAST, SEQNET_NGRAMS_ONLY);
    seqnet_model *const open = train_quickly(words, &options, &chosen);
    assert_true(chosen.parts.cost > 0.3);
    assert_non_null(strstr(seqnet_model_training_json(open), "\"ngram_cost\":"));
    options.ngram_cost = chosen.parts.cost;
    seqnet_model *const same = train_quickly(words, &options, &fixed);
    assert_string_equal(seqnet_model_fingerprint(open), seqnet_model_fingerprint(same));
    assert_true(fixed.parts.ngram_part.loss == chosen.parts.ngram_part.loss);
    options.ngram_cost = 0.3;
    seqnet_model *const low = train_quickly(words, &options, &fixed);
    assert_true(fixed.parts.cost == 0.3);
    assert_true(fixed.parts.ngram_part.loss > chosen.parts.ngram_part.loss);
    seqnet_model_free(open);
    seqnet_model_free(same);
    seqnet_model_free(low);
    seqnet_dataset_free(words);
}

static bool stop_at_first_fit(void *user, const seqnet_train_event *event)
{
    size_t *const ends = user;
    *ends += event->kind == SEQNET_TRAIN_NGRAMS_END;
    return event->kind != SEQNET_TRAIN_NGRAMS_END;
}

static void a_stop_ends_the_search_for_a_cost(void **state)
{
    (void)state;
    seqnet_dataset *const words = load_words(ROWS, 16, true);
    seqnet_train_options options = quick_options(words, SEQNET_PRESET_FAST, SEQNET_NGRAMS_ONLY);
    seqnet_train_result result;
    seqnet_model *model;
    size_t ends = 0;
    options.callback = stop_at_first_fit;
    options.user = &ends;
    assert_int_equal(seqnet_model_train(&model, words, &options, &result, NULL),
                     SEQNET_INTERRUPTED);
    assert_int_equal(ends, 1);
    assert_true(result.parts.cost == 0.3);
    seqnet_model_free(model);
    seqnet_dataset_free(words);
}

/* Labels that are drawn by lot: what a higher cost learns by heart makes the loss no lower. */
static void the_lowest_cost_stays_where_it_suits(void **state)
{
    (void)state;
    seqnet_train_result result;
    seqnet_dataset *const words = load_words(10 * ROWS, 2, false);
    const seqnet_train_options options =
        quick_options(words, SEQNET_PRESET_FAST, SEQNET_NGRAMS_ONLY);
    seqnet_model_free(train_quickly(words, &options, &result));
    assert_true(result.parts.cost == 0.3);
    seqnet_dataset_free(words);
}

static void the_fast_preset_has_no_network(void **state)
{
    (void)state;
    seqnet_train_result result;
    const seqnet_train_options options =
        quick_options(reviews, SEQNET_PRESET_FAST, SEQNET_NGRAMS_ONLY);
    assert_int_equal(seqnet_train_options_for(reviews, SEQNET_PRESET_FAST).ngrams,
                     SEQNET_NGRAMS_ONLY);
    seqnet_model *const model = train_quickly(reviews, &options, &result);
    assert_int_equal(seqnet_model_layer_count(model), 0);
    assert_int_equal(seqnet_model_parameters(model), 0);
    assert_true(seqnet_model_ngrams(model).network_share == 0.0);
    assert_true(isnan(result.parts.network.loss));
    assert_measured(&result.parts.ngram_part);
    assert_measured(&result.parts.together);
    assert_int_equal(result.epochs_run, 0);
    assert_true(good_of(model) > 0.8);
    assert_non_null(strstr(seqnet_model_training_json(model), "\"threads\":1,"));
    seqnet_model_free(model);
}

static void the_lstm_preset_has_no_ngrams(void **state)
{
    (void)state;
    seqnet_train_result result;
    assert_int_equal(seqnet_train_options_for(reviews, SEQNET_PRESET_LSTM).ngrams,
                     SEQNET_NGRAMS_OFF);
    assert_int_equal(seqnet_train_options_for(reviews, SEQNET_PRESET_TEXT).ngrams,
                     SEQNET_NGRAMS_AUTO);
    const seqnet_train_options options =
        quick_options(reviews, SEQNET_PRESET_LSTM, SEQNET_NGRAMS_OFF);
    seqnet_model *const model = train_quickly(reviews, &options, &result);
    assert_int_equal(seqnet_model_ngrams(model).words, 0);
    assert_int_equal(result.parts.words, 0);
    assert_null(strstr(seqnet_model_training_json(model), "\"parts\""));
    seqnet_model_free(model);
}

/* A network that learns nothing is left out, but not where it was asked for. */
static void an_idle_network_is_left_out(void **state)
{
    (void)state;
    seqnet_train_result result;
    seqnet_train_options options = quick_options(reviews, SEQNET_PRESET_TEXT, SEQNET_NGRAMS_AUTO);
    options.learning_rate = 1e-9;
    seqnet_model *model = train_quickly(reviews, &options, &result);
    assert_true(result.parts.network_dropped);
    assert_measured(&result.parts.network); /* what it has reached is still told */
    assert_true(result.parts.network_share == 0.0);
    assert_true(result.parts.together.loss == result.parts.ngram_part.loss);
    assert_int_equal(seqnet_model_layer_count(model), 0);
    assert_int_equal(result.refit_epochs, 0);
    assert_true(good_of(model) > 0.8);
    seqnet_model_free(model);
    options.ngrams = SEQNET_NGRAMS_BOTH;
    model = train_quickly(reviews, &options, &result);
    assert_false(result.parts.network_dropped);
    assert_true(seqnet_model_layer_count(model) > 0);
    seqnet_model_free(model);
}

typedef struct fingerprint {
    char text[40];
} fingerprint;

static fingerprint print_of(const seqnet_dataset *dataset, const seqnet_train_options *options)
{
    seqnet_train_result result;
    fingerprint print;
    seqnet_model *const model = train_quickly(dataset, options, &result);
    (void)snprintf(print.text, sizeof print.text, "%s", seqnet_model_fingerprint(model));
    seqnet_model_free(model);
    return print;
}

static void threads_change_no_bit(void **state)
{
    (void)state;
    static const seqnet_ngrams kinds[] = {SEQNET_NGRAMS_BOTH, SEQNET_NGRAMS_ONLY};
    for (size_t i = 0; i < 2; i++) {
        seqnet_train_options options = quick_options(reviews, SEQNET_PRESET_TEXT, kinds[i]);
        const fingerprint one = print_of(reviews, &options);
        options.threads = 3;
        assert_string_equal(print_of(reviews, &options).text, one.text);
        options.seed = 2;
        assert_string_not_equal(print_of(reviews, &options).text, one.text);
    }
}

static void options_choose_the_ngrams(void **state)
{
    (void)state;
    seqnet_train_result result;
    seqnet_train_options options = quick_options(reviews, SEQNET_PRESET_FAST, SEQNET_NGRAMS_ONLY);
    options.word_ngrams = 3;
    options.character_ngrams = 0;
    seqnet_model *model = train_quickly(reviews, &options, &result);
    assert_int_equal(seqnet_model_ngrams(model).words, 3);
    assert_int_equal(seqnet_model_ngrams(model).characters, 0);
    const fingerprint usual = print_of(reviews, &options);
    seqnet_model_free(model);
    options.ngram_limit = 50;
    model = train_quickly(reviews, &options, &result);
    assert_int_equal(seqnet_model_ngrams(model).count, 50);
    seqnet_model_free(model);
    options.ngram_limit = 100000;
    options.ngram_cost = 5.0;
    assert_string_not_equal(print_of(reviews, &options).text, usual.text);
    options.ngram_cost = 0.3;
    assert_string_equal(print_of(reviews, &options).text, usual.text);
}

static void options_have_ranges(void **state)
{
    (void)state;
    const seqnet_train_options good = seqnet_train_options_default();
    seqnet_train_options o = good;
    assert_null(seqnet_train_options_check(&o));
    o.word_ngrams = 9;
    assert_non_null(strstr(seqnet_train_options_check(&o), "from 1 to 8"));
    o = good;
    o.character_ngrams = -2;
    assert_non_null(strstr(seqnet_train_options_check(&o), "from 1 to 8"));
    o = good;
    o.ngram_limit = -1;
    assert_non_null(strstr(seqnet_train_options_check(&o), "ngram_limit"));
    o = good;
    o.ngram_cost = (double)NAN;
    assert_non_null(strstr(seqnet_train_options_check(&o), "ngram_cost"));
    o = good;
    o.ngrams = SEQNET_NGRAMS_ONLY;
    o.vectors = "vectors.txt";
    assert_non_null(strstr(seqnet_train_options_check(&o), "word vectors"));
}

/* Counts the events down to the one that stops the training, and then says so again. */
static bool stop_at(void *user, const seqnet_train_event *event)
{
    size_t *const left = user;
    (void)event;
    *left -= *left > 0;
    return *left > 0;
}

static void an_interrupted_training_has_a_model_or_none(void **state)
{
    (void)state;
    static const seqnet_ngrams kinds[] = {SEQNET_NGRAMS_BOTH, SEQNET_NGRAMS_ONLY,
                                          SEQNET_NGRAMS_AUTO};
    for (size_t i = 0; i < 3; i++) {
        seqnet_train_options options = quick_options(reviews, SEQNET_PRESET_TEXT, kinds[i]);
        size_t models = 0;
        options.epochs = 1;
        options.callback = stop_at;
        for (size_t events = 1;; events++) {
            size_t left = events;
            seqnet_train_result result;
            seqnet_model *model;
            options.user = &left;
            const seqnet_status status =
                seqnet_model_train(&model, reviews, &options, &result, NULL);
            if (model) {
                assert_true(good_of(model) > 0.5);
                seqnet_model_free(model);
                models++;
            }
            if (left > 0) { /* there are no more events */
                assert_int_equal(status, SEQNET_OK);
                break;
            }
            assert_int_equal(status, SEQNET_INTERRUPTED);
        }
        assert_true(models > (kinds[i] == SEQNET_NGRAMS_ONLY ? 3 : 8));
    }
}

/* The model of an interruption reads back as any other. */
static void what_an_interruption_leaves_is_whole(void **state)
{
    (void)state;
    const test_path path = in_folder("stopped");
    for (size_t events = 2; events < 12; events += 3) {
        size_t left = events;
        seqnet_train_result result;
        seqnet_model *model, *loaded;
        seqnet_error err = {0};
        seqnet_train_options options =
            quick_options(reviews, SEQNET_PRESET_TEXT, SEQNET_NGRAMS_BOTH);
        options.callback = stop_at;
        options.user = &left;
        assert_int_equal(seqnet_model_train(&model, reviews, &options, &result, NULL),
                         SEQNET_INTERRUPTED);
        if (!model)
            continue;
        assert_ok(seqnet_model_save(model, path.text, NULL, &err), &err);
        assert_ok(seqnet_model_load(&loaded, path.text, &err), &err);
        assert_string_equal(seqnet_model_fingerprint(loaded), seqnet_model_fingerprint(model));
        seqnet_model_free(loaded);
        seqnet_model_free(model);
    }
}

static void a_training_that_diverges_says_so(void **state)
{
    (void)state;
    seqnet_train_result result;
    seqnet_model *model;
    seqnet_error err = {0};
    seqnet_train_options options = quick_options(reviews, SEQNET_PRESET_TEXT, SEQNET_NGRAMS_BOTH);
    options.learning_rate = 1e38;
    const seqnet_status status = seqnet_model_train(&model, reviews, &options, &result, &err);
    assert_int_equal(status, SEQNET_ERR_DIVERGED);
    assert_true(strlen(err.message) > 0);
    seqnet_model_free(model);
}

static void refused(const seqnet_dataset *dataset, const seqnet_train_options *options,
                    seqnet_status expected, const char *sentence)
{
    seqnet_train_result result;
    seqnet_model *model;
    seqnet_error err = {0};
    assert_failure(seqnet_model_train(&model, dataset, options, &result, &err), &err, expected,
                   sentence);
    assert_null(model);
}

static void rows_of_ids_have_no_ngrams(void **state)
{
    (void)state;
    const test_path path = in_folder("ids.npz");
    const seqnet_pad_options pad = {0};
    seqnet_dataset_options data = review_options();
    seqnet_error err = {0};
    data.splits.validation_split = 0.0;
    seqnet_dataset *const whole = load_reviews(in_folder("reviews.csv").text, &data);
    assert_ok(seqnet_dataset_write_padded(whole, &pad, path.text, NULL, &err), &err);
    seqnet_dataset_free(whole);
    seqnet_dataset *const ids = load_reviews(path.text, &data);
    seqnet_train_options options = quick_options(ids, SEQNET_PRESET_TEXT, SEQNET_NGRAMS_BOTH);
    refused(ids, &options, SEQNET_ERR_USAGE, "holds ids, and n-grams are of texts");
    options.ngrams = SEQNET_NGRAMS_ONLY;
    refused(ids, &options, SEQNET_ERR_USAGE, "holds ids, and n-grams are of texts");
    seqnet_train_result result;
    options.ngrams = SEQNET_NGRAMS_AUTO; /* then the network alone is trained */
    seqnet_model *const model = train_quickly(ids, &options, &result);
    assert_int_equal(seqnet_model_ngrams(model).words, 0);
    seqnet_model_free(model);
    seqnet_dataset_free(ids);
}

static void texts_must_have_been_kept(void **state)
{
    (void)state;
    static const seqnet_ngrams kinds[] = {SEQNET_NGRAMS_BOTH, SEQNET_NGRAMS_ONLY};
    seqnet_dataset_options data = review_options();
    data.keep_texts = false;
    seqnet_dataset *const dataset = load_reviews(in_folder("reviews.csv").text, &data);
    for (size_t i = 0; i < 2; i++) {
        const seqnet_train_options options = quick_options(dataset, SEQNET_PRESET_TEXT, kinds[i]);
        refused(dataset, &options, SEQNET_ERR_USAGE, "load the dataset with keep_texts");
    }
    seqnet_train_result result;
    const seqnet_train_options options =
        quick_options(dataset, SEQNET_PRESET_TEXT, SEQNET_NGRAMS_AUTO);
    seqnet_model *const model = train_quickly(dataset, &options, &result);
    assert_int_equal(seqnet_model_ngrams(model).words, 0); /* the network alone */
    seqnet_model_free(model);
    seqnet_dataset_free(dataset);
}

static void rows_may_have_any_number_of_labels(void **state)
{
    (void)state;
    static const seqnet_ngrams kinds[] = {SEQNET_NGRAMS_BOTH, SEQNET_NGRAMS_ONLY};
    static const char *const texts[] = {"the film was lovely superb great third",
                                        "the film was awful dull weak"};
    seqnet_dataset_options data = review_options();
    data.labels.multi_label = true;
    seqnet_dataset *const dataset = load_reviews(write_labelled("l.jsonl", ROWS, 1).text, &data);
    for (size_t i = 0; i < 2; i++) {
        seqnet_train_result result;
        scored_text scores[2];
        seqnet_train_options options = quick_options(dataset, SEQNET_PRESET_TEXT, kinds[i]);
        seqnet_model *const model = train_quickly(dataset, &options, &result);
        assert_true(result.multi_label);
        assert_measured(&result.parts.together);
        assert_true(result.parts.together.accuracy > 0.8);
        assert_true(model->config.threshold > 0.0 && model->config.threshold < 1.0);
        score_texts(model, 1, texts, 2, scores);
        for (size_t k = 0; k < 2; k++)
            assert_true(scores[0].probabilities[k] > scores[1].probabilities[k] + 0.3);
        seqnet_model_free(model);
        options.class_weight = "balanced";
        refused(dataset, &options, SEQNET_ERR_USAGE, "class weights");
    }
    seqnet_dataset_free(dataset);
}

static void classes_count_by_their_weights(void **state)
{
    (void)state;
    static const seqnet_ngrams kinds[] = {SEQNET_NGRAMS_BOTH, SEQNET_NGRAMS_ONLY};
    static const char *const nothing = "xyz";
    for (size_t i = 0; i < 2; i++) {
        seqnet_train_result result;
        scored_text plain, weighted;
        seqnet_train_options options = quick_options(reviews, SEQNET_PRESET_TEXT, kinds[i]);
        options.ngram_cost = 0.3; /* else each chooses its own */
        seqnet_model *model = train_quickly(reviews, &options, &result);
        score_texts(model, 1, &nothing, 1, &plain);
        seqnet_model_free(model);
        options.class_weight = "pos=9";
        model = train_quickly(reviews, &options, &result);
        score_texts(model, 1, &nothing, 1, &weighted);
        seqnet_model_free(model);
        assert_true(weighted.probabilities[1] > plain.probabilities[1] + 0.05);
        options.class_weight = "nosuch=2";
        refused(reviews, &options, SEQNET_ERR_USAGE, "nosuch");
    }
}

static void rows_count_by_their_weights(void **state)
{
    (void)state;
    seqnet_dataset_options data = review_options();
    data.records.reader.weight_field = "weight";
    seqnet_dataset *const weighted = load_reviews(in_folder("reviews.csv").text, &data);
    const seqnet_train_options options =
        quick_options(weighted, SEQNET_PRESET_FAST, SEQNET_NGRAMS_ONLY);
    const fingerprint print = print_of(weighted, &options);
    assert_string_not_equal(print.text, print_of(reviews, &options).text);
    assert_string_equal(print.text, print_of(weighted, &options).text);
    seqnet_dataset_free(weighted);
}

/* Nothing tells then what the parts are worth. */
static void shares_are_usual_without_validation_rows(void **state)
{
    (void)state;
    static const seqnet_ngrams kinds[] = {SEQNET_NGRAMS_AUTO, SEQNET_NGRAMS_ONLY};
    seqnet_dataset_options data = review_options();
    data.splits.validation_split = 0.0;
    seqnet_dataset *const dataset = load_reviews(in_folder("reviews.csv").text, &data);
    for (size_t i = 0; i < 2; i++) {
        seqnet_train_result result;
        const seqnet_train_options options = quick_options(dataset, SEQNET_PRESET_TEXT, kinds[i]);
        seqnet_model *const model = train_quickly(dataset, &options, &result);
        assert_true(isnan(result.val_accuracy) && isnan(result.val_loss));
        assert_true(isnan(result.parts.together.loss) && isnan(result.parts.ngram_part.loss));
        assert_int_equal(result.parts.validation_rows, 0);
        assert_int_equal(result.parts.rows, ROWS);
        assert_true(result.parts.svm_share == 1.2 && result.parts.nb_share == 1.2);
        assert_true(result.parts.network_share == (i == 0 ? 0.3 : 0.0));
        assert_true(good_of(model) > 0.8);
        seqnet_model_free(model);
    }
    seqnet_dataset_free(dataset);
}

static void validation_rows_may_have_a_file(void **state)
{
    (void)state;
    static const seqnet_ngrams kinds[] = {SEQNET_NGRAMS_BOTH, SEQNET_NGRAMS_ONLY};
    const test_path other = write_reviews("other.csv", 60, 9);
    seqnet_dataset_options data = review_options();
    data.splits.validation = other.text;
    seqnet_dataset *const dataset = load_reviews(in_folder("reviews.csv").text, &data);
    for (size_t i = 0; i < 2; i++) {
        seqnet_train_result result;
        seqnet_train_options options = quick_options(dataset, SEQNET_PRESET_TEXT, kinds[i]);
        options.refit = options.ngram_refit = false;
        seqnet_model_free(train_quickly(dataset, &options, &result));
        assert_int_equal(result.parts.validation_rows, 60);
        assert_int_equal(result.parts.rows, ROWS);
        assert_measured(&result.parts.together);
    }
    seqnet_dataset_free(dataset);
}

/* What is written of the best epoch, before the model is whole, is its network. */
static void the_best_epoch_is_a_network(void **state)
{
    (void)state;
    const test_path path = in_folder("best");
    seqnet_train_result result;
    seqnet_model *best;
    seqnet_error err = {0};
    seqnet_train_options options = quick_options(reviews, SEQNET_PRESET_TEXT, SEQNET_NGRAMS_BOTH);
    options.best_path = path.text;
    seqnet_model_free(train_quickly(reviews, &options, &result));
    assert_true(result.best_written);
    assert_ok(seqnet_model_load(&best, path.text, &err), &err);
    assert_int_equal(seqnet_model_ngrams(best).words, 0);
    seqnet_model_free(best);
}

/* A training in the caller's hands is that of a network, whatever the options say. */
static void a_trainer_trains_the_network(void **state)
{
    (void)state;
    seqnet_trainer *trainer;
    seqnet_train_event event;
    seqnet_model *model;
    seqnet_error err = {0};
    bool more;
    const seqnet_train_options options =
        quick_options(reviews, SEQNET_PRESET_FAST, SEQNET_NGRAMS_ONLY);
    assert_ok(seqnet_trainer_create(&trainer, reviews, &options, &err), &err);
    assert_ok(seqnet_trainer_step(trainer, &event, &more, &err), &err);
    assert_true(more && event.kind == SEQNET_TRAIN_BEGIN);
    assert_ok(seqnet_trainer_model(trainer, &model, &err), &err);
    assert_true(seqnet_model_layer_count(model) > 0);
    seqnet_model_free(model);
    seqnet_trainer_free(trainer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_parts_are_trained),
        cmocka_unit_test(a_higher_cost_is_chosen_where_it_suits),
        cmocka_unit_test(a_stop_ends_the_search_for_a_cost),
        cmocka_unit_test(the_lowest_cost_stays_where_it_suits),
        cmocka_unit_test(the_fast_preset_has_no_network),
        cmocka_unit_test(the_lstm_preset_has_no_ngrams),
        cmocka_unit_test(an_idle_network_is_left_out),
        cmocka_unit_test(threads_change_no_bit),
        cmocka_unit_test(options_choose_the_ngrams),
        cmocka_unit_test(options_have_ranges),
        cmocka_unit_test(an_interrupted_training_has_a_model_or_none),
        cmocka_unit_test(what_an_interruption_leaves_is_whole),
        cmocka_unit_test(a_training_that_diverges_says_so),
        cmocka_unit_test(rows_of_ids_have_no_ngrams),
        cmocka_unit_test(texts_must_have_been_kept),
        cmocka_unit_test(rows_may_have_any_number_of_labels),
        cmocka_unit_test(classes_count_by_their_weights),
        cmocka_unit_test(rows_count_by_their_weights),
        cmocka_unit_test(shares_are_usual_without_validation_rows),
        cmocka_unit_test(validation_rows_may_have_a_file),
        cmocka_unit_test(the_best_epoch_is_a_network),
        cmocka_unit_test(a_trainer_trains_the_network),
    };
    return cmocka_run_group_tests(tests, open_fixture, close_fixture);
}
