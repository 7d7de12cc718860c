#include "initializers.h"

#include <math.h>

#include "scalar.h"

#include "banned.h"

void sn_init_uniform(float *weights, size_t count, double limit, sn_rng *rng)
{
    for (size_t i = 0; i < count; i++)
        weights[i] = (float)(limit * (2.0 * sn_rng_uniform(rng) - 1.0));
}

double sn_glorot_limit(size_t fan_in, size_t fan_out)
{
    return sqrt(6.0 / (double)(fan_in + fan_out));
}

void sn_init_glorot_uniform(float *weights, size_t fan_in, size_t fan_out, sn_rng *rng)
{
    sn_init_uniform(weights, fan_in * fan_out, sn_glorot_limit(fan_in, fan_out), rng);
}

static double dot(const double *x, const double *y, size_t count)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += x[i] * y[i];
    return sum;
}

/* Takes the parts along the earlier rows out of row `r`: one step of modified Gram-Schmidt. */
static void orthogonalise(double *matrix, size_t r, size_t columns)
{
    double *const row = matrix + r * columns;
    for (size_t k = 0; k < r; k++) {
        const double *const other = matrix + k * columns;
        const double along = dot(row, other, columns);
        for (size_t i = 0; i < columns; i++)
            row[i] -= along * other[i];
    }
}

/* Gram-Schmidt on normal rows is the QR decomposition with a positive diagonal of R, which is what
 * Keras's sign correction makes of its QR. The second pass removes what rounding left. */
void sn_init_orthogonal(float *weights, size_t rows, size_t columns, double *scratch, sn_rng *rng)
{
    for (size_t i = 0; i < rows * columns; i++)
        scratch[i] = sn_scalar_normal(rng);
    for (size_t r = 0; r < rows; r++) {
        double *const row = scratch + r * columns;
        orthogonalise(scratch, r, columns);
        orthogonalise(scratch, r, columns);
        const double scale = 1.0 / sqrt(dot(row, row, columns));
        for (size_t i = 0; i < columns; i++)
            row[i] *= scale;
    }
    for (size_t i = 0; i < rows * columns; i++)
        weights[i] = (float)scratch[i];
}
