#include "shares.h"

#include <math.h>
#include <string.h>

#include "scalar.h"

#include "banned.h"

enum { MOST_STEPS = 50 };

/* What decision values of support vector machines and logits of a network are worth where no rows
 * tell: medians over small sets of texts. */
static const double USUAL[SN_PART_COUNT] = {
    [SN_PART_SVM] = 1.2, [SN_PART_NB] = 1.2, [SN_PART_NETWORK] = 0.3};

/* The pull towards the usual shares counts as much as this many rows. */
static const double PULL = 3.0;

/* The loss, its gradient and its second derivatives by the shares. */
typedef struct derivatives {
    double loss, gradient[SN_PART_COUNT], hessian[SN_PART_COUNT][SN_PART_COUNT];
} derivatives;

void sn_shares_usual(const sn_scored_parts *parts, double shares[SN_PART_COUNT])
{
    for (size_t p = 0; p < SN_PART_COUNT; p++)
        shares[p] = parts->logits[p] ? USUAL[p] : 0.0;
    if (!parts->logits[SN_PART_NB])
        shares[SN_PART_SVM] *= 2.0;
}

static double part_logit(const sn_scored_parts *parts, size_t part, size_t row, size_t k)
{
    return parts->logits[part] ? (double)parts->logits[part][row * parts->outputs + k] : 0.0;
}

static double blended_logit(const sn_scored_parts *parts, const double *shares, size_t row,
                            size_t k)
{
    double sum = 0.0;
    for (size_t p = 0; p < SN_PART_COUNT; p++)
        sum += shares[p] * part_logit(parts, p, row, k);
    return sum;
}

void sn_shares_blend(const sn_scored_parts *parts, const double shares[SN_PART_COUNT], size_t row,
                     float *blended)
{
    for (size_t k = 0; k < parts->outputs; k++)
        blended[k] = (float)blended_logit(parts, shares, row, k);
}

static bool has_label(const sn_scored_parts *parts, size_t row, size_t k)
{
    if (!parts->sets)
        return parts->labels[row] == 1;
    const sn_label_set set = sn_label_sets_get(parts->sets, parts->labels[row]);
    for (size_t i = 0; i < set.count; i++)
        if ((size_t)set.labels[i] == k)
            return true;
    return false;
}

/* Adds the loss of one logit that is independent of others: log(1 + e^z) - y z. */
static void add_sigmoid(derivatives *d, const sn_scored_parts *parts, const double *shares,
                        size_t row, size_t k)
{
    const double z = blended_logit(parts, shares, row, k);
    const double y = has_label(parts, row, k) ? 1.0 : 0.0, p = 1.0 / (1.0 + sn_scalar_exp(-z));
    d->loss += fmax(z, 0.0) - y * z + sn_scalar_log1p(sn_scalar_exp(-fabs(z)));
    for (size_t a = 0; a < SN_PART_COUNT; a++) {
        const double x = part_logit(parts, a, row, k);
        d->gradient[a] += (p - y) * x;
        for (size_t b = 0; b < SN_PART_COUNT; b++)
            d->hessian[a][b] += p * (1.0 - p) * x * part_logit(parts, b, row, k);
    }
}

/* Adds the loss of a row whose classes exclude each other: log sum e^z_k - z_y. */
static void add_softmax(derivatives *d, const sn_scored_parts *parts, const double *shares,
                        size_t row)
{
    const size_t y = (size_t)parts->labels[row];
    double most = -(double)INFINITY, sum = 0.0, means[SN_PART_COUNT] = {0};
    double products[SN_PART_COUNT][SN_PART_COUNT] = {{0}};
    for (size_t k = 0; k < parts->outputs; k++) {
        const double z = blended_logit(parts, shares, row, k);
        most = z > most ? z : most;
    }
    for (size_t k = 0; k < parts->outputs; k++) {
        const double e = sn_scalar_exp(blended_logit(parts, shares, row, k) - most);
        sum += e;
        for (size_t a = 0; a < SN_PART_COUNT; a++) {
            const double x = e * part_logit(parts, a, row, k);
            means[a] += x;
            for (size_t b = 0; b < SN_PART_COUNT; b++)
                products[a][b] += x * part_logit(parts, b, row, k);
        }
    }
    d->loss += most + sn_scalar_log(sum) - blended_logit(parts, shares, row, y);
    for (size_t a = 0; a < SN_PART_COUNT; a++) {
        d->gradient[a] += means[a] / sum - part_logit(parts, a, row, y);
        for (size_t b = 0; b < SN_PART_COUNT; b++)
            d->hessian[a][b] += products[a][b] / sum - means[a] / sum * (means[b] / sum);
    }
}

static void add_row(derivatives *d, const sn_scored_parts *parts, const double *shares, size_t row)
{
    if (parts->outputs > 1 && !parts->sets) {
        add_softmax(d, parts, shares, row);
        return;
    }
    for (size_t k = 0; k < parts->outputs; k++)
        add_sigmoid(d, parts, shares, row, k);
}

/* The pull: PULL / 2 times the squared distance to the usual shares, each measured by its size. */
static void add_pull(derivatives *d, const double *usual, const double *shares)
{
    for (size_t p = 0; p < SN_PART_COUNT; p++) {
        const double weight = usual[p] > 0.0 ? PULL / (usual[p] * usual[p]) : 1.0;
        d->loss += weight / 2.0 * (shares[p] - usual[p]) * (shares[p] - usual[p]);
        d->gradient[p] += weight * (shares[p] - usual[p]);
        d->hessian[p][p] += weight;
    }
}

static derivatives derive(const sn_scored_parts *parts, const double *usual, const double *shares)
{
    derivatives d = {0};
    for (size_t row = 0; row < parts->count; row++)
        add_row(&d, parts, shares, row);
    add_pull(&d, usual, shares);
    return d;
}

/* Solves hessian step = gradient for the shares that are free, by elimination; the others' steps
 * are 0. The matrix is positive definite because of the pull. */
static void solve(const derivatives *d, const bool *is_free, double *step)
{
    double m[SN_PART_COUNT][SN_PART_COUNT + 1];
    for (size_t a = 0; a < SN_PART_COUNT; a++) {
        for (size_t b = 0; b < SN_PART_COUNT; b++)
            m[a][b] = is_free[a] && is_free[b] ? d->hessian[a][b] : a == b;
        m[a][SN_PART_COUNT] = is_free[a] ? d->gradient[a] : 0.0;
    }
    for (size_t a = 0; a < SN_PART_COUNT; a++)
        for (size_t b = 0; b < SN_PART_COUNT; b++) {
            const double factor = m[b][a] / m[a][a];
            for (size_t c = 0; c <= SN_PART_COUNT && b != a; c++)
                m[b][c] -= factor * m[a][c];
        }
    for (size_t a = 0; a < SN_PART_COUNT; a++)
        step[a] = m[a][SN_PART_COUNT] / m[a][a];
}

/* Takes a Newton step, halved until the loss falls. Returns false when nothing falls any more. */
static bool improve(const sn_scored_parts *parts, const double *usual, double *shares)
{
    const derivatives d = derive(parts, usual, shares);
    bool is_free[SN_PART_COUNT];
    double step[SN_PART_COUNT];
    for (size_t p = 0; p < SN_PART_COUNT; p++) /* a share of 0 stays where the loss would rise */
        is_free[p] = parts->logits[p] && (shares[p] > 0.0 || d.gradient[p] < 0.0);
    solve(&d, is_free, step);
    for (double scale = 1.0; scale > 1e-6; scale /= 2.0) {
        double tried[SN_PART_COUNT];
        for (size_t p = 0; p < SN_PART_COUNT; p++)
            tried[p] = fmax(0.0, shares[p] - scale * step[p]);
        const double loss = derive(parts, usual, tried).loss;
        if (loss < d.loss) {
            memcpy(shares, tried, sizeof tried);
            return d.loss - loss > 1e-9 * (1.0 + fabs(loss));
        }
    }
    return false;
}

/* Finds the shares, from the usual ones on. */
static void fit(const sn_scored_parts *parts, const double *usual, double *shares)
{
    memcpy(shares, usual, SN_PART_COUNT * sizeof *usual);
    for (int i = 0; i < MOST_STEPS && parts->count && improve(parts, usual, shares); i++)
        ;
}

/* Exponentials differ between machines. */
static double rounded(double share)
{
    return round(share * 1000.0) / 1000.0;
}

void sn_shares_fit(const sn_scored_parts *parts, double shares[SN_PART_COUNT])
{
    double usual[SN_PART_COUNT];
    sn_shares_usual(parts, usual);
    fit(parts, usual, shares);
    for (size_t p = 0; p < SN_PART_COUNT; p++)
        shares[p] = rounded(shares[p]);
}

double sn_temperature_find(const sn_scored_parts *parts)
{
    static const double ONE[SN_PART_COUNT] = {[SN_PART_NETWORK] = 1.0};
    double shares[SN_PART_COUNT];
    if (parts->count == 0)
        return 0.0;
    fit(parts, ONE, shares);
    const double temperature = 1.0 / fmax(shares[SN_PART_NETWORK], 1.0 / SN_MOST_TEMPERATURE);
    return fmax(rounded(temperature), SN_LEAST_TEMPERATURE);
}
