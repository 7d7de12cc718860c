/*
 * A model's arrays as Keras names them, in a sn_weights_file that also has the configuration, and
 * what lies beside the weights.
 */
#ifndef SN_KERAS_ARRAYS_H
#define SN_KERAS_ARRAYS_H

#include "keras_graph.h"
#include "weights.h"

/* Fills a zeroed file of the layout; the caller frees it, whatever the result. SEQNET_ERR_USAGE as
 * sn_keras_graph_make; SEQNET_ERR_MEMORY. */
seqnet_status sn_keras_arrays_make(sn_weights_file *file, const seqnet_model *model,
                                   sn_weights_layout layout, seqnet_error *err);

/* Adds words, labels, and what else Keras cannot say of the model, to its file. SEQNET_ERR_MEMORY.
 */
seqnet_status sn_keras_extras_add(sn_weights_file *file, const seqnet_model *model,
                                  seqnet_error *err);

#endif
