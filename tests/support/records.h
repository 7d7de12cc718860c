/*
 * Record readers in tests: logs everything that a reader gives as one text, so that a test compares
 * all of it at once, and checks that the raw bytes of the records make up the file. Include it
 * after <cmocka.h>.
 */
#ifndef RECORDS_H
#define RECORDS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/reader.h>

#include "sent_pieces.h"
#include "support.h"

/* A growing string. */
typedef struct text_log {
    char *text;
    size_t length, capacity;
} text_log;

static inline void log_bytes(text_log *log, const char *bytes, size_t length)
{
    if (log->length + length + 1 > log->capacity) {
        log->capacity = 2 * (log->length + length + 1);
        log->text = realloc(log->text, log->capacity);
        assert_non_null(log->text);
    }
    memcpy(log->text + log->length, bytes, length);
    log->length += length;
    log->text[log->length] = '\0';
}

static inline void log_text(text_log *log, const char *text)
{
    log_bytes(log, text, strlen(text));
}

/* Logs bytes with control characters shown as ^J, ^M, ^@ and so on. */
static inline void log_shown(text_log *log, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        const char shown[2] = {'^', (char)(bytes[i] + '@')};
        if (bytes[i] >= 0 && bytes[i] < ' ')
            log_bytes(log, shown, 2);
        else
            log_bytes(log, bytes + i, 1);
    }
}

static inline void log_record(text_log *log, const seqnet_record *record)
{
    char number[64];
    (void)snprintf(number, sizeof number, "%zu ", record->line);
    log_text(log, number);
    if (record->label) {
        log_text(log, "(");
        log_shown(log, record->label, record->label_length);
        log_text(log, ") ");
    }
    if (record->label_count > 1) {
        (void)snprintf(number, sizeof number, "of %zu ", record->label_count);
        log_text(log, number);
    }
    if (record->weight < 1 || record->weight > 1) {
        (void)snprintf(number, sizeof number, "*%g ", record->weight);
        log_text(log, number);
    }
    log_shown(log, record->text, record->text_length);
    log_text(log, "\n");
}

/* Logs what an error sentence says after its place. The sentence must name the place. */
static inline void log_error(text_log *log, const char *place, const char *message)
{
    const char *const found = strstr(message, place);
    if (!found)
        fail_msg("\"%s\" does not name %s", message, place);
    log_text(log, "! ");
    log_bytes(log, message, (size_t)(found - message));
    log_text(log, found + strlen(place) + (found[strlen(place)] == ':'));
    log_text(log, "\n");
}

/* Logs a line for each record, "LINE (LABEL) TEXT", and for each error, "! LINE: SENTENCE". The raw
 * bytes go to `raw`. */
static inline void log_all(text_log *log, text_log *raw, seqnet_reader *reader, const char *place)
{
    seqnet_error err = {0};
    size_t length, end;
    bool found = true;
    const char *const header = seqnet_reader_header(reader, &length, &end);
    assert_true(end <= length);
    log_bytes(raw, header, length);
    while (found) {
        seqnet_record record;
        const seqnet_status status = seqnet_reader_next(reader, &record, &found, &err);
        assert_true(record.raw_end <= record.raw_length);
        log_bytes(raw, record.raw, record.raw_length);
        if (status != SEQNET_OK)
            log_error(log, place, err.message);
        else if (found)
            log_record(log, &record);
        found = found || status != SEQNET_OK;
    }
}

/* Returns the log of a path's records. Error sentences must name `place`. */
static inline text_log read_records(const char *path, const char *place,
                                    const seqnet_reader_options *options, text_log *raw)
{
    seqnet_error err = {0};
    text_log log = {0};
    seqnet_reader *reader;
    log_text(&log, "");
    log_text(raw, "");
    if (seqnet_reader_open(&reader, path, options, &err) != SEQNET_OK) {
        assert_null(reader);
        log_error(&log, place, err.message);
        return log;
    }
    log_all(&log, raw, reader, place);
    seqnet_reader_free(reader);
    return log;
}

/* Writes the bytes to a file of this name, and compares the log of its records with `expected` and
 * the raw bytes with the file. A file that could not be opened has no raw bytes. */
static inline void assert_records_of(const char *name, const char *bytes, size_t length,
                                     const seqnet_reader_options *options, const char *expected)
{
    const test_path path = write_file(name, bytes, length);
    text_log raw = {0}, log = read_records(path.text, path.text, options, &raw);
    assert_string_equal(log.text, expected);
    if (raw.length > 0) {
        assert_int_equal(raw.length, length);
        assert_memory_equal(raw.text, bytes, length);
    }
    free(log.text);
    free(raw.text);
}

static inline void assert_records(const char *name, const char *text,
                                  const seqnet_reader_options *options, const char *expected)
{
    assert_records_of(name, text, strlen(text), options, expected);
}

/* Compares the log of the same records from standard input, for pieces of several sizes. */
static inline void assert_records_in_pieces(const char *bytes, size_t length,
                                            const seqnet_reader_options *options,
                                            const char *expected)
{
    for (size_t piece = 1; piece <= 7; piece++) {
        text_log raw = {0};
        const pieces p = begin_pieces(bytes, length, piece);
        text_log log = read_records("-", "standard input", options, &raw);
        end_pieces(p);
        assert_string_equal(log.text, expected);
        assert_int_equal(raw.length, length);
        assert_memory_equal(raw.text, bytes, length);
        free(log.text);
        free(raw.text);
    }
}

static inline seqnet_reader_options options_of(seqnet_format format)
{
    seqnet_reader_options options = seqnet_reader_options_default();
    options.format = format;
    return options;
}

static inline seqnet_reader_options labelled_options(seqnet_format format)
{
    seqnet_reader_options options = options_of(format);
    options.wants_label = true;
    return options;
}

#endif
