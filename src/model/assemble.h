/*
 * How a model comes to be, wherever its parts are from: a training, a file, another program.
 *
 *     sn_model_outline      configuration -> network and the configuration's JSON
 *     sn_model_set_labels   names of the classes
 *     model->vocabulary     is set, or stays NULL
 *     weights               lie in model->owned_weights, in the bytes of model->file, or elsewhere
 *     sn_model_complete     checks that they fit together; record and fingerprint
 *
 * What the model owns is freed by seqnet_model_free, however far it has come.
 */
#ifndef SN_ASSEMBLE_H
#define SN_ASSEMBLE_H

#include "model.h"

/* Makes a model of this configuration that has no labels, vocabulary or weights yet. The errors are
 * those of sn_network_init; *model = NULL then. */
seqnet_status sn_model_outline(seqnet_model **model, const sn_model_config *config,
                               seqnet_error *err);

/* Gives the model copies of the names of its classes, at least one. SEQNET_ERR_USAGE for more than
 * SN_MAX_LABELS. The model must have none yet. */
seqnet_status sn_model_set_labels(seqnet_model *model, const char *const *names, size_t count,
                                  seqnet_error *err);

/* Gives the model its weights, a slab of its network's table, and its training record, which it
 * takes over whatever the result, and computes the fingerprint. SEQNET_ERR_MODEL when labels or
 * weights cannot be those of this network, in a sentence that follows the name of a file. */
seqnet_status sn_model_complete(seqnet_model *model, const float *weights, char *training_json,
                                seqnet_error *err);

/* Computes the fingerprint of what the model holds now. */
seqnet_status sn_model_compute_fingerprint(const seqnet_model *model, char text[SN_HASH_TEXT],
                                           seqnet_error *err);

#endif
