/*
 * Optimisers over the whole slab of weights. Moments are dense, as in Keras: a row without a
 * gradient still decays. An update is element-wise, so any division of the slab among threads gives
 * the same bits.
 *
 * Most rows of an embedding have no gradient in most steps. RMSprop leaves their weights as they
 * are, so that their decay can wait until they have one: updating only the rows with a gradient
 * gives the same weights, to the bit, for a fraction of the memory traffic.
 */
#ifndef SN_OPTIMIZER_H
#define SN_OPTIMIZER_H

#include <stddef.h>
#include <stdint.h>

#include "status.h"

typedef enum sn_optimizer_kind { SN_RMSPROP, SN_ADAM } sn_optimizer_kind;

typedef struct sn_optimizer {
    sn_optimizer_kind kind;
    double learning_rate;
    double rate;       /* of the current step, bias correction included */
    size_t steps;      /* begun so far */
    float *velocity;   /* running mean of squared gradients */
    float *momentum;   /* running mean of gradients; Adam only */
    size_t *row_steps; /* [rows] of the table whose rows are updated on their own: the step up to
                          which a row's velocity has decayed; NULL: there is no such table */
    size_t row_size;   /* floats; the table is the slab's beginning */
} sn_optimizer;

/* Makes an optimiser for `floats` weights, its moments zero. */
seqnet_status sn_optimizer_init(sn_optimizer *optimizer, sn_optimizer_kind kind,
                                double learning_rate, size_t floats, seqnet_error *err);
void sn_optimizer_free(sn_optimizer *optimizer);

/* The slab begins with a table of `rows` rows of `row_size` floats, whose rows shall be updated on
 * their own. Does nothing where an optimiser moves weights that have no gradient: Adam. */
seqnet_status sn_optimizer_use_rows(sn_optimizer *optimizer, size_t rows, size_t row_size,
                                    seqnet_error *err);

/* Begins a step: to be followed by updates that together cover the slab once. */
void sn_optimizer_begin_step(sn_optimizer *optimizer);

/* Updates weights[first .. first + count) from the gradients at the same places.
 *   RMSprop (Keras 3): v = 0.9 v + 0.1 g^2;  w -= lr g / sqrt(v + 1e-7)
 *   Adam (Kingma and Ba 2014, Keras's form): m = 0.9 m + 0.1 g;  v = 0.999 v + 0.001 g^2;
 *     w -= lr sqrt(1 - 0.999^t) / (1 - 0.9^t) m / (sqrt(v) + 1e-7) */
void sn_optimizer_update(const sn_optimizer *optimizer, float *weights, const float *gradients,
                         size_t first, size_t count);

/* The update of those rows of the table that have a gradient, each named once, after
 * sn_optimizer_use_rows. */
void sn_optimizer_update_rows(const sn_optimizer *optimizer, float *weights, const float *gradients,
                              const int32_t *rows, size_t count);

#endif
