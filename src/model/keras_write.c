/* Writes a network's layers in Keras's names (keras.h). */
#include "keras.h"

#include <string.h>

#include <seqnet/json.h>

#include "banned.h"

static void add_key(seqnet_json *json, struct cJSON *config, const sn_keras_key *key,
                    const sn_layer_spec *spec)
{
    const char *const at = (const char *)spec + key->offset;
    int choice;
    switch (key->type) {
    case SN_FIELD_SIZE:
        seqnet_json_number(json, config, key->key, (double)*(const size_t *)(const void *)at);
        break;
    case SN_FIELD_BOOL:
        seqnet_json_bool(json, config, key->key, *(const bool *)at != key->is_inverted);
        break;
    case SN_FIELD_RATE:
    case SN_FIELD_POSITIVE:
        seqnet_json_number(json, config, key->key, *(const double *)(const void *)at);
        break;
    case SN_FIELD_CHOICE:
        choice = *(const int *)(const void *)at;
        seqnet_json_string(json, config, key->key, key->words[choice ? choice : key->own]);
        break;
    }
}

static void add_keys(seqnet_json *json, struct cJSON *config, const sn_keras_class *class,
                     const sn_layer_spec *spec)
{
    if (spec->kind == SN_EMBEDDING)
        seqnet_json_number(json, config, "input_dim", (double)spec->embedding.id_count);
    for (const sn_keras_key *key = class->keys; key->key; key++)
        add_key(json, config, key, spec);
}

/* The layer in its wrapper. */
static void add_wrapped(seqnet_json *json, struct cJSON *config, const sn_keras_class *class,
                        const sn_layer_spec *spec)
{
    struct cJSON *const layer = seqnet_json_object(json, config, "layer");
    seqnet_json_string(json, layer, "class_name", class->name);
    add_keys(json, seqnet_json_object(json, layer, "config"), class, spec);
}

/* The layers that it takes, where these are not the one before it. */
static void add_inputs(seqnet_json *json, struct cJSON *entry, const sn_layer_spec *spec,
                       const sn_network *network)
{
    struct cJSON *const inputs = spec->input_count ? seqnet_json_list(json, entry, "inputs") : NULL;
    for (size_t i = 0; i < spec->input_count; i++)
        seqnet_json_string(json, inputs, NULL, network->layers[spec->inputs[i]].name);
}

static void add_layer(seqnet_json *json, const sn_model_config *model, const sn_network *network,
                      size_t number)
{
    sn_layer_spec spec = model->layers[number];
    if (spec.kind == SN_POOLING && spec.pooling.mode == SN_POOL_MAX && !sn_keras_masks(model))
        spec.pooling.mode = SN_POOL_MAX_ALL; /* the same, and Keras's */
    const sn_keras_class *const class = sn_keras_class_of(&spec);
    const bool is_sigmoid = network->outputs == 1 || model->multi_label;
    const bool is_wrapped = sn_layer_ops_of(spec.kind)->cell && spec.recurrent.bidirectional;
    struct cJSON *const entry = seqnet_json_object(json, json->root, NULL);
    seqnet_json_string(json, entry, "class_name", is_wrapped ? "Bidirectional" : class->name);
    if (number + 1 == network->count) /* its activation is the loss's */
        spec.dense.activation = is_sigmoid ? SN_SIGMOID : SN_KERAS_SOFTMAX;
    struct cJSON *const config = seqnet_json_object(json, entry, "config");
    seqnet_json_string(json, config, "name", network->layers[number].name);
    (is_wrapped ? add_wrapped : add_keys)(json, config, class, &spec);
    add_inputs(json, entry, &spec, network);
}

static void add_input_layer(seqnet_json *json, size_t time)
{
    struct cJSON *const entry = seqnet_json_object(json, json->root, NULL);
    seqnet_json_string(json, entry, "class_name", "InputLayer");
    struct cJSON *const config = seqnet_json_object(json, entry, "config");
    struct cJSON *const shape = seqnet_json_list(json, config, "batch_shape");
    seqnet_json_null(json, shape, NULL);
    seqnet_json_number(json, shape, NULL, (double)time);
}

seqnet_status sn_keras_write(const sn_model_config *config, const sn_network *network, char **json,
                             seqnet_error *err)
{
    seqnet_json made = seqnet_json_begin_list();
    if (network->count)
        add_input_layer(&made, config->maxlen);
    for (size_t i = 0; i < network->count; i++)
        add_layer(&made, config, network, i);
    return seqnet_json_end(&made, json, err);
}
