/* Keras's weight initialisers, in double precision before rounding to float. */
#ifndef SN_INITIALIZERS_H
#define SN_INITIALIZERS_H

#include <stddef.h>

#include "rng.h"

/* Uniform in [-limit, limit). */
void sn_init_uniform(float *weights, size_t count, double limit, sn_rng *rng);

/* Glorot and Bengio 2010: uniform with this limit, sqrt(6 / (fan_in + fan_out)). */
double sn_glorot_limit(size_t fan_in, size_t fan_out);

/* Of weights [fan_in, fan_out]. */
void sn_init_glorot_uniform(float *weights, size_t fan_in, size_t fan_out, sn_rng *rng);

/* Saxe et al. 2013: a [rows, columns] matrix whose rows (rows <= columns) are orthonormal, uniform
 * over all such. `scratch` holds rows * columns doubles. */
void sn_init_orthogonal(float *weights, size_t rows, size_t columns, double *scratch, sn_rng *rng);

#endif
