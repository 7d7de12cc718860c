/* What one model's network learns from another's weights before it is trained itself. */
#ifndef SN_CARRY_OVER_H
#define SN_CARRY_OVER_H

#include "model.h"

/* Takes the layers of a configuration that a training begins with, for other numbers of ids and
 * outputs. */
void sn_config_take_layers(sn_model_config *config, const sn_model_config *from, size_t id_count,
                           size_t outputs);

/* Copies weights to a slab of the network of `to`, which has the layers of `from`: all of them but
 * those of the embedding's further ids, and, in the last layer, those of labels that `from` does
 * not have. What a label's logit is is known by its name: two labels that exclude each other share
 * one, the difference of what they would have alone. */
void sn_model_carry_over(float *weights, const seqnet_model *to, const seqnet_model *from);

#endif
