#include "translate.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "keras_reader.h"

#include "banned.h"

/* ---- Layers ---- */

static bool takes_images(const char *class_name)
{
    static const char *const classes[] = {"Conv2D", "Flatten", "Reshape", "Dropout"};
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (strcmp(classes[i], class_name) == 0)
            return true;
    return false;
}

seqnet_status sn_translate_from(const sn_translation *t, const sn_graph_node *node, size_t *layer)
{
    if (node->input_count == 0 || t->layers[node->inputs[0]] == SN_LAYER_OF_IDS)
        return sn_translate_refuse(
            t, node,
            "it takes the model's input, which must be ids of words that an "
            "Embedding layer takes; a model over other numbers is not one of "
            "texts");
    if (node->input_count > 1 || node->takes_state)
        return sn_translate_refuse(t, node,
                                   "it takes a state to begin with, or another input beside its "
                                   "first one, which is not supported");
    if (t->images[node->inputs[0]] == SN_IMAGE_WIDE && !takes_images(node->class_name))
        return sn_translate_refuse(t, node, "an input of one channel is supported for Conv2D only");
    *layer = t->layers[node->inputs[0]];
    return SEQNET_OK;
}

static size_t steps_after(const sn_layer_spec *spec, size_t time)
{
    if (spec->kind == SN_CONV1D && spec->conv1d.padding == SN_CONV_VALID)
        return time >= spec->conv1d.kernel_size ? time - spec->conv1d.kernel_size + 1 : 0;
    if (spec->kind == SN_MAX_POOLING1D)
        return time / spec->max_pooling1d.pool_size;
    if (sn_layer_ops_of(spec->kind)->cell)
        return spec->recurrent.return_sequences ? time : 0;
    return spec->kind == SN_POOLING || spec->kind == SN_FLATTEN ? 0 : time;
}

static size_t features_after(const sn_layer_spec *spec, sn_shape input)
{
    if (sn_layer_ops_of(spec->kind)->cell)
        return spec->recurrent.units * (spec->recurrent.bidirectional ? 2 : 1);
    return spec->kind == SN_EMBEDDING ? spec->embedding.units
           : spec->kind == SN_DENSE   ? spec->dense.units
           : spec->kind == SN_CONV1D  ? spec->conv1d.units
           : spec->kind == SN_FLATTEN ? sn_shape_size(input, 1)
                                      : input.features;
}

static seqnet_status join_shapes(const sn_translation *t, const sn_graph_node *node,
                                 const size_t *inputs, size_t count, sn_shape *shape)
{
    *shape = count ? t->shapes[inputs[0]] : (sn_shape){.time = t->time};
    for (size_t i = 1; i < count; i++) {
        if (t->shapes[inputs[i]].time != shape->time)
            return sn_translate_refuse(t, node,
                                       "it takes %zu timesteps of one layer and %zu of another",
                                       shape->time, t->shapes[inputs[i]].time);
        shape->features += t->shapes[inputs[i]].features;
    }
    return SEQNET_OK;
}

/* A size that a file of a model may say, but no machine can have. */
static bool is_too_large(sn_shape shape)
{
    return shape.features > INT32_MAX ||
           (shape.features && sn_shape_steps(shape) > ((size_t)1 << 37) / shape.features);
}

seqnet_status sn_translate_add(sn_translation *t, const sn_graph_node *node, sn_layer_spec spec,
                               const sn_fill *fill, const size_t *inputs, size_t count,
                               size_t *added)
{
    sn_model_config *const config = t->config;
    const size_t own = config->layer_count;
    sn_shape input;
    if (own == SN_MAX_LAYERS)
        return sn_translate_refuse(t, node, "a model has at most %d layers", SN_MAX_LAYERS);
    SN_TRY(join_shapes(t, node, inputs, count, &input));
    spec.input_count = count;
    if (count)
        memcpy(spec.inputs, inputs, count * sizeof *inputs);
    if (count == 1 && inputs[0] + 1 == own && spec.kind != SN_CONCATENATE)
        spec.input_count = 0;
    t->shapes[own] = (sn_shape){.time = steps_after(&spec, input.time),
                                .features = features_after(&spec, input)};
    if (is_too_large(t->shapes[own]))
        return sn_translate_refuse(t, node, "its output would be too large");
    t->fills[own] = *fill;
    config->layers[config->layer_count++] = spec;
    if (added)
        *added = own;
    return SEQNET_OK;
}

void sn_translate_set(sn_translation *t, const sn_graph_node *node, size_t layer)
{
    t->layers[node - t->graph->nodes] = layer;
}

/* A layer gives what it takes, an image or not, unless its function says otherwise. */
static void keep_image(sn_translation *t, const sn_graph_node *node)
{
    sn_image *const image = &t->images[node - t->graph->nodes];
    if (*image == SN_IMAGE_NONE && t->shapes[t->layers[node - t->graph->nodes]].time)
        *image = t->images[node->inputs[0]];
}

seqnet_status sn_translate_layer(sn_translation *t, const sn_graph_node *node, sn_layer_spec spec)
{
    const sn_fill fill = {.kind = SN_FILL_ARRAYS, .node = node};
    size_t from, added;
    SN_TRY(sn_translate_from(t, node, &from));
    SN_TRY(sn_translate_add(t, node, spec, &fill, &from, 1, &added));
    sn_translate_set(t, node, added);
    keep_image(t, node);
    return SEQNET_OK;
}

seqnet_status sn_translate_nothing(sn_translation *t, const sn_graph_node *node)
{
    if (node->input_count == 0)
        return sn_translate_refuse(t, node, "it takes no input");
    sn_translate_set(t, node, t->layers[node->inputs[0]]);
    t->is_flat[node - t->graph->nodes] = t->is_flat[node->inputs[0]];
    if (t->layers[node->inputs[0]] != SN_LAYER_OF_IDS)
        keep_image(t, node);
    return SEQNET_OK;
}

/* ---- Values ---- */

static sn_keras_reader begin(const sn_translation *t, const sn_graph_node *node,
                             sn_keras_rules *rules)
{
    *rules = (sn_keras_rules){.place = t->graph->place, .failure = SEQNET_ERR_MODEL};
    return (sn_keras_reader){.rules = rules,
                             .config = t->config,
                             .err = t->err,
                             .status = SEQNET_OK,
                             .is_old = t->graph->version < 3,
                             .class_name = node->class_name,
                             .layer_name = node->name};
}

/* Keys that are known not to matter to a model that only scores, beside those that keras_names.c
 * knows: Keras 1's, and what is said elsewhere. NULL ends the list. */
static const char *const IGNORED[] = {
    /* clang-format off */
    "activity_regularizer", "autocast", "b_constraint", "b_regularizer", "batch_input_shape",
    "batch_shape", "beta_init", "build_config", "cache_size", "consume_less",
    "create_input_dtype", "data_format", "dropout", "dropout_U", "dropout_W", "enable_lora",
    "forget_bias_init", "gamma_init", "init", "inner_init", "input_dim", "input_dtype",
    "input_length", "input_shape", "lora_alpha", "mask_value", "output_dtype",
    "parallel_iterations", "rate", "recurrent_dropout", "reset_after", "return_state",
    "shared_object_id", "stateful", "supports_masking", "swap_memory", "trainable",
    "U_constraint", "U_regularizer", "unit_forget_bias", "use_bias", "W_constraint",
    "W_regularizer", "weights",
    NULL
    /* clang-format on */
};

static bool is_listed(const char *const *list, const char *key)
{
    for (; list && *list; list++)
        if (strcmp(*list, key) == 0)
            return true;
    return false;
}

static bool is_field(const sn_keras_class *class, const char *key)
{
    for (const sn_keras_key *field = class ? class->keys : NULL; field && field->key; field++)
        if (strcmp(field->key, key) == 0)
            return true;
    return false;
}

/* Whether a value of a key that is not known is one of an option that is off. */
static bool is_off(const cJSON *value)
{
    return cJSON_IsNull(value) || cJSON_IsFalse(value) ||
           ((cJSON_IsObject(value) || cJSON_IsArray(value)) && !value->child);
}

static void note_precision(const sn_translation *t, const cJSON *config)
{
    const cJSON *const dtype = sn_json_member(config, "dtype");
    const char *const name = cJSON_IsString(dtype)
                                 ? dtype->valuestring
                                 : sn_json_text(sn_json_member(dtype, "config"), "name");
    if (name && strstr(name, "float16"))
        sn_notes_add(t->notes, "the model computes in %.40s in Keras, in float32 here", name);
}

static void check_rest(sn_keras_reader *r, const sn_keras_class *class, const char *const *others,
                       const cJSON *config)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, config)
    {
        r->key = item->string;
        r->value = item;
        if (is_field(class, r->key) || is_listed(others, r->key) || is_listed(IGNORED, r->key))
            continue;
        if (sn_keras_neutral_named(r->key))
            sn_keras_check_neutral(r);
        else if (!is_off(item))
            sn_keras_refuse_value(r, "null");
    }
}

seqnet_status sn_translate_read(const sn_translation *t, const sn_graph_node *node,
                                const sn_keras_class *class, const char *const *others,
                                sn_layer_spec *spec)
{
    sn_keras_rules rules;
    sn_keras_reader r = begin(t, node, &rules);
    if (class) {
        sn_keras_class known = *class;
        sn_keras_key keys[12];
        size_t count = 0;
        for (const sn_keras_key *key = class->keys; key->key; key++)
            if (!is_listed(others, key->key) && count + 1 < sizeof keys / sizeof *keys)
                keys[count++] = *key;
        keys[count] = (sn_keras_key){.key = NULL};
        known.keys = keys;
        *spec = class->start;
        sn_keras_read_fields(&r, &known, node->config, spec);
    }
    check_rest(&r, class, others, node->config);
    note_precision(t, node->config);
    return r.status;
}

seqnet_status sn_translate_size(const sn_translation *t, const sn_graph_node *node, const char *key,
                                size_t usual, size_t *size)
{
    sn_keras_rules rules;
    sn_keras_reader r = begin(t, node, &rules);
    r.key = key;
    r.value = sn_json_member(node->config, key);
    *size = usual;
    if (!r.value || cJSON_IsNull(r.value))
        return SEQNET_OK;
    *size = sn_keras_size(&r, SN_MAX_FILE_TIME);
    return r.status;
}

/* ---- Classes ---- */

static const struct {
    const char *name;
    sn_translator *translate;
} CLASSES[] = {{"InputLayer", sn_translate_input},
               {"TextVectorization", sn_translate_vectorization},
               {"Embedding", sn_translate_embedding},
               {"Masking", sn_translate_masking},
               {"LSTM", sn_translate_recurrent},
               {"GRU", sn_translate_recurrent},
               {"SimpleRNN", sn_translate_recurrent},
               {"LSTMCarry", sn_translate_recurrent},
               {"CuDNNLSTM", sn_translate_recurrent},
               {"CuDNNGRU", sn_translate_recurrent},
               {"Bidirectional", sn_translate_bidirectional},
               {"Dense", sn_translate_dense},
               {"Dropout", sn_translate_dropout},
               {"SpatialDropout1D", sn_translate_dropout},
               {"AlphaDropout", sn_translate_nothing},
               {"GaussianDropout", sn_translate_nothing},
               {"GaussianNoise", sn_translate_nothing},
               {"ActivityRegularization", sn_translate_nothing},
               {"Identity", sn_translate_nothing},
               {"Activation", sn_translate_activation},
               {"ReLU", sn_translate_relu},
               {"ThresholdedReLU", sn_translate_relu},
               {"LeakyReLU", sn_translate_leaky_relu},
               {"ELU", sn_translate_elu},
               {"PReLU", sn_translate_prelu},
               {"Softmax", sn_translate_softmax},
               {"BatchNormalization", sn_translate_normalization},
               {"Conv1D", sn_translate_conv1d},
               {"SeparableConv1D", sn_translate_separable_conv1d},
               {"GlobalMaxPooling1D", sn_translate_global_pooling},
               {"GlobalAveragePooling1D", sn_translate_global_pooling},
               {"MaskedGlobalMaxPooling1D", sn_translate_global_pooling},
               {"GlobalMaxAveragePooling1D", sn_translate_global_pooling},
               {"MaxPooling1D", sn_translate_max_pooling},
               {"AveragePooling1D", sn_translate_average_pooling},
               {"Flatten", sn_translate_flatten},
               {"Reshape", sn_translate_reshape},
               {"Concatenate", sn_translate_concatenate},
               {"Add", sn_translate_sum},
               {"Average", sn_translate_sum},
               {"Subtract", sn_translate_sum},
               {"Merge", sn_translate_merge},
               {"Conv2D", sn_translate_conv2d},
               {"MaxPooling2D", sn_translate_max_pooling2d},
               {"GlobalMaxPooling2D", sn_translate_global_pooling2d},
               {"GlobalAveragePooling2D", sn_translate_global_pooling2d},
               {"ExpandDims", sn_translate_expand}};

static sn_translator *find_translator(const char *class_name)
{
    for (size_t i = 0; i < sizeof CLASSES / sizeof *CLASSES; i++)
        if (strcmp(CLASSES[i].name, class_name) == 0)
            return CLASSES[i].translate;
    return NULL;
}

seqnet_status sn_translate_check(const sn_graph *graph, seqnet_error *err)
{
    for (size_t i = 0; i < graph->count; i++) {
        const sn_graph_node *const node = &graph->nodes[i];
        const char *const inner = sn_json_text(sn_json_member(node->config, "layer"), "class_name");
        if (node->is_used && !find_translator(node->class_name))
            return sn_graph_refuse(graph, node, err, "this class of layers is not supported%s%.40s",
                                   inner ? " around " : "", inner ? inner : "");
        if (node->is_used && node->is_shared)
            return sn_graph_refuse(graph, node, err,
                                   "the model uses it more than once; that is not supported");
    }
    return SEQNET_OK;
}

seqnet_status sn_translate(sn_translation *t, const sn_graph *graph, size_t time,
                           sn_model_config *config, sn_notes *notes, seqnet_error *err)
{
    *t = (sn_translation){
        .graph = graph, .notes = notes, .err = err, .config = config, .time = time};
    config->layer_count = 0;
    config->multi_label = false;
    for (size_t i = 0; i < graph->count; i++) {
        const sn_graph_node *const node = &graph->nodes[i];
        if (!node->is_used)
            continue;
        SN_TRY(find_translator(node->class_name)(t, node));
        /* Keras writes the mask of an embedding as one that calls name. */
        if (node->takes_mask && !sn_keras_masks(config))
            return sn_translate_refuse(t, node,
                                       "its call names a mask of its own, which is not "
                                       "supported");
    }
    SN_TRY(sn_translate_output(t));
    sn_keras_settle_pooling(config);
    return SEQNET_OK;
}
