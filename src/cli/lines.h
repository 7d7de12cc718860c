/* Reading a file or a pipe line by line, without a limit on a line's length. */
#ifndef CLI_LINES_H
#define CLI_LINES_H

#include <stdbool.h>
#include <stddef.h>

typedef struct line_reader {
    int fd;
    const char *name; /* for messages */
    char *buffer;
    size_t start;   /* of the next line */
    size_t scanned; /* no newline before this */
    size_t end, capacity;
    bool at_end; /* of the file */
} line_reader;

/* Opens a file, or standard input for NULL or "-". Prints the error and returns an exit code. */
int lines_open(line_reader *reader, const char *path);

typedef enum line_result { LINE_READ, LINE_END, LINE_FAILED } line_result;

/* The next line without its newline and a carriage return before it; valid until the next call.
 * LINE_FAILED was told. */
line_result lines_next(line_reader *reader, const char **line, size_t *length);

/* Whether the next line can be had without waiting. */
bool lines_ready(line_reader *reader);

void lines_close(line_reader *reader);

#endif
