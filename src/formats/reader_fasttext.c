/*
 * fastText's training lines: "__label__positive a fine film". Every token that begins with the
 * prefix is a label, wherever it stands; the first one counts. The text is the line without its
 * labels.
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

typedef struct labels {
    const char *first, *first_end;
    size_t count;
} labels;

/* Skips a label and the spaces behind it. */
static const char *take_label(labels *found, const char *pos, const char *end, size_t prefix_length)
{
    const char *const stop = skip_token(pos, end);
    if (found->count++ == 0) {
        found->first = pos + prefix_length;
        found->first_end = stop;
    }
    return skip_spaces(stop, end);
}

/* Copies the text without its labels, of which the first is at `pos`, to reader->scratch. */
static seqnet_status leave_labels_out(seqnet_reader *reader, seqnet_record *record, labels *found,
                                      const char *pos, seqnet_error *err)
{
    const char *const prefix = reader->options.label_prefix;
    const size_t length = strlen(prefix);
    const char *const end = record->text + record->text_length;
    const char *from = record->text;
    sn_buffer *const text = &reader->scratch;
    text->length = 0;
    while (pos < end) {
        SN_TRY(sn_buffer_add(text, from, (size_t)(pos - from), err));
        from = take_label(found, pos, end, length);
        pos = find_label(record->text, from, end, prefix, length);
    }
    SN_TRY(sn_buffer_add(text, from, (size_t)(end - from), err));
    record->text = text->bytes;
    record->text_length = text->length;
    return SEQNET_OK;
}

seqnet_status sn_reader_leave_labels_out(seqnet_reader *reader, seqnet_record *record, bool *found,
                                         seqnet_error *err)
{
    const char *const prefix = reader->options.label_prefix;
    const char *const end = record->text + record->text_length;
    const char *const first = find_label(record->text, record->text, end, prefix, strlen(prefix));
    labels left_out = {0};
    *found = first < end;
    return *found ? leave_labels_out(reader, record, &left_out, first, err) : SEQNET_OK;
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
    labels found = {0};
    while (begins_with(start, end, prefix, length))
        start = take_label(&found, start, end, length);
    record->text = start;
    record->text_length = (size_t)(end - start);
    const char *const inner = find_label(start, start, end, prefix, length);
    if (inner < end)
        SN_TRY(leave_labels_out(reader, record, &found, inner, err));
    record->label_count = found.count;
    if (found.count == 0)
        return reader->options.wants_label ? no_label(reader, record->line, err) : SEQNET_OK;
    return sn_reader_set_label(reader, record, found.first, (size_t)(found.first_end - found.first),
                               err);
}

seqnet_status sn_reader_next_fasttext(seqnet_reader *reader, seqnet_record *record, bool *found,
                                      seqnet_error *err)
{
    sn_line line;
    SN_TRY(sn_reader_next_line(reader, record, &line, found, err));
    return *found ? set_fields(reader, record, &line, err) : SEQNET_OK;
}
