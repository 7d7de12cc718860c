/* The second training, on the training and the validation rows together: refit.c says why. */
#ifndef SN_REFIT_H
#define SN_REFIT_H

#include "trainer.h"

/* Trains again from the start for about as many epochs as the best one took, and replaces the kept
 * weights of `first`. If the second training is stopped or diverges, the first one's weights stay.
 * `first` must be concluded (sn_trainer_conclude). The errors are those of sn_trainer_create. */
seqnet_status sn_train_refit(seqnet_trainer *first, seqnet_error *err);

#endif
