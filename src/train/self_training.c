#include "self_training.h"

#include <math.h>
#include <stdlib.h>

#include "memory.h"

#include "scalar.h"

#include "banned.h"

/* Exponentials differ in their last bits between machines. */
enum { STEPS = 256 };

/* The probability of the most probable of several classes, *label. */
static double likeliest(const float *logits, size_t outputs, int32_t *label)
{
    double sum = 0.0;
    *label = 0;
    for (size_t k = 1; k < outputs; k++)
        *label = logits[k] > logits[*label] ? (int32_t)k : *label;
    for (size_t k = 0; k < outputs; k++)
        sum += sn_scalar_exp((double)logits[k] - (double)logits[*label]);
    return 1.0 / sum;
}

float sn_certainty(const float *logits, size_t outputs, int32_t *label)
{
    const size_t classes = outputs == 1 ? 2 : outputs;
    double probability;
    if (outputs == 1) {
        *label = logits[0] > 0.0F;
        probability = 1.0 / (1.0 + sn_scalar_exp(-fabs((double)logits[0])));
    } else {
        probability = likeliest(logits, outputs, label);
    }
    const double chance = 1.0 / (double)classes;
    return (float)(round((probability - chance) / (1.0 - chance) * STEPS) / STEPS);
}

static seqnet_status add_rows(sn_sequences *to, const sn_rows *rows, seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    int32_t *wide;
    SN_TRY(sn_alloc(&wide, sn_rows_longest(rows), sizeof *wide, err));
    for (size_t i = 0; i < rows->count; i++)
        SN_GOTO(sn_sequences_add(to, sn_rows_ids(rows, i, wide), sn_rows_length(rows, i),
                                 rows->labels[i], err));
out:
    free(wide);
    return status;
}

static void copy_weights(float *to, const sn_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        to[i] = rows->weights ? rows->weights[i] : 1.0F;
}

/* The rows in their order: those that train, those without labels, those that validate. */
static seqnet_status gather_rows(seqnet_dataset *view, const seqnet_dataset *dataset,
                                 seqnet_error *err)
{
    const sn_rows *const parts = dataset->parts;
    SN_TRY(add_rows(&view->fitted, &parts[SEQNET_TRAIN], err));
    SN_TRY(add_rows(&view->fitted, &parts[SN_UNLABELED], err));
    SN_TRY(add_rows(&view->fitted, &parts[SEQNET_VALIDATION], err));
    sn_sequences_narrow(&view->fitted, (size_t)dataset->encoding.id_count);
    return sn_sequences_weigh(&view->fitted, err);
}

seqnet_status sn_self_labelled_make(seqnet_dataset *view, const seqnet_dataset *dataset,
                                    const float *logits, seqnet_error *err)
{
    const sn_rows *const parts = dataset->parts;
    const size_t first = parts[SEQNET_TRAIN].count, count = parts[SN_UNLABELED].count;
    const size_t outputs = sn_dataset_outputs(dataset);
    *view = *dataset;
    view->fitted = view->unlabeled = (sn_sequences){.spill = dataset->fitted.spill};
    SN_TRY(gather_rows(view, dataset, err));
    copy_weights(view->fitted.weights, &parts[SEQNET_TRAIN]);
    copy_weights(view->fitted.weights + first + count, &parts[SEQNET_VALIDATION]);
    for (size_t i = 0; i < count; i++)
        view->fitted.weights[first + i] =
            sn_certainty(logits + i * outputs, outputs, &view->fitted.labels[first + i]);
    view->self_labelled = count;
    sn_dataset_show_parts(view, first + count);
    return SEQNET_OK;
}

void sn_self_labelled_free(seqnet_dataset *view)
{
    sn_sequences_free(&view->fitted);
}
