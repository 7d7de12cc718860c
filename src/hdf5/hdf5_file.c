#include "hdf5_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "descriptor.h"
#include "hdf5_child.h"
#include "hdf5_parse.h"
#include "memory.h"

#include "banned.h"

enum {
    /* Arrays may have so many times the bytes of their file, since it may be compressed, and these
     * bytes in any case. */
    EXPANSION = 32,
    LEAST_BYTES = 64 << 20,
    /* Seconds without a word of the child. */
    PATIENCE = 8
};

bool sn_hdf5_recognise(const void *bytes, size_t size)
{
    static const char SIGNATURE[] = "\x89HDF\r\n\x1a\n";
    enum { LENGTH = sizeof SIGNATURE - 1, FIRST = 512 };
    const char *const start = bytes;
    for (size_t at = 0; at + LENGTH <= size; at = at ? at * 2 : FIRST)
        if (memcmp(start + at, SIGNATURE, LENGTH) == 0)
            return true;
    return false;
}

/* A child that reads a file. */
typedef struct child {
    const char *place;
    pid_t pid;
    /* The end of its pipe that is read. */
    int pipe;
} child;

static seqnet_status start(child *c, sn_hdf5_task *task, int file, seqnet_error *err)
{
    char reason[SN_REASON];
    int ends[2];
    if (pipe(ends) != 0)
        return sn_fail(err, SEQNET_ERR_MEMORY, "%s: a pipe cannot be opened: %s", c->place,
                       sn_reason(errno, reason));
    c->pid = fork();
    if (c->pid == 0) {
        close(ends[0]);
        task->pipe = ends[1];
        sn_hdf5_child(task, file);
    }
    const int failure = errno;
    close(ends[1]);
    c->pipe = ends[0];
    if (c->pid > 0)
        return SEQNET_OK;
    close(c->pipe);
    return sn_fail(err, SEQNET_ERR_MEMORY, "%s: a process that reads HDF5 cannot be started: %s",
                   c->place, sn_reason(failure, reason));
}

static ptrdiff_t read_pipe(void *user, void *data, size_t size)
{
    const child *const c = user;
    return sn_descriptor_read(c->pipe, data, size);
}

/* Ends the child, if it has not ended by itself, and returns how. */
static int end(const child *c, bool is_over)
{
    int how = 0;
    pid_t done;
    close(c->pipe);
    if (!is_over)
        (void)kill(c->pid, SIGKILL);
    do
        done = waitpid(c->pid, &how, 0);
    while (done < 0 && errno == EINTR);
    return done < 0 ? 0 : how;
}

static seqnet_status damaged(const char *place, const char *what, seqnet_error *err)
{
    return sn_fail(err, SEQNET_ERR_MODEL,
                   "%s: is damaged or hostile HDF5: %s; fetch it again or have it saved again",
                   place, what);
}

/* Reports a child whose records ended too early. */
static seqnet_status died(const char *place, int how, seqnet_error *err)
{
    char what[80];
    if (WIFEXITED(how) && WEXITSTATUS(how) == SN_HDF5_NO_MODULE)
        return sn_fail(err, SEQNET_ERR_MODEL,
                       "%s: is an HDF5 file, which this seqnet was built without; build it where "
                       "libhdf5 is installed (Debian: libhdf5-dev)",
                       place);
    if (WIFEXITED(how) && WEXITSTATUS(how) == SN_HDF5_NO_LIMITS)
        return sn_fail(err, SEQNET_ERR_MODEL,
                       "%s: is an HDF5 file, and the process that reads it cannot limit itself; "
                       "see the limits of this shell (ulimit -a)",
                       place);
    if (WIFSIGNALED(how) && (WTERMSIG(how) == SIGXCPU || WTERMSIG(how) == SIGALRM))
        return damaged(place, "it takes longer to read than such a file may", err);
    if (WIFSIGNALED(how))
        (void)snprintf(what, sizeof what, "libhdf5 came to grief in it (signal %d)", WTERMSIG(how));
    else
        (void)snprintf(what, sizeof what, "libhdf5 gave up in it");
    return damaged(place, what, err);
}

static seqnet_status judge(sn_hdf5_end records, const char *fault, int how, const char *place,
                           seqnet_error *err)
{
    switch (records) {
    case SN_HDF5_WHOLE:
        return SEQNET_OK;
    case SN_HDF5_FAULTY:
        return damaged(place, fault, err);
    case SN_HDF5_WRONG:
        return damaged(place, "libhdf5 found what cannot be in it", err);
    case SN_HDF5_CUT:
    default:
        return died(place, how, err);
    }
}

seqnet_status sn_hdf5_read(sn_hdf5 *tree, int file, const char *const *skipped, const char *place,
                           seqnet_error *err)
{
    struct stat info;
    char fault[SN_HDF5_FAULT_SIZE] = "";
    sn_hdf5_end records = SN_HDF5_CUT;
    child c = {.place = place};
    *tree = (sn_hdf5){0};
    if (fstat(file, &info) != 0)
        return sn_fail_errno(err, SEQNET_ERR_MODEL, place, "read");
    const size_t size = (size_t)info.st_size;
    sn_hdf5_task task = {.size = size,
                         .skipped = skipped,
                         .most_elements = ((uint64_t)size * EXPANSION + LEAST_BYTES) /
                                          sizeof *tree->arrays->values,
                         .patience = PATIENCE};
    SN_TRY(start(&c, &task, file, err));
    seqnet_status status =
        sn_hdf5_parse(tree, read_pipe, &c, task.most_elements, &records, fault, err);
    const int how = end(&c, status == SEQNET_OK && records != SN_HDF5_WRONG);
    if (status == SEQNET_OK)
        status = judge(records, fault, how, place, err);
    if (status != SEQNET_OK)
        sn_hdf5_free(tree);
    return status;
}
