#include "optimizer.h"

#include <math.h>
#include <stdlib.h>

#include "kernels.h"
#include "memory.h"
#include "scalar.h"
#include "vec.h"

#include "banned.h"

static bool has_velocity(const sn_optimizer_spec *spec)
{
    return spec->kind != SN_SGD;
}

static bool has_momentum(const sn_optimizer_spec *spec)
{
    return spec->kind == SN_SGD ? spec->momentum > 0.0 : spec->kind != SN_RMSPROP;
}

bool sn_optimizer_waits(const sn_optimizer_spec *spec)
{
    return spec->kind == SN_LAZY_ADAM || !has_momentum(spec);
}

seqnet_status sn_optimizer_init(sn_optimizer *optimizer, const sn_optimizer_spec *spec,
                                size_t floats, seqnet_error *err)
{
    *optimizer =
        (sn_optimizer){.spec = *spec, .learning_rate = spec->learning_rate, .floats = floats};
    if (has_velocity(spec))
        SN_TRY(sn_alloc(&optimizer->velocity, floats, sizeof *optimizer->velocity, err));
    if (has_momentum(spec))
        SN_TRY(sn_alloc(&optimizer->momentum, floats, sizeof *optimizer->momentum, err));
    return SEQNET_OK;
}

void sn_optimizer_free(sn_optimizer *optimizer)
{
    free(optimizer->velocity);
    free(optimizer->momentum);
    for (size_t i = 0; i < optimizer->table_count; i++)
        free(optimizer->decayed[i]);
    *optimizer = (sn_optimizer){0};
}

seqnet_status sn_optimizer_use_rows(sn_optimizer *optimizer, const sn_row_table *table,
                                    seqnet_error *err)
{
    uint64_t **const decayed = &optimizer->decayed[optimizer->table_count];
    if (!sn_optimizer_waits(&optimizer->spec))
        return SEQNET_OK;
    if (optimizer->spec.kind == SN_RMSPROP)
        SN_TRY(sn_alloc(decayed, table->rows, sizeof **decayed, err));
    optimizer->tables[optimizer->table_count++] = *table;
    return SEQNET_OK;
}

static bool is_adam(sn_optimizer_kind kind)
{
    return kind == SN_ADAM || kind == SN_LAZY_ADAM || kind == SN_ADAMW;
}

void sn_optimizer_begin_step(sn_optimizer *optimizer)
{
    const uint64_t t = ++optimizer->steps;
    optimizer->rate = optimizer->learning_rate;
    if (is_adam(optimizer->spec.kind))
        optimizer->rate *= sqrt(1.0 - sn_scalar_power(0.999, t)) / (1.0 - sn_scalar_power(0.9, t));
}

static void update_sgd(const sn_optimizer *o, float *weights, const float *gradients, size_t first,
                       size_t count)
{
    const sn_kernels *const kernels = sn_kernels_best();
    const float rate = (float)o->rate, factor = (float)o->spec.momentum;
    if (!o->momentum)
        kernels->sgd(weights + first, gradients + first, rate, count);
    else
        (o->spec.nesterov ? kernels->sgd_nesterov : kernels->sgd_momentum)(
            weights + first, gradients + first, o->momentum + first, rate, factor, count);
}

void sn_optimizer_update(const sn_optimizer *optimizer, float *weights, const float *gradients,
                         size_t first, size_t count)
{
    const float rate = (float)optimizer->rate;
    const sn_kernels *const kernels = sn_kernels_best();
    switch (optimizer->spec.kind) {
    case SN_RMSPROP:
        kernels->rmsprop(weights + first, gradients + first, optimizer->velocity + first, rate,
                         count);
        return;
    case SN_ADAM:
    case SN_LAZY_ADAM:
        kernels->adam(weights + first, gradients + first, optimizer->momentum + first,
                      optimizer->velocity + first, rate, count);
        return;
    case SN_ADAMW:
        kernels->adamw(weights + first, gradients + first, optimizer->momentum + first,
                       optimizer->velocity + first, rate,
                       (float)(optimizer->learning_rate * optimizer->spec.weight_decay), count);
        return;
    case SN_SGD:
        update_sgd(optimizer, weights, gradients, first, count);
        return;
    }
}

/* Makes up for the steps since the row's last update, its floats lying at `at`; false: it is not to
 * be updated in this one. */
static bool prepare_row(const sn_optimizer *optimizer, size_t table, const float *gradients,
                        size_t row, size_t at)
{
    const size_t size = optimizer->tables[table].row_size;
    if (optimizer->spec.kind == SN_LAZY_ADAM)
        return !sn_vec_all_zero(gradients + at, size);
    if (optimizer->spec.kind != SN_RMSPROP)
        return true;
    uint64_t *const decayed = &optimizer->decayed[table][row];
    sn_kernels_best()->rmsprop_decay(optimizer->velocity + at,
                                     (size_t)(optimizer->steps - 1 - *decayed), size);
    *decayed = optimizer->steps;
    return true;
}

void sn_optimizer_update_rows(const sn_optimizer *optimizer, size_t table, float *weights,
                              const float *gradients, const int32_t *rows, size_t count)
{
    enum { AHEAD = 4 }; /* rows that are fetched while this one is updated */
    const sn_row_table *const shape = &optimizer->tables[table];
    const size_t size = shape->row_size;
    for (size_t i = 0; i < count; i++) {
        if (i + AHEAD < count) {
            const size_t later = sn_row_at(shape, (size_t)rows[i + AHEAD]);
            sn_vec_prefetch(weights + later, size);
            sn_vec_prefetch(gradients + later, size);
            if (optimizer->velocity)
                sn_vec_prefetch(optimizer->velocity + later, size);
            if (optimizer->momentum)
                sn_vec_prefetch(optimizer->momentum + later, size);
        }
        const size_t at = sn_row_at(shape, (size_t)rows[i]);
        if (prepare_row(optimizer, table, gradients, (size_t)rows[i], at))
            sn_optimizer_update(optimizer, weights, gradients, at, size);
    }
}

seqnet_status sn_optimizer_list(sn_optimizer *optimizer, sn_named_arrays *arrays, seqnet_error *err)
{
    SN_TRY(sn_named_arrays_add(arrays, "optimizer.steps", SN_ARRAY_U64, &optimizer->steps, 1, err));
    if (optimizer->velocity)
        SN_TRY(sn_named_arrays_add(arrays, "optimizer.velocity", SN_ARRAY_F32, optimizer->velocity,
                                   optimizer->floats, err));
    if (optimizer->momentum)
        SN_TRY(sn_named_arrays_add(arrays, "optimizer.momentum", SN_ARRAY_F32, optimizer->momentum,
                                   optimizer->floats, err));
    for (size_t i = 0; i < optimizer->table_count; i++)
        if (optimizer->decayed[i])
            SN_TRY(sn_named_arrays_add_numbered(arrays, "optimizer.decayed", i, SN_ARRAY_U64,
                                                optimizer->decayed[i], optimizer->tables[i].rows,
                                                err));
    return SEQNET_OK;
}
