/* The weight of each class in the loss, from "balanced" or "a=2,b=1". */
#ifndef SN_CLASS_WEIGHTS_H
#define SN_CLASS_WEIGHTS_H

#include "dataset.h"

/* Fills weights[classes]. "balanced" gives each class the same sum over the training rows:
 * rows / (classes * rows of the class), as scikit-learn has it. A list names labels; those it does
 * not name get 1. A backslash before ',' or '=' makes it part of the name. SEQNET_ERR_USAGE. */
seqnet_status sn_class_weights(float *weights, const char *text, const seqnet_dataset *dataset,
                               const size_t *class_counts, seqnet_error *err);

#endif
