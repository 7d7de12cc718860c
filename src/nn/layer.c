#include "layer.h"

#include <stdio.h>
#include <string.h>

#include "activations.h"

#include "banned.h"

#define SN_LAYER_ROW(NAME, name) [SN_##NAME] = &sn_##name##_ops,
static const sn_layer_ops *const ALL_OPS[SN_LAYER_KINDS] = {SN_LAYER_LIST(SN_LAYER_ROW)};
#undef SN_LAYER_ROW

const sn_layer_ops *sn_layer_ops_of(sn_layer_kind kind)
{
    return ALL_OPS[kind];
}

bool sn_layer_kind_of(const char *type, sn_layer_kind *kind)
{
    for (size_t i = 0; i < SN_LAYER_KINDS; i++)
        if (strcmp(type, ALL_OPS[i]->type) == 0) {
            *kind = (sn_layer_kind)i;
            return true;
        }
    return false;
}

const char *sn_layer_base_name(const sn_layer_spec *spec)
{
    const sn_layer_ops *const ops = sn_layer_ops_of(spec->kind);
    return ops->cell && spec->recurrent.bidirectional ? "bidirectional" : ops->type;
}

const char *sn_layer_title(const sn_layer *layer)
{
    return layer->ops->title_of ? layer->ops->title_of(layer) : layer->ops->title;
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

bool sn_layer_keeps_mask(const sn_layer *layer)
{
    return layer->output.time == layer->input.time && !layer->ops->drops_mask;
}

bool sn_layer_looks_at_mask(const sn_layer *layer)
{
    return layer->ops->cell ||
           (layer->spec.kind == SN_POOLING && layer->spec.pooling.mode != SN_POOL_MAX_ALL);
}

void sn_layer_forward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                      sn_value *output, float *tape)
{
    output->mask = input && sn_layer_keeps_mask(layer) ? input->mask : NULL;
    layer->ops->forward(layer, pass, input, output, tape);
}

seqnet_status sn_layer_check_sequence(const sn_layer *layer, seqnet_error *err)
{
    if (layer->input.time)
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_USAGE, "the layer '%s' takes a sequence, not one vector per row",
                   layer->name);
}

size_t sn_activated_size(int activation, size_t count)
{
    return sn_is_linear(activation) ? 0 : count;
}

void sn_activated_forward(int activation, float *sums, float *tape, size_t count)
{
    if (sn_is_linear(activation))
        return;
    sn_activate(activation, sums, sums, count);
    memcpy(tape, sums, count * sizeof *tape);
}

const float *sn_activated_backward(int activation, const float *d_output, float *tape, size_t count)
{
    if (sn_is_linear(activation))
        return d_output;
    sn_activate_backward(activation, tape, d_output, tape, count);
    return tape;
}
