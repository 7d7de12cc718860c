#include "architecture.h"

#include "keras.h"
#include "kernels.h"
#include "maxima.h"

#include "banned.h"

enum {
    /* Of a convolution, where options leave it open. */
    FILTERS = 32,
    KERNEL_SIZE = 7,
    POOL_SIZE = 5,
    BLOCKS = 2,
    /* Timesteps that a convolution or a pooling sees. */
    MAX_WINDOW = 1000
};

/* The numbers before the 0 that ends a list. */
static size_t length_of(const int64_t list[SEQNET_WIDTHS])
{
    size_t length = 0;
    while (length < SEQNET_WIDTHS && list[length] != 0)
        length++;
    return length;
}

/* Whether a list ends and its numbers are from 1 to `most`. */
static bool is_list(const int64_t list[SEQNET_WIDTHS], int64_t most)
{
    const size_t length = length_of(list);
    for (size_t i = 0; i < length; i++)
        if (list[i] < 1 || list[i] > most)
            return false;
    return length < SEQNET_WIDTHS;
}

/* Number i of a list whose last number counts for all behind it. */
static size_t number_at(const int64_t list[SEQNET_WIDTHS], size_t i, size_t otherwise)
{
    const size_t length = length_of(list);
    return length == 0 ? otherwise : (size_t)list[i < length ? i : length - 1];
}

static bool is_share(double value)
{
    return value >= 0.0 && value < 1.0;
}

static const char *check_ranges(const seqnet_train_options *o)
{
    if (o->embedding_dim < 1 || o->embedding_dim > SN_MAX_UNITS)
        return "embedding_dim must be from 1 to 4096";
    if (!is_list(o->units, SN_MAX_UNITS))
        return "units must be from 1 to 4096";
    if ((unsigned)o->cell > SEQNET_CELL_CONV1D)
        return "cell must be a seqnet_cell";
    if (o->layers < 0 || o->layers >= SEQNET_WIDTHS)
        return "layers must be from 1 to 8, or 0 for the default";
    if (!is_list(o->filters, SN_MAX_UNITS) || !is_list(o->dense, SN_MAX_UNITS))
        return "filters and dense must be from 1 to 4096";
    if (!is_list(o->kernel_size, MAX_WINDOW) || o->pool_size < 0 || o->pool_size > MAX_WINDOW)
        return "kernel_size and pool_size must be from 1 to 1000";
    if (!is_share(o->recurrent_dropout))
        return "recurrent_dropout must be at least 0 and below 1";
    if (!is_share(o->spatial_dropout))
        return "spatial_dropout must be at least 0 and below 1";
    if ((unsigned)o->activation > SEQNET_ACTIVATION_RELU ||
        (unsigned)o->dense_activation > SEQNET_ACTIVATION_RELU ||
        (unsigned)o->recurrent_activation > SEQNET_RECURRENT_HARD_SIGMOID_02)
        return "activation, dense_activation and recurrent_activation must be values of their "
               "enums";
    return NULL;
}

static const char *check_recurrent(const seqnet_train_options *o)
{
    if (o->units[0] == 0)
        return "units must be from 1 to 4096";
    if (o->filters[0])
        return "a recurrent layer has no filters; pass .cell conv1d, or leave out .filters";
    if (o->kernel_size[0])
        return "a recurrent layer has no kernel size; pass .cell conv1d, or leave out .kernel_size";
    if (o->pool_size)
        return "a recurrent layer has no pool size; pass .cell conv1d, or leave out .pool_size";
    if (o->layers && (size_t)o->layers < length_of(o->units))
        return "there are more numbers of units than layers; leave out .layers";
    if (o->reset_before && o->cell != SEQNET_CELL_GRU)
        return "only a GRU has a reset gate; pass .cell gru, or leave out .reset_before";
    if (o->recurrent_activation && o->cell == SEQNET_CELL_RNN)
        return "a simple RNN has no gates; leave out .recurrent_activation";
    return NULL;
}

static bool has_branches(const seqnet_train_options *o)
{
    return length_of(o->kernel_size) > 1;
}

static size_t block_count(const seqnet_train_options *o)
{
    const size_t named = length_of(o->filters);
    if (o->layers)
        return (size_t)o->layers;
    return has_branches(o) ? 1 : named > 1 ? named : BLOCKS;
}

static const char *check_blocks(const seqnet_train_options *o)
{
    if (length_of(o->filters) > block_count(o))
        return "there are more numbers of filters than blocks of convolutions; name one number of "
               "them, or leave out .layers or all but one .kernel_size";
    if (has_branches(o) && block_count(o) > 1)
        return "convolutions of several kernel sizes stand side by side in one block; name one "
               ".kernel_size, or leave out .layers";
    if (o->pool_size && block_count(o) == 1)
        return "pooling stands between blocks of convolutions, and there is one block; leave out "
               ".pool_size";
    return NULL;
}

static const char *check_conv1d(const seqnet_train_options *o)
{
    if (o->units[0])
        return "a convolution has filters instead of units; pass .filters and leave out .units";
    if (o->pooling == SEQNET_POOLING_LAST)
        return "a convolution has no last state; pass .pooling max, mean or max-mean";
    if (o->bidirectional)
        return "a convolution has no direction; leave out .bidirectional";
    if (o->mask_zero)
        return "a convolution cannot skip padding; leave out .mask_zero";
    if (o->recurrent_dropout > 0.0)
        return "a convolution has no state; leave out .recurrent_dropout";
    if (o->recurrent_activation)
        return "a convolution has no gates; leave out .recurrent_activation";
    if (o->reset_before)
        return "a convolution has no gates; leave out .reset_before";
    return check_blocks(o);
}

const char *sn_architecture_check(const seqnet_train_options *options)
{
    const char *reason = check_ranges(options);
    if (!reason && !options->layer_list)
        reason =
            options->cell == SEQNET_CELL_CONV1D ? check_conv1d(options) : check_recurrent(options);
    if (!reason && !options->layer_list && options->dense_activation && !options->dense[0])
        reason = "there are no hidden Dense layers; pass .dense, or leave out .dense_activation";
    return reason;
}

void seqnet_train_options_set_cell(seqnet_train_options *options, seqnet_cell cell)
{
    options->cell = cell;
    if (cell != SEQNET_CELL_CONV1D)
        return;
    options->units[0] = 0;
    options->mask_zero = false;
    options->pooling = SEQNET_POOLING_MAX;
}

static void add_layer(sn_model_config *config, sn_layer_spec spec)
{
    if (config->layer_count < SN_MAX_LAYERS)
        config->layers[config->layer_count] = spec;
    config->layer_count++;
}

static int cell_activation(seqnet_activation asked)
{
    return asked == SEQNET_ACTIVATION_RELU ? SN_RELU : SN_ACTIVATION_OWN;
}

static int other_activation(seqnet_activation asked)
{
    return asked == SEQNET_ACTIVATION_TANH ? SN_TANH : SN_RELU;
}

static void add_recurrent_layers(sn_model_config *config, const seqnet_train_options *o)
{
    static const sn_layer_kind kinds[] = {[SEQNET_CELL_LSTM] = SN_LSTM,
                                          [SEQNET_CELL_GRU] = SN_GRU,
                                          [SEQNET_CELL_RNN] = SN_SIMPLE_RNN,
                                          [SEQNET_CELL_LSTM_CARRY] = SN_LSTM_CARRY};
    static const int gates[] = {[SEQNET_RECURRENT_SIGMOID] = SN_ACTIVATION_OWN,
                                [SEQNET_RECURRENT_HARD_SIGMOID] = SN_HARD_SIGMOID,
                                [SEQNET_RECURRENT_HARD_SIGMOID_02] = SN_HARD_SIGMOID_02};
    const size_t count = o->layers ? (size_t)o->layers : length_of(o->units);
    for (size_t i = 0; i < count; i++) {
        const sn_recurrent_spec spec = {.units = number_at(o->units, i, 0),
                                        .return_sequences =
                                            i + 1 < count || o->pooling != SEQNET_POOLING_LAST,
                                        .recurrent_dropout = o->recurrent_dropout,
                                        .bidirectional = o->bidirectional,
                                        .reset_before = o->reset_before,
                                        .activation = cell_activation(o->activation),
                                        .recurrent_activation = gates[o->recurrent_activation]};
        add_layer(config, (sn_layer_spec){.kind = kinds[o->cell], .recurrent = spec});
    }
}

static void add_pooling(sn_model_config *config, seqnet_pooling pooling)
{
    static const int modes[] = {[SEQNET_POOLING_MAX] = SN_POOL_MAX,
                                [SEQNET_POOLING_MEAN] = SN_POOL_MEAN,
                                [SEQNET_POOLING_MAX_MEAN] = SN_POOL_MAX_MEAN};
    if (pooling != SEQNET_POOLING_LAST)
        add_layer(config, (sn_layer_spec){.kind = SN_POOLING, .pooling = {.mode = modes[pooling]}});
}

static sn_layer_spec convolution(const seqnet_train_options *o, size_t block, size_t kernel)
{
    return (sn_layer_spec){.kind = SN_CONV1D,
                           .conv1d = {.units = number_at(o->filters, block, FILTERS),
                                      .kernel_size = number_at(o->kernel_size, kernel, KERNEL_SIZE),
                                      .activation = other_activation(o->activation)}};
}

/* The blocks that are asked for; where nothing is, one if short rows leave the second nothing to
 * read. */
static size_t fitting_blocks(const seqnet_train_options *o, size_t time)
{
    const size_t kernel = number_at(o->kernel_size, 0, KERNEL_SIZE);
    const bool is_open = !o->layers && !o->pool_size && length_of(o->filters) < 2;
    return is_open && time < kernel + POOL_SIZE * kernel - 1 ? 1 : block_count(o);
}

/* Conv1D -> MaxPooling1D -> Conv1D ... */
static void add_blocks(sn_model_config *config, const seqnet_train_options *o)
{
    const size_t pool_size = o->pool_size ? (size_t)o->pool_size : POOL_SIZE;
    const size_t count = fitting_blocks(o, config->maxlen);
    for (size_t block = 0; block < count; block++) {
        if (block)
            add_layer(config, (sn_layer_spec){.kind = SN_MAX_POOLING1D,
                                              .max_pooling1d = {.pool_size = pool_size}});
        add_layer(config, convolution(o, block, 0));
    }
    add_pooling(config, o->pooling);
}

/* A convolution of each kernel size over the layer before them, each with its pooling; and one
 * vector of all. */
static void add_branches(sn_model_config *config, const seqnet_train_options *o)
{
    const size_t shared = config->layer_count - 1;
    sn_layer_spec joined = {.kind = SN_CONCATENATE};
    for (size_t i = 0; i < length_of(o->kernel_size); i++) {
        sn_layer_spec branch = convolution(o, 0, i);
        branch.input_count = i > 0; /* the first takes the layer before it anyway */
        branch.inputs[0] = i > 0 ? shared : 0;
        add_layer(config, branch);
        add_pooling(config, o->pooling);
        joined.inputs[joined.input_count++] = config->layer_count - 1;
    }
    add_layer(config, joined);
}

static void add_dropout(sn_model_config *config, sn_layer_kind kind, double rate)
{
    if (rate > 0.0)
        add_layer(config, (sn_layer_spec){.kind = kind, .dropout = {.rate = rate}});
}

/* Embedding -> recurrent layers or convolutions -> pooling -> hidden Dense layers -> dropout ->
 * Dense. All but the first, the second and the last are optional. */
static void add_layers(sn_model_config *config, const seqnet_train_options *o, size_t id_count,
                       size_t outputs)
{
    add_layer(config, (sn_layer_spec){.kind = SN_EMBEDDING,
                                      .embedding = {.units = (size_t)o->embedding_dim,
                                                    .id_count = id_count,
                                                    .mask_zero = o->mask_zero}});
    add_dropout(config, SN_SPATIAL_DROPOUT1D, o->spatial_dropout);
    if (o->cell == SEQNET_CELL_CONV1D) {
        (has_branches(o) ? add_branches : add_blocks)(config, o);
    } else {
        add_recurrent_layers(config, o);
        add_pooling(config, o->pooling);
    }
    for (size_t i = 0; i < length_of(o->dense); i++)
        add_layer(config,
                  (sn_layer_spec){.kind = SN_DENSE,
                                  .dense = {.units = (size_t)o->dense[i],
                                            .activation = other_activation(o->dense_activation)}});
    add_dropout(config, SN_DROPOUT, o->dropout);
    add_layer(config, (sn_layer_spec){.kind = SN_DENSE, .dense = {.units = outputs}});
}

const char *sn_layer_list_name(const seqnet_train_options *options)
{
    return options->layer_list_name ? options->layer_list_name : "layers";
}

seqnet_status sn_architecture_make(sn_model_config *config, const seqnet_train_options *options,
                                   size_t id_count, size_t outputs, seqnet_error *err)
{
    if (!options->layer_list) {
        add_layers(config, options, id_count, outputs);
        return SEQNET_OK;
    }
    const sn_keras_rules rules = {.place = options->layer_list_name ? options->layer_list_name
                                                                    : "layers",
                                  .failure = SEQNET_ERR_DATA,
                                  .id_count = id_count,
                                  .outputs = outputs,
                                  .trains = true};
    size_t time = 0;
    SN_TRY(sn_keras_read(config, &time, options->layer_list, &rules, err));
    if (time && !options->maxlen)
        config->maxlen = time;
    return SEQNET_OK;
}
