/*
 * The draws of dropout.h, and the layers Dropout (Srivastava et al. 2014), over vectors and
 * sequences, and SpatialDropout1D (Tompson et al. 2015), over sequences. In training Dropout hides
 * each number of the input on its own, SpatialDropout1D a feature of a row at all timesteps; when
 * scoring all pass. The tape holds what the input is multiplied by, [batch, time, features] or
 * [batch, features].
 */
#include "dropout.h"

#include <string.h>

#include "layer.h"
#include "rng.h"

#include "banned.h"

/* FNV-1a over the name (Fowler, Noll, Vo), then the purpose; the generator hashes what comes out.
 */
uint64_t sn_dropout_source(const char *layer_name, sn_dropout_purpose purpose)
{
    uint64_t hash = 0xcbf29ce484222325U;
    for (const char *c = layer_name; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 0x100000001b3U;
    return (hash ^ (uint64_t)purpose) * 0x100000001b3U;
}

void sn_dropout_fill(float *scale, size_t count, double rate, uint64_t key, uint64_t source,
                     size_t row)
{
    /* Odd factors spread sources and rows over the seeds. */
    const uint64_t seed = key + source * 0xd1342543de82ef95U + (uint64_t)row * 0x9e3779b97f4a7c15U;
    const float kept = (float)(1.0 / (1.0 - rate));
    sn_rng rng;
    sn_rng_seed(&rng, seed, SN_RNG_DROPOUT);
    for (size_t i = 0; i < count; i++)
        scale[i] = sn_rng_uniform(&rng) < rate ? 0.0F : kept;
}

/* Whether all timesteps of a row share what is drawn. */
static bool is_spatial(const sn_layer *layer)
{
    return layer->spec.kind == SN_SPATIAL_DROPOUT1D;
}

/* Floats that are drawn for a row. */
static size_t row_size(const sn_layer *layer)
{
    return is_spatial(layer) ? layer->input.features : sn_shape_size(layer->input, 1);
}

static size_t tape_size(const sn_layer *layer, size_t batch)
{
    return batch * row_size(layer);
}

static seqnet_status declare(sn_layer *layer, sn_tensor_table *table, seqnet_error *err)
{
    (void)table;
    layer->output = layer->input;
    return is_spatial(layer) ? sn_layer_check_sequence(layer, err) : SEQNET_OK;
}

static bool drops(const sn_layer *layer, const sn_pass *pass)
{
    return layer->spec.dropout.rate > 0.0 && pass->row_numbers;
}

/* to = from * scale; the values are time-major, the scale row-major. */
static void apply(const sn_layer *layer, const sn_pass *pass, const float *from, const float *scale,
                  float *to)
{
    const size_t features = layer->input.features, steps = sn_shape_steps(layer->input);
    const size_t per_step = is_spatial(layer) ? 0 : features;
    for (size_t row = 0; row < pass->batch; row++)
        for (size_t t = 0; t < steps; t++) {
            const size_t at = (t * pass->batch + row) * features;
            const float *const factors = scale + row * row_size(layer) + t * per_step;
            for (size_t k = 0; k < features; k++)
                to[at + k] = from[at + k] * factors[k];
        }
}

static void forward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                    sn_value *output, float *tape)
{
    const size_t drawn = row_size(layer);
    if (!drops(layer, pass)) {
        memcpy(output->x, input->x, sn_shape_size(layer->input, pass->batch) * sizeof *output->x);
        return;
    }
    const uint64_t source = sn_dropout_source(layer->name, SN_DROP_INPUT);
    for (size_t row = 0; row < pass->batch; row++)
        sn_dropout_fill(tape + row * drawn, drawn, layer->spec.dropout.rate, pass->dropout_key,
                        source, pass->row_numbers[row]);
    apply(layer, pass, input->x, tape, output->x);
}

static void backward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                     const float *d_output, float *d_input, float *tape)
{
    (void)input;
    if (drops(layer, pass))
        apply(layer, pass, d_output, tape, d_input);
    else
        memcpy(d_input, d_output, sn_shape_size(layer->input, pass->batch) * sizeof *d_input);
}

static const sn_spec_field FIELDS[] = {
    {.key = "rate", .type = SN_FIELD_RATE, .offset = offsetof(sn_layer_spec, dropout.rate)},
    {.key = NULL}};

#define DROPOUT_OPS                                                                                \
    .fields = FIELDS, .declare = declare, .tape_size = tape_size, .forward = forward,              \
    .backward = backward

const sn_layer_ops sn_dropout_ops = {.type = "dropout", .title = "Dropout", DROPOUT_OPS};
const sn_layer_ops sn_spatial_dropout1d_ops = {
    .type = "spatial_dropout1d", .title = "SpatialDropout1D", DROPOUT_OPS};
