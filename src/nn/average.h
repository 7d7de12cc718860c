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
 * whatever their number. Only rounding tells that from an update in each step. An update is
 * element-wise otherwise: any division of the slab among threads gives the same bits.
 */
#ifndef SN_AVERAGE_H
#define SN_AVERAGE_H

#include "optimizer.h"

typedef struct sn_average {
    double decay;
    float *weights;    /* the average, laid out as the slab of weights */
    size_t steps;      /* begun so far */
    double share;      /* 1 - d of the current step */
    double log_before; /* log of the product of d over all steps before the current one */
    double log_after;  /* and with it */
    double *row_logs;  /* [rows]: log_after of the last step that a row has taken in; NULL: there is
                          no table whose rows are on their own */
    size_t rows, row_size; /* of that table, the slab's beginning */
} sn_average;

/* Makes the average of `floats` weights, which it starts from. `decay` is at least 0 and at most 1.
 */
seqnet_status sn_average_init(sn_average *average, double decay, const float *weights,
                              size_t floats, seqnet_error *err);
void sn_average_free(sn_average *average);

/* Like sn_optimizer_use_rows, to be called where sn_optimizer_by_row. */
seqnet_status sn_average_use_rows(sn_average *average, size_t rows, size_t row_size,
                                  seqnet_error *err);

/* Begins a step, as sn_optimizer_begin_step does. */
void sn_average_begin_step(sn_average *average);

/* sn_optimizer_update, then the average of the same weights. average NULL: there is none. */
void sn_average_update(const sn_average *average, const sn_optimizer *optimizer, float *weights,
                       const float *gradients, size_t first, size_t count);

/* sn_optimizer_update_rows likewise. */
void sn_average_update_rows(const sn_average *average, const sn_optimizer *optimizer,
                            float *weights, const float *gradients, const int32_t *rows,
                            size_t count);

/* Brings all rows up to date, before average->weights is used. Training may go on. */
void sn_average_settle(const sn_average *average, const float *weights);

#endif
