/*
 * Pooling over time. Of equal values the earliest is the maximum and gets its gradient.
 *
 * Over all of it: [time, batch, features] to [batch, features], or twice as many, maxima first.
 * Masked steps are left out, but not by SN_POOL_MAX_ALL; of Keras's layers the mean leaves them
 * out, the maximum takes them in. Without a mask pads count like others. A row without any step
 * gives zeros. The tape:
 *
 *     at      [B, F]  the step of the maximum, a whole number
 *     counts  [B]     steps that are not masked
 *
 * Over stretches of pool_size steps, MaxPooling1D: [time, batch, features] to [time / pool_size,
 * batch, features]. Masks are not looked at, as in Keras. The tape is `at`, for each output.
 */
#include "layer.h"

#include <string.h>

#include "banned.h"

static size_t tape_size(const sn_layer *layer, size_t batch)
{
    return batch * (layer->input.features + 1);
}

static seqnet_status declare(sn_layer *layer, sn_tensor_table *table, seqnet_error *err)
{
    (void)table;
    const int pooling = layer->spec.pooling.mode;
    const size_t parts = (size_t)sn_pools_max(pooling) + (size_t)sn_pools_mean(pooling);
    if (!layer->input.time)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "a pooling layer takes a sequence, not one vector per row");
    layer->output = (sn_shape){.time = 0, .features = parts * layer->input.features};
    return SEQNET_OK;
}

/* Where a row's mean stands in the output's rows. */
static size_t mean_start(const sn_layer *layer)
{
    return sn_pools_max(layer->spec.pooling.mode) ? layer->input.features : 0;
}

static bool is_masked(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                      size_t step, size_t row)
{
    return layer->spec.pooling.mode != SN_POOL_MAX_ALL && input->mask &&
           !input->mask[step * pass->batch + row];
}

/* Takes step `t` into the maxima of `features` numbers. */
static void take_maximum(const float *x, size_t features, size_t t, bool is_first, float *most,
                         float *at)
{
    for (size_t k = 0; k < features; k++)
        if (is_first || x[k] > most[k]) {
            most[k] = x[k];
            at[k] = (float)t;
        }
}

static void forward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                    sn_value *output, float *tape)
{
    const size_t features = layer->input.features, width = layer->output.features;
    float *const counts = tape + pass->batch * features;
    float *const pooled = output->x;
    memset(pooled, 0, pass->batch * width * sizeof *pooled);
    memset(counts, 0, pass->batch * sizeof *counts);
    for (size_t t = 0; t < layer->input.time; t++)
        for (size_t row = 0; row < pass->batch; row++) {
            const float *const x = input->x + (t * pass->batch + row) * features;
            float *const most = pooled + row * width, *const sum = most + mean_start(layer);
            if (is_masked(layer, pass, input, t, row))
                continue;
            if (sn_pools_max(layer->spec.pooling.mode))
                take_maximum(x, features, t, counts[row] == 0.0F, most, tape + row * features);
            for (size_t k = 0; sn_pools_mean(layer->spec.pooling.mode) && k < features; k++)
                sum[k] += x[k];
            counts[row] += 1.0F;
        }
    for (size_t row = 0; sn_pools_mean(layer->spec.pooling.mode) && row < pass->batch; row++)
        for (size_t k = 0; counts[row] > 0.0F && k < features; k++)
            pooled[row * width + mean_start(layer) + k] /= counts[row];
}

static void backward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                     const float *d_output, float *d_input, float *tape)
{
    const size_t features = layer->input.features, width = layer->output.features;
    const float *const counts = tape + pass->batch * features;
    memset(d_input, 0, sn_shape_size(layer->input, pass->batch) * sizeof *d_input);
    for (size_t t = 0; t < layer->input.time; t++)
        for (size_t row = 0; row < pass->batch; row++) {
            float *const dx = d_input + (t * pass->batch + row) * features;
            const float *const at = tape + row * features, *const d_most = d_output + row * width,
                               *const d_mean = d_most + mean_start(layer);
            if (is_masked(layer, pass, input, t, row))
                continue;
            for (size_t k = 0; sn_pools_max(layer->spec.pooling.mode) && k < features; k++)
                dx[k] += at[k] == (float)t ? d_most[k] : 0.0F;
            for (size_t k = 0; sn_pools_mean(layer->spec.pooling.mode) && k < features; k++)
                dx[k] += d_mean[k] / counts[row];
        }
}

static size_t stretches_tape_size(const sn_layer *layer, size_t batch)
{
    return sn_shape_size(layer->output, batch);
}

static seqnet_status stretches_declare(sn_layer *layer, sn_tensor_table *table, seqnet_error *err)
{
    (void)table;
    const size_t pool_size = layer->spec.max_pooling1d.pool_size, time = layer->input.time;
    SN_TRY(sn_layer_check_sequence(layer, err));
    if (pool_size == 0 || pool_size > time)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "the layer '%s' pools stretches of %zu timesteps, but its input has only "
                       "%zu",
                       layer->name, pool_size, time);
    layer->output = (sn_shape){.time = time / pool_size, .features = layer->input.features};
    return SEQNET_OK;
}

static void stretches_forward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                              sn_value *output, float *tape)
{
    const size_t step = pass->batch * layer->input.features;
    const size_t pool_size = layer->spec.max_pooling1d.pool_size;
    for (size_t t = 0; t < layer->output.time * pool_size; t++)
        take_maximum(input->x + t * step, step, t, t % pool_size == 0,
                     output->x + t / pool_size * step, tape + t / pool_size * step);
}

static void stretches_backward(const sn_layer *layer, const sn_pass *pass, const sn_value *input,
                               const float *d_output, float *d_input, float *tape)
{
    (void)input;
    const size_t step = pass->batch * layer->input.features;
    memset(d_input, 0, layer->input.time * step * sizeof *d_input);
    for (size_t i = 0; i < layer->output.time * step; i++)
        d_input[(size_t)tape[i] * step + i % step] = d_output[i];
}

static const char *title_of(const sn_layer *layer)
{
    static const char *const titles[] = {[SN_POOL_MAX] = "GlobalMaxPooling1D",
                                         [SN_POOL_MEAN] = "GlobalAveragePooling1D",
                                         [SN_POOL_MAX_MEAN] = "GlobalMaxAveragePooling1D",
                                         [SN_POOL_MAX_ALL] = "GlobalMaxPooling1D"};
    return titles[layer->spec.pooling.mode];
}

static const char *const MODES[] = {[SN_POOL_MAX] = "max",
                                    [SN_POOL_MEAN] = "mean",
                                    [SN_POOL_MAX_MEAN] = "max_mean",
                                    [SN_POOL_MAX_ALL] = "max_all"};
_Static_assert(sizeof MODES / sizeof *MODES == SN_POOLINGS, "a word for each mode");

static const sn_spec_field FIELDS[] = {{.key = "mode",
                                        .type = SN_FIELD_CHOICE,
                                        .offset = offsetof(sn_layer_spec, pooling.mode),
                                        .words = MODES,
                                        .word_count = SN_POOLINGS},
                                       {.key = NULL}};

const sn_layer_ops sn_pooling_ops = {.type = "pooling",
                                     .title_of = title_of,
                                     .fields = FIELDS,
                                     .declare = declare,
                                     .tape_size = tape_size,
                                     .forward = forward,
                                     .backward = backward};

static const sn_spec_field STRETCHES_FIELDS[] = {
    {.key = "pool_size",
     .type = SN_FIELD_SIZE,
     .offset = offsetof(sn_layer_spec, max_pooling1d.pool_size),
     .most = SN_MAX_FILE_TIME},
    {.key = NULL}};

const sn_layer_ops sn_max_pooling1d_ops = {.type = "max_pooling1d",
                                           .title = "MaxPooling1D",
                                           .fields = STRETCHES_FIELDS,
                                           .drops_mask = true,
                                           .declare = stretches_declare,
                                           .tape_size = stretches_tape_size,
                                           .forward = stretches_forward,
                                           .backward = stretches_backward};
