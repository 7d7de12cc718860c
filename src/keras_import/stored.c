#include "stored.h"

#include <stdlib.h>
#include <string.h>

#include "blend.h"
#include "json.h"
#include "maxima.h"
#include "memory.h"

#include "banned.h"

enum { MAX_VALUES = 1 << 22 };

static seqnet_status damaged(const char *place, seqnet_error *err)
{
    return sn_fail(err, SEQNET_ERR_MODEL,
                   "%s: what seqnet has written beside the weights (" SN_WEIGHTS_SEQNET
                   ") is damaged, or of another model; export it again",
                   place);
}

static seqnet_status read_config(sn_stored *stored, const cJSON *root, const char *place,
                                 seqnet_error *err)
{
    const cJSON *const config = cJSON_GetObjectItemCaseSensitive(root, "config");
    if (!cJSON_IsObject(config))
        return damaged(place, err);
    char *const text = cJSON_PrintUnformatted(config);
    if (!text)
        return sn_fail(err, SEQNET_ERR_MEMORY, "out of memory for a configuration");
    const seqnet_status status = sn_config_from_json(&stored->config, text, place, err);
    free(text);
    const char *const rule =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, "text_rule"));
    if (status == SEQNET_OK && (!rule || !sn_text_rule_parse(&stored->config.encoding.rule, rule)))
        return damaged(place, err);
    return status;
}

static seqnet_status read_labels(sn_stored *stored, const cJSON *root, const char *place,
                                 seqnet_error *err)
{
    const cJSON *const list = cJSON_GetObjectItemCaseSensitive(root, "labels"), *item;
    const int count = cJSON_GetArraySize(list);
    if (count < 1 || count > SN_MAX_LABELS)
        return damaged(place, err);
    SN_TRY(sn_alloc(&stored->labels, (size_t)count, sizeof *stored->labels, err));
    cJSON_ArrayForEach(item, list)
    {
        if (!cJSON_IsString(item))
            return damaged(place, err);
        SN_TRY(sn_copy_string(&stored->labels[stored->label_count], item->valuestring,
                              strlen(item->valuestring), err));
        stored->label_count++;
    }
    return SEQNET_OK;
}

static seqnet_status read_unscaled(sn_stored *stored, const cJSON *root, const char *place,
                                   seqnet_error *err)
{
    const cJSON *const list = cJSON_GetObjectItemCaseSensitive(root, "unscaled"), *item;
    const int count = cJSON_GetArraySize(list);
    if (count == 0)
        return stored->config.temperature == 0.0 || stored->config.temperature == 1.0
                   ? SEQNET_OK
                   : damaged(place, err);
    SN_TRY(sn_alloc(&stored->unscaled, (size_t)count, sizeof *stored->unscaled, err));
    cJSON_ArrayForEach(item, list)
    {
        if (!cJSON_IsNumber(item))
            return damaged(place, err);
        stored->unscaled[stored->unscaled_count++] = (float)item->valuedouble;
    }
    return SEQNET_OK;
}

static seqnet_status read_words(sn_stored *stored, const sn_weights_file *file, const char *place,
                                seqnet_error *err)
{
    const sn_weights_asset *const words = sn_weights_file_asset(file, SN_WEIGHTS_WORDS);
    seqnet_error inner = {0};
    if (!words)
        return SEQNET_OK;
    const seqnet_status status =
        sn_vocabulary_from_lines(&stored->vocabulary, words->bytes, words->size, &inner);
    if (status == SEQNET_ERR_DATA)
        return damaged(place, err);
    return status == SEQNET_OK ? status : sn_fail(err, status, "%s", inner.message);
}

seqnet_status sn_stored_read(sn_stored *stored, const sn_weights_file *file, const char *place,
                             seqnet_error *err)
{
    static const sn_json_limits limits = {.values = MAX_VALUES};
    const sn_weights_asset *const asset = sn_weights_file_asset(file, SN_WEIGHTS_SEQNET);
    size_t repaired;
    cJSON *root;
    *stored = (sn_stored){0};
    if (!asset)
        return SEQNET_OK;
    seqnet_status status = sn_json_parse(&root, asset->bytes, asset->size, &limits, &repaired, err);
    if (status != SEQNET_OK)
        return status == SEQNET_ERR_MEMORY ? status : damaged(place, err);
    stored->is_there = true;
    status = read_config(stored, root, place, err);
    if (status == SEQNET_OK)
        status = read_labels(stored, root, place, err);
    if (status == SEQNET_OK)
        status = read_unscaled(stored, root, place, err);
    if (status == SEQNET_OK)
        status = read_words(stored, file, place, err);
    cJSON_Delete(root);
    return status;
}

/* What an import leaves out, since it does not change what a model says: the dropout of states. */
static void keep_dropout(const sn_model_config *stored, sn_model_config *config)
{
    for (size_t i = 0; i < config->layer_count && config->layer_count == stored->layer_count; i++)
        if (config->layers[i].kind == stored->layers[i].kind &&
            sn_layer_ops_of(config->layers[i].kind)->cell)
            config->layers[i].recurrent.recurrent_dropout =
                stored->layers[i].recurrent.recurrent_dropout;
}

seqnet_status sn_stored_apply(const sn_stored *stored, sn_model_config *config, const char *place,
                              seqnet_error *err)
{
    sn_model_config *made;
    if (stored->config.layer_count == 0 || stored->config.maxlen != config->maxlen ||
        stored->config.multi_label != config->multi_label || stored->config.ngrams.words ||
        stored->config.ngrams.characters ||
        (size_t)stored->config.encoding.id_count != config->layers[0].embedding.id_count)
        return damaged(place, err);
    SN_TRY(sn_alloc(&made, 1, sizeof *made, err));
    *made = stored->config;
    memcpy(made->layers, config->layers, sizeof made->layers);
    made->layer_count = config->layer_count;
    keep_dropout(&stored->config, made);
    *config = *made;
    free(made);
    return SEQNET_OK;
}

seqnet_status sn_stored_unscale(const sn_stored *stored, const seqnet_model *model, float *weights,
                                const char *place, seqnet_error *err)
{
    const sn_layer *const last = &model->network.layers[model->network.count - 1];
    float *const scaled = weights + last->offsets[0];
    const float factor = sn_model_logit_scale(model);
    if (!stored->unscaled_count)
        return SEQNET_OK;
    bool fits = stored->unscaled_count == last->parameters;
    for (size_t i = 0; fits && i < last->parameters; i++)
        fits = factor * stored->unscaled[i] == scaled[i];
    if (!fits)
        return damaged(place, err);
    memcpy(scaled, stored->unscaled, last->parameters * sizeof *scaled);
    return SEQNET_OK;
}

void sn_stored_free(sn_stored *stored)
{
    sn_vocabulary_free(stored->vocabulary);
    for (size_t i = 0; i < stored->label_count; i++)
        free(stored->labels[i]);
    free(stored->labels);
    free(stored->unscaled);
    *stored = (sn_stored){0};
}
