/*
 * Texts are explained a block at a time, each by the explainer of the thread that takes it, and
 * added in their order, so that the sums have the same bits for any number of threads.
 */
#include <seqnet/explain.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "blend.h"
#include "cores.h"
#include "engine.h"
#include "memory.h"
#include "pieces.h"
#include "pool.h"
#include "string_set.h"

#include "banned.h"

enum { BLOCK_TEXTS = 16 };

/* A word of an explained text. */
typedef struct word_view {
    size_t start, length;
} word_view;

/* An explained text: its words, their forms one behind the other, the labels that are predicted,
 * and [labels, words] what the words contribute to each. */
typedef struct explained {
    word_view *words;
    size_t count;
    char *texts;
    uint32_t *labels;
    size_t label_count;
    double *contributions;
    size_t word_capacity, text_capacity, label_capacity, contribution_capacity;
    seqnet_error error;
} explained;

/* What is known of a word beside a label. */
typedef struct word_entry {
    uint32_t label;
    /* The texts that count for the label and have the word, and the number of the last of them,
     * from 1. */
    size_t texts, latest;
    double sum;
} word_entry;

struct seqnet_word_sums {
    const seqnet_model *model;
    size_t labels, threads, texts;
    sn_pool *pool;
    /* [threads] */
    seqnet_explainer **explainers;
    explained block[BLOCK_TEXTS];
    /* [labels]: the texts that count for each. */
    size_t *predicted;
    /* The words of each label, by number: the label's 4 bytes and the word; and what is known of
     * them. */
    sn_string_set keys;
    word_entry *entries;
    size_t entry_capacity;
    /* Scratch for a key. */
    char *key;
    size_t key_capacity;
};

void seqnet_word_sums_free(seqnet_word_sums *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->threads && s->explainers; i++)
        seqnet_explainer_free(s->explainers[i]);
    for (size_t i = 0; i < BLOCK_TEXTS; i++) {
        free(s->block[i].words);
        free(s->block[i].texts);
        free(s->block[i].labels);
        free(s->block[i].contributions);
    }
    sn_pool_free(s->pool);
    sn_string_set_free(&s->keys);
    free(s->explainers);
    free(s->predicted);
    free(s->entries);
    free(s->key);
    free(s);
}

static seqnet_status init(seqnet_word_sums *s, const seqnet_model *model,
                          const seqnet_explainer_options *options, seqnet_error *err)
{
    const seqnet_explainer_options alone = {.threads = 1, .word_index = options->word_index};
    s->threads = options->threads ? options->threads : sn_usable_cores();
    s->model = model;
    s->labels = seqnet_model_label_count(model);
    if (sn_model_has_network(model)) /* each explainer asks for itself alone */
        SN_TRY(sn_engine_check_memory(&model->network, s->threads, 1, false, err));
    SN_TRY(sn_alloc(&s->predicted, s->labels, sizeof *s->predicted, err));
    SN_TRY(sn_pool_create(&s->pool, s->threads, err));
    SN_TRY(sn_alloc(&s->explainers, s->threads, sizeof *s->explainers, err));
    for (size_t i = 0; i < s->threads; i++)
        SN_TRY(seqnet_explainer_create(&s->explainers[i], model, &alone, err));
    return SEQNET_OK;
}

seqnet_status seqnet_word_sums_create(seqnet_word_sums **sums, const seqnet_model *model,
                                      const seqnet_explainer_options *options, seqnet_error *err)
{
    SN_TRY(sn_alloc(sums, 1, sizeof **sums, err));
    const seqnet_status status = init(*sums, model, options, err);
    if (status != SEQNET_OK) {
        seqnet_word_sums_free(*sums);
        *sums = NULL;
    }
    return status;
}

/* Keeps the words of an explanation, and their forms. */
static seqnet_status keep_words(explained *kept, const seqnet_explanation *explanation,
                                seqnet_error *err)
{
    size_t used = 0;
    kept->count = explanation->count;
    SN_TRY(sn_grow(&kept->words, &kept->word_capacity, kept->count, sizeof *kept->words, err));
    for (size_t i = 0; i < kept->count; i++) {
        const seqnet_explained_word *const word = &explanation->words[i];
        kept->words[i] = (word_view){.start = used, .length = word->length};
        SN_TRY(sn_grow(&kept->texts, &kept->text_capacity, used + word->length, 1, err));
        memcpy(kept->texts + used, word->text, word->length);
        used += word->length;
    }
    return SEQNET_OK;
}

/* Keeps the labels that the model gives the text. */
static seqnet_status keep_labels(const seqnet_word_sums *s, explained *kept,
                                 const seqnet_explanation *explanation, seqnet_error *err)
{
    const bool is_multi = seqnet_model_is_multi_label(s->model);
    const double threshold = seqnet_model_threshold(s->model);
    kept->label_count = 0;
    SN_TRY(sn_grow(&kept->labels, &kept->label_capacity, s->labels, sizeof *kept->labels, err));
    for (size_t i = 0; i < s->labels; i++)
        if (is_multi ? explanation->probabilities[i] >= threshold : i == explanation->label)
            kept->labels[kept->label_count++] = (uint32_t)i;
    return SEQNET_OK;
}

static seqnet_status explain_text(const seqnet_word_sums *s, seqnet_explainer *explainer,
                                  const seqnet_text_view *text, explained *kept, seqnet_error *err)
{
    const seqnet_explanation *explanation;
    SN_TRY(seqnet_explain(explainer, text->text, text->length, &explanation, err));
    SN_TRY(keep_words(kept, explanation, err));
    SN_TRY(keep_labels(s, kept, explanation, err));
    SN_TRY(sn_grow(&kept->contributions, &kept->contribution_capacity,
                   kept->label_count * kept->count + 1, sizeof *kept->contributions, err));
    for (size_t i = 0; i < kept->label_count; i++) {
        const seqnet_label_explanation found = seqnet_explain_label(explainer, kept->labels[i]);
        memcpy(kept->contributions + i * kept->count, found.contributions,
               kept->count * sizeof *kept->contributions);
    }
    return SEQNET_OK;
}

typedef struct block_task {
    seqnet_word_sums *sums;
    const seqnet_text_view *texts;
} block_task;

static void run_task(void *context, size_t task, size_t worker)
{
    const block_task *const t = context;
    seqnet_word_sums *const s = t->sums;
    explained *const kept = &s->block[task];
    kept->error.status =
        explain_text(s, s->explainers[worker], &t->texts[task], kept, &kept->error);
}

/* Finds the entry of a word beside a label, a new one if there is none. */
static seqnet_status find_entry(seqnet_word_sums *s, uint32_t label, const char *text,
                                size_t length, word_entry **entry, seqnet_error *err)
{
    const size_t known = s->keys.count;
    size_t number;
    SN_TRY(sn_grow(&s->key, &s->key_capacity, sizeof label + length, 1, err));
    memcpy(s->key, &label, sizeof label);
    memcpy(s->key + sizeof label, text, length);
    SN_TRY(sn_grow(&s->entries, &s->entry_capacity, known + 1, sizeof *s->entries, err));
    SN_TRY(sn_string_set_add(&s->keys, s->key, sizeof label + length, &number, err));
    *entry = &s->entries[number];
    if (s->keys.count > known)
        **entry = (word_entry){.label = label};
    return SEQNET_OK;
}

/* Adds label number `i` of an explained text. */
static seqnet_status add_label(seqnet_word_sums *s, const explained *kept, size_t i,
                               seqnet_error *err)
{
    s->predicted[kept->labels[i]]++;
    for (size_t word = 0; word < kept->count; word++) {
        const word_view *const view = &kept->words[word];
        word_entry *entry;
        SN_TRY(
            find_entry(s, kept->labels[i], kept->texts + view->start, view->length, &entry, err));
        entry->sum += kept->contributions[i * kept->count + word];
        entry->texts += entry->latest != s->texts;
        entry->latest = s->texts;
    }
    return SEQNET_OK;
}

static seqnet_status add_block(seqnet_word_sums *s, size_t count, seqnet_error *err)
{
    for (size_t text = 0; text < count; text++) {
        const explained *const kept = &s->block[text];
        if (kept->error.status != SEQNET_OK) {
            if (err)
                *err = kept->error;
            return kept->error.status;
        }
        s->texts++;
        for (size_t i = 0; i < kept->label_count; i++)
            SN_TRY(add_label(s, kept, i, err));
    }
    return SEQNET_OK;
}

seqnet_status seqnet_word_sums_add(seqnet_word_sums *s, const seqnet_text_view *texts, size_t count,
                                   seqnet_error *err)
{
    for (size_t first = 0; first < count; first += BLOCK_TEXTS) {
        block_task task = {s, texts + first};
        const size_t size = sn_smaller(BLOCK_TEXTS, count - first);
        sn_pool_run(s->pool, run_task, &task, size);
        SN_TRY(add_block(s, size, err));
    }
    return SEQNET_OK;
}

size_t seqnet_word_sums_texts(const seqnet_word_sums *s, size_t label)
{
    return s->predicted[label];
}

/* A word and its sum in the direction that is asked for. */
typedef struct ranked {
    double sum;
    size_t number;
} ranked;

static int compare(const void *a, const void *b)
{
    const ranked *const x = a, *const y = b;
    if (x->sum != y->sum)
        return x->sum > y->sum ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

static seqnet_word_sum describe(const seqnet_word_sums *s, size_t number)
{
    const word_entry *const entry = &s->entries[number];
    seqnet_word_sum word = {.texts = entry->texts, .sum = entry->sum};
    word.mean = word.sum / (double)word.texts;
    word.text = sn_string_set_get(&s->keys, number, &word.length) + sizeof entry->label;
    word.length -= sizeof entry->label;
    return word;
}

seqnet_status seqnet_word_sums_top(const seqnet_word_sums *s, size_t label, bool against,
                                   size_t most, seqnet_word_sum **list, size_t *count,
                                   seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    ranked *all = NULL;
    size_t found = 0;
    *list = NULL;
    *count = 0;
    SN_GOTO(sn_alloc(&all, s->keys.count, sizeof *all, err));
    for (size_t i = 0; i < s->keys.count; i++) {
        const double sum = s->entries[i].sum;
        all[found] = (ranked){against ? -sum : sum, i};
        found += s->entries[i].label == label && all[found].sum > 0.0;
    }
    qsort(all, found, sizeof *all, compare);
    const size_t listed = sn_smaller(most, found);
    SN_GOTO(sn_alloc(list, listed, sizeof **list, err));
    for (size_t i = 0; i < listed; i++)
        (*list)[i] = describe(s, all[i].number);
    *count = listed;
out:
    free(all);
    return status;
}
