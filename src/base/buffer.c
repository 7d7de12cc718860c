#include "buffer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

#include "banned.h"

seqnet_status sn_buffer_reserve(sn_buffer *buffer, size_t more, seqnet_error *err)
{
    /* A size that overflows becomes SIZE_MAX, which sn_grow refuses. */
    const size_t needed = more < SIZE_MAX - buffer->length ? buffer->length + more + 1 : SIZE_MAX;
    return sn_grow(&buffer->bytes, &buffer->capacity, needed, 1, err);
}

seqnet_status sn_buffer_add(sn_buffer *buffer, const void *bytes, size_t length, seqnet_error *err)
{
    SN_TRY(sn_buffer_reserve(buffer, length, err));
    if (length)
        memcpy(buffer->bytes + buffer->length, bytes, length);
    buffer->length += length;
    return SEQNET_OK;
}

seqnet_status sn_buffer_add_byte(sn_buffer *buffer, char byte, seqnet_error *err)
{
    return sn_buffer_add(buffer, &byte, 1, err);
}

seqnet_status sn_buffer_add_text(sn_buffer *buffer, const char *text, seqnet_error *err)
{
    return sn_buffer_add(buffer, text, strlen(text), err);
}

/* Formats twice: the first time only measures, so that the room is reserved once. */
__attribute__((format(printf, 2, 0))) static seqnet_status
add_formatted(sn_buffer *buffer, const char *format, va_list args, seqnet_error *err)
{
    va_list measured;
    va_copy(measured, args);
    const int length = vsnprintf(NULL, 0, format, measured);
    va_end(measured);
    if (length < 0)
        return sn_fail(err, SEQNET_ERR_MEMORY, "out of memory for a text");
    SN_TRY(sn_buffer_reserve(buffer, (size_t)length, err));
    (void)vsnprintf(buffer->bytes + buffer->length, (size_t)length + 1, format, args);
    buffer->length += (size_t)length;
    return SEQNET_OK;
}

seqnet_status sn_buffer_format(sn_buffer *buffer, seqnet_error *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const seqnet_status status = add_formatted(buffer, format, args, err);
    va_end(args);
    return status;
}

seqnet_status sn_buffer_take(sn_buffer *buffer, char **text, seqnet_error *err)
{
    *text = NULL;
    SN_TRY(sn_buffer_reserve(buffer, 0, err));
    buffer->bytes[buffer->length] = '\0';
    *text = buffer->bytes;
    *buffer = (sn_buffer){0};
    return SEQNET_OK;
}

void sn_buffer_free(sn_buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (sn_buffer){0};
}

seqnet_status sn_format(char **text, seqnet_error *err, const char *format, ...)
{
    sn_buffer buffer = {0};
    va_list args;
    va_start(args, format);
    const seqnet_status status = add_formatted(&buffer, format, args, err);
    va_end(args);
    *text = buffer.bytes; /* vsnprintf ends it with a NUL */
    return status;
}
