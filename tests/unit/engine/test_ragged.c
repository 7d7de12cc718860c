/* Rows for the ragged LSTM: their three stretches, order, the set of ids, and shards by step. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "pad.h"
#include "ragged.h"

enum { TIME = 6, IDS = 20, MOST_ROWS = 8 };

static const sn_padding PADDINGS[4] = {{SEQNET_PRE, SEQNET_PRE},
                                       {SEQNET_PRE, SEQNET_POST},
                                       {SEQNET_POST, SEQNET_PRE},
                                       {SEQNET_POST, SEQNET_POST}};

/* Zeros in front, among and behind the ids are ids like others, but for what padding adds. */
static const struct {
    size_t length;
    int32_t ids[9];
} ROWS[MOST_ROWS] = {{0, {0}},
                     {1, {5}},
                     {TIME, {1, 2, 3, 4, 5, 6}},
                     {9, {1, 2, 3, 0, 5, 6, 7, 8, 9}},
                     {3, {0, 7, 0}},
                     {5, {0, 0, 3, 0, 4}},
                     {2, {0, 0}},
                     {7, {0, 0, 0, 0, 0, 0, 0}}};

static sn_ragged_row make_row(size_t r, sn_padding padding, bool mask_zero)
{
    const sn_network network = {.time = TIME, .mask_zero = mask_zero};
    return sn_ragged_row_make(&network, padding, ROWS[r].ids, ROWS[r].length, r);
}

/* The row as the plain engine would see it. */
static void pad(int32_t out[TIME], size_t r, sn_padding padding)
{
    size_t length = ROWS[r].length;
    const int32_t *const ids = sn_truncate(ROWS[r].ids, &length, TIME, padding.truncating);
    memset(out, 0, TIME * sizeof *out);
    if (length)
        memcpy(out + (padding.padding == SEQNET_PRE ? TIME - length : 0), ids,
               length * sizeof *out);
}

/* The row's stretches written out, pads included. */
static size_t write_out(const sn_ragged_row *row, int32_t out[2 * TIME])
{
    size_t n = 0;
    for (size_t i = 0; i < row->pads + row->front; i++)
        out[n++] = 0;
    for (size_t i = 0; i < row->length; i++)
        out[n++] = row->ids[i];
    for (size_t i = 0; i < row->tail; i++)
        out[n++] = 0;
    return n;
}

static void stretches_are_the_padded_row(void **state)
{
    (void)state;
    for (size_t p = 0; p < 4; p++)
        for (size_t r = 0; r < MOST_ROWS; r++) {
            int32_t wanted[TIME], got[2 * TIME];
            pad(wanted, r, PADDINGS[p]);
            sn_ragged_row row = make_row(r, PADDINGS[p], false);
            assert_int_equal(row.index, r);
            assert_int_equal(write_out(&row, got), TIME);
            assert_memory_equal(got, wanted, sizeof wanted);
            assert_int_equal(row.count, TIME - row.pads);
            assert_true(row.length == 0 || row.ids[0] != 0); /* all leading zeros are shared */
            sn_ragged_row_unshare(&row);
            assert_int_equal(row.pads, 0);
            assert_int_equal(row.count, TIME);
            assert_int_equal(write_out(&row, got), TIME);
            assert_memory_equal(got, wanted, sizeof wanted);
        }
}

static void masked_rows_run_what_is_not_zero(void **state)
{
    (void)state;
    for (size_t p = 0; p < 4; p++)
        for (size_t r = 0; r < MOST_ROWS; r++) {
            int32_t padded[TIME];
            size_t count = 0;
            pad(padded, r, PADDINGS[p]);
            for (size_t t = 0; t < TIME; t++)
                count += padded[t] != 0;
            const sn_ragged_row row = make_row(r, PADDINGS[p], true);
            assert_int_equal(row.count, count);
            assert_int_equal(row.pads + row.front + row.tail, 0);
        }
}

static void the_longest_come_first_and_equals_in_order(void **state)
{
    (void)state;
    enum { MOST = 130 };
    sn_ragged_row rows[MOST], scratch[MOST];
    for (size_t count = 0; count <= MOST; count++)
        for (size_t distinct = 1; distinct < 2 * MOST; distinct = 3 * distinct + 1) {
            for (size_t i = 0; i < count; i++)
                rows[i] = (sn_ragged_row){.count = i * i * 7919 % distinct, .index = i};
            sn_ragged_sort(rows, scratch, count);
            size_t indices = 0;
            for (size_t i = 0; i < count; i++) {
                assert_int_equal(rows[i].count, rows[i].index * rows[i].index * 7919 % distinct);
                indices += rows[i].index;
                if (i == 0)
                    continue;
                assert_true(rows[i].count <= rows[i - 1].count);
                assert_true(rows[i].count < rows[i - 1].count || rows[i].index > rows[i - 1].index);
            }
            assert_int_equal(indices, count ? count * (count - 1) / 2 : 0);
        }
}

static void the_pad_is_in_the_set_when_it_is_run(void **state)
{
    (void)state;
    sn_id_set set;
    assert_int_equal(sn_id_set_init(&set, IDS, IDS, NULL), SEQNET_OK);
    sn_ragged_row row = make_row(1, PADDINGS[0], false); /* pads in front, shared */
    sn_id_set_add_rows(&set, &row, 1);
    assert_int_equal(set.used, 1);
    sn_ragged_row_unshare(&row);
    sn_id_set_add_rows(&set, &row, 1);
    assert_int_equal(set.used, 2);
    set.used = 0;
    row = make_row(1, PADDINGS[2], false); /* pads behind */
    sn_id_set_add_rows(&set, &row, 1);
    assert_int_equal(set.used, 2);
    sn_id_set_free(&set);
}

typedef struct filled {
    sn_ragged_shard shard;
    size_t starts[TIME + 1], pads[MOST_ROWS];
    int32_t tokens[TIME * MOST_ROWS];
} filled;

static void fill(filled *f, const sn_ragged_row *rows, size_t count, const sn_id_set *set,
                 bool mask_zero)
{
    sn_ragged_fill(&f->shard, rows, count, set, mask_zero, f->starts, f->tokens, f->pads);
}

/* Walks through the steps: a row's tokens are the end of its padded row, in order. */
static void check_row(const filled *f, const sn_ragged_row *rows, size_t place,
                      const sn_id_set *set, bool mask_zero)
{
    int32_t wanted[2 * TIME];
    size_t n = 0, next = 0;
    const size_t written = write_out(&rows[place], wanted);
    for (size_t i = mask_zero ? 0 : rows[place].pads; i < written; i++)
        if (!mask_zero || wanted[i] != 0)
            wanted[n++] = wanted[i];
    assert_int_equal(n, rows[place].count);
    for (size_t step = 0; step < f->shard.steps; step++)
        if (place < sn_ragged_active(&f->shard, step))
            assert_int_equal(set->ids[f->shard.tokens[f->shard.starts[step] + place]],
                             wanted[next++]);
    assert_int_equal(next, n);
}

static void shards_hold_every_token_in_its_step(void **state)
{
    (void)state;
    for (size_t p = 0; p < 4; p++)
        for (int mask_zero = 0; mask_zero < 2; mask_zero++)
            for (size_t count = 0; count <= MOST_ROWS; count++) {
                filled f;
                sn_id_set set;
                sn_ragged_row rows[MOST_ROWS], scratch[MOST_ROWS];
                for (size_t r = 0; r < count; r++)
                    rows[r] = make_row(r, PADDINGS[p], mask_zero);
                sn_ragged_sort(rows, scratch, count);
                assert_int_equal(sn_id_set_init(&set, IDS, IDS, NULL), SEQNET_OK);
                sn_id_set_add_rows(&set, rows, count);
                fill(&f, rows, count, &set, mask_zero);
                assert_int_equal(f.shard.rows, count);
                assert_int_equal(f.shard.steps, count ? rows[0].count : 0);
                assert_int_equal(f.starts[0], 0);
                for (size_t step = 1; step < f.shard.steps; step++)
                    assert_true(sn_ragged_active(&f.shard, step - 1) <=
                                sn_ragged_active(&f.shard, step));
                assert_true(mask_zero == (f.shard.pads == NULL));
                for (size_t r = 0; r < count; r++)
                    check_row(&f, rows, r, &set, mask_zero);
                sn_id_set_free(&set);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stretches_are_the_padded_row),
        cmocka_unit_test(masked_rows_run_what_is_not_zero),
        cmocka_unit_test(the_longest_come_first_and_equals_in_order),
        cmocka_unit_test(the_pad_is_in_the_set_when_it_is_run),
        cmocka_unit_test(shards_hold_every_token_in_its_step),
    };
    return cmocka_run_group_tests_name("ragged", tests, NULL, NULL);
}
