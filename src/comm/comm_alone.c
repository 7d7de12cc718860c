/* A process alone. */
#include <string.h>

#include "comm.h"

#include "banned.h"

static void do_nothing(void)
{
}

static void go_on(int code)
{
    (void)code;
}

static void never_wait(void (*watch)(void))
{
    (void)watch;
}

static void keep(void *bytes, size_t size, size_t root)
{
    (void)bytes;
    (void)size;
    (void)root;
}

static void copy_own(const void *mine, void *all, const size_t *sizes)
{
    if (sizes[0] && mine != all)
        memcpy(all, mine, sizes[0]);
}

static void exchange(const void *out, const size_t *out_sizes, void *in, const size_t *in_sizes)
{
    (void)out_sizes;
    copy_own(out, in, in_sizes);
}

static void begin_vote(bool own)
{
    (void)own;
}

static bool end_vote(void)
{
    return false;
}

static void send_nobody(const void *bytes, size_t size, size_t to)
{
    (void)bytes;
    (void)size;
    (void)to;
}

static bool meet(double seconds)
{
    (void)seconds;
    return true;
}

const sn_comm_ops sn_comm_alone = {.version = SEQNET_VERSION,
                                   .close = do_nothing,
                                   .abort = go_on,
                                   .watch = never_wait,
                                   .broadcast = keep,
                                   .begin_vote = begin_vote,
                                   .end_vote = end_vote,
                                   .gather = copy_own,
                                   .exchange = exchange,
                                   .send = send_nobody,
                                   .receive = keep,
                                   .meet = meet};
