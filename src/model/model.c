/* What a model says about itself, and how it is freed: see model.h. */
#include "model.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "memory.h"
#include "pad.h"
#include "recurrent.h"
#include "text_rule.h"

#include "banned.h"

void seqnet_model_free(seqnet_model *model)
{
    if (!model)
        return;
    for (size_t i = 0; i < model->label_count; i++)
        free(model->label_names[i]);
    free(model->label_names);
    free(model->owned_weights);
    free(model->training_json);
    free(model->held_out_json);
    sn_held_out_free(&model->held_out);
    sn_remembered_free(&model->remembered);
    cJSON_free(model->config_json);
    sn_bytes_close(&model->file);
    sn_vocabulary_free(model->vocabulary);
    sn_network_free(&model->network);
    sn_ngrams_free(model->ngrams);
    free(model);
}

size_t seqnet_model_layer_count(const seqnet_model *model)
{
    return model->network.count;
}

seqnet_layer_info seqnet_model_layer(const seqnet_model *model, size_t index)
{
    const sn_layer *const layer = &model->network.layers[index];
    return (seqnet_layer_info){.name = layer->name,
                               .type = sn_layer_title(layer),
                               .time = layer->output.time,
                               .features = layer->output.features,
                               .parameters = layer->parameters,
                               .gates = layer->ops->cell ? layer->ops->cell->gates : 0,
                               .input_count = layer->input_count};
}

size_t seqnet_model_layer_input(const seqnet_model *model, size_t index, size_t i)
{
    return (size_t)(model->network.layers[index].inputs[i] - model->network.layers);
}

size_t seqnet_model_parameters(const seqnet_model *model)
{
    return model->network.table.floats;
}

seqnet_ngram_info seqnet_model_ngrams(const seqnet_model *model)
{
    const sn_ngram_config *const config = &model->config.ngrams;
    if (!model->ngrams)
        return (seqnet_ngram_info){0};
    return (seqnet_ngram_info){.words = config->words,
                               .characters = config->characters,
                               .count = model->ngrams->count,
                               .svm_share = config->svm_share,
                               .nb_share = config->nb_share,
                               .network_share = config->network_share};
}

void seqnet_model_engine(const seqnet_model *model, char text[SEQNET_ENGINE_TEXT])
{
    sn_engine_describe(&model->network, model->config.padding, text, SEQNET_ENGINE_TEXT);
}

const char *seqnet_model_fingerprint(const seqnet_model *model)
{
    return model->fingerprint;
}

const char *seqnet_model_config_json(const seqnet_model *model)
{
    return model->config_json;
}

seqnet_status seqnet_model_record(seqnet_model *model, const char *key, const char *value,
                                  seqnet_error *err)
{
    char *record;
    const char *const old = model->training_json;
    const char *const brace = strrchr(old, '}'); /* parsed again, large seeds would lose digits */
    const char *const comma = brace > old + 1 ? "," : "";
    SN_TRY(sn_format(&record, err, "%.*s%s\"%s\":%s}", (int)(brace - old), old, comma, key, value));
    free(model->training_json);
    model->training_json = record;
    return SEQNET_OK;
}

const char *seqnet_model_training_json(const seqnet_model *model)
{
    return model->training_json;
}

const char *seqnet_model_label_name(const seqnet_model *model, size_t label)
{
    return model->label_names[label];
}

size_t seqnet_model_label_count(const seqnet_model *model)
{
    return model->label_count;
}

bool seqnet_model_is_multi_label(const seqnet_model *model)
{
    return model->config.multi_label;
}

double seqnet_model_threshold(const seqnet_model *model)
{
    return model->config.threshold;
}

double seqnet_model_temperature(const seqnet_model *model)
{
    return model->config.temperature;
}

bool seqnet_model_is_reproducible(const seqnet_model *model)
{
    return model->config.reproducible;
}

const char *seqnet_model_label_separator(const seqnet_model *model)
{
    return *model->config.label_separator ? model->config.label_separator : ";";
}

size_t seqnet_model_vocabulary_size(const seqnet_model *model)
{
    return model->vocabulary ? sn_vocabulary_size(model->vocabulary) : 0;
}

size_t seqnet_model_row_tokens(const seqnet_model *model, const int32_t *ids, size_t length)
{
    const sn_model_config *const config = &model->config;
    ids = sn_truncate(ids, &length, config->maxlen, config->padding.truncating);
    return sn_count_ids(ids, length);
}

const char *seqnet_model_word(const seqnet_model *model, int32_t id, size_t *length)
{
    const char *const word =
        sn_encoding_word(&model->config.encoding, model->vocabulary, id, length);
    return word ? sn_token_shown(word, length) : NULL;
}

seqnet_status seqnet_model_text_rule(const seqnet_model *model, char **rule, seqnet_error *err)
{
    char name[SN_TEXT_RULE_NAME];
    sn_text_rule_name(model->config.encoding.rule, name);
    return sn_copy_string(rule, name, strlen(name), err);
}

const seqnet_held_out *seqnet_model_held_out(const seqnet_model *model)
{
    return model->held_out_json ? &model->held_out : NULL;
}

const char *seqnet_model_held_out_json(const seqnet_model *model)
{
    return model->held_out_json;
}

double seqnet_model_abstain_below(const seqnet_model *model)
{
    return model->config.abstain_below;
}
