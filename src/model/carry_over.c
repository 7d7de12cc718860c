#include "carry_over.h"

#include <string.h>

#include "banned.h"

void sn_config_take_layers(sn_model_config *config, const sn_model_config *from, size_t id_count,
                           size_t outputs)
{
    config->layer_count = from->layer_count;
    memcpy(config->layers, from->layers, from->layer_count * sizeof *from->layers);
    config->layers[0].embedding.id_count = id_count;
    config->layers[from->layer_count - 1].dense.units = outputs;
}

/* The logit of a label: `sign` times a column of the last layer. */
typedef struct label_logit {
    bool is_known;
    float sign;
    size_t column;
} label_logit;

/* Whether the model tells two labels apart by one logit, that of the second. */
static bool shares_logit(const seqnet_model *model)
{
    return model->network.outputs == 1 && model->label_count == 2;
}

/* With `is_alone` the label is one of any number of a row, and its logit is about nothing else. */
static label_logit find_logit(const seqnet_model *from, const char *label, bool is_alone)
{
    for (size_t k = 0; k < from->label_count; k++) {
        if (strcmp(from->label_names[k], label) != 0)
            continue;
        if (!shares_logit(from))
            return (label_logit){.is_known = true, .sign = 1.0F, .column = k};
        return (label_logit){.is_known = true, .sign = k == 1 ? 1.0F : is_alone ? -1.0F : 0.0F};
    }
    return (label_logit){0};
}

/* The last layer's two tensors: rows of one number for each output, the bias being the last row. */
typedef struct last_layer {
    size_t offsets[2], outputs, features;
} last_layer;

static last_layer find_last(const seqnet_model *model)
{
    const sn_layer *const layer = &model->network.layers[model->network.count - 1];
    return (last_layer){.offsets = {layer->offsets[0], layer->offsets[1]},
                        .outputs = layer->spec.dense.units,
                        .features = layer->input.features};
}

/* The weight of a column of the last layer for a feature; behind the last feature is the bias. */
static size_t weight_at(const last_layer *last, size_t feature, size_t column)
{
    return feature < last->features ? last->offsets[0] + feature * last->outputs + column
                                    : last->offsets[1] + column;
}

/* Sets a column to plus - minus. */
static void set_column(float *weights, const last_layer *to, size_t column,
                       const seqnet_model *from, label_logit plus, label_logit minus)
{
    const last_layer last = find_last(from);
    for (size_t i = 0; i <= to->features; i++)
        weights[weight_at(to, i, column)] =
            plus.sign * from->weights[weight_at(&last, i, plus.column)] -
            minus.sign * from->weights[weight_at(&last, i, minus.column)];
}

static void carry_labels(float *weights, const seqnet_model *to, const seqnet_model *from)
{
    const label_logit none = {0};
    const last_layer last = find_last(to);
    const bool is_shared = shares_logit(to);
    for (size_t k = is_shared; k < to->label_count; k++) {
        const label_logit logit = find_logit(from, to->label_names[k], to->config.multi_label);
        const label_logit other = is_shared ? find_logit(from, to->label_names[0], false) : none;
        if (logit.is_known && (other.is_known || !is_shared))
            set_column(weights, &last, is_shared ? 0 : k, from, logit, other);
    }
}

void sn_model_carry_over(float *weights, const seqnet_model *to, const seqnet_model *from)
{
    const sn_tensor_table *const table = &to->network.table, *const source = &from->network.table;
    const size_t last = to->network.layers[to->network.count - 1].offsets[0];
    for (size_t i = 0; i < table->count && table->tensors[i].offset < last; i++) {
        const size_t count = table->tensors[i].count, have = source->tensors[i].count;
        memcpy(weights + table->tensors[i].offset, from->weights + source->tensors[i].offset,
               (count < have ? count : have) * sizeof *weights);
    }
    carry_labels(weights, to, from);
}
