#include "network.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "activations.h"
#include "memory.h"

#include "banned.h"

/* Numbers of a row in one value, and features of one step: beyond them sizes in bytes could
 * overflow, and matrix products their int. */
static const uint64_t MOST_NUMBERS = UINT64_C(1) << 37;
static const size_t MOST_FEATURES = INT32_MAX;

/* Keras's default names: "lstm", then "lstm_1", "lstm_2". */
static void name_layer(char name[SN_LAYER_NAME], const sn_layer_spec *specs, size_t index)
{
    size_t earlier = 0;
    const char *const base = sn_layer_base_name(&specs[index]);
    for (size_t i = 0; i < index; i++)
        earlier += strcmp(sn_layer_base_name(&specs[i]), base) == 0;
    if (earlier)
        (void)snprintf(name, SN_LAYER_NAME, "%s_%zu", base, earlier);
    else
        (void)snprintf(name, SN_LAYER_NAME, "%s", base);
}

static seqnet_status check_last(const sn_layer_spec *spec, seqnet_error *err)
{
    if (spec->kind != SN_DENSE)
        return sn_fail(err, SEQNET_ERR_USAGE, "a model ends in a dense layer");
    if (!sn_is_linear(spec->dense.activation))
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "the last dense layer of a model has no activation of its own: that belongs "
                       "to the loss");
    return SEQNET_OK;
}

static seqnet_status check_order(const sn_layer_spec *specs, size_t count, seqnet_error *err)
{
    if (count < 2 || count > SN_MAX_LAYERS)
        return sn_fail(err, SEQNET_ERR_USAGE, "a model has 2 to %d layers, not %zu", SN_MAX_LAYERS,
                       count);
    for (size_t i = 0; i < count; i++)
        if ((specs[i].kind == SN_EMBEDDING) != (i == 0))
            return sn_fail(err, SEQNET_ERR_USAGE,
                           "a model has one embedding, and that is its first layer");
    return SEQNET_OK;
}

static seqnet_status check_inputs(const sn_layer_spec *spec, const char *name, size_t index,
                                  seqnet_error *err)
{
    const size_t most = index == 0 ? 0 : spec->kind == SN_CONCATENATE ? SN_LAYER_INPUTS : 1;
    if (spec->input_count > most)
        return sn_fail(err, SEQNET_ERR_USAGE, "the layer '%s' takes at most %zu inputs, not %zu",
                       name, most, spec->input_count);
    for (size_t i = 0; i < spec->input_count; i++)
        if (spec->inputs[i] >= index)
            return sn_fail(err, SEQNET_ERR_USAGE,
                           "the layer '%s', number %zu from 0, takes the output of number %zu, "
                           "which does not stand before it",
                           name, index, spec->inputs[i]);
    return SEQNET_OK;
}

/* What the layers that a layer takes make together: their features side by side. */
static seqnet_status join_shapes(const sn_layer *const *inputs, size_t count, const char *name,
                                 sn_shape *joined, seqnet_error *err)
{
    *joined = inputs[0]->output;
    for (size_t i = 1; i < count; i++) {
        const sn_shape shape = inputs[i]->output;
        if (shape.time != joined->time)
            return sn_fail(err, SEQNET_ERR_USAGE,
                           "the layer '%s' takes inputs of %zu and of %zu timesteps, which do not "
                           "fit side by side",
                           name, joined->time, shape.time);
        joined->features += shape.features;
    }
    return SEQNET_OK;
}

static seqnet_status check_size(const sn_layer *layer, seqnet_error *err)
{
    const sn_shape shape = layer->output;
    if (shape.features > MOST_FEATURES || shape.features > MOST_NUMBERS / sn_shape_steps(shape))
        return sn_fail(err, SEQNET_ERR_USAGE, "the output of the layer '%s' would be too large",
                       layer->name);
    return SEQNET_OK;
}

/* Finds the layers whose outputs layer number `index` takes. */
static size_t find_inputs(const sn_network *network, const sn_layer_spec *spec, size_t index,
                          const sn_layer *inputs[SN_LAYER_INPUTS])
{
    for (size_t i = 0; i < spec->input_count; i++)
        inputs[i] = &network->layers[spec->inputs[i]];
    if (spec->input_count || index == 0)
        return spec->input_count;
    inputs[0] = &network->layers[index - 1];
    return 1;
}

static seqnet_status add_layer(sn_network *network, const sn_layer_spec *specs, size_t index,
                               seqnet_error *err)
{
    const sn_layer_spec *const spec = &specs[index];
    sn_layer *const layer = &network->layers[index];
    const sn_layer *inputs[SN_LAYER_INPUTS] = {0};
    char name[SN_LAYER_NAME];
    sn_shape input = {.time = network->time, .features = 1};
    name_layer(name, specs, index);
    SN_TRY(check_inputs(spec, name, index, err));
    const size_t count = find_inputs(network, spec, index, inputs);
    if (count)
        SN_TRY(join_shapes(inputs, count, name, &input, err));
    SN_TRY(sn_layer_init(layer, spec, name, input, &network->table, err));
    layer->input_count = count;
    memcpy(layer->inputs, inputs, sizeof layer->inputs);
    return check_size(layer, err);
}

/* Counts the uses of each layer's output: every one but the last's must have one. */
static seqnet_status count_uses(sn_network *network, seqnet_error *err)
{
    size_t uses[SN_MAX_LAYERS] = {0};
    for (size_t i = 1; i < network->count; i++) {
        const sn_layer *const layer = &network->layers[i];
        for (size_t k = 0; k < layer->input_count; k++) {
            const size_t input = sn_network_input(network, layer, k);
            uses[input]++;
            network->is_summed[input] |= uses[input] > 1 || layer->input_count > 1;
        }
    }
    for (size_t i = 0; i + 1 < network->count; i++)
        if (!uses[i])
            return sn_fail(err, SEQNET_ERR_USAGE, "no layer takes the output of the layer '%s'",
                           network->layers[i].name);
    return SEQNET_OK;
}

/* Whether the mask of the ids comes to a layer that looks at it. */
static bool is_mask_used(const sn_network *network)
{
    bool gives_mask[SN_MAX_LAYERS] = {network->layers[0].spec.embedding.mask_zero};
    for (size_t i = 1; i < network->count; i++) {
        const sn_layer *const layer = &network->layers[i];
        bool takes_mask = true;
        for (size_t k = 0; k < layer->input_count; k++)
            takes_mask &= gives_mask[sn_network_input(network, layer, k)];
        if (takes_mask && sn_layer_looks_at_mask(layer))
            return true;
        gives_mask[i] = takes_mask && sn_layer_keeps_mask(layer);
    }
    return false;
}

seqnet_status sn_network_init_trunk(sn_network *network, const sn_layer_spec *specs, size_t count,
                                    size_t time, seqnet_error *err)
{
    *network = (sn_network){.time = time};
    SN_TRY(check_order(specs, count, err));
    for (; network->count < count; network->count++)
        SN_TRY(add_layer(network, specs, network->count, err));
    SN_TRY(count_uses(network, err));
    const sn_shape last = network->layers[count - 1].output;
    if (last.time)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "the last dense layer of a model takes one vector per row, not a sequence");
    network->outputs = last.features;
    network->mask_zero = is_mask_used(network);
    return SEQNET_OK;
}

seqnet_status sn_network_init(sn_network *network, const sn_layer_spec *specs, size_t count,
                              size_t time, seqnet_error *err)
{
    SN_TRY(sn_network_init_trunk(network, specs, count, time, err));
    return check_last(&specs[count - 1], err);
}

seqnet_status sn_network_check_trainable(const sn_network *network, seqnet_error *err)
{
    for (size_t i = 0; i < network->count; i++)
        if (network->layers[i].ops->only_scores)
            return sn_fail(err, SEQNET_ERR_USAGE,
                           "a network with a %s layer ('%s') can score, but not be trained",
                           sn_layer_title(&network->layers[i]), network->layers[i].name);
    return SEQNET_OK;
}

void sn_network_free(sn_network *network)
{
    sn_tensor_table_free(&network->table);
    *network = (sn_network){0};
}

seqnet_status sn_network_initialise(const sn_network *network, float *weights, uint64_t seed,
                                    seqnet_error *err)
{
    double *scratch;
    sn_rng rng;
    SN_TRY(sn_alloc(&scratch, network->table.floats, sizeof *scratch, err));
    sn_rng_seed(&rng, seed, SN_RNG_INIT);
    for (size_t i = 0; i < network->count; i++) {
        const sn_layer *const layer = &network->layers[i];
        if (layer->ops->initialise)
            layer->ops->initialise(layer, weights, scratch, &rng);
    }
    free(scratch);
    return SEQNET_OK;
}
