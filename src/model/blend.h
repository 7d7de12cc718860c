/*
 * Scores texts with all parts of a model: the logits of its network, which an engine has computed,
 * and the decisions of its n-gram part, each times its share.
 */
#ifndef SN_BLEND_H
#define SN_BLEND_H

#include "model.h"

/* Scratch of one thread; the caller zeroes it once. */
typedef struct sn_blend_scratch {
    sn_ngram_scorer scorer;
    /* [2, outputs]: of svm and nb. */
    float *decisions;
    size_t capacity;
} sn_blend_scratch;

void sn_blend_scratch_free(sn_blend_scratch *scratch);

static inline bool sn_model_has_network(const seqnet_model *model)
{
    return model->network.count > 0;
}

/* Replaces the network's logits [count, outputs], those of the windows of one text, by the model's.
 * A model without a network ignores what they were. Nothing changes for a model without n-grams.
 * SEQNET_ERR_MEMORY. */
seqnet_status sn_blend_text(const seqnet_model *model, sn_blend_scratch *scratch, const char *text,
                            size_t length, float *logits, size_t count, seqnet_error *err);

#endif
