/*
 * Decompositions of small symmetric matrices, in double precision and row-major. They are as large
 * as an embedding is wide, so that plain loops are fast enough.
 */
#ifndef SN_DECOMPOSE_H
#define SN_DECOMPOSE_H

#include <stddef.h>

/* The inverse of the upper triangular R with R^T R = a [n, n], which is positive semidefinite
 * (Cholesky). `a` is overwritten. A direction of which those before it leave less than a
 * thousandth gets a column of zeros: with a = Y^T Y, the columns of Y inverse are orthonormal or
 * zero. */
void sn_cholesky_inverse(double *a, double *inverse, size_t n);

/* The eigenvalues of the symmetric a [n, n], largest first, and the eigenvectors as the columns of
 * vectors [n, n], by cyclic Jacobi rotations. `a` is overwritten. */
void sn_symmetric_eigen(double *a, double *values, double *vectors, size_t n);

#endif
