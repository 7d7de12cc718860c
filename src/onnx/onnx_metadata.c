#include "onnx_metadata.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <seqnet/json.h>
#include <seqnet/seqnet.h>

#include "memory.h"

#include "banned.h"

enum { NUMBER = 32 };

static void tell_number(sn_onnx_pair *pair, void *user, const char *key, int64_t number)
{
    char text[NUMBER];
    (void)snprintf(text, sizeof text, "%" PRId64, number);
    pair(user, key, text);
}

static void tell_real(sn_onnx_pair *pair, void *user, const char *key, double number)
{
    char text[NUMBER];
    (void)snprintf(text, sizeof text, "%.9g", number);
    pair(user, key, text);
}

static const char *side_name(seqnet_side side)
{
    return side == SEQNET_PRE ? "pre" : "post";
}

static seqnet_status tell_labels(const seqnet_model *model, sn_onnx_pair *pair, void *user,
                                 seqnet_error *err)
{
    seqnet_json list = seqnet_json_begin_list();
    char *text;
    for (size_t i = 0; i < model->label_count; i++)
        seqnet_json_string(&list, list.root, NULL, model->label_names[i]);
    SN_TRY(seqnet_json_end(&list, &text, err));
    pair(user, "labels", text);
    free(text);
    return SEQNET_OK;
}

static seqnet_status tell_words(const seqnet_model *model, sn_onnx_pair *pair, void *user,
                                seqnet_error *err)
{
    size_t size;
    char *lines, rule[SN_TEXT_RULE_NAME];
    if (!model->vocabulary)
        return SEQNET_OK;
    const char *const words =
        sn_vocabulary_lines(model->vocabulary, sn_vocabulary_size(model->vocabulary), &size);
    SN_TRY(sn_copy_string(&lines, words, size, err));
    pair(user, "text_rule", sn_text_rule_name(model->config.encoding.rule, rule));
    pair(user, "vocabulary", lines);
    free(lines);
    return SEQNET_OK;
}

static void tell_encoding(const sn_encoding *encoding, sn_onnx_pair *pair, void *user)
{
    tell_number(pair, user, "index_from", encoding->index_from);
    tell_number(pair, user, "num_words", encoding->id_count);
    tell_number(pair, user, "skip_top", encoding->skip_top);
    tell_number(pair, user, "oov_char", encoding->oov_char);
    tell_number(pair, user, "start_char", encoding->start_char);
}

static void tell_answers(const sn_model_config *config, sn_onnx_pair *pair, void *user)
{
    if (config->multi_label) {
        pair(user, "multi_label", "true");
        tell_real(pair, user, "threshold", config->threshold);
    }
    if (config->abstain_below > 0.0)
        tell_real(pair, user, "abstain_below", config->abstain_below);
}

seqnet_status sn_onnx_metadata(const seqnet_model *model, sn_onnx_pair *pair, void *user,
                               seqnet_error *err)
{
    const sn_model_config *const config = &model->config;
    pair(user, "seqnet_version", seqnet_version());
    pair(user, "fingerprint", model->fingerprint);
    SN_TRY(tell_labels(model, pair, user, err));
    tell_number(pair, user, "maxlen", (int64_t)config->maxlen);
    pair(user, "padding", side_name(config->padding.padding));
    pair(user, "truncating", side_name(config->padding.truncating));
    SN_TRY(tell_words(model, pair, user, err));
    tell_encoding(&config->encoding, pair, user);
    tell_answers(config, pair, user);
    pair(user, "config", model->config_json);
    return SEQNET_OK;
}
