/* Bytes as hexadecimal digits, for the programs of this folder. */
#ifndef HEXADECIMAL_H
#define HEXADECIMAL_H

#include <stddef.h>

static int digit_of(char c)
{
    return c >= 'a' ? c - 'a' + 10 : c - '0';
}

/* Decodes hexadecimal in place; *end is where it ends. Returns the number of bytes. */
static size_t unhex(char *text, char **end)
{
    size_t length = 0;
    char *from = text;
    for (; from[0] > ' ' && from[1] > ' '; from += 2)
        text[length++] = (char)(digit_of(from[0]) * 16 + digit_of(from[1]));
    *end = from;
    return length;
}

#endif
