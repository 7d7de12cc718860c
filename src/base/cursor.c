#include "cursor.h"

#include <string.h>

#include "banned.h"

bool sn_cursor_line(sn_cursor *cursor, const uint8_t **line, size_t *length)
{
    const uint8_t *const newline = memchr(cursor->pos, '\n', sn_cursor_left(cursor));
    if (!newline)
        return false;
    *line = cursor->pos;
    *length = (size_t)(newline - cursor->pos);
    cursor->pos = newline + 1;
    return true;
}
