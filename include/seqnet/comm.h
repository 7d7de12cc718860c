/*
 * Processes that work together: those that mpirun, or srun with MPI, starts at once, on one machine
 * or on several. Each has a number, its rank, from 0. All of them run the same program and call the
 * functions here that a comment calls joint in the same order; such a function returns once this
 * process has what it asked for.
 *
 * A process that no launcher started is alone: rank 0 of 1. Nothing of MPI is loaded then.
 *
 * What is sent are bytes as they lie in memory: all processes are of one build on processors of one
 * kind. A process that dies ends the others, as MPI does, and no function here fails.
 */
#ifndef SEQNET_COMM_H
#define SEQNET_COMM_H

#include <stdbool.h>
#include <stddef.h>

#include <seqnet/status.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* The processes, as one of them sees them. Where a function takes one, NULL is a process alone. */
typedef struct seqnet_comm seqnet_comm;

/* Joins the processes that were started together. Joint, at most once in a process.
 * SEQNET_ERR_USAGE when the environment shows several processes that cannot find each other: they
 * would each do all of the work. SEQNET_MPI=off in the environment: each is meant to be alone. */
seqnet_status seqnet_comm_open(seqnet_comm **comm, seqnet_error *err);

/* The rank that the launcher gave this process, 0 without one; it is known when
 * seqnet_comm_open fails, too, so that only one of the processes needs to say so. */
size_t seqnet_comm_launched_rank(void);

/* Leaves them. Joint. No thread may be in another function. NULL is fine. */
void seqnet_comm_close(seqnet_comm *comm);

/* Ends all processes, this one included, as soon as possible and without saving anything; the
 * launcher exits with `code` where it can. Returns in a process alone. */
void seqnet_comm_abort(seqnet_comm *comm, int code);

size_t seqnet_comm_rank(const seqnet_comm *comm);
size_t seqnet_comm_size(const seqnet_comm *comm);

/* What this process has sent to others so far: messages, and their bytes. What goes to several
 * counts once for each. */
typedef struct seqnet_traffic {
    size_t messages, bytes;
} seqnet_traffic;

seqnet_traffic seqnet_comm_traffic(const seqnet_comm *comm);

/* Has a function called every now and then while this process waits for others; NULL: none. It may
 * end the process. */
void seqnet_comm_watch(seqnet_comm *comm, void (*watch)(void));

/* Copies bytes[0 .. size) of the rank `root` to all. Joint. */
void seqnet_comm_broadcast(seqnet_comm *comm, void *bytes, size_t size, size_t root);

/* Gathers a block of `size` bytes from each rank, in their order, on all. Joint.
 * all: [ranks][size] */
void seqnet_comm_gather(seqnet_comm *comm, const void *bytes, size_t size, void *all);

/* Whether any rank has passed true. Joint. */
bool seqnet_comm_any(seqnet_comm *comm, bool own);

/* Sends bytes to a rank, which receives as many from this one. Of the two alone. */
void seqnet_comm_send(seqnet_comm *comm, const void *bytes, size_t size, size_t to);
void seqnet_comm_receive(seqnet_comm *comm, void *bytes, size_t size, size_t from);

/* Waits until all have called this, but not longer than so many seconds (below 0: for ever).
 * Returns whether they have; if not, nothing but seqnet_comm_abort may follow. Joint. */
bool seqnet_comm_meet(seqnet_comm *comm, double seconds);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
