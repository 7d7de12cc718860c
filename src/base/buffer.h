/*
 * A block of bytes that grows as bytes are appended: a line before it is written, the rest of a
 * pipe, a path. Arrays of larger elements grow with sn_grow (memory.h); files are written with
 * seqnet/output.h.
 *
 * A buffer of zeros is empty and owns nothing. A function that fails leaves the buffer's bytes as
 * they were. The caller may make `length` smaller, and larger after sn_buffer_reserve.
 */
#ifndef SN_BUFFER_H
#define SN_BUFFER_H

#include <stddef.h>

#include "status.h"

typedef struct sn_buffer {
    /* NULL until something is reserved or added. */
    char *bytes;
    /* The number of bytes in use. */
    size_t length;
    /* The size of the block. */
    size_t capacity;
} sn_buffer;

/* Makes room for `more` bytes behind the bytes in use, and for one more byte, a NUL. */
seqnet_status sn_buffer_reserve(sn_buffer *buffer, size_t more, seqnet_error *err);

/* Appends bytes; `bytes` may be NULL when there are none. */
seqnet_status sn_buffer_add(sn_buffer *buffer, const void *bytes, size_t length, seqnet_error *err);

seqnet_status sn_buffer_add_byte(sn_buffer *buffer, char byte, seqnet_error *err);

/* Appends a string without its NUL. */
seqnet_status sn_buffer_add_text(sn_buffer *buffer, const char *text, seqnet_error *err);

/* Appends what printf would print. */
seqnet_status sn_buffer_format(sn_buffer *buffer, seqnet_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Hands the bytes over as a NUL-terminated string, which the caller frees, and empties the buffer.
 * On failure *text is NULL and the buffer keeps its bytes. */
seqnet_status sn_buffer_take(sn_buffer *buffer, char **text, seqnet_error *err);

/* Frees the bytes; the buffer is empty afterwards. */
void sn_buffer_free(sn_buffer *buffer);

/* Makes *text what printf would print, as a new string; NULL on failure. */
seqnet_status sn_format(char **text, seqnet_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
