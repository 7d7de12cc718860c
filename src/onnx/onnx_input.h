/* From the graph's input to rows of maxlen ids, and which timesteps layers skip. */
#ifndef SN_ONNX_INPUT_H
#define SN_ONNX_INPUT_H

#include "model.h"
#include "onnx_graph.h"

typedef struct sn_onnx_rows {
    /* [batch, maxlen] */
    sn_onnx_value ids;
    size_t time;
    /* The values of the functions below; NULL: nobody has asked yet. A graph must not have values
     * that nothing takes: ONNX Runtime 1.16 confuses their memory with that of others. */
    sn_onnx_value mask, counts, count, first, last;
} sn_onnx_rows;

/* Adds the nodes that make rows of the value "ids". */
void sn_onnx_add_rows(sn_onnx_rows *rows, sn_onnx_graph *graph, const seqnet_model *model);

/* 1 for each id that is not 0 and 0 for the others, [batch, maxlen]. */
sn_onnx_value sn_onnx_mask(sn_onnx_rows *rows, sn_onnx_graph *graph);

/* How many of the former there are up to each step, [batch, maxlen], and in all, [batch, 1]. */
sn_onnx_value sn_onnx_counts(sn_onnx_rows *rows, sn_onnx_graph *graph);
sn_onnx_value sn_onnx_count(sn_onnx_rows *rows, sn_onnx_graph *graph);

/* [batch, maxlen, 1]: the steps in an order in which those that are not masked come first or, if
 * `is_last`, last. */
sn_onnx_value sn_onnx_order(sn_onnx_rows *rows, sn_onnx_graph *graph, bool is_last);

/* x with an axis of size 1 before axis number `axis`. */
sn_onnx_value sn_onnx_unsqueeze(sn_onnx_graph *graph, sn_onnx_value x, int64_t axis);

/* The sums over axis 1, which stays, of size 1. */
sn_onnx_value sn_onnx_sum(sn_onnx_graph *graph, sn_onnx_value x);

#endif
