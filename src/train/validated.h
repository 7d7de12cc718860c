/*
 * What a training learns of its validation rows besides the best epoch: the profile of held-out
 * rows (seqnet/held_out.h), how well probabilities are calibrated, and from which one on the model
 * answers.
 */
#ifndef SN_VALIDATED_H
#define SN_VALIDATED_H

#include <seqnet/train.h>

#include "config.h"
#include "scores.h"

typedef struct sn_validated {
    /* As JSON; NULL: there were no validation rows. */
    char *profile;
    seqnet_calibrated calibrated;
    seqnet_precise precise;
} sn_validated;

/* Measures rows whose scores are those of the calibrated model, and replaces what *validated holds.
 * config->abstain_below becomes the probability from which on answers have options->precision; 0
 * without one, or where none is reached. temperature: what undoes the calibration when the logits
 * are multiplied by it, 0: there is none; then *scores are left without it. SEQNET_ERR_MEMORY. */
seqnet_status sn_validated_measure(sn_validated *validated, seqnet_scores *scores,
                                   const sn_rows *rows, const seqnet_train_options *options,
                                   double temperature, sn_model_config *config, seqnet_error *err);

void sn_validated_free(sn_validated *validated);

#endif
