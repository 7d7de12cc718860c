#include "reader_input.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "utf8.h"

#include "banned.h"

enum { FIRST_CAPACITY = 1 << 17 };

void sn_input_open(sn_input *input, sn_byte_stream *stream)
{
    *input = (sn_input){.stream = stream, .line = 1};
}

void sn_input_close(sn_input *input)
{
    sn_stream_close(input->stream);
    free(input->buffer);
    *input = (sn_input){.at_end = true};
}

/* Makes at least half of the buffer free, so that a read brings many bytes. */
static seqnet_status make_room(sn_input *input, seqnet_error *err)
{
    if (input->start > 0) {
        memmove(input->buffer, input->buffer + input->start, input->end - input->start);
        input->end -= input->start;
        input->pos -= input->start;
        input->scanned -= input->scanned < input->start ? input->scanned : input->start;
        input->start = 0;
    }
    const size_t wanted = input->end < FIRST_CAPACITY / 2 ? FIRST_CAPACITY : input->end * 2;
    if (sn_grow(&input->buffer, &input->capacity, wanted, 1, NULL) == SEQNET_OK)
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_MEMORY, "out of memory for a line of more than %zu bytes",
                   input->end);
}

static seqnet_status read_more(sn_input *input, seqnet_error *err)
{
    size_t got;
    SN_TRY(make_room(input, err));
    SN_TRY(sn_stream_read(input->stream, input->buffer + input->end, input->capacity - input->end,
                          &got, err));
    input->end += got;
    input->at_end = got == 0;
    return SEQNET_OK;
}

/* Reads bytes that are not needed yet, so an error is kept until they are. */
static void read_early(sn_input *input)
{
    if (input->failure.status == SEQNET_OK)
        (void)read_more(input, &input->failure);
}

seqnet_status sn_input_fill(sn_input *input, seqnet_error *err)
{
    read_early(input);
    if (input->failure.status == SEQNET_OK)
        return SEQNET_OK;
    const seqnet_status status = sn_fail(err, input->failure.status, "%s", input->failure.message);
    input->failure.status = SEQNET_OK;
    input->pos = input->end;
    input->at_end = input->ends_in_error = true;
    return status;
}

seqnet_status sn_input_begin(sn_input *input, seqnet_error *err)
{
    const size_t length = SN_UTF8_MARK_SIZE;
    if (input->is_past_mark)
        return SEQNET_OK;
    while (input->end < length && !input->at_end &&
           memcmp(input->buffer ? input->buffer : "", SN_UTF8_MARK, input->end) == 0)
        SN_TRY(sn_input_fill(input, err));
    if (input->end >= length && memcmp(input->buffer, SN_UTF8_MARK, length) == 0)
        input->pos = length;
    input->is_past_mark = true;
    return SEQNET_OK;
}

/* Whether there is a line feed in the buffer; *stop is its offset, or the end. */
static bool find_feed(sn_input *input, size_t *stop)
{
    const size_t from = input->scanned > input->pos ? input->scanned : input->pos;
    const char *const feed =
        from < input->end ? memchr(input->buffer + from, '\n', input->end - from) : NULL;
    *stop = input->scanned = feed ? (size_t)(feed - input->buffer) : input->end;
    return feed != NULL;
}

seqnet_status sn_input_line(sn_input *input, sn_line *line, bool *found, seqnet_error *err)
{
    size_t stop;
    bool ended;
    *found = false;
    while (!(ended = find_feed(input, &stop)) && !input->at_end)
        SN_TRY(sn_input_fill(input, err));
    if (!ended && input->pos == input->end)
        return SEQNET_OK;
    *found = true;
    line->bytes = input->buffer + input->pos;
    line->length = stop - input->pos;
    if (line->length > 0 && line->bytes[line->length - 1] == '\r')
        line->length--;
    line->number = input->line++;
    input->pos = ended ? stop + 1 : stop;
    return SEQNET_OK;
}

size_t sn_input_piece_end(sn_input *input)
{
    size_t stop;
    const bool ended = find_feed(input, &stop);
    const char *const from = input->buffer + input->pos;
    const char *const stopped = memchr(from, '\r', stop - input->pos);
    return stopped ? (size_t)(stopped - input->buffer) + 1 : stop + ended;
}

static bool may_read_early(const sn_input *input)
{
    return !input->at_end && input->failure.status == SEQNET_OK;
}

size_t sn_input_await_piece_end(sn_input *input)
{
    size_t stop = sn_input_piece_end(input);
    while (stop == input->end && !sn_is_line_end(input->buffer[stop - 1]) &&
           may_read_early(input)) {
        read_early(input);
        stop = sn_input_piece_end(input);
    }
    return stop;
}

void sn_input_take_feed(sn_input *input)
{
    while (input->pos == input->end && may_read_early(input))
        read_early(input);
    if (input->pos < input->end && input->buffer[input->pos] == '\n')
        input->pos++;
}

bool sn_is_blank(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r')
            return false;
    return true;
}

/* Whether a line that is not blank ends in the buffer. *checked is the offset of the first byte
 * that no earlier call has seen, and *blank is whether the line before it is blank so far. */
static bool holds_line(const sn_input *input, size_t *checked, bool *blank)
{
    for (; *checked < input->end; ++*checked) {
        const char byte = input->buffer[*checked];
        const bool ends = sn_is_line_end(byte);
        if (ends && !*blank)
            return true;
        *blank = *blank && (ends || byte == ' ' || byte == '\t');
    }
    return false;
}

seqnet_status sn_input_await_line(sn_input *input, seqnet_error *err)
{
    SN_TRY(sn_input_begin(input, err));
    size_t checked = input->pos;
    bool blank = true;
    while (!holds_line(input, &checked, &blank) && !input->at_end)
        SN_TRY(sn_input_fill(input, err));
    return SEQNET_OK;
}

sn_input sn_input_buffered(const sn_input *input)
{
    sn_input view = *input;
    view.at_end = true;
    return view;
}

bool sn_input_ready(sn_input *input)
{
    size_t stop;
    while (!find_feed(input, &stop)) {
        if (input->at_end || input->failure.status != SEQNET_OK)
            return input->pos < input->end || !input->at_end;
        if (!sn_stream_ready(input->stream))
            return false;
        read_early(input);
    }
    return true;
}
