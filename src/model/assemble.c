#include "assemble.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "string_set.h"
#include "vec.h"

#include "banned.h"

static seqnet_status use_config(seqnet_model *model, const sn_model_config *config,
                                seqnet_error *err)
{
    sn_network *const network = &model->network;
    model->config = *config;
    if (config->layer_count || !config->ngrams.words)
        SN_TRY(sn_network_init(network, config->layers, config->layer_count, config->maxlen, err));
    else
        *network = (sn_network){.time = config->maxlen, .outputs = config->ngrams.outputs};
    network->arithmetic = config->reproducible ? SN_REPRODUCIBLE : SN_FAST;
    if (config->ngrams.words && config->ngrams.outputs != network->outputs)
        return sn_fail(err, SEQNET_ERR_USAGE, "a network of %zu outputs beside n-grams of %zu",
                       network->outputs, config->ngrams.outputs);
    return sn_config_to_json(config, &model->config_json, err);
}

seqnet_status sn_model_outline(seqnet_model **model, const sn_model_config *config,
                               seqnet_error *err)
{
    SN_TRY(sn_alloc(model, 1, sizeof **model, err));
    const seqnet_status status = use_config(*model, config, err);
    if (status != SEQNET_OK) {
        seqnet_model_free(*model);
        *model = NULL;
    }
    return status;
}

seqnet_status sn_model_check_names(const char *const *names, size_t count, const char *place,
                                   seqnet_error *err)
{
    sn_string_set known = {0};
    seqnet_status status = SEQNET_OK;
    for (size_t i = 0; i < count && status == SEQNET_OK; i++) {
        size_t number = i;
        status = sn_string_set_add(&known, names[i], strlen(names[i]), &number, err);
        if (status == SEQNET_OK && (number < i || !*names[i]))
            status = sn_fail(err, SEQNET_ERR_MODEL, "%s: is damaged: the label '%.80s' %s", place,
                             names[i], *names[i] ? "stands twice" : "is empty");
    }
    sn_string_set_free(&known);
    return status;
}

seqnet_status sn_model_set_labels(seqnet_model *model, const char *const *names, size_t count,
                                  seqnet_error *err)
{
    if (count > SN_MAX_LABELS)
        return sn_fail(err, SEQNET_ERR_USAGE, "a model has at most %d labels, not %zu",
                       SN_MAX_LABELS, count);
    SN_TRY(sn_alloc(&model->label_names, count, sizeof *model->label_names, err));
    model->label_count = count;
    for (size_t i = 0; i < count; i++)
        SN_TRY(sn_copy_string(&model->label_names[i], names[i], strlen(names[i]), err));
    return SEQNET_OK;
}

seqnet_status sn_model_calibrate(seqnet_model *model, const sn_model_config *from,
                                 seqnet_error *err)
{
    char *json;
    sn_model_config config = model->config;
    config.threshold = from->threshold;
    config.temperature = from->temperature;
    config.abstain_below = from->abstain_below;
    SN_TRY(sn_config_to_json(&config, &json, err));
    cJSON_free(model->config_json);
    model->config_json = json;
    model->config = config;
    return SEQNET_OK;
}

seqnet_status sn_model_set_held_out(seqnet_model *model, const char *json, const char *place,
                                    seqnet_error *err)
{
    char *copy = NULL;
    seqnet_held_out held_out = {0};
    if (json) {
        SN_TRY(sn_copy_string(&copy, json, strlen(json), err));
        const seqnet_status status =
            sn_held_out_from_json(&held_out, json, model->label_count, place, err);
        if (status != SEQNET_OK) {
            sn_held_out_free(&held_out);
            free(copy);
            return status;
        }
    }
    sn_held_out_free(&model->held_out);
    free(model->held_out_json);
    model->held_out_json = copy;
    model->held_out = held_out;
    return SEQNET_OK;
}

seqnet_status sn_model_mark_refitted(seqnet_model *model, seqnet_error *err)
{
    char *json;
    model->held_out.is_refitted = true;
    SN_TRY(sn_held_out_to_json(&model->held_out, &json, err));
    free(model->held_out_json);
    model->held_out_json = json;
    return SEQNET_OK;
}

seqnet_status sn_model_check_labels(const seqnet_model *model, seqnet_error *err)
{
    const size_t outputs = model->network.outputs;
    const size_t classes = model->config.multi_label ? outputs : sn_class_count(outputs);
    if (model->label_count != classes)
        return sn_fail(err, SEQNET_ERR_MODEL,
                       "is damaged: it names %zu classes, its network has %zu", model->label_count,
                       classes);
    return SEQNET_OK;
}

static seqnet_status check_weights(const seqnet_model *model, seqnet_error *err)
{
    const size_t floats = model->network.table.floats;
    if (floats && !sn_vec_all_finite(model->weights, floats))
        return sn_fail(err, SEQNET_ERR_MODEL,
                       "holds weights that are not finite numbers; train it again");
    const sn_ngrams *const ngrams = model->ngrams;
    if (ngrams && !sn_vec_all_finite(ngrams->scales, SN_NGRAM_SCALES * ngrams->outputs))
        return sn_fail(err, SEQNET_ERR_MODEL,
                       "holds n-grams whose scales are not finite numbers; train it again");
    return SEQNET_OK;
}

seqnet_status sn_model_complete(seqnet_model *model, const float *weights, char *training_json,
                                seqnet_error *err)
{
    model->weights = weights;
    model->training_json = training_json;
    SN_TRY(sn_model_check_labels(model, err));
    SN_TRY(check_weights(model, err));
    return sn_model_compute_fingerprint(model, model->fingerprint, err);
}
