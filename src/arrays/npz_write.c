/*
 * libzip reads each member through a callback when the archive is closed. A member is an npy
 * header, then one row after the other, each padded into a buffer of one row. The archive is built
 * in memory, because libzip would replace the target by itself, even a device or a pipe.
 */
#include "npz_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/output.h>

#include "memory.h"
#include "pad.h"
#include "utf8.h"
#include "zip_library.h"

#include "banned.h"

enum { NPY_HEADER = 128, MEMBERS = 5, COMPRESSION_LEVEL = 3 };

/* A member that is being written: its header is piece 0, and its row r is piece r + 1. */
typedef struct member {
    /* The rows of x and y. */
    const sn_rows *rows;
    /* The names of the classes; NULL for other members. */
    const sn_string_set *names;
    /* The member is y: one piece of 4 bytes for each row. */
    bool is_labels;
    /* How many rows, or names. */
    size_t count;
    /* The columns of x; 1 for y; the characters of the longest name. */
    size_t columns;
    seqnet_side padding, truncating;
    char header[NPY_HEADER];
    int32_t *row;
    /* [columns]: the ids of a row before it is padded. */
    int32_t *wide;
    size_t next_piece;
    const uint8_t *piece;
    size_t piece_left;
} member;

/* The npy 1.0 header: magic, version, length of the rest, a Python dict, and spaces and a newline
 * up to a multiple of 64. */
static void fill_header(member *m)
{
    char shape[64], type[32] = "<i4", dict[NPY_HEADER];
    if (m->is_labels || m->names)
        (void)snprintf(shape, sizeof shape, "(%zu,)", m->count);
    else
        (void)snprintf(shape, sizeof shape, "(%zu, %zu)", m->count, m->columns);
    if (m->names)
        (void)snprintf(type, sizeof type, "<U%zu", m->columns);
    const int length =
        snprintf(dict, sizeof dict, "{'descr': '%.24s', 'fortran_order': False, 'shape': %.48s, }",
                 type, shape);
    memset(m->header, ' ', NPY_HEADER);
    memcpy(m->header, "\x93NUMPY\x01\x00", 8);
    m->header[8] = NPY_HEADER - 10;
    m->header[9] = 0;
    memcpy(m->header + 10, dict, (size_t)length);
    m->header[NPY_HEADER - 1] = '\n';
}

static void store_little_endian(int32_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const uint32_t value = (uint32_t)values[i];
        const uint8_t bytes[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
                                  (uint8_t)(value >> 24)};
        memcpy(&values[i], bytes, sizeof bytes);
    }
}

/* Decodes at most `room` characters of a name to `out`; returns how many characters it has. */
static size_t decode_name(const sn_string_set *names, size_t number, int32_t *out, size_t room)
{
    size_t length, count = 0;
    const char *const name = sn_string_set_get(names, number, &length);
    for (size_t i = 0; i < length; count++) {
        int32_t code;
        i += sn_utf8_decode(name + i, length - i, &code);
        if (count < room)
            out[count] = code < 0 ? 0xfffd : code;
    }
    return count;
}

static size_t longest_name(const sn_string_set *names)
{
    size_t longest = 1;
    for (size_t i = 0; i < names->count; i++) {
        const size_t length = decode_name(names, i, NULL, 0);
        longest = length > longest ? length : longest;
    }
    return longest;
}

/* Prepares the next piece; false at the end of the member. */
static bool next_piece(member *m)
{
    const size_t number = m->next_piece++;
    if (number == 0) {
        m->piece = (const uint8_t *)m->header;
        m->piece_left = NPY_HEADER;
        return true;
    }
    const size_t row = number - 1;
    if (row >= m->count)
        return false;
    const size_t width = m->columns;
    if (m->names) {
        memset(m->row, 0, width * sizeof *m->row);
        (void)decode_name(m->names, row, m->row, width);
    } else if (!m->is_labels) {
        size_t length;
        const int32_t *const ids =
            sn_rows_cut(m->rows, row, width, m->truncating, &length, m->wide);
        sn_pad(m->row, width, ids, length, m->padding, m->truncating);
    } else {
        m->row[0] = m->rows->labels[row];
    }
    store_little_endian(m->row, width);
    m->piece = (const uint8_t *)m->row;
    m->piece_left = width * sizeof *m->row;
    return true;
}

static zip_int64_t read_member(member *m, uint8_t *out, size_t room)
{
    size_t done = 0;
    while (done < room && (m->piece_left > 0 || next_piece(m))) {
        const size_t part = m->piece_left < room - done ? m->piece_left : room - done;
        memcpy(out + done, m->piece, part);
        m->piece += part;
        m->piece_left -= part;
        done += part;
    }
    return (zip_int64_t)done;
}

static zip_int64_t describe_member(const member *m, zip_stat_t *info)
{
    sn_libzip.stat_init(info);
    info->size = NPY_HEADER + (zip_uint64_t)m->count * m->columns * sizeof(int32_t);
    info->valid = ZIP_STAT_SIZE;
    return (zip_int64_t)sizeof *info;
}

static zip_int64_t member_source(void *state, void *data, zip_uint64_t size,
                                 zip_source_cmd_t command)
{
    member *const m = state;
    if (command == ZIP_SOURCE_SUPPORTS)
        return sn_libzip.source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ,
                                                    ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT,
                                                    ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE, -1);
    if (command == ZIP_SOURCE_OPEN) {
        m->next_piece = 0;
        m->piece_left = 0;
        return 0;
    }
    if (command == ZIP_SOURCE_READ)
        return read_member(m, data, (size_t)size);
    if (command == ZIP_SOURCE_STAT)
        return describe_member(m, data);
    return 0;
}

static seqnet_status zip_failed(const char *path, const char *why, seqnet_error *err)
{
    return sn_fail(err, SEQNET_ERR_WRITE, "%s: the archive cannot be built: %s", path, why);
}

static seqnet_status add_member(zip_t *archive, const char *name, member *m, const char *path,
                                seqnet_error *err)
{
    zip_source_t *const source = sn_libzip.source_function(archive, member_source, m);
    const zip_int64_t index = source ? sn_libzip.file_add(archive, name, source, 0) : -1;
    if (index < 0) {
        sn_libzip.source_free(source);
        return zip_failed(path, sn_libzip.strerror(archive), err);
    }
    (void)sn_libzip.set_file_compression(archive, (zip_uint64_t)index, ZIP_CM_DEFLATE,
                                         COMPRESSION_LEVEL);
    /* The time is fixed, so that equal arrays give equal files. */
    (void)sn_libzip.file_set_mtime(archive, (zip_uint64_t)index, 315532800, 0);
    return SEQNET_OK;
}

/* Builds the archive in `buffer`, which stays the caller's. */
static seqnet_status build_archive(zip_source_t *buffer, member members[MEMBERS], const char *path,
                                   seqnet_error *err)
{
    static const char *const names[MEMBERS] = {"x_train.npy", "y_train.npy", "x_test.npy",
                                               "y_test.npy", "labels.npy"};
    const size_t count = members[MEMBERS - 1].names ? MEMBERS : MEMBERS - 1;
    zip_error_t error;
    sn_libzip.error_init(&error);
    /* The archive owns one reference, and the caller keeps another. */
    sn_libzip.source_keep(buffer);
    zip_t *const archive = sn_libzip.open_from_source(buffer, ZIP_CREATE | ZIP_TRUNCATE, &error);
    if (!archive) {
        sn_libzip.source_free(buffer);
        return zip_failed(path, sn_libzip.error_strerror(&error), err);
    }
    seqnet_status status = SEQNET_OK;
    for (size_t i = 0; i < count && status == SEQNET_OK; i++)
        status = add_member(archive, names[i], &members[i], path, err);
    if (status == SEQNET_OK && sn_libzip.close(archive) == 0)
        return SEQNET_OK;
    if (status == SEQNET_OK)
        status = zip_failed(path, sn_libzip.strerror(archive), err);
    sn_libzip.discard(archive);
    return status;
}

static seqnet_status copy_to_file(zip_source_t *buffer, const char *path, bool *replaced,
                                  seqnet_error *err)
{
    static const size_t chunk = 1 << 16;
    seqnet_status status = SEQNET_OK;
    seqnet_output *output = NULL;
    uint8_t *bytes = NULL;
    SN_GOTO(sn_alloc(&bytes, chunk, 1, err));
    SN_GOTO(seqnet_output_open(&output, path, err));
    if (sn_libzip.source_open(buffer) != 0)
        SN_GOTO(zip_failed(path, "its buffer cannot be read", err));
    zip_int64_t got = 1;
    while (status == SEQNET_OK && (got = sn_libzip.source_read(buffer, bytes, chunk)) > 0)
        status = seqnet_output_write(output, bytes, (size_t)got, err);
    sn_libzip.source_close(buffer);
    if (got < 0)
        status = zip_failed(path, "its buffer cannot be read", err);
    if (status == SEQNET_OK) {
        status = seqnet_output_commit(output, replaced, err);
        output = NULL;
    }
out:
    seqnet_output_discard(output);
    free(bytes);
    return status;
}

seqnet_status sn_npz_write_padded(const char *path, const sn_rows parts[2], const size_t maxlens[2],
                                  seqnet_side padding, seqnet_side truncating,
                                  const sn_string_set *names, bool *replaced, seqnet_error *err)
{
    SN_TRY(sn_zip_library_open(SEQNET_ERR_WRITE, err));
    seqnet_status status = SEQNET_OK;
    zip_source_t *buffer = NULL;
    member members[MEMBERS] = {0};
    for (size_t i = 0; i < MEMBERS - 1; i++) {
        const bool is_labels = i % 2 == 1;
        members[i] = (member){.rows = &parts[i / 2],
                              .is_labels = is_labels,
                              .count = parts[i / 2].count,
                              .columns = is_labels ? 1 : maxlens[i / 2],
                              .padding = padding,
                              .truncating = truncating};
    }
    if (names)
        members[MEMBERS - 1] =
            (member){.names = names, .count = names->count, .columns = longest_name(names)};
    for (size_t i = 0; i < MEMBERS; i++) {
        fill_header(&members[i]);
        SN_GOTO(sn_alloc(&members[i].row, members[i].columns, sizeof *members[i].row, err));
        SN_GOTO(sn_alloc(&members[i].wide, members[i].columns, sizeof *members[i].wide, err));
    }
    buffer = sn_libzip.source_buffer_create(NULL, 0, 0, NULL);
    if (!buffer)
        SN_GOTO(sn_fail(err, SEQNET_ERR_MEMORY, "out of memory for an archive"));
    SN_GOTO(build_archive(buffer, members, path, err));
    SN_GOTO(copy_to_file(buffer, path, replaced, err));
out:
    if (buffer)
        sn_libzip.source_free(buffer);
    for (size_t i = 0; i < MEMBERS; i++) {
        free(members[i].row);
        free(members[i].wide);
    }
    return status;
}
