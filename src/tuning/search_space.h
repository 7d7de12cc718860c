/*
 * Which settings tune tries, and how it draws them: numbers that depend on the seed and on the
 * number of a trial only, so that equal searches try the same.
 *
 * A space has one or several presets. Each is a recipe with which trials begin; a trial then has
 * other values of some settings, those that the recipe's parts have.
 */
#ifndef TUNING_SEARCH_SPACE_H
#define TUNING_SEARCH_SPACE_H

#include <seqnet/seqnet.h>

#include "options.h"
#include "spelled.h"

enum { MOST_PRESETS = 3 };

typedef struct search_space {
    size_t preset_count;
    /* [preset_count]: SEQNET_PRESET_AUTO is the recipe that train follows by itself. */
    seqnet_preset presets[MOST_PRESETS];
    /* [preset_count]: the options of the recipes, with what was typed. */
    seqnet_train_options recipes[MOST_PRESETS];
} search_space;

/* What may be drawn for this data: the recipes of all presets when `preset` is SEQNET_PRESET_AUTO
 * and the data is texts, else that of one. `typed` are the options of the line, which stay in every
 * trial. Returns the reason why a recipe cannot be followed, or NULL. */
const char *make_search_space(search_space *space, const seqnet_dataset *dataset,
                              seqnet_preset preset, const seqnet_train_options *typed,
                              const parsed_line *line);

/* The preset of a trial, as an index: trials of n-grams alone, which take the least time, come more
 * often and sooner than others. */
size_t preset_of_trial(const search_space *space, size_t number);

/* Draws the options of a trial of a preset: the recipe's, or those at `best`, which may be NULL,
 * with some settings drawn anew. `attempt` tells apart draws for the same trial. Settings whose
 * options were typed are not drawn. */
void draw_settings(const search_space *space, size_t preset, const seqnet_train_options *best,
                   const parsed_line *line, const seqnet_train_options *typed, size_t number,
                   size_t attempt, seqnet_train_options *drawn);

/* Whether the two have the same settings. */
bool are_same_settings(const seqnet_train_options *a, const seqnet_train_options *b);

/* Appends the options of train that make the settings of this preset's recipe these. */
void spell_settings(spelled_line *line, const search_space *space, size_t preset,
                    const seqnet_train_options *options);

/* Adds the settings that spell_settings names to a JSON object, with the options' names as keys. */
void add_settings(seqnet_json *json, struct cJSON *parent, const search_space *space, size_t preset,
                  const seqnet_train_options *options);

#endif
