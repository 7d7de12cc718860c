/*
 * The training of a model that has n-grams: the n-gram part and, unless the model has none, the
 * network are trained on the training rows; the validation rows show what each is worth (shares.h);
 * then both are trained on all rows.
 */
#ifndef SN_BLENDED_H
#define SN_BLENDED_H

#include "trainer.h"

/* Whether the options ask for n-grams that the dataset can have. SEQNET_ERR_USAGE when it cannot.
 */
seqnet_status sn_train_has_ngrams(const seqnet_dataset *dataset,
                                  const seqnet_train_options *options, bool *has_ngrams,
                                  seqnet_error *err);

/* seqnet_model_train for checked options that ask for n-grams. */
seqnet_status sn_train_blended(seqnet_model **model, const seqnet_dataset *dataset,
                               const seqnet_train_options *options, sn_checkpoint *checkpoint,
                               seqnet_train_result *result, seqnet_error *err);

#endif
