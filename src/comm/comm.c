/* Which body is taken, and what is the same for both. */
#define _GNU_SOURCE /* dladdr */

#include "comm.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "launcher.h"
#include "memory.h"
#include "status.h"

#include "banned.h"

/* Where the module is, from the folder of the program or of the library: beside it in a build tree,
 * and as it is installed. */
static const char *const FOLDERS[] = {"", "seqnet/", SEQNET_MODULES_FROM_PROGRAM "/"};
enum { FOLDER_COUNT = sizeof FOLDERS / sizeof *FOLDERS };

/* The file that this code was loaded from: the shared library or the program. */
static bool find_own_file(char path[PATH_MAX])
{
    Dl_info info;
    if (dladdr(FOLDERS, &info) && info.dli_fname && strstr(info.dli_fname, "libseqnet") &&
        realpath(info.dli_fname, path))
        return true;
    const ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 1);
    path[length > 0 ? length : 0] = '\0';
    return length > 0;
}

/* Opens the module in the first folder that has it; NULL, with the reason in `problem`. */
static void *open_module(char *problem, size_t size)
{
    char own[PATH_MAX], path[PATH_MAX + 64];
    char *const end = find_own_file(own) ? strrchr(own, '/') : NULL;
    (void)snprintf(problem, size, SEQNET_MPI_MODULE " is not installed with this seqnet");
    if (!end)
        return NULL;
    end[1] = '\0';
    for (size_t i = 0; i < FOLDER_COUNT; i++) {
        (void)snprintf(path, sizeof path, "%s%s" SEQNET_MPI_MODULE, own, FOLDERS[i]);
        if (access(path, F_OK) != 0)
            continue;
        /* OpenMPI opens modules of its own, which look for its symbols among the global ones. */
        void *const module = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
        if (!module)
            (void)snprintf(problem, size, "%s", dlerror());
        return module;
    }
    return NULL;
}

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
    comm->module = open_module(problem, sizeof problem);
    const void *const symbol = comm->module ? dlsym(comm->module, SN_COMM_MPI_OPEN) : NULL;
    if (!symbol)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%s has started %zu processes, and seqnet cannot load MPI to join them: %s; "
                       "build seqnet where OpenMPI is installed, or set SEQNET_MPI=off where each "
                       "process has work of its own",
                       launcher->name, launcher->processes, problem);
    memcpy(&open, &symbol, sizeof open);
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
