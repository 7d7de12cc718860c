#include "cgroup.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "banned.h"

/* Whether a comma-separated list holds a word. */
static bool lists(const char *list, size_t length, const char *word)
{
    const size_t wanted = strlen(word);
    for (size_t start = 0; start <= length;) {
        const char *const comma = memchr(list + start, ',', length - start);
        const size_t end = comma ? (size_t)(comma - list) : length;
        if (end - start == wanted && memcmp(list + start, word, wanted) == 0)
            return true;
        start = end + 1;
    }
    return false;
}

/* The folder in a line "4:memory:/folder" of /proc/self/cgroup, "0::/folder" for version 2; NULL
 * when the line is of another hierarchy. */
static char *folder_of(char *line, const char *controller)
{
    char *const first = strchr(line, ':');
    char *const second = first ? strchr(first + 1, ':') : NULL;
    if (!second)
        return NULL;
    const size_t length = (size_t)(second - first) - 1;
    const bool fits = controller ? lists(first + 1, length, controller) : length == 0;
    return fits ? second + 1 : NULL;
}

static void visit_ancestors(char *folder, sn_cgroup_visit *visit, void *user)
{
    folder[strcspn(folder, "\n")] = '\0';
    for (char *slash; (slash = strrchr(folder, '/')) != NULL; *slash = '\0')
        if (slash[1])
            visit(user, folder);
}

void sn_cgroup_each(const char *root, const char *controller, sn_cgroup_visit *visit, void *user)
{
    char line[PATH_MAX];
    (void)snprintf(line, sizeof line, "%s/proc/self/cgroup", root);
    FILE *const groups = fopen(line, "r");
    while (groups && fgets(line, sizeof line, groups)) {
        char *const folder = folder_of(line, controller);
        if (folder)
            visit_ancestors(folder, visit, user);
    }
    if (groups)
        fclose(groups);
    visit(user, "");
}
