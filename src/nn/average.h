/*
 * An exponential moving average of the weights: after optimiser step t = 1, 2, ...
 *
 *     a = d a + (1 - d) w,    d = min(decay, (1 + t) / (10 + t)),
 *
 * starting from the first weights. The second bound lets it forget these soon. Validation and the
 * finished model can use the average instead of the weights, which swing around it.
 *
 * Where the optimiser updates the rows of a table on their own, so does the average: a row whose
 * weights have not changed for some steps has come nearer to them by the product of these steps' d,
 * whatever their number. Only rounding differs from an update in each step. An update is
 * element-wise otherwise: any division of the slab among threads gives the same bits.
 */
#ifndef SN_AVERAGE_H
#define SN_AVERAGE_H

#include "optimizer.h"

typedef struct sn_average {
    double decay;
    /* The average, laid out as the slab of weights, and its length. */
    float *weights;
    size_t floats;
    /* Begun so far. */
    uint64_t steps;
    /* 1 - d of the current step. */
    double share;
    /* Log of the product of d over all steps before the current one, and with it. */
    double log_before, log_after;
    /* The tables whose rows are on their own. */
    sn_row_table tables[SN_MAX_ROW_TABLES];
    size_t table_count;
    /* For each table [rows]: log_after of the last step that a row has taken in. */
    double *row_logs[SN_MAX_ROW_TABLES];
} sn_average;

/* Makes the average of `floats` weights, which it starts from. `decay` is at least 0 and at most 1.
 */
seqnet_status sn_average_init(sn_average *average, double decay, const float *weights,
                              size_t floats, seqnet_error *err);
void sn_average_free(sn_average *average);

/* Appends a table, in the order of the optimiser's: one for each of those. */
seqnet_status sn_average_use_rows(sn_average *average, const sn_row_table *table,
                                  seqnet_error *err);

/* Begins a step, as sn_optimizer_begin_step does. */
void sn_average_begin_step(sn_average *average);

/* sn_optimizer_update, then the average of the same weights. average NULL: there is none. */
void sn_average_update(const sn_average *average, const sn_optimizer *optimizer, float *weights,
                       const float *gradients, size_t first, size_t count);

/* sn_optimizer_update_rows likewise. */
void sn_average_update_rows(const sn_average *average, const sn_optimizer *optimizer, size_t table,
                            float *weights, const float *gradients, const int32_t *rows,
                            size_t count);

/* Brings all rows up to date, before average->weights is used. Training may go on, with another
 * rounding of each row from then on. */
void sn_average_settle(const sn_average *average, const float *weights);

/* Writes what sn_average_settle would make of the average to the slab `copy`; the average stays as
 * it is. */
void sn_average_copy(const sn_average *average, const float *weights, float *copy);

/* Appends what the next step depends on. */
seqnet_status sn_average_list(sn_average *average, sn_named_arrays *arrays, seqnet_error *err);

#endif
