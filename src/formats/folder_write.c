/*
 * The files go to a folder NAME.PID.N.tmp beside the target. They are synchronised all at once, at
 * the end: waiting for the disk after each of many small files would take minutes. Then the folder
 * is renamed, so that a folder with the target's name is always complete.
 */
#define _GNU_SOURCE /* syncfs */
#include "text_write.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buffer.h"
#include "descriptor.h"
#include "memory.h"

#include "banned.h"

enum { MAX_ATTEMPTS = 1000, OPEN_FOLDERS = 8 };

struct sn_folder_output {
    /* The path of the folder that the caller wants. */
    char *target;
    /* The path of the folder with the files; NULL when there is none. */
    char *temporary;
};

/* `inner` is the path in the folder that failed, "/train/pos", or an empty text. The sentence shows
 * the target's name, since the temporary folder no longer exists when a user reads it. */
static seqnet_status cannot(const sn_folder_output *output, const char *inner, const char *what,
                            seqnet_error *err)
{
    char reason[SN_REASON];
    return sn_fail(err, SEQNET_ERR_WRITE, "%s%s: cannot be %s: %s", output->target, inner, what,
                   sn_reason(errno, reason));
}

static seqnet_status start(sn_folder_output *output, const char *path, seqnet_error *err)
{
    struct stat info;
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    SN_TRY(sn_copy_string(&output->target, path, length, err));
    if (lstat(output->target, &info) == 0)
        return sn_fail(err, SEQNET_ERR_WRITE,
                       "%s: cannot be made: File exists; name a folder that is not there yet",
                       output->target);
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        SN_TRY(sn_format(&output->temporary, err, "%s.%ld.%d.tmp", output->target, (long)getpid(),
                         attempt));
        if (mkdir(output->temporary, 0777) == 0)
            return SEQNET_OK;
        free(output->temporary); /* a folder of another process must not be removed */
        output->temporary = NULL;
        if (errno != EEXIST)
            break;
    }
    return cannot(output, "", "made", err);
}

seqnet_status sn_folder_output_open(sn_folder_output **output, const char *path, seqnet_error *err)
{
    SN_TRY(sn_alloc(output, 1, sizeof **output, err));
    const seqnet_status status = start(*output, path, err);
    if (status != SEQNET_OK) {
        sn_folder_output_discard(*output);
        *output = NULL;
    }
    return status;
}

static seqnet_status make_folder(const sn_folder_output *output, const char *inner,
                                 seqnet_error *err)
{
    char *path;
    SN_TRY(sn_format(&path, err, "%s%s", output->temporary, inner));
    const bool made = mkdir(path, 0777) == 0 || errno == EEXIST;
    const seqnet_status status = made ? SEQNET_OK : cannot(output, inner, "made", err);
    free(path);
    return status;
}

static bool write_path(const char *path, const char *bytes, size_t length)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return false;
    const bool written = sn_descriptor_write(fd, bytes, length);
    const int reason = errno;
    const bool closed = close(fd) == 0;
    errno = written ? errno : reason;
    return written && closed;
}

/* *missing becomes true when the file could not be written because its folder does not exist. */
static seqnet_status write_file(const sn_folder_output *output, const char *inner, const char *text,
                                size_t length, bool *missing, seqnet_error *err)
{
    char *path;
    SN_TRY(sn_format(&path, err, "%s%s", output->temporary, inner));
    const bool written = write_path(path, text, length);
    *missing = !written && errno == ENOENT;
    const seqnet_status status = written ? SEQNET_OK : cannot(output, inner, "written", err);
    free(path);
    return status;
}

static seqnet_status make_folders(const sn_folder_output *output, const char *part,
                                  const char *label, seqnet_error *err)
{
    char *inner;
    SN_TRY(sn_format(&inner, err, "/%s", part));
    seqnet_status status = make_folder(output, inner, err);
    free(inner);
    if (status == SEQNET_OK)
        status = sn_format(&inner, err, "/%s/%s", part, label);
    if (status == SEQNET_OK) {
        status = make_folder(output, inner, err);
        free(inner);
    }
    return status;
}

seqnet_status sn_folder_output_add(sn_folder_output *output, seqnet_part part, size_t row,
                                   const char *text, size_t length, const char *label,
                                   seqnet_error *err)
{
    const char *const name = seqnet_part_name(part);
    bool missing = false;
    char *inner;
    SN_TRY(sn_format(&inner, err, "/%s/%s/%07zu.txt", name, label, row)); /* names sort as rows */
    seqnet_status status = write_file(output, inner, text, length, &missing, err);
    if (missing) {
        status = make_folders(output, name, label, err);
        if (status == SEQNET_OK)
            status = write_file(output, inner, text, length, &missing, err);
    }
    free(inner);
    return status;
}

/* Waits until all files are on the disk. */
static bool synchronise(const char *folder)
{
#ifdef __linux__
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    const bool done = syncfs(fd) == 0;
    close(fd);
    return done;
#else
    (void)folder;
    sync();
    return true;
#endif
}

seqnet_status sn_folder_output_commit(sn_folder_output *output, seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    if (!synchronise(output->temporary) || rename(output->temporary, output->target) != 0) {
        status = cannot(output, "", "written", err);
    } else {
        free(output->temporary);
        output->temporary = NULL;
    }
    sn_folder_output_discard(output);
    return status;
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *place)
{
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

void sn_folder_output_discard(sn_folder_output *output)
{
    if (!output)
        return;
    if (output->temporary)
        (void)nftw(output->temporary, remove_entry, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
    free(output->temporary);
    free(output->target);
    free(output);
}
