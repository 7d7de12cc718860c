#include "ranks.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "errors.h"
#include "terminal.h"

static seqnet_comm *comm;

/* The standard error of a silent process, which speaks once more when it ends all. */
static int own_stderr = STDERR_FILENO;

seqnet_comm *all_ranks(void)
{
    return comm;
}

size_t own_rank(void)
{
    return seqnet_comm_rank(comm);
}

size_t rank_count(void)
{
    return seqnet_comm_size(comm);
}

bool is_first_rank(void)
{
    return own_rank() == 0;
}

/* Sends what is printed from here on nowhere. */
static bool fall_silent(void)
{
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    own_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    const bool is_silent = nowhere >= 0 && own_stderr >= 0 && dup2(nowhere, STDOUT_FILENO) >= 0 &&
                           dup2(nowhere, STDERR_FILENO) >= 0;
    if (nowhere >= 0)
        close(nowhere);
    return is_silent;
}

int join_ranks(void)
{
    seqnet_error err = {0};
    const seqnet_status status = seqnet_comm_open(&comm, &err);
    terminal.is_relayed = rank_count() > 1;
    if (seqnet_comm_launched_rank() > 0 && !fall_silent()) {
        complain("rank %zu: has no /dev/null to be silent with", seqnet_comm_launched_rank());
        return SEQNET_ERR_WRITE;
    }
    return status == SEQNET_OK ? PARSED : fail(&err);
}

bool works_alone(void)
{
    if (rank_count() > 1 && is_first_rank())
        note("one of the %zu processes works, the others wait", rank_count());
    return is_first_rank();
}

int refuse_standard_input(const char *path)
{
    if (rank_count() == 1 || !path || strcmp(path, "-") != 0)
        return PARSED;
    complain("standard input: reaches only one of the %zu processes; name a file that all of them "
             "can read",
             rank_count());
    return EXIT_USAGE;
}

/* How a process has ended. */
typedef struct ending {
    int code;
    char complaint[1020];
} ending;

static ending own_ending(int code)
{
    ending own = {.code = code};
    (void)snprintf(own.complaint, sizeof own.complaint, "%s", last_complaint());
    return own;
}

/* Says what is the matter with a silent process. */
static void speak(int descriptor, size_t rank, const char *complaint)
{
    char own[2048];
    (void)snprintf(own, sizeof own, "%s", *complaint ? complaint : "has failed");
    (void)dup2(descriptor, STDERR_FILENO);
    complain("rank %zu: %s", rank, own);
}

/* Tells all how each has ended. Returns the code of the first that failed. */
static int compare_endings(int code)
{
    const ending own = own_ending(code);
    ending *const all = calloc(rank_count(), sizeof *all);
    if (!all) {
        seqnet_comm_abort(comm, SEQNET_ERR_DATA);
        return SEQNET_ERR_DATA;
    }
    seqnet_comm_gather(comm, &own, sizeof own, all);
    size_t first = 0;
    while (first + 1 < rank_count() && all[first].code == EXIT_DONE)
        first++;
    const int result = all[first].code;
    if (is_first_rank() && first > 0 && result != EXIT_DONE)
        speak(STDERR_FILENO, first, all[first].complaint);
    free(all);
    return result;
}

int agree_with_first(int code)
{
    int first = code;
    seqnet_comm_broadcast(comm, &first, sizeof first, 0);
    return code == EXIT_DONE ? first : code;
}

void abandon_ranks(int code)
{
    if (rank_count() == 1)
        return;
    if (!is_first_rank())
        speak(own_stderr, own_rank(), last_complaint());
    seqnet_comm_abort(comm, code);
}

int leave_ranks(int code)
{
    static const double PATIENCE = 3.0;
    if (rank_count() > 1) {
        if (seqnet_comm_meet(comm, code == EXIT_DONE ? -1.0 : PATIENCE)) {
            code = compare_endings(code);
        } else {
            fflush(stdout);
            abandon_ranks(code);
        }
    }
    seqnet_comm_close(comm);
    comm = NULL;
    return code;
}
