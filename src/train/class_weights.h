/* The weight of each class in the loss, read from the option's text: "balanced" or "a=2,b=1".
 * Weights of single rows are multiplied in by trainer_step.c. */
#ifndef SN_CLASS_WEIGHTS_H
#define SN_CLASS_WEIGHTS_H

#include "dataset.h"

/* Fills weights[classes]. class_counts[classes] are the training rows of each class. "balanced"
 * gives each class the same sum of weights: rows / (classes * rows of the class), as in
 * scikit-learn. Only classes that have rows count. A list names labels; a label that it does not
 * name gets 1. A backslash before ',' or '=' makes the character part of the name. SEQNET_ERR_USAGE
 * for a text that is neither, or that leaves no row a weight above 0; SEQNET_ERR_MEMORY. */
seqnet_status sn_class_weights(float *weights, const char *text, const seqnet_dataset *dataset,
                               const size_t *class_counts, seqnet_error *err);

#endif
