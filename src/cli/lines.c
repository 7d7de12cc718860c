#include "lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "terminal.h"

enum { FIRST_CAPACITY = 1 << 16 };

int lines_open(line_reader *reader, const char *path)
{
    const bool standard = !path || strcmp(path, "-") == 0;
    *reader = (line_reader){.fd = STDIN_FILENO, .name = standard ? "standard input" : path};
    if (!standard)
        reader->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (reader->fd < 0) {
        complain("%s: cannot be opened: %s", path, strerror(errno));
        return SEQNET_ERR_DATA;
    }
    struct stat info;
    if (fstat(reader->fd, &info) == 0 && S_ISDIR(info.st_mode)) {
        complain("%s: is a folder; name a file in it", reader->name);
        lines_close(reader);
        return SEQNET_ERR_DATA;
    }
    return EXIT_DONE;
}

/* Makes room behind `end`: moves the unread bytes to the front, doubles the buffer when full. */
static bool make_room(line_reader *reader)
{
    if (reader->start > 0) {
        memmove(reader->buffer, reader->buffer + reader->start, reader->end - reader->start);
        reader->end -= reader->start;
        reader->scanned -= reader->start;
        reader->start = 0;
    }
    if (reader->end < reader->capacity)
        return true;
    const size_t capacity = reader->capacity ? reader->capacity * 2 : FIRST_CAPACITY;
    char *const grown = realloc(reader->buffer, capacity);
    if (!grown) {
        complain("%s: out of memory for a line of more than %zu bytes", reader->name,
                 reader->capacity);
        return false;
    }
    reader->buffer = grown;
    reader->capacity = capacity;
    return true;
}

static bool fill(line_reader *reader)
{
    if (!make_room(reader))
        return false;
    ssize_t got;
    do
        got = read(reader->fd, reader->buffer + reader->end, reader->capacity - reader->end);
    while (got < 0 && errno == EINTR);
    if (got < 0) {
        complain("%s: cannot be read: %s", reader->name, strerror(errno));
        return false;
    }
    reader->at_end = got == 0;
    reader->end += (size_t)got;
    return true;
}

static char *find_newline(line_reader *reader)
{
    if (reader->scanned == reader->end)
        return NULL;
    char *const newline =
        memchr(reader->buffer + reader->scanned, '\n', reader->end - reader->scanned);
    reader->scanned = newline ? (size_t)(newline - reader->buffer) : reader->end;
    return newline;
}

line_result lines_next(line_reader *reader, const char **line, size_t *length)
{
    char *newline;
    while ((newline = find_newline(reader)) == NULL && !reader->at_end)
        if (!fill(reader))
            return LINE_FAILED;
    if (!newline && reader->start == reader->end)
        return LINE_END;
    const size_t stop = newline ? (size_t)(newline - reader->buffer) : reader->end;
    *line = reader->buffer + reader->start;
    *length = stop - reader->start;
    if (*length > 0 && (*line)[*length - 1] == '\r')
        --*length;
    reader->start = reader->scanned = newline ? stop + 1 : stop;
    return LINE_READ;
}

bool lines_ready(line_reader *reader)
{
    return find_newline(reader) != NULL;
}

void lines_close(line_reader *reader)
{
    if (reader->fd > STDIN_FILENO)
        close(reader->fd);
    free(reader->buffer);
    *reader = (line_reader){.fd = -1};
}
