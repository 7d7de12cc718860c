/* Cross-validation of texts, one fold at a time. */
#ifndef CLI_FOLDS_H
#define CLI_FOLDS_H

#include <seqnet/seqnet.h>

#include "model_target.h"

/* Trains on all rows but those of one fold, data->splits.fold, and measures the model on these.
 * `whole` was loaded with keep_texts and without a validation part. Fails as
 * seqnet_dataset_resplit and seqnet_model_train do; SEQNET_INTERRUPTED. */
seqnet_status measure_fold(const seqnet_dataset *whole, const seqnet_dataset_options *data,
                           const seqnet_train_options *train, model_measure *m, seqnet_error *err);

#endif
