#include "model.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/seqnet.h>

#include "cores.h"
#include "dataset.h"
#include "gemm.h"
#include "kernels.h"
#include "memory.h"
#include "pad.h"
#include "text_rule.h"

#include "banned.h"

const char *seqnet_version(void)
{
    return SEQNET_VERSION;
}

const char *seqnet_blas_name(void)
{
    return sn_gemm_name();
}

const char *seqnet_blas_problem(void)
{
    return sn_gemm_problem();
}

const char *seqnet_instruction_set(void)
{
    return sn_kernels_best()->name;
}

const char *seqnet_instruction_set_problem(void)
{
    static _Thread_local char problem[256];
    const char *const ignored = sn_kernels_ignored();
    char names[64] = "";
    if (!ignored)
        return NULL;
    for (int isa = 0; isa < SN_ISA_COUNT; isa++) {
        const size_t used = strlen(names);
        if (sn_kernels_of((sn_isa)isa))
            (void)snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "",
                           sn_isa_name((sn_isa)isa));
    }
    (void)snprintf(problem, sizeof problem,
                   "SEQNET_ISA=%.64s names none of the instruction sets here (%s); %s is used",
                   ignored, names, seqnet_instruction_set());
    return problem;
}

size_t seqnet_usable_cores(void)
{
    return sn_usable_cores();
}

void seqnet_model_free(seqnet_model *model)
{
    if (!model)
        return;
    for (size_t i = 0; i < model->label_count; i++)
        free(model->label_names[i]);
    free(model->label_names);
    free(model->owned_weights);
    free(model->training_json);
    cJSON_free(model->config_json);
    sn_bytes_close(&model->file);
    sn_vocabulary_free(model->vocabulary);
    sn_network_free(&model->network);
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
                               .parameters = layer->parameters};
}

size_t seqnet_model_parameters(const seqnet_model *model)
{
    return model->network.table.floats;
}

const char *seqnet_model_engine(const seqnet_model *model)
{
    return sn_engine_describe(&model->network, model->config.padding);
}

const char *seqnet_model_fingerprint(const seqnet_model *model)
{
    return model->fingerprint;
}

const char *seqnet_model_config_json(const seqnet_model *model)
{
    return model->config_json;
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
    return sn_encoding_word(&model->config.encoding, model->vocabulary, id, length);
}

static void add_text(sn_hasher *hasher, const char *text, size_t size)
{
    sn_hasher_add_number(hasher, size);
    sn_hasher_add(hasher, text, size);
}

seqnet_status sn_model_compute_fingerprint(const seqnet_model *model, char text[SN_HASH_TEXT],
                                           seqnet_error *err)
{
    const sn_tensor_table *const table = &model->network.table;
    sn_hasher hasher;
    SN_TRY(sn_hasher_begin(&hasher, err));
    for (size_t i = 0; i < table->count; i++) {
        const sn_tensor *const tensor = &table->tensors[i];
        add_text(&hasher, tensor->name, strlen(tensor->name));
        sn_hasher_add_number(&hasher, tensor->count);
        sn_hasher_add(&hasher, model->weights + tensor->offset, tensor->count * sizeof(float));
    }
    add_text(&hasher, model->config_json, strlen(model->config_json));
    size_t size = 0;
    const char *const lines =
        model->vocabulary ? sn_vocabulary_lines(model->vocabulary, SIZE_MAX, &size) : "";
    add_text(&hasher, lines, size);
    for (size_t i = 0; i < model->label_count; i++)
        add_text(&hasher, model->label_names[i], strlen(model->label_names[i]));
    char rule[SN_TEXT_RULE_NAME];
    sn_text_rule_name(model->config.encoding.rule, rule);
    add_text(&hasher, rule, strlen(rule));
    sn_hasher_end(&hasher, text);
    return SEQNET_OK;
}

/* Which data a model can be evaluated on follows from what it was trained on. */
static seqnet_status check_source(const seqnet_model *model, const seqnet_dataset *dataset,
                                  seqnet_error *err)
{
    if (model->config.source == SN_SOURCE_TEXT && !dataset->from_text)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: holds ids of another vocabulary: the model was trained on texts; use a "
                       "model trained on this data",
                       dataset->source);
    if (!model->vocabulary && dataset->from_text)
        return sn_fail(err, SEQNET_ERR_MODEL,
                       "%s: holds texts, but the model has no vocabulary; train it again with "
                       "--word-index",
                       dataset->source);
    return SEQNET_OK;
}

/* The options with which the model's rows were encoded, over those that are given. */
static seqnet_dataset_options own_options(const seqnet_model *model,
                                          const seqnet_dataset_options *given)
{
    const sn_encoding *const encoding = &model->config.encoding;
    seqnet_dataset_options options = given ? *given : seqnet_dataset_options_default();
    options.words.num_words = encoding->id_count;
    options.ids.skip_top = encoding->skip_top;
    options.ids.start_char = encoding->start_char;
    options.ids.oov_char = encoding->oov_char;
    options.ids.index_from = encoding->index_from;
    return options;
}

static sn_fixed_words own_words(const seqnet_model *model, const sn_vocabulary *vocabulary)
{
    return (sn_fixed_words){.vocabulary = vocabulary,
                            .rule = model->config.encoding.rule,
                            .label_names = model->label_names,
                            .label_count = model->label_count};
}

seqnet_status seqnet_model_load_dataset(const seqnet_model *model, seqnet_dataset **dataset,
                                        const char *data, const seqnet_dataset_options *given,
                                        seqnet_error *err)
{
    const seqnet_dataset_options options = own_options(model, given);
    /* An empty vocabulary serves a model without one, so that no file is searched for. */
    sn_vocabulary *none = NULL;
    if (!model->vocabulary)
        SN_TRY(sn_vocabulary_from_lines(&none, "", 0, err));
    const sn_fixed_words fixed = own_words(model, none ? none : model->vocabulary);
    seqnet_status status = sn_dataset_load_with(dataset, data, &options, &fixed, err);
    sn_vocabulary_free(none);
    if (status == SEQNET_OK)
        status = check_source(model, *dataset, err);
    if (status != SEQNET_OK) {
        seqnet_dataset_free(*dataset);
        *dataset = NULL;
    }
    return status;
}

seqnet_status seqnet_model_recode_dataset(const seqnet_model *model, seqnet_dataset **recoded,
                                          const seqnet_dataset *dataset, seqnet_error *err)
{
    *recoded = NULL;
    SN_TRY(check_source(model, dataset, err));
    const seqnet_dataset_options options = own_options(model, NULL);
    const sn_fixed_words fixed = own_words(model, model->vocabulary);
    return sn_dataset_recode(recoded, dataset, &options, &fixed, err);
}

/* The id of a word as sn_encode_text gives it. */
static seqnet_token make_token(const seqnet_model *model, const char *word, size_t length)
{
    const sn_encoding *const encoding = &model->config.encoding;
    size_t unknown = 0;
    const int32_t id = sn_encoding_id(encoding, model->vocabulary, word, length, &unknown);
    return (seqnet_token){.kind = unknown ? SEQNET_TOKEN_UNKNOWN : SEQNET_TOKEN_WORD,
                          .text = word,
                          .length = length,
                          .id = id};
}

seqnet_status seqnet_model_tokens(const seqnet_model *model, const char *text, size_t length,
                                  seqnet_token_callback *callback, void *user, seqnet_error *err)
{
    const sn_encoding *const encoding = &model->config.encoding;
    sn_tokenizer tokenizer = {0};
    if (!model->vocabulary)
        return sn_fail(err, SEQNET_ERR_MODEL,
                       "the model was trained without a word index, so it cannot read text");
    if (encoding->start_char >= 0) {
        const seqnet_token start = {.kind = SEQNET_TOKEN_START,
                                    .text = "",
                                    .id = sn_encoding_limit(encoding, encoding->start_char)};
        callback(user, &start);
    }
    const seqnet_status status = sn_tokenizer_start(&tokenizer, encoding->rule, text, length, err);
    const char *word;
    while (status == SEQNET_OK && sn_tokenizer_next(&tokenizer, &word, &length)) {
        const seqnet_token token = make_token(model, word, length);
        callback(user, &token);
    }
    sn_tokenizer_free(&tokenizer);
    return status;
}
