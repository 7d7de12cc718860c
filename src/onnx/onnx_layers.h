/*
 * The nodes of layers. Values are batch-major: [batch, time, features], or [batch, features] where
 * the time axis has ended.
 */
#ifndef SN_ONNX_LAYERS_H
#define SN_ONNX_LAYERS_H

#include "onnx_input.h"

/* A model on its way into a graph. */
typedef struct sn_onnx_writer {
    sn_onnx_graph *graph;
    const seqnet_model *model;
    sn_onnx_rows rows;
    /* The output of each layer, and whether its steps are masked. */
    sn_onnx_value values[SN_MAX_LAYERS];
    bool is_masked[SN_MAX_LAYERS];
} sn_onnx_writer;

/* Adds the nodes of all layers, and returns the model's logits, [batch, outputs]. */
sn_onnx_value sn_onnx_add_layers(sn_onnx_writer *writer);

/* The same of a layer with a cell, over the value x. */
sn_onnx_value sn_onnx_add_recurrent(sn_onnx_writer *writer, const sn_layer *layer, sn_onnx_value x,
                                    bool is_masked);

/* The name and numbers of an activation. ONNX's HardSigmoid is max(0, min(1, alpha x + beta)), its
 * Affine alpha x + beta, its Elu alpha (e^x - 1) and its LeakyRelu alpha x below 0. */
typedef struct sn_onnx_activation {
    const char *op;
    /* Which of the two it takes. */
    bool has_alpha, has_beta;
    float alpha, beta;
} sn_onnx_activation;
sn_onnx_activation sn_onnx_activation_of(int activation);

/* f(x) of an sn_activation; that of SN_ACTIVATION_OWN is linear. */
sn_onnx_value sn_onnx_activate(sn_onnx_graph *graph, sn_onnx_value x, int activation);

/* A layer's tensor number k as a constant "LAYER.name". */
sn_onnx_value sn_onnx_weights(sn_onnx_writer *writer, const sn_layer *layer, size_t k,
                              const char *name, size_t rank, const size_t *dims);

/* Floats of the graph as such a constant. */
sn_onnx_value sn_onnx_constant(sn_onnx_writer *writer, const sn_layer *layer, const char *name,
                               size_t rank, const size_t *dims, const float *numbers);

/* x with its axes in another order; `axes` has 3. */
sn_onnx_value sn_onnx_transpose(sn_onnx_graph *graph, sn_onnx_value x, const int64_t *axes);

#endif
