#include "nearest.h"

#include <stdbool.h>
#include <string.h>

#include "errors.h"
#include "terminal.h"

/* The Damerau-Levenshtein distance, in which swapping neighbours costs 1. Words that are longer
 * than LONGEST count as farther apart than `limit`. rows[i % 3][j] is the distance between the
 * first i characters of a and the first j of b. */
static size_t edit_distance(const char *a, const char *b, size_t limit)
{
    enum { LONGEST = 40 };
    size_t rows[3][LONGEST + 1];
    const size_t n = strlen(a), m = strlen(b);
    if (n > LONGEST || m > LONGEST)
        return limit + 1;
    for (size_t j = 0; j <= m; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *const now = rows[i % 3], *const before = rows[(i + 2) % 3];
        const size_t *const two_before = rows[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = before[j - 1] + (a[i - 1] != b[j - 1]);
            best = before[j] + 1 < best ? before[j] + 1 : best;
            best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                two_before[j - 2] + 1 < best)
                best = two_before[j - 2] + 1;
            now[j] = best;
        }
    }
    return rows[n % 3][m];
}

const char *nearest_word(const char *typed, const char *(*get)(const void *context, size_t i),
                         const void *context, size_t count)
{
    const char *nearest = NULL;
    /* One slip of the finger in five letters; words farther away are others. */
    size_t best = (strlen(typed) + 4) / 5 + 1;
    for (size_t i = 0; i < count; i++) {
        const char *const word = get(context, i);
        if (!word)
            continue;
        const bool is_beginning = strlen(typed) >= 3 && strncmp(word, typed, strlen(typed)) == 0;
        const size_t distance = is_beginning ? 1 : edit_distance(typed, word, best);
        if (distance < best) {
            best = distance;
            nearest = word;
        }
    }
    return nearest;
}

static const char *label_name(const void *context, size_t i)
{
    return seqnet_model_label_name(context, i);
}

int find_named_label(const seqnet_model *model, const char *option, const char *name, size_t *label)
{
    const size_t count = seqnet_model_label_count(model);
    for (*label = 0; *label < count; ++*label)
        if (strcmp(seqnet_model_label_name(model, *label), name) == 0)
            return EXIT_DONE;
    const char *const near = nearest_word(name, label_name, model, count);
    if (near)
        complain("--%s %s: the model has no such label; did you mean '%s'?", option, name, near);
    else
        complain("--%s %s: the model has no such label; 'seqnet info' lists its %zu labels", option,
                 name, count);
    return EXIT_USAGE;
}
