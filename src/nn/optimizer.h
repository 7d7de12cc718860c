/*
 * Optimisers over the whole slab of weights. Moments are dense, as in Keras: a row without a
 * gradient still decays. An update is element-wise, so any division of the slab among threads gives
 * the same bits.
 *
 * Most rows of an embedding have no gradient in most steps. RMSprop leaves their weights as they
 * are, so that their decay can wait until they have one: updating only the rows with a gradient
 * gives the same weights, to the bit, for a fraction of the memory traffic. So does SGD without
 * momentum, which has nothing that decays. Adam and SGD with momentum go on moving weights after
 * their gradient, and AdamW moves all weights, so they cannot; lazy Adam is another optimiser,
 * which leaves rows without a gradient alone, moments included (as PyTorch's SparseAdam does).
 *
 * How the learning rate changes from step to step is not decided here: see train/schedule.h.
 */
#ifndef SN_OPTIMIZER_H
#define SN_OPTIMIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "named_arrays.h"
#include "status.h"

/* Lazy Adam is Adam but for the rows of the tables given to sn_optimizer_use_rows. */
typedef enum sn_optimizer_kind {
    SN_RMSPROP,
    SN_ADAM,
    SN_LAZY_ADAM,
    SN_ADAMW,
    SN_SGD
} sn_optimizer_kind;

/* What a user chooses about an optimiser. */
typedef struct sn_optimizer_spec {
    sn_optimizer_kind kind;
    double learning_rate;
    /* Of AdamW. */
    double weight_decay;
    /* Of SGD; and whether it is Nesterov's, for which it is above 0. */
    double momentum;
    bool nesterov;
} sn_optimizer_spec;

/* A part of the slab: `rows` rows of `row_size` floats each, from the float `offset` on. */
typedef struct sn_row_table {
    size_t offset, rows, row_size;
} sn_row_table;

enum { SN_MAX_ROW_TABLES = 4 };

/* The first float of a row in the slab. */
static inline size_t sn_row_at(const sn_row_table *table, size_t row)
{
    return table->offset + row * table->row_size;
}

typedef struct sn_optimizer {
    sn_optimizer_spec spec;
    /* Of the next step: that of the specification, unless someone sets another before. */
    double learning_rate;
    /* Of the current step, bias correction included. */
    double rate;
    /* Begun so far. */
    uint64_t steps;
    /* Running mean of squared gradients; NULL for SGD. */
    float *velocity;
    /* Running mean of gradients, or SGD's momentum; NULL for RMSprop and SGD without it. */
    float *momentum;
    /* Floats of each of the two. */
    size_t floats;
    /* The tables whose rows are updated on their own. */
    sn_row_table tables[SN_MAX_ROW_TABLES];
    size_t table_count;
    /* For each table [rows]: the step up to which a row's velocity has decayed; RMSprop only. */
    uint64_t *decayed[SN_MAX_ROW_TABLES];
} sn_optimizer;

/* Makes an optimiser for `floats` weights, its moments zero. */
seqnet_status sn_optimizer_init(sn_optimizer *optimizer, const sn_optimizer_spec *spec,
                                size_t floats, seqnet_error *err);
void sn_optimizer_free(sn_optimizer *optimizer);

/* Whether the optimiser leaves weights without a gradient as they are, so that it can update rows
 * on their own. */
bool sn_optimizer_waits(const sn_optimizer_spec *spec);

/* Appends a table, of at most SN_MAX_ROW_TABLES, whose rows shall be updated on their own. Does
 * nothing for an optimiser that cannot do so. */
seqnet_status sn_optimizer_use_rows(sn_optimizer *optimizer, const sn_row_table *table,
                                    seqnet_error *err);

/* Begins a step: to be followed by updates that together cover the slab once. */
void sn_optimizer_begin_step(sn_optimizer *optimizer);

/* Updates weights[first .. first + count) from the gradients at the same places.
 *   RMSprop (Keras 3): v = 0.9 v + 0.1 g^2;  w -= lr g / sqrt(v + 1e-7)
 *   Adam (Kingma and Ba 2014, Keras's form): m = 0.9 m + 0.1 g;  v = 0.999 v + 0.001 g^2;
 *     w -= lr sqrt(1 - 0.999^t) / (1 - 0.9^t) m / (sqrt(v) + 1e-7)
 *   AdamW (Loshchilov and Hutter 2017, Keras's form): w -= lr weight_decay w;  then as Adam
 *   SGD (Keras 3): w -= lr g;  with momentum: m = momentum m - lr g;  w += m
 *     and with Nesterov's: w += momentum m - lr g */
void sn_optimizer_update(const sn_optimizer *optimizer, float *weights, const float *gradients,
                         size_t first, size_t count);

/* The update of those rows of a table, given by its number, that have a gradient, each named once.
 * A row named whose gradient is all zeros is one without for lazy Adam, and for RMSprop it makes no
 * difference. */
void sn_optimizer_update_rows(const sn_optimizer *optimizer, size_t table, float *weights,
                              const float *gradients, const int32_t *rows, size_t count);

/* Appends what the next step depends on. */
seqnet_status sn_optimizer_list(sn_optimizer *optimizer, sn_named_arrays *arrays,
                                seqnet_error *err);

#endif
