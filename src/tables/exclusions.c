#include "exclusions.h"

#include <string.h>

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

/* Whether the word is one of several with blanks between them. */
static bool is_among(const char *word, const char *words)
{
    const size_t length = strlen(word);
    for (; *words; words += strspn(words, " ")) {
        const size_t size = strcspn(words, " ");
        if (size == length && strncmp(words, word, size) == 0)
            return true;
        words += size;
    }
    return false;
}

const exclusion *all_exclusions(size_t *count)
{
    *count = sizeof ROWS / sizeof *ROWS;
    return ROWS;
}

bool exclude_each_other(const char *command, const char *a, const char *b)
{
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        const exclusion *const row = &ROWS[i];
        if (*row->command && strcmp(row->command, command) != 0)
            continue;
        if ((strcmp(row->option, a) == 0 && is_among(b, row->others)) ||
            (strcmp(row->option, b) == 0 && is_among(a, row->others)))
            return true;
    }
    return false;
}
