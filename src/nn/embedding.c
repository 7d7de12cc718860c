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
    const size_t shape[2] = {layer->spec.id_count, layer->spec.units};
    layer->output = (sn_shape){.time = layer->input.time, .features = layer->spec.units};
    return sn_tensor_table_add(table, layer->name, "embeddings", 2, shape, &layer->offsets[0], err);
}

/* Keras's "uniform". */
static void initialise(const sn_layer *layer, float *weights, double *scratch, sn_rng *rng)
{
    (void)scratch;
    sn_init_uniform(weights + layer->offsets[0], layer->parameters, 0.05, rng);
}

static void forward(const sn_layer *layer, const sn_pass *pass, const float *input, float *output,
                    float *tape)
{
    (void)input;
    (void)tape;
    const float *const table = pass->weights + layer->offsets[0];
    const size_t units = layer->spec.units;
    for (size_t i = 0; i < layer->input.time * pass->batch; i++)
        memcpy(output + i * units, table + (size_t)pass->ids[i] * units, units * sizeof *output);
}

static void backward(const sn_layer *layer, const sn_pass *pass, const float *input,
                     const float *d_output, float *d_input, float *tape)
{
    (void)input;
    (void)d_input;
    (void)tape;
    float *const d_table = pass->gradients + layer->offsets[0];
    const size_t units = layer->spec.units;
    for (size_t i = 0; i < layer->input.time * pass->batch; i++)
        sn_vec_add(d_table + (size_t)pass->ids[i] * units, d_output + i * units, units);
}

const sn_layer_ops sn_embedding_ops = {.type = "embedding",
                                       .title = "Embedding",
                                       .declare = declare,
                                       .initialise = initialise,
                                       .forward = forward,
                                       .backward = backward};
