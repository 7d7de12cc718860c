/*
 * Collective operations of processes that work together (seqnet/comm.h): here are the blocks of
 * different size that the engine exchanges, and what a body must offer. There are two bodies: a
 * process alone (comm_alone.c), and MPI (comm_mpi.c, a module that is loaded only under a
 * launcher; the one file that includes mpi.h). What is added up, and in which order, is not known
 * here: bytes arrive by rank, and whoever adds does so in an order that does not depend on ranks.
 */
#ifndef SN_COMM_H
#define SN_COMM_H

#include <seqnet/comm.h>

/* What a body does. Blocks lie one after the other in the order of ranks; sizes are in bytes, and
 * may be 0. */
typedef struct sn_comm_ops {
    /* SEQNET_VERSION of the build: a module of another one is refused. */
    const char *version;
    void (*close)(void);
    void (*abort)(int code);
    void (*watch)(void (*watch)(void));
    void (*broadcast)(void *bytes, size_t size, size_t root);
    /* A vote, and what it has come to: whether any rank said true; false when none was begun. */
    void (*begin_vote)(bool own);
    bool (*end_vote)(void);
    void (*gather)(const void *mine, void *all, const size_t *sizes);
    void (*exchange)(const void *out, const size_t *out_sizes, void *in, const size_t *in_sizes);
    void (*send)(const void *bytes, size_t size, size_t to);
    void (*receive)(void *bytes, size_t size, size_t from);
    bool (*meet)(double seconds);
} sn_comm_ops;

struct seqnet_comm {
    const sn_comm_ops *ops;
    size_t rank, size;
    /* Of an opened module. */
    void *module;
    seqnet_traffic traffic;
    /* [size]: scratch */
    size_t *sizes;
};

/* The function that the module of MPI exports: joins and says which rank this is of how many. */
typedef const sn_comm_ops *sn_comm_mpi_open_function(size_t *rank, size_t *size);
#define SN_COMM_MPI_OPEN "seqnet_comm_mpi_open"

extern const sn_comm_ops sn_comm_alone;

/* Gathers the block of each rank on all. all: the blocks, whose sizes all know; this rank's own is
 * `mine`, which may be in its place in `all` already. Joint. */
void sn_comm_gather(seqnet_comm *comm, const void *mine, void *all, const size_t *sizes);

/* Sends a block of `out` to each rank, and takes one from each. The block to this rank itself is
 * copied, too, unless in_sizes has 0 for it. Joint. */
void sn_comm_exchange(seqnet_comm *comm, const void *out, const size_t *out_sizes, void *in,
                      const size_t *in_sizes);

/* seqnet_comm_any without waiting: returns what was asked the last time, false the first time;
 * alone, what is asked now. Joint. */
bool sn_comm_vote(seqnet_comm *comm, bool own);

/* Of `count` elements each rank has a piece, the first ones rank 0. Where the piece of a rank
 * begins; that of the rank behind the last is `count`. */
size_t sn_comm_piece(const seqnet_comm *comm, size_t count, size_t rank);

/* Gathers the pieces of `count` elements of `size` bytes, of which this rank has its own, in
 * place. Joint. */
void sn_comm_gather_pieces(seqnet_comm *comm, void *elements, size_t count, size_t size);

#endif
