/* Predictions: texts and ids, counts, order, long and empty input, streams. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/seqnet.h>

#include "assemble.h"
#include "dataset.h"

static seqnet_model *model;
static seqnet_predictor *predictor;
static seqnet_batch *batch;

static int open_predictor(void **state)
{
    (void)state;
    seqnet_dataset *dataset;
    seqnet_train_result result;
    const seqnet_dataset_options data = seqnet_dataset_options_default();
    seqnet_train_options options = seqnet_train_options_default();
    const seqnet_predictor_options settings = {.threads = 2};
    options.epochs = 1;
    options.units[0] = 6;
    options.maxlen = 12;
    if (seqnet_dataset_load(&dataset, "builtin:demo:400", &data, NULL) != SEQNET_OK)
        return -1;
    const seqnet_status status = seqnet_model_train(&model, dataset, &options, &result, NULL);
    seqnet_dataset_free(dataset);
    if (status != SEQNET_OK)
        return -1;
    return seqnet_predictor_create(&predictor, model, &settings, NULL) != SEQNET_OK ||
           seqnet_batch_create(&batch, predictor, NULL) != SEQNET_OK;
}

static int close_predictor(void **state)
{
    (void)state;
    seqnet_batch_free(batch);
    seqnet_predictor_free(predictor);
    seqnet_model_free(model);
    return 0;
}

static void add(const char *text)
{
    assert_int_equal(seqnet_batch_add_text(batch, text, strlen(text), NULL), SEQNET_OK);
}

enum { MANY = 1000 };

/* Scores the rows added since the last call. */
static const seqnet_prediction *score(size_t count)
{
    static seqnet_prediction kept[MANY];
    static double probabilities[MANY][2];
    assert_int_equal(seqnet_batch_count(batch), count);
    assert_int_equal(seqnet_predictor_score(predictor, batch, NULL), SEQNET_OK);
    if (count)
        memcpy(kept, seqnet_batch_predictions(batch), count * sizeof *kept);
    for (size_t i = 0; i < count; i++) {
        memcpy(probabilities[i], kept[i].probabilities, sizeof probabilities[i]);
        kept[i].probabilities = probabilities[i];
    }
    seqnet_batch_clear(batch);
    assert_int_equal(seqnet_batch_count(batch), 0);
    return kept;
}

static seqnet_prediction score_one(void)
{
    return score(1)[0];
}

static void no_options_are_the_defaults(void **state)
{
    static const char text[] = "the film was brilliant";
    seqnet_predictor *other;
    seqnet_batch *rows;
    (void)state;
    add(text);
    const double expected = score(1)->probability;
    assert_int_equal(seqnet_predictor_create(&other, model, NULL, NULL), SEQNET_OK);
    assert_int_equal(seqnet_batch_create(&rows, other, NULL), SEQNET_OK);
    assert_int_equal(seqnet_batch_add_text(rows, text, strlen(text), NULL), SEQNET_OK);
    assert_int_equal(seqnet_predictor_score(other, rows, NULL), SEQNET_OK);
    assert_true(seqnet_batch_predictions(rows)->probability == expected);
    seqnet_batch_free(rows);
    seqnet_predictor_free(other);
}

static void probabilities_belong_together(void **state)
{
    (void)state;
    add("The film was good.");
    const seqnet_prediction p = score_one();
    assert_true(fabs(p.probabilities[0] + p.probabilities[1] - 1.0) < 1e-12);
    assert_true(p.probability == p.probabilities[p.label]);
    assert_true(p.probability >= 0.5);
    assert_int_equal(p.tokens, 4);
    assert_int_equal(p.oov, 0);
    assert_false(p.truncated);
}

static double log_odds(void)
{
    const seqnet_prediction p = score_one();
    return log(p.probabilities[1] / p.probabilities[0]);
}

static void logits_are_divided_by_the_temperature(void **state)
{
    (void)state;
    add("The film was good.");
    const double as_trained = log_odds();
    model->config.temperature = 1.6;
    add("The film was good.");
    assert_true(fabs(log_odds() - as_trained / 1.6) < 1e-6);
    model->config.temperature = 0.0;
}

static void unknown_words_are_counted(void **state)
{
    (void)state;
    add("the zyxwv film qqqqq");
    const seqnet_prediction p = score_one();
    assert_int_equal(p.tokens, 4);
    assert_int_equal(p.oov, 2);
}

/* The start id counts towards maxlen: 11 words fit into 12 timesteps. */
static void truncation_is_reported(void **state)
{
    (void)state;
    add("a a a a a a a a a a a");
    assert_false(score_one().truncated);
    add("a a a a a a a a a a a a");
    assert_true(score_one().truncated);
}

/* Truncating "pre" keeps the end of a long text. */
static void the_end_of_a_long_text_counts(void **state)
{
    (void)state;
    add("good the film was the film was the film was the film was bad");
    const double one = score_one().probabilities[0];
    add("bad the film was the film was the film was the film was bad");
    assert_true(one == score_one().probabilities[0]);
    add("good the film was the film was the film was the film was good");
    assert_true(one != score_one().probabilities[0]);
}

static void empty_and_odd_texts_are_scored(void **state)
{
    (void)state;
    add("");
    add("   ...   ");
    assert_int_equal(seqnet_batch_add_text(batch, "\0\xff\xfe x", 5, NULL), SEQNET_OK);
    const seqnet_prediction *const p = score(3);
    assert_int_equal(p[0].tokens, 0);
    assert_true(p[0].probability == p[1].probability);
    assert_int_equal(p[2].tokens, 2);
    assert_int_equal(p[2].oov, 2);
}

static void order_is_kept_in_a_large_batch(void **state)
{
    (void)state;
    static const char *const texts[3] = {"the film was good", "the film was not good at all", ""};
    double wanted[3];
    for (size_t i = 0; i < 3; i++) {
        add(texts[i]);
        wanted[i] = score_one().probabilities[1];
    }
    for (size_t i = 0; i < MANY; i++)
        add(texts[i % 3]);
    const seqnet_prediction *const p = score(MANY);
    for (size_t i = 0; i < MANY; i++)
        assert_true(p[i].probabilities[1] == wanted[i % 3]);
    (void)score(0);
}

static void ids_are_taken_as_they_are(void **state)
{
    (void)state;
    seqnet_error err;
    add("the film");
    const double text = score_one().probabilities[1];
    seqnet_dataset *dataset;
    const seqnet_dataset_options options = seqnet_dataset_options_default();
    assert_int_equal(seqnet_dataset_load(&dataset, "builtin:demo:400", &options, NULL), SEQNET_OK);
    int32_t ids[3] = {1, 0, 0};
    for (int32_t id = 0; id < (int32_t)seqnet_dataset_id_count(dataset); id++) {
        size_t length;
        const char *const word = seqnet_dataset_word(dataset, id, &length);
        if (word && length == 3 && memcmp(word, "the", 3) == 0)
            ids[1] = id;
        if (word && length == 4 && memcmp(word, "film", 4) == 0)
            ids[2] = id;
    }
    const int32_t too_large = (int32_t)seqnet_dataset_id_count(dataset), negative = -1;
    seqnet_dataset_free(dataset);
    assert_true(ids[1] > 0 && ids[2] > 0);
    assert_int_equal(seqnet_batch_add_ids(batch, ids, 3, NULL), SEQNET_OK);
    assert_true(score_one().probabilities[1] == text);
    assert_int_equal(seqnet_batch_add_ids(batch, &too_large, 1, &err), SEQNET_ERR_DATA);
    assert_non_null(strstr(err.message, "outside"));
    assert_int_equal(seqnet_batch_add_ids(batch, &negative, 1, &err), SEQNET_ERR_DATA);
}

static void evaluation_agrees_with_predictions(void **state)
{
    (void)state;
    seqnet_dataset *dataset;
    seqnet_evaluation e;
    assert_int_equal(seqnet_evaluation_init(&e, 2, NULL), SEQNET_OK);
    assert_int_equal(seqnet_model_load_dataset(model, &dataset, "builtin:demo:400", NULL, NULL),
                     SEQNET_OK);
    assert_int_equal(seqnet_model_evaluate(model, dataset, SEQNET_TEST, 0, 2, &e, NULL), SEQNET_OK);
    const size_t rows = seqnet_dataset_count(dataset, SEQNET_TEST);
    size_t confusion[2][2] = {{0}};
    double loss = 0.0;
    for (size_t row = 0; row < rows; row++) {
        size_t length;
        int32_t label;
        const int32_t *const ids = seqnet_dataset_row(dataset, SEQNET_TEST, row, &length, &label);
        assert_int_equal(seqnet_batch_add_ids(batch, ids, length, NULL), SEQNET_OK);
        const seqnet_prediction p = score_one();
        confusion[label][p.label]++;
        loss -= log(p.probabilities[label]);
    }
    assert_memory_equal(confusion, e.confusion, sizeof confusion);
    assert_int_equal(e.n, rows);
    assert_true(fabs(e.loss - loss / (double)rows) < 1e-6);
    assert_true(fabs(e.accuracy - (double)(confusion[0][0] + confusion[1][1]) / (double)rows) <
                1e-12);
    seqnet_evaluation_free(&e);
    seqnet_dataset_free(dataset);
}

static void evaluation_refuses_ids_the_model_lacks(void **state)
{
    (void)state;
    seqnet_dataset *dataset;
    seqnet_error err;
    seqnet_evaluation e, other;
    assert_int_equal(seqnet_evaluation_init(&e, 2, NULL), SEQNET_OK);
    assert_int_equal(seqnet_evaluation_init(&other, 3, NULL), SEQNET_OK);
    seqnet_dataset_options options = seqnet_dataset_options_default();
    options.ids.index_from++;
    assert_int_equal(seqnet_dataset_load(&dataset, "builtin:demo:400", &options, NULL), SEQNET_OK);
    assert_int_equal(seqnet_model_evaluate(model, dataset, SEQNET_TEST, 0, 1, &e, &err),
                     SEQNET_ERR_DATA);
    assert_non_null(strstr(err.message, "builtin:demo:400: has ids below"));
    assert_int_equal(e.n, 0);
    assert_int_equal(seqnet_model_evaluate(model, dataset, SEQNET_TEST, 0, 1, &other, &err),
                     SEQNET_ERR_USAGE);
    seqnet_evaluation_free(&e);
    seqnet_evaluation_free(&other);
    seqnet_dataset_free(dataset);
}

/* ---- More than two classes ---- */

enum { K = 3, ID_COUNT = 9, K_ROWS = 40 };

static seqnet_model *make_model(void)
{
    static const char *const names[K] = {"a", "b", "c"};
    seqnet_model *const made = calloc(1, sizeof *made);
    made->config = (sn_model_config){
        .layers = {{.kind = SN_EMBEDDING, .embedding = {.units = 4, .id_count = ID_COUNT}},
                   {.kind = SN_LSTM, .recurrent = {.units = 5}},
                   {.kind = SN_DENSE, .dense = {.units = K}}},
        .layer_count = 3,
        .maxlen = 6,
        .encoding = {.id_count = ID_COUNT}};
    assert_int_equal(sn_network_init(&made->network, made->config.layers, 3, 6, NULL), SEQNET_OK);
    assert_int_equal(sn_model_set_labels(made, names, K, NULL), SEQNET_OK);
    made->owned_weights = calloc(made->network.table.floats, sizeof(float));
    made->weights = made->owned_weights;
    assert_int_equal(sn_network_initialise(&made->network, made->owned_weights, 5, NULL),
                     SEQNET_OK);
    for (size_t i = 0; i < made->network.table.floats; i++)
        made->owned_weights[i] *= 10.0F;
    return made;
}

static void several_classes_are_predicted_and_evaluated(void **state)
{
    (void)state;
    seqnet_model *const three = make_model();
    const seqnet_predictor_options settings = {.threads = 1};
    seqnet_dataset data = {.source = (char[]){"rows"}, .encoding = {.id_count = ID_COUNT}};
    seqnet_predictor *predictor_of_three;
    seqnet_batch *rows;
    seqnet_evaluation e;
    seqnet_error err;
    size_t confusion[K * K] = {0}, predicted[K] = {0};
    double loss = 0.0;
    assert_int_equal(seqnet_predictor_create(&predictor_of_three, three, &settings, NULL),
                     SEQNET_OK);
    assert_int_equal(seqnet_batch_create(&rows, predictor_of_three, NULL), SEQNET_OK);
    assert_int_equal(seqnet_evaluation_init(&e, K, NULL), SEQNET_OK);
    for (int32_t i = 0; i < K_ROWS; i++) {
        const int32_t ids[4] = {i % 9, i / 2 % 9, i * i % 9, i * 7 % 9};
        assert_int_equal(seqnet_batch_add_ids(rows, ids, (size_t)i % 5, NULL), SEQNET_OK);
        assert_int_equal(sn_sequences_add(&data.tested, ids, (size_t)i % 5, i % K, NULL),
                         SEQNET_OK);
    }
    assert_int_equal(seqnet_predictor_score(predictor_of_three, rows, NULL), SEQNET_OK);
    for (size_t i = 0; i < K_ROWS; i++) {
        const seqnet_prediction *const p = &seqnet_batch_predictions(rows)[i];
        double sum = 0.0;
        for (size_t k = 0; k < K; k++) {
            sum += p->probabilities[k];
            assert_true(p->probabilities[k] <= p->probability);
        }
        assert_true(fabs(sum - 1.0) < 1e-12);
        assert_true(p->probability == p->probabilities[p->label]);
        predicted[p->label]++;
        confusion[i % K * K + p->label]++;
        loss -= log(p->probabilities[i % K]);
    }
    assert_true(predicted[0] && predicted[1] && predicted[2]);
    sn_dataset_show_parts(&data, 0);
    for (int again = 0; again < 2; again++) {
        seqnet_evaluation_clear(&e);
        assert_int_equal(seqnet_model_evaluate(three, &data, SEQNET_TEST, 0, 2, &e, NULL),
                         SEQNET_OK);
        assert_memory_equal(e.confusion, confusion, sizeof confusion);
        assert_int_equal(e.n, K_ROWS);
        assert_true(fabs(e.loss - loss / K_ROWS) < 1e-6);
        assert_true(fabs(e.accuracy * K_ROWS -
                         (double)(confusion[0] + confusion[K + 1] + confusion[2 * K + 2])) < 1e-9);
    }
    data.tested.labels[7] = K;
    assert_int_equal(seqnet_model_evaluate(three, &data, SEQNET_TEST, 0, 1, &e, &err),
                     SEQNET_ERR_DATA);
    assert_non_null(strstr(err.message, "rows: has rows of class 3"));
    sn_sequences_free(&data.tested);
    seqnet_evaluation_free(&e);
    seqnet_batch_free(rows);
    seqnet_predictor_free(predictor_of_three);
    seqnet_model_free(three);
}

static void ids_have_words(void **state)
{
    (void)state;
    size_t words = 0, length;
    assert_null(seqnet_model_word(model, 1, &length)); /* the start */
    for (int32_t id = 0; id < 1000; id++)
        words += seqnet_model_word(model, id, &length) != NULL;
    assert_int_equal(words, seqnet_model_vocabulary_size(model));
}

static void bytes_count_texts_and_ids(void **state)
{
    (void)state;
    static const int32_t ids[3] = {1, 2, 3};
    assert_int_equal(seqnet_batch_bytes(batch), 0);
    add("the film");
    const size_t text = seqnet_batch_bytes(batch);
    assert_in_range(text, 8, 9);
    assert_int_equal(seqnet_batch_add_ids(batch, ids, 3, NULL), SEQNET_OK);
    assert_int_equal(seqnet_batch_bytes(batch), text + sizeof ids);
    (void)score(2);
    assert_int_equal(seqnet_batch_bytes(batch), 0);
}

/* ---- Long texts ---- */

enum { MAXLEN = 12, LONG_WORDS = 60 };

/* The first `words` words of a text that says something else in each part, and its ids. */
static size_t make_long(size_t words, char *text, int32_t *ids)
{
    static const char *const cycle[] = {"the",      "cast", "was",   "brilliant", "but",
                                        "not",      "bad",  "xyzzy", "and",       "the",
                                        "horrible", "film", "is",    "boring"};
    size_t length = 0, count = 0;
    text[0] = '\0';
    ids[count++] = 1;
    for (size_t i = 0; i < words; i++) {
        const char *const word = cycle[(i * i + i / 5) % (sizeof cycle / sizeof cycle[0])];
        size_t unknown = 0;
        (void)snprintf(text + length, 16, "%s ", word);
        length += strlen(word) + 1;
        ids[count++] = sn_encoding_id(&model->config.encoding, model->vocabulary, word,
                                      strlen(word), &unknown);
    }
    return count;
}

typedef struct long_scorer {
    seqnet_predictor *predictor;
    seqnet_batch *batch;
} long_scorer;

static long_scorer open_long(seqnet_long_texts mode)
{
    long_scorer s;
    const seqnet_predictor_options settings = {.threads = 1, .long_texts = mode};
    assert_int_equal(seqnet_predictor_create(&s.predictor, model, &settings, NULL), SEQNET_OK);
    assert_int_equal(seqnet_batch_create(&s.batch, s.predictor, NULL), SEQNET_OK);
    return s;
}

static void close_long(long_scorer s)
{
    seqnet_batch_free(s.batch);
    seqnet_predictor_free(s.predictor);
}

static const seqnet_prediction *score_long(long_scorer s, const char *text)
{
    seqnet_batch_clear(s.batch);
    assert_int_equal(seqnet_batch_add_text(s.batch, text, strlen(text), NULL), SEQNET_OK);
    assert_int_equal(seqnet_predictor_score(s.predictor, s.batch, NULL), SEQNET_OK);
    return seqnet_batch_predictions(s.batch);
}

/* What the model says of a row of ids that fits. */
static double score_ids(const int32_t *ids, size_t length)
{
    assert_true(length <= MAXLEN);
    assert_int_equal(seqnet_batch_add_ids(batch, ids, length, NULL), SEQNET_OK);
    return score_one().probabilities[1];
}

/* Windows that begin half of maxlen apart, the last one ending with the text. */
static double score_windows(const int32_t *ids, size_t length)
{
    size_t starts[LONG_WORDS], count = 0;
    for (size_t start = 0; start + MAXLEN < length; start += MAXLEN / 2)
        starts[count++] = start;
    starts[count++] = length - MAXLEN;
    double mean = 0.0;
    for (size_t i = 0; i < count; i++)
        mean += score_ids(ids + starts[i], MAXLEN) / (double)count;
    return mean;
}

static void windows_are_scored_and_averaged(void **state)
{
    (void)state;
    const long_scorer s = open_long(SEQNET_LONG_WINDOW);
    for (size_t words = 0; words < LONG_WORDS; words++) {
        char text[16 * LONG_WORDS];
        int32_t ids[LONG_WORDS + 1];
        const size_t length = make_long(words, text, ids);
        const double expected =
            length <= MAXLEN ? score_ids(ids, length) : score_windows(ids, length);
        const seqnet_prediction *const p = score_long(s, text);
        if (p->probabilities[1] != expected)
            fail_msg("%zu words: %.17g, not %.17g", words, p->probabilities[1], expected);
        assert_true(fabs(p->probabilities[0] + p->probabilities[1] - 1.0) < 1e-12);
        assert_int_equal(p->label, p->probabilities[1] > p->probabilities[0]);
        assert_true(p->probability == p->probabilities[p->label]);
        assert_int_equal(p->tokens, words);
        assert_false(p->truncated); /* nothing is left out */
    }
    close_long(s);
}

static void both_ends_are_kept(void **state)
{
    (void)state;
    const long_scorer s = open_long(SEQNET_LONG_HEAD_TAIL);
    for (size_t words = 0; words < LONG_WORDS; words++) {
        char text[16 * LONG_WORDS];
        int32_t ids[LONG_WORDS + 1], ends[MAXLEN];
        const size_t length = make_long(words, text, ids);
        const size_t kept = length < MAXLEN ? length : MAXLEN;
        for (size_t i = 0; i < kept; i++)
            ends[i] = length <= MAXLEN || i < MAXLEN / 2 ? ids[i] : ids[length - MAXLEN + i];
        const seqnet_prediction *const p = score_long(s, text);
        assert_true(p->probabilities[1] == score_ids(ends, kept));
        assert_int_equal(p->tokens, words);
        assert_int_equal(p->truncated, length > MAXLEN);
    }
    close_long(s);
}

/* Neighbours, of which some have many windows, and the size of the batch change no bit. */
static void long_rows_do_not_depend_on_their_neighbours(void **state)
{
    (void)state;
    for (int mode = SEQNET_LONG_TRUNCATE; mode <= SEQNET_LONG_WINDOW; mode++) {
        const long_scorer s = open_long((seqnet_long_texts)mode);
        char text[16 * LONG_WORDS];
        int32_t ids[LONG_WORDS + 1];
        double alone[LONG_WORDS];
        for (size_t words = 0; words < LONG_WORDS; words++) {
            (void)make_long(words, text, ids);
            alone[words] = score_long(s, text)->probabilities[1];
        }
        for (size_t rows = 2; rows < 400; rows *= 3) {
            seqnet_batch_clear(s.batch);
            for (size_t i = 0; i < rows; i++) {
                (void)make_long(i * 7 % LONG_WORDS, text, ids);
                assert_int_equal(seqnet_batch_add_text(s.batch, text, strlen(text), NULL),
                                 SEQNET_OK);
            }
            assert_int_equal(seqnet_predictor_score(s.predictor, s.batch, NULL), SEQNET_OK);
            for (size_t i = 0; i < rows; i++)
                assert_true(seqnet_batch_predictions(s.batch)[i].probabilities[1] ==
                            alone[i * 7 % LONG_WORDS]);
        }
        close_long(s);
    }
}

static void an_empty_batch_is_scored_in_every_mode(void **state)
{
    (void)state;
    for (int mode = SEQNET_LONG_TRUNCATE; mode <= SEQNET_LONG_WINDOW; mode++) {
        const long_scorer s = open_long((seqnet_long_texts)mode);
        assert_int_equal(seqnet_predictor_score(s.predictor, s.batch, NULL), SEQNET_OK);
        assert_int_equal(seqnet_batch_count(s.batch), 0);
        close_long(s);
    }
}

/* Half of one timestep is none. */
static void one_timestep_has_windows_of_one_word(void **state)
{
    (void)state;
    for (int mode = SEQNET_LONG_HEAD_TAIL; mode <= SEQNET_LONG_WINDOW; mode++) {
        seqnet_dataset *dataset;
        seqnet_model *single;
        seqnet_train_result result;
        const seqnet_dataset_options data = seqnet_dataset_options_default();
        seqnet_train_options options = seqnet_train_options_default();
        options.epochs = 1;
        options.units[0] = 4;
        options.maxlen = 1;
        assert_int_equal(seqnet_dataset_load(&dataset, "builtin:demo:100", &data, NULL), SEQNET_OK);
        assert_int_equal(seqnet_model_train(&single, dataset, &options, &result, NULL), SEQNET_OK);
        seqnet_dataset_free(dataset);
        const seqnet_predictor_options settings = {.threads = 1,
                                                   .long_texts = (seqnet_long_texts)mode};
        long_scorer s;
        assert_int_equal(seqnet_predictor_create(&s.predictor, single, &settings, NULL), SEQNET_OK);
        assert_int_equal(seqnet_batch_create(&s.batch, s.predictor, NULL), SEQNET_OK);
        const double both = score_long(s, "film")->probabilities[1];
        seqnet_batch_clear(s.batch);
        size_t unknown = 0;
        const int32_t ids[] = {
            1, sn_encoding_id(&single->config.encoding, single->vocabulary, "film", 4, &unknown)};
        for (size_t i = 0; i < 2; i++)
            assert_int_equal(seqnet_batch_add_ids(s.batch, ids + i, 1, NULL), SEQNET_OK);
        assert_int_equal(seqnet_predictor_score(s.predictor, s.batch, NULL), SEQNET_OK);
        const seqnet_prediction *const p = seqnet_batch_predictions(s.batch);
        const double mean = p[0].probabilities[1] / 2.0 + p[1].probabilities[1] / 2.0;
        assert_true(both == (mode == SEQNET_LONG_WINDOW ? mean : p[0].probabilities[1]));
        close_long(s);
        seqnet_model_free(single);
    }
}

/* ---- Streams ---- */

/* A stream of numbered texts; one of its functions fails where it is told to. */
typedef struct source {
    size_t total, batch_rows;
    size_t fail_read, fail_write; /* at this row; SIZE_MAX: never */
    size_t read, written;
    double wanted[3];
    bool renders;
} source;

static const char *const STREAM_TEXTS[3] = {"the film was good", "bad", ""};

static seqnet_status read_source(void *user, seqnet_batch *to, seqnet_error *err)
{
    source *const s = user;
    for (size_t i = 0; i < s->batch_rows && s->read < s->total; i++) {
        const char *const text = STREAM_TEXTS[s->read % 3];
        if (s->read == s->fail_read) {
            if (err)
                *err = (seqnet_error){SEQNET_ERR_DATA, "no more"};
            return SEQNET_ERR_DATA;
        }
        s->read++;
        const seqnet_status status = seqnet_batch_add_text(to, text, strlen(text), err);
        if (status != SEQNET_OK)
            return status;
    }
    return SEQNET_OK;
}

static seqnet_status write_source(void *user, const seqnet_batch *from, seqnet_error *err)
{
    source *const s = user;
    const seqnet_prediction *const p = seqnet_batch_predictions(from);
    for (size_t i = 0; i < seqnet_batch_count(from); i++) {
        if (s->written == s->fail_write) {
            if (err)
                *err = (seqnet_error){SEQNET_ERR_WRITE, "no room"};
            return SEQNET_ERR_WRITE;
        }
        if (p[i].probabilities[1] != s->wanted[s->written % 3])
            return SEQNET_ERR_DATA;
        s->written++;
    }
    return SEQNET_OK;
}

/* The output of a batch is the text "rows: first probability". */
static seqnet_status render_source(void *user, seqnet_batch *scored, seqnet_error *err)
{
    char *const text = malloc(64);
    (void)user;
    if (!text)
        return SEQNET_ERR_MEMORY;
    const int length = snprintf(text, 64, "%zu: %.17g", seqnet_batch_count(scored),
                                seqnet_batch_predictions(scored)->probabilities[1]);
    seqnet_batch_set_output(scored, text, (size_t)length);
    if (seqnet_batch_count(scored) != 4)
        return SEQNET_OK;
    if (err)
        *err = (seqnet_error){SEQNET_ERR_DATA, "four"};
    return SEQNET_ERR_DATA;
}

static seqnet_status write_rendered(void *user, const seqnet_batch *from, seqnet_error *err)
{
    char wanted[64];
    size_t length;
    source *const s = user;
    const char *const text = seqnet_batch_output(from, &length);
    const int wanted_length =
        snprintf(wanted, sizeof wanted, "%zu: %.17g", seqnet_batch_count(from),
                 seqnet_batch_predictions(from)->probabilities[1]);
    assert_int_equal(length, wanted_length);
    assert_memory_equal(text, wanted, length);
    return write_source(s, from, err);
}

static source make_source(size_t total, size_t batch_rows)
{
    source s = {
        .total = total, .batch_rows = batch_rows, .fail_read = SIZE_MAX, .fail_write = SIZE_MAX};
    for (size_t i = 0; i < 3; i++) {
        add(STREAM_TEXTS[i]);
        s.wanted[i] = score_one().probabilities[1];
    }
    return s;
}

static seqnet_status run_stream(source *s, size_t threads, seqnet_error *err)
{
    seqnet_predictor *streaming;
    const seqnet_predictor_options settings = {.threads = threads};
    const seqnet_pipeline stream = {.read = read_source,
                                    .write = s->renders ? write_rendered : write_source,
                                    .user = s,
                                    .render = s->renders ? render_source : NULL};
    assert_int_equal(seqnet_predictor_create(&streaming, model, &settings, NULL), SEQNET_OK);
    const seqnet_status status = seqnet_predictor_run(streaming, &stream, err);
    seqnet_predictor_free(streaming);
    return status;
}

static void streams_keep_the_order(void **state)
{
    (void)state;
    static const size_t totals[] = {0, 1, 7, 1000}, sizes[] = {1, 3, 64};
    for (size_t threads = 1; threads <= 4; threads++)
        for (size_t t = 0; t < sizeof totals / sizeof *totals; t++)
            for (size_t n = 0; n < sizeof sizes / sizeof *sizes; n++) {
                source s = make_source(totals[t], sizes[n]);
                assert_int_equal(run_stream(&s, threads, NULL), SEQNET_OK);
                assert_int_equal(s.written, totals[t]);
            }
}

/* Each batch is rendered before it is written; a failure stays with its batch. */
static void batches_are_rendered(void **state)
{
    (void)state;
    for (size_t threads = 1; threads <= 4; threads++) {
        seqnet_error err;
        source s = make_source(602, 3), ends = make_source(100, 4);
        s.renders = ends.renders = true;
        assert_int_equal(run_stream(&s, threads, NULL), SEQNET_OK);
        assert_int_equal(s.written, 602);
        assert_int_equal(run_stream(&ends, threads, &err), SEQNET_ERR_DATA);
        assert_string_equal(err.message, "four");
        assert_int_equal(ends.written, 0);
    }
}

static void what_was_read_before_a_failure_is_written(void **state)
{
    (void)state;
    for (size_t threads = 1; threads <= 3; threads++)
        for (size_t row = 0; row < 30; row++) {
            seqnet_error err;
            source s = make_source(100, 8);
            s.fail_read = row;
            assert_int_equal(run_stream(&s, threads, &err), SEQNET_ERR_DATA);
            assert_string_equal(err.message, "no more");
            assert_int_equal(s.written, row);
        }
}

static void a_failing_writer_ends_the_stream(void **state)
{
    (void)state;
    for (size_t threads = 1; threads <= 3; threads++)
        for (size_t row = 0; row < 30; row++) {
            seqnet_error err;
            source s = make_source(100000, 8); /* would take long */
            s.fail_write = row;
            assert_int_equal(run_stream(&s, threads, &err), SEQNET_ERR_WRITE);
            assert_string_equal(err.message, "no room");
            assert_int_equal(s.written, row);
            assert_true(s.read < 1000);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_options_are_the_defaults),
        cmocka_unit_test(probabilities_belong_together),
        cmocka_unit_test(logits_are_divided_by_the_temperature),
        cmocka_unit_test(unknown_words_are_counted),
        cmocka_unit_test(truncation_is_reported),
        cmocka_unit_test(the_end_of_a_long_text_counts),
        cmocka_unit_test(empty_and_odd_texts_are_scored),
        cmocka_unit_test(order_is_kept_in_a_large_batch),
        cmocka_unit_test(ids_are_taken_as_they_are),
        cmocka_unit_test(evaluation_agrees_with_predictions),
        cmocka_unit_test(evaluation_refuses_ids_the_model_lacks),
        cmocka_unit_test(several_classes_are_predicted_and_evaluated),
        cmocka_unit_test(ids_have_words),
        cmocka_unit_test(bytes_count_texts_and_ids),
        cmocka_unit_test(windows_are_scored_and_averaged),
        cmocka_unit_test(both_ends_are_kept),
        cmocka_unit_test(long_rows_do_not_depend_on_their_neighbours),
        cmocka_unit_test(an_empty_batch_is_scored_in_every_mode),
        cmocka_unit_test(one_timestep_has_windows_of_one_word),
        cmocka_unit_test(streams_keep_the_order),
        cmocka_unit_test(batches_are_rendered),
        cmocka_unit_test(what_was_read_before_a_failure_is_written),
        cmocka_unit_test(a_failing_writer_ends_the_stream),
    };
    return cmocka_run_group_tests_name("predictor", tests, open_predictor, close_predictor);
}
