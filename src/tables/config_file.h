/* Files of options: where the user's own is, and the bytes of one. */
#ifndef TABLES_CONFIG_FILE_H
#define TABLES_CONFIG_FILE_H

#include <stdbool.h>
#include <stddef.h>

enum {
    CONFIG_PATH = 1024,
    /* What is shown of a longer name is its beginning. */
    CONFIG_SHOWN = 512
};

/* $XDG_CONFIG_HOME/seqnet/config, or ~/.config/seqnet/config. Returns false where neither variable
 * names an absolute path that is short enough. */
bool user_config_path(char path[CONFIG_PATH]);

/* The path with ~ for the home folder, as sentences show it. */
void abbreviate_home(const char *path, char shown[CONFIG_SHOWN]);

/* Reads a whole file, with a NUL behind it; the caller frees *text. With `may_miss` a file that is
 * not there, or in a folder that nobody may look into, leaves *text NULL. Returns PARSED, or prints
 * what is wrong and returns an exit code. */
int read_config_file(const char *path, bool may_miss, char **text, size_t *length);

#endif
