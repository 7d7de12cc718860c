#include "npy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "pickle.h"
#include "utf8.h"

#include "banned.h"

static const char MAGIC[] = "\x93NUMPY";
enum { MAGIC_LENGTH = 6, MAX_HEADER = 65536 };

/* ---- Header: a Python dict literal such as
 * {'descr': '<i8', 'fortran_order': False, 'shape': (3,), } */

static void skip_blanks(sn_cursor *cursor)
{
    while (cursor->pos < cursor->end && strchr(" \t\n\r", *cursor->pos) && *cursor->pos)
        cursor->pos++;
}

static bool take_char(sn_cursor *cursor, char wanted)
{
    skip_blanks(cursor);
    if (cursor->pos == cursor->end || *cursor->pos != (uint8_t)wanted)
        return false;
    cursor->pos++;
    return true;
}

static bool take_word(sn_cursor *cursor, const char *word)
{
    const size_t length = strlen(word);
    skip_blanks(cursor);
    if (sn_cursor_left(cursor) < length || memcmp(cursor->pos, word, length) != 0)
        return false;
    cursor->pos += length;
    return true;
}

/* A string in single or double quotes, without escapes. */
static bool take_string(sn_cursor *cursor, const char **text, size_t *length)
{
    const char quote = take_char(cursor, '\'') ? '\'' : take_char(cursor, '"') ? '"' : '\0';
    const uint8_t *const end = quote ? memchr(cursor->pos, quote, sn_cursor_left(cursor)) : NULL;
    if (!end)
        return false;
    *text = (const char *)cursor->pos;
    *length = (size_t)(end - cursor->pos);
    cursor->pos = end + 1;
    return true;
}

static bool take_size(sn_cursor *cursor, size_t *value)
{
    skip_blanks(cursor);
    const uint8_t *const start = cursor->pos;
    *value = 0;
    while (cursor->pos < cursor->end && *cursor->pos >= '0' && *cursor->pos <= '9') {
        const size_t digit = (size_t)(*cursor->pos++ - '0');
        if (*value > (SIZE_MAX / 16 - digit) / 10)
            return false;
        *value = *value * 10 + digit;
    }
    (void)take_char(cursor, 'L'); /* Python 2 long */
    return cursor->pos > start;
}

static bool take_shape(sn_npy_header *header, sn_cursor *cursor)
{
    if (!take_char(cursor, '('))
        return false;
    while (!take_char(cursor, ')')) {
        if (header->rank == SN_NPY_MAX_RANK || !take_size(cursor, &header->shape[header->rank++]))
            return false;
        if (!take_char(cursor, ',')) {
            return take_char(cursor, ')');
        }
    }
    return true;
}

/* Keeps the type for error sentences. Bytes that a terminal might obey become '?'. */
static void keep_descr(sn_npy_header *header, const char *text, size_t length)
{
    const size_t kept = length < SN_NPY_DESCR ? length : SN_NPY_DESCR - 1;
    for (size_t i = 0; i < kept; i++)
        header->descr[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
    header->descr[kept] = '\0';
}

static bool take_entry(sn_npy_header *header, sn_cursor *cursor, unsigned *seen)
{
    const char *key, *descr;
    size_t key_length, length;
    if (!take_string(cursor, &key, &key_length) || !take_char(cursor, ':'))
        return false;
    if (key_length == 5 && memcmp(key, "descr", 5) == 0) {
        *seen |= 1;
        if (!take_string(cursor, &descr, &length))
            return false;
        /* A type that is not known has kind 0, which is refused when the elements are read. */
        if (!sn_npy_parse_number(&header->type, descr, length))
            (void)sn_npy_parse_type(&header->type, descr, length);
        keep_descr(header, descr, length);
        return true;
    }
    if (key_length == 13 && memcmp(key, "fortran_order", 13) == 0) {
        *seen |= 2;
        header->fortran_order = take_word(cursor, "True");
        return header->fortran_order || take_word(cursor, "False");
    }
    if (key_length == 5 && memcmp(key, "shape", 5) == 0) {
        *seen |= 4;
        header->rank = 0;
        return take_shape(header, cursor);
    }
    return false;
}

static bool parse_dict(sn_npy_header *header, sn_cursor *cursor)
{
    unsigned seen = 0;
    if (!take_char(cursor, '{'))
        return false;
    while (!take_char(cursor, '}')) {
        if (!take_entry(header, cursor, &seen))
            return false;
        if (!take_char(cursor, ','))
            return take_char(cursor, '}') && seen == 7;
    }
    return seen == 7;
}

static seqnet_status malformed(const char *place, const char *what, seqnet_error *err)
{
    return sn_fail(err, SEQNET_ERR_DATA, "%s: %s", place, what);
}

seqnet_status sn_npy_read_header(sn_npy_header *header, sn_cursor *cursor, const char *place,
                                 seqnet_error *err)
{
    const uint8_t *magic, *text;
    uint64_t version, length;
    *header = (sn_npy_header){0};
    if (!sn_cursor_take(cursor, MAGIC_LENGTH, &magic) || memcmp(magic, MAGIC, MAGIC_LENGTH) != 0)
        return malformed(place, "is not a NumPy array (.npy)", err);
    if (!sn_cursor_uint(cursor, 2, &version))
        return malformed(place, "is cut short in its header", err);
    const unsigned major = version & 0xff;
    if (major < 1 || major > 3)
        return sn_fail(err, SEQNET_ERR_DATA, "%s: has .npy version %u, known are 1 to 3", place,
                       major);
    if (!sn_cursor_uint(cursor, major == 1 ? 2 : 4, &length) || length > MAX_HEADER ||
        !sn_cursor_take(cursor, (size_t)length, &text))
        return malformed(place, "is cut short in its header", err);
    sn_cursor dict = sn_cursor_over(text, (size_t)length);
    if (!parse_dict(header, &dict))
        return malformed(place, "has a damaged .npy header", err);
    return SEQNET_OK;
}

/* ---- Data */

static seqnet_status check_id(int64_t id, size_t row, const char *place, seqnet_error *err)
{
    if (id >= 0 && id <= SN_MAX_ID)
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_DATA, "%s: row %zu holds %lld, which is no word rank or id",
                   place, row, (long long)id);
}

static void shape_text(const sn_npy_header *header, char *text, size_t size)
{
    size_t used = (size_t)snprintf(text, size, "(");
    for (size_t i = 0; i < header->rank && used < size; i++)
        used +=
            (size_t)snprintf(text + used, size - used, "%s%zu", i ? ", " : "", header->shape[i]);
    if (used < size)
        (void)snprintf(text + used, size - used, header->rank == 1 ? ",)" : ")");
}

static seqnet_status wrong_shape(const sn_npy_header *header, const char *place,
                                 const char *expected, seqnet_error *err)
{
    char shape[128];
    shape_text(header, shape, sizeof shape);
    return sn_fail(err, SEQNET_ERR_DATA, "%s: has shape %s and elements of type '%s'; expected %s",
                   place, shape, header->descr, expected);
}

/* One row of a 2-D array, whose elements lie `stride` elements apart. */
static seqnet_status read_dense_row(int32_t *ids, const uint8_t *first, const sn_npy_header *header,
                                    size_t row, const char *place, seqnet_error *err)
{
    const size_t columns = header->shape[1];
    const size_t stride = header->type.size * (header->fortran_order ? header->shape[0] : 1);
    for (size_t i = 0; i < columns; i++) {
        int64_t id;
        if (!sn_npy_integer(first + i * stride, header->type, &id))
            id = -1;
        SN_TRY(check_id(id, row, place, err));
        ids[i] = (int32_t)id;
    }
    return SEQNET_OK;
}

static seqnet_status read_dense(sn_sequences *rows, const sn_npy_header *header, sn_cursor *cursor,
                                const char *place, seqnet_error *err)
{
    const size_t count = header->shape[0], columns = header->shape[1], size = header->type.size;
    const uint8_t *data;
    if (count == 0 && sn_cursor_left(cursor) == 0)
        return sn_sequences_reserve(rows, 0, 0, err); /* a dataset may have no test rows */
    if (count == 0 || columns == 0)
        return malformed(place, "has no elements", err);
    if (columns > SIZE_MAX / size / count || !sn_cursor_take(cursor, count * columns * size, &data))
        return malformed(place, "is cut short: it has fewer elements than its header says", err);
    if (sn_cursor_left(cursor) != 0)
        return malformed(place, "has more elements than its header says", err);
    int32_t *ids;
    SN_TRY(sn_sequences_reserve(rows, count, count * columns, err));
    SN_TRY(sn_alloc(&ids, columns, sizeof *ids, err));
    seqnet_status status = SEQNET_OK;
    for (size_t row = 0; row < count && status == SEQNET_OK; row++) {
        const uint8_t *const first = data + row * size * (header->fortran_order ? 1 : columns);
        status = read_dense_row(ids, first, header, row, place, err);
        if (status == SEQNET_OK)
            status = sn_sequences_add(rows, ids, columns, 0, err);
    }
    free(ids);
    return status;
}

seqnet_status sn_npy_read_rows(sn_sequences *rows, const sn_npy_header *header, sn_cursor *cursor,
                               const char *place, seqnet_error *err)
{
    if (header->type.kind == 'O' && header->rank == 1) {
        if (header->shape[0] == 0)
            return malformed(place, "has no elements", err);
        return sn_pickle_read_rows(rows, cursor, header->shape[0], place, err);
    }
    if (sn_npy_is_integer(header->type) && header->rank == 2)
        return read_dense(rows, header, cursor, place, err);
    return wrong_shape(header, place, "a list of integer rows (1-D, objects) or 2-D integers", err);
}

static seqnet_status wrong_label(int64_t label, size_t row, size_t classes, const char *place,
                                 seqnet_error *err)
{
    if (classes == 2)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: row %zu has label %lld, expected 0 (negative) or 1 (positive)", place,
                       row, (long long)label);
    return sn_fail(err, SEQNET_ERR_DATA,
                   "%s: row %zu has label %lld, there are %zu names of labels", place, row,
                   (long long)label, classes);
}

seqnet_status sn_npy_read_labels(sn_sequences *rows, const sn_npy_header *header, sn_cursor *cursor,
                                 size_t classes, const char *place, seqnet_error *err)
{
    const uint8_t *data;
    const size_t count = header->shape[0], size = header->type.size;
    if (!sn_npy_is_integer(header->type) || header->rank != 1)
        return wrong_shape(header, place, "1-D integers", err);
    if (count != rows->count)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: has %zu labels for %zu rows; x and y must have the same length", place,
                       count, rows->count);
    if (sn_cursor_left(cursor) / size < count || !sn_cursor_take(cursor, count * size, &data))
        return malformed(place, "is cut short: it has fewer elements than its header says", err);
    if (sn_cursor_left(cursor) != 0)
        return malformed(place, "has more elements than its header says", err);
    for (size_t row = 0; row < count; row++) {
        int64_t label;
        if (!sn_npy_integer(data + row * size, header->type, &label))
            label = -1;
        if (label < 0 || (uint64_t)label >= classes)
            return wrong_label(label, row, classes, place, err);
        rows->labels[row] = (int32_t)label;
    }
    return SEQNET_OK;
}

/* The characters of a string from "<U5" or ">U5"; false for another type. */
static bool parse_width(const char *descr, size_t *width)
{
    const bool has_order = *descr == '<' || *descr == '>' || *descr == '=' || *descr == '|';
    const char *digit = descr + has_order + 1;
    if (descr[has_order] != 'U' || !*digit)
        return false;
    *width = 0;
    for (; *digit >= '0' && *digit <= '9' && *width < UINT32_MAX; digit++)
        *width = *width * 10 + (size_t)(*digit - '0');
    return *digit == '\0' && *width > 0 && *width < UINT32_MAX;
}

/* Decodes one string of UTF-32, padded with zeros, as UTF-8; false when it is not text. */
static bool decode_name(char *out, size_t *length, const uint8_t *units, size_t width, bool big)
{
    size_t end = width;
    *length = 0;
    while (end && memcmp(units + 4 * (end - 1), "\0\0\0", 4) == 0)
        end--;
    for (size_t i = 0; i < end; i++) {
        int64_t code;
        (void)sn_npy_integer(units + 4 * i, (sn_npy_type){'u', 4, big}, &code);
        if (code == 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
            return false;
        *length += sn_utf8_encode((int32_t)code, out + *length);
    }
    return true;
}

seqnet_status sn_npy_read_names(sn_string_set *names, const sn_npy_header *header,
                                sn_cursor *cursor, size_t most, const char *place,
                                seqnet_error *err)
{
    size_t width, length, number;
    const uint8_t *data;
    char *name;
    if (header->rank != 1 || !parse_width(header->descr, &width))
        return wrong_shape(header, place, "the names of classes (1-D, strings)", err);
    const size_t count = header->shape[0];
    if (count < 1 || count > most)
        return sn_fail(err, SEQNET_ERR_DATA, "%s: has %zu names, expected 1 to %zu", place, count,
                       most);
    if (sn_cursor_left(cursor) / 4 / count != width || sn_cursor_left(cursor) % (4 * count) ||
        !sn_cursor_take(cursor, 4 * count * width, &data))
        return malformed(place, "has fewer or more bytes than its header says", err);
    SN_TRY(sn_alloc(&name, 4 * width, 1, err));
    seqnet_status status = SEQNET_OK;
    for (size_t i = 0; i < count && status == SEQNET_OK; i++) {
        if (!decode_name(name, &length, data + 4 * i * width, width, header->descr[0] == '>'))
            status = malformed(place, "holds what is no text", err);
        else
            status = sn_string_set_add(names, name, length, &number, err);
    }
    free(name);
    if (status == SEQNET_OK && names->count != count)
        return malformed(place, "has the same name twice", err);
    return status;
}

/* Where element `index`, in row-major order, lies in an array in Fortran's order. */
static size_t fortran_place(const sn_npy_header *header, size_t index)
{
    size_t place = 0, before = 1, rest[SN_NPY_MAX_RANK] = {0};
    for (size_t i = header->rank; i-- > 0; index /= header->shape[i])
        rest[i] = index % header->shape[i];
    for (size_t i = 0; i < header->rank; before *= header->shape[i++])
        place += rest[i] * before;
    return place;
}

seqnet_status sn_npy_read_floats(float **values, size_t *count, const sn_npy_header *header,
                                 sn_cursor *cursor, const char *place, seqnet_error *err)
{
    const uint8_t *data;
    const size_t size = header->type.size, left = sn_cursor_left(cursor);
    if (header->type.kind == 0 || header->type.kind == 'O')
        return wrong_shape(header, place, "numbers", err);
    *count = 1;
    for (size_t i = 0; i < header->rank; i++) {
        if (header->shape[i] > 0 && *count > left / size / header->shape[i])
            return malformed(place, "is cut short: it has fewer elements than its header says",
                             err);
        *count *= header->shape[i];
    }
    if (*count * size != left || !sn_cursor_take(cursor, left, &data))
        return malformed(place, "has more or fewer elements than its header says", err);
    SN_TRY(sn_alloc_floats(values, *count ? *count : 1, err));
    for (size_t i = 0; i < *count; i++) {
        const size_t at = header->fortran_order ? fortran_place(header, i) : i;
        if (sn_npy_float(data + at * size, header->type, *values + i))
            continue;
        free(*values);
        *values = NULL;
        return malformed(place, "has a number that is too large", err);
    }
    return SEQNET_OK;
}

/* The header of version 1.0: magic, version, length of the rest, a dict, and spaces and a newline
 * up to a multiple of 64. */
static seqnet_status write_header(sn_buffer *bytes, size_t rank, const size_t *shape,
                                  seqnet_error *err)
{
    enum { BEFORE = 10, ALIGNMENT = 64 };
    const size_t start = bytes->length;
    SN_TRY(sn_buffer_add(bytes, "\x93NUMPY\x01\x00\x00\x00", BEFORE, err));
    SN_TRY(sn_buffer_add_text(bytes, "{'descr': '<f4', 'fortran_order': False, 'shape': (", err));
    for (size_t i = 0; i < rank; i++)
        SN_TRY(sn_buffer_format(bytes, err, "%zu,%s", shape[i], i + 1 < rank ? " " : ""));
    SN_TRY(sn_buffer_add_text(bytes, "), }", err));
    while ((bytes->length - start + 1) % ALIGNMENT)
        SN_TRY(sn_buffer_add_byte(bytes, ' ', err));
    SN_TRY(sn_buffer_add_byte(bytes, '\n', err));
    const size_t length = bytes->length - start - BEFORE;
    bytes->bytes[start + BEFORE - 2] = (char)(length & 0xff);
    bytes->bytes[start + BEFORE - 1] = (char)(length >> 8);
    return SEQNET_OK;
}

seqnet_status sn_npy_write_floats(sn_buffer *bytes, size_t rank, const size_t *shape,
                                  const float *values, seqnet_error *err)
{
    size_t count = 1;
    SN_TRY(write_header(bytes, rank, shape, err));
    for (size_t i = 0; i < rank; i++)
        count *= shape[i];
    SN_TRY(sn_buffer_reserve(bytes, count * sizeof *values, err));
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        for (unsigned k = 0; k < sizeof bits; k++)
            bytes->bytes[bytes->length++] = (char)(bits >> 8 * k & 0xff);
    }
    return SEQNET_OK;
}
