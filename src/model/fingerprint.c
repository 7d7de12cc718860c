/*
 * The fingerprint of a model: a hash of the tensors by name, configuration, vocabulary, labels,
 * text rule and the tensors of n-grams, in this order. Paths, times, threads and the training
 * record are not in it, so that equal training gives an equal fingerprint.
 */
#include <string.h>

#include "assemble.h"
#include "text_rule.h"

#include "banned.h"

/* The length goes first, so that two texts cannot be divided in another way. */
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
    sn_ngram_tensor tensors[SN_NGRAM_TENSORS];
    const size_t count = model->ngrams ? sn_ngrams_tensors(model->ngrams, tensors) : 0;
    for (size_t i = 0; i < count; i++) {
        add_text(&hasher, tensors[i].name, strlen(tensors[i].name));
        add_text(&hasher, tensors[i].data, tensors[i].bytes);
    }
    sn_hasher_end(&hasher, text);
    return SEQNET_OK;
}
