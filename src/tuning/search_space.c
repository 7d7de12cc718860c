#include "search_space.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "typed_recipe.h"
#include "words.h"

/* What a setting is for. */
typedef enum setting_part { NGRAMS, NETWORK, RECURRENT, CONVOLUTION } setting_part;

/* A setting that trials draw: an option of train. */
typedef struct setting {
    const char *name;
    option_kind kind;
    /* Of its field in seqnet_train_options; of an OPTION_LIST the first number is drawn. */
    size_t offset;
    option_words *words;
    setting_part part;
    /* [count]: what it may be. count 0: any number from low to high, small ones as often as large
     * ones, with two digits. */
    double values[6];
    size_t count;
    double low, high;
} setting;

#define FIELD(NAME) offsetof(seqnet_train_options, NAME)

static const setting SETTINGS[] = {
    {.name = "word-ngrams",
     .kind = OPTION_INTEGER,
     .offset = FIELD(word_ngrams),
     .part = NGRAMS,
     .values = {1, 2, 3, 4},
     .count = 4},
    {.name = "char-ngrams",
     .kind = OPTION_INTEGER,
     .offset = FIELD(character_ngrams),
     .part = NGRAMS,
     .values = {0, 3, 4, 5, 6},
     .count = 5},
    {.name = "ngram-cost",
     .kind = OPTION_REAL,
     .offset = FIELD(ngram_cost),
     .part = NGRAMS,
     .low = 0.05,
     .high = 3.0},
    {.name = "units",
     .kind = OPTION_LIST,
     .offset = FIELD(units),
     .part = RECURRENT,
     .values = {16, 32, 64, 128},
     .count = 4},
    {.name = "filters",
     .kind = OPTION_LIST,
     .offset = FIELD(filters),
     .part = CONVOLUTION,
     .values = {32, 64, 128},
     .count = 3},
    {.name = "embedding-dim",
     .kind = OPTION_INTEGER,
     .offset = FIELD(embedding_dim),
     .part = NETWORK,
     .values = {16, 32, 64},
     .count = 3},
    {.name = "bidirectional",
     .kind = OPTION_FLAG,
     .offset = FIELD(bidirectional),
     .part = RECURRENT,
     .values = {0, 1},
     .count = 2},
    {.name = "pooling",
     .kind = OPTION_CHOICE,
     .offset = FIELD(pooling),
     .part = RECURRENT,
     .words = pooling_word,
     .values = {SEQNET_POOLING_LAST, SEQNET_POOLING_MAX, SEQNET_POOLING_MEAN,
                SEQNET_POOLING_MAX_MEAN},
     .count = 4},
    {.name = "lr",
     .kind = OPTION_REAL,
     .offset = FIELD(learning_rate),
     .part = NETWORK,
     .low = 1e-3,
     .high = 1e-2},
    {.name = "batch-size",
     .kind = OPTION_INTEGER,
     .offset = FIELD(batch_size),
     .part = NETWORK,
     .values = {16, 32, 64, 128},
     .count = 4},
    {.name = "word-dropout",
     .kind = OPTION_REAL,
     .offset = FIELD(word_dropout),
     .part = NETWORK,
     .values = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6},
     .count = 6},
    {.name = "dropout",
     .kind = OPTION_REAL,
     .offset = FIELD(dropout),
     .part = NETWORK,
     .values = {0.0, 0.1, 0.2, 0.3, 0.4, 0.5},
     .count = 6},
    {.name = "maxlen",
     .kind = OPTION_INTEGER,
     .offset = FIELD(maxlen),
     .part = NETWORK,
     .values = {64, 128, 256},
     .count = 3},
};
enum { SETTING_COUNT = sizeof SETTINGS / sizeof *SETTINGS };

static double read_setting(const setting *s, const seqnet_train_options *options)
{
    const void *const field = (const char *)options + s->offset;
    if (s->kind == OPTION_FLAG)
        return *(const bool *)field;
    if (s->kind == OPTION_REAL)
        return *(const double *)field;
    if (s->kind == OPTION_CHOICE)
        return *(const int *)field;
    return (double)*(const int64_t *)field;
}

static void write_setting(const setting *s, seqnet_train_options *options, double value)
{
    void *const field = (char *)options + s->offset;
    if (s->kind == OPTION_FLAG)
        *(bool *)field = value != 0.0;
    else if (s->kind == OPTION_REAL)
        *(double *)field = value;
    else if (s->kind == OPTION_CHOICE)
        *(int *)field = (int)value;
    else
        *(int64_t *)field = (int64_t)value;
}

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t next_bits(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* From 0, below 1. */
static double next_share(uint64_t *state)
{
    return (double)(next_bits(state) >> 11) * 0x1p-53;
}

static double draw_value(const setting *s, uint64_t *state)
{
    const double share = next_share(state);
    if (s->count)
        return s->values[(size_t)(share * (double)s->count)];
    const double value = s->low * pow(s->high / s->low, share);
    const double digits = pow(10.0, 1.0 - floor(log10(value)));
    return round(value * digits) / digits;
}

/* Whether trials of the recipe draw the setting. Words cannot be hidden where no id is unknown: the
 * recipe hides none then. */
static bool is_drawn(const setting *s, const seqnet_train_options *recipe, const parsed_line *line,
                     const seqnet_train_options *typed)
{
    if (given_name(line, (const char *)typed + s->offset))
        return false;
    if (s->offset == FIELD(word_dropout) && recipe->word_dropout == 0.0)
        return false;
    const bool convolves = recipe->cell == SEQNET_CELL_CONV1D;
    if (s->part == NGRAMS)
        return recipe->ngrams != SEQNET_NGRAMS_OFF;
    return recipe->ngrams != SEQNET_NGRAMS_ONLY && (s->part != RECURRENT || !convolves) &&
           (s->part != CONVOLUTION || convolves);
}

size_t preset_of_trial(const search_space *space, size_t number)
{
    /* Indices of presets from the second trial on, again and again. */
    static const unsigned char order[] = {1, 1, 0, 1, 1, 0, 1, 2, 1, 0};
    if (space->preset_count == 1 || number < 2)
        return 0;
    return order[(number - 2) % sizeof order];
}

void draw_settings(const search_space *space, size_t preset, const seqnet_train_options *best,
                   const parsed_line *line, const seqnet_train_options *typed, size_t number,
                   size_t attempt, seqnet_train_options *drawn)
{
    static const double CHANGED = 0.3;
    const seqnet_train_options *const recipe = &space->recipes[preset];
    uint64_t state = typed->seed ^ (number * 0xd1b54a32d192ed03u + attempt * 0x2545f4914f6cdd1du);
    *drawn = best && next_share(&state) < 0.5 ? *best : *recipe;
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        const setting *const s = &SETTINGS[i];
        const double share = next_share(&state), value = draw_value(s, &state);
        if (share < CHANGED && is_drawn(s, recipe, line, typed))
            write_setting(s, drawn, value);
    }
}

bool are_same_settings(const seqnet_train_options *a, const seqnet_train_options *b)
{
    for (size_t i = 0; i < SETTING_COUNT; i++)
        if (read_setting(&SETTINGS[i], a) != read_setting(&SETTINGS[i], b))
            return false;
    return a->preset == b->preset;
}

/* The settings as a row of an option table whose target is in `options`. */
static option_spec row_of(const setting *s, seqnet_train_options *options)
{
    return (option_spec){
        .name = s->name, .kind = s->kind, .target = (char *)options + s->offset, .words = s->words};
}

void spell_settings(spelled_line *line, const search_space *space, size_t preset,
                    const seqnet_train_options *options)
{
    int value = (int)space->presets[preset];
    seqnet_train_options values = *options;
    const option_spec row = {
        .name = "preset", .kind = OPTION_CHOICE, .target = &value, .words = preset_word};
    if (value != SEQNET_PRESET_AUTO)
        spell_option(line, &row);
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        const option_spec option = row_of(&SETTINGS[i], &values);
        if (read_setting(&SETTINGS[i], options) !=
            read_setting(&SETTINGS[i], &space->recipes[preset]))
            spell_option(line, &option);
    }
}

void add_settings(seqnet_json *json, struct cJSON *parent, const search_space *space, size_t preset,
                  const seqnet_train_options *options)
{
    struct cJSON *const object = seqnet_json_object(json, parent, "settings");
    if (space->presets[preset] != SEQNET_PRESET_AUTO)
        seqnet_json_string(json, object, "preset", preset_word((int)space->presets[preset]));
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        const setting *const s = &SETTINGS[i];
        const double value = read_setting(s, options);
        if (value == read_setting(s, &space->recipes[preset]))
            continue;
        if (s->kind == OPTION_FLAG)
            seqnet_json_bool(json, object, s->name, value != 0.0);
        else if (s->kind == OPTION_CHOICE)
            seqnet_json_string(json, object, s->name, s->words((int)value));
        else
            seqnet_json_number(json, object, s->name, value);
    }
}

const char *make_search_space(search_space *space, const seqnet_dataset *dataset,
                              seqnet_preset preset, const seqnet_train_options *typed,
                              const parsed_line *line)
{
    static const seqnet_preset all[] = {SEQNET_PRESET_AUTO, SEQNET_PRESET_FAST, SEQNET_PRESET_LSTM};
    const bool has_all = preset == SEQNET_PRESET_AUTO && seqnet_dataset_is_text(dataset) &&
                         !seqnet_dataset_is_builtin(dataset);
    space->preset_count = has_all ? MOST_PRESETS : 1;
    const char *reason = NULL;
    for (size_t i = 0; i < space->preset_count && !reason; i++) {
        seqnet_train_options *const recipe = &space->recipes[i];
        space->presets[i] = has_all ? all[i] : preset;
        *recipe = typed_recipe(dataset, space->presets[i], line, typed, false);
        reason = seqnet_train_options_check(recipe);
    }
    return reason;
}
