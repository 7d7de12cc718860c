/* Decompositions of small matrices: what is inverse, orthonormal and an eigenvector is so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "decompose.h"
#include "rng.h"

enum { MOST = 40 };

static double random_entry(sn_rng *rng)
{
    return sn_rng_uniform(rng) - 0.5;
}

/* gram = rows^T rows of a random matrix [rows, n], whose last column is `last` times its first one
 * if that is not 0. */
static void make_gram(double *gram, size_t rows, size_t n, double last)
{
    double matrix[2 * MOST * MOST];
    sn_rng rng;
    sn_rng_seed(&rng, n, SN_RNG_INIT);
    for (size_t i = 0; i < rows * n; i++)
        matrix[i] = random_entry(&rng);
    for (size_t r = 0; r < rows && last != 0.0; r++)
        matrix[r * n + n - 1] = last * matrix[r * n];
    for (size_t i = 0; i < n * n; i++) {
        gram[i] = 0.0;
        for (size_t r = 0; r < rows; r++)
            gram[i] += matrix[r * n + i / n] * matrix[r * n + i % n];
    }
}

/* inverse^T gram inverse, at i, j */
static double whitened(const double *gram, const double *inverse, size_t n, size_t i, size_t j)
{
    double sum = 0.0;
    for (size_t k = 0; k < n; k++)
        for (size_t l = 0; l < n; l++)
            sum += inverse[k * n + i] * gram[k * n + l] * inverse[l * n + j];
    return sum;
}

static void the_inverse_makes_columns_orthonormal(void **state)
{
    (void)state;
    for (size_t n = 1; n <= MOST; n += 13) {
        double gram[MOST * MOST], copy[MOST * MOST], inverse[MOST * MOST];
        make_gram(gram, 2 * n, n, 0.0);
        make_gram(copy, 2 * n, n, 0.0);
        sn_cholesky_inverse(copy, inverse, n);
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                assert_true(fabs(whitened(gram, inverse, n, i, j) - (i == j)) < 1e-9);
    }
}

static void a_column_that_depends_on_others_becomes_zero(void **state)
{
    (void)state;
    enum { N = 6 };
    double gram[N * N], copy[N * N], inverse[N * N];
    make_gram(gram, 2 * N, N, 3.0);
    make_gram(copy, 2 * N, N, 3.0);
    sn_cholesky_inverse(copy, inverse, N);
    for (size_t i = 0; i < N; i++) {
        assert_true(inverse[i * N + N - 1] == 0.0);
        assert_true(fabs(whitened(gram, inverse, N, i, i) - (i < N - 1)) < 1e-9);
    }
}

static void eigenvectors_are_turned_into_multiples_of_themselves(void **state)
{
    (void)state;
    for (size_t n = 1; n <= MOST; n += 13) {
        double gram[MOST * MOST], copy[MOST * MOST], values[MOST], vectors[MOST * MOST];
        make_gram(gram, n, n, n > 1 ? 1.0 : 0.0); /* one eigenvalue is 0 */
        make_gram(copy, n, n, n > 1 ? 1.0 : 0.0);
        sn_symmetric_eigen(copy, values, vectors, n);
        for (size_t v = 0; v < n; v++) {
            double length = 0.0;
            assert_true(v == 0 || values[v] <= values[v - 1]);
            for (size_t i = 0; i < n; i++) {
                double sum = 0.0;
                for (size_t j = 0; j < n; j++)
                    sum += gram[i * n + j] * vectors[j * n + v];
                assert_true(fabs(sum - values[v] * vectors[i * n + v]) < 1e-9);
                length += vectors[i * n + v] * vectors[i * n + v];
            }
            assert_true(fabs(length - 1.0) < 1e-9);
        }
        assert_true(n == 1 || fabs(values[n - 1]) < 1e-9);
    }
}

static void known_eigenvalues_are_found(void **state)
{
    (void)state;
    double a[] = {2.0, 1.0, 1.0, 2.0}, values[2], vectors[4];
    sn_symmetric_eigen(a, values, vectors, 2);
    assert_true(fabs(values[0] - 3.0) < 1e-12 && fabs(values[1] - 1.0) < 1e-12);
    assert_true(fabs(fabs(vectors[0]) - sqrt(0.5)) < 1e-12 && vectors[0] == vectors[2]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_inverse_makes_columns_orthonormal),
        cmocka_unit_test(a_column_that_depends_on_others_becomes_zero),
        cmocka_unit_test(eigenvectors_are_turned_into_multiples_of_themselves),
        cmocka_unit_test(known_eigenvalues_are_found)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
