#include "validated.h"

#include <stdlib.h>

#include <seqnet/metrics.h>

#include "profile.h"
#include "vec.h"

#include "banned.h"

static double mean_loss(const seqnet_scores *scores)
{
    seqnet_evaluation evaluation = seqnet_evaluation_totals(seqnet_scores_classes(scores));
    seqnet_scores_evaluate(scores, &evaluation);
    return evaluation.loss;
}

static seqnet_calibrated compare(seqnet_scores *scores, double temperature)
{
    seqnet_calibrated c = {.temperature = temperature,
                           .ece_after = seqnet_scores_calibration(scores).error,
                           .loss_after = mean_loss(scores)};
    sn_vec_scale(scores->logits, (float)temperature, scores->count * scores->outputs);
    c.ece_before = seqnet_scores_calibration(scores).error;
    c.loss_before = mean_loss(scores);
    return c;
}

static seqnet_precise find_precise(const seqnet_held_out *profile, double precision)
{
    const seqnet_abstain_point *best = NULL;
    const seqnet_abstain_point *const point = seqnet_held_out_precise(profile, precision, &best);
    const seqnet_abstain_point *const told = point ? point : best;
    return (seqnet_precise){.precision = precision,
                            .is_reached = point != NULL,
                            .rows = profile->rows,
                            .point = told ? *told : (seqnet_abstain_point){0}};
}

seqnet_status sn_validated_measure(sn_validated *validated, seqnet_scores *scores,
                                   const sn_rows *rows, const seqnet_train_options *options,
                                   double temperature, sn_model_config *config, seqnet_error *err)
{
    seqnet_held_out profile;
    sn_validated_free(validated);
    seqnet_status status = sn_profile_make(&profile, scores, rows, &config->encoding, err);
    if (status == SEQNET_OK)
        status = sn_held_out_to_json(&profile, &validated->profile, err);
    if (status == SEQNET_OK && options->precision > 0.0)
        validated->precise = find_precise(&profile, options->precision);
    sn_held_out_free(&profile);
    config->abstain_below =
        validated->precise.is_reached ? validated->precise.point.threshold : 0.0;
    if (status == SEQNET_OK && temperature > 0.0)
        validated->calibrated = compare(scores, temperature);
    return status;
}

void sn_validated_free(sn_validated *validated)
{
    free(validated->profile);
    *validated = (sn_validated){0};
}
