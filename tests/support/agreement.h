/*
 * How far the numbers of an array are from those that are wanted, next to the largest of these:
 * what tests of gradients, engines and reference numbers compare. What is not a number is
 * infinitely far from any.
 */
#ifndef AGREEMENT_H
#define AGREEMENT_H

#include <math.h>
#include <stdbool.h>

typedef struct agreement {
    double largest; /* magnitude of a wanted value */
    double worst;   /* distance from one */
} agreement;

static inline void agreement_add(agreement *a, double got, double wanted)
{
    const double distance = fabs(got - wanted), magnitude = fabs(wanted);
    if (!(distance <= a->worst))
        a->worst = isnan(distance) ? HUGE_VAL : distance;
    if (magnitude > a->largest)
        a->largest = magnitude;
}

/* Whether no distance is above `tolerance` times the largest value. */
static inline bool agreement_within(const agreement *a, double tolerance)
{
    return isfinite(a->worst) && a->worst <= tolerance * a->largest;
}

#endif
