#include "model_names.h"

#include <stdlib.h>
#include <string.h>

/* The length of the path without the ending of the file's name, and where that name begins. */
static size_t stem_length(const char *path, const char **name)
{
    const char *const slash = strrchr(path, '/');
    *name = slash && slash[1] ? slash + 1 : path;
    const char *const dot = strrchr(*name, '.');
    return dot && dot > *name ? (size_t)(dot - path) : strlen(path);
}

bool share_file_name(const char *path, const char *other)
{
    const char *name, *other_name;
    stem_length(path, &name);
    stem_length(other, &other_name);
    return strcmp(name, other_name) == 0 && strcmp(path, other) != 0;
}

/* The first `length` bytes of the name, and the suffix. */
static char *join(const char *name, size_t length, const char *suffix)
{
    char *const made = malloc(length + strlen(suffix) + 1);
    if (made) {
        memcpy(made, name, length);
        memcpy(made + length, suffix, strlen(suffix) + 1);
    }
    return made;
}

char *make_model_name(const char *given, const char *path, bool with_folder, const char *suffix)
{
    const char *name;
    const size_t length = stem_length(path, &name);
    if (given)
        return join(given, strlen(given), suffix);
    return with_folder ? join(path, length, suffix)
                       : join(name, length - (size_t)(name - path), suffix);
}
