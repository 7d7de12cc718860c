#include "fill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keras.h"
#include "memory.h"
#include "node_arrays.h"
#include "vec.h"

#include "banned.h"

static seqnet_status refuse_shape(const sn_filling *f, const sn_weights_array *array,
                                  const char *what, size_t rank, const size_t *shape)
{
    char found[SN_SHAPE_TEXT], needed[SN_SHAPE_TEXT];
    sn_weights_array wanted = {.rank = rank};
    memcpy(wanted.shape, shape, rank * sizeof *shape);
    return sn_graph_refuse(f->t->graph, f->node, f->err, "its %s is %s in the file, not %s", what,
                           sn_show_shape(array, found), sn_show_shape(&wanted, needed));
}

seqnet_status sn_filling_refuse_count(const sn_filling *f)
{
    return sn_graph_refuse(f->t->graph, f->node, f->err,
                           "the file has %zu arrays of it, which is not what such a layer has",
                           f->node->array_count);
}

seqnet_status sn_filling_array(const sn_filling *f, size_t number, const char *what, size_t rank,
                               const size_t *shape, const sn_weights_array **array)
{
    if (number >= f->node->array_count)
        return sn_filling_refuse_count(f);
    *array = f->node->arrays[number];
    bool fits = (*array)->rank == rank;
    for (size_t i = 0; fits && i < rank; i++)
        fits = (*array)->shape[i] == shape[i];
    return fits ? SEQNET_OK : refuse_shape(f, *array, what, rank, shape);
}

static seqnet_status copy_array(const sn_filling *f, size_t number, const char *what, size_t rank,
                                const size_t *shape, float *to)
{
    const sn_weights_array *array;
    SN_TRY(sn_filling_array(f, number, what, rank, shape, &array));
    memcpy(to, array->values, array->count * sizeof *to);
    return SEQNET_OK;
}

/* Copies the bias, array number `number`; zeros without one. */
static seqnet_status copy_bias(const sn_filling *f, size_t number, size_t units, float *to)
{
    if (number == f->node->array_count) {
        memset(to, 0, units * sizeof *to);
        return SEQNET_OK;
    }
    if (number + 1 < f->node->array_count)
        return sn_filling_refuse_count(f);
    return copy_array(f, number, "bias", 1, &units, to);
}

/* The rows of the ids that are used, the first ones. */
static seqnet_status fill_embedding(const sn_filling *f)
{
    const sn_embedding_spec *const spec = &f->layer->spec.embedding;
    const double rows = cJSON_GetNumberValue(sn_json_member(f->node->config, "input_dim"));
    const size_t shape[2] = {rows >= (double)spec->id_count ? (size_t)rows : spec->id_count,
                             spec->units};
    const sn_weights_array *table;
    if (f->node->array_count != 1)
        return sn_filling_refuse_count(f);
    SN_TRY(sn_filling_array(f, 0, "table", 2, shape, &table));
    memcpy(sn_filling_tensor(f, 0), table->values,
           spec->id_count * spec->units * sizeof *table->values);
    return SEQNET_OK;
}

static seqnet_status fill_dense(const sn_filling *f)
{
    const size_t shape[2] = {f->layer->input.features, f->layer->spec.dense.units};
    SN_TRY(copy_array(f, 0, "kernel", 2, shape, sn_filling_tensor(f, 0)));
    return copy_bias(f, 1, shape[1], sn_filling_tensor(f, 1));
}

/* gamma, beta, moving mean and variance; the first two need not be there. */
static seqnet_status fill_normalization(const sn_filling *f)
{
    static const char *const keys[] = {"scale", "center"};
    static const char *const names[] = {"gamma", "beta", "moving mean", "moving variance"};
    const size_t features = f->layer->input.features;
    size_t number = 0;
    for (size_t i = 0; i < 4; i++) {
        float *const to = sn_filling_tensor(f, i);
        if (i < 2 && cJSON_IsFalse(sn_json_member(f->node->config, keys[i])))
            for (size_t k = 0; k < features; k++)
                to[k] = i == 0 ? 1.0F : 0.0F;
        else
            SN_TRY(copy_array(f, number++, names[i], 1, &features, to));
    }
    return number == f->node->array_count ? SEQNET_OK : sn_filling_refuse_count(f);
}

/* ---- Convolutions ---- */

/* A kernel as the file has it: [size, depth, filters], where depth is that of one group. */
typedef struct file_kernel {
    const float *values;
    size_t size, depth, filters;
    /* What number a tap has in the kernel of the layer is tap times this. */
    size_t dilation;
    /* The first tap is the last one in the file; the first feature, too. */
    bool is_flipped, is_mirrored;
} file_kernel;

static bool spans_features(const sn_filling *f)
{
    return strcmp(f->node->class_name, "Conv2D") == 0;
}

/* A number that the translation has checked; pairs, those of a Conv2D, are 1. */
static size_t number_in(const sn_filling *f, const char *key)
{
    size_t number = 1;
    if (!spans_features(f))
        (void)sn_translate_size(f->t, f->node, key, 1, &number);
    return number;
}

/* Puts the taps where they belong; all others are zeros. Each group of filters sees its own part of
 * the features. */
static void place_taps(const sn_filling *f, const file_kernel *from)
{
    const size_t features = f->layer->input.features, groups = features / from->depth;
    const size_t filters = f->layer->spec.conv1d.units;
    float *const to = sn_filling_tensor(f, 0);
    memset(to, 0, f->layer->spec.conv1d.kernel_size * features * filters * sizeof *to);
    for (size_t tap = 0; tap < from->size; tap++)
        for (size_t k = 0; k < from->depth; k++)
            for (size_t filter = 0; filter < filters; filter++) {
                const size_t feature = filter / (filters / groups) * from->depth + k;
                const size_t at = from->is_flipped ? from->size - 1 - tap : tap;
                const size_t deep = from->is_mirrored ? from->depth - 1 - k : k;
                to[(tap * from->dilation * features + feature) * filters + filter] =
                    from->values[(at * from->depth + deep) * filters + filter];
            }
}

/* Kernels of two dimensions are those of Keras 1, [size, 1, depth, filters] or [filters, depth,
 * size, 1], and of a Conv2D over one channel, [size, depth, 1, filters]. */
static seqnet_status fill_flat_kernel(const sn_filling *f, file_kernel *found, float **moved)
{
    const sn_weights_array *const array = f->node->arrays[0];
    const size_t *const shape = array->shape;
    const bool is_theano = shape[3] == 1 && shape[1] != 1 && !spans_features(f);
    *found = (file_kernel){.values = array->values,
                           .size = is_theano ? shape[2] : shape[0],
                           .depth = is_theano ? shape[1] : shape[1] * shape[2],
                           .filters = is_theano ? shape[0] : shape[3]};
    if (!is_theano)
        return SEQNET_OK;
    SN_TRY(sn_alloc(moved, array->count, sizeof **moved, f->err));
    for (size_t filter = 0; filter < found->filters; filter++)
        for (size_t k = 0; k < found->depth; k++)
            for (size_t tap = 0; tap < found->size; tap++)
                (*moved)[(tap * found->depth + k) * found->filters + filter] =
                    array->values[(filter * found->depth + k) * found->size + tap];
    found->values = *moved;
    return SEQNET_OK;
}

/* Theano's convolutions flip their kernels, those of the others do not. */
static bool is_flipped(const sn_filling *f)
{
    return f->backend && strcmp(f->backend, "theano") == 0;
}

static seqnet_status fill_conv1d(const sn_filling *f)
{
    const sn_conv1d_spec *const spec = &f->layer->spec.conv1d;
    const sn_weights_array *const array = f->node->array_count ? f->node->arrays[0] : NULL;
    const size_t groups = number_in(f, "groups");
    const size_t shape[3] = {spans_features(f) ? spec->kernel_size : number_in(f, "kernel_size"),
                             f->layer->input.features / groups, spec->units};
    file_kernel from = {.values = array ? array->values : NULL,
                        .size = shape[0],
                        .depth = shape[1],
                        .filters = shape[2]};
    float *moved = NULL;
    const sn_weights_array *checked;
    if (array && array->rank == 4)
        SN_TRY(fill_flat_kernel(f, &from, &moved));
    else
        SN_TRY(sn_filling_array(f, 0, "kernel", 3, shape, &checked));
    from.dilation = number_in(f, "dilation_rate");
    from.is_flipped = is_flipped(f);
    from.is_mirrored = from.is_flipped && spans_features(f); /* an axis of the image there */
    const bool fits = from.size == shape[0] && from.depth == shape[1] && from.filters == shape[2] &&
                      shape[1] * groups == f->layer->input.features && spec->units % groups == 0;
    if (fits)
        place_taps(f, &from);
    free(moved);
    if (!fits)
        return refuse_shape(f, array, "kernel", 3, shape);
    return copy_bias(f, 1, spec->units, sn_filling_tensor(f, 1));
}

/* depthwise [size, features, multiplier] and pointwise [1, features multiplier, filters] are one
 * kernel. */
static seqnet_status fill_separable(const sn_filling *f)
{
    const size_t features = f->layer->input.features, filters = f->layer->spec.conv1d.units;
    const size_t multiplier = number_in(f, "depth_multiplier"), size = number_in(f, "kernel_size");
    const size_t deep[3] = {size, features, multiplier};
    const size_t point[3] = {1, features * multiplier, filters};
    const size_t dilation = number_in(f, "dilation_rate");
    const sn_weights_array *depthwise, *pointwise;
    float *const to = sn_filling_tensor(f, 0);
    SN_TRY(sn_filling_array(f, 0, "depthwise kernel", 3, deep, &depthwise));
    SN_TRY(sn_filling_array(f, 1, "pointwise kernel", 3, point, &pointwise));
    memset(to, 0, f->layer->spec.conv1d.kernel_size * features * filters * sizeof *to);
    for (size_t tap = 0; tap < size; tap++)
        for (size_t k = 0; k < features; k++)
            for (size_t filter = 0; filter < filters; filter++) {
                double sum = 0.0;
                for (size_t m = 0; m < multiplier; m++)
                    sum += (double)depthwise->values[(tap * features + k) * multiplier + m] *
                           (double)pointwise->values[(k * multiplier + m) * filters + filter];
                to[(tap * dilation * features + k) * filters + filter] = (float)sum;
            }
    return copy_bias(f, 2, filters, sn_filling_tensor(f, 1));
}

/* ---- Layers that no array of a file stands for ---- */

static seqnet_status fill_sum(const sn_filling *f, const sn_fill *fill)
{
    const size_t units = f->layer->spec.dense.units, features = f->layer->input.features;
    const size_t blocks = features / units;
    float *const kernel = sn_filling_tensor(f, 0);
    memset(kernel, 0, features * units * sizeof *kernel);
    memset(sn_filling_tensor(f, 1), 0, units * sizeof *kernel);
    if (fill->scaled && (f->node->array_count != 1 || f->node->arrays[0]->count != units))
        return sn_filling_refuse_count(f);
    for (size_t block = 0; block < blocks; block++)
        for (size_t k = 0; k < units; k++) {
            const bool scales = fill->scaled && block + 1 == blocks;
            kernel[(block * units + k) * units + k] =
                fill->factors[block] * (scales ? f->node->arrays[0]->values[k] : 1.0F);
        }
    return SEQNET_OK;
}

static seqnet_status fill_copies(const sn_filling *f, const sn_fill *fill)
{
    const size_t features = f->layer->input.features, units = f->layer->spec.dense.units;
    float *const kernel = sn_filling_tensor(f, 0), *const bias = sn_filling_tensor(f, 1);
    memset(kernel, 0, features * units * sizeof *kernel);
    for (size_t i = 0; i < units; i++) {
        kernel[i % features * units + i] = fill->factors[i / features];
        bias[i] = fill->offsets[i / features];
    }
    return SEQNET_OK;
}

/* ---- The whole ---- */

static seqnet_status fill_arrays(const sn_filling *f)
{
    if (f->layer->ops->cell)
        return sn_fill_cells(f, false);
    const sn_layer_kind kind = f->layer->spec.kind;
    if (kind == SN_CONV1D && strcmp(f->node->class_name, "SeparableConv1D") == 0)
        return fill_separable(f);
    return kind == SN_EMBEDDING             ? fill_embedding(f)
           : kind == SN_DENSE               ? fill_dense(f)
           : kind == SN_BATCH_NORMALIZATION ? fill_normalization(f)
           : kind == SN_CONV1D              ? fill_conv1d(f)
                                            : SEQNET_OK;
}

static seqnet_status fill_layer(const sn_filling *f, const sn_fill *fill)
{
    switch (fill->kind) {
    case SN_FILL_ARRAYS:
        return fill_arrays(f);
    case SN_FILL_SECOND_CELL:
        return sn_fill_cells(f, true);
    case SN_FILL_SUM:
        return fill_sum(f, fill);
    case SN_FILL_COPIES:
        return fill_copies(f, fill);
    }
    return SEQNET_OK;
}

static seqnet_status check_finite(const sn_filling *f)
{
    const sn_layer *const layer = f->layer;
    if (layer->parameters && !sn_vec_all_finite(f->weights + layer->offsets[0], layer->parameters))
        return sn_graph_refuse(f->t->graph, f->node, f->err,
                               "its weights are not all finite numbers; the training has diverged");
    return SEQNET_OK;
}

seqnet_status sn_keras_fill(const sn_translation *t, const sn_network *network, const char *backend,
                            float *weights, seqnet_error *err)
{
    for (size_t i = 0; i < network->count; i++) {
        const sn_filling f = {.t = t,
                              .layer = &network->layers[i],
                              .node = t->fills[i].node,
                              .backend = backend,
                              .weights = weights,
                              .err = err};
        SN_TRY(fill_layer(&f, &t->fills[i]));
        SN_TRY(check_finite(&f));
    }
    return SEQNET_OK;
}

static size_t features_into(const sn_translation *t, size_t number)
{
    const sn_layer_spec *const spec = &t->config->layers[number];
    return t->shapes[spec->input_count ? spec->inputs[0] : number - 1].features;
}

int sn_keras_compare(const sn_translation *t)
{
    for (size_t i = 1; i < t->config->layer_count; i++) {
        const sn_fill *const fill = &t->fills[i];
        if (t->config->layers[i].kind != SN_DENSE || fill->kind != SN_FILL_ARRAYS ||
            fill->node->array_count == 0)
            continue;
        const size_t rows = fill->node->arrays[0]->shape[0], features = features_into(t, i);
        if (features != rows)
            return features < rows ? -1 : 1;
    }
    return 0;
}
