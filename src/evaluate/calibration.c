/* How near probabilities are to what comes true. */
#include <seqnet/metrics.h>

#include <math.h>
#include <stdlib.h>

#include "blend.h"
#include "memory.h"
#include "model.h"
#include "pieces.h"
#include "scores.h"

#include "banned.h"

static double squared(double difference)
{
    return difference * difference;
}

/* The sum over the labels of the squared distances of one row. */
static double row_distance(const seqnet_scores *scores, size_t row)
{
    double probabilities[SN_MAX_LABELS], sum = 0.0;
    const size_t classes = seqnet_scores_classes(scores);
    seqnet_scores_probabilities(scores, row, probabilities);
    if (classes == 2 && !scores->multi_label)
        return squared(probabilities[1] - (double)scores->labels[row]);
    for (size_t k = 0; k < classes; k++)
        sum += squared(probabilities[k] - (sn_scores_has_label(scores, row, k) ? 1.0 : 0.0));
    return scores->multi_label ? sum / (double)classes : sum;
}

double seqnet_scores_brier(const seqnet_scores *scores)
{
    double sum = 0.0;
    for (size_t row = 0; row < scores->count; row++)
        sum += row_distance(scores, row);
    return scores->count ? sum / (double)scores->count : 0.0;
}

/* The bin whose upper end is included. */
static size_t bin_of(double confidence)
{
    const double bin = ceil(confidence * SEQNET_CALIBRATION_BINS) - 1.0;
    return bin < 0.0 ? 0 : sn_smaller((size_t)bin, SEQNET_CALIBRATION_BINS - 1);
}

/* The logits of a row times a number, in `room`; NULL: as they are. */
static const float *scaled_logits(const seqnet_scores *scores, size_t row, float scale, float *room)
{
    const float *const logits = scores->logits + row * scores->outputs;
    if (!room)
        return logits;
    for (size_t k = 0; k < scores->outputs; k++)
        room[k] = scale * logits[k];
    return room;
}

static seqnet_calibration calibrate(const seqnet_scores *scores, float scale, float *room)
{
    seqnet_calibration c = {0};
    for (size_t row = 0; row < scores->count; row++) {
        const float *const logits = scaled_logits(scores, row, scale, room);
        const size_t label = sn_predicted_class(logits, scores->outputs);
        const double confidence = sn_class_probability(logits, scores->outputs, label);
        const size_t bin = bin_of(confidence);
        c.bins[bin].n++;
        c.bins[bin].correct += label == (size_t)scores->labels[row];
        c.bins[bin].confidence += confidence;
    }
    for (size_t b = 0; b < SEQNET_CALIBRATION_BINS; b++) {
        if (c.bins[b].n == 0)
            continue;
        c.error += fabs((double)c.bins[b].correct - c.bins[b].confidence);
        c.bins[b].confidence /= (double)c.bins[b].n;
    }
    c.error = scores->count ? c.error / (double)scores->count : 0.0;
    return c;
}

seqnet_calibration seqnet_scores_calibration(const seqnet_scores *scores)
{
    return calibrate(scores, 1.0F, NULL);
}

seqnet_status seqnet_scores_raw_calibration(const seqnet_scores *scores, const seqnet_model *model,
                                            seqnet_calibration *calibration, seqnet_error *err)
{
    float *room;
    SN_TRY(sn_alloc_floats(&room, scores->outputs, err));
    *calibration = calibrate(scores, sn_model_raw_scale(model), room);
    free(room);
    return SEQNET_OK;
}
