/*
 * Elementary functions of one number that give the same bits on every machine. Those of a C library
 * do not: they differ between its versions, and by what the processor has. All numbers that end up
 * in weights, thresholds and probabilities come from here, with every arithmetic (arithmetic.h).
 *
 * They use + - * / and sqrt alone, which IEEE 754 defines to the last bit. The methods are those of
 * fdlibm (Ng et al., Sun Microsystems 1993): an argument is reduced to a small one, for which a
 * polynomial is as good as a double. Errors are below 1 unit in the last place, where no other
 * bound is given. NaN gives NaN.
 */
#ifndef SN_SCALAR_H
#define SN_SCALAR_H

#include <stdint.h>

#include "rng.h"

/* e^x: 0 below -745.2, infinite above 709.8. */
double sn_scalar_exp(double x);

/* e^x - 1 for x <= 0, with an error below 2 units in the last place. */
double sn_scalar_expm1(double x);

/* The natural logarithm of a normal number above 0, or of 0. */
double sn_scalar_log(double x);

/* log(1 + x) for x >= -1, with an error below 2 units in the last place. */
double sn_scalar_log1p(double x);

/* The cosine of a number from 0 to 7, with an error below 2 units in the last place. */
double sn_scalar_cos(double x);

/* base^exponent for a base above 0 and at most 1; what is below the normal numbers may be off. */
double sn_scalar_power(double base, uint64_t exponent);

/* A standard normal number (Box and Muller 1958; one for two draws, the second is not kept). */
double sn_scalar_normal(sn_rng *rng);

#endif
