/* The end of a model: a linear Dense layer whose outputs are logits, and what the loss makes of
 * them. */
#include <stdio.h>
#include <string.h>

#include "keras.h"
#include "translate.h"

#include "banned.h"

/* Whether a loss is one of those that take logits; of those that take probabilities; of those over
 * one label among several. */
typedef struct loss {
    const char *name;
    bool is_known, takes_logits, is_categorical;
} loss;

/* Lower-case letters and digits alone: BinaryCrossentropy and binary_crossentropy are one. */
static bool is_loss(const char *name, const char *plain)
{
    for (; *name; name++) {
        const char letter = *name >= 'A' && *name <= 'Z' ? (char)(*name - 'A' + 'a') : *name;
        if (letter == '_')
            continue;
        if (letter != *plain)
            return false;
        plain++;
    }
    return *plain == '\0';
}

static loss find_loss(const cJSON *compiled)
{
    static const char *const categorical[] = {"categoricalcrossentropy",
                                              "sparsecategoricalcrossentropy"};
    const cJSON *value = sn_json_member(compiled, "loss");
    if (cJSON_IsArray(value) && cJSON_GetArraySize(value) == 1)
        value = value->child;
    const char *const name =
        cJSON_IsString(value) ? value->valuestring : sn_json_text(value, "class_name");
    loss found = {.name = name};
    if (!name)
        return found;
    for (size_t i = 0; i < sizeof categorical / sizeof *categorical; i++)
        found.is_categorical |= is_loss(name, categorical[i]);
    found.is_known = found.is_categorical || is_loss(name, "binarycrossentropy");
    found.takes_logits = sn_json_is_true(sn_json_member(value, "config"), "from_logits");
    return found;
}

static seqnet_status refuse_output(const sn_translation *t, const char *what)
{
    const sn_graph_node *const node = &t->graph->nodes[t->graph->output];
    return sn_translate_refuse(t, node,
                               "as the output it has %s, not the probabilities of labels: sigmoid "
                               "or softmax, or logits of a loss of these",
                               what);
}

static int activation_of(const sn_layer_spec *spec)
{
    return spec->kind == SN_DENSE        ? spec->dense.activation
           : spec->kind == SN_CONV1D     ? spec->conv1d.activation
           : spec->kind == SN_ACTIVATION ? spec->activation.activation
                                         : SN_ACTIVATION_OWN;
}

/* The number of the one input of a layer. */
static size_t input_of(const sn_layer_spec *layers, size_t number)
{
    return layers[number].input_count ? layers[number].inputs[0] : number - 1;
}

/* Whether what the last layer gives comes from an activation or a cell, with nothing between but
 * sums, means and what moves numbers: a mean of sigmoids is no logit. */
static bool ends_in_activation(const sn_translation *t)
{
    const sn_layer_spec *const layers = t->config->layers;
    bool is_activated[SN_MAX_LAYERS] = {false};
    for (size_t i = 1; i < t->config->layer_count; i++) {
        const int activation = activation_of(&layers[i]);
        const bool has_weights = t->fills[i].kind == SN_FILL_ARRAYS &&
                                 (layers[i].kind == SN_DENSE || layers[i].kind == SN_CONV1D ||
                                  layers[i].kind == SN_BATCH_NORMALIZATION);
        is_activated[i] = (activation != SN_ACTIVATION_OWN && activation != SN_LINEAR) ||
                          sn_layer_ops_of(layers[i].kind)->cell;
        if (!has_weights && layers[i].input_count == 0)
            is_activated[i] |= is_activated[i - 1];
        for (size_t k = 0; !has_weights && k < layers[i].input_count; k++)
            is_activated[i] |= is_activated[layers[i].inputs[k]];
    }
    return is_activated[t->config->layer_count - 1];
}

/* A linear output is logits where the model was compiled so, or is not known to have been compiled
 * for something else. */
static seqnet_status settle_linear(sn_translation *t, size_t units, int *activation)
{
    const loss compiled = find_loss(t->graph->compiled);
    if (compiled.name && (!compiled.is_known || !compiled.takes_logits)) {
        char what[120];
        (void)snprintf(what, sizeof what, "a linear activation and the loss '%.60s'",
                       compiled.name);
        return refuse_output(t, what);
    }
    if (!compiled.name && ends_in_activation(t))
        return refuse_output(t, "sums or means of activations, or the state of a cell");
    *activation = units == 1 || (compiled.is_known && !compiled.is_categorical) ? SN_SIGMOID
                                                                                : SN_KERAS_SOFTMAX;
    if (!compiled.name)
        sn_notes_add(t->notes, "the output is linear: it is taken for logits, %s",
                     *activation == SN_SIGMOID ? "the sigmoid being the probability"
                                               : "the softmax being the probabilities");
    return SEQNET_OK;
}

static seqnet_status settle_activation(sn_translation *t, size_t units, int activation)
{
    sn_model_config *const config = t->config;
    if (activation == SN_ACTIVATION_OWN || activation == SN_LINEAR)
        SN_TRY(settle_linear(t, units, &activation));
    if (activation == SN_KERAS_SOFTMAX && units == 1)
        return refuse_output(t, "softmax of one number, which is 1 always");
    if (activation == SN_SIGMOID && units > 1) {
        config->multi_label = true;
        config->threshold = 0.5;
        sn_notes_add(t->notes,
                     "%zu outputs with sigmoid: a text has any number of labels, each from the "
                     "probability 0.5 on",
                     units);
        return SEQNET_OK;
    }
    if (activation == SN_SIGMOID || activation == SN_KERAS_SOFTMAX)
        return SEQNET_OK;
    return refuse_output(t, "an activation of another kind");
}

static seqnet_status refuse_inner_softmax(const sn_translation *t)
{
    for (size_t i = 0; i < t->config->layer_count; i++)
        if (activation_of(&t->config->layers[i]) == SN_KERAS_SOFTMAX)
            return sn_translate_refuse(t, t->fills[i].node,
                                       "activation 'softmax' is supported for the output only");
    return SEQNET_OK;
}

/* Takes an activation, or a dropout that does nothing, from the end. */
static bool drop_last(sn_model_config *config, int *activation)
{
    const size_t last = config->layer_count - 1;
    sn_layer_spec *const spec = &config->layers[last];
    if (last == 0 || input_of(config->layers, last) + 1 != last)
        return false;
    if (spec->kind == SN_DROPOUT)
        config->layer_count--;
    else if (spec->kind == SN_ACTIVATION && *activation == SN_ACTIVATION_OWN) {
        *activation = spec->activation.activation;
        config->layer_count--;
    } else
        return false;
    return true;
}

/* A Dense that gives its input. */
static seqnet_status add_identity(sn_translation *t)
{
    const sn_graph_node *const node = &t->graph->nodes[t->graph->output];
    const size_t last = t->config->layer_count - 1;
    const sn_layer_spec spec = {.kind = SN_DENSE, .dense = {.units = t->shapes[last].features}};
    const sn_fill fill = {.kind = SN_FILL_SUM, .node = node, .factors = {1.0F}};
    return sn_translate_add(t, node, spec, &fill, &last, 1, NULL);
}

seqnet_status sn_translate_output(sn_translation *t)
{
    sn_model_config *const config = t->config;
    int activation = SN_ACTIVATION_OWN;
    if (config->layer_count == 0)
        return sn_fail(t->err, SEQNET_ERR_MODEL,
                       "%s: has no Embedding layer, so that it is no model of texts",
                       t->graph->place);
    while (drop_last(config, &activation))
        ;
    sn_layer_spec *last = &config->layers[config->layer_count - 1];
    if (last->kind == SN_DENSE && activation == SN_ACTIVATION_OWN) {
        activation = last->dense.activation;
        last->dense.activation = SN_ACTIVATION_OWN;
    } else if (last->kind != SN_DENSE || last->dense.activation)
        SN_TRY(add_identity(t));
    if (t->shapes[config->layer_count - 1].time)
        return refuse_output(t, "a sequence, an answer for each timestep");
    SN_TRY(settle_activation(t, t->shapes[config->layer_count - 1].features, activation));
    return refuse_inner_softmax(t);
}
