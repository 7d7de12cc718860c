#include "hdf5_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "banned.h"

seqnet_status sn_hdf5_process_start(sn_hdf5_process *process, const char *place, seqnet_error *err)
{
    char reason[SN_REASON];
    int ends[2];
    if (pipe(ends) != 0)
        return sn_fail(err, SEQNET_ERR_MEMORY, "%s: a pipe cannot be opened: %s", place,
                       sn_reason(errno, reason));
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    process->pid = fork();
    const int failure = errno;
    process->is_child = process->pid == 0;
    process->pipe = ends[process->is_child];
    /* The child gives its standard streams up, which the pipe may be one of. */
    if (process->is_child && (process->pipe = fcntl(ends[1], F_DUPFD, STDERR_FILENO + 1)) < 0)
        _exit(1);
    close(ends[!process->is_child]);
    if (process->pid >= 0)
        return SEQNET_OK;
    close(process->pipe);
    return sn_fail(err, SEQNET_ERR_MEMORY, "%s: a process for libhdf5 cannot be started: %s", place,
                   sn_reason(failure, reason));
}

int sn_hdf5_process_end(const sn_hdf5_process *process, bool ends_itself)
{
    int how = 0;
    pid_t done;
    close(process->pipe);
    if (!ends_itself)
        (void)kill(process->pid, SIGKILL);
    do
        done = waitpid(process->pid, &how, 0);
    while (done < 0 && errno == EINTR);
    return done < 0 ? 0 : how;
}
