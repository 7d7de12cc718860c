#include "onnx_metadata.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/json.h>
#include <seqnet/seqnet.h>

#include "buffer.h"
#include "utf8.h"

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

/* Appends words, a line each, as UTF-8, which texts of ONNX must be. */
static seqnet_status add_lines(sn_buffer *to, const char *lines, size_t size, seqnet_error *err)
{
    enum { REPLACEMENT = 0xfffd, NEWLINE_SYMBOL = 0x2424 };
    const size_t stored = sizeof SN_STORED_NEWLINE - 1;
    for (size_t pos = 0; pos < size;) {
        char bytes[4];
        int32_t code = NEWLINE_SYMBOL;
        if (size - pos >= stored && memcmp(lines + pos, SN_STORED_NEWLINE, stored) == 0)
            pos += stored;
        else
            pos += sn_utf8_decode(lines + pos, size - pos, &code);
        SN_TRY(sn_buffer_add(to, bytes, sn_utf8_encode(code < 0 ? REPLACEMENT : code, bytes), err));
    }
    return sn_buffer_add_byte(to, '\0', err);
}

static seqnet_status tell_words(const seqnet_model *model, sn_onnx_pair *pair, void *user,
                                seqnet_error *err)
{
    size_t size;
    char rule[SN_TEXT_RULE_NAME];
    sn_buffer lines = {0};
    if (!model->vocabulary)
        return SEQNET_OK;
    const char *const words =
        sn_vocabulary_lines(model->vocabulary, sn_vocabulary_size(model->vocabulary), &size);
    const seqnet_status status = add_lines(&lines, words, size, err);
    if (status == SEQNET_OK) {
        pair(user, "text_rule", sn_text_rule_name(model->config.encoding.rule, rule));
        pair(user, "vocabulary", lines.bytes);
    }
    sn_buffer_free(&lines);
    return status;
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
