/* The second training, on all rows: refit.c says why. */
#ifndef SN_REFIT_H
#define SN_REFIT_H

#include "trainer.h"

/* Trains again from the start on the training and the validation rows together, as long as the best
 * epoch took, and replaces the kept weights. When that is stopped or diverges they stay. The first
 * training is concluded. */
seqnet_status sn_train_refit(seqnet_trainer *first, seqnet_error *err);

#endif
