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
    if (kind != SN_RMSPROP)
        SN_TRY(sn_alloc(&optimizer->momentum, floats, sizeof *optimizer->momentum, err));
    return SEQNET_OK;
}

void sn_optimizer_free(sn_optimizer *optimizer)
{
    free(optimizer->velocity);
    free(optimizer->momentum);
    free(optimizer->decayed);
    *optimizer = (sn_optimizer){0};
}

seqnet_status sn_optimizer_use_rows(sn_optimizer *optimizer, size_t rows, size_t row_size,
                                    seqnet_error *err)
{
    if (optimizer->kind == SN_ADAM)
        return SEQNET_OK;
    if (optimizer->kind == SN_RMSPROP)
        SN_TRY(sn_alloc(&optimizer->decayed, rows, sizeof *optimizer->decayed, err));
    optimizer->row_size = row_size;
    return SEQNET_OK;
}

void sn_optimizer_begin_step(sn_optimizer *optimizer)
{
    const double t = (double)++optimizer->steps;
    optimizer->rate = optimizer->learning_rate;
    if (optimizer->kind != SN_RMSPROP)
        optimizer->rate *= sqrt(1.0 - pow(0.999, t)) / (1.0 - pow(0.9, t));
}

void sn_optimizer_update(const sn_optimizer *optimizer, float *weights, const float *gradients,
                         size_t first, size_t count)
{
    const float rate = (float)optimizer->rate;
    const sn_kernels *const kernels = sn_kernels_best();
    if (optimizer->kind != SN_RMSPROP)
        kernels->adam(weights + first, gradients + first, optimizer->momentum + first,
                      optimizer->velocity + first, rate, count);
    else
        kernels->rmsprop(weights + first, gradients + first, optimizer->velocity + first, rate,
                         count);
}

/* Makes up for the steps since the row's last update; false: it is not to be updated in this one.
 */
static bool prepare_row(const sn_optimizer *optimizer, const float *gradients, size_t row)
{
    const size_t at = row * optimizer->row_size;
    if (optimizer->kind != SN_RMSPROP)
        return !sn_vec_all_zero(gradients + at, optimizer->row_size);
    size_t *const decayed = &optimizer->decayed[row];
    sn_kernels_best()->rmsprop_decay(optimizer->velocity + at, optimizer->steps - 1 - *decayed,
                                     optimizer->row_size);
    *decayed = optimizer->steps;
    return true;
}

void sn_optimizer_update_rows(const sn_optimizer *optimizer, float *weights, const float *gradients,
                              const int32_t *rows, size_t count)
{
    enum { AHEAD = 4 }; /* rows that are fetched while this one is updated */
    const size_t size = optimizer->row_size;
    for (size_t i = 0; i < count; i++) {
        if (i + AHEAD < count) {
            const size_t later = (size_t)rows[i + AHEAD] * size;
            sn_vec_prefetch(weights + later, size);
            sn_vec_prefetch(gradients + later, size);
            sn_vec_prefetch(optimizer->velocity + later, size);
            if (optimizer->momentum)
                sn_vec_prefetch(optimizer->momentum + later, size);
        }
        if (prepare_row(optimizer, gradients, (size_t)rows[i]))
            sn_optimizer_update(optimizer, weights, gradients, (size_t)rows[i] * size, size);
    }
}
