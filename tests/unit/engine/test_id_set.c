/* The set of ids: numbers in the order of appearance, and that emptying it forgets all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "id_set.h"

enum { IDS = 20 };

static void ids_are_numbered_as_they_appear(void **state)
{
    (void)state;
    static const int32_t order[] = {7, 3, 0, 19};
    sn_id_set set;
    assert_int_equal(sn_id_set_init(&set, IDS, 4, NULL), SEQNET_OK);
    for (int round = 0; round < 2; round++) { /* slots of the first round are left over */
        set.used = 0;
        for (int32_t id = 0; id < IDS; id++)
            assert_false(sn_id_set_has(&set, id));
        for (size_t i = 0; i < 12; i++)
            sn_id_set_add(&set, order[i % 4]);
        assert_int_equal(set.used, 4);
        for (int32_t i = 0; i < 4; i++) {
            assert_int_equal(set.ids[i], order[i]);
            assert_int_equal(set.slots[order[i]], i);
        }
        assert_true(sn_id_set_has(&set, 19));
        assert_false(sn_id_set_has(&set, 4));
    }
    sn_id_set_free(&set);
    sn_id_set_free(&set); /* once more does no harm */
}

/* United sets of bits have ascending numbers, whatever the set held before. */
static void united_ids_ascend(void **state)
{
    (void)state;
    enum { WORDS = 67, COUNT = 3, MANY = WORDS * SN_WORD_BITS };
    static const int32_t each[COUNT][3] = {{64, 7, MANY - 1}, {7, 0, 63}, {4097, 7, 64}};
    static const int32_t all[] = {0, 7, 63, 64, 4097, MANY - 1};
    static uint64_t bits[COUNT * WORDS];
    sn_id_set set;
    assert_int_equal(sn_id_set_init(&set, MANY, MANY, NULL), SEQNET_OK);
    sn_id_set_add(&set, 5);
    for (size_t s = 0; s < COUNT; s++)
        for (size_t i = 0; i < 3; i++)
            sn_id_bits_add(bits + s * WORDS, each[s][i]);
    sn_id_set_unite(&set, bits, COUNT, WORDS);
    assert_int_equal(set.used, sizeof all / sizeof *all);
    assert_memory_equal(set.ids, all, sizeof all);
    for (int32_t i = 0; i < 6; i++)
        assert_int_equal(set.slots[all[i]], i);
    assert_false(sn_id_set_has(&set, 5));
    sn_id_set_free(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(ids_are_numbered_as_they_appear),
                                       cmocka_unit_test(united_ids_ascend)};
    return cmocka_run_group_tests_name("id set", tests, NULL, NULL);
}
