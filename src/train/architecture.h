/*
 * From the options of a training to the layers of its network. What each layer computes is in the
 * room nn; layers that a user lists in Keras's names are read in model/keras_read.c.
 */
#ifndef SN_ARCHITECTURE_H
#define SN_ARCHITECTURE_H

#include <seqnet/train.h>

#include "config.h"

/* Returns the reason why the options that describe layers cannot be used together, or NULL. Fields
 * are named with a point in front, so that a program can translate them. */
const char *sn_architecture_check(const seqnet_train_options *options);

/* Sets the configuration's layers to those of checked options, for `id_count` ids and `outputs`
 * logits. With options->layer_list they are read, and config->maxlen becomes the length that the
 * list names, if it names one and options->maxlen does not. SEQNET_ERR_DATA for a list that cannot
 * be used, SEQNET_ERR_MEMORY. More layers than SN_MAX_LAYERS are counted but not stored;
 * sn_network_init refuses them. */
seqnet_status sn_architecture_make(sn_model_config *config, const seqnet_train_options *options,
                                   size_t id_count, size_t outputs, seqnet_error *err);

/* What error sentences call options->layer_list. */
const char *sn_layer_list_name(const seqnet_train_options *options);

#endif
