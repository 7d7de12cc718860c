/*
 * fastText's training lines: "__label__positive a fine film". Every token that begins with the
 * prefix is a label, wherever it stands. The text is the line without its labels.
 */
#include "reader.h"

#include <string.h>

#include "memory.h"

#include "banned.h"

/* What separates tokens in fastText, except the line feed. */
static bool is_space(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r') || byte == '\0';
}

static const char *skip_spaces(const char *pos, const char *end)
{
    while (pos < end && is_space(*pos))
        pos++;
    return pos;
}

static const char *skip_token(const char *pos, const char *end)
{
    while (pos < end && !is_space(*pos))
        pos++;
    return pos;
}

static bool begins_with(const char *pos, const char *end, const char *prefix, size_t length)
{
    return (size_t)(end - pos) >= length && memcmp(pos, prefix, length) == 0;
}

/* The next token at or after `pos` that is a label; `end` when there is none. The text begins at
 * `start`. */
static const char *find_label(const char *start, const char *pos, const char *end,
                              const char *prefix, size_t length)
{
    while ((pos = memchr(pos, prefix[0], (size_t)(end - pos))) != NULL) {
        if ((pos == start || is_space(pos[-1])) && begins_with(pos, end, prefix, length))
            return pos;
        pos++;
    }
    return end;
}

/* Adds the label at *pos, which moves behind it and the spaces that follow. */
static seqnet_status take_label(seqnet_reader *reader, seqnet_record *record, const char **pos,
                                const char *end, size_t prefix_length, seqnet_error *err)
{
    const char *const stop = skip_token(*pos, end), *const label = *pos + prefix_length;
    *pos = skip_spaces(stop, end);
    return sn_reader_add_label(reader, record, label, (size_t)(stop - label), err);
}

/* Copies the text without its labels, of which the first is at `pos`, to reader->scratch. */
static seqnet_status leave_labels_out(seqnet_reader *reader, seqnet_record *record,
                                      const char *prefix, const char *pos, seqnet_error *err)
{
    const size_t length = strlen(prefix);
    const char *const end = record->text + record->text_length;
    const char *from = record->text;
    sn_buffer *const text = &reader->scratch;
    text->length = 0;
    while (pos < end) {
        SN_TRY(sn_buffer_add(text, from, (size_t)(pos - from), err));
        from = pos;
        SN_TRY(take_label(reader, record, &from, end, length, err));
        pos = find_label(record->text, from, end, prefix, length);
    }
    SN_TRY(sn_buffer_add(text, from, (size_t)(end - from), err));
    record->text = text->bytes;
    record->text_length = text->length;
    return SEQNET_OK;
}

/* fastText's own prefix. */
static const char USUAL_PREFIX[] = "__label__";

static seqnet_status leave_prefix_out(seqnet_reader *reader, seqnet_record *record,
                                      const char *prefix, bool *found, seqnet_error *err)
{
    const char *const end = record->text + record->text_length;
    const char *const first = find_label(record->text, record->text, end, prefix, strlen(prefix));
    if (first == end)
        return SEQNET_OK;
    *found = true;
    return leave_labels_out(reader, record, prefix, first, err);
}

seqnet_status sn_reader_leave_labels_out(seqnet_reader *reader, seqnet_record *record, bool *found,
                                         seqnet_error *err)
{
    const char *const own = reader->options.label_prefix;
    *found = false;
    SN_TRY(leave_prefix_out(reader, record, own, found, err));
    return *found || strcmp(own, USUAL_PREFIX) == 0
               ? SEQNET_OK
               : leave_prefix_out(reader, record, USUAL_PREFIX, found, err);
}

static seqnet_status no_label(const seqnet_reader *reader, size_t line, seqnet_error *err)
{
    return sn_fail(err, SEQNET_ERR_DATA, "%s:%zu: no label; expected %sNAME text", reader->place,
                   line, reader->options.label_prefix);
}

static seqnet_status set_fields(seqnet_reader *reader, seqnet_record *record, const sn_line *line,
                                seqnet_error *err)
{
    const char *const prefix = reader->options.label_prefix;
    const size_t length = strlen(prefix);
    const char *const end = line->bytes + line->length;
    const char *start = skip_spaces(line->bytes, end);
    bool has_label = false;
    for (; begins_with(start, end, prefix, length); has_label = true)
        SN_TRY(take_label(reader, record, &start, end, length, err));
    record->text = start;
    record->text_length = (size_t)(end - start);
    const char *const inner = find_label(start, start, end, prefix, length);
    if (inner < end)
        SN_TRY(leave_labels_out(reader, record, prefix, inner, err));
    has_label = has_label || inner < end;
    return has_label || !reader->options.wants_label || reader->options.many_labels
               ? SEQNET_OK
               : no_label(reader, record->line, err);
}

seqnet_status sn_reader_next_fasttext(seqnet_reader *reader, seqnet_record *record, bool *found,
                                      seqnet_error *err)
{
    sn_line line;
    SN_TRY(sn_reader_next_line(reader, record, &line, found, err));
    return *found ? set_fields(reader, record, &line, err) : SEQNET_OK;
}
