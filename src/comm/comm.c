/* Which body is taken, and what is the same for both. */
#include "comm.h"

#include <stdlib.h>
#include <string.h>

#include "launcher.h"
#include "memory.h"
#include "module.h"
#include "status.h"

#include "banned.h"

/* Joins through the module. */
static seqnet_status join(seqnet_comm *comm, const sn_launcher *launcher, seqnet_error *err)
{
    if (launcher->is_bare)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%s has started %zu processes that cannot find each other; %s, or set "
                       "SEQNET_MPI=off where each process has work of its own",
                       launcher->name, launcher->processes, launcher->remedy);
    char problem[512];
    sn_comm_mpi_open_function *open = NULL;
    /* OpenMPI opens modules of its own, which look for its symbols among the global ones. */
    comm->module = sn_module_open(SEQNET_MPI_MODULE, true, problem, sizeof problem);
    if (!sn_module_function(&open, comm->module, SN_COMM_MPI_OPEN))
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%s has started %zu processes, and seqnet cannot load MPI to join them: %s; "
                       "build seqnet where OpenMPI is installed, or set SEQNET_MPI=off where each "
                       "process has work of its own",
                       launcher->name, launcher->processes, problem);
    const sn_comm_ops *const ops = open(&comm->rank, &comm->size);
    if (!ops || strcmp(ops->version, SEQNET_VERSION) != 0)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%s has started %zu processes, and MPI does not start in them; install one "
                       "version of seqnet and OpenMPI everywhere",
                       launcher->name, launcher->processes);
    comm->ops = ops;
    if (comm->size != launcher->processes)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%s has started %zu processes, of which MPI sees %zu; %s, or set "
                       "SEQNET_MPI=off where each process has work of its own",
                       launcher->name, launcher->processes, comm->size,
                       launcher->remedy ? launcher->remedy : "use the mpirun of the OpenMPI here");
    return SEQNET_OK;
}

seqnet_status seqnet_comm_open(seqnet_comm **comm, seqnet_error *err)
{
    const sn_launcher launcher = sn_launcher_find();
    SN_TRY(sn_alloc(comm, 1, sizeof **comm, err));
    (*comm)->ops = &sn_comm_alone;
    (*comm)->size = 1;
    seqnet_status status = launcher.processes > 1 ? join(*comm, &launcher, err) : SEQNET_OK;
    if (status == SEQNET_OK)
        status = sn_alloc(&(*comm)->sizes, (*comm)->size, sizeof *(*comm)->sizes, err);
    if (status != SEQNET_OK) {
        seqnet_comm_close(*comm);
        *comm = NULL;
    }
    return status;
}

size_t seqnet_comm_launched_rank(void)
{
    return sn_launcher_find().rank;
}

void seqnet_comm_close(seqnet_comm *comm)
{
    if (!comm)
        return;
    comm->ops->close();
    free(comm->sizes);
    free(comm); /* the module stays: MPI has functions that run when the process ends */
}

void seqnet_comm_abort(seqnet_comm *comm, int code)
{
    if (comm)
        comm->ops->abort(code);
}

size_t seqnet_comm_rank(const seqnet_comm *comm)
{
    return comm ? comm->rank : 0;
}

size_t seqnet_comm_size(const seqnet_comm *comm)
{
    return comm ? comm->size : 1;
}

void seqnet_comm_watch(seqnet_comm *comm, void (*watch)(void))
{
    if (comm)
        comm->ops->watch(watch);
}

/* Counts a block that goes to `ranks` others. */
static void count_sent(seqnet_comm *comm, size_t ranks, size_t size)
{
    comm->traffic.messages += ranks;
    comm->traffic.bytes += ranks * size;
}

seqnet_traffic seqnet_comm_traffic(const seqnet_comm *comm)
{
    return comm ? comm->traffic : (seqnet_traffic){0};
}

void seqnet_comm_broadcast(seqnet_comm *comm, void *bytes, size_t size, size_t root)
{
    if (!comm || comm->size == 1)
        return;
    if (comm->rank == root)
        count_sent(comm, comm->size - 1, size);
    comm->ops->broadcast(bytes, size, root);
}

void seqnet_comm_gather(seqnet_comm *comm, const void *bytes, size_t size, void *all)
{
    if (!comm) {
        sn_comm_alone.gather(bytes, all, &size);
        return;
    }
    for (size_t rank = 0; rank < comm->size; rank++)
        comm->sizes[rank] = size;
    sn_comm_gather(comm, bytes, all, comm->sizes);
}

void sn_comm_gather(seqnet_comm *comm, const void *mine, void *all, const size_t *sizes)
{
    count_sent(comm, comm->size - 1, sizes[comm->rank]);
    comm->ops->gather(mine, all, sizes);
}

void sn_comm_exchange(seqnet_comm *comm, const void *out, const size_t *out_sizes, void *in,
                      const size_t *in_sizes)
{
    for (size_t rank = 0; rank < comm->size; rank++)
        if (rank != comm->rank)
            count_sent(comm, 1, out_sizes[rank]);
    comm->ops->exchange(out, out_sizes, in, in_sizes);
}

bool sn_comm_vote(seqnet_comm *comm, bool own)
{
    if (!comm || comm->size == 1)
        return own;
    const bool last = comm->ops->end_vote();
    comm->ops->begin_vote(own);
    count_sent(comm, comm->size - 1, 1);
    return last;
}

bool seqnet_comm_any(seqnet_comm *comm, bool own)
{
    const bool last = sn_comm_vote(comm, own);
    if (!comm || comm->size == 1)
        return last;
    const bool now = comm->ops->end_vote();
    return last || now;
}

size_t sn_comm_piece(const seqnet_comm *comm, size_t count, size_t rank)
{
    return count * rank / seqnet_comm_size(comm);
}

void sn_comm_gather_pieces(seqnet_comm *comm, void *elements, size_t count, size_t size)
{
    if (!comm || comm->size == 1)
        return;
    for (size_t rank = 0; rank < comm->size; rank++)
        comm->sizes[rank] =
            (sn_comm_piece(comm, count, rank + 1) - sn_comm_piece(comm, count, rank)) * size;
    sn_comm_gather(comm, (char *)elements + sn_comm_piece(comm, count, comm->rank) * size, elements,
                   comm->sizes);
}

void seqnet_comm_send(seqnet_comm *comm, const void *bytes, size_t size, size_t to)
{
    count_sent(comm, 1, size);
    comm->ops->send(bytes, size, to);
}

void seqnet_comm_receive(seqnet_comm *comm, void *bytes, size_t size, size_t from)
{
    comm->ops->receive(bytes, size, from);
}

bool seqnet_comm_meet(seqnet_comm *comm, double seconds)
{
    return !comm || comm->ops->meet(seconds);
}
