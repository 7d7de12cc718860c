/*
 * The first read goes into `ahead`, where the magic bytes are examined. The caller of a plain file
 * then gets these bytes, and later reads go directly to the caller's memory. For a gzip file, each
 * read goes to `ahead`, from which zlib inflates. next_in and avail_in are the unread part of
 * `ahead` in both cases.
 */
#include "stream.h"

#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "descriptor.h"
#include "memory.h"

#include "banned.h"

enum {
    AHEAD = 1 << 16,
    /* The most bytes of a read, so that counts fit into the types of zlib and the system. */
    MAX_READ = 1 << 30,
    GZIP_WINDOW = 15 + 16,
    MAGIC_1 = 0x1f,
    MAGIC_2 = 0x8b
};

typedef enum kind { NOT_KNOWN, PLAIN, GZIP } kind;

struct sn_byte_stream {
    /* -1 for bytes in memory. */
    int fd;
    /* The bytes in memory; else NULL. */
    const uint8_t *memory;
    char *place;
    /* The bytes of a regular file from where reading began; 0 when that is not known. */
    size_t size;
    /* How many bytes have been read from fd. */
    size_t position;
    bool standard, regular;
    /* fd is at its end, or nothing more is read after an error. */
    bool at_end;
    /* The position in a gzip file is between a member's first and last byte. */
    bool in_member;
    kind kind;
    /* An error that was found while bytes before it were still to be returned. */
    seqnet_error late;
    z_stream z;
    /* NULL: the bytes need not be text. */
    sn_text_step *text;
    uint8_t ahead[AHEAD];
};

static seqnet_status inspect(sn_byte_stream *stream, seqnet_error *err)
{
    struct stat info;
    if (fstat(stream->fd, &info) != 0)
        return sn_fail_errno(err, SEQNET_ERR_DATA, stream->place, "read");
    if (S_ISDIR(info.st_mode))
        return sn_fail(err, SEQNET_ERR_DATA, "%s: is a folder; name a file in it", stream->place);
    const off_t offset = S_ISREG(info.st_mode) ? lseek(stream->fd, 0, SEEK_CUR) : 0;
    stream->regular = S_ISREG(info.st_mode);
    if (stream->regular && offset >= 0 && offset < info.st_size)
        stream->size = (size_t)(info.st_size - offset);
    return SEQNET_OK;
}

const char *sn_shown_path(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

static seqnet_status open_file(sn_byte_stream *stream, const char *path, seqnet_error *err)
{
    stream->standard = strcmp(path, "-") == 0;
    const char *const place = sn_shown_path(path);
    stream->fd = stream->standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (stream->fd < 0)
        return sn_fail_errno(err, SEQNET_ERR_DATA, path, "opened");
    SN_TRY(sn_copy_string(&stream->place, place, strlen(place), err));
    return inspect(stream, err);
}

seqnet_status sn_stream_open(sn_byte_stream **stream, const char *path, seqnet_error *err)
{
    SN_TRY(sn_alloc(stream, 1, sizeof **stream, err));
    const seqnet_status status = open_file(*stream, path, err);
    if (status != SEQNET_OK) {
        sn_stream_close(*stream);
        *stream = NULL;
    }
    return status;
}

seqnet_status sn_stream_open_bytes(sn_byte_stream **stream, const void *bytes, size_t size,
                                   const char *place, seqnet_error *err)
{
    SN_TRY(sn_alloc(stream, 1, sizeof **stream, err));
    (*stream)->fd = -1;
    (*stream)->memory = bytes;
    (*stream)->size = size;
    (*stream)->regular = true;
    const seqnet_status status = sn_copy_string(&(*stream)->place, place, strlen(place), err);
    if (status != SEQNET_OK) {
        sn_stream_close(*stream);
        *stream = NULL;
    }
    return status;
}

void sn_stream_close(sn_byte_stream *stream)
{
    if (!stream)
        return;
    if (stream->kind == GZIP)
        (void)inflateEnd(&stream->z);
    if (!stream->standard && stream->fd >= 0)
        close(stream->fd);
    sn_text_step_free(stream->text);
    free(stream->place);
    free(stream);
}

const char *sn_stream_place(const sn_byte_stream *stream)
{
    return stream->place;
}

static void read_memory(sn_byte_stream *stream, void *data, size_t capacity, size_t *got)
{
    const size_t left = stream->size - stream->position;
    *got = left < capacity ? left : capacity;
    if (*got > 0)
        memcpy(data, stream->memory + stream->position, *got);
    stream->position += *got;
    stream->at_end = *got == 0;
}

static seqnet_status read_file(sn_byte_stream *stream, void *data, size_t capacity, size_t *got,
                               seqnet_error *err)
{
    if (stream->fd < 0) {
        read_memory(stream, data, capacity, got);
        return SEQNET_OK;
    }
    const ssize_t count = sn_descriptor_read(stream->fd, data, capacity);
    *got = count > 0 ? (size_t)count : 0;
    stream->position += *got;
    stream->at_end = count <= 0;
    if (count < 0)
        return sn_fail_errno(err, SEQNET_ERR_DATA, stream->place, "read");
    if (count == 0 && stream->position < stream->size)
        return sn_fail(err, SEQNET_ERR_DATA, "%s: became shorter while it was read; try again",
                       stream->place);
    return SEQNET_OK;
}

/* Reads more bytes behind the unread ones in `ahead`, of which there are few. */
static seqnet_status read_ahead(sn_byte_stream *stream, seqnet_error *err)
{
    size_t got;
    const size_t kept = stream->z.avail_in;
    if (kept > 0)
        memmove(stream->ahead, stream->z.next_in, kept);
    SN_TRY(read_file(stream, stream->ahead + kept, AHEAD - kept, &got, err));
    stream->z.next_in = stream->ahead;
    stream->z.avail_in = (uInt)(kept + got);
    return SEQNET_OK;
}

static seqnet_status start_inflating(sn_byte_stream *stream, seqnet_error *err)
{
    if (inflateInit2(&stream->z, GZIP_WINDOW) != Z_OK)
        return sn_fail(err, SEQNET_ERR_MEMORY, "%s: out of memory for inflating", stream->place);
    stream->kind = GZIP;
    stream->in_member = true;
    return SEQNET_OK;
}

static seqnet_status recognise(sn_byte_stream *stream, seqnet_error *err)
{
    while (!stream->at_end &&
           (stream->z.avail_in == 0 || (stream->z.avail_in == 1 && stream->ahead[0] == MAGIC_1)))
        SN_TRY(read_ahead(stream, err));
    if (stream->z.avail_in >= 2 && stream->ahead[0] == MAGIC_1 && stream->ahead[1] == MAGIC_2)
        return start_inflating(stream, err);
    stream->kind = PLAIN;
    return SEQNET_OK;
}

static seqnet_status read_plain(sn_byte_stream *stream, void *data, size_t capacity, size_t *got,
                                seqnet_error *err)
{
    const size_t ahead = stream->z.avail_in;
    if (ahead == 0)
        return stream->at_end ? SEQNET_OK : read_file(stream, data, capacity, got, err);
    *got = ahead < capacity ? ahead : capacity;
    memcpy(data, stream->z.next_in, *got);
    stream->z.next_in += *got;
    stream->z.avail_in -= (uInt)*got;
    return SEQNET_OK;
}

static seqnet_status damaged(const sn_byte_stream *stream, seqnet_error *err)
{
    return sn_fail(err, SEQNET_ERR_DATA,
                   "%s: is damaged: its gzip data is not valid before byte %zu (%s); fetch it "
                   "again",
                   stream->place, sn_stream_position(stream),
                   stream->z.msg ? stream->z.msg : "no reason given");
}

/* After a member there is another one, zeros that fill a block, or damage. */
static seqnet_status begin_member(sn_byte_stream *stream, seqnet_error *err)
{
    z_stream *const z = &stream->z;
    for (; z->avail_in > 0 && *z->next_in == 0; z->avail_in--)
        z->next_in++;
    if (z->avail_in == 0)
        return SEQNET_OK;
    if (*z->next_in != MAGIC_1)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: is damaged: other bytes follow its gzip data at byte %zu; fetch it "
                       "again",
                       stream->place, sn_stream_position(stream));
    (void)inflateReset(z);
    stream->in_member = true;
    return SEQNET_OK;
}

static seqnet_status inflate_some(sn_byte_stream *stream, seqnet_error *err)
{
    const int result = inflate(&stream->z, Z_SYNC_FLUSH);
    if (result == Z_MEM_ERROR)
        return sn_fail(err, SEQNET_ERR_MEMORY, "%s: out of memory for inflating", stream->place);
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
        return damaged(stream, err);
    stream->in_member = result != Z_STREAM_END;
    return SEQNET_OK;
}

/* Reads, inflates or begins a member, once; *goes_on is false at the end of the data. */
static seqnet_status step(sn_byte_stream *stream, bool *goes_on, seqnet_error *err)
{
    if (stream->z.avail_in == 0 && !stream->at_end)
        SN_TRY(read_ahead(stream, err));
    *goes_on = stream->z.avail_in > 0;
    if (!*goes_on && stream->in_member)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: is cut short: its gzip data stops in the middle, after %zu bytes; "
                       "fetch it again",
                       stream->place, sn_stream_position(stream));
    if (!*goes_on)
        return SEQNET_OK;
    return stream->in_member ? inflate_some(stream, err) : begin_member(stream, err);
}

/* zlib may still hold output when it has used all its input: a read that was filled to the last
 * byte must not make the next one wait. */
static seqnet_status read_gzip(sn_byte_stream *stream, void *data, size_t capacity, size_t *got,
                               seqnet_error *err)
{
    seqnet_status status = SEQNET_OK;
    bool goes_on = true;
    stream->z.next_out = data;
    stream->z.avail_out = (uInt)capacity;
    if (stream->in_member && stream->z.avail_in == 0)
        status = inflate_some(stream, err);
    while (status == SEQNET_OK && goes_on && stream->z.avail_out == capacity)
        status = step(stream, &goes_on, err);
    *got = capacity - stream->z.avail_out;
    return status;
}

static seqnet_status read_kind(sn_byte_stream *stream, void *data, size_t capacity, size_t *got,
                               seqnet_error *err)
{
    if (stream->kind == NOT_KNOWN && !(stream->at_end && stream->z.avail_in == 0))
        SN_TRY(recognise(stream, err));
    return stream->kind == GZIP ? read_gzip(stream, data, capacity, got, err)
                                : read_plain(stream, data, capacity, got, err);
}

seqnet_status sn_stream_peek(sn_byte_stream *stream, void *data, size_t count, size_t *got,
                             seqnet_error *err)
{
    *got = 0;
    while (stream->z.avail_in < count && !stream->at_end)
        SN_TRY(read_ahead(stream, err));
    *got = stream->z.avail_in < count ? stream->z.avail_in : count;
    if (*got > 0)
        memcpy(data, stream->z.next_in, *got);
    return SEQNET_OK;
}

static seqnet_status read_bytes(void *user, void *data, size_t capacity, size_t *got,
                                seqnet_error *err)
{
    sn_byte_stream *const stream = user;
    seqnet_error *const late = &stream->late;
    *got = 0;
    if (late->status == SEQNET_OK &&
        read_kind(stream, data, capacity < MAX_READ ? capacity : MAX_READ, got, late) !=
            SEQNET_OK) {
        stream->at_end = true;
        stream->in_member = false;
        stream->z.avail_in = 0;
    }
    if (late->status == SEQNET_OK || *got > 0)
        return SEQNET_OK;
    const seqnet_status status = sn_fail(err, late->status, "%s", late->message);
    late->status = SEQNET_OK;
    return status;
}

seqnet_status sn_stream_read(sn_byte_stream *stream, void *data, size_t capacity, size_t *got,
                             seqnet_error *err)
{
    return stream->text ? sn_text_step_read(stream->text, data, capacity, got, err)
                        : read_bytes(stream, data, capacity, got, err);
}

seqnet_status sn_stream_expect_text(sn_byte_stream *stream, const sn_text_options *options,
                                    seqnet_error *err)
{
    return sn_text_step_open(&stream->text, options, read_bytes, stream, !stream->regular,
                             stream->place, err);
}

/* Reserves the size of the file and one byte more, in which the last read finds the end without
 * making the buffer grow. */
seqnet_status sn_stream_read_all(sn_byte_stream *stream, sn_buffer *buffer, seqnet_error *err)
{
    size_t got = 1;
    SN_TRY(sn_buffer_reserve(buffer, sn_stream_size(stream), err));
    while (got > 0) {
        if (buffer->length == buffer->capacity)
            SN_TRY(sn_buffer_reserve(buffer, AHEAD, err));
        SN_TRY(sn_stream_read(stream, buffer->bytes + buffer->length,
                              buffer->capacity - buffer->length, &got, err));
        buffer->length += got;
    }
    return SEQNET_OK;
}

bool sn_stream_ready(const sn_byte_stream *stream)
{
    struct pollfd wanted = {.fd = stream->fd, .events = POLLIN};
    if (stream->regular || stream->at_end || stream->z.avail_in > 0 ||
        (stream->text && sn_text_step_holds(stream->text)))
        return true;
    return poll(&wanted, 1, 0) > 0;
}

bool sn_stream_transforms(const sn_byte_stream *stream)
{
    return stream->kind == GZIP || (stream->text && sn_text_step_decodes(stream->text));
}

size_t sn_stream_position(const sn_byte_stream *stream)
{
    return stream->position - stream->z.avail_in;
}

size_t sn_stream_size(const sn_byte_stream *stream)
{
    return stream->size;
}
