/* Configurations of earlier versions of Keras in today's names. */
#include <string.h>

#include "graph.h"

#include "banned.h"

typedef struct renamed {
    const char *old, *name;
} renamed;

static const renamed CLASSES[] = {{"Convolution1D", "Conv1D"},
                                  {"AtrousConvolution1D", "Conv1D"},
                                  {"SeparableConvolution1D", "SeparableConv1D"},
                                  {"MaxPool1D", "MaxPooling1D"},
                                  {"AvgPool1D", "AveragePooling1D"},
                                  {"GlobalMaxPool1D", "GlobalMaxPooling1D"},
                                  {"GlobalAvgPool1D", "GlobalAveragePooling1D"},
                                  {"TimeDistributedDense", "Dense"},
                                  {"BatchNormalizationV1", "BatchNormalization"},
                                  {"BatchNormalizationV2", "BatchNormalization"},
                                  {"UnifiedLSTM", "LSTM"},
                                  {"UnifiedGRU", "GRU"},
                                  {"Convolution2D", "Conv2D"},
                                  {"MaxPool2D", "MaxPooling2D"},
                                  {"GlobalMaxPool2D", "GlobalMaxPooling2D"},
                                  {"Network", "Functional"},
                                  {"Model", "Functional"},
                                  {NULL, NULL}};

/* Keys of Keras 1 by the class in today's name; NULL: of any class. The first that fits counts. */
static const struct {
    const char *class_name;
    renamed key;
} KEYS[] = {{"Dense", {"output_dim", "units"}},
            {"LSTM", {"output_dim", "units"}},
            {"GRU", {"output_dim", "units"}},
            {"SimpleRNN", {"output_dim", "units"}},
            {NULL, {"inner_activation", "recurrent_activation"}},
            {"Conv1D", {"nb_filter", "filters"}},
            {"Conv1D", {"filter_length", "kernel_size"}},
            {"Conv1D", {"subsample_length", "strides"}},
            {"Conv1D", {"atrous_rate", "dilation_rate"}},
            {"MaxPooling1D", {"pool_length", "pool_size"}},
            {"MaxPooling1D", {"stride", "strides"}},
            {"AveragePooling1D", {"pool_length", "pool_size"}},
            {"AveragePooling1D", {"stride", "strides"}},
            {NULL, {"border_mode", "padding"}},
            {NULL, {"bias", "use_bias"}},
            {"Dropout", {"p", "rate"}},
            {"SpatialDropout1D", {"p", "rate"}},
            {"LeakyReLU", {"alpha", "negative_slope"}}};

const cJSON *sn_json_member(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

const char *sn_json_text(const cJSON *object, const char *key)
{
    const cJSON *const item = sn_json_member(object, key);
    return cJSON_IsString(item) ? item->valuestring : NULL;
}

bool sn_json_is_true(const cJSON *object, const char *key)
{
    return cJSON_IsTrue(sn_json_member(object, key));
}

static bool add(cJSON *object, const char *key, cJSON *item)
{
    if (item && cJSON_AddItemToObject(object, key, item))
        return true;
    cJSON_Delete(item);
    return false;
}

static bool set_text(cJSON *object, const char *key, const char *text)
{
    cJSON *const copy = cJSON_CreateString(text);
    cJSON_DeleteItemFromObjectCaseSensitive(object, key);
    return add(object, key, copy);
}

static bool rename_keys(cJSON *config, const char *class_name)
{
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) {
        const renamed *const key = &KEYS[i].key;
        if ((KEYS[i].class_name && strcmp(KEYS[i].class_name, class_name) != 0) ||
            !sn_json_member(config, key->old) || sn_json_member(config, key->name))
            continue;
        if (!add(config, key->name, cJSON_DetachItemFromObjectCaseSensitive(config, key->old)))
            return false;
    }
    return true;
}

/* A function is its name, {"class_name": "function", "config": NAME}. Keras 3 may add its module to
 * the name. */
static bool name_function(cJSON *config, const char *key)
{
    const cJSON *const value = sn_json_member(config, key);
    const char *const class_name = sn_json_text(value, "class_name");
    const char *name = cJSON_IsString(value) ? value->valuestring : NULL;
    char copy[64] = "";
    if (class_name && strcmp(class_name, "function") == 0)
        name = sn_json_text(value, "config");
    if (cJSON_IsNull(value))
        name = "linear";
    if (!name || strlen(name) >= sizeof copy)
        return true;
    const char *const dot = strrchr(name, '.');
    memcpy(copy, dot ? dot + 1 : name, strlen(dot ? dot + 1 : name) + 1);
    if (cJSON_IsString(value) && strcmp(copy, value->valuestring) == 0)
        return true;
    return set_text(config, key, copy);
}

/* Puts a layer in the place of a wrapper around it that changes nothing. What the wrapper's config
 * has, its name above all, stays. */
static bool unwrap(cJSON *entry, cJSON *config, const char *key, const char *class_name)
{
    cJSON *const inner = cJSON_DetachItemFromObjectCaseSensitive(config, key);
    const cJSON *item;
    bool done = true;
    cJSON_ArrayForEach(item, sn_json_member(inner, "config"))
    {
        if (!sn_json_member(config, item->string))
            done = done && add(config, item->string, cJSON_Duplicate(item, true));
    }
    done = done && set_text(entry, "class_name", class_name);
    cJSON_Delete(inner);
    return done;
}

/* RNN(LSTMCell(units)) is LSTM(units), and TimeDistributed of a layer that treats each timestep
 * alone is this layer. */
static bool unwrap_layer(cJSON *entry, cJSON *config)
{
    static const struct {
        const char *wrapper, *key;
        renamed inner;
    } wrapped[] = {{"RNN", "cell", {"LSTMCell", "LSTM"}},
                   {"RNN", "cell", {"GRUCell", "GRU"}},
                   {"RNN", "cell", {"SimpleRNNCell", "SimpleRNN"}},
                   {"TimeDistributed", "layer", {"Dense", "Dense"}},
                   {"TimeDistributed", "layer", {"Activation", "Activation"}},
                   {"TimeDistributed", "layer", {"Dropout", "Dropout"}},
                   {"TimeDistributed", "layer", {"ReLU", "ReLU"}},
                   {"TimeDistributed", "layer", {"LeakyReLU", "LeakyReLU"}},
                   {"TimeDistributed", "layer", {"BatchNormalization", "BatchNormalization"}}};
    for (size_t i = 0; i < sizeof wrapped / sizeof *wrapped; i++) {
        const char *const wrapper = sn_json_text(entry, "class_name");
        const char *const inner =
            sn_json_text(sn_json_member(config, wrapped[i].key), "class_name");
        if (inner && strcmp(wrapper, wrapped[i].wrapper) == 0 &&
            strcmp(inner, wrapped[i].inner.old) == 0)
            return unwrap(entry, config, wrapped[i].key, wrapped[i].inner.name);
    }
    return true;
}

static bool rename_class(cJSON *entry)
{
    const char *const class_name = sn_json_text(entry, "class_name");
    for (const renamed *found = CLASSES; found->old; found++)
        if (strcmp(found->old, class_name) == 0)
            return set_text(entry, "class_name", found->name);
    return true;
}

static bool modernise(cJSON *entry);

/* Of a Bidirectional. */
static bool modernise_inner(cJSON *config, const char *key)
{
    cJSON *const inner = cJSON_GetObjectItemCaseSensitive(config, key);
    return !sn_json_text(inner, "class_name") || modernise(inner);
}

static bool modernise(cJSON *entry)
{
    cJSON *const config = cJSON_GetObjectItemCaseSensitive(entry, "config");
    if (!set_text(entry, SN_STORED_CLASS, sn_json_text(entry, "class_name")))
        return false;
    if (!cJSON_IsObject(config))
        return rename_class(entry);
    if (!unwrap_layer(entry, config) || !rename_class(entry) ||
        !rename_keys(config, sn_json_text(entry, "class_name")))
        return false;
    return (!sn_json_member(config, "activation") || name_function(config, "activation")) &&
           (!sn_json_member(config, "recurrent_activation") ||
            name_function(config, "recurrent_activation")) &&
           modernise_inner(config, "layer") && modernise_inner(config, "backward_layer");
}

seqnet_status sn_keras_modernise(cJSON *entry, seqnet_error *err)
{
    if (sn_json_text(entry, "class_name") && !modernise(entry))
        return sn_fail(err, SEQNET_ERR_MEMORY, "out of memory for a configuration");
    return SEQNET_OK;
}
