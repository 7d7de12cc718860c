/*
 * The updates of nn/optimizer.h in terms of simd.h. Included by kernels_impl.h only, once for each
 * instruction set. Each is written for one vector; update_all runs it over arrays of any length, so
 * that a float's new value does not depend on its place in them.
 */
#ifndef SN_OPTIMIZER_KERNELS_H
#define SN_OPTIMIZER_KERNELS_H

/* With it the compiler knows which arrays an update has. */
#define SN_UPDATE static __attribute__((nonnull))

/* What an update works on. An optimiser without momentum or velocity has NULL there. */
typedef struct update_arrays {
    float *weights;
    const float *gradients;
    float *momentum, *velocity;
} update_arrays;

/* The learning rate, and a second number: the decay of AdamW, the momentum of SGD. */
typedef struct update_rates {
    vfloat rate, other;
} update_rates;

/* Updates the vector at the beginning of each array. */
typedef void update_at(update_arrays arrays, update_rates rates);

SN_INLINE update_arrays arrays_from(update_arrays a, size_t i)
{
    return (update_arrays){a.weights + i, a.gradients + i, a.momentum ? a.momentum + i : NULL,
                           a.velocity ? a.velocity + i : NULL};
}

/* Copies the rest of some arrays, `from`, to arrays of one vector each. */
SN_INLINE void copy_rest(update_arrays to, update_arrays from, size_t bytes)
{
    memcpy(to.weights, from.weights, bytes);
    if (from.momentum)
        memcpy(to.momentum, from.momentum, bytes);
    if (from.velocity)
        memcpy(to.velocity, from.velocity, bytes);
}

SN_INLINE void update_all(update_arrays a, update_rates rates, size_t count, update_at *at)
{
    size_t i = 0;
    for (; i + VFLOATS <= count; i += VFLOATS)
        at(arrays_from(a, i), rates);
    if (i == count)
        return;
    float w[VFLOATS] = {0}, g[VFLOATS] = {0}, m[VFLOATS] = {0}, v[VFLOATS] = {0};
    const size_t bytes = (count - i) * sizeof *w;
    const update_arrays rest = arrays_from(a, i);
    const update_arrays padded = {w, g, a.momentum ? m : NULL, a.velocity ? v : NULL};
    memcpy(g, rest.gradients, bytes);
    copy_rest(padded, rest, bytes);
    at(padded, rates);
    copy_rest(rest, padded, bytes);
}

SN_INLINE void rmsprop_at(update_arrays a, update_rates rates)
{
    const vfloat g = v_load(a.gradients);
    const vfloat v = v_fma(v_all(0.1F) * g, g, v_all(0.9F) * v_load(a.velocity));
    v_store(a.velocity, v);
    v_store(a.weights,
            v_load(a.weights) - rates.rate * g / v_sqrt(v + v_all(SN_OPTIMIZER_EPSILON)));
}

SN_UPDATE void rmsprop(float *weights, const float *gradients, float *velocity, float rate,
                       size_t count)
{
    update_all((update_arrays){weights, gradients, NULL, velocity},
               (update_rates){.rate = v_all(rate)}, count, rmsprop_at);
}

/* Two vectors at a time, since each waits for its last product. */
SN_INLINE void decay_at(float *velocity, size_t times)
{
    vfloat a = v_load(velocity), b = v_load(velocity + VFLOATS);
    for (size_t i = 0; i < times; i++) {
        a = v_all(0.9F) * a;
        b = v_all(0.9F) * b;
    }
    v_store(velocity, a);
    v_store(velocity + VFLOATS, b);
}

static void rmsprop_decay(float *velocity, size_t times, size_t count)
{
    enum { MOST = 2000 }; /* after which not even the largest float changes any more */
    const size_t n = times < MOST ? times : MOST;
    size_t i = 0;
    for (; i + 2 * VFLOATS <= count; i += 2 * VFLOATS)
        decay_at(velocity + i, n);
    float rest[2 * VFLOATS] = {0};
    if (i == count || n == 0)
        return;
    memcpy(rest, velocity + i, (count - i) * sizeof *rest);
    decay_at(rest, n);
    memcpy(velocity + i, rest, (count - i) * sizeof *rest);
}

/* Adam's step from `weights`. */
SN_INLINE void adam_from(vfloat weights, update_arrays a, update_rates rates)
{
    const vfloat g = v_load(a.gradients);
    const vfloat m = v_fma(v_all(0.1F), g, v_all(0.9F) * v_load(a.momentum));
    const vfloat v = v_fma(v_all(0.001F) * g, g, v_all(0.999F) * v_load(a.velocity));
    v_store(a.momentum, m);
    v_store(a.velocity, v);
    v_store(a.weights, weights - rates.rate * m / (v_sqrt(v) + v_all(SN_OPTIMIZER_EPSILON)));
}

SN_INLINE void adam_at(update_arrays a, update_rates rates)
{
    adam_from(v_load(a.weights), a, rates);
}

SN_UPDATE void adam(float *weights, const float *gradients, float *momentum, float *velocity,
                    float rate, size_t count)
{
    update_all((update_arrays){weights, gradients, momentum, velocity},
               (update_rates){.rate = v_all(rate)}, count, adam_at);
}

SN_INLINE void adamw_at(update_arrays a, update_rates rates)
{
    const vfloat w = v_load(a.weights);
    adam_from(v_fnma(rates.other, w, w), a, rates);
}

SN_UPDATE void adamw(float *weights, const float *gradients, float *momentum, float *velocity,
                     float rate, float decay, size_t count)
{
    update_all((update_arrays){weights, gradients, momentum, velocity},
               (update_rates){v_all(rate), v_all(decay)}, count, adamw_at);
}

SN_INLINE void sgd_at(update_arrays a, update_rates rates)
{
    v_store(a.weights, v_fnma(rates.rate, v_load(a.gradients), v_load(a.weights)));
}

SN_UPDATE void sgd(float *weights, const float *gradients, float rate, size_t count)
{
    update_all((update_arrays){weights, gradients, NULL, NULL}, (update_rates){.rate = v_all(rate)},
               count, sgd_at);
}

/* m = momentum m - rate g. Returns it. */
SN_INLINE vfloat sgd_move(update_arrays a, update_rates rates)
{
    const vfloat m = v_fnma(rates.rate, v_load(a.gradients), rates.other * v_load(a.momentum));
    v_store(a.momentum, m);
    return m;
}

SN_INLINE void sgd_momentum_at(update_arrays a, update_rates rates)
{
    v_store(a.weights, v_load(a.weights) + sgd_move(a, rates));
}

SN_UPDATE void sgd_momentum(float *weights, const float *gradients, float *momentum, float rate,
                            float factor, size_t count)
{
    update_all((update_arrays){weights, gradients, momentum, NULL},
               (update_rates){v_all(rate), v_all(factor)}, count, sgd_momentum_at);
}

SN_INLINE void sgd_nesterov_at(update_arrays a, update_rates rates)
{
    const vfloat m = sgd_move(a, rates);
    v_store(a.weights,
            v_load(a.weights) + v_fnma(rates.rate, v_load(a.gradients), rates.other * m));
}

SN_UPDATE void sgd_nesterov(float *weights, const float *gradients, float *momentum, float rate,
                            float factor, size_t count)
{
    update_all((update_arrays){weights, gradients, momentum, NULL},
               (update_rates){v_all(rate), v_all(factor)}, count, sgd_nesterov_at);
}

#endif
