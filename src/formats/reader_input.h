/*
 * A buffer that moves over the bytes of a stream, and lines in it. The buffer holds the bytes of
 * the current record and bytes behind it that were read with them; it grows with the longest
 * record. A function that has the bytes that it needs reads no more, so that it never waits in
 * vain. Fields are in csv_fields.h and in the files of the formats.
 *
 *   buffer  ..... [start: record's first byte ... pos: next byte to look at ... end) free
 */
#ifndef SN_READER_INPUT_H
#define SN_READER_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "stream.h"

typedef struct sn_input {
    sn_byte_stream *stream;
    char *buffer;
    size_t capacity;
    size_t start, pos, end;
    /* There is no line feed in the bytes from pos to here. */
    size_t scanned;
    /* The line that pos is in, from 1. */
    size_t line;
    /* pos is behind the byte order mark, if the stream begins with one. */
    bool is_past_mark;
    /* The stream has no bytes beyond those in the buffer. */
    bool at_end;
    /* An error ended the stream; bytes that may follow are lost. */
    bool ends_in_error;
    /* The error of a read whose bytes were not needed yet; it is reported when they are. */
    seqnet_error failure;
} sn_input;

/* A line without its line feed and a carriage return before it; its bytes live until the input is
 * filled again. */
typedef struct sn_line {
    char *bytes;
    size_t length;
    /* The number of the line, from 1. */
    size_t number;
} sn_line;

/* Opens an input over a stream, which the input owns and sn_input_close closes. */
void sn_input_open(sn_input *input, sn_byte_stream *stream);
void sn_input_close(sn_input *input);

/* Reads once; at_end becomes true when the stream has no more bytes. Offsets relative to start stay
 * valid. An error drops the bytes of the buffer and ends the input. */
seqnet_status sn_input_fill(sn_input *input, seqnet_error *err);

/* Skips a byte order mark at the start of the input; later calls do nothing. */
seqnet_status sn_input_begin(sn_input *input, seqnet_error *err);

/* Begins a new record at pos; the bytes before it are dropped. */
static inline void sn_input_drop(sn_input *input)
{
    input->start = input->pos;
}

/* Reads the next line; *found is false at the end. */
seqnet_status sn_input_line(sn_input *input, sn_line *line, bool *found, seqnet_error *err);

/* The offset behind the next line feed or carriage return, or the end of the buffer's bytes. pos
 * must be before the end. */
size_t sn_input_piece_end(sn_input *input);

static inline bool sn_is_line_end(char byte)
{
    return byte == '\n' || byte == '\r';
}

/* The same, but waits until the line ends or the input does. */
size_t sn_input_await_piece_end(sn_input *input);

/* Skips the next byte when it is a line feed; waits until the byte is there. */
void sn_input_take_feed(sn_input *input);

/* Reads until the buffer has a whole line that is not blank, or the whole input. Only at the start
 * of the input. */
seqnet_status sn_input_await_line(sn_input *input, seqnet_error *err);

/* Returns an input that ends with the bytes in the buffer, for looking at records in advance. It
 * must not be closed, and is valid until `input` is filled again. */
sn_input sn_input_buffered(const sn_input *input);

/* Whether the next line can be read without waiting. Reads the bytes that are there. */
bool sn_input_ready(sn_input *input);

/* Whether bytes are nothing but spaces, tabs and carriage returns. */
bool sn_is_blank(const char *bytes, size_t length);

#endif
