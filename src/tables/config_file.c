#include "config_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "errors.h"
#include "terminal.h"

/* Nobody writes more options than this; what is larger is another kind of file. */
enum { MOST_BYTES = 1 << 20 };

/* The variable's value if it is an absolute path; the rules of XDG ignore others. */
static const char *absolute(const char *variable)
{
    const char *const value = getenv(variable);
    return value && *value == '/' ? value : NULL;
}

bool user_config_path(char path[CONFIG_PATH])
{
    const char *const folder = absolute("XDG_CONFIG_HOME"), *const home = absolute("HOME");
    if (!folder && !home)
        return false;
    const int length = snprintf(path, CONFIG_PATH, "%s%s/seqnet/config", folder ? folder : home,
                                folder ? "" : "/.config");
    return length > 0 && length < CONFIG_PATH;
}

void abbreviate_home(const char *path, char shown[CONFIG_SHOWN])
{
    const char *const home = absolute("HOME");
    const size_t length = home ? strlen(home) : 0;
    const bool is_in = length > 1 && strncmp(path, home, length) == 0 && path[length] == '/';
    (void)snprintf(shown, CONFIG_SHOWN, "%s%s", is_in ? "~" : "", is_in ? path + length : path);
}

/* Whether the failure to open the file means that there is none. A service whose home folder is
 * shut away from it has no file there. */
static bool is_missing(const char *path, int reason)
{
    char folder[CONFIG_PATH];
    if (reason != EACCES)
        return reason == ENOENT || reason == ENOTDIR;
    (void)snprintf(folder, sizeof folder, "%s", path);
    char *const end = strrchr(folder, '/');
    if (end)
        *end = '\0';
    return end && access(folder, X_OK) != 0;
}

static int refuse(const char *path, bool may_miss, const char *what, const char *reason)
{
    char shown[CONFIG_SHOWN];
    abbreviate_home(path, shown);
    complain("%s: %s%s%s; %s", shown, what, reason ? ": " : "", reason ? reason : "",
             may_miss
                 ? "it should hold options of seqnet; --no-config goes on without them"
                 : "it should hold options of seqnet; an argument that begins with @ is ./@...");
    return EXIT_USAGE;
}

/* Reads all that is there, at most one byte more than may be. Returns 0 or an errno. */
static int read_all(int descriptor, char *text, size_t *length)
{
    *length = 0;
    while (*length <= MOST_BYTES) {
        const ssize_t got = read(descriptor, text + *length, MOST_BYTES + 1 - *length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got < 0 ? errno : 0;
        *length += (size_t)got;
    }
    return 0;
}

int read_config_file(const char *path, bool may_miss, char **text, size_t *length)
{
    struct stat info;
    *text = NULL;
    /* A named pipe in the place of the user's file is not waited for. */
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC | (may_miss ? O_NONBLOCK : 0));
    if (descriptor < 0 && may_miss && is_missing(path, errno))
        return PARSED;
    if (descriptor < 0)
        return refuse(path, may_miss, "cannot be opened", strerror(errno));
    const bool is_folder = fstat(descriptor, &info) == 0 && S_ISDIR(info.st_mode);
    char *const bytes = is_folder ? NULL : malloc(MOST_BYTES + 2);
    const int reason = bytes ? read_all(descriptor, bytes, length) : ENOMEM;
    (void)close(descriptor);
    if (!reason && *length <= MOST_BYTES) {
        bytes[*length] = '\0';
        *text = bytes;
        return PARSED;
    }
    free(bytes);
    return is_folder ? refuse(path, may_miss, "is a folder", NULL)
           : reason  ? refuse(path, may_miss, "cannot be read", strerror(reason))
                     : refuse(path, may_miss, "has more than 1 MiB", NULL);
}
