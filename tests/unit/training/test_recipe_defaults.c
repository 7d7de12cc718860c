/* What the help says of the defaults that follow the preset and the data is what the recipes have.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <seqnet/train.h>

#include "dataset.h"
#include "ngram_part.h"
#include "recipe_defaults.h"
#include "words.h"

/* Rows around which recipes change, and the lengths of rows that are short and long. */
static const size_t ROWS[] = {100, 5000, 5001, 20000, 20001, 50000, 50001};
enum { ROW_COUNTS = sizeof ROWS / sizeof *ROWS, MOST_ROWS = 50001, SHORT = 9, LONG = 150 };

/* Of which presets' names the help makes one. */
typedef enum preset_family { KERAS, IDS, TEXTS, FAMILIES } preset_family;

static size_t offsets[MOST_ROWS + 1];

/* A dataset without ids and labels, which recipes do not look at. */
static void fake_dataset(seqnet_dataset *dataset, bool has_texts, size_t rows, size_t length)
{
    static const sn_text_info TEXTS_OF_ROWS;
    for (size_t i = 0; i <= rows; i++)
        offsets[i] = i * length;
    *dataset = (seqnet_dataset){.from_text = has_texts, .encoding.oov_char = 2};
    dataset->fitted.offsets = offsets;
    dataset->fitted.count = rows;
    sn_dataset_show_parts(dataset, rows);
    dataset->parts[SEQNET_TRAIN].texts = has_texts ? &TEXTS_OF_ROWS : NULL;
}

typedef void visitor(void *context, preset_family family, const seqnet_train_options *options);

/* Visits the recipes of all presets for data of many sizes. */
static void visit_recipes(visitor *visit, void *context)
{
    static const seqnet_preset presets[] = {SEQNET_PRESET_KERAS, SEQNET_PRESET_IDS,
                                            SEQNET_PRESET_TEXT, SEQNET_PRESET_LSTM,
                                            SEQNET_PRESET_ACCURATE};
    seqnet_dataset dataset;
    for (size_t p = 0; p < sizeof presets / sizeof *presets; p++)
        for (size_t r = 0; r < ROW_COUNTS; r++)
            for (size_t length = SHORT; length <= LONG; length += LONG - SHORT) {
                fake_dataset(&dataset, p >= TEXTS, ROWS[r], length);
                const seqnet_train_options options = seqnet_train_options_for(&dataset, presets[p]);
                visit(context, p < TEXTS ? (preset_family)p : TEXTS, &options);
            }
}

/* The least and the greatest value of a field in each family. */
typedef struct ranges {
    double (*get)(const seqnet_train_options *options);
    double low[FAMILIES], high[FAMILIES];
    bool is_met[FAMILIES];
} ranges;

static void widen(void *context, preset_family family, const seqnet_train_options *options)
{
    ranges *const r = context;
    const double value = r->get(options);
    r->low[family] = !r->is_met[family] || value < r->low[family] ? value : r->low[family];
    r->high[family] = !r->is_met[family] || value > r->high[family] ? value : r->high[family];
    r->is_met[family] = true;
}

/* Compares "keras 10, ids 8 to 20, texts 3 to 40" with the recipes; what is always 0 is not named.
 * `more`: what follows. */
static void assert_ranges(const char *said, double (*get)(const seqnet_train_options *),
                          const char *more)
{
    static const char *const NAMES[] = {"keras", "ids", "texts"};
    ranges r = {.get = get};
    char text[200] = "";
    size_t used = 0;
    visit_recipes(widen, &r);
    for (size_t f = 0; f < FAMILIES; f++) {
        if (r.high[f] == 0.0)
            continue;
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s %g", used ? ", " : "",
                                 NAMES[f], r.low[f]);
        if (r.low[f] != r.high[f])
            used += (size_t)snprintf(text + used, sizeof text - used, " to %g", r.high[f]);
    }
    (void)snprintf(text + used, sizeof text - used, "%s", more);
    assert_string_equal(text, said);
}

#define GETTER(FIELD)                                                                              \
    static double get_##FIELD(const seqnet_train_options *o)                                       \
    {                                                                                              \
        return (double)o->FIELD;                                                                   \
    }
GETTER(epochs)
GETTER(batch_size)
GETTER(patience)
GETTER(learning_rate)
GETTER(clip_norm)
GETTER(dropout)
GETTER(word_dropout)
GETTER(ema)

static void test_numbers_are_those_of_the_recipes(void **state)
{
    (void)state;
    assert_ranges(EPOCHS_DEFAULT, get_epochs, "");
    assert_ranges(BATCH_SIZE_DEFAULT, get_batch_size, "");
    assert_ranges(PATIENCE_DEFAULT, get_patience, "");
    assert_ranges(LR_DEFAULT, get_learning_rate, ", sgd 0.01");
    assert_ranges(CLIP_NORM_DEFAULT, get_clip_norm, "");
    assert_ranges(DROPOUT_DEFAULT, get_dropout, "");
    assert_ranges(WORD_DROPOUT_DEFAULT, get_word_dropout, "");
    assert_ranges(EMA_DEFAULT, get_ema, "");
}

/* Words that the families take, as bits. */
typedef struct choices {
    int (*get)(const seqnet_train_options *options);
    unsigned met[FAMILIES];
} choices;

static void meet(void *context, preset_family family, const seqnet_train_options *options)
{
    choices *const c = context;
    c->met[family] |= 1u << c->get(options);
}

static int get_optimizer(const seqnet_train_options *o)
{
    return (int)o->optimizer;
}

static int get_schedule(const seqnet_train_options *o)
{
    return (int)o->schedule;
}

/* Compares "keras constant, ids cosine, texts constant or cosine" with the recipes. */
static void assert_choices(const char *said, int (*get)(const seqnet_train_options *),
                           const char *(*word)(int))
{
    static const char *const NAMES[] = {"keras", "ids", "texts"};
    choices c = {.get = get};
    char text[200] = "";
    size_t used = 0;
    visit_recipes(meet, &c);
    for (size_t f = 0; f < FAMILIES; f++) {
        const char *before = NAMES[f];
        used += (size_t)snprintf(text + used, sizeof text - used, "%s", used ? ", " : "");
        for (int i = 0; word(i); i++) {
            if (!(c.met[f] & 1u << i))
                continue;
            used += (size_t)snprintf(text + used, sizeof text - used, "%s %s", before, word(i));
            before = " or";
        }
    }
    assert_string_equal(text, said);
}

static void test_words_are_those_of_the_recipes(void **state)
{
    (void)state;
    assert_choices(OPTIMIZER_DEFAULT, get_optimizer, optimizer_word);
    assert_choices(SCHEDULE_DEFAULT, get_schedule, schedule_word);
}

/* The last number of rows that are trained on again. */
static size_t refit_limit(bool has_texts, seqnet_preset preset)
{
    size_t limit = 0;
    seqnet_dataset dataset;
    for (size_t r = 0; r < ROW_COUNTS; r++) {
        fake_dataset(&dataset, has_texts, ROWS[r], SHORT);
        if (seqnet_train_options_for(&dataset, preset).refit)
            limit = ROWS[r];
    }
    return limit;
}

static void test_trainings_on_all_rows_end_where_the_help_says(void **state)
{
    char text[80];
    (void)state;
    (void)snprintf(text, sizeof text, "ids up to %zu rows, texts up to %zu",
                   refit_limit(false, SEQNET_PRESET_IDS), refit_limit(true, SEQNET_PRESET_TEXT));
    assert_string_equal(text, REFIT_DEFAULT);
}

static void test_long_texts_have_the_layers_that_the_help_says(void **state)
{
    seqnet_dataset dataset;
    (void)state;
    fake_dataset(&dataset, true, 5000, LONG);
    const seqnet_train_options of_long = seqnet_train_options_for(&dataset, SEQNET_PRESET_TEXT);
    fake_dataset(&dataset, true, 5000, SHORT);
    const seqnet_train_options of_short = seqnet_train_options_for(&dataset, SEQNET_PRESET_TEXT);
    assert_int_equal(of_short.embedding_dim, 32);
    assert_int_equal(of_long.embedding_dim, 64);
    assert_string_equal(EMBEDDING_DIM_DEFAULT, "32, long texts 64");
    assert_int_equal(of_long.filters[0], 64);
    assert_string_equal(FILTERS_DEFAULT, "32, long texts 64");
    assert_int_equal(
        of_long.kernel_size[0] * 100 + of_long.kernel_size[1] * 10 + of_long.kernel_size[2], 345);
    assert_string_equal(KERNEL_SIZE_DEFAULT, "7, long texts 3,4,5");
    assert_int_equal(of_long.maxlen, 1000);
    assert_int_equal(of_short.cell, SEQNET_CELL_LSTM);
    assert_int_equal(of_long.cell, SEQNET_CELL_CONV1D);
    assert_int_equal(of_short.pooling, SEQNET_POOLING_MAX_MEAN);
    assert_int_equal(of_long.pooling, SEQNET_POOLING_MAX);
    assert_true(of_short.mask_zero && !of_long.mask_zero);
    assert_int_equal(of_short.ngrams, SEQNET_NGRAMS_AUTO);
    assert_non_null(of_long.vectors);
    assert_null(of_short.vectors);
}

/* The n-grams of so many texts of this length. */
static sn_ngram_recipe ngrams_of(size_t rows, size_t length)
{
    seqnet_dataset dataset;
    const seqnet_train_options options = seqnet_train_options_default();
    fake_dataset(&dataset, true, rows, length);
    dataset.labels.count = 2;
    return sn_ngram_recipe_for(&dataset, &options);
}

static void test_ngrams_are_those_that_the_help_says(void **state)
{
    char text[120];
    const sn_ngram_recipe of_few = ngrams_of(5000, SHORT), of_long = ngrams_of(5000, LONG);
    (void)state;
    (void)snprintf(text, sizeof text, "%zu, long texts %zu", of_few.spec.words, of_long.spec.words);
    assert_string_equal(text, WORD_NGRAMS_DEFAULT);
    (void)snprintf(text, sizeof text, "%zu, long or very many texts %zu", of_few.spec.characters,
                   of_long.spec.characters);
    assert_string_equal(text, CHAR_NGRAMS_DEFAULT);
    (void)snprintf(text, sizeof text, "%zu, fewer for many labels", of_few.kept);
    assert_string_equal(text, NGRAM_LIMIT_DEFAULT);
    (void)snprintf(text, sizeof text, "%g to 3, as validation rows tell; long texts %g",
                   of_few.cost, of_long.cost);
    assert_string_equal(text, NGRAM_COST_DEFAULT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_are_those_of_the_recipes),
        cmocka_unit_test(test_words_are_those_of_the_recipes),
        cmocka_unit_test(test_trainings_on_all_rows_end_where_the_help_says),
        cmocka_unit_test(test_long_texts_have_the_layers_that_the_help_says),
        cmocka_unit_test(test_ngrams_are_those_that_the_help_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
