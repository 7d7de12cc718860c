#include "loss.h"

#include <math.h>

#include "banned.h"

double sn_probability(float logit)
{
    const double decay = exp(-fabs((double)logit));
    return logit >= 0.0F ? 1.0 / (1.0 + decay) : decay / (1.0 + decay);
}

void sn_binary_cross_entropy(const float *logits, const int32_t *labels, size_t count, float scale,
                             float *d_logits, sn_loss_sums *sums)
{
    for (size_t row = 0; row < count; row++) {
        const double x = (double)logits[row], y = labels[row];
        sums->loss += (x > 0.0 ? x : 0.0) - y * x + log1p(exp(-fabs(x)));
        sums->correct += (logits[row] > 0.0F) == (labels[row] == 1);
        if (d_logits)
            d_logits[row] = (float)((double)scale * (sn_probability(logits[row]) - y));
    }
}
