/*
 * builtin:recall: a text is LENGTH words, each drawn from the same few, among them the two label
 * words, red and blue. At a random place, any but the last, stands `mark`, which occurs nowhere
 * else, and the word after it is the label. Only that word tells: the other label words are noise.
 */
#include <string.h>

#include "generated.h"
#include "memory.h"

#include "banned.h"

/* The first two are the label words, by class. */
static const char *const WORDS[] = {"blue", "red", "sun", "sea", "sky", "oak", "elm", "fox",
                                    "owl",  "bee", "hen", "cat", "dog", "cup", "pen", "hat",
                                    "key",  "box", "map", "bed", "car", "bus"};

static const char MARK[] = "mark";

enum {
    WORD_COUNT = sizeof WORDS / sizeof WORDS[0],
    /* bytes of the longest word and the space behind it */
    WORD_BYTES = 5
};

struct draft {
    /* words of a text */
    size_t words;
    size_t used;
    char text[];
};

static void append(struct draft *draft, const char *word)
{
    const size_t length = strlen(word);
    if (draft->used)
        draft->text[draft->used++] = ' ';
    memcpy(draft->text + draft->used, word, length);
    draft->used += length;
}

static void draw_text(void *block, sn_rng *rng, bool label, const char **text, size_t *text_length)
{
    struct draft *const draft = block;
    const size_t place = (size_t)sn_rng_below(rng, draft->words - 1);
    draft->used = 0;
    for (size_t i = 0; i < draft->words; i++) {
        const char *const noise = WORDS[sn_rng_below(rng, WORD_COUNT)];
        append(draft, i == place ? MARK : i == place + 1 ? WORDS[label] : noise);
    }
    *text = draft->text;
    *text_length = draft->used;
}

static seqnet_status prepare_draft(void **block, size_t length, seqnet_error *err)
{
    struct draft *draft;
    SN_TRY(sn_alloc(&draft, 1, sizeof *draft + length * WORD_BYTES, err));
    draft->words = length;
    *block = draft;
    return SEQNET_OK;
}

const sn_generated_corpus sn_recall_corpus = {.name = "builtin:recall",
                                              .has_length = true,
                                              .labels = {"blue", "red"},
                                              .default_size = 31250,
                                              .purpose = SN_RNG_RECALL,
                                              .prepare = prepare_draft,
                                              .draw = draw_text};
