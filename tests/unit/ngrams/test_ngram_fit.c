/* Fitting an n-gram part: what is learnt, that threads change nothing, weights, sets of labels. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ngram_fit.h"
#include "ngram_rows.h"
#include "support.h"

enum { ROWS = 120 };

static const sn_ngram_recipe RECIPE = {
    .spec = {.words = 2, .characters = 3, .rule = {.kind = SN_TEXT_RULE_UNICODE}},
    .choice = {1, 1, SN_MAX_NGRAMS},
    .cost = 1.0,
    .has_nb = true,
    .kept = SIZE_MAX,
    .seed = 1};

/* Rows of `classes` classes, each with words of its own among others. */
static text_rows make_corpus(size_t classes)
{
    static const char *const own[] = {"superb", "dull", "odd"};
    text_rows rows = make_text_rows(ROWS);
    uint32_t seed = 11;
    for (size_t row = 0; row < ROWS; row++) {
        char noise[TEXT_SIZE], text[2 * TEXT_SIZE];
        random_text(noise, 4, &seed);
        (void)snprintf(text, sizeof text, "%s %s", noise, own[row % classes]);
        set_text_row(&rows, row, text, (int32_t)(row % classes));
    }
    return rows;
}

static sn_ngrams *fit(const sn_ngram_rows *rows, const float *weights, size_t outputs,
                      const sn_ngram_recipe *recipe, size_t threads)
{
    sn_pool *pool;
    sn_ngrams *n;
    seqnet_error err = {0};
    assert_int_equal(sn_pool_create(&pool, threads, NULL), SEQNET_OK);
    assert_ok(sn_ngram_fit(&n, rows, weights, outputs, recipe, pool, &err), &err);
    sn_pool_free(pool);
    return n;
}

/* The output with the highest decision of svm or of nb; of one output 1 where it is positive. */
static size_t decide(const sn_ngrams *n, const char *text, bool by_nb)
{
    sn_ngram_scorer scorer = {0};
    float both[2][4];
    assert_int_equal(sn_ngrams_score(n, &scorer, text, strlen(text), both[0], both[1], NULL),
                     SEQNET_OK);
    sn_ngram_scorer_free(&scorer);
    const float *const scores = both[by_nb];
    if (n->outputs == 1)
        return scores[0] > 0.0F;
    size_t best = 0;
    for (size_t k = 1; k < n->outputs; k++)
        best = scores[k] > scores[best] ? k : best;
    return best;
}

static void classes_are_learnt(void **state)
{
    (void)state;
    for (size_t classes = 2; classes <= 3; classes++) {
        text_rows rows = make_corpus(classes);
        const sn_ngram_rows all = {&rows.view, 1, NULL};
        sn_ngrams *const n = fit(&all, NULL, classes == 2 ? 1 : classes, &RECIPE, 1);
        for (size_t row = 0; row < ROWS; row++)
            for (int by_nb = 0; by_nb < 2; by_nb++)
                assert_int_equal(decide(n, rows.texts[row], by_nb), row % classes);
        assert_int_equal(decide(n, "that was dull", false), 1);
        assert_int_equal(decide(n, "that was dull", true), 1);
        sn_ngrams_free(n);
        free_text_rows(&rows);
    }
}

static void assert_equal_parts(const sn_ngrams *one, const sn_ngrams *other)
{
    sn_ngram_tensor left[SN_NGRAM_TENSORS], right[SN_NGRAM_TENSORS];
    const size_t count = sn_ngrams_tensors(one, left);
    assert_int_equal(sn_ngrams_tensors(other, right), count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(left[i].bytes, right[i].bytes);
        assert_memory_equal(left[i].data, right[i].data, left[i].bytes);
    }
}

/* Nor does the division of the rows into parts. */
static void threads_change_no_bit(void **state)
{
    (void)state;
    text_rows rows = make_corpus(3);
    const sn_rows parts[] = {sn_rows_slice(&rows.view, 0, 50), sn_rows_slice(&rows.view, 50, 70)};
    const sn_ngram_rows whole = {&rows.view, 1, NULL}, divided = {parts, 2, NULL};
    sn_ngram_recipe recipe = RECIPE;
    for (size_t kept = 20; kept <= 100000; kept *= 5000) {
        recipe.kept = kept;
        sn_ngrams *const one = fit(&whole, NULL, 3, &recipe, 1);
        sn_ngrams *const three = fit(&divided, NULL, 3, &recipe, 3);
        assert_equal_parts(one, three);
        sn_ngrams_free(one);
        sn_ngrams_free(three);
    }
    free_text_rows(&rows);
}

static void another_seed_finds_the_same_optimum(void **state)
{
    (void)state;
    text_rows rows = make_corpus(2);
    const sn_ngram_rows all = {&rows.view, 1, NULL};
    sn_ngram_recipe recipe = RECIPE;
    recipe.seed = 7;
    sn_ngrams *const one = fit(&all, NULL, 1, &RECIPE, 1);
    sn_ngrams *const other = fit(&all, NULL, 1, &recipe, 1);
    assert_int_equal(one->count, other->count);
    assert_memory_equal(one->hashes, other->hashes, one->count * sizeof *one->hashes);
    const float difference = one->scales[SN_BIAS_SVM] - other->scales[SN_BIAS_SVM];
    assert_true(difference < 0.1F && difference > -0.1F);
    sn_ngrams_free(one);
    sn_ngrams_free(other);
    free_text_rows(&rows);
}

/* Rows that contradict the others count by their weights. */
static void rows_count_by_their_weights(void **state)
{
    (void)state;
    float weights[ROWS];
    text_rows rows = make_corpus(2);
    const sn_ngram_rows all = {&rows.view, 1, NULL};
    for (size_t row = 0; row < ROWS; row++) {
        const bool is_wrong = row % 4 < 2; /* half of the rows of each class */
        rows.labels[row] = (int32_t)(is_wrong ? 1 - row % 2 : row % 2);
        weights[row] = is_wrong ? 0.01F : 1.0F;
    }
    sn_ngrams *n = fit(&all, weights, 1, &RECIPE, 1);
    assert_int_equal(decide(n, "dull", false), 1);
    assert_int_equal(decide(n, "superb", false), 0);
    sn_ngrams_free(n);
    for (size_t row = 0; row < ROWS; row++)
        weights[row] = row % 4 < 2 ? 1.0F : 0.0F;
    n = fit(&all, weights, 1, &RECIPE, 1);
    assert_int_equal(decide(n, "dull", false), 0);
    assert_int_equal(decide(n, "superb", false), 1);
    sn_ngrams_free(n);
    free_text_rows(&rows);
}

/* Weights of 1 are no weights. */
static void weights_of_1_change_nothing(void **state)
{
    (void)state;
    float weights[ROWS];
    text_rows rows = make_corpus(2);
    const sn_ngram_rows all = {&rows.view, 1, NULL};
    for (size_t row = 0; row < ROWS; row++)
        weights[row] = 1.0F;
    sn_ngrams *const weighted = fit(&all, weights, 1, &RECIPE, 1);
    sn_ngrams *const plain = fit(&all, NULL, 1, &RECIPE, 1);
    assert_equal_parts(weighted, plain);
    sn_ngrams_free(weighted);
    sn_ngrams_free(plain);
    free_text_rows(&rows);
}

/* Row i has the labels 0 and 1 where bits of i say so; "superb" and "dull" tell which. */
static void rows_may_have_any_number_of_labels(void **state)
{
    (void)state;
    sn_label_sets sets = {0};
    text_rows rows = make_text_rows(ROWS);
    for (size_t row = 0; row < ROWS; row++) {
        char text[TEXT_SIZE];
        int32_t labels[2], number;
        size_t count = 0;
        if (row & 1)
            labels[count++] = 0;
        if (row & 2)
            labels[count++] = 1;
        (void)snprintf(text, sizeof text, "w%zu%s%s", row % 7, row & 1 ? " superb" : "",
                       row & 2 ? " dull" : "");
        assert_int_equal(sn_label_sets_add(&sets, labels, count, &number, NULL), SEQNET_OK);
        set_text_row(&rows, row, text, number);
    }
    rows.view.sets = &sets;
    const sn_ngram_rows all = {&rows.view, 1, NULL};
    sn_ngrams *const n = fit(&all, NULL, 2, &RECIPE, 2);
    sn_ngram_scorer scorer = {0};
    for (size_t row = 0; row < ROWS; row++) {
        float svm[2], nb[2];
        assert_int_equal(
            sn_ngrams_score(n, &scorer, rows.texts[row], strlen(rows.texts[row]), svm, nb, NULL),
            SEQNET_OK);
        assert_int_equal(svm[0] > 0.0F, (row & 1) != 0);
        assert_int_equal(svm[1] > 0.0F, (row & 2) != 0);
        assert_int_equal(nb[0] > 0.0F, (row & 1) != 0);
        assert_int_equal(nb[1] > 0.0F, (row & 2) != 0);
    }
    sn_ngram_scorer_free(&scorer);
    sn_ngrams_free(n);
    sn_label_sets_free(&sets);
    free_text_rows(&rows);
}

/* One label that a row has or not is one output, too. */
static void there_may_be_a_single_label(void **state)
{
    (void)state;
    sn_label_sets sets = {0};
    int32_t none, one, label = 0;
    text_rows rows = make_corpus(2);
    assert_int_equal(sn_label_sets_add(&sets, &label, 1, &one, NULL), SEQNET_OK);
    assert_int_equal(sn_label_sets_add(&sets, &label, 0, &none, NULL), SEQNET_OK);
    for (size_t row = 0; row < ROWS; row++)
        rows.labels[row] = row % 2 ? one : none;
    rows.view.sets = &sets;
    const sn_ngram_rows all = {&rows.view, 1, NULL};
    sn_ngrams *const n = fit(&all, NULL, 1, &RECIPE, 1);
    assert_int_equal(decide(n, "dull", false), 1);
    assert_int_equal(decide(n, "superb", false), 0);
    sn_ngrams_free(n);
    sn_label_sets_free(&sets);
    free_text_rows(&rows);
}

/* Few n-grams are enough where they are the right ones. */
static void the_ngrams_that_say_most_are_kept(void **state)
{
    (void)state;
    text_rows rows = make_corpus(2);
    const sn_ngram_rows all = {&rows.view, 1, NULL};
    sn_ngram_recipe recipe = RECIPE;
    sn_ngrams *const whole = fit(&all, NULL, 1, &recipe, 1);
    assert_true(whole->count > 200);
    recipe.kept = 12;
    sn_ngrams *const small = fit(&all, NULL, 1, &recipe, 1);
    assert_int_equal(small->count, 12);
    for (size_t row = 0; row < ROWS; row++)
        assert_int_equal(decide(small, rows.texts[row], false), row % 2);
    for (size_t j = 0; j < small->count; j++)
        assert_int_not_equal(sn_ngram_index_find(&whole->index, small->hashes[j]), SIZE_MAX);
    sn_ngrams_free(whole);
    sn_ngrams_free(small);
    free_text_rows(&rows);
}

static void words_alone_will_do(void **state)
{
    (void)state;
    text_rows rows = make_corpus(2);
    const sn_ngram_rows all = {&rows.view, 1, NULL};
    sn_ngram_recipe recipe = RECIPE;
    recipe.spec.words = 1;
    recipe.spec.characters = 0;
    recipe.has_nb = false;
    sn_ngrams *const n = fit(&all, NULL, 1, &recipe, 1);
    assert_null(n->nb);
    for (size_t row = 0; row < ROWS; row++)
        assert_int_equal(decide(n, rows.texts[row], false), row % 2);
    sn_ngrams_free(n);
    free_text_rows(&rows);
}

/* Texts without n-grams leave nothing but the biases. */
static void empty_texts_can_be_fitted(void **state)
{
    (void)state;
    text_rows rows = make_text_rows(4);
    for (size_t row = 0; row < 4; row++)
        set_text_row(&rows, row, row == 3 ? "..." : "", row != 0);
    const sn_ngram_rows all = {&rows.view, 1, NULL};
    sn_ngram_recipe recipe = RECIPE;
    recipe.choice.min_word_rows = recipe.choice.min_character_rows = 2;
    sn_ngrams *const n = fit(&all, NULL, 1, &recipe, 1);
    assert_int_equal(n->count, 0);
    assert_int_equal(decide(n, "", false), 1);
    assert_int_equal(decide(n, "", true), 1);
    sn_ngrams_free(n);
    free_text_rows(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_are_learnt),
        cmocka_unit_test(threads_change_no_bit),
        cmocka_unit_test(another_seed_finds_the_same_optimum),
        cmocka_unit_test(rows_count_by_their_weights),
        cmocka_unit_test(weights_of_1_change_nothing),
        cmocka_unit_test(rows_may_have_any_number_of_labels),
        cmocka_unit_test(there_may_be_a_single_label),
        cmocka_unit_test(the_ngrams_that_say_most_are_kept),
        cmocka_unit_test(words_alone_will_do),
        cmocka_unit_test(empty_texts_can_be_fitted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
