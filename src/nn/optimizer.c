#include "optimizer.h"

#include <math.h>
#include <stdlib.h>

#include "kernels.h"
#include "memory.h"
#include "vec.h"

#include "banned.h"

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
    free(optimizer->row_steps);
    *optimizer = (sn_optimizer){0};
}

seqnet_status sn_optimizer_use_rows(sn_optimizer *optimizer, size_t rows, size_t row_size,
                                    seqnet_error *err)
{
    if (optimizer->kind == SN_ADAM)
        return SEQNET_OK;
    optimizer->row_size = row_size;
    return sn_alloc(&optimizer->row_steps, rows, sizeof *optimizer->row_steps, err);
}

void sn_optimizer_begin_step(sn_optimizer *optimizer)
{
    const double t = (double)++optimizer->steps;
    optimizer->rate = optimizer->learning_rate;
    if (optimizer->kind == SN_ADAM)
        optimizer->rate *= sqrt(1.0 - pow(0.999, t)) / (1.0 - pow(0.9, t));
}

void sn_optimizer_update(const sn_optimizer *optimizer, float *weights, const float *gradients,
                         size_t first, size_t count)
{
    const float rate = (float)optimizer->rate;
    const sn_kernels *const kernels = sn_kernels_best();
    if (optimizer->kind == SN_ADAM)
        kernels->adam(weights + first, gradients + first, optimizer->momentum + first,
                      optimizer->velocity + first, rate, count);
    else
        kernels->rmsprop(weights + first, gradients + first, optimizer->velocity + first, rate,
                         count);
}

void sn_optimizer_update_rows(const sn_optimizer *optimizer, float *weights, const float *gradients,
                              const int32_t *rows, size_t count)
{
    enum { AHEAD = 4 }; /* rows that are fetched while this one is updated */
    const sn_kernels *const kernels = sn_kernels_best();
    const size_t size = optimizer->row_size;
    for (size_t i = 0; i < count; i++) {
        const size_t row = (size_t)rows[i];
        if (i + AHEAD < count) {
            const size_t later = (size_t)rows[i + AHEAD] * size;
            sn_vec_prefetch(weights + later, size);
            sn_vec_prefetch(gradients + later, size);
            sn_vec_prefetch(optimizer->velocity + later, size);
        }
        size_t *const decayed = &optimizer->row_steps[row];
        kernels->rmsprop_decay(optimizer->velocity + row * size, optimizer->steps - 1 - *decayed,
                               size);
        *decayed = optimizer->steps;
        sn_optimizer_update(optimizer, weights, gradients, row * size, size);
    }
}
