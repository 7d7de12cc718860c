/* Sums by a tree: against a recursion over all leaves, with leaves missing, and in parts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tree_sum.h"

enum { WIDTH = 5 };

typedef struct leaf_set {
    float values[SN_TREE_LEAVES][WIDTH];
    bool is_there[SN_TREE_LEAVES];
} leaf_set;

/* The sum below a node, or false if no leaf is there. */
static bool sum_below(const leaf_set *set, size_t first, size_t count, size_t column, float *sum)
{
    float left, right;
    if (count == 1) {
        *sum = set->values[first][column];
        return set->is_there[first];
    }
    const bool has_left = sum_below(set, first, count / 2, column, &left);
    const bool has_right = sum_below(set, first + count / 2, count / 2, column, &right);
    *sum = has_left && has_right ? left + right : has_left ? left : right;
    return has_left || has_right;
}

static void fill(leaf_set *set, unsigned seed, unsigned percent, size_t leaves)
{
    srand(seed);
    for (size_t s = 0; s < SN_TREE_LEAVES; s++) {
        set->is_there[s] = s < leaves && (unsigned)rand() % 100 < percent;
        for (size_t i = 0; i < WIDTH; i++)
            set->values[s][i] = (float)rand() / (float)RAND_MAX - 0.5F;
    }
}

/* The leaves first .. last that are there. */
static size_t list(leaf_set *set, size_t first, size_t last, float **arrays, uint8_t *leaves)
{
    size_t count = 0;
    for (size_t s = first; s < last; s++)
        if (set->is_there[s]) {
            arrays[count] = set->values[s];
            leaves[count++] = (uint8_t)s;
        }
    return count;
}

static void missing_leaves_are_left_out(void **state)
{
    (void)state;
    static const unsigned percents[] = {3, 10, 50, 90, 100};
    for (unsigned seed = 0; seed < 200; seed++) {
        leaf_set set;
        float wanted[WIDTH];
        float *arrays[SN_TREE_LEAVES];
        uint8_t leaves[SN_TREE_LEAVES];
        fill(&set, seed, percents[seed % 5], SN_TREE_LEAVES);
        const size_t count = list(&set, 0, SN_TREE_LEAVES, arrays, leaves);
        if (count == 0)
            continue;
        memcpy(wanted, arrays[0], sizeof wanted);
        for (size_t i = 1; i < WIDTH - 1; i++)
            assert_true(sum_below(&set, 0, SN_TREE_LEAVES, i, &wanted[i]));
        sn_tree_sum(arrays, leaves, count, 1, WIDTH - 2);
        assert_memory_equal(arrays[0], wanted, sizeof wanted); /* the ends are as they were */
    }
}

static void leaves_are_numbered_from_0(void **state)
{
    (void)state;
    for (size_t count = 1; count <= SN_TREE_LEAVES; count++) {
        leaf_set set;
        float wanted[WIDTH];
        float *arrays[SN_TREE_LEAVES];
        uint8_t leaves[SN_TREE_LEAVES];
        fill(&set, (unsigned)count, 100, count);
        list(&set, 0, SN_TREE_LEAVES, arrays, leaves);
        for (size_t i = 0; i < WIDTH; i++)
            sum_below(&set, 0, SN_TREE_LEAVES, i, &wanted[i]);
        sn_tree_sum(arrays, NULL, count, 0, WIDTH);
        assert_memory_equal(arrays[0], wanted, sizeof wanted);
    }
}

/* As processes do that each have some of the leaves: whole nodes are summed, then their sums. */
static void parts_make_the_whole(void **state)
{
    (void)state;
    for (unsigned seed = 0; seed < 50; seed++) {
        leaf_set set;
        float wanted[WIDTH];
        float *arrays[SN_TREE_LEAVES], *parts[SN_TREE_LEAVES];
        uint8_t leaves[SN_TREE_LEAVES], nodes[SN_TREE_LEAVES];
        size_t part_count = 0;
        const size_t size = (size_t)4 << seed % 3;
        fill(&set, seed, 40, SN_TREE_LEAVES);
        for (size_t i = 0; i < WIDTH; i++)
            sum_below(&set, 0, SN_TREE_LEAVES, i, &wanted[i]);
        for (size_t first = 0; first < SN_TREE_LEAVES; first += size) {
            const size_t count = list(&set, first, first + size, arrays, leaves);
            if (count == 0)
                continue;
            sn_tree_sum(arrays, leaves, count, 0, WIDTH);
            parts[part_count] = arrays[0];
            nodes[part_count++] = leaves[0];
        }
        sn_tree_sum(parts, nodes, part_count, 0, WIDTH);
        assert_memory_equal(parts[0], wanted, sizeof wanted);
    }
}

static void numbers_are_summed_alike(void **state)
{
    (void)state;
    double numbers[] = {1e16, 1.0, -1e16, 1.0, 3.0};
    assert_true(sn_tree_sum_numbers(numbers, 0) == 0.0);
    assert_true(sn_tree_sum_numbers(numbers, 1) == 1e16);
    assert_true(sn_tree_sum_numbers(numbers, 5) == ((1e16 + 1.0) + (-1e16 + 1.0)) + 3.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(missing_leaves_are_left_out),
        cmocka_unit_test(leaves_are_numbered_from_0),
        cmocka_unit_test(parts_make_the_whole),
        cmocka_unit_test(numbers_are_summed_alike),
    };
    return cmocka_run_group_tests_name("tree sum", tests, NULL, NULL);
}
