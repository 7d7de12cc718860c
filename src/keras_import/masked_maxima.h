/*
 * A maximum over the words without the padding, as seqnet writes it for Keras, which has no layer
 * for it (keras_export/keras_graph.h):
 *
 *     Multiply(GlobalMaxPooling1D(Add(x, penalty)), Dense(GlobalMaxPooling1D(penalty)))
 *
 * The nodes become one, of the class MaskedGlobalMaxPooling1D, over x. A Concatenate of such a
 * maximum and of a mean becomes a GlobalMaxAveragePooling1D.
 */
#ifndef SN_MASKED_MAXIMA_H
#define SN_MASKED_MAXIMA_H

#include "graph.h"

/* Finds such nodes by their classes, and makes each the one. */
void sn_graph_fold_maxima(sn_graph *graph);

/* Checks that the arrays of the nodes that were folded have the values that this takes.
 * SEQNET_ERR_MODEL. */
seqnet_status sn_graph_check_maxima(const sn_graph *graph, seqnet_error *err);

#endif
