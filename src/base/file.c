#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"

#include "banned.h"

enum { READ_CHUNK = 1 << 16, MAX_ATTEMPTS = 1000 };

static const char *shown_name(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

static seqnet_status read_to_end(sn_bytes *bytes, int fd, const char *path, seqnet_status failure,
                                 seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    uint8_t *data = NULL;
    size_t capacity = 0, size = 0;
    for (;;) {
        SN_GOTO(sn_grow(&data, &capacity, size + READ_CHUNK, 1, err));
        const ssize_t got = read(fd, data + size, READ_CHUNK);
        if (got == 0)
            break;
        if (got > 0)
            size += (size_t)got;
        else if (errno != EINTR)
            SN_GOTO(
                sn_fail(err, failure, "%s: cannot be read: %s", shown_name(path), strerror(errno)));
    }
    *bytes = (sn_bytes){.data = data, .size = size, .mapped = false};
    data = NULL;
out:
    free(data);
    return status;
}

static seqnet_status map_whole(sn_bytes *bytes, int fd, size_t size, const char *path,
                               seqnet_status failure, seqnet_error *err)
{
    void *const view = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (view == MAP_FAILED)
        return sn_fail(err, failure, "%s: cannot be mapped into memory: %s", path, strerror(errno));
    *bytes = (sn_bytes){.data = view, .size = size, .mapped = true};
    return SEQNET_OK;
}

static seqnet_status read_open_file(sn_bytes *bytes, int fd, const char *path,
                                    seqnet_status failure, seqnet_error *err)
{
    struct stat info;
    if (fstat(fd, &info) != 0)
        return sn_fail(err, failure, "%s: cannot be read: %s", shown_name(path), strerror(errno));
    if (S_ISDIR(info.st_mode))
        return sn_fail(err, failure, "%s: is a folder; name a file in it", path);
    if (S_ISREG(info.st_mode) && info.st_size > 0 && lseek(fd, 0, SEEK_CUR) == 0)
        return map_whole(bytes, fd, (size_t)info.st_size, path, failure, err);
    return read_to_end(bytes, fd, path, failure, err);
}

seqnet_status sn_bytes_open(sn_bytes *bytes, const char *path, seqnet_status failure,
                            seqnet_error *err)
{
    *bytes = (sn_bytes){0};
    const bool standard = strcmp(path, "-") == 0;
    const int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return sn_fail(err, failure, "%s: cannot be opened: %s", path, strerror(errno));
    seqnet_status status = read_open_file(bytes, fd, path, failure, err);
    if (!standard)
        close(fd);
    if (status == SEQNET_OK && bytes->size == 0) {
        sn_bytes_close(bytes);
        status = sn_fail(err, failure, "%s: is empty", shown_name(path));
    }
    return status;
}

void sn_bytes_close(sn_bytes *bytes)
{
    if (bytes->mapped)
        munmap((void *)(uintptr_t)bytes->data, bytes->size);
    else
        free((void *)(uintptr_t)bytes->data);
    *bytes = (sn_bytes){0};
}

bool sn_has_ending(const char *path, const char *ending)
{
    const size_t length = strlen(path), wanted = strlen(ending);
    return length > wanted && strcmp(path + length - wanted, ending) == 0;
}

bool sn_file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

struct sn_output {
    int fd;
    char *target;    /* what the user named, links resolved */
    char *temporary; /* NULL when the target is written directly */
    bool replaces;
};

static seqnet_status cannot_write(const char *path, seqnet_error *err)
{
    const char *const remedy = errno == ENOENT   ? "; create the folder first"
                               : errno == EACCES ? "; choose another place with -o"
                               : errno == ENOSPC ? "; free some space or choose another place"
                                                 : "";
    return sn_fail(err, SEQNET_ERR_WRITE, "%s: cannot be written: %s%s", path, strerror(errno),
                   remedy);
}

/* The resolved path of an existing target, else the path itself. */
static seqnet_status resolve_target(char **target, const char *path, bool exists, seqnet_error *err)
{
    char *const resolved = exists ? realpath(path, NULL) : NULL;
    if (resolved) {
        *target = resolved;
        return SEQNET_OK;
    }
    return sn_copy_string(target, path, strlen(path), err);
}

/* A new file beside the target: "model.safetensors.1234.0.tmp". */
static seqnet_status open_temporary(sn_output *output, seqnet_error *err)
{
    const size_t room = strlen(output->target) + 48;
    SN_TRY(sn_alloc(&output->temporary, room, 1, err));
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        (void)snprintf(output->temporary, room, "%s.%ld.%d.tmp", output->target, (long)getpid(),
                       attempt);
        output->fd = open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (output->fd >= 0 || errno != EEXIST)
            break;
    }
    if (output->fd >= 0)
        return SEQNET_OK;
    const seqnet_status status = cannot_write(output->target, err);
    free(output->temporary); /* it is not ours to remove */
    output->temporary = NULL;
    return status;
}

static seqnet_status open_output(sn_output *output, const char *path, seqnet_error *err)
{
    struct stat info;
    const bool exists = stat(path, &info) == 0;
    SN_TRY(resolve_target(&output->target, path, exists, err));
    if (exists && S_ISDIR(info.st_mode))
        return sn_fail(err, SEQNET_ERR_WRITE, "%s: is a folder; name a file in it with -o", path);
    if (exists && !S_ISREG(info.st_mode)) {
        output->fd = open(path, O_WRONLY | O_CLOEXEC);
        return output->fd < 0 ? cannot_write(path, err) : SEQNET_OK;
    }
    output->replaces = exists;
    SN_TRY(open_temporary(output, err));
    /* Of a file that is replaced the permissions stay, whatever the umask. */
    if (exists && fchmod(output->fd, info.st_mode & 0777) != 0)
        return cannot_write(path, err);
    return SEQNET_OK;
}

seqnet_status sn_output_open(sn_output **output, const char *path, seqnet_error *err)
{
    SN_TRY(sn_alloc(output, 1, sizeof **output, err));
    (*output)->fd = -1;
    const seqnet_status status = open_output(*output, path, err);
    if (status != SEQNET_OK) {
        sn_output_discard(*output);
        *output = NULL;
    }
    return status;
}

seqnet_status sn_output_write(sn_output *output, const void *data, size_t size, seqnet_error *err)
{
    const uint8_t *pos = data;
    while (size > 0) {
        const ssize_t done = write(output->fd, pos, size);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return cannot_write(output->target, err);
        pos += done;
        size -= (size_t)done;
    }
    return SEQNET_OK;
}

/* Makes the rename itself durable; file systems that cannot sync a folder are left as they are. */
static void sync_folder_of(const char *path)
{
    char folder[4096];
    const char *const slash = strrchr(path, '/');
    const size_t length = slash ? (size_t)(slash - path) : 0;
    if (length >= sizeof folder)
        return;
    memcpy(folder, path, length);
    folder[length] = '\0';
    const int fd = open(slash ? (length ? folder : "/") : ".", O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
}

static seqnet_status finish(sn_output *output, seqnet_error *err)
{
    /* Pipes and terminals cannot be synced and say EINVAL: nothing is lost there. */
    if (fsync(output->fd) != 0 && errno != EINVAL && errno != EROFS && errno != ENOTSUP)
        return cannot_write(output->target, err);
    const int closed = close(output->fd);
    output->fd = -1;
    if (closed != 0)
        return cannot_write(output->target, err);
    if (!output->temporary)
        return SEQNET_OK;
    if (rename(output->temporary, output->target) != 0)
        return cannot_write(output->target, err);
    free(output->temporary);
    output->temporary = NULL;
    sync_folder_of(output->target);
    return SEQNET_OK;
}

seqnet_status sn_output_commit(sn_output *output, bool *replaced, seqnet_error *err)
{
    const seqnet_status status = finish(output, err);
    if (replaced)
        *replaced = output->replaces;
    sn_output_discard(output);
    return status;
}

void sn_output_discard(sn_output *output)
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

seqnet_status sn_output_check(const char *path, seqnet_error *err)
{
    struct stat info;
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode))
        return access(path, W_OK) == 0 ? SEQNET_OK : cannot_write(path, err);
    sn_output *probe = NULL;
    SN_TRY(sn_output_open(&probe, path, err));
    sn_output_discard(probe);
    return SEQNET_OK;
}
