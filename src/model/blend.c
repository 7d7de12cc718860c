#include "blend.h"

#include <stdlib.h>

#include "memory.h"

#include "banned.h"

void sn_blend_scratch_free(sn_blend_scratch *scratch)
{
    sn_ngram_scorer_free(&scratch->scorer);
    free(scratch->decisions);
    *scratch = (sn_blend_scratch){0};
}

void sn_blend_logits(const seqnet_model *model, const float *svm, const float *nb, float *logits,
                     size_t count)
{
    const sn_ngram_config *const config = &model->config.ngrams;
    const size_t outputs = config->outputs;
    const float network = sn_model_has_network(model) ? (float)config->network_share : 0.0F;
    for (size_t i = 0; i < count * outputs; i++) {
        const size_t k = i % outputs;
        const float linear = (float)config->svm_share * svm[k] + (float)config->nb_share * nb[k];
        logits[i] = network > 0.0F ? linear + network * logits[i] : linear;
    }
}

seqnet_status sn_blend_text(const seqnet_model *model, sn_blend_scratch *scratch, const char *text,
                            size_t length, float *logits, size_t count, seqnet_error *err)
{
    const size_t outputs = model->config.ngrams.outputs;
    if (!model->ngrams)
        return SEQNET_OK;
    SN_TRY(sn_grow(&scratch->decisions, &scratch->capacity, 2 * outputs, sizeof *scratch->decisions,
                   err));
    float *const svm = scratch->decisions, *const nb = svm + outputs;
    SN_TRY(sn_ngrams_score(model->ngrams, &scratch->scorer, text, length, svm, nb, err));
    sn_blend_logits(model, svm, nb, logits, count);
    return SEQNET_OK;
}
