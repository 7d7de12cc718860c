/* The environment variables that seqnet reads, for the overview of the help and the manual. */
#ifndef TABLES_ENVIRONMENT_H
#define TABLES_ENVIRONMENT_H

#include <stddef.h>

typedef struct environment_variable {
    /* The name, or several with ", " between them. */
    const char *name;
    /* What it does, as options are described. */
    const char *meaning;
} environment_variable;

extern const environment_variable ENVIRONMENT[];
extern const size_t ENVIRONMENT_COUNT;

#endif
