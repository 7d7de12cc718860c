#include "network.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

#include "banned.h"

/* What names of such a layer begin with. */
static const char *base_name(const sn_layer_spec *spec)
{
    const sn_layer_ops *const ops = sn_layer_ops_of(spec->kind);
    return ops->cell && spec->recurrent.bidirectional ? "bidirectional" : ops->type;
}

/* Keras's default names: "lstm", then "lstm_1", "lstm_2". */
static void name_layer(char name[SN_LAYER_NAME], const sn_layer_spec *specs, size_t index)
{
    const char *const base = base_name(&specs[index]);
    unsigned earlier = 0;
    for (size_t i = 0; i < index; i++)
        earlier += strcmp(base_name(&specs[i]), base) == 0;
    if (earlier)
        (void)snprintf(name, SN_LAYER_NAME, "%s_%u", base, earlier);
    else
        (void)snprintf(name, SN_LAYER_NAME, "%s", base);
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
    if (specs[count - 1].kind != SN_DENSE)
        return sn_fail(err, SEQNET_ERR_USAGE, "a model ends in a dense layer");
    return SEQNET_OK;
}

seqnet_status sn_network_init(sn_network *network, const sn_layer_spec *specs, size_t count,
                              size_t time, seqnet_error *err)
{
    *network = (sn_network){.time = time};
    SN_TRY(check_order(specs, count, err));
    network->mask_zero = specs[0].embedding.mask_zero;
    sn_shape shape = {.time = time, .features = 1};
    for (; network->count < count; network->count++) {
        char name[SN_LAYER_NAME];
        sn_layer *const layer = &network->layers[network->count];
        name_layer(name, specs, network->count);
        SN_TRY(sn_layer_init(layer, &specs[network->count], name, shape, &network->table, err));
        shape = layer->output;
    }
    network->outputs = shape.features;
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
