/* An n-gram part of a model that is made by hand. Include it after <cmocka.h>. */
#ifndef MADE_NGRAMS_H
#define MADE_NGRAMS_H

#include "ngram_rows.h"
#include "ngrams.h"
#include "support.h"

static const sn_ngram_spec SPEC = {
    .words = 2, .characters = 3, .rule = {.kind = SN_TEXT_RULE_UNICODE}};

static const char KNOWN[] = "a good film that was not a bad film at all, but a good bad one";

static inline int ascending(const void *left, const void *right)
{
    const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* A part that knows the n-grams of one text, with any weights. */
static inline sn_ngrams *make_part(size_t outputs, bool has_nb)
{
    sn_ngram_text scratch = {0};
    sn_ngrams *n;
    seqnet_error err = {0};
    const size_t count = read_ngrams_of(&SPEC, KNOWN, &scratch)->count;
    assert_ok(sn_ngrams_create(&n, &SPEC, count, outputs, has_nb, &err), &err);
    for (size_t j = 0; j < count; j++) {
        n->hashes[j] = scratch.ngrams[j].hash;
        n->idf[j] = (uint8_t)(50 + j * 37 % 206);
        for (size_t k = 0; k < outputs; k++) {
            const size_t cell = j * outputs + k;
            n->svm[cell] = (int8_t)((int)(cell * 101 % 255) - 127);
            if (has_nb) {
                n->nb[cell] = (int8_t)((int)(cell * 53 % 255) - 127);
                n->ratios[cell] = (uint8_t)(cell * 29 % 256);
            }
        }
    }
    qsort(n->hashes, count, sizeof *n->hashes, ascending);
    for (size_t i = 0; i < SN_NGRAM_SCALES * outputs; i++)
        n->scales[i] = 0.0001F * (float)(i + 1);
    for (size_t k = 0; k < outputs; k++) {
        n->scales[SN_SCALE_IDF * outputs + k] = 0.02F;
        n->scales[SN_BIAS_SVM * outputs + k] = 0.25F - (float)k;
        n->scales[SN_BIAS_NB * outputs + k] = (float)k - 0.75F;
    }
    assert_ok(sn_ngrams_complete(n, &err), &err);
    sn_ngram_text_free(&scratch);
    return n;
}

#endif
