/*
 * The n-gram part of a model: linear classifiers over the n-grams of a text (ngram_matrix.h says
 * how they are weighted). There are two for each output, both of one class against the rest:
 *
 *     svm  a support vector machine (dual_descent.h)
 *     nb   the same on n-grams multiplied by r_j, the logarithm of the ratio of their frequencies
 *          in the class and in the rest (Wang and Manning 2012), with rows of the norm 1 again
 *
 * One output tells two classes apart: its decision is for class 1. ngram_fit.h makes parts from
 * training rows, blend.h finds what each classifier is worth.
 */
#ifndef SN_NGRAMS_H
#define SN_NGRAMS_H

#include <stdbool.h>

#include "ngram_index.h"
#include "ngram_matrix.h"
#include "ngram_text.h"

/* Rows of `scales`: what quantised numbers are multiplied by, and the biases. */
typedef enum sn_ngram_scale {
    SN_SCALE_IDF,
    SN_SCALE_SVM,
    SN_BIAS_SVM,
    SN_SCALE_NB,
    SN_BIAS_NB,
    SN_SCALE_RATIO,
    SN_NGRAM_SCALES
} sn_ngram_scale;

/* All arrays are tensors of the model file. Numbers are quantised: an idf is q times its scale,
 * everything else q |q| times its scale, which keeps small weights precise. */
typedef struct sn_ngrams {
    sn_ngram_spec spec;
    size_t count, outputs;
    /* [count], ascending. */
    uint32_t *hashes;
    /* [count] */
    uint8_t *idf;
    /* [count, outputs]: weights of an n-gram's frequency, its idf included; nb is NULL where there
     * is none. */
    int8_t *svm, *nb;
    /* [count, outputs]: |idf_j r_j|, for the norm of rows in nb. */
    uint8_t *ratios;
    /* [SN_NGRAM_SCALES, outputs] */
    float *scales;
    sn_ngram_index index;
    /* The memory of all arrays. */
    uint8_t *memory;
} sn_ngrams;

/* Bytes of all arrays. */
size_t sn_ngrams_bytes(size_t count, size_t outputs, bool has_nb);

/* Allocates the arrays of a part, zeroed, for a caller that fills them. SEQNET_ERR_MEMORY. */
seqnet_status sn_ngrams_create(sn_ngrams **ngrams, const sn_ngram_spec *spec, size_t count,
                               size_t outputs, bool has_nb, seqnet_error *err);

/* Makes the index once hashes are there. SEQNET_ERR_DATA, SEQNET_ERR_MEMORY. */
seqnet_status sn_ngrams_complete(sn_ngrams *ngrams, seqnet_error *err);

/* NULL is fine. */
void sn_ngrams_free(sn_ngrams *ngrams);

static inline float sn_ngrams_scale(const sn_ngrams *ngrams, sn_ngram_scale scale, size_t output)
{
    return ngrams->scales[(size_t)scale * ngrams->outputs + output];
}

/* The arrays of a part by name, as a model file has them. */
typedef struct sn_ngram_tensor {
    /* "ngrams.hashes" */
    const char *name;
    /* "U32", "U8", "I8" or "F32". */
    const char *type;
    size_t rank, shape[2];
    void *data;
    size_t bytes;
} sn_ngram_tensor;

enum { SN_NGRAM_TENSORS = 6 };

/* Lists them; returns their number. */
size_t sn_ngrams_tensors(const sn_ngrams *ngrams, sn_ngram_tensor tensors[SN_NGRAM_TENSORS]);

/* Scratch of scoring; the caller zeroes it once. */
typedef struct sn_ngram_scorer {
    sn_ngram_text text;
    float *sums;
    size_t capacity;
} sn_ngram_scorer;

void sn_ngram_scorer_free(sn_ngram_scorer *scorer);

/* Scores a text, which may be any bytes: writes the decisions of svm[outputs] and nb[outputs], 0
 * where there is no nb. The same text gives the same bits. SEQNET_ERR_MEMORY. */
seqnet_status sn_ngrams_score(const sn_ngrams *ngrams, sn_ngram_scorer *scorer, const char *text,
                              size_t length, float *svm, float *nb, seqnet_error *err);

#endif
