#include "layer.h"

#include <stdio.h>
#include <string.h>

#include "banned.h"

static const sn_layer_ops *const ALL_OPS[] = {[SN_EMBEDDING] = &sn_embedding_ops,
                                              [SN_LSTM] = &sn_lstm_ops,
                                              [SN_DENSE] = &sn_dense_ops,
                                              [SN_POOLING] = &sn_pooling_ops,
                                              [SN_DROPOUT] = &sn_dropout_ops};

static const char *const POOLING_TITLES[] = {[SN_POOL_MAX] = "GlobalMaxPooling1D",
                                             [SN_POOL_MEAN] = "GlobalAveragePooling1D",
                                             [SN_POOL_MAX_MEAN] = "GlobalMaxAveragePooling1D"};

const sn_layer_ops *sn_layer_ops_of(sn_layer_kind kind)
{
    return ALL_OPS[kind];
}

bool sn_layer_kind_of(const char *type, sn_layer_kind *kind)
{
    for (size_t i = 0; i < sizeof ALL_OPS / sizeof *ALL_OPS; i++)
        if (strcmp(type, ALL_OPS[i]->type) == 0) {
            *kind = (sn_layer_kind)i;
            return true;
        }
    return false;
}

const char *sn_layer_title(const sn_layer *layer)
{
    return layer->spec.kind == SN_POOLING ? POOLING_TITLES[layer->spec.pooling] : layer->ops->title;
}

seqnet_status sn_layer_init(sn_layer *layer, const sn_layer_spec *spec, const char *name,
                            sn_shape input, sn_tensor_table *table, seqnet_error *err)
{
    *layer = (sn_layer){.ops = sn_layer_ops_of(spec->kind), .spec = *spec, .input = input};
    (void)snprintf(layer->name, sizeof layer->name, "%s", name);
    const size_t before = table->floats;
    SN_TRY(layer->ops->declare(layer, table, err));
    layer->parameters = table->floats - before;
    return SEQNET_OK;
}
