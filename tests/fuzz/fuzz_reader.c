/*
 * Fuzz target: any bytes as records. The first two bytes choose the options, the rest is the file.
 * Beside not crashing, the raw bytes of all that the reader gives must be the file.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <seqnet/reader.h>

static volatile unsigned char touched;

/* Writes the bytes to a file that goes away with the process; its path is good for reading. */
static void write_input(char *path, size_t room, const uint8_t *data, size_t size)
{
    static int fd = -1;
    if (fd < 0) {
        char name[] = "/tmp/seqnet-fuzz-XXXXXX";
        fd = mkstemp(name);
        if (fd < 0 || unlink(name) != 0)
            abort();
    }
    if (ftruncate(fd, 0) != 0 || pwrite(fd, data, size, 0) != (ssize_t)size)
        abort();
    (void)snprintf(path, room, "/dev/fd/%d", fd);
}

static seqnet_reader_options choose_options(uint8_t first, uint8_t second)
{
    static const char *const fields[] = {NULL, "text", "2", "a.b"};
    static const char delimiters[] = {0, ',', '\t', 'x'};
    seqnet_reader_options options = seqnet_reader_options_default();
    options.format = (seqnet_format)((first & 7) % (SEQNET_FORMAT_FASTTEXT + 1));
    options.header = (seqnet_header)((first >> 3 & 3) % 3);
    options.no_quotes = first >> 5 & 1;
    options.wants_label = first >> 6 & 1;
    options.text_fields[0] = fields[second & 3];
    options.label_field = second >> 2 & 1 ? "label" : NULL;
    options.weight_field = second >> 3 & 1 ? "w" : NULL;
    options.delimiter = delimiters[second >> 4 & 3];
    return options;
}

/* Whether the bytes stand at *done in the file; moves *done behind them. */
static void compare(const uint8_t *data, size_t size, size_t *done, const char *raw, size_t length)
{
    if (length > size - *done || memcmp(data + *done, raw, length) != 0)
        abort();
    *done += length;
}

/* Reads every byte, for AddressSanitizer to see. */
static void touch(const char *bytes, size_t length)
{
    unsigned char all = 0;
    for (size_t i = 0; i < length; i++)
        all |= (unsigned char)bytes[i];
    touched = all;
}

static void read_all(seqnet_reader *reader, const uint8_t *data, size_t size)
{
    size_t done = 0, length, end;
    bool found = true;
    const char *const header = seqnet_reader_header(reader, &length, &end);
    const bool inflated = size >= 2 && data[0] == 0x1f && data[1] == 0x8b;
    if (!inflated)
        compare(data, size, &done, header, length);
    while (found) {
        seqnet_record record;
        const seqnet_status status = seqnet_reader_next(reader, &record, &found, NULL);
        touch(record.text, record.text_length);
        touch(record.label, record.label_length);
        if (record.raw_end > record.raw_length)
            abort();
        if (!inflated)
            compare(data, size, &done, record.raw, record.raw_length);
        found = found || status != SEQNET_OK;
    }
    if (!inflated && done != size)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[32];
    seqnet_reader *reader;
    if (size < 2)
        return 0;
    const seqnet_reader_options options = choose_options(data[0], data[1]);
    write_input(path, sizeof path, data + 2, size - 2);
    if (seqnet_reader_open(&reader, path, &options, NULL) == SEQNET_OK)
        read_all(reader, data + 2, size - 2);
    seqnet_reader_free(reader);
    return 0;
}
