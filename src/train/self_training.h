/*
 * Self-training (Scudder 1965; pseudo-labels in Lee 2013): a model labels texts without labels
 * itself, and a second network learns from these rows beside the labelled ones. Each counts in the
 * loss as much as the model is sure of its label.
 */
#ifndef SN_SELF_TRAINING_H
#define SN_SELF_TRAINING_H

#include "dataset.h"

/* How sure logits [outputs] are of the most probable class, *label: 0 where all classes are as
 * probable, up to 1, in steps of 1/256. One logit stands for two classes. */
float sn_certainty(const float *logits, size_t outputs, int32_t *label);

/* Makes a view of a dataset whose training part also has the rows without labels, with the classes
 * that these logits [rows, outputs] make most probable, each row's weight being its certainty. The
 * classes exclude each other. Only what a training needs is there: rows, their weights, encoding,
 * labels. The rest is the dataset's, which must outlive the view. SEQNET_ERR_MEMORY; the caller
 * frees the view whatever the result. */
seqnet_status sn_self_labelled_make(seqnet_dataset *view, const seqnet_dataset *dataset,
                                    const float *logits, seqnet_error *err);
void sn_self_labelled_free(seqnet_dataset *view);

#endif
