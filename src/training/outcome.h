/* What a training came to: the facts that notes, the last line of train --json and the model's
 * record tell. */
#ifndef TRAINING_OUTCOME_H
#define TRAINING_OUTCOME_H

#include <seqnet/seqnet.h>

#include "model_target.h"
#include "recipe_line.h"

/* What always the same answer would reach. */
typedef struct majority {
    /* The most frequent label of a part; NULL: the part has no rows, or these have any number of
     * labels. */
    const char *label;
    /* Its share of the rows. */
    double share;
} majority;

typedef struct train_outcome {
    const seqnet_dataset *dataset;
    /* The model has n-grams. */
    bool has_ngrams;
    /* See recipe_line.h. */
    char recipe[RECIPE_TEXT];
    /* Of the validation rows. */
    majority majority;
    /* What n-grams alone reach on the validation rows: a baseline's classifiers, or the model's own
     * part; NaN: not known. */
    double ngrams;
    /* "finished", "interrupted", "out of time" or "diverged". */
    const char *stopped;
} train_outcome;

majority find_majority(const seqnet_dataset *dataset, seqnet_part part);

/* Begins the outcome of a training with these options: notes the recipe and, unless the model's own
 * n-grams will tell, measures a baseline with `measures_baseline` and notes it. */
void begin_outcome(train_outcome *outcome, const seqnet_dataset *dataset,
                   const seqnet_train_options *options, bool measures_baseline);

/* Takes from the result of the training what the beginning did not know. */
void end_outcome(train_outcome *outcome, const seqnet_train_result *result, const char *stopped);

/* Notes how the model compares with the simplest answers: `test` is its measure on the test rows of
 * texts, if there are any. */
void note_comparison(const train_outcome *outcome, const seqnet_train_result *result,
                     const model_measure *test);

/* Puts the outcome into the model's training record; without memory notes that it is not there,
 * which is no reason to lose the model. */
void record_outcome(seqnet_model *model, const train_outcome *outcome,
                    const seqnet_train_result *result, const model_target *target);

/* Prints the outcome as the last line of JSON. `model` is NULL when there is none; `test` is NULL
 * when it was not measured. Returns an exit code. */
int print_outcome_json(const train_outcome *outcome, const seqnet_train_result *result,
                       const model_target *target, const seqnet_model *model,
                       const model_measure *test, double seconds);

#endif
