#include "linear_part.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

#include "banned.h"

static sn_ngram_shares shares_of(const seqnet_model *model)
{
    return (sn_ngram_shares){model->config.ngrams.svm_share, model->config.ngrams.nb_share};
}

/* Bytes up to which room is made without asking whether there is that much. */
enum { LARGE = 64 << 20 };

/* Makes room, and zeroes what is added up. A long text and many labels need a lot of it. */
static seqnet_status reserve(sn_linear_part *p, size_t outputs, size_t count, bool running,
                             seqnet_error *err)
{
    const size_t cells = count * outputs, bytes = 4 * cells * sizeof *p->added;
    if (bytes > LARGE)
        SN_TRY(sn_memory_check(bytes, err));
    SN_TRY(sn_grow(&p->empty, &p->empty_capacity, outputs, sizeof *p->empty, err));
    SN_TRY(sn_grow(&p->added, &p->added_capacity, cells + 1, sizeof *p->added, err));
    SN_TRY(sn_grow(&p->sums, &p->sum_capacity, count + 1, sizeof *p->sums, err));
    memset(p->sums, 0, count * sizeof *p->sums);
    memset(p->empty, 0, outputs * sizeof *p->empty);
    memset(p->added, 0, cells * sizeof *p->added);
    if (running) {
        SN_TRY(sn_grow(&p->after, &p->after_capacity, cells + 1, sizeof *p->after, err));
        memset(p->after, 0, cells * sizeof *p->after);
    }
    return SEQNET_OK;
}

/* Finds the word that each token belongs to: the last one that does not begin behind it. Most often
 * tokens and words are the same; a typographic word that the vocabulary has is one of several
 * tokens. */
static seqnet_status find_owners(sn_linear_part *p, const seqnet_explained_word *words,
                                 size_t count, seqnet_error *err)
{
    const size_t tokens = p->places.token_count;
    size_t word = 0;
    SN_TRY(sn_grow(&p->owners, &p->owner_capacity, tokens + 1, sizeof *p->owners, err));
    for (size_t token = 0; token < tokens; token++) {
        while (word + 1 < count && words[word + 1].start <= p->places.spans[token].start)
            word++;
        p->owners[token] = word;
    }
    return SEQNET_OK;
}

/* Adds up what the tokens contribute, by word. */
static seqnet_status add_contributions(sn_linear_part *p, const seqnet_model *model,
                                       seqnet_error *err)
{
    const size_t outputs = model->ngrams->outputs, cells = p->places.token_count * outputs;
    SN_TRY(sn_grow(&p->tokens, &p->token_capacity, cells + 1, sizeof *p->tokens, err));
    memset(p->tokens, 0, cells * sizeof *p->tokens);
    sn_ngram_sums_contribute(&p->growing, model->ngrams, &p->places, shares_of(model), p->tokens);
    for (size_t i = 0; i < cells; i++) {
        p->added[p->owners[i / outputs] * outputs + i % outputs] += p->tokens[i];
        p->sums[p->owners[i / outputs]] += p->tokens[i];
    }
    return SEQNET_OK;
}

/* Writes the decisions about the text up to a token, whose closings begin at *closing. */
static void decide_after(sn_linear_part *p, const seqnet_model *model, size_t token,
                         size_t *closing, double *decisions)
{
    const sn_ngram_places *const places = &p->places;
    while (*closing < places->closing_count && places->closings[*closing].last < token)
        ++*closing;
    size_t end = *closing;
    for (; end < places->closing_count && places->closings[end].last == token; end++)
        sn_ngram_sums_add(&p->growing, model->ngrams, places, &places->closings[end]);
    sn_ngram_sums_decide(&p->growing, model->ngrams, shares_of(model), decisions);
    while (end > *closing)
        sn_ngram_sums_remove(&p->growing, model->ngrams, places, &places->closings[--end]);
}

/* Repeats decisions for the words from `first` on, which have no tokens. */
static void repeat(sn_linear_part *p, size_t outputs, const double *decisions, size_t first,
                   size_t end)
{
    for (size_t word = first; word < end; word++)
        memcpy(p->after + word * outputs, decisions, outputs * sizeof *p->after);
}

/* Adds the places token by token, with the decisions after the last token of each word. */
static void walk(sn_linear_part *p, const seqnet_model *model, size_t count, bool running)
{
    const sn_ngram_places *const places = &p->places;
    const size_t outputs = model->ngrams->outputs;
    size_t next = 0, closing = 0;
    if (running)
        repeat(p, outputs, p->empty, 0, count);
    for (size_t token = 0; token < places->token_count; token++) {
        const size_t word = p->owners[token];
        const bool is_last = token + 1 == places->token_count;
        const size_t end = is_last ? count : p->owners[token + 1];
        for (; next < places->count && places->places[next].last == token; next++)
            sn_ngram_sums_add(&p->growing, model->ngrams, places, &places->places[next]);
        if (!running || end == word)
            continue;
        decide_after(p, model, token, &closing, p->after + word * outputs);
        repeat(p, outputs, p->after + word * outputs, word + 1, end);
    }
}

seqnet_status sn_linear_explain(sn_linear_part *p, const seqnet_model *model, const char *text,
                                size_t length, const seqnet_explained_word *words, size_t count,
                                bool running, seqnet_error *err)
{
    const sn_ngrams *const ngrams = model->ngrams;
    SN_TRY(reserve(p, model->network.outputs, count, running, err));
    if (!ngrams)
        return SEQNET_OK;
    SN_TRY(sn_ngram_places_read(&p->places, ngrams, text, length, err));
    SN_TRY(find_owners(p, words, count, err));
    SN_TRY(sn_ngram_sums_begin(&p->growing, ngrams, &p->places, err));
    sn_ngram_sums_decide(&p->growing, ngrams, shares_of(model), p->empty);
    if (count == 0)
        return SEQNET_OK;
    walk(p, model, count, running);
    return add_contributions(p, model, err);
}

void sn_linear_part_free(sn_linear_part *p)
{
    sn_ngram_places_free(&p->places);
    sn_ngram_sums_free(&p->growing);
    free(p->empty);
    free(p->added);
    free(p->sums);
    free(p->after);
    free(p->owners);
    free(p->tokens);
    *p = (sn_linear_part){0};
}
