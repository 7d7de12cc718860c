/* What the parts of a model are worth: known shares are found again, at the least loss. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "rng.h"
#include "scalar.h"
#include "shares.h"
#include "support.h"

enum { ROWS = 3000, OUTPUTS = 3 };

/* Logits of three parts, and labels that are drawn with known shares of them. */
typedef struct rows {
    float logits[SN_PART_COUNT][ROWS * OUTPUTS];
    int32_t labels[ROWS];
    sn_label_sets sets;
    sn_scored_parts parts;
} rows;

static double logit(const sn_scored_parts *parts, const double *shares, size_t row, size_t k)
{
    double sum = 0.0;
    for (size_t p = 0; p < SN_PART_COUNT; p++)
        sum +=
            parts->logits[p] ? shares[p] * (double)parts->logits[p][row * parts->outputs + k] : 0.0;
    return sum;
}

static int32_t draw_class(const sn_scored_parts *parts, const double *shares, size_t row,
                          sn_rng *rng)
{
    double sum = 0.0, e[OUTPUTS];
    if (parts->outputs == 1)
        return sn_rng_uniform(rng) < 1.0 / (1.0 + exp(-logit(parts, shares, row, 0)));
    for (size_t k = 0; k < parts->outputs; k++)
        sum += e[k] = exp(logit(parts, shares, row, k));
    double left = sn_rng_uniform(rng) * sum;
    size_t k = 0;
    while (k + 1 < parts->outputs && (left -= e[k]) > 0.0)
        k++;
    return (int32_t)k;
}

static int32_t draw_set(rows *r, const double *shares, size_t row, sn_rng *rng)
{
    int32_t labels[OUTPUTS], number;
    size_t count = 0;
    for (size_t k = 0; k < r->parts.outputs; k++)
        if (sn_rng_uniform(rng) < 1.0 / (1.0 + exp(-logit(&r->parts, shares, row, k))))
            labels[count++] = (int32_t)k;
    assert_int_equal(sn_label_sets_add(&r->sets, labels, count, &number, NULL), SEQNET_OK);
    return number;
}

static rows *make_rows(const double shares[SN_PART_COUNT], size_t outputs, bool has_sets)
{
    rows *const r = calloc(1, sizeof *r);
    sn_rng rng;
    sn_rng_seed(&rng, 3, SN_RNG_DEMO);
    r->parts = (sn_scored_parts){
        .count = ROWS, .outputs = outputs, .labels = r->labels, .sets = has_sets ? &r->sets : NULL};
    for (size_t p = 0; p < SN_PART_COUNT; p++) {
        r->parts.logits[p] = r->logits[p];
        for (size_t i = 0; i < ROWS * outputs; i++)
            r->logits[p][i] = (float)sn_scalar_normal(&rng);
    }
    for (size_t row = 0; row < ROWS; row++)
        r->labels[row] =
            has_sets ? draw_set(r, shares, row, &rng) : draw_class(&r->parts, shares, row, &rng);
    return r;
}

static void free_rows(rows *r)
{
    sn_label_sets_free(&r->sets);
    free(r);
}

static bool has_label(const sn_scored_parts *parts, size_t row, size_t k)
{
    if (!parts->sets)
        return parts->labels[row] == 1;
    const sn_label_set set = sn_label_sets_get(parts->sets, parts->labels[row]);
    for (size_t i = 0; i < set.count; i++)
        if (set.labels[i] == (int32_t)k)
            return true;
    return false;
}

/* What is minimised: the cross-entropy, and the pull towards the usual shares. */
static double loss_of(const sn_scored_parts *parts, const double *shares)
{
    double usual[SN_PART_COUNT], loss = 0.0;
    sn_shares_usual(parts, usual);
    for (size_t row = 0; row < parts->count; row++) {
        double sum = 0.0;
        for (size_t k = 0; k < parts->outputs; k++) {
            const double z = logit(parts, shares, row, k);
            if (parts->outputs > 1 && !parts->sets)
                sum += exp(z);
            else
                loss += log(1.0 + exp(has_label(parts, row, k) ? -z : z));
        }
        if (parts->outputs > 1 && !parts->sets)
            loss += log(sum) - logit(parts, shares, row, (size_t)parts->labels[row]);
    }
    for (size_t p = 0; p < SN_PART_COUNT; p++)
        if (usual[p] > 0.0)
            loss += 1.5 * pow((shares[p] - usual[p]) / usual[p], 2.0);
    return loss;
}

/* Passes if the loss rises in each direction that the shares may go. It is convex, so that this is
 * its minimum. */
static void assert_optimum(const sn_scored_parts *parts, const double found[SN_PART_COUNT])
{
    const double least = loss_of(parts, found);
    for (size_t p = 0; p < SN_PART_COUNT; p++)
        for (int side = -1; side <= 1; side += 2) {
            double near[SN_PART_COUNT];
            memcpy(near, found, sizeof near);
            near[p] += side * 0.003;
            if (!parts->logits[p])
                assert_true(found[p] == 0.0);
            else if (near[p] >= 0.0 && !(loss_of(parts, near) > least))
                fail_msg("the loss falls when share %zu is %f, not %f", p, near[p], found[p]);
        }
}

static void assert_recovered(const double shares[SN_PART_COUNT], size_t outputs, bool has_sets)
{
    rows *const r = make_rows(shares, outputs, has_sets);
    double found[SN_PART_COUNT];
    sn_shares_fit(&r->parts, found);
    assert_optimum(&r->parts, found);
    for (size_t p = 0; p < SN_PART_COUNT; p++) {
        assert_true(found[p] == round(found[p] * 1000.0) / 1000.0);
        if (fabs(found[p] - shares[p]) > 0.25)
            fail_msg("share %zu is %f, not %f", p, found[p], shares[p]);
    }
    free_rows(r);
}

static void known_shares_are_found_again(void **state)
{
    (void)state;
    static const double shares[][SN_PART_COUNT] = {
        {1.2, 1.2, 0.3}, {2.0, 0.5, 1.0}, {0.2, 3.0, 0.6}, {0.7, 0.0, 0.0}};
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        assert_recovered(shares[i], 1, false);
        assert_recovered(shares[i], 2, false);
        assert_recovered(shares[i], 3, false);
        assert_recovered(shares[i], 1, true);
        assert_recovered(shares[i], 3, true);
    }
}

/* A part that is wrong more often than right is worth nothing, but never less. */
static void no_share_is_negative(void **state)
{
    (void)state;
    static const double shares[][SN_PART_COUNT] = {
        {-1.0, 1.0, 1.0}, {1.0, -1.0, -0.5}, {-0.8, 1.0, -2.0}};
    for (size_t i = 0; i < 2 * sizeof shares / sizeof *shares; i++) {
        rows *const r = make_rows(shares[i / 2], i % 2 ? 3 : 1, false);
        double found[SN_PART_COUNT];
        sn_shares_fit(&r->parts, found);
        assert_optimum(&r->parts, found);
        for (size_t p = 0; p < SN_PART_COUNT; p++)
            assert_true(shares[i / 2][p] < 0.0 ? found[p] == 0.0 : found[p] > 0.5);
        free_rows(r);
    }
}

static void missing_parts_have_no_share(void **state)
{
    (void)state;
    static const double shares[SN_PART_COUNT] = {1.0, 1.0, 1.0};
    for (unsigned there = 1; there < 1U << SN_PART_COUNT; there++) {
        rows *const r = make_rows(shares, 1, false);
        double found[SN_PART_COUNT];
        for (size_t p = 0; p < SN_PART_COUNT; p++)
            if (!(there >> p & 1))
                r->parts.logits[p] = NULL;
        sn_shares_fit(&r->parts, found);
        assert_optimum(&r->parts, found);
        free_rows(r);
    }
}

static void shares_are_usual_without_rows(void **state)
{
    (void)state;
    static const float none[1];
    sn_scored_parts parts = {.logits = {none, none, none}, .outputs = 1};
    double found[SN_PART_COUNT], usual[SN_PART_COUNT];
    sn_shares_fit(&parts, found);
    sn_shares_usual(&parts, usual);
    for (size_t p = 0; p < SN_PART_COUNT; p++)
        assert_true(found[p] == usual[p] && found[p] > 0.0);
    const double both = usual[SN_PART_SVM] + usual[SN_PART_NB];
    parts.logits[SN_PART_NB] = NULL;
    sn_shares_fit(&parts, found);
    assert_true(found[SN_PART_NB] == 0.0);
    assert_true(found[SN_PART_SVM] == both); /* it stands for both */
    parts.logits[SN_PART_NETWORK] = NULL;
    sn_shares_fit(&parts, found);
    assert_true(found[SN_PART_NETWORK] == 0.0);
}

/* Few rows, all of them right: without the pull the shares would be infinite. */
static void few_rows_stay_near_the_usual_shares(void **state)
{
    (void)state;
    static const float right[] = {1.0F, -1.0F, 1.0F};
    static const int32_t labels[] = {1, 0, 1};
    const sn_scored_parts parts = {
        .logits = {right, right, right}, .count = 3, .outputs = 1, .labels = labels};
    double found[SN_PART_COUNT], usual[SN_PART_COUNT];
    sn_shares_fit(&parts, found);
    sn_shares_usual(&parts, usual);
    assert_optimum(&parts, found);
    for (size_t p = 0; p < SN_PART_COUNT; p++)
        assert_true(found[p] >= usual[p] && found[p] < 1.5 * usual[p]);
}

static void large_logits_stay_finite(void **state)
{
    (void)state;
    static const float large[] = {1e6F, -1e6F, 1e6F, 1e6F, 0.0F, -1e6F};
    static const int32_t one[] = {1, 0, 0, 1, 1, 0}, two[] = {0, 1, 1};
    const sn_scored_parts sigmoid = {
        .logits = {large, large, large}, .count = 6, .outputs = 1, .labels = one};
    const sn_scored_parts softmax = {
        .logits = {large, NULL, large}, .count = 3, .outputs = 2, .labels = two};
    double found[SN_PART_COUNT];
    sn_shares_fit(&sigmoid, found);
    for (size_t p = 0; p < SN_PART_COUNT; p++)
        assert_true(found[p] >= 0.0 && found[p] < 100.0);
    sn_shares_fit(&softmax, found);
    for (size_t p = 0; p < SN_PART_COUNT; p++)
        assert_true(found[p] >= 0.0 && found[p] < 100.0);
}

static void logits_are_added_by_their_shares(void **state)
{
    (void)state;
    static const float svm[] = {1.0F, 2.0F, 3.0F, 4.0F}, network[] = {10.0F, 20.0F, 30.0F, 40.0F};
    static const double shares[SN_PART_COUNT] = {0.5, 7.0, 2.0};
    const sn_scored_parts parts = {.logits = {svm, NULL, network}, .count = 2, .outputs = 2};
    float blended[2];
    sn_shares_blend(&parts, shares, 1, blended);
    assert_true(blended[0] == 61.5F && blended[1] == 82.0F);
}

static void a_known_temperature_is_found_again(void **state)
{
    (void)state;
    static const double half[SN_PART_COUNT] = {[SN_PART_NETWORK] = 0.5};
    for (size_t outputs = 1; outputs <= OUTPUTS; outputs += OUTPUTS - 1) {
        rows *const r = make_rows(half, outputs, false);
        r->parts.logits[SN_PART_SVM] = r->parts.logits[SN_PART_NB] = NULL;
        const double temperature = sn_temperature_find(&r->parts);
        assert_true(fabs(temperature - 2.0) < 0.2);
        free_rows(r);
    }
}

static void temperatures_have_bounds(void **state)
{
    (void)state;
    static const float logits[] = {1.0F, -1.0F, 1.0F, -1.0F};
    static const int32_t right[] = {1, 0, 1, 0}, wrong[] = {0, 1, 0, 1};
    sn_scored_parts parts = {
        .logits = {NULL, NULL, logits}, .count = 4, .outputs = 1, .labels = right};
    const double sure = sn_temperature_find(&parts);
    assert_true(sure > 0.5 && sure < 1.0); /* four rows are not enough for certainty */
    parts.labels = wrong;
    assert_true(sn_temperature_find(&parts) > 1.0);
    static const float large[] = {1e9F, -1e9F, 1e9F, -1e9F};
    parts.logits[SN_PART_NETWORK] = large;
    assert_true(sn_temperature_find(&parts) == SN_MOST_TEMPERATURE);
    enum { MANY = 400000 };
    static float small[MANY];
    static int32_t ones[MANY];
    for (size_t i = 0; i < MANY; i++) {
        small[i] = 0.01F;
        ones[i] = 1;
    }
    const sn_scored_parts tiny = {
        .logits = {NULL, NULL, small}, .count = MANY, .outputs = 1, .labels = ones};
    assert_true(sn_temperature_find(&tiny) == SN_LEAST_TEMPERATURE);
    parts.count = 0;
    assert_true(sn_temperature_find(&parts) == 0.0); /* none */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_shares_are_found_again),
        cmocka_unit_test(no_share_is_negative),
        cmocka_unit_test(missing_parts_have_no_share),
        cmocka_unit_test(shares_are_usual_without_rows),
        cmocka_unit_test(few_rows_stay_near_the_usual_shares),
        cmocka_unit_test(large_logits_stay_finite),
        cmocka_unit_test(a_known_temperature_is_found_again),
        cmocka_unit_test(temperatures_have_bounds),
        cmocka_unit_test(logits_are_added_by_their_shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
