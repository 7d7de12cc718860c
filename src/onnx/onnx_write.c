/* The file: a graph with its constants, metadata, and the versions that it needs. */
#include <limits.h>
#include <string.h>

#include <seqnet/seqnet.h>

#include "blend.h"
#include "memory.h"
#include "onnx_export.h"
#include "onnx_layers.h"
#include "onnx_metadata.h"
#include "onnx_run.h"
#include "protobuf.h"
#include "recurrent.h"

#include "banned.h"

/* No message of protobuf may be longer. */
#define MOST_BYTES ((size_t)INT32_MAX)

/* The operators of cells take most activations, but not this one. */
static seqnet_status check_cell(const sn_layer *layer, seqnet_error *err)
{
    const sn_cell *const cell = layer->ops->cell;
    if (!cell || cell->kind == SN_CELL_LSTM_CARRY ||
        (sn_recurrent_activation(layer) != SN_SELU &&
         sn_recurrent_gate_activation(layer) != SN_SELU))
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_USAGE,
                   "layer '%s' has the activation selu, which no cell of ONNX takes; train the "
                   "model with another one, or pass .output_format c",
                   layer->name);
}

static seqnet_status check_model(const seqnet_model *model, seqnet_error *err)
{
    if (model->config.ngrams.words)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "the model has an n-gram part, which reads texts, and ONNX has no operator "
                       "for that; train the model with .ngrams off, or pass .output_format c");
    for (size_t i = 0; i < model->network.count; i++)
        SN_TRY(check_cell(&model->network.layers[i], err));
    return SEQNET_OK;
}

static void describe(sn_onnx_graph *graph, const seqnet_model *model)
{
    const sn_onnx_size ids[2] = {{.name = "batch"}, {.name = "time"}};
    const sn_onnx_size probabilities[2] = {{.name = "batch"}, {.size = model->label_count}};
    sn_onnx_add_input(graph, SN_ONNX_IDS, ONNX__TENSOR_PROTO__DATA_TYPE__INT64, ids, 2);
    sn_onnx_add_output(graph, SN_ONNX_PROBABILITIES, ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT,
                       probabilities, 2);
}

/* One logit is that of the second of two labels; the first one's is its negative. */
static void add_probabilities(sn_onnx_graph *graph, const seqnet_model *model, sn_onnx_value logits)
{
    const bool is_multi = model->config.multi_label;
    graph->scope = "output";
    if (model->network.outputs == 1 && !is_multi) {
        logits = SN_ONNX_NODE(graph, "Concat", SN_ONNX_NODE(graph, "Neg", logits), logits);
        sn_onnx_set_int(graph, "axis", 1);
    }
    const bool is_sigmoid = is_multi || model->network.outputs == 1;
    (void)SN_ONNX_NODE(graph, is_sigmoid ? "Sigmoid" : "Softmax", logits);
    if (!is_sigmoid)
        sn_onnx_set_int(graph, "axis", 1);
    (void)sn_onnx_rename(graph, SN_ONNX_PROBABILITIES);
}

/* What add_pair adds to. */
typedef struct pair_list {
    sn_onnx_graph *graph;
    Onnx__ModelProto *model;
} pair_list;

static void add_pair(void *user, const char *key, const char *value)
{
    const pair_list *const list = user;
    Onnx__StringStringEntryProto *const entry = sn_onnx_alloc(list->graph, 1, sizeof *entry);
    char *const copied_key = sn_onnx_text(list->graph, key);
    char *const copied_value = sn_onnx_text(list->graph, value);
    if (!copied_value)
        return;
    onnx__string_string_entry_proto__init(entry);
    entry->key = copied_key;
    entry->value = copied_value;
    sn_onnx_append(list->graph, &list->model->metadata_props, &list->model->n_metadata_props,
                   entry);
}

/* Appends the packed message. */
static seqnet_status pack(const Onnx__ModelProto *proto, sn_buffer *bytes, seqnet_error *err)
{
    SN_TRY(sn_protobuf_open(err));
    const size_t size = onnx__model_proto__get_packed_size(proto);
    if (size > MOST_BYTES) {
        char shown[SN_SIZE_TEXT];
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "the ONNX file would have %s, but at most 2 GB are allowed; train the model "
                       "with a smaller .num_words or .embedding_dim",
                       sn_show_size((double)size, shown));
    }
    SN_TRY(sn_buffer_reserve(bytes, size, err));
    bytes->length += onnx__model_proto__pack(proto, (uint8_t *)bytes->bytes + bytes->length);
    return SEQNET_OK;
}

static seqnet_status write_model(sn_onnx_graph *graph, const seqnet_model *model, sn_buffer *bytes,
                                 seqnet_error *err)
{
    Onnx__ModelProto proto = ONNX__MODEL_PROTO__INIT;
    Onnx__OperatorSetIdProto opset = ONNX__OPERATOR_SET_ID_PROTO__INIT;
    pair_list pairs = {graph, &proto};
    SN_TRY(sn_onnx_metadata(model, add_pair, &pairs, err));
    sn_onnx_append(graph, &proto.opset_import, &proto.n_opset_import, &opset);
    proto.has_ir_version = 1;
    proto.ir_version = SN_ONNX_IR_VERSION;
    proto.producer_name = sn_onnx_text(graph, "seqnet");
    proto.producer_version = sn_onnx_text(graph, seqnet_version());
    opset.domain = sn_onnx_text(graph, "");
    opset.has_version = 1;
    opset.version = SN_ONNX_OPSET;
    proto.graph = graph->proto;
    return graph->status == SEQNET_OK ? pack(&proto, bytes, err) : graph->status;
}

seqnet_status sn_onnx_write(const seqnet_model *model, const seqnet_export_options *options,
                            sn_buffer *bytes, seqnet_error *err)
{
    (void)options;
    SN_TRY(check_model(model, err));
    sn_onnx_graph graph;
    sn_onnx_writer writer = {.graph = &graph, .model = model};
    sn_onnx_graph_begin(&graph, "rows", err);
    seqnet_status status = graph.status;
    if (status == SEQNET_OK) {
        describe(&graph, model);
        sn_onnx_add_rows(&writer.rows, &graph, model);
        add_probabilities(&graph, model, sn_onnx_add_layers(&writer));
        status = graph.status;
    }
    if (status == SEQNET_OK)
        status = write_model(&graph, model, bytes, err);
    sn_onnx_graph_free(&graph);
    return status;
}
