/* Processes that work together. Runs alone, and once more as several processes under mpirun. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "comm.h"
#include "launcher.h"

static seqnet_comm *comm;

static unsigned char byte_of(size_t rank, size_t at)
{
    return (unsigned char)(31 * rank + 7 * at + 1);
}

static void fill(unsigned char *bytes, size_t size, size_t rank)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = byte_of(rank, i);
}

static void assert_filled(const unsigned char *bytes, size_t size, size_t rank)
{
    for (size_t i = 0; i < size; i++)
        assert_int_equal(bytes[i], byte_of(rank, i));
}

static void test_ranks_are_those_of_the_launcher(void **state)
{
    (void)state;
    const sn_launcher launcher = sn_launcher_find();
    assert_int_equal(seqnet_comm_size(comm), launcher.processes);
    assert_int_equal(seqnet_comm_rank(comm), launcher.rank);
    assert_int_equal(seqnet_comm_launched_rank(), launcher.rank);
    assert_int_equal(seqnet_comm_size(NULL), 1);
    assert_int_equal(seqnet_comm_rank(NULL), 0);
}

static void test_broadcasts_reach_all(void **state)
{
    (void)state;
    unsigned char bytes[1000];
    for (size_t root = 0; root < seqnet_comm_size(comm); root++) {
        fill(bytes, sizeof bytes, seqnet_comm_rank(comm));
        seqnet_comm_broadcast(comm, bytes, sizeof bytes, root);
        assert_filled(bytes, sizeof bytes, root);
    }
}

static void test_blocks_are_gathered_in_order(void **state)
{
    (void)state;
    enum { SIZE = 40 };
    const size_t ranks = seqnet_comm_size(comm);
    unsigned char own[SIZE], *const all = malloc(ranks * SIZE);
    fill(own, SIZE, seqnet_comm_rank(comm));
    const seqnet_traffic before = seqnet_comm_traffic(comm);
    seqnet_comm_gather(comm, own, SIZE, all);
    for (size_t rank = 0; rank < ranks; rank++)
        assert_filled(all + rank * SIZE, SIZE, rank);
    assert_int_equal(seqnet_comm_traffic(comm).bytes - before.bytes, (ranks - 1) * SIZE);
    assert_int_equal(seqnet_comm_traffic(comm).messages - before.messages, ranks - 1);
    seqnet_comm_gather(NULL, own, SIZE, all);
    assert_filled(all, SIZE, seqnet_comm_rank(comm));
    free(all);
}

/* The size of what a rank has for another one; some are empty. */
static size_t block_size(size_t from, size_t to)
{
    return (from + 2 * to) % 3 * 1000;
}

static void test_blocks_of_any_size_are_gathered(void **state)
{
    (void)state;
    const size_t ranks = seqnet_comm_size(comm), rank = seqnet_comm_rank(comm);
    size_t *const sizes = calloc(ranks, sizeof *sizes), total = 0, at = 0;
    for (size_t i = 0; i < ranks; total += sizes[i++])
        sizes[i] = block_size(i, 1);
    unsigned char *const own = malloc(sizes[rank] + 1), *const all = malloc(total + 1);
    fill(own, sizes[rank], rank);
    sn_comm_gather(comm, own, all, sizes);
    for (size_t i = 0; i < ranks; at += sizes[i++])
        assert_filled(all + at, sizes[i], i);
    free(all);
    free(own);
    free(sizes);
}

static void test_blocks_are_exchanged(void **state)
{
    (void)state;
    const size_t ranks = seqnet_comm_size(comm), rank = seqnet_comm_rank(comm);
    size_t *const to = calloc(ranks, sizeof *to), *const from = calloc(ranks, sizeof *from);
    size_t sent = 0, taken = 0;
    for (size_t i = 0; i < ranks; i++) {
        sent += to[i] = block_size(rank, i);
        taken += from[i] = block_size(i, rank);
    }
    unsigned char *const out = malloc(sent + 1), *const in = malloc(taken + 1);
    for (size_t i = 0, at = 0; i < ranks; at += to[i++])
        fill(out + at, to[i], 10 * rank + i);
    sn_comm_exchange(comm, out, to, in, from);
    for (size_t i = 0, at = 0; i < ranks; at += from[i++])
        assert_filled(in + at, from[i], 10 * i + rank);
    free(in);
    free(out);
    free(from);
    free(to);
}

static void test_pieces_cover_all_elements(void **state)
{
    (void)state;
    const size_t ranks = seqnet_comm_size(comm), rank = seqnet_comm_rank(comm);
    for (size_t count = 0; count < 20; count++) {
        int32_t elements[20] = {0};
        assert_int_equal(sn_comm_piece(comm, count, 0), 0);
        assert_int_equal(sn_comm_piece(comm, count, ranks), count);
        for (size_t i = sn_comm_piece(comm, count, rank); i < sn_comm_piece(comm, count, rank + 1);
             i++)
            elements[i] = 100 + (int32_t)i;
        sn_comm_gather_pieces(comm, elements, count, sizeof *elements);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(elements[i], 100 + i);
    }
}

static void test_one_voice_is_enough(void **state)
{
    (void)state;
    const size_t ranks = seqnet_comm_size(comm), rank = seqnet_comm_rank(comm);
    assert_false(seqnet_comm_any(comm, false));
    for (size_t i = 0; i < ranks; i++)
        assert_true(seqnet_comm_any(comm, rank == i));
    assert_false(sn_comm_vote(comm, false));
    if (ranks > 1) {
        assert_false(sn_comm_vote(comm, rank == ranks - 1));
        assert_true(sn_comm_vote(comm, false));
        assert_false(sn_comm_vote(comm, false));
    }
    assert_true(seqnet_comm_any(NULL, true));
}

static void test_messages_go_from_one_to_one(void **state)
{
    (void)state;
    unsigned char bytes[5000];
    const size_t rank = seqnet_comm_rank(comm);
    if (rank > 0) {
        fill(bytes, sizeof bytes, rank);
        seqnet_comm_send(comm, bytes, sizeof bytes, 0);
    }
    for (size_t from = 1; rank == 0 && from < seqnet_comm_size(comm); from++) {
        seqnet_comm_receive(comm, bytes, sizeof bytes, from);
        assert_filled(bytes, sizeof bytes, from);
    }
}

/* Runs last: the others still work while one waits. */
static void test_a_meeting_is_of_all(void **state)
{
    (void)state;
    assert_true(seqnet_comm_meet(comm, -1.0));
    assert_true(seqnet_comm_meet(NULL, 0.0));
}

static int open_comm(void **state)
{
    (void)state;
    seqnet_error err;
    return seqnet_comm_open(&comm, &err) == SEQNET_OK ? 0 : -1;
}

static int close_comm(void **state)
{
    (void)state;
    seqnet_comm_close(comm);
    seqnet_comm_close(NULL);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranks_are_those_of_the_launcher),
        cmocka_unit_test(test_broadcasts_reach_all),
        cmocka_unit_test(test_blocks_are_gathered_in_order),
        cmocka_unit_test(test_blocks_of_any_size_are_gathered),
        cmocka_unit_test(test_blocks_are_exchanged),
        cmocka_unit_test(test_pieces_cover_all_elements),
        cmocka_unit_test(test_one_voice_is_enough),
        cmocka_unit_test(test_messages_go_from_one_to_one),
        cmocka_unit_test(test_a_meeting_is_of_all),
    };
    return cmocka_run_group_tests(tests, open_comm, close_comm);
}
