/*
 * How the learning rate changes over a training: which share of it a step takes, as a function of
 * the step's number alone, so that a schedule has no state. Nothing here knows optimisers.
 */
#ifndef SN_SCHEDULE_H
#define SN_SCHEDULE_H

#include <seqnet/train.h>

typedef struct sn_schedule {
    seqnet_schedule kind;
    /* Steps of the warm-up, and of the whole training, the warm-up included. */
    uint64_t warmup, total;
} sn_schedule;

/* The schedule of a training of `total` steps. `warmup` is a number of steps, or, below 1, a share
 * of all of them, of which the nearest number of steps is taken. */
sn_schedule sn_schedule_make(seqnet_schedule kind, double warmup, uint64_t total);

/* The share of the learning rate that the step takes before which `s` steps were taken. W is the
 * warm-up and T the total, as in Keras:
 *   s < W              s / W
 *   constant           1
 *   linear             1 - p          p = (s - W) / (T - W), at most 1
 *   cosine             (1 + cos(pi p)) / 2 */
double sn_schedule_share(const sn_schedule *schedule, uint64_t s);

#endif
