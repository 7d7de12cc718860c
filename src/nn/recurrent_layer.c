/* What recurrent layers have apart from their loops over time (recurrent.c): tensors, initial
 * values, activations, and the fields of their specification. */
#include "recurrent.h"

#include <stdio.h>
#include <string.h>

#include "activations.h"
#include "dropout.h"
#include "initializers.h"

#include "banned.h"

/* Of a layer with a cell. */
static const sn_cell *cell_of(const sn_layer *layer)
{
    const sn_cell *const cell = layer->ops->cell;
    return layer->spec.recurrent.reset_before && cell->reset_before ? cell->reset_before : cell;
}

const sn_cell *sn_layer_cell(const sn_layer *layer)
{
    return layer->ops->cell ? cell_of(layer) : NULL;
}

int sn_recurrent_activation(const sn_layer *layer)
{
    return sn_activation_or(layer->spec.recurrent.activation, SN_TANH);
}

int sn_recurrent_gate_activation(const sn_layer *layer)
{
    return sn_activation_or(layer->spec.recurrent.recurrent_activation, SN_SIGMOID);
}

const char *sn_recurrent_title(const sn_layer *layer)
{
    return layer->spec.recurrent.bidirectional ? layer->ops->cell->bidirectional_title
                                               : layer->ops->title;
}

/* Declares the tensors of cell number `number`, whose names begin with `prefix`. */
static seqnet_status declare_cell(sn_layer *layer, size_t number, const char *prefix,
                                  sn_tensor_table *table, seqnet_error *err)
{
    const sn_cell *const cell = cell_of(layer);
    const size_t units = layer->spec.recurrent.units, columns = sn_recurrent_columns(layer);
    const size_t shapes[SN_CELL_TENSORS][2] = {{layer->input.features, columns},
                                               {units, columns},
                                               {sn_cell_keeps_products(cell) ? 2 : 1, columns},
                                               {units, units}};
    static const char *const names[SN_CELL_TENSORS] = {"kernel", "recurrent_kernel", "bias",
                                                       "carry_kernel"};
    const size_t count = cell->second == SN_SECOND_CARRY ? SN_CELL_TENSORS : SN_CARRY_KERNEL;
    for (size_t k = 0; k < count; k++) {
        const bool is_vector = shapes[k][0] == 1 && k == SN_BIAS;
        char name[SN_TENSOR_NAME];
        (void)snprintf(name, sizeof name, "%s%s", prefix, names[k]);
        SN_TRY(sn_tensor_table_add(table, layer->name, name, is_vector ? 1 : 2,
                                   shapes[k] + is_vector,
                                   &layer->offsets[number * SN_CELL_TENSORS + k], err));
    }
    return SEQNET_OK;
}

seqnet_status sn_recurrent_declare(sn_layer *layer, sn_tensor_table *table, seqnet_error *err)
{
    const sn_recurrent_spec *const spec = &layer->spec.recurrent;
    if (!layer->input.time)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "the layer '%s' takes a sequence, not one vector per row", layer->name);
    if (spec->reset_before && !layer->ops->cell->reset_before)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "the layer '%s' has no reset gate that could come before the product",
                       layer->name);
    layer->output.time = spec->return_sequences ? layer->input.time : 0;
    layer->output.features = sn_recurrent_cells(layer) * spec->units;
    if (!spec->bidirectional)
        return declare_cell(layer, 0, "", table, err);
    SN_TRY(declare_cell(layer, 0, "forward.", table, err));
    return declare_cell(layer, 1, "backward.", table, err);
}

/* `offsets`: of the cell's tensors. */
static void initialise_cell(const sn_layer *layer, const size_t *offsets, float *weights,
                            double *scratch, sn_rng *rng)
{
    const sn_cell *const cell = cell_of(layer);
    const size_t units = layer->spec.recurrent.units, columns = sn_recurrent_columns(layer);
    float *const bias = weights + offsets[SN_BIAS];
    sn_init_glorot_uniform(weights + offsets[SN_KERNEL], layer->input.features, columns, rng);
    sn_init_orthogonal(weights + offsets[SN_RECURRENT_KERNEL], units, columns, scratch, rng);
    memset(bias, 0, columns * (sn_cell_keeps_products(cell) ? 2 : 1) * sizeof *bias);
    if (cell->initialise_bias)
        cell->initialise_bias(bias, units);
    if (cell->second == SN_SECOND_CARRY)
        sn_init_orthogonal(weights + offsets[SN_CARRY_KERNEL], units, units, scratch, rng);
}

void sn_recurrent_initialise(const sn_layer *layer, float *weights, double *scratch, sn_rng *rng)
{
    for (size_t number = 0; number < sn_recurrent_cells(layer); number++)
        initialise_cell(layer, layer->offsets + number * SN_CELL_TENSORS, weights, scratch, rng);
}

void sn_recurrent_draw_scale(const sn_layer *layer, size_t cell, uint64_t dropout_key,
                             size_t row_number, float *scale)
{
    const sn_dropout_purpose purpose = cell ? SN_DROP_RECURRENT_BACKWARD : SN_DROP_RECURRENT;
    sn_dropout_fill(scale, layer->spec.recurrent.units, layer->spec.recurrent.recurrent_dropout,
                    dropout_key, sn_dropout_source(layer->name, purpose), row_number);
}

#define FLAG(NAME)                                                                                 \
    {                                                                                              \
        .key = #NAME, .type = SN_FIELD_BOOL, .offset = offsetof(sn_layer_spec, recurrent.NAME),    \
        .is_left_out = true                                                                        \
    }
#define ACTIVATION(NAME)                                                                           \
    {                                                                                              \
        .key = #NAME, .type = SN_FIELD_CHOICE, .offset = offsetof(sn_layer_spec, recurrent.NAME),  \
        .words = sn_activation_words, .word_count = SN_ACTIVATIONS, .is_left_out = true            \
    }

const sn_spec_field sn_recurrent_fields[] = {
    {.key = "units",
     .type = SN_FIELD_SIZE,
     .offset = offsetof(sn_layer_spec, recurrent.units),
     .most = SN_MAX_FILE_UNITS},
    {.key = "return_sequences",
     .type = SN_FIELD_BOOL,
     .offset = offsetof(sn_layer_spec, recurrent.return_sequences)},
    {.key = "recurrent_dropout",
     .type = SN_FIELD_RATE,
     .offset = offsetof(sn_layer_spec, recurrent.recurrent_dropout),
     .is_left_out = true},
    FLAG(bidirectional),
    FLAG(reset_before),
    ACTIVATION(activation),
    ACTIVATION(recurrent_activation),
    {.key = NULL}};
