/* What the exit codes mean (errors.h), for the manual. */
#ifndef TABLES_EXIT_CODES_H
#define TABLES_EXIT_CODES_H

#include <stddef.h>

typedef struct exit_meaning {
    int code;
    const char *meaning;
} exit_meaning;

extern const exit_meaning EXIT_MEANINGS[];
extern const size_t EXIT_MEANING_COUNT;

#endif
