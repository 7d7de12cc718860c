/* What lies beside the weights: for seqnet, to make the same model of the file, and for people who
 * use Keras, words and labels in the forms that they know. */
#include <stdlib.h>
#include <string.h>

#include <seqnet/json.h>
#include <seqnet/seqnet.h>

#include "blend.h"
#include "buffer.h"
#include "keras_arrays.h"
#include "memory.h"

#include "banned.h"

static seqnet_status add(sn_weights_file *file, const char *name, sn_buffer *text,
                         seqnet_error *err)
{
    const size_t size = text->length;
    char *bytes;
    SN_TRY(sn_buffer_take(text, &bytes, err));
    return sn_weights_add_asset(file, name, bytes, size, err);
}

/* ---- For seqnet */

/* The last layer as it is without the temperature, which is multiplied into it in the file. */
static void add_unscaled(seqnet_json *json, const seqnet_model *model)
{
    const sn_network *const network = &model->network;
    const sn_layer *const last = &network->layers[network->count - 1];
    if (sn_model_logit_scale(model) == 1.0F)
        return;
    cJSON *const list = seqnet_json_list(json, json->root, "unscaled");
    for (size_t i = 0; i < last->parameters; i++)
        seqnet_json_number(json, list, NULL, (double)model->weights[last->offsets[0] + i]);
}

static seqnet_status write_seqnet(const seqnet_model *model, char **json, seqnet_error *err)
{
    char rule[SN_TEXT_RULE_NAME];
    seqnet_json made = seqnet_json_begin_object();
    seqnet_json_number(&made, made.root, "version", 1.0);
    seqnet_json_raw(&made, made.root, "config", model->config_json);
    seqnet_json_string(&made, made.root, "text_rule",
                       sn_text_rule_name(model->config.encoding.rule, rule));
    cJSON *const labels = seqnet_json_list(&made, made.root, "labels");
    for (size_t i = 0; i < model->label_count; i++)
        seqnet_json_string(&made, labels, NULL, model->label_names[i]);
    add_unscaled(&made, model);
    return seqnet_json_end(&made, json, err);
}

/* The words as they are, which JSON could not hold all: some are no UTF-8. */
static seqnet_status add_ranks(sn_weights_file *file, const seqnet_model *model, seqnet_error *err)
{
    size_t size;
    char *lines;
    if (!model->vocabulary)
        return SEQNET_OK;
    const char *const words =
        sn_vocabulary_lines(model->vocabulary, sn_vocabulary_size(model->vocabulary), &size);
    SN_TRY(sn_copy_string(&lines, words, size, err));
    return sn_weights_add_asset(file, SN_WEIGHTS_WORDS, lines, size, err);
}

static seqnet_status add_seqnet(sn_weights_file *file, const seqnet_model *model, seqnet_error *err)
{
    char *json;
    SN_TRY(write_seqnet(model, &json, err));
    return sn_weights_add_asset(file, SN_WEIGHTS_SEQNET, json, strlen(json), err);
}

/* ---- For people */

static seqnet_status add_labels(sn_weights_file *file, const seqnet_model *model, seqnet_error *err)
{
    sn_buffer text = {0};
    seqnet_status status = SEQNET_OK;
    for (size_t i = 0; i < model->label_count && status == SEQNET_OK; i++)
        status = sn_buffer_format(&text, err, "%s\n", model->label_names[i]);
    if (status == SEQNET_OK)
        status = add(file, SN_WEIGHTS_LABELS, &text, err);
    sn_buffer_free(&text);
    return status;
}

/* Appends a word as Keras has it: with newlines that are some. */
static seqnet_status add_word(sn_buffer *to, const char *word, size_t length, seqnet_error *err)
{
    const size_t stored = sizeof SN_STORED_NEWLINE - 1;
    for (size_t i = 0; i < length;) {
        const bool is_newline =
            length - i >= stored && memcmp(word + i, SN_STORED_NEWLINE, stored) == 0;
        SN_TRY(sn_buffer_add_byte(to, is_newline ? '\n' : word[i], err));
        i += is_newline ? stored : 1;
    }
    return sn_buffer_add_byte(to, '\0', err);
}

/* Ids by word, those that the model knows. */
static seqnet_status write_index(const seqnet_model *model, char **json, seqnet_error *err)
{
    const sn_encoding *const encoding = &model->config.encoding;
    seqnet_json made = seqnet_json_begin_object();
    sn_buffer word = {0};
    seqnet_status status = SEQNET_OK;
    for (int32_t id = 0; id < encoding->id_count && status == SEQNET_OK; id++) {
        size_t length;
        const char *const text = sn_encoding_word(encoding, model->vocabulary, id, &length);
        word.length = 0;
        if (!text)
            continue;
        status = add_word(&word, text, length, err);
        if (status == SEQNET_OK)
            seqnet_json_number(&made, made.root, word.bytes, (double)id);
    }
    sn_buffer_free(&word);
    if (status == SEQNET_OK)
        return seqnet_json_end(&made, json, err);
    seqnet_json_drop(&made);
    return status;
}

/* Tokenizer.to_json(), which has its dictionaries as texts of JSON. */
static seqnet_status write_tokenizer(const seqnet_model *model, const char *index, char **json,
                                     seqnet_error *err)
{
    const sn_encoding *const encoding = &model->config.encoding;
    const sn_text_rule *const rule = &encoding->rule;
    seqnet_json made = seqnet_json_begin_object();
    size_t length;
    seqnet_json_string(&made, made.root, "class_name", "Tokenizer");
    cJSON *const config = seqnet_json_object(&made, made.root, "config");
    seqnet_json_number(&made, config, "num_words", (double)encoding->id_count);
    seqnet_json_string(&made, config, "filters", rule->filters);
    seqnet_json_bool(&made, config, "lower", rule->lower);
    seqnet_json_string(&made, config, "split",
                       rule->split_at == SN_SPLIT_AT_TEXT ? rule->separator : " ");
    seqnet_json_bool(&made, config, "char_level", rule->split_at == SN_SPLIT_CHARACTERS);
    const char *const oov = encoding->oov_char >= 0 ? sn_encoding_word(encoding, model->vocabulary,
                                                                       encoding->oov_char, &length)
                                                    : NULL;
    char *name = NULL;
    const seqnet_status status = oov ? sn_copy_string(&name, oov, length, err) : SEQNET_OK;
    if (name)
        seqnet_json_string(&made, config, "oov_token", name);
    else
        seqnet_json_null(&made, config, "oov_token");
    free(name);
    seqnet_json_number(&made, config, "document_count", 0.0);
    seqnet_json_string(&made, config, "word_counts", "{}");
    seqnet_json_string(&made, config, "word_docs", "{}");
    seqnet_json_string(&made, config, "index_docs", "{}");
    seqnet_json_string(&made, config, "index_word", "{}");
    seqnet_json_string(&made, config, "word_index", index);
    if (status == SEQNET_OK)
        return seqnet_json_end(&made, json, err);
    seqnet_json_drop(&made);
    return status;
}

/* Whether Keras's Tokenizer does with texts what the model does. */
static bool is_tokenizer(const seqnet_model *model)
{
    const sn_encoding *const encoding = &model->config.encoding;
    return encoding->rule.kind == SN_TEXT_RULE_KERAS_TOKENIZER && encoding->start_char < 0 &&
           encoding->index_from == 0 && encoding->skip_top == 0;
}

static seqnet_status add_words(sn_weights_file *file, const seqnet_model *model, seqnet_error *err)
{
    char *index, *tokenizer;
    if (!model->vocabulary)
        return SEQNET_OK;
    SN_TRY(write_index(model, &index, err));
    if (!is_tokenizer(model))
        return sn_weights_add_asset(file, SN_WEIGHTS_WORD_INDEX, index, strlen(index), err);
    const seqnet_status status = write_tokenizer(model, index, &tokenizer, err);
    free(index);
    if (status != SEQNET_OK)
        return status;
    return sn_weights_add_asset(file, SN_WEIGHTS_TOKENIZER, tokenizer, strlen(tokenizer), err);
}

seqnet_status sn_keras_extras_add(sn_weights_file *file, const seqnet_model *model,
                                  seqnet_error *err)
{
    SN_TRY(add_seqnet(file, model, err));
    SN_TRY(add_ranks(file, model, err));
    SN_TRY(add_labels(file, model, err));
    return add_words(file, model, err);
}
