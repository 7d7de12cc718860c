/*
 * How a model is assembled, wherever its parts come from: a training, a file, another program. The
 * file format is in model_file.c, the struct in model.h.
 *
 *     sn_model_outline      configuration -> network and the configuration's JSON
 *     sn_model_set_labels   names of the classes
 *     model->vocabulary     the caller sets it, or leaves it NULL
 *     sn_model_set_held_out what it did on rows that were held out, where that is known
 *     model->ngrams         as config.ngrams says, for a model that has this part
 *     weights               lie in model->owned_weights, in the bytes of model->file, or elsewhere
 *     sn_model_complete     checks that the parts fit together, takes the record, and computes the
 *                           fingerprint
 *
 * seqnet_model_free frees what the model owns after any of these steps.
 */
#ifndef SN_ASSEMBLE_H
#define SN_ASSEMBLE_H

#include "model.h"

/* Makes a model of this configuration that has no labels, vocabulary or weights yet. The errors are
 * those of sn_network_init and SEQNET_ERR_MEMORY; *model is NULL then. */
seqnet_status sn_model_outline(seqnet_model **model, const sn_model_config *config,
                               seqnet_error *err);

/* Refuses an empty name, and two classes with one name: no output could distinguish them. Error
 * sentences begin with `place`. SEQNET_ERR_MODEL, SEQNET_ERR_MEMORY. */
seqnet_status sn_model_check_names(const char *const *names, size_t count, const char *place,
                                   seqnet_error *err);

/* Gives the model copies of the names of its classes, at least one. The model must not have labels
 * yet. SEQNET_ERR_USAGE for more than SN_MAX_LABELS. */
seqnet_status sn_model_set_labels(seqnet_model *model, const char *const *names, size_t count,
                                  seqnet_error *err);

/* Sets what a configuration says of calibration: threshold, temperature and abstain_below.
 * SEQNET_ERR_MEMORY. */
seqnet_status sn_model_calibrate(seqnet_model *model, const sn_model_config *from,
                                 seqnet_error *err);

/* Gives the model a copy of the profile of held-out rows, JSON (held_out.h), in the place of the
 * one it has; NULL: none. The model must have its labels. Error sentences begin with `place`.
 * SEQNET_ERR_MODEL, SEQNET_ERR_MEMORY. */
seqnet_status sn_model_set_held_out(seqnet_model *model, const char *json, const char *place,
                                    seqnet_error *err);

/* Lets the profile, which the model must have, say that the model was trained again on all rows.
 * SEQNET_ERR_MEMORY. */
seqnet_status sn_model_mark_refitted(seqnet_model *model, seqnet_error *err);

/* Checks that the network tells as many classes apart as there are labels. SEQNET_ERR_MODEL. */
seqnet_status sn_model_check_labels(const seqnet_model *model, seqnet_error *err);

/* Gives the model its weights, a slab of its network's table, and its training record, and computes
 * the fingerprint. The model borrows the weights, and owns the record whatever the result.
 * SEQNET_ERR_MODEL when labels or weights do not fit this network; the sentence then continues one
 * that begins with the name of a file. */
seqnet_status sn_model_complete(seqnet_model *model, const float *weights, char *training_json,
                                seqnet_error *err);

/* Writes the fingerprint of what the model holds now to `text`. */
seqnet_status sn_model_compute_fingerprint(const seqnet_model *model, char text[SN_HASH_TEXT],
                                           seqnet_error *err);

#endif
