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

/* What the logits of a network without n-grams are multiplied by. */
static inline float sn_model_logit_scale(const seqnet_model *model)
{
    return model->config.temperature > 0.0 ? (float)(1.0 / model->config.temperature) : 1.0F;
}

/* What undoes the calibration when a model's logits are multiplied by it: its temperature or, of a
 * model with n-grams, 1 / its largest share. 1: nothing is calibrated. */
static inline float sn_model_raw_scale(const seqnet_model *model)
{
    const sn_model_config *const config = &model->config;
    const double temperature = config->multi_label    ? 0.0
                               : config->ngrams.words ? sn_ngram_temperature(&config->ngrams)
                                                      : config->temperature;
    return temperature > 0.0 ? (float)temperature : 1.0F;
}

/* Replaces the network's logits [count, outputs] of one text by the model's, from the decisions
 * svm[outputs] and nb[outputs] of its n-gram part. A model without a network ignores what they
 * were.
 */
void sn_blend_logits(const seqnet_model *model, const float *svm, const float *nb, float *logits,
                     size_t count);

/* The same for a text whose n-grams are not scored yet: replaces the network's logits, those of
 * its windows. Nothing changes for a model without n-grams. SEQNET_ERR_MEMORY. */
seqnet_status sn_blend_text(const seqnet_model *model, sn_blend_scratch *scratch, const char *text,
                            size_t length, float *logits, size_t count, seqnet_error *err);

#endif
