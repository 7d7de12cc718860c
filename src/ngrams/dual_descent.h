/*
 * A linear support vector machine with squared hinge loss, one class against the rest:
 *
 *     min_w  1/2 |w|^2 + sum_i C_i max(0, 1 - y_i (w x_i + b))^2,   with b a weight like the others
 *
 * solved by dual coordinate descent with shrinking (Hsieh et al. 2008, A Dual Coordinate Descent
 * Method for Large-scale Linear SVM, algorithm 3). One problem is solved by one thread, with a
 * generator of its own, so that the result has the same bits wherever it is computed.
 */
#ifndef SN_DUAL_DESCENT_H
#define SN_DUAL_DESCENT_H

#include "ngram_matrix.h"

typedef struct sn_dual_problem {
    const sn_ngram_matrix *matrix;
    /* [columns]: what column j of the matrix is multiplied by. The matrix's blocks have their
     * scales. */
    const float *column_scales;
    /* [rows]: what row i is multiplied by besides; NULL: 1. */
    const float *row_scales;
    /* [rows]: 1 for a row of the class, -1 for another. */
    const int8_t *signs;
    /* [rows]: C_i; rows with 0 are left out. */
    const float *costs;
    /* The largest violation of the optimum that ends the descent. */
    double tolerance;
    uint64_t seed;
} sn_dual_problem;

/* Writes the weights of the unscaled columns (w_j times column_scales[j]) to weights[columns], and
 * b. SEQNET_ERR_MEMORY. */
seqnet_status sn_dual_descent(const sn_dual_problem *problem, float *weights, float *bias,
                              seqnet_error *err);

#endif
