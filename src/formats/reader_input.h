/*
 * The bytes of a stream in a window that moves over them, and lines in it. The window holds the
 * bytes of the current record and those behind it that were read with them; it grows with the
 * longest record. No function waits once a read has brought what it needs. Fields are in
 * csv_fields.h and in the files of the formats.
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
    /* There is no line feed from pos to here. */
    size_t scanned;
    /* The line that pos is in, from 1. */
    size_t line;
    /* A byte order mark at the start has been skipped, if there is one. */
    bool begun;
    /* The stream has no bytes beyond those in the buffer. */
    bool at_end;
    /* The stream ended by an error: what follows, if anything, is lost. */
    bool broken;
    /* The error of a read before its bytes were needed; reported when they are needed. */
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

/* Begins with a stream, which the input owns from now on and closes with itself. */
void sn_input_open(sn_input *input, sn_byte_stream *stream);
void sn_input_close(sn_input *input);

/* Reads once; at_end becomes true when there is nothing more. Offsets relative to start stay valid.
 * After an error all bytes in the buffer count as used and there are no more. */
seqnet_status sn_input_fill(sn_input *input, seqnet_error *err);

/* Skips a byte order mark at the start of the input; later calls do nothing. */
seqnet_status sn_input_begin(sn_input *input, seqnet_error *err);

/* Drops what is before pos: a new record begins. */
static inline void sn_input_drop(sn_input *input)
{
    input->start = input->pos;
}

/* Reads the next line; *found is false at the end. */
seqnet_status sn_input_line(sn_input *input, sn_line *line, bool *found, seqnet_error *err);

/* The offset behind the next line feed or carriage return, or the end of the buffer's bytes. pos
 * must be before the end. */
size_t sn_input_piece_end(sn_input *input);

/* Skips the next byte when it is a line feed; waits until the byte is there. */
void sn_input_take_feed(sn_input *input);

/* Reads until the buffer has a whole line that is not blank, or the whole input. Only at the start
 * of the input. */
seqnet_status sn_input_await_line(sn_input *input, seqnet_error *err);

/* The buffer's bytes as an input of their own that ends with them, for a look at the next records.
 * It must not be closed, and is valid until the input is filled again. */
sn_input sn_input_at_hand(const sn_input *input);

/* Whether there is a line without waiting; reads what can be read without waiting. */
bool sn_input_ready(sn_input *input);

/* Blank as lines of text are: spaces, tabs and a carriage return at most. */
bool sn_is_blank(const char *bytes, size_t length);

#endif
