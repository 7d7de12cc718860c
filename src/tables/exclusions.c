#include "exclusions.h"

#include <string.h>

#include "listed.h"

/* What describes the layers of a model. */
#define LAYERS                                                                                     \
    "embedding-dim units cell layers bidirectional activation filters recurrent-activation "       \
    "kernel-size reset-before dense pool-size pooling mask-zero dropout recurrent-dropout "        \
    "spatial-dropout dense-activation"

static const exclusion ROWS[] = {
    {"", "quiet", "verbose"},
    {"train", "refit", "no-refit"},
    {"train", "init", "layer-file padding truncating " LAYERS},
    {"train", "layer-file", LAYERS},
    {"train", "folds", "checkpoint resume"},
    {"train", "multi-label", "min-accuracy if-better"},
    {"train tune load", "vocabulary", "word-index"},
    {"predict", "json", "output-format annotate"},
    {"predict", "annotate", "output-format ids with-filename"},
    {"predict", "ids", "long skip-bad input-format"},
    {"predict", "precision", "abstain-below"},
    {"predict", "raw", "precision abstain-below"},
    {"vectors", "text", "vector analogy neighbors"},
    {"vectors", "vector", "neighbors"},
    {"bench", "model", "units batch-size maxlen mask-zero word-index num-words"},
    {"history", "gradients", "metric"},
};

static const value_need NEEDS[] = {
    {"filters kernel-size pool-size", "cell", "conv1d"},
    {"units bidirectional mask-zero recurrent-dropout", "cell", "lstm lstm-carry gru rnn"},
    {"recurrent-activation", "cell", "lstm lstm-carry gru"},
    {"reset-before", "cell", "gru"},
    {"weight-decay", "optimizer", "adamw"},
    {"momentum nesterov", "optimizer", "sgd"},
};

const exclusion *all_exclusions(size_t *count)
{
    *count = sizeof ROWS / sizeof *ROWS;
    return ROWS;
}

bool exclude_each_other(const char *command, const char *a, const char *b)
{
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        const exclusion *const row = &ROWS[i];
        if (*row->commands && !has_word(row->commands, command))
            continue;
        if ((strcmp(row->option, a) == 0 && has_word(row->others, b)) ||
            (strcmp(row->option, b) == 0 && has_word(row->others, a)))
            return true;
    }
    return false;
}

const value_need *all_value_needs(size_t *count)
{
    *count = sizeof NEEDS / sizeof *NEEDS;
    return NEEDS;
}

bool needs_another(const char *command, const char *option, const char *choice, const char *value)
{
    for (size_t i = 0; i < sizeof NEEDS / sizeof *NEEDS; i++)
        if (strcmp(command, "train") == 0 && has_word(NEEDS[i].options, option) &&
            strcmp(NEEDS[i].choice, choice) == 0 && !has_word(NEEDS[i].values, value))
            return true;
    return false;
}
