#include "hdf5_file.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "descriptor.h"
#include "hdf5_child.h"
#include "hdf5_parse.h"
#include "hdf5_process.h"

#include "banned.h"

/* Seconds without a word of the child. */
enum { PATIENCE = 8 };

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
        return sn_fail(err, SEQNET_ERR_MODEL, "%s: is an HDF5 file; " SN_HDF5_MISSING, place);
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

static ptrdiff_t read_pipe(void *user, void *data, size_t size)
{
    const sn_hdf5_process *const process = user;
    return sn_descriptor_read(process->pipe, data, size);
}

seqnet_status sn_hdf5_read(sn_hdf5 *tree, int file, const char *const *skipped, const char *place,
                           seqnet_error *err)
{
    struct stat info;
    char fault[SN_HDF5_FAULT_SIZE] = "";
    sn_hdf5_end records = SN_HDF5_CUT;
    sn_hdf5_process process;
    *tree = (sn_hdf5){0};
    if (fstat(file, &info) != 0)
        return sn_fail_errno(err, SEQNET_ERR_MODEL, place, "read");
    const size_t size = (size_t)info.st_size;
    sn_hdf5_task task = {.size = size,
                         .skipped = skipped,

                         .most_elements = sn_hdf5_most_bytes(size) / sizeof *tree->arrays->values,
                         .patience = PATIENCE};
    SN_TRY(sn_hdf5_process_start(&process, place, err));
    if (process.is_child) {
        task.pipe = process.pipe;
        sn_hdf5_child_read(&task, file);
    }
    seqnet_status status =
        sn_hdf5_parse(tree, read_pipe, &process, task.most_elements, &records, fault, err);
    const int how = sn_hdf5_process_end(&process, status == SEQNET_OK && records != SN_HDF5_WRONG);
    if (status == SEQNET_OK)
        status = judge(records, fault, how, place, err);
    if (status != SEQNET_OK)
        sn_hdf5_free(tree);
    return status;
}

/* Takes the file that a child writes: its size, then its bytes. */
static bool take_file(sn_buffer *bytes, int pipe, seqnet_status *status, seqnet_error *err)
{
    uint64_t size = 0;
    size_t done = 0;
    ssize_t got = 0;
    while (done < sizeof size &&
           (got = sn_descriptor_read(pipe, (char *)&size + done, sizeof size - done)) > 0)
        done += (size_t)got;
    if (got <= 0 || size > SIZE_MAX / 2)
        return false;
    *status = sn_buffer_reserve(bytes, (size_t)size, err);
    for (; *status == SEQNET_OK && size > 0; size -= (size_t)got, bytes->length += (size_t)got)
        if ((got = sn_descriptor_read(pipe, bytes->bytes + bytes->length, (size_t)size)) <= 0)
            return false;
    return true;
}

seqnet_status sn_hdf5_write(const sn_hdf5 *tree, sn_buffer *bytes, seqnet_error *err)
{
    sn_hdf5_process process;
    seqnet_status status = SEQNET_OK;
    SN_TRY(sn_hdf5_process_start(&process, "HDF5", err));
    if (process.is_child)
        sn_hdf5_child_write(tree, process.pipe);
    const bool is_whole = take_file(bytes, process.pipe, &status, err);
    const int how = sn_hdf5_process_end(&process, status == SEQNET_OK);
    if (is_whole)
        return status;
    if (WIFEXITED(how) && WEXITSTATUS(how) == SN_HDF5_NO_MODULE)
        return sn_fail(err, SEQNET_ERR_USAGE, "HDF5 cannot be written: " SN_HDF5_MISSING);
    return sn_fail(err, SEQNET_ERR_MEMORY, "libhdf5 cannot build the file: it may lack memory");
}
