/*
 * Embedding: ids [time, batch] to rows of a table, [time, batch, units].
 * Tensor: embeddings [id_count, units].
 */
#include "initializers.h"
#include "layer.h"
#include "vec.h"

#include <string.h>

#include "banned.h"

static seqnet_status declare(sn_layer *layer, sn_tensor_table *table, seqnet_error *err)
{
    const size_t shape[2] = {layer->spec.embedding.id_count, layer->spec.embedding.units};
    layer->output = (sn_shape){.time = layer->input.time, .features = layer->spec.embedding.units};
    return sn_tensor_table_add(table, layer->name, "embeddings", 2, shape, &layer->offsets[0], err);
}

/* Keras's "uniform". */
static void initialise(const sn_layer *layer, float *weights, double *scratch, sn_rng *rng)
{
    (void)scratch;
    sn_init_uniform(weights + layer->offsets[0], layer->parameters, 0.05, rng);
}

static void forward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                    sn_value *output, float *tape)
{
    (void)input;
    (void)tape;
    const float *const table = sn_layer_weights(layer, pass, 0);
    const size_t units = layer->spec.embedding.units;
    output->mask = layer->spec.embedding.mask_zero ? pass->id_mask : NULL;
    for (size_t i = 0; i < layer->input.time * pass->batch; i++)
        memcpy(output->x + i * units, table + (size_t)pass->ids[i] * units,
               units * sizeof *output->x);
}

static void backward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                     const float *d_output, float *d_input, float *tape)
{
    (void)input;
    (void)d_input;
    (void)tape;
    float *const d_table = sn_layer_gradients(layer, pass, 0);
    const size_t units = layer->spec.embedding.units;
    for (size_t i = 0; i < layer->input.time * pass->batch; i++)
        sn_vec_add(d_table + (size_t)pass->ids[i] * units, d_output + i * units, units);
}

static const sn_spec_field FIELDS[] = {{.key = "id_count",
                                        .type = SN_FIELD_SIZE,
                                        .offset = offsetof(sn_layer_spec, embedding.id_count),
                                        .most = INT32_MAX},
                                       {.key = "units",
                                        .type = SN_FIELD_SIZE,
                                        .offset = offsetof(sn_layer_spec, embedding.units),
                                        .most = SN_MAX_FILE_UNITS},
                                       {.key = "mask_zero",
                                        .type = SN_FIELD_BOOL,
                                        .offset = offsetof(sn_layer_spec, embedding.mask_zero)},
                                       {.key = NULL}};

const sn_layer_ops sn_embedding_ops = {.type = "embedding",
                                       .title = "Embedding",
                                       .fields = FIELDS,
                                       .declare = declare,
                                       .initialise = initialise,
                                       .forward = forward,
                                       .backward = backward};
