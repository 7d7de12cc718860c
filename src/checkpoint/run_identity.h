/*
 * What a run of trainings is: the options that decide what comes of it, and the data. Two runs of
 * equal identity give equal models on one machine. What changes no bit of the model (threads, where
 * results go, the time limit) is not part of it.
 */
#ifndef SN_RUN_IDENTITY_H
#define SN_RUN_IDENTITY_H

#include <seqnet/train.h>

#include "dataset.h"
#include "status.h"

/* Describes a run as a JSON object of strings; the caller frees *json. SEQNET_ERR_MEMORY. */
seqnet_status sn_run_describe(char **json, const seqnet_dataset *dataset,
                              const seqnet_train_options *options, seqnet_error *err);

/* Refuses a stored run that is another one than `own`, by the first thing in which they differ.
 * More or fewer epochs are the same run where no step depends on how many there are. Error
 * sentences begin with `place`, the file. SEQNET_ERR_USAGE; SEQNET_ERR_MODEL when the stored
 * description is damaged; SEQNET_ERR_MEMORY. */
seqnet_status sn_run_compare(const char *stored, const char *own, const char *place,
                             seqnet_error *err);

/* Whether both runs have the same number of epochs. */
bool sn_run_has_epochs(const char *stored, int64_t epochs);

#endif
