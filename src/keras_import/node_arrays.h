/*
 * Which arrays of a file belong to which layer. Files say so in three ways (weights_file.h): by the
 * layer's name, by the path of its class and number, or by their order alone. Where names do not
 * fit, the order decides, as it does in Keras.
 */
#ifndef SN_NODE_ARRAYS_H
#define SN_NODE_ARRAYS_H

#include "graph.h"
#include "weights_file.h"

/* Gives each layer its arrays, in Keras's order. SEQNET_ERR_MODEL with a sentence for a layer that
 * has none in the file, or for arrays that could be those of several layers. */
seqnet_status sn_node_arrays_find(sn_graph *graph, const sn_weights_file *file, seqnet_error *err);

/* Whether layers of the class have arrays. */
bool sn_class_has_arrays(const char *class_name);

/* Writes what a file's arrays are, for people: "embedding: 5000 x 16; lstm: 16 x 64, ...". */
void sn_node_arrays_describe(const sn_weights_file *file, char *text, size_t size);

/* The same of one: "16 x 64". */
enum { SN_SHAPE_TEXT = 64 };
const char *sn_show_shape(const sn_weights_array *array, char text[SN_SHAPE_TEXT]);

#endif
