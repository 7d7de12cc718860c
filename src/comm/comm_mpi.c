/*
 * The body of MPI, a module that the library loads under a launcher. It uses nothing of the
 * library, so that it fits the program and the shared library alike.
 *
 * All operations are started and then tested for: MPI's own waiting takes a whole core, which the
 * threads of another rank on the same machine may need.
 */
#include <mpi.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "comm.h"

#include "banned.h"

enum {
    /* MPI counts bytes in an int. */
    MOST_BYTES = 1 << 30,
    /* tests of an operation before the thread gives its core away for a while */
    IMPATIENT_TESTS = 20000
};

static int own_rank, rank_count;
/* The vote that was begun last, and this rank's voice, which becomes its result. */
static MPI_Request pending_vote = MPI_REQUEST_NULL;
static int vote;
/* Of its own, so that those who wait for the end do not disturb those who work. */
static MPI_Comm meeting;
/* [rank_count]: scratch of a gather; twice as many: of an exchange */
static int *counts, *places;
static MPI_Request *exchanged;

/* What is called while this process waits; NULL: nothing. */
static void (*watch_wait)(void);

static double now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Lets other threads run, the longer the longer this has waited. */
static void give_way(size_t tests)
{
    const struct timespec nap = {.tv_nsec = 100000};
    if (tests < IMPATIENT_TESTS) {
        (void)sched_yield();
        return;
    }
    (void)nanosleep(&nap, NULL);
    if (watch_wait)
        watch_wait();
}

/* Waits for `count` requests. */
static void finish(MPI_Request *requests, int count)
{
    int done = 0;
    for (size_t tests = 0; !done; tests++) {
        (void)MPI_Testall(count, requests, &done, MPI_STATUSES_IGNORE);
        if (!done)
            give_way(tests);
    }
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void broadcast(void *bytes, size_t size, size_t root)
{
    for (size_t at = 0; at < size; at += MOST_BYTES) {
        MPI_Request request;
        (void)MPI_Ibcast((char *)bytes + at, (int)smaller(size - at, MOST_BYTES), MPI_BYTE,
                         (int)root, MPI_COMM_WORLD, &request);
        finish(&request, 1);
    }
}

/* The same of large blocks: one broadcast after the other. */
static void gather_large(void *all, const size_t *sizes)
{
    size_t at = 0;
    for (int rank = 0; rank < rank_count; at += sizes[rank++])
        broadcast((char *)all + at, sizes[rank], (size_t)rank);
}

static void gather(const void *mine, void *all, const size_t *sizes)
{
    size_t total = 0;
    for (int rank = 0; rank < rank_count; total += sizes[rank++]) {
        char *const block = (char *)all + total;
        if (rank == own_rank && sizes[rank] && block != mine)
            memcpy(block, mine, sizes[rank]);
        counts[rank] = (int)smaller(sizes[rank], MOST_BYTES);
        places[rank] = (int)smaller(total, MOST_BYTES);
    }
    if (total > MOST_BYTES) {
        gather_large(all, sizes);
        return;
    }
    MPI_Request request;
    (void)MPI_Iallgatherv(MPI_IN_PLACE, 0, MPI_BYTE, all, counts, places, MPI_BYTE, MPI_COMM_WORLD,
                          &request);
    finish(&request, 1);
}

static void begin_vote(bool own)
{
    vote = own;
    (void)MPI_Iallreduce(MPI_IN_PLACE, &vote, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD, &pending_vote);
}

static bool end_vote(void)
{
    if (pending_vote == MPI_REQUEST_NULL)
        return false;
    finish(&pending_vote, 1);
    return vote != 0;
}

/* Sends bytes to one rank and takes bytes from another at the same time. */
static void swap(const char *out, size_t out_size, size_t to, char *in, size_t in_size, size_t from)
{
    while (out_size || in_size) {
        const size_t sent = smaller(out_size, MOST_BYTES), taken = smaller(in_size, MOST_BYTES);
        MPI_Request requests[2] = {MPI_REQUEST_NULL, MPI_REQUEST_NULL};
        if (taken)
            (void)MPI_Irecv(in, (int)taken, MPI_BYTE, (int)from, 0, MPI_COMM_WORLD, &requests[0]);
        if (sent)
            (void)MPI_Isend(out, (int)sent, MPI_BYTE, (int)to, 0, MPI_COMM_WORLD, &requests[1]);
        finish(requests, 2);
        out += sent, out_size -= sent;
        in += taken, in_size -= taken;
    }
}

/* Where the block of a rank begins. */
static size_t place_of(const size_t *sizes, size_t rank)
{
    size_t at = 0;
    for (size_t i = 0; i < rank; i++)
        at += sizes[i];
    return at;
}

/* The first piece of each block, all at the same time. */
static void exchange_beginnings(const char *out, const size_t *out_sizes, char *in,
                                const size_t *in_sizes)
{
    int count = 0;
    for (int rank = 0; rank < rank_count; rank++) {
        const int taken = (int)smaller(in_sizes[rank], MOST_BYTES);
        if (rank != own_rank && taken)
            (void)MPI_Irecv(in + place_of(in_sizes, (size_t)rank), taken, MPI_BYTE, rank, 0,
                            MPI_COMM_WORLD, &exchanged[count++]);
    }
    for (int rank = 0; rank < rank_count; rank++) {
        const int sent = (int)smaller(out_sizes[rank], MOST_BYTES);
        if (rank != own_rank && sent)
            (void)MPI_Isend(out + place_of(out_sizes, (size_t)rank), sent, MPI_BYTE, rank, 0,
                            MPI_COMM_WORLD, &exchanged[count++]);
    }
    finish(exchanged, count);
}

/* What is left of a size behind the first piece. */
static size_t rest_of(size_t size)
{
    return size - smaller(size, MOST_BYTES);
}

static void exchange(const void *out, const size_t *out_sizes, void *in, const size_t *in_sizes)
{
    const size_t ranks = (size_t)rank_count, own = (size_t)own_rank;
    if (in_sizes[own])
        memcpy((char *)in + place_of(in_sizes, own), (const char *)out + place_of(out_sizes, own),
               in_sizes[own]);
    exchange_beginnings(out, out_sizes, in, in_sizes);
    for (size_t step = 1; step < ranks; step++) {
        const size_t to = (own + step) % ranks, from = (own + ranks - step) % ranks;
        swap((const char *)out + place_of(out_sizes, to) + smaller(out_sizes[to], MOST_BYTES),
             rest_of(out_sizes[to]), to,
             (char *)in + place_of(in_sizes, from) + smaller(in_sizes[from], MOST_BYTES),
             rest_of(in_sizes[from]), from);
    }
}

static void send_to(const void *bytes, size_t size, size_t to)
{
    swap(bytes, size, to, NULL, 0, 0);
}

static void receive_from(void *bytes, size_t size, size_t from)
{
    swap(NULL, 0, 0, bytes, size, from);
}

static bool meet(double seconds)
{
    const double began = now();
    MPI_Request request;
    int done = 0;
    (void)MPI_Ibarrier(meeting, &request);
    for (size_t tests = 0; !done; tests++) {
        (void)MPI_Test(&request, &done, MPI_STATUS_IGNORE);
        if (!done && seconds >= 0.0 && now() - began >= seconds)
            return false;
        if (!done)
            give_way(tests);
    }
    return true;
}

static void set_watch(void (*watch)(void))
{
    watch_wait = watch;
}

static void abort_all(int code)
{
    (void)MPI_Abort(MPI_COMM_WORLD, code);
}

static void leave(void)
{
    (void)end_vote();
    (void)MPI_Finalize();
    free(counts);
    free(places);
    free(exchanged);
}

/* The library looks this up by its name. */
__attribute__((visibility("default"))) sn_comm_mpi_open_function seqnet_comm_mpi_open;

const sn_comm_ops *seqnet_comm_mpi_open(size_t *rank, size_t *size)
{
    static const sn_comm_ops ops = {.version = SEQNET_VERSION,
                                    .close = leave,
                                    .abort = abort_all,
                                    .watch = set_watch,
                                    .broadcast = broadcast,
                                    .begin_vote = begin_vote,
                                    .end_vote = end_vote,
                                    .gather = gather,
                                    .exchange = exchange,
                                    .send = send_to,
                                    .receive = receive_from,
                                    .meet = meet};
    int level;
    if (MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &level) != MPI_SUCCESS)
        return NULL;
    (void)MPI_Comm_rank(MPI_COMM_WORLD, &own_rank);
    (void)MPI_Comm_size(MPI_COMM_WORLD, &rank_count);
    (void)MPI_Comm_dup(MPI_COMM_WORLD, &meeting);
    counts = malloc((size_t)rank_count * sizeof *counts);
    places = malloc((size_t)rank_count * sizeof *places);
    exchanged = malloc(2 * (size_t)rank_count * sizeof *exchanged);
    *rank = (size_t)own_rank;
    *size = (size_t)rank_count;
    return counts && places && exchanged && level >= MPI_THREAD_SERIALIZED ? &ops : NULL;
}
