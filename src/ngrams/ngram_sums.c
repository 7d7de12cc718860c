/* The sums of the scoring in ngrams.c, kept so that n-grams can come and go one by one. In doubles,
 * so that what comes and goes again leaves no trace that shows. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "ngram_places.h"

#include "banned.h"

seqnet_status sn_ngram_sums_begin(sn_ngram_sums *s, const sn_ngrams *n,
                                  const sn_ngram_places *places, seqnet_error *err)
{
    const size_t cells = SN_NGRAM_BLOCKS * n->outputs;
    SN_TRY(sn_grow(&s->svm, &s->sum_capacity, 3 * cells, sizeof *s->svm, err));
    SN_TRY(sn_grow(&s->counts, &s->count_capacity, places->text.count + 1, sizeof *s->counts, err));
    memset(s->svm, 0, 3 * cells * sizeof *s->svm);
    memset(s->counts, 0, (places->text.count + 1) * sizeof *s->counts);
    s->nb = s->svm + cells;
    s->squares = s->nb + cells;
    memset(s->norms, 0, sizeof s->norms);
    return SEQNET_OK;
}

static double frequency_of(uint32_t count)
{
    return (double)sn_ngram_frequency[count < 255 ? count : 255];
}

/* A quantised weight: see ngrams.h. */
static double weight_of(int8_t q)
{
    return (double)(q * abs(q));
}

static double square(double x)
{
    return x * x;
}

/* 0: words; 1: characters. */
static size_t block_of(const sn_ngram_places *places, const sn_ngram_place *place)
{
    return place->entry >= places->text.word_count;
}

/* Replaces an n-gram's old frequency by a new one in the sums of a block. */
static void change(sn_ngram_sums *s, const sn_ngrams *n, size_t block, size_t number, double old,
                   double new)
{
    const size_t outputs = n->outputs, at = number * outputs;
    double *const svm = s->svm + block * outputs, *const nb = s->nb + block * outputs;
    double *const squares = s->squares + block * outputs;
    const double more = new - old, more_squared = square(new) - square(old);
    s->norms[block] += more_squared * square(n->idf[number]);
    for (size_t k = 0; k < outputs; k++)
        svm[k] += more * weight_of(n->svm[at + k]);
    for (size_t k = 0; k < outputs && n->nb; k++) {
        nb[k] += more * weight_of(n->nb[at + k]);
        squares[k] += more_squared * square(square(n->ratios[at + k]));
    }
}

void sn_ngram_sums_add(sn_ngram_sums *s, const sn_ngrams *n, const sn_ngram_places *places,
                       const sn_ngram_place *place)
{
    const bool is_new = place->entry == SN_NGRAM_NEW;
    const uint32_t old = is_new ? 0 : s->counts[place->entry]++;
    change(s, n, block_of(places, place), place->number, frequency_of(old), frequency_of(old + 1));
}

void sn_ngram_sums_remove(sn_ngram_sums *s, const sn_ngrams *n, const sn_ngram_places *places,
                          const sn_ngram_place *place)
{
    const bool is_new = place->entry == SN_NGRAM_NEW;
    const uint32_t old = is_new ? 1 : s->counts[place->entry]--;
    change(s, n, block_of(places, place), place->number, frequency_of(old), frequency_of(old - 1));
}

/* 1 / norm of each block, 0 for an empty one. What rounding leaves of an emptied block is less than
 * the square of the least idf. */
static void block_scales(const sn_ngram_sums *s, const sn_ngrams *n, double scales[SN_NGRAM_BLOCKS])
{
    for (size_t b = 0; b < SN_NGRAM_BLOCKS; b++)
        scales[b] = s->norms[b] > 0.5
                        ? 1.0 / (sqrt(s->norms[b]) * (double)sn_ngrams_scale(n, SN_SCALE_IDF, 0))
                        : 0.0;
}

/* What an unscaled sum in nb is multiplied by for an output. */
static double nb_scale(const sn_ngram_sums *s, const sn_ngrams *n,
                       const double scales[SN_NGRAM_BLOCKS], size_t k)
{
    double squares = 0.0;
    for (size_t b = 0; b < SN_NGRAM_BLOCKS && n->nb; b++)
        squares += square(scales[b]) * s->squares[b * n->outputs + k];
    const double norm = sqrt(fmax(squares, 0.0)) * (double)sn_ngrams_scale(n, SN_SCALE_RATIO, k);
    return norm > 0.0 ? (double)sn_ngrams_scale(n, SN_SCALE_NB, k) / norm : 0.0;
}

void sn_ngram_sums_decide(const sn_ngram_sums *s, const sn_ngrams *n, sn_ngram_shares shares,
                          double *decisions)
{
    double scales[SN_NGRAM_BLOCKS];
    block_scales(s, n, scales);
    for (size_t k = 0; k < n->outputs; k++) {
        const size_t other = n->outputs + k;
        const double svm = scales[0] * s->svm[k] + scales[1] * s->svm[other];
        const double nb = n->nb ? scales[0] * s->nb[k] + scales[1] * s->nb[other] : 0.0;
        const double nb_bias = n->nb ? (double)sn_ngrams_scale(n, SN_BIAS_NB, k) : 0.0;
        decisions[k] = shares.svm * (svm * (double)sn_ngrams_scale(n, SN_SCALE_SVM, k) +
                                     (double)sn_ngrams_scale(n, SN_BIAS_SVM, k)) +
                       shares.nb * (nb * nb_scale(s, n, scales, k) + nb_bias);
    }
}

/* Adds one output's contributions of the places to the tokens. */
static void contribute(const sn_ngrams *n, const sn_ngram_places *places, const double *svm_scales,
                       const double *nb_scales, size_t k, double *tokens)
{
    for (size_t i = 0; i < places->count; i++) {
        const sn_ngram_place *const place = &places->places[i];
        const size_t block = block_of(places, place), at = place->number * n->outputs + k;
        const uint32_t count = places->text.ngrams[place->entry].count;
        const size_t covered = place->last - place->first + 1;
        const double frequency = frequency_of(count) / ((double)count * (double)covered);
        const double nb = n->nb ? weight_of(n->nb[at]) * nb_scales[block] : 0.0;
        const double share = frequency * (weight_of(n->svm[at]) * svm_scales[block] + nb);
        for (size_t token = place->first; token <= place->last; token++)
            tokens[token * n->outputs + k] += share;
    }
}

void sn_ngram_sums_contribute(const sn_ngram_sums *s, const sn_ngrams *n,
                              const sn_ngram_places *places, sn_ngram_shares shares, double *tokens)
{
    double scales[SN_NGRAM_BLOCKS], svm[SN_NGRAM_BLOCKS], nb[SN_NGRAM_BLOCKS];
    block_scales(s, n, scales);
    for (size_t k = 0; k < n->outputs; k++) {
        for (size_t b = 0; b < SN_NGRAM_BLOCKS; b++) {
            svm[b] = shares.svm * scales[b] * (double)sn_ngrams_scale(n, SN_SCALE_SVM, k);
            nb[b] = shares.nb * scales[b] * nb_scale(s, n, scales, k);
        }
        contribute(n, places, svm, nb, k, tokens);
    }
}

void sn_ngram_sums_free(sn_ngram_sums *s)
{
    free(s->svm);
    free(s->counts);
    *s = (sn_ngram_sums){0};
}
