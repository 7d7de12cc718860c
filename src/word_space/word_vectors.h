/*
 * The inside of a seqnet_word_vectors: the words of a model that have a vector of their own, and
 * the vectors (seqnet/vectors.h). Those of texts are in text_vectors.c, files of vectors in
 * vec_file.h; vectors to start a training from are another room's (vectors).
 */
#ifndef SN_WORD_VECTORS_H
#define SN_WORD_VECTORS_H

#include <seqnet/vectors.h>

#include "model.h"
#include "text_rule.h"

typedef struct sn_text_vectors sn_text_vectors;

struct seqnet_word_vectors {
    const seqnet_model *model;
    size_t dimension;
    /* [count]: the ids of the words, from the most frequent one on. */
    int32_t *ids;
    size_t count;
    /* [count, dimension], and [count]: their Euclidean norms. */
    float *table;
    double *norms;
    sn_tokenizer tokenizer;
    sn_encoded encoded;
    /* NULL until a text's vector is asked for. */
    sn_text_vectors *texts;
};

/* The word of a number below vectors->count. */
static inline const char *sn_word_vectors_word(const seqnet_word_vectors *vectors, size_t index,
                                               size_t *length)
{
    return sn_encoding_word(&vectors->model->config.encoding, vectors->model->vocabulary,
                            vectors->ids[index], length);
}

/* The layers up to the one before the last: their output is the vector of a text. */
size_t sn_text_vectors_features(const seqnet_model *model);

/* NULL is fine. */
void sn_text_vectors_free(sn_text_vectors *texts);

#endif
