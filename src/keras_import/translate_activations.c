/*
 * Activations: those that layers have themselves, and those that a few linear layers and relu make:
 *
 *     LeakyReLU, PReLU   relu(x) - slope relu(-x)
 *     ReLU(max_value)    relu(x) - relu(x - max_value)
 */
#include <math.h>
#include <string.h>

#include "activations.h"
#include "keras.h"
#include "translate.h"

#include "banned.h"

/* relu of copies of the input, and their sum. */
typedef struct combined {
    float factors[2], offsets[2], sums[2];
    bool scaled;
} combined;

static seqnet_status add_combined(sn_translation *t, const sn_graph_node *node,
                                  const combined *parts, size_t layer)
{
    const size_t features = t->shapes[layer].features;
    sn_layer_spec spec = {.kind = SN_DENSE,
                          .dense = {.units = 2 * features, .activation = SN_RELU}};
    sn_fill fill = {.kind = SN_FILL_COPIES, .node = node};
    size_t copies, added;
    memcpy(fill.factors, parts->factors, sizeof parts->factors);
    memcpy(fill.offsets, parts->offsets, sizeof parts->offsets);
    SN_TRY(sn_translate_add(t, node, spec, &fill, &layer, 1, &copies));
    spec.dense = (sn_dense_spec){.units = features};
    fill = (sn_fill){.kind = SN_FILL_SUM, .node = node, .scaled = parts->scaled};
    memcpy(fill.factors, parts->sums, sizeof parts->sums);
    SN_TRY(sn_translate_add(t, node, spec, &fill, &copies, 1, &added));
    sn_translate_set(t, node, added);
    return SEQNET_OK;
}

static seqnet_status add_leaky(sn_translation *t, const sn_graph_node *node, double slope,
                               size_t layer)
{
    const combined parts = {.factors = {1.0F, -1.0F}, .sums = {1.0F, (float)-slope}};
    if (!(slope >= -100.0 && slope <= 100.0))
        return sn_translate_refuse(t, node, "negative_slope %g is not supported", slope);
    return add_combined(t, node, &parts, layer);
}

static seqnet_status add_own(sn_translation *t, const sn_graph_node *node, int activation,
                             size_t layer)
{
    const sn_layer_spec spec = {.kind = SN_ACTIVATION, .activation = {.activation = activation}};
    const sn_fill fill = {.kind = SN_FILL_ARRAYS, .node = node};
    size_t added;
    SN_TRY(sn_translate_add(t, node, spec, &fill, &layer, 1, &added));
    sn_translate_set(t, node, added);
    return SEQNET_OK;
}

static seqnet_status add_bounded(sn_translation *t, const sn_graph_node *node, double most,
                                 size_t layer)
{
    const combined parts = {
        .factors = {1.0F, 1.0F}, .offsets = {0.0F, (float)-most}, .sums = {1.0F, -1.0F}};
    if (!(most > 0.0 && most <= 1e6))
        return sn_translate_refuse(t, node, "max_value %g is not supported", most);
    return add_combined(t, node, &parts, layer);
}

static double number_of(const cJSON *config, const char *key, double usual)
{
    const cJSON *item = sn_json_member(config, key);
    if (cJSON_IsObject(item)) /* a NumPy number: {"class_name": "__numpy__", "value": ...} */
        item = sn_json_member(sn_json_member(item, "config"), "value");
    return cJSON_IsNumber(item) ? item->valuedouble : usual;
}

static double slope_of(const cJSON *config)
{
    return number_of(config, "negative_slope", number_of(config, "alpha", 0.3));
}

static seqnet_status add_relu(sn_translation *t, const sn_graph_node *node, const cJSON *config,
                              size_t layer)
{
    const double most = number_of(config, "max_value", 0.0),
                 slope = number_of(config, "negative_slope", 0.0),
                 threshold = number_of(config, "threshold", number_of(config, "theta", 0.0));
    if (threshold != 0.0 || (most != 0.0 && slope != 0.0))
        return sn_translate_refuse(t, node,
                                   "threshold %g with negative_slope %g and max_value %g "
                                   "is not supported",
                                   threshold, slope, most);
    return most != 0.0    ? add_bounded(t, node, most, layer)
           : slope != 0.0 ? add_leaky(t, node, slope, layer)
                          : add_own(t, node, SN_RELU, layer);
}

seqnet_status sn_translate_own_activation(const sn_translation *t, const sn_graph_node *node,
                                          const cJSON *value, int *activation, bool *is_own)
{
    const char *const name = value ? cJSON_GetStringValue(value) : "linear";
    (void)node;
    *is_own = name != NULL;
    *activation = SN_ACTIVATION_OWN;
    if (!name || strcmp(name, "linear") == 0)
        return SEQNET_OK;
    if (strcmp(name, "softmax") == 0) {
        *activation = SN_KERAS_SOFTMAX;
        return SEQNET_OK;
    }
    for (int i = SN_RELU; i < SN_ACTIVATIONS; i++)
        if (i != SN_HARD_SIGMOID_02 && strcmp(name, sn_activation_words[i]) == 0) {
            *activation = i == SN_HARD_SIGMOID && t->graph->version < 3 ? SN_HARD_SIGMOID_02 : i;
            return SEQNET_OK;
        }
    *is_own = false;
    return SEQNET_OK;
}

static bool is_named(const cJSON *activation, const char *name, const char *class_name)
{
    const char *const text = cJSON_GetStringValue(activation);
    const char *const class = sn_json_text(activation, "class_name");
    return (text && strcmp(text, name) == 0) || (class && strcmp(class, class_name) == 0);
}

seqnet_status sn_translate_activate(sn_translation *t, const sn_graph_node *node,
                                    const cJSON *activation, size_t layer)
{
    const cJSON *const config = sn_json_member(activation, "config");
    const char *const class = sn_json_text(activation, "class_name");
    const char *const name = cJSON_GetStringValue(activation);
    if (is_named(activation, "leaky_relu", "LeakyReLU"))
        return add_leaky(t, node, config ? slope_of(config) : 0.2, layer);
    if (is_named(activation, "relu6", "ReLU6"))
        return add_bounded(t, node, 6.0, layer);
    if (is_named(activation, "", "ReLU"))
        return add_relu(t, node, config, layer);
    return sn_translate_refuse(t, node, "activation '%.40s' is not supported",
                               name    ? name
                               : class ? class
                                       : "?");
}

seqnet_status sn_translate_activation(sn_translation *t, const sn_graph_node *node)
{
    static const char *const others[] = {"activation", NULL};
    const cJSON *const value = sn_json_member(node->config, "activation");
    int activation;
    bool is_own;
    size_t from;
    SN_TRY(sn_translate_read(t, node, NULL, others, NULL));
    SN_TRY(sn_translate_from(t, node, &from));
    SN_TRY(sn_translate_own_activation(t, node, value, &activation, &is_own));
    t->is_flat[node - t->graph->nodes] = t->is_flat[node->inputs[0]];
    if (!is_own)
        return sn_translate_activate(t, node, value, from);
    return activation == SN_ACTIVATION_OWN ? sn_translate_nothing(t, node)
                                           : add_own(t, node, activation, from);
}

seqnet_status sn_translate_relu(sn_translation *t, const sn_graph_node *node)
{
    size_t from;
    SN_TRY(sn_translate_from(t, node, &from));
    if (strcmp(node->class_name, "ThresholdedReLU") == 0 &&
        number_of(node->config, "theta", 1.0) != 0.0)
        return sn_translate_refuse(t, node, "theta %g is not supported",
                                   number_of(node->config, "theta", 1.0));
    return add_relu(t, node, node->config, from);
}

seqnet_status sn_translate_leaky_relu(sn_translation *t, const sn_graph_node *node)
{
    size_t from;
    SN_TRY(sn_translate_from(t, node, &from));
    return add_leaky(t, node, slope_of(node->config), from);
}

seqnet_status sn_translate_elu(sn_translation *t, const sn_graph_node *node)
{
    const double alpha = number_of(node->config, "alpha", 1.0);
    size_t from;
    SN_TRY(sn_translate_from(t, node, &from));
    if (alpha != 1.0)
        return sn_translate_refuse(t, node, "alpha %g is not supported", alpha);
    return add_own(t, node, SN_ELU, from);
}

seqnet_status sn_translate_prelu(sn_translation *t, const sn_graph_node *node)
{
    const combined parts = {.factors = {1.0F, -1.0F}, .sums = {1.0F, -1.0F}, .scaled = true};
    size_t from;
    SN_TRY(sn_translate_from(t, node, &from));
    const size_t features = t->shapes[from].features;
    const sn_weights_array *const slopes = node->array_count == 1 ? node->arrays[0] : NULL;
    if (slopes && (slopes->count != features || slopes->rank == 0 ||
                   slopes->shape[slopes->rank - 1] != features))
        return sn_translate_refuse(
            t, node,
            "it has a slope of its own for each timestep (shared_axes is not "
            "[1]), which is not supported");
    return add_combined(t, node, &parts, from);
}

seqnet_status sn_translate_softmax(sn_translation *t, const sn_graph_node *node)
{
    size_t from;
    SN_TRY(sn_translate_from(t, node, &from));
    return add_own(t, node, SN_KERAS_SOFTMAX, from);
}
