#include "file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buffer.h"
#include "descriptor.h"
#include "memory.h"

#include "banned.h"

enum { READ_CHUNK = 1 << 16 };

static seqnet_status cannot_read(const char *path, seqnet_status failure, seqnet_error *err)
{
    return sn_fail_errno(err, failure, sn_shown_path(path), "read");
}

/* Reads *size bytes, or fewer at the end of the file; *size becomes the number of bytes read. */
static seqnet_status fill(uint8_t *data, size_t *size, int fd, const char *path,
                          seqnet_status failure, seqnet_error *err)
{
    size_t done = 0;
    while (done < *size) {
        const ssize_t got = sn_descriptor_read(fd, data + done, *size - done);
        if (got < 0)
            return cannot_read(path, failure, err);
        if (got == 0)
            break;
        done += (size_t)got;
    }
    *size = done;
    return SEQNET_OK;
}

/* Moves the bytes of a buffer to *bytes; the buffer is empty afterwards. */
static void take(sn_bytes *bytes, sn_buffer *buffer)
{
    *bytes = (sn_bytes){.data = (const uint8_t *)buffer->bytes, .size = buffer->length};
    *buffer = (sn_buffer){0};
}

/* Reads a pipe or a device to its end. */
static seqnet_status read_to_end(sn_bytes *bytes, int fd, const char *path, seqnet_status failure,
                                 seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    sn_buffer buffer = {0};
    size_t got = 1;
    while (got > 0) {
        SN_GOTO(sn_buffer_reserve(&buffer, READ_CHUNK, err));
        got = READ_CHUNK;
        SN_GOTO(fill((uint8_t *)buffer.bytes + buffer.length, &got, fd, path, failure, err));
        buffer.length += got;
    }
    take(bytes, &buffer);
out:
    sn_buffer_free(&buffer);
    return status;
}

/* Reads a regular file of `size` bytes; bytes that are appended to it meanwhile are left out. */
static seqnet_status read_whole(sn_bytes *bytes, int fd, size_t size, const char *path,
                                seqnet_status failure, seqnet_error *err)
{
    uint8_t *block;
    size_t got = size;
    SN_TRY(sn_alloc_pages(&block, size, err));
    seqnet_status status = fill(block, &got, fd, path, failure, err);
    if (status == SEQNET_OK && got < size)
        status = sn_fail(err, failure, "%s: became shorter while it was read; try again",
                         sn_shown_path(path));
    if (status == SEQNET_OK)
        *bytes = (sn_bytes){.data = block, .size = size};
    else
        free(block);
    return status;
}

/* Whether reading may never end: a device such as /dev/zero. /dev/null and a terminal end. */
static bool is_endless(int fd, const struct stat *info)
{
    struct stat null;
    const bool is_null = stat("/dev/null", &null) == 0 && info->st_rdev == null.st_rdev;
    return S_ISBLK(info->st_mode) || (S_ISCHR(info->st_mode) && !is_null && !isatty(fd));
}

static seqnet_status read_open_file(sn_bytes *bytes, int fd, const char *path,
                                    seqnet_status failure, seqnet_error *err)
{
    struct stat info;
    if (fstat(fd, &info) != 0)
        return cannot_read(path, failure, err);
    if (S_ISDIR(info.st_mode))
        return sn_fail(err, failure, "%s: is a folder; name a file in it", path);
    if (is_endless(fd, &info))
        return sn_fail(err, failure, "%s: is a device, which may have no end; name a file", path);
    if (S_ISREG(info.st_mode) && info.st_size > 0 && lseek(fd, 0, SEEK_CUR) == 0)
        return read_whole(bytes, fd, (size_t)info.st_size, path, failure, err);
    return read_to_end(bytes, fd, path, failure, err);
}

seqnet_status sn_bytes_open(sn_bytes *bytes, const char *path, seqnet_status failure,
                            seqnet_error *err)
{
    *bytes = (sn_bytes){0};
    const bool standard = strcmp(path, "-") == 0;
    const int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return sn_fail_errno(err, failure, path, "opened");
    seqnet_status status = read_open_file(bytes, fd, path, failure, err);
    if (!standard)
        close(fd);
    if (status == SEQNET_OK && bytes->size == 0) {
        sn_bytes_close(bytes);
        status = sn_fail(err, failure, "%s: is empty", sn_shown_path(path));
    }
    return status;
}

seqnet_status sn_bytes_read(sn_bytes *bytes, sn_byte_stream *stream, seqnet_error *err)
{
    sn_buffer buffer = {0};
    *bytes = (sn_bytes){0};
    const seqnet_status status = sn_stream_read_all(stream, &buffer, err);
    if (status == SEQNET_OK)
        take(bytes, &buffer);
    sn_buffer_free(&buffer);
    return status;
}

seqnet_status sn_bytes_open_text(sn_bytes *bytes, const char *path, seqnet_error *err)
{
    sn_byte_stream *stream;
    *bytes = (sn_bytes){0};
    SN_TRY(sn_stream_open(&stream, path, err));
    seqnet_status status = sn_stream_expect_text(stream, &(sn_text_options){0}, err);
    if (status == SEQNET_OK)
        status = sn_bytes_read(bytes, stream, err);
    sn_stream_close(stream);
    if (status == SEQNET_OK && bytes->size == 0) {
        sn_bytes_close(bytes);
        status = sn_fail(err, SEQNET_ERR_DATA, "%s: is empty", sn_shown_path(path));
    }
    return status;
}

void sn_bytes_close(sn_bytes *bytes)
{
    free((void *)(uintptr_t)bytes->data);
    *bytes = (sn_bytes){0};
}

/* Whether path[0 .. length) ends in `ending` and is longer than it. */
static bool ends(const char *path, size_t length, const char *ending)
{
    const size_t wanted = strlen(ending);
    return length > wanted && strncasecmp(path + length - wanted, ending, wanted) == 0;
}

bool sn_has_ending(const char *path, const char *ending)
{
    return ends(path, strlen(path), ending);
}

bool sn_has_ending_packed(const char *path, const char *ending)
{
    static const char PACKED[] = ".gz";
    const size_t length = strlen(path);
    return ends(path, length, ending) ||
           (ends(path, length, PACKED) && ends(path, length - (sizeof PACKED - 1), ending));
}

size_t sn_file_begins(const char *path, uint8_t *bytes, size_t size)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fill(bytes, &size, fd, path, SEQNET_ERR_DATA, NULL) != SEQNET_OK)
        size = 0;
    if (fd >= 0)
        close(fd);
    return size;
}

bool sn_file_exists(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}
