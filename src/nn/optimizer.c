#include "optimizer.h"

#include <math.h>
#include <stdlib.h>

#include "memory.h"

#include "banned.h"

static const float EPSILON = 1e-7F;

/* Decay rates and what they leave: 1.0F - 0.999F would be 5e-5 off 0.001F. */
static const float RMSPROP_RHO = 0.9F, RMSPROP_REST = 0.1F;
static const float ADAM_BETA1 = 0.9F, ADAM_REST1 = 0.1F;
static const float ADAM_BETA2 = 0.999F, ADAM_REST2 = 0.001F;

seqnet_status sn_optimizer_init(sn_optimizer *optimizer, sn_optimizer_kind kind,
                                double learning_rate, size_t floats, seqnet_error *err)
{
    *optimizer = (sn_optimizer){.kind = kind, .learning_rate = learning_rate};
    SN_TRY(sn_alloc(&optimizer->velocity, floats, sizeof *optimizer->velocity, err));
    if (kind == SN_ADAM)
        SN_TRY(sn_alloc(&optimizer->momentum, floats, sizeof *optimizer->momentum, err));
    return SEQNET_OK;
}

void sn_optimizer_free(sn_optimizer *optimizer)
{
    free(optimizer->velocity);
    free(optimizer->momentum);
    *optimizer = (sn_optimizer){0};
}

void sn_optimizer_begin_step(sn_optimizer *optimizer)
{
    const double t = (double)++optimizer->steps;
    optimizer->rate = optimizer->learning_rate;
    if (optimizer->kind == SN_ADAM)
        optimizer->rate *= sqrt(1.0 - pow(0.999, t)) / (1.0 - pow(0.9, t));
}

static void rmsprop(float *weights, const float *gradients, float *velocity, float rate,
                    size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const float g = gradients[i];
        velocity[i] = RMSPROP_RHO * velocity[i] + RMSPROP_REST * g * g;
        weights[i] -= rate * g / sqrtf(velocity[i] + EPSILON);
    }
}

static void adam(float *weights, const float *gradients, float *momentum, float *velocity,
                 float rate, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const float g = gradients[i];
        momentum[i] = ADAM_BETA1 * momentum[i] + ADAM_REST1 * g;
        velocity[i] = ADAM_BETA2 * velocity[i] + ADAM_REST2 * g * g;
        weights[i] -= rate * momentum[i] / (sqrtf(velocity[i]) + EPSILON);
    }
}

void sn_optimizer_update(const sn_optimizer *optimizer, float *weights, const float *gradients,
                         size_t first, size_t count)
{
    const float rate = (float)optimizer->rate;
    if (optimizer->kind == SN_ADAM)
        adam(weights + first, gradients + first, optimizer->momentum + first,
             optimizer->velocity + first, rate, count);
    else
        rmsprop(weights + first, gradients + first, optimizer->velocity + first, rate, count);
}
