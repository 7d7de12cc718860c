#include "ngrams.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

#include "banned.h"

static size_t rounded(size_t bytes)
{
    return (bytes + 7) / 8 * 8;
}

size_t sn_ngrams_bytes(size_t count, size_t outputs, bool has_nb)
{
    return rounded(count * sizeof(uint32_t)) + rounded(count) +
           (has_nb ? 3 : 1) * rounded(count * outputs) +
           rounded(SN_NGRAM_SCALES * outputs * sizeof(float));
}

/* Takes the next `bytes` of the memory at *at. */
static void *take(uint8_t **at, size_t bytes)
{
    void *const start = *at;
    *at += rounded(bytes);
    return start;
}

seqnet_status sn_ngrams_create(sn_ngrams **ngrams, const sn_ngram_spec *spec, size_t count,
                               size_t outputs, bool has_nb, seqnet_error *err)
{
    sn_ngrams *made;
    uint8_t *at;
    *ngrams = NULL;
    SN_TRY(sn_alloc(&made, 1, sizeof *made, err));
    const seqnet_status status =
        sn_alloc(&made->memory, sn_ngrams_bytes(count, outputs, has_nb), 1, err);
    if (status != SEQNET_OK) {
        free(made);
        return status;
    }
    at = made->memory;
    made->spec = *spec;
    made->count = count;
    made->outputs = outputs;
    made->hashes = take(&at, count * sizeof *made->hashes);
    made->scales = take(&at, SN_NGRAM_SCALES * outputs * sizeof *made->scales);
    made->idf = take(&at, count);
    made->svm = take(&at, count * outputs);
    if (has_nb) {
        made->nb = take(&at, count * outputs);
        made->ratios = take(&at, count * outputs);
    }
    *ngrams = made;
    return SEQNET_OK;
}

size_t sn_ngrams_tensors(const sn_ngrams *n, sn_ngram_tensor tensors[SN_NGRAM_TENSORS])
{
    const size_t count = n->count, outputs = n->outputs, cells = count * outputs;
    const sn_ngram_tensor all[SN_NGRAM_TENSORS] = {
        {"ngrams.hashes", "U32", 1, {count}, n->hashes, count * sizeof *n->hashes},
        {"ngrams.scales",
         "F32",
         2,
         {SN_NGRAM_SCALES, outputs},
         n->scales,
         SN_NGRAM_SCALES * outputs * sizeof *n->scales},
        {"ngrams.idf", "U8", 1, {count}, n->idf, count},
        {"ngrams.svm", "I8", 2, {count, outputs}, n->svm, cells},
        {"ngrams.nb", "I8", 2, {count, outputs}, n->nb, cells},
        {"ngrams.ratios", "U8", 2, {count, outputs}, n->ratios, cells}};
    const size_t used = n->nb ? SN_NGRAM_TENSORS : SN_NGRAM_TENSORS - 2;
    memcpy(tensors, all, used * sizeof *all);
    return used;
}

seqnet_status sn_ngrams_complete(sn_ngrams *ngrams, seqnet_error *err)
{
    sn_ngram_index_free(&ngrams->index);
    return sn_ngram_index_make(&ngrams->index, ngrams->hashes, ngrams->count, err);
}

void sn_ngrams_free(sn_ngrams *ngrams)
{
    if (!ngrams)
        return;
    sn_ngram_index_free(&ngrams->index);
    free(ngrams->memory);
    free(ngrams);
}

void sn_ngram_scorer_free(sn_ngram_scorer *scorer)
{
    sn_ngram_text_free(&scorer->text);
    free(scorer->sums);
    *scorer = (sn_ngram_scorer){0};
}

/* The sums of one block, [outputs] each: of svm, of nb, and of the squares in nb. */
typedef struct block_sums {
    float *svm, *nb, *squares;
    float norm;
} block_sums;

static void add_ngram(const sn_ngrams *n, size_t number, float frequency, block_sums *sums)
{
    const size_t outputs = n->outputs;
    const int8_t *const svm = n->svm + number * outputs;
    for (size_t k = 0; k < outputs; k++)
        sums->svm[k] += frequency * (float)(svm[k] * abs(svm[k]));
    if (!n->nb)
        return;
    const int8_t *const nb = n->nb + number * outputs;
    const uint8_t *const ratios = n->ratios + number * outputs;
    for (size_t k = 0; k < outputs; k++) {
        const float ratio = frequency * (float)(ratios[k] * ratios[k]);
        sums->nb[k] += frequency * (float)(nb[k] * abs(nb[k]));
        sums->squares[k] += ratio * ratio;
    }
}

/* Finds the n-grams first .. end - 1 of the text: replaces the hashes of those that are known by
 * their numbers and moves them to `first` on. Returns where they end. Looking all of them up before
 * any is used keeps both loops short. */
static size_t find_known(const sn_ngrams *n, sn_ngram *ngrams, size_t first, size_t end)
{
    enum { AHEAD = 8 };
    size_t used = first;
    for (size_t i = first; i < end; i++) {
        if (i + 2 * AHEAD < end)
            sn_ngram_index_prefetch_start(&n->index, ngrams[i + 2 * AHEAD].hash);
        if (i + AHEAD < end)
            sn_ngram_index_prefetch_hashes(&n->index, ngrams[i + AHEAD].hash);
        const size_t number = sn_ngram_index_find(&n->index, ngrams[i].hash);
        ngrams[used] = (sn_ngram){.hash = (uint32_t)number, .count = ngrams[i].count};
        used += number != SIZE_MAX;
    }
    return used;
}

static float frequency_of(const sn_ngram *known)
{
    return sn_ngram_frequency[known->count < 255 ? known->count : 255];
}

/* add_ngram for one output, whose sums stay in registers. */
static void add_single(const sn_ngrams *n, const sn_ngram *known, size_t count, block_sums *sums)
{
    float svm = 0.0F, nb = 0.0F, squares = 0.0F;
    for (size_t i = 0; i < count; i++) {
        const size_t number = known[i].hash;
        const float frequency = frequency_of(&known[i]);
        svm += frequency * (float)(n->svm[number] * abs(n->svm[number]));
        if (!n->nb)
            continue;
        const float ratio = frequency * (float)(n->ratios[number] * n->ratios[number]);
        nb += frequency * (float)(n->nb[number] * abs(n->nb[number]));
        squares += ratio * ratio;
    }
    *sums->svm = svm;
    *sums->nb = nb;
    *sums->squares = squares;
}

/* Adds up the n-grams first .. end - 1 of the text, which are used up. */
static void add_block(const sn_ngrams *n, sn_ngram *ngrams, size_t first, size_t end,
                      block_sums *sums)
{
    float norm = 0.0F;
    const sn_ngram *const known = ngrams + first;
    const size_t count = find_known(n, ngrams, first, end) - first;
    memset(sums->svm, 0, 3 * n->outputs * sizeof *sums->svm);
    for (size_t i = 0; i < count; i++) {
        const float x = frequency_of(&known[i]) * n->idf[known[i].hash];
        norm += x * x;
    }
    if (n->outputs == 1)
        add_single(n, known, count, sums);
    else
        for (size_t i = 0; i < count; i++)
            add_ngram(n, known[i].hash, frequency_of(&known[i]), sums);
    norm = sqrtf(norm) * sn_ngrams_scale(n, SN_SCALE_IDF, 0);
    sums->norm = norm > 0.0F ? 1.0F / norm : 0.0F;
}

static float svm_decision(const sn_ngrams *n, const block_sums *blocks, size_t k)
{
    float sum = 0.0F;
    for (size_t b = 0; b < SN_NGRAM_BLOCKS; b++)
        sum += blocks[b].norm * blocks[b].svm[k];
    return sum * sn_ngrams_scale(n, SN_SCALE_SVM, k) + sn_ngrams_scale(n, SN_BIAS_SVM, k);
}

static float nb_decision(const sn_ngrams *n, const block_sums *blocks, size_t k)
{
    float sum = 0.0F, squares = 0.0F;
    for (size_t b = 0; b < SN_NGRAM_BLOCKS; b++) {
        sum += blocks[b].norm * blocks[b].nb[k];
        squares += blocks[b].norm * blocks[b].norm * blocks[b].squares[k];
    }
    const float norm = sqrtf(squares) * sn_ngrams_scale(n, SN_SCALE_RATIO, k);
    const float scaled = norm > 0.0F ? sum * sn_ngrams_scale(n, SN_SCALE_NB, k) / norm : 0.0F;
    return scaled + sn_ngrams_scale(n, SN_BIAS_NB, k);
}

seqnet_status sn_ngrams_score(const sn_ngrams *n, sn_ngram_scorer *scorer, const char *text,
                              size_t length, float *svm, float *nb, seqnet_error *err)
{
    block_sums blocks[SN_NGRAM_BLOCKS];
    sn_ngram_text *const read = &scorer->text;
    SN_TRY(sn_ngram_text_read(&scorer->text, &n->spec, text, length, err));
    SN_TRY(sn_grow(&scorer->sums, &scorer->capacity, 3 * SN_NGRAM_BLOCKS * n->outputs,
                   sizeof *scorer->sums, err));
    for (size_t b = 0; b < SN_NGRAM_BLOCKS; b++) {
        float *const sums = scorer->sums + 3 * b * n->outputs;
        blocks[b] =
            (block_sums){.svm = sums, .nb = sums + n->outputs, .squares = sums + 2 * n->outputs};
    }
    add_block(n, read->ngrams, 0, read->word_count, &blocks[0]);
    add_block(n, read->ngrams, read->word_count, read->count, &blocks[1]);
    for (size_t k = 0; k < n->outputs; k++) {
        svm[k] = svm_decision(n, blocks, k);
        nb[k] = n->nb ? nb_decision(n, blocks, k) : 0.0F;
    }
    return SEQNET_OK;
}
