/*
 * A bounded reader over untrusted bytes in memory. Every take checks what is left before it reads,
 * and moves only when it succeeds, so that a parser built on it cannot run past the end. What the
 * bytes mean is up to the parser.
 */
#ifndef SN_CURSOR_H
#define SN_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct sn_cursor {
    /* The first byte of the whole input. */
    const uint8_t *start;
    /* The next byte to read. */
    const uint8_t *pos;
    /* One past the last byte of the input. */
    const uint8_t *end;
} sn_cursor;

static inline sn_cursor sn_cursor_over(const void *data, size_t size)
{
    const uint8_t *const bytes = data;
    return (sn_cursor){.start = bytes, .pos = bytes, .end = bytes + size};
}

static inline size_t sn_cursor_left(const sn_cursor *cursor)
{
    return (size_t)(cursor->end - cursor->pos);
}

/* How many bytes have been read, for error sentences. */
static inline size_t sn_cursor_offset(const sn_cursor *cursor)
{
    return (size_t)(cursor->pos - cursor->start);
}

/* Points *bytes at the next `count` bytes and moves past them. */
static inline bool sn_cursor_take(sn_cursor *cursor, size_t count, const uint8_t **bytes)
{
    if (sn_cursor_left(cursor) < count)
        return false;
    *bytes = cursor->pos;
    cursor->pos += count;
    return true;
}

/* Reads a little-endian unsigned integer of `width` bytes, 1 to 8. */
static inline bool sn_cursor_uint(sn_cursor *cursor, size_t width, uint64_t *value)
{
    const uint8_t *bytes;
    if (!sn_cursor_take(cursor, width, &bytes))
        return false;
    uint64_t result = 0;
    for (size_t i = width; i-- > 0;)
        result = result << 8 | bytes[i];
    *value = result;
    return true;
}

/* Takes the bytes up to the next newline, which is skipped and is no part of the line. */
bool sn_cursor_line(sn_cursor *cursor, const uint8_t **line, size_t *length);

#endif
