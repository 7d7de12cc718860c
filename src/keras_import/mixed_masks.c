#include "mixed_masks.h"

#include <string.h>

#include "banned.h"

typedef enum masked { UNMASKED, MASKED, MIXED } masked;

static bool is_concatenate(const sn_graph_node *node)
{
    return strcmp(node->class_name, "Concatenate") == 0 || strcmp(node->class_name, "Merge") == 0;
}

/* What the inputs of a layer are together. */
static masked join(const sn_translation *t, const sn_network *network, size_t number,
                   const masked *given)
{
    const sn_layer *const layer = &network->layers[number];
    masked all = given[sn_network_input(network, layer, 0)];
    for (size_t k = 1; k < layer->input_count; k++)
        if (given[sn_network_input(network, layer, k)] != all)
            all = MIXED;
    const bool is_joined = layer->input_count > 1 && all == MIXED;
    return is_joined && t->graph->version >= 3 && !is_concatenate(t->fills[number].node) ? UNMASKED
                                                                                         : all;
}

seqnet_status sn_keras_check_masks(const sn_translation *t, const sn_network *network,
                                   seqnet_error *err)
{
    masked given[SN_MAX_LAYERS] = {network->layers[0].spec.embedding.mask_zero ? MASKED : UNMASKED};
    for (size_t i = 1; i < network->count; i++) {
        const sn_layer *const layer = &network->layers[i];
        const masked taken = join(t, network, i, given);
        if (taken == MIXED && sn_layer_looks_at_mask(layer))
            return sn_graph_refuse(t->graph, t->fills[i].node, err,
                                   "its input joins timesteps that mask_zero masks with some that "
                                   "it does not mask, which is not supported");
        given[i] = sn_layer_keeps_mask(layer) ? taken : UNMASKED;
    }
    return SEQNET_OK;
}
