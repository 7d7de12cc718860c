#include "loss.h"

#include <math.h>

#include "scalar.h"

#include "banned.h"

/* The probability of class 1. */
static double logistic(float logit)
{
    const double decay = sn_scalar_exp(-fabs((double)logit));
    return logit >= 0.0F ? 1.0 / (1.0 + decay) : decay / (1.0 + decay);
}

/* The lowest of the largest. */
static size_t largest(const float *logits, size_t outputs)
{
    size_t best = 0;
    for (size_t k = 1; k < outputs; k++)
        if (logits[k] > logits[best])
            best = k;
    return best;
}

size_t sn_predicted_class(const float *logits, size_t outputs)
{
    return outputs == 1 ? logits[0] > 0.0F : largest(logits, outputs);
}

/* log(sum e^x) in two parts, so that large logits do not swallow the small one. */
typedef struct log_sum {
    /* The largest x, and log(sum e^(x - most)). */
    double most, rest;
} log_sum;

static log_sum log_sum_exp(const float *logits, size_t outputs)
{
    const double most = (double)logits[largest(logits, outputs)];
    double sum = 0.0;
    for (size_t k = 0; k < outputs; k++)
        sum += sn_scalar_exp((double)logits[k] - most);
    return (log_sum){most, sn_scalar_log(sum)};
}

static double softmax(float logit, log_sum total)
{
    return sn_scalar_exp((double)logit - total.most - total.rest);
}

double sn_log_sum_exp(const float *logits, size_t outputs)
{
    const log_sum total = log_sum_exp(logits, outputs);
    return total.most + total.rest;
}

double sn_class_probability(const float *logits, size_t outputs, size_t class)
{
    if (outputs == 1)
        return class ? logistic(logits[0]) : 1.0 - logistic(logits[0]);
    return softmax(logits[class], log_sum_exp(logits, outputs));
}

void sn_probabilities(const float *logits, size_t outputs, double *probabilities)
{
    if (outputs == 1) {
        probabilities[1] = logistic(logits[0]);
        probabilities[0] = 1.0 - probabilities[1];
        return;
    }
    const log_sum total = log_sum_exp(logits, outputs);
    for (size_t k = 0; k < outputs; k++)
        probabilities[k] = softmax(logits[k], total);
}

/* Both give a row's loss; d_logits, unless NULL, becomes scale times its gradient. */
static double binary_row(float logit, int32_t label, double scale, float *d_logit)
{
    const double x = (double)logit, y = label;
    if (d_logit)
        *d_logit = (float)(scale * (logistic(logit) - y));
    return (x > 0.0 ? x : 0.0) - y * x + sn_scalar_log1p(sn_scalar_exp(-fabs(x)));
}

static double categorical_row(const float *logits, size_t outputs, int32_t label, double scale,
                              float *d_logits)
{
    const log_sum total = log_sum_exp(logits, outputs);
    for (size_t k = 0; d_logits && k < outputs; k++) {
        const double wanted = k == (size_t)label ? 1.0 : 0.0;
        d_logits[k] = (float)(scale * (softmax(logits[k], total) - wanted));
    }
    return total.rest + (total.most - (double)logits[label]);
}

void sn_cross_entropy(const float *logits, size_t outputs, const int32_t *labels,
                      const float *weights, size_t count, float scale, float *d_logits,
                      sn_loss_sums *sums)
{
    for (size_t row = 0; row < count; row++) {
        const float *const x = logits + row * outputs;
        float *const d = d_logits ? d_logits + row * outputs : NULL;
        const double weight = weights ? (double)weights[row] : 1.0, factor = (double)scale * weight;
        sums->loss += weight * (outputs == 1 ? binary_row(x[0], labels[row], factor, d)
                                             : categorical_row(x, outputs, labels[row], factor, d));
        sums->correct += sn_predicted_class(x, outputs) == (size_t)labels[row];
    }
}

void sn_label_probabilities(const float *logits, size_t outputs, double *probabilities)
{
    for (size_t k = 0; k < outputs; k++)
        probabilities[k] = logistic(logits[k]);
}

/* A row's loss; counts its labels. */
static double label_row(const float *logits, size_t outputs, sn_label_set set, double scale,
                        float *d_logits, sn_loss_sums *sums)
{
    double loss = 0.0;
    size_t next = 0;
    for (size_t k = 0; k < outputs; k++) {
        const bool is_label = next < set.count && (size_t)set.labels[next] == k;
        const bool is_predicted = logits[k] > 0.0F;
        next += is_label;
        loss += binary_row(logits[k], is_label, scale, d_logits ? d_logits + k : NULL);
        sums->correct += is_label && is_predicted;
        sums->marks += (size_t)is_label + (size_t)is_predicted;
    }
    return loss;
}

void sn_label_cross_entropy(const float *logits, size_t outputs, const sn_label_sets *sets,
                            const int32_t *numbers, const float *weights, size_t count, float scale,
                            float *d_logits, sn_loss_sums *sums)
{
    for (size_t row = 0; row < count; row++) {
        const double weight = weights ? (double)weights[row] : 1.0;
        float *const d = d_logits ? d_logits + row * outputs : NULL;
        sums->loss += weight * label_row(logits + row * outputs, outputs,
                                         sn_label_sets_get(sets, numbers[row]),
                                         (double)scale * weight, d, sums);
    }
}
