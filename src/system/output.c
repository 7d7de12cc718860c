/*
 * Files that get their name when they are whole (seqnet/output.h). The bytes go to a file without a
 * name where the system has such files, else to one beside the target; commit gives it the target's
 * name. Devices and pipes are written directly.
 */
#if defined(__linux__)
#define _GNU_SOURCE /* O_TMPFILE */
#endif
#include <seqnet/output.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "descriptor.h"
#include "memory.h"

#include "banned.h"

enum { MAX_ATTEMPTS = 1000, MAX_LINKS = 40, OWN_PATH = 64 };

struct seqnet_output {
    int fd;
    /* The path that the caller wants, with its links followed. */
    char *target;
    /* The name of the file until commit; NULL when it has none. */
    char *temporary;
    /* The file has no name yet; commit links it to one. */
    bool nameless;
    bool replaces;
};

static seqnet_status cannot_write(const char *path, seqnet_error *err)
{
    char reason[SN_REASON];
    const char *const remedy = errno == ENOENT   ? "; create the folder first"
                               : errno == EACCES ? "; choose another place with the path"
                               : errno == ENOSPC ? "; free some space or choose another place"
                               : errno == EFBIG  ? "; raise the limit on file sizes (ulimit -f)"
                                                 : "";
    return sn_fail(err, SEQNET_ERR_WRITE, "%s: cannot be written: %s%s", path,
                   sn_reason(errno, reason), remedy);
}

/* How many bytes of a path name its folder, the slash included. */
static size_t folder_length(const char *path)
{
    const char *const slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* Replaces *path, a link, by the path that it points to. */
static seqnet_status follow_link(char **path, seqnet_error *err)
{
    char link[PATH_MAX];
    const ssize_t length = readlink(*path, link, sizeof link - 1);
    if (length < 0)
        return SEQNET_OK;
    link[length] = '\0';
    const size_t folder = link[0] == '/' ? 0 : folder_length(*path);
    char *target;
    SN_TRY(sn_alloc(&target, folder + (size_t)length + 1, 1, err));
    memcpy(target, *path, folder);
    memcpy(target + folder, link, (size_t)length + 1);
    free(*path);
    *path = target;
    return SEQNET_OK;
}

/* Whether a path is a link; fails for a path that is too long. */
static seqnet_status find_link(const char *path, bool *is_link, seqnet_error *err)
{
    struct stat info;
    const bool exists = lstat(path, &info) == 0;
    *is_link = exists && S_ISLNK(info.st_mode);
    return exists || errno != ENAMETOOLONG ? SEQNET_OK : cannot_write(path, err);
}

/* Follows links to the path that is written, which need not exist. */
static seqnet_status resolve_target(char **target, const char *path, seqnet_error *err)
{
    SN_TRY(sn_copy_string(target, path, strlen(path), err));
    bool is_link;
    SN_TRY(find_link(*target, &is_link, err));
    for (int links = 0; is_link; links++) {
        if (links == MAX_LINKS) {
            errno = ELOOP;
            return cannot_write(path, err);
        }
        SN_TRY(follow_link(target, err));
        SN_TRY(find_link(*target, &is_link, err));
    }
    return SEQNET_OK;
}

/* The path of a file whose links are followed, its folder in its only spelling. */
static seqnet_status spell_folder(char **target, char *followed, seqnet_error *err)
{
    char folder[PATH_MAX];
    const size_t length = folder_length(followed);
    const char *const name = followed + length;
    const char kept = *name;
    followed[length] = '\0';
    const bool is_known = realpath(length ? followed : ".", folder) != NULL;
    followed[length] = kept;
    if (!is_known)
        return cannot_write(followed, err);
    const size_t room = strlen(folder) + strlen(name) + 2;
    SN_TRY(sn_alloc(target, room, 1, err));
    (void)snprintf(*target, room, "%s/%s", folder, name);
    return SEQNET_OK;
}

seqnet_status seqnet_output_target(char **target, const char *path, seqnet_error *err)
{
    char *followed = NULL;
    *target = NULL;
    seqnet_status status = resolve_target(&followed, path, err);
    if (status == SEQNET_OK)
        status = spell_folder(target, followed, err);
    free(followed);
    return status;
}

/* The path through which a file without a name gets one. */
static void own_path(char path[OWN_PATH], int fd)
{
    (void)snprintf(path, OWN_PATH, "/proc/self/fd/%d", fd);
}

/* Opens a file without a name in the target's folder; false where the system has no such files. */
static bool open_nameless(seqnet_output *output)
{
#if defined(O_TMPFILE)
    char folder[PATH_MAX], path[OWN_PATH];
    const size_t length = folder_length(output->target);
    if (length >= sizeof folder)
        return false;
    memcpy(folder, output->target, length);
    folder[length] = '\0';
    output->fd = open(length ? folder : ".", O_WRONLY | O_TMPFILE | O_CLOEXEC, 0666);
    if (output->fd < 0)
        return false;
    own_path(path, output->fd);
    output->nameless = access(path, F_OK) == 0;
    if (!output->nameless) {
        close(output->fd);
        output->fd = -1;
    }
#endif
    return output->nameless;
}

/* Calls `make` with names in the target's folder, ".seqnet.1234.0.tmp", until one is free, which
 * then is output->temporary. They are short: the target's own may be as long as names can be. */
static seqnet_status find_name(seqnet_output *output, int (*make)(seqnet_output *, const char *),
                               seqnet_error *err)
{
    char *name;
    int made = -1;
    const size_t folder = folder_length(output->target), room = folder + 48;
    SN_TRY(sn_alloc(&name, room, 1, err));
    for (int attempt = 0; attempt < MAX_ATTEMPTS && made != 0; attempt++) {
        (void)snprintf(name, room, "%.*s.seqnet.%ld.%d.tmp", (int)folder, output->target,
                       (long)getpid(), attempt);
        made = make(output, name);
        if (made != 0 && errno != EEXIST)
            break;
    }
    if (made == 0) {
        output->temporary = name;
        return SEQNET_OK;
    }
    const seqnet_status status = cannot_write(output->target, err);
    free(name);
    return status;
}

static int create_file(seqnet_output *output, const char *name)
{
    output->fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    return output->fd < 0 ? -1 : 0;
}

static int link_nameless(seqnet_output *output, const char *name)
{
    char path[OWN_PATH];
    own_path(path, output->fd);
    return linkat(AT_FDCWD, path, AT_FDCWD, name, AT_SYMLINK_FOLLOW);
}

static seqnet_status open_output(seqnet_output *output, const char *path, seqnet_error *err)
{
    struct stat info;
    const bool exists = stat(path, &info) == 0;
    if (exists && S_ISDIR(info.st_mode))
        return sn_fail(err, SEQNET_ERR_WRITE, "%s: is a folder; name a file in it with the path",
                       path);
    if (exists && !S_ISREG(info.st_mode)) {
        SN_TRY(sn_copy_string(&output->target, path, strlen(path), err));
        output->fd = open(path, O_WRONLY | O_CLOEXEC);
        return output->fd < 0 ? cannot_write(path, err) : SEQNET_OK;
    }
    SN_TRY(resolve_target(&output->target, path, err));
    output->replaces = exists;
    if (!open_nameless(output))
        SN_TRY(find_name(output, create_file, err));
    /* A file that is replaced keeps its permissions, and its owner where that may be set. */
    if (exists && fchown(output->fd, info.st_uid, info.st_gid) != 0 && errno != EPERM)
        return cannot_write(path, err);
    if (exists && fchmod(output->fd, info.st_mode & 0777) != 0)
        return cannot_write(path, err);
    return SEQNET_OK;
}

seqnet_status seqnet_output_open(seqnet_output **output, const char *path, seqnet_error *err)
{
    SN_TRY(sn_alloc(output, 1, sizeof **output, err));
    (*output)->fd = -1;
    const seqnet_status status = open_output(*output, path, err);
    if (status != SEQNET_OK) {
        seqnet_output_discard(*output);
        *output = NULL;
    }
    return status;
}

seqnet_status seqnet_output_write(seqnet_output *output, const void *data, size_t size,
                                  seqnet_error *err)
{
    return sn_descriptor_write(output->fd, data, size) ? SEQNET_OK
                                                       : cannot_write(output->target, err);
}

int seqnet_output_descriptor(const seqnet_output *output)
{
    return output->fd;
}

/* Makes the rename itself durable; file systems that cannot sync a folder are left as they are. */
static void sync_folder_of(const char *path)
{
    char folder[PATH_MAX];
    const size_t length = folder_length(path);
    if (length >= sizeof folder)
        return;
    memcpy(folder, path, length);
    folder[length] = '\0';
    const int fd = open(length ? folder : ".", O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
}

/* Pipes and terminals cannot be synced, which is EINVAL and no failure. */
static bool sync_file(int fd)
{
    return fsync(fd) == 0 || errno == EINVAL || errno == EROFS || errno == ENOTSUP;
}

/* Gives the file the target's name. A name that is taken cannot be linked to, so that the file gets
 * another one first, for the moment until it is renamed. */
static seqnet_status put_in_place(seqnet_output *output, seqnet_error *err)
{
    if (output->nameless) {
        if (!output->replaces && link_nameless(output, output->target) == 0)
            return SEQNET_OK;
        output->replaces = output->replaces || errno == EEXIST;
        SN_TRY(find_name(output, link_nameless, err));
    }
    if (rename(output->temporary, output->target) != 0)
        return cannot_write(output->target, err);
    free(output->temporary);
    output->temporary = NULL;
    return SEQNET_OK;
}

/* Some file systems report a failed write only when the file is closed. */
static seqnet_status close_file(seqnet_output *output, seqnet_error *err)
{
    const int closed = close(output->fd);
    output->fd = -1;
    return closed == 0 ? SEQNET_OK : cannot_write(output->target, err);
}

static seqnet_status finish(seqnet_output *output, bool durable, seqnet_error *err)
{
    if (durable && !sync_file(output->fd))
        return cannot_write(output->target, err);
    /* A file without a name gets its name through its descriptor, which must be open. */
    if (!output->nameless)
        SN_TRY(close_file(output, err));
    if (output->temporary || output->nameless) {
        SN_TRY(put_in_place(output, err));
        if (durable)
            sync_folder_of(output->target);
    }
    return output->nameless ? close_file(output, err) : SEQNET_OK;
}

seqnet_status seqnet_output_commit(seqnet_output *output, bool *replaced, seqnet_error *err)
{
    const seqnet_status status = finish(output, true, err);
    if (replaced)
        *replaced = output->replaces;
    seqnet_output_discard(output);
    return status;
}

seqnet_status seqnet_output_commit_soon(seqnet_output *output, seqnet_error *err)
{
    const seqnet_status status = finish(output, false, err);
    seqnet_output_discard(output);
    return status;
}

void seqnet_output_discard(seqnet_output *output)
{
    if (!output)
        return;
    if (output->fd >= 0)
        close(output->fd);
    if (output->temporary)
        (void)unlink(output->temporary);
    free(output->temporary);
    free(output->target);
    free(output);
}

seqnet_status seqnet_output_check(const char *path, seqnet_error *err)
{
    struct stat info;
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode))
        return access(path, W_OK) == 0 ? SEQNET_OK : cannot_write(path, err);
    seqnet_output *probe = NULL;
    SN_TRY(seqnet_output_open(&probe, path, err));
    seqnet_output_discard(probe);
    return SEQNET_OK;
}
