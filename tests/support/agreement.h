/*
 * How far the numbers of an array are from the wanted ones, relative to the largest wanted one.
 * Tests of gradients, engines and reference numbers compare this. NaN is infinitely far from any
 * number.
 */
#ifndef AGREEMENT_H
#define AGREEMENT_H

#include <math.h>
#include <stdbool.h>

typedef struct agreement {
    /* The largest magnitude of a wanted value. */
    double largest;
    /* The largest distance of a value from its wanted one. */
    double worst;
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
