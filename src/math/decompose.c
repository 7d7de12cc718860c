#include "decompose.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "banned.h"

enum { MOST_SWEEPS = 30 };

/* The share of a square below which what is left of it may be rounding, of floats as well. */
static const double NEGLIGIBLE = 1e-6;

/* Overwrites the upper triangle of `a` with R, row by row. A pivot that is 0 but for rounding makes
 * its row 0. */
static void cholesky(double *a, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const double whole = a[i * n + i];
        for (size_t k = 0; k < i; k++)
            a[i * n + i] -= a[k * n + i] * a[k * n + i];
        const double pivot = a[i * n + i];
        const double root = pivot > NEGLIGIBLE * whole ? sqrt(pivot) : 0.0;
        for (size_t j = i + 1; j < n; j++) {
            for (size_t k = 0; k < i; k++)
                a[i * n + j] -= a[k * n + i] * a[k * n + j];
            a[i * n + j] = root > 0.0 ? a[i * n + j] / root : 0.0;
        }
        a[i * n + i] = root;
    }
}

void sn_cholesky_inverse(double *a, double *inverse, size_t n)
{
    cholesky(a, n);
    memset(inverse, 0, n * n * sizeof *inverse);
    for (size_t j = 0; j < n; j++) {
        if (a[j * n + j] == 0.0)
            continue;
        inverse[j * n + j] = 1.0 / a[j * n + j];
        for (size_t i = j; i-- > 0;) {
            double sum = 0.0;
            for (size_t k = i + 1; k <= j; k++)
                sum += a[i * n + k] * inverse[k * n + j];
            inverse[i * n + j] = a[i * n + i] > 0.0 ? -sum / a[i * n + i] : 0.0;
        }
    }
}

/* x, y = c x - s y, s x + c y for n elements that lie `step` apart. */
static void rotate(double *x, double *y, double c, double s, size_t n, size_t step)
{
    for (size_t i = 0; i < n * step; i += step) {
        const double before = x[i];
        x[i] = c * before - s * y[i];
        y[i] = s * before + c * y[i];
    }
}

/* sqrt(1 + x^2). */
static double hypotenuse(double x)
{
    return sqrt(1.0 + x * x);
}

/* Makes a[p, q] zero (Golub and Van Loan, Matrix Computations, 8.5). */
static void annihilate(double *a, double *vectors, size_t n, size_t p, size_t q)
{
    const double tau = (a[q * n + q] - a[p * n + p]) / (2.0 * a[p * n + q]);
    const double t = (tau >= 0.0 ? 1.0 : -1.0) / (fabs(tau) + hypotenuse(tau));
    const double c = 1.0 / hypotenuse(t), s = t * c;
    rotate(a + p, a + q, c, s, n, n);
    rotate(a + p * n, a + q * n, c, s, n, 1);
    rotate(vectors + p * n, vectors + q * n, c, s, n, 1);
}

/* Goes once over all pairs; returns whether one of them was above `negligible`. `vectors` has an
 * eigenvector a row. */
static bool sweep(double *a, double *vectors, size_t n, double negligible)
{
    bool has_rotated = false;
    for (size_t p = 0; p < n; p++)
        for (size_t q = p + 1; q < n; q++) {
            if (fabs(a[p * n + q]) <= negligible)
                continue;
            annihilate(a, vectors, n, p, q);
            has_rotated = true;
        }
    return has_rotated;
}

static double largest_diagonal(const double *a, size_t n)
{
    double largest = 0.0;
    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, fabs(a[i * n + i]));
    return largest;
}

static void swap_rows(double *x, double *y, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const double before = x[i];
        x[i] = y[i];
        y[i] = before;
    }
}

static void transpose(double *a, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++) {
            const double before = a[i * n + j];
            a[i * n + j] = a[j * n + i];
            a[j * n + i] = before;
        }
}

static void sort_descending(double *values, double *vectors, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t largest = i;
        for (size_t j = i + 1; j < n; j++)
            largest = values[j] > values[largest] ? j : largest;
        const double before = values[i];
        values[i] = values[largest];
        values[largest] = before;
        if (largest != i)
            swap_rows(vectors + i * n, vectors + largest * n, n);
    }
}

void sn_symmetric_eigen(double *a, double *values, double *vectors, size_t n)
{
    memset(vectors, 0, n * n * sizeof *vectors);
    for (size_t i = 0; i < n; i++)
        vectors[i * n + i] = 1.0;
    const double negligible = 1e-14 * largest_diagonal(a, n);
    for (int i = 0; i < MOST_SWEEPS && sweep(a, vectors, n, negligible); i++) {
    }
    for (size_t i = 0; i < n; i++)
        values[i] = a[i * n + i];
    sort_descending(values, vectors, n);
    transpose(vectors, n);
}
