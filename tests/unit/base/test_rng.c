/*
 * Both generators against published or independently computed numbers, and what is promised of the
 * values drawn from them. NumPy's numbers are those of RandomState(seed).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "rng.h"

enum { DRAWS = 200000 };

static void fill_order(uint32_t *order, size_t count)
{
    for (size_t i = 0; i < count; i++)
        order[i] = (uint32_t)i;
}

static sn_rng seeded(uint64_t seed, sn_rng_purpose stream)
{
    sn_rng rng;
    sn_rng_seed(&rng, seed, stream);
    return rng;
}

/* The reference program's first outputs for its default seed, and the 10000th that C++ demands. */
static void mt19937_gives_the_reference_outputs(void **state)
{
    (void)state;
    static const uint32_t first[] = {3499211612, 581869302,  3890346734, 3586334585, 545404204,
                                     4161255391, 3922919429, 949333985,  2715962298, 1323567403};
    sn_mt19937 rng;
    uint32_t last = 0;
    sn_mt19937_seed(&rng, 5489);
    for (size_t i = 0; i < 10000; i++) {
        last = sn_mt19937_next(&rng);
        if (i < 10)
            assert_int_equal(last, first[i]);
    }
    assert_int_equal(last, 4123659995);
}

static void mt19937_takes_seeds_as_numpy_does(void **state)
{
    (void)state;
    /* Seed, then outputs 0, 1, 623, 624 (the first of a new block) and 999. */
    static const uint32_t cases[][6] = {
        {0, 2357136044, 2546248239, 3791854820, 341544762, 3043451800},
        {113, 3659249829, 529109724, 1743398014, 4023317220, 2574000822},
        {4294967295, 419326371, 479346978, 1027084080, 3860652269, 2673539693},
    };
    static const size_t places[] = {0, 1, 623, 624, 999};
    for (size_t c = 0; c < 3; c++) {
        sn_mt19937 rng;
        size_t drawn = 0;
        sn_mt19937_seed(&rng, cases[c][0]);
        for (size_t p = 0; p < 5; p++) {
            uint32_t value = 0;
            for (; drawn <= places[p]; drawn++)
                value = sn_mt19937_next(&rng);
            assert_int_equal(value, cases[c][p + 1]);
        }
    }
}

static void mt19937_shuffles_as_numpy_does(void **state)
{
    (void)state;
    static const uint32_t ten[] = {9, 3, 6, 1, 0, 7, 4, 8, 2, 5};
    static const uint32_t then_seven[] = {5, 1, 0, 3, 6, 4, 2};
    uint32_t order[10];
    sn_mt19937 rng;
    sn_mt19937_seed(&rng, 113);
    fill_order(order, 10);
    sn_mt19937_shuffle(&rng, order, 10);
    assert_memory_equal(order, ten, sizeof ten);
    fill_order(order, 7);
    sn_mt19937_shuffle(&rng, order, 7);
    assert_memory_equal(order, then_seven, sizeof then_seven);
}

/* 20 is just above a power of two (many redraws), 16 and its mask 15 fit exactly. */
static void mt19937_shuffles_around_powers_of_two(void **state)
{
    (void)state;
    static const uint32_t twenty[] = {14, 11, 19, 17, 1, 4,  8,  3,  13, 15,
                                      16, 9,  0,  7,  6, 18, 12, 10, 2,  5};
    static const uint32_t then_sixteen[] = {2, 4, 10, 9, 13, 14, 8, 6, 1, 0, 15, 12, 7, 3, 11, 5};
    uint32_t order[20];
    sn_mt19937 rng;
    sn_mt19937_seed(&rng, 113);
    fill_order(order, 20);
    sn_mt19937_shuffle(&rng, order, 20);
    assert_memory_equal(order, twenty, sizeof twenty);
    fill_order(order, 16);
    sn_mt19937_shuffle(&rng, order, 16);
    assert_memory_equal(order, then_sixteen, sizeof then_sixteen);
}

static void mt19937_shuffles_as_many_rows_as_imdb_has(void **state)
{
    (void)state;
    static uint32_t order[25000];
    static const uint32_t first[] = {7798, 13226, 18078, 793, 17499, 23003};
    static const uint32_t last[] = {22690, 4828, 14501};
    sn_mt19937 rng;
    sn_mt19937_seed(&rng, 113);
    fill_order(order, 25000);
    sn_mt19937_shuffle(&rng, order, 25000);
    assert_memory_equal(order, first, sizeof first);
    assert_memory_equal(order + 24997, last, sizeof last);
}

static void shuffling_nothing_or_one_draws_nothing(void **state)
{
    (void)state;
    uint32_t one = 7;
    sn_mt19937 twister, fresh;
    sn_mt19937_seed(&twister, 113);
    sn_mt19937_seed(&fresh, 113);
    sn_mt19937_shuffle(&twister, NULL, 0);
    sn_mt19937_shuffle(&twister, &one, 1);
    assert_int_equal(one, 7);
    assert_int_equal(sn_mt19937_next(&twister), sn_mt19937_next(&fresh));
    sn_rng rng = seeded(1, SN_RNG_SHUFFLE);
    const sn_rng before = rng;
    sn_rng_shuffle(&rng, NULL, 0);
    sn_rng_shuffle(&rng, &one, 1);
    assert_int_equal(one, 7);
    assert_memory_equal(&rng, &before, sizeof rng);
}

/* The outputs of the authors' xoshiro256starstar.c from the state 1, 2, 3, 4. */
static void xoshiro_gives_the_reference_outputs(void **state)
{
    (void)state;
    static const uint64_t expected[] = {11520,
                                        0,
                                        1509978240,
                                        1215971899390074240,
                                        1216172134540287360,
                                        607988272756665600,
                                        16172922978634559625U,
                                        8476171486693032832,
                                        10595114339597558777U,
                                        2904607092377533576};
    sn_rng rng = {{1, 2, 3, 4}};
    for (size_t i = 0; i < 10; i++)
        assert_true(sn_rng_next(&rng) == expected[i]);
}

/* Stored models and corpora depend on these: they may never change. */
static void seeded_streams_are_pinned(void **state)
{
    (void)state;
    static const struct {
        uint64_t seed;
        sn_rng_purpose stream;
        uint64_t first, second;
    } cases[] = {
        {1, SN_RNG_INIT, 0x54bb305d7741eaab, 0x9f4b8af5b5bf190f},
        {1, SN_RNG_SHUFFLE, 0x84f02f195ab5fd66, 0x46ff6f0daaf44911},
        {0, SN_RNG_INIT, 0xd392f9579a362d26, 0x47b7988996fab39a},
        {UINT64_MAX, SN_RNG_DEMO, 0x5f762fba0d7343f5, 0x3207aee2529917e3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        sn_rng rng = seeded(cases[i].seed, cases[i].stream);
        assert_true(sn_rng_next(&rng) == cases[i].first);
        assert_true(sn_rng_next(&rng) == cases[i].second);
    }
}

static void derived_values_are_pinned(void **state)
{
    (void)state;
    static const uint32_t shuffled[] = {8, 1, 2, 4, 9, 6, 3, 7, 5, 0};
    uint32_t order[10];
    sn_rng rng = seeded(1, SN_RNG_INIT);
    assert_true(sn_rng_uniform(&rng) == 0.3309812763393506);
    assert_true(sn_rng_uniform(&rng) == 0.6222464418294716);
    rng = seeded(1, SN_RNG_SHUFFLE);
    fill_order(order, 10);
    sn_rng_shuffle(&rng, order, 10);
    assert_memory_equal(order, shuffled, sizeof shuffled);
}

static void equal_seeds_give_equal_numbers(void **state)
{
    (void)state;
    sn_rng one = seeded(42, SN_RNG_INIT), other = seeded(42, SN_RNG_INIT);
    for (size_t i = 0; i < 1000; i++)
        assert_true(sn_rng_next(&one) == sn_rng_next(&other));
}

/* Seeds and streams close to each other share no output. */
static void neighbouring_seeds_and_streams_share_nothing(void **state)
{
    (void)state;
    enum { SEEDS = 5, STREAMS = 3, EACH = 8 };
    uint64_t seen[SEEDS * STREAMS * EACH];
    size_t count = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++)
        for (int stream = 1; stream <= STREAMS; stream++) {
            sn_rng rng = seeded(seed, (sn_rng_purpose)stream);
            for (size_t i = 0; i < EACH; i++) {
                const uint64_t value = sn_rng_next(&rng);
                for (size_t j = 0; j < count; j++)
                    assert_true(seen[j] != value);
                seen[count++] = value;
            }
        }
}

static void below_stays_below(void **state)
{
    (void)state;
    static const uint64_t bounds[] = {1, 2, 3, 10, 1000003, (uint64_t)1 << 63, UINT64_MAX};
    sn_rng rng = seeded(3, SN_RNG_INIT);
    for (size_t b = 0; b < sizeof bounds / sizeof bounds[0]; b++)
        for (size_t i = 0; i < 1000; i++)
            assert_true(sn_rng_below(&rng, bounds[b]) < bounds[b]);
}

/* Of bound 3 * 2^62, plain `next % bound` would give the lowest third half of all values. */
static void below_favours_no_residue(void **state)
{
    (void)state;
    const uint64_t third = (uint64_t)1 << 62;
    sn_rng rng = seeded(4, SN_RNG_INIT);
    size_t low = 0;
    for (size_t i = 0; i < DRAWS; i++)
        low += sn_rng_below(&rng, 3 * third) < third;
    assert_true(fabs((double)low / DRAWS - 1.0 / 3.0) < 0.005);
}

static void below_is_flat_over_a_small_bound(void **state)
{
    (void)state;
    enum { BOUND = 7 };
    size_t counts[BOUND] = {0};
    double chi_square = 0.0;
    sn_rng rng = seeded(5, SN_RNG_INIT);
    for (size_t i = 0; i < DRAWS; i++)
        counts[sn_rng_below(&rng, BOUND)]++;
    for (size_t i = 0; i < BOUND; i++) {
        const double expected = (double)DRAWS / BOUND;
        chi_square += ((double)counts[i] - expected) * ((double)counts[i] - expected) / expected;
    }
    assert_true(chi_square < 22.5); /* 6 degrees of freedom, p = 0.001 */
}

static void uniform_fills_its_range_with_53_bits(void **state)
{
    (void)state;
    double low = 1.0, high = 0.0, sum = 0.0;
    uint64_t bits = 0;
    sn_rng rng = seeded(6, SN_RNG_INIT);
    for (size_t i = 0; i < DRAWS; i++) {
        const double value = sn_rng_uniform(&rng);
        assert_true(value >= 0.0 && value < 1.0);
        assert_true(value * 0x1p53 == floor(value * 0x1p53));
        bits |= (uint64_t)(value * 0x1p53);
        low = fmin(low, value);
        high = fmax(high, value);
        sum += value;
    }
    assert_true(bits == ((uint64_t)1 << 53) - 1);
    assert_true(low < 1e-4 && high > 1.0 - 1e-4);
    assert_true(fabs(sum / DRAWS - 0.5) < 0.003);
}

/* The 24 orders of four rows, each as likely as the others. */
static void shuffle_favours_no_order(void **state)
{
    (void)state;
    enum { ROUNDS = 48000 };
    size_t counts[256] = {0};
    size_t orders = 0;
    sn_rng rng = seeded(8, SN_RNG_SHUFFLE);
    for (size_t i = 0; i < ROUNDS; i++) {
        uint32_t order[4];
        fill_order(order, 4);
        sn_rng_shuffle(&rng, order, 4);
        counts[order[0] << 6 | order[1] << 4 | order[2] << 2 | order[3]]++;
    }
    for (size_t i = 0; i < 256; i++) {
        orders += counts[i] > 0;
        if (counts[i])
            assert_in_range(counts[i], 1800, 2200);
    }
    assert_int_equal(orders, 24);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mt19937_gives_the_reference_outputs),
        cmocka_unit_test(mt19937_takes_seeds_as_numpy_does),
        cmocka_unit_test(mt19937_shuffles_as_numpy_does),
        cmocka_unit_test(mt19937_shuffles_around_powers_of_two),
        cmocka_unit_test(mt19937_shuffles_as_many_rows_as_imdb_has),
        cmocka_unit_test(shuffling_nothing_or_one_draws_nothing),
        cmocka_unit_test(xoshiro_gives_the_reference_outputs),
        cmocka_unit_test(seeded_streams_are_pinned),
        cmocka_unit_test(derived_values_are_pinned),
        cmocka_unit_test(equal_seeds_give_equal_numbers),
        cmocka_unit_test(neighbouring_seeds_and_streams_share_nothing),
        cmocka_unit_test(below_stays_below),
        cmocka_unit_test(below_favours_no_residue),
        cmocka_unit_test(below_is_flat_over_a_small_bound),
        cmocka_unit_test(uniform_fills_its_range_with_53_bits),
        cmocka_unit_test(shuffle_favours_no_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
