/*
 * ONNX files: a model's network as a graph from ids to probabilities, and the same graph computed
 * from the file's bytes, without any runtime.
 *
 *     input   ids            int64 [batch, time]    both of any size
 *     output  probabilities  float [batch, labels]
 *
 * Rows of a batch are ids of one length; shorter ones have 0 on the model's side of padding. The
 * graph pads and cuts them to the model's maxlen as seqnet does, so that a row may come alone as it
 * is. How texts become ids is in the file's metadata, and not in the graph (onnx_metadata.h).
 *
 * The operators are those of opset 13, IR version 7, which ONNX Runtime knows since 1.6. All
 * weights are float32.
 *
 *     onnx_graph      values and nodes of a graph that grows
 *     onnx_input      ids to rows of maxlen ids; which steps are masked, and where they go
 *     onnx_layers     a layer's nodes, by its kind; onnx_recurrent: those of layers with a cell
 *     onnx_metadata   what is beside the graph
 *     onnx_write      the file
 *     tensor, run     values and operators of the evaluator; run_*: the operators
 *     onnx_score      samples through a file
 */
#ifndef SN_ONNX_EXPORT_H
#define SN_ONNX_EXPORT_H

#include <seqnet/export.h>

#include "samples.h"

/* As sn_export_format of the export room says. */
seqnet_status sn_onnx_write(const seqnet_model *model, const seqnet_export_options *options,
                            sn_buffer *bytes, seqnet_error *err);
seqnet_status sn_onnx_score(const seqnet_model *model, const sn_buffer *bytes,
                            const sn_samples *samples, double *probabilities, size_t *rows,
                            seqnet_error *err);

#endif
