/*
 * The bytes of a stream in a window that moves over them, and lines in it. The window holds the
 * bytes of the record at hand and those behind it that were read with them; it grows with the
 * longest record. Nothing waits for more than the first read that brings what is needed.
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
    size_t scanned;       /* no line feed in front of it, from pos on */
    size_t line;          /* the line that pos is in, from 1 */
    bool begun;           /* a byte order mark would have been skipped */
    bool at_end;          /* there are no more bytes than those in the buffer */
    bool broken;          /* it ended by an error: what follows, if anything, is lost */
    seqnet_error failure; /* of a read ahead of the need, told when the need comes */
} sn_input;

/* A line without its line feed and a carriage return before it; its bytes live until the input is
 * filled again. */
typedef struct sn_line {
    char *bytes;
    size_t length;
    size_t number; /* from 1 */
} sn_line;

/* Begins with a stream, which becomes the input's and is closed with it. */
void sn_input_open(sn_input *input, sn_byte_stream *stream);
void sn_input_close(sn_input *input);

/* One read; at_end becomes true when it brings nothing. Offsets stay true relative to start. After
 * an error all bytes at hand count as used and there are no more. */
seqnet_status sn_input_fill(sn_input *input, seqnet_error *err);

/* Goes past a byte order mark in front of everything, once. */
seqnet_status sn_input_begin(sn_input *input, seqnet_error *err);

/* Drops what is before pos: a new record begins. */
static inline void sn_input_drop(sn_input *input)
{
    input->start = input->pos;
}

/* The next line; *found is false at the end. */
seqnet_status sn_input_line(sn_input *input, sn_line *line, bool *found, seqnet_error *err);

/* The offset behind the next line feed or carriage return, or the end of the bytes at hand. pos is
 * before the end. */
size_t sn_input_piece_end(sn_input *input);

/* Goes past a line feed, if one is next; waits to see it. */
void sn_input_take_feed(sn_input *input);

/* Reads until there is a whole line that is not blank, or all there is. For the beginning of the
 * input. */
seqnet_status sn_input_await_line(sn_input *input, seqnet_error *err);

/* The bytes at hand as an input of their own that ends with them: for a look at records to come.
 * It is not closed, and lives until the input is filled again. */
sn_input sn_input_at_hand(const sn_input *input);

/* Whether a line can be had without waiting; reads what can be read so. */
bool sn_input_ready(sn_input *input);

/* Blank as lines of text are: spaces, tabs and a carriage return at most. */
bool sn_is_blank(const char *bytes, size_t length);

#endif
