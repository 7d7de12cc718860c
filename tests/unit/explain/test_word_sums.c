/* Words over many texts: sums of explanations, counts, order, any number of threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include <seqnet/explain.h>

#include "model.h"
#include "review_files.h"

enum { ROWS = 120, TEXTS = 60 };

static seqnet_model *model, *labelled;
static seqnet_text_view texts[TEXTS];
static char bytes[TEXTS][96];

static seqnet_model *train(seqnet_dataset *dataset)
{
    seqnet_train_result result;
    seqnet_train_options options = quick_options(dataset, SEQNET_PRESET_TEXT, SEQNET_NGRAMS_BOTH);
    options.refit = false;
    seqnet_model *const made = train_quickly(dataset, &options, &result);
    seqnet_dataset_free(dataset);
    return made;
}

static int open_fixture(void **state)
{
    static const char *const words[] = {"superb", "awful", "film", "the", "lovely", "plot", "zz"};
    seqnet_dataset_options options = review_options();
    if (make_folder(state) != 0)
        return -1;
    model = train(load_reviews(write_reviews("r.csv", ROWS, 1).text, &options));
    options.labels.multi_label = true;
    labelled = train(load_reviews(write_labelled("l.jsonl", ROWS, 1).text, &options));
    for (size_t i = 0; i < TEXTS; i++) {
        (void)snprintf(bytes[i], sizeof bytes[i], "%s %s %s the", words[i % 7], words[i % 5],
                       words[i % 3]);
        texts[i] = (seqnet_text_view){bytes[i], strlen(bytes[i])};
    }
    return 0;
}

static int close_fixture(void **state)
{
    seqnet_model_free(model);
    seqnet_model_free(labelled);
    return remove_folder(state);
}

static seqnet_word_sums *open_sums(const seqnet_model *of, size_t threads)
{
    seqnet_word_sums *sums;
    seqnet_error err = {0};
    const seqnet_explainer_options options = {.threads = threads};
    assert_ok(seqnet_word_sums_create(&sums, of, &options, &err), &err);
    return sums;
}

static void add(seqnet_word_sums *sums, const seqnet_text_view *views, size_t count)
{
    seqnet_error err = {0};
    assert_ok(seqnet_word_sums_add(sums, views, count, &err), &err);
}

static seqnet_word_sum *list_words(const seqnet_word_sums *sums, size_t label, bool against,
                                   size_t *count)
{
    seqnet_word_sum *list;
    seqnet_error err = {0};
    assert_ok(seqnet_word_sums_top(sums, label, against, 100, &list, count, &err), &err);
    return list;
}

/* What explanations, one by one, say of a word beside a label. */
static seqnet_word_sum sum_up(const seqnet_model *of, const char *word, size_t label)
{
    seqnet_explainer *explainer;
    const seqnet_explainer_options options = {.threads = 1};
    seqnet_word_sum sum = {0};
    assert_int_equal(seqnet_explainer_create(&explainer, of, &options, NULL), SEQNET_OK);
    for (size_t t = 0; t < TEXTS; t++) {
        const seqnet_explanation *x;
        size_t found = 0;
        assert_int_equal(seqnet_explain(explainer, bytes[t], texts[t].length, &x, NULL), SEQNET_OK);
        const bool counts = seqnet_model_is_multi_label(of)
                                ? x->probabilities[label] >= seqnet_model_threshold(of)
                                : x->label == label;
        const double *const c = seqnet_explain_label(explainer, label).contributions;
        for (size_t i = 0; i < x->count && counts; i++)
            if (x->words[i].length == strlen(word) &&
                memcmp(x->words[i].text, word, x->words[i].length) == 0) {
                sum.sum += c[i];
                found = 1;
            }
        sum.texts += found;
    }
    seqnet_explainer_free(explainer);
    return sum;
}

static void check_list(const seqnet_model *of, const seqnet_word_sums *sums, size_t label,
                       bool against)
{
    size_t count;
    seqnet_word_sum *const list = list_words(sums, label, against, &count);
    for (size_t i = 0; i < count; i++) {
        char word[32];
        (void)snprintf(word, sizeof word, "%.*s", (int)list[i].length, list[i].text);
        const seqnet_word_sum expected = sum_up(of, word, label);
        assert_int_equal(list[i].texts, expected.texts);
        assert_true(fabs(list[i].sum - expected.sum) < 1e-9);
        assert_true(fabs(list[i].mean * (double)list[i].texts - list[i].sum) < 1e-9);
        assert_true(against ? list[i].sum < 0.0 : list[i].sum > 0.0);
        if (i > 0)
            assert_true(fabs(list[i].sum) <= fabs(list[i - 1].sum));
    }
    free(list);
}

static void sums_are_those_of_explanations(void **state)
{
    (void)state;
    const seqnet_model *const both[] = {model, labelled};
    for (size_t m = 0; m < 2; m++) {
        seqnet_word_sums *const sums = open_sums(both[m], 2);
        add(sums, texts, TEXTS);
        for (size_t label = 0; label < 2; label++) {
            check_list(both[m], sums, label, false);
            check_list(both[m], sums, label, true);
        }
        if (m == 0)
            assert_int_equal(seqnet_word_sums_texts(sums, 0) + seqnet_word_sums_texts(sums, 1),
                             TEXTS);
        seqnet_word_sums_free(sums);
    }
}

static void threads_and_calls_change_no_bit(void **state)
{
    (void)state;
    size_t one_count, three_count;
    seqnet_word_sums *const one = open_sums(model, 1), *const three = open_sums(model, 3);
    add(one, texts, TEXTS);
    add(three, texts, 0);
    for (size_t first = 0; first < TEXTS; first += 20)
        add(three, texts + first, 20);
    seqnet_word_sum *const a = list_words(one, 1, false, &one_count);
    seqnet_word_sum *const b = list_words(three, 1, false, &three_count);
    assert_int_equal(one_count, three_count);
    assert_true(one_count > 0);
    for (size_t i = 0; i < one_count; i++) {
        assert_memory_equal(a[i].text, b[i].text, a[i].length);
        assert_memory_equal(&a[i].sum, &b[i].sum, sizeof a[i].sum);
    }
    free(a);
    free(b);
    seqnet_word_sums_free(one);
    seqnet_word_sums_free(three);
}

static void the_strongest_word_is_one_of_the_label(void **state)
{
    (void)state;
    size_t count;
    seqnet_word_sums *const sums = open_sums(model, 1);
    seqnet_error err = {0};
    seqnet_word_sum *list;
    add(sums, texts, TEXTS);
    assert_ok(seqnet_word_sums_top(sums, 1, false, 1, &list, &count, &err), &err);
    assert_int_equal(count, 1);
    assert_true(memcmp(list[0].text, "superb", 6) == 0 || memcmp(list[0].text, "lovely", 6) == 0);
    free(list);
    seqnet_word_sums_free(sums);
}

static void without_texts_there_are_no_words(void **state)
{
    (void)state;
    size_t count;
    seqnet_word_sums *const sums = open_sums(model, 1);
    const seqnet_text_view empty = {"", 0};
    free(list_words(sums, 0, false, &count));
    assert_int_equal(count, 0);
    add(sums, &empty, 1);
    free(list_words(sums, 0, false, &count));
    assert_int_equal(count, 0);
    assert_int_equal(seqnet_word_sums_texts(sums, 0) + seqnet_word_sums_texts(sums, 1), 1);
    seqnet_word_sums_free(sums);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_those_of_explanations),
        cmocka_unit_test(threads_and_calls_change_no_bit),
        cmocka_unit_test(the_strongest_word_is_one_of_the_label),
        cmocka_unit_test(without_texts_there_are_no_words),
    };
    return cmocka_run_group_tests(tests, open_fixture, close_fixture);
}
