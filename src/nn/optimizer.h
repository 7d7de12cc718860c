/*
 * Optimisers over the whole slab of weights. Moments are dense, as in Keras: a row without a
 * gradient still decays. An update is element-wise, so any division of the slab among threads gives
 * the same bits.
 *
 * Most rows of an embedding have no gradient in most steps. RMSprop leaves their weights as they
 * are, so that their decay can wait until they have one: updating only the rows with a gradient
 * gives the same weights, to the bit, for a fraction of the memory traffic. Adam goes on moving
 * weights after their gradient, so it cannot; lazy Adam is another optimiser, which leaves rows
 * without a gradient alone, moments included (as PyTorch's SparseAdam does).
 */
#ifndef SN_OPTIMIZER_H
#define SN_OPTIMIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

/* Lazy Adam is Adam but for the rows of the table named by sn_optimizer_use_rows. */
typedef enum sn_optimizer_kind { SN_RMSPROP, SN_ADAM, SN_LAZY_ADAM } sn_optimizer_kind;

typedef struct sn_optimizer {
    sn_optimizer_kind kind;
    double learning_rate;
    double rate;     /* of the current step, bias correction included */
    size_t steps;    /* begun so far */
    float *velocity; /* running mean of squared gradients */
    float *momentum; /* running mean of gradients; not for RMSprop */
    size_t row_size; /* floats of a row of the table whose rows are updated on their own, which is
                        the slab's beginning; 0: there is no such table */
    size_t *decayed; /* [rows] of it: the step up to which a row's velocity has; RMSprop only */
} sn_optimizer;

/* Makes an optimiser for `floats` weights, its moments zero. */
seqnet_status sn_optimizer_init(sn_optimizer *optimizer, sn_optimizer_kind kind,
                                double learning_rate, size_t floats, seqnet_error *err);
void sn_optimizer_free(sn_optimizer *optimizer);

/* The slab begins with a table of `rows` rows of `row_size` floats, whose rows shall be updated on
 * their own. Does nothing for an optimiser that moves weights which have no gradient: Adam. */
seqnet_status sn_optimizer_use_rows(sn_optimizer *optimizer, size_t rows, size_t row_size,
                                    seqnet_error *err);

/* Whether there is a table whose rows are updated on their own. */
static inline bool sn_optimizer_by_row(const sn_optimizer *optimizer)
{
    return optimizer->row_size > 0;
}

/* Begins a step: to be followed by updates that together cover the slab once. */
void sn_optimizer_begin_step(sn_optimizer *optimizer);

/* Updates weights[first .. first + count) from the gradients at the same places.
 *   RMSprop (Keras 3): v = 0.9 v + 0.1 g^2;  w -= lr g / sqrt(v + 1e-7)
 *   Adam (Kingma and Ba 2014, Keras's form): m = 0.9 m + 0.1 g;  v = 0.999 v + 0.001 g^2;
 *     w -= lr sqrt(1 - 0.999^t) / (1 - 0.9^t) m / (sqrt(v) + 1e-7) */
void sn_optimizer_update(const sn_optimizer *optimizer, float *weights, const float *gradients,
                         size_t first, size_t count);

/* The update of those rows of the table that have a gradient, each named once, where
 * sn_optimizer_by_row. A row named whose gradient is all zeros is one without for lazy Adam, and
 * for RMSprop it makes no difference. */
void sn_optimizer_update_rows(const sn_optimizer *optimizer, float *weights, const float *gradients,
                              const int32_t *rows, size_t count);

#endif
