#define _GNU_SOURCE /* dladdr */

#include "module.h"

#ifndef SEQNET_STATIC
#include <dlfcn.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#endif

#include <stdio.h>

#include "banned.h"

#ifdef SEQNET_STATIC

void *sn_module_open(const char *name, bool is_global, char *problem, size_t size)
{
    (void)is_global;
    (void)snprintf(problem, size, "this seqnet is linked statically and opens no %s", name);
    return NULL;
}

bool sn_module_function(void *slot, void *module, const char *name)
{
    (void)slot;
    (void)module;
    (void)name;
    return false;
}

#else

/* Where a module is, from the folder of the program or of the library: beside it in a build tree,
 * and as it is installed. */
static const char *const FOLDERS[] = {"", "seqnet/", SEQNET_MODULES_FROM_PROGRAM "/"};
enum { FOLDER_COUNT = sizeof FOLDERS / sizeof *FOLDERS };

/* The file that this code was loaded from: the shared library or the program. */
static bool find_own_file(char path[PATH_MAX])
{
    Dl_info info;
    if (dladdr(FOLDERS, &info) && info.dli_fname && strstr(info.dli_fname, "libseqnet") &&
        realpath(info.dli_fname, path))
        return true;
    const ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 1);
    path[length > 0 ? length : 0] = '\0';
    return length > 0;
}

void *sn_module_open(const char *name, bool is_global, char *problem, size_t size)
{
    char own[PATH_MAX], path[PATH_MAX + 64];
    char *const end = find_own_file(own) ? strrchr(own, '/') : NULL;
    (void)snprintf(problem, size, "%s is not installed with this seqnet", name);
    if (!end)
        return NULL;
    end[1] = '\0';
    for (size_t i = 0; i < FOLDER_COUNT; i++) {
        (void)snprintf(path, sizeof path, "%s%s%s", own, FOLDERS[i], name);
        if (access(path, F_OK) != 0)
            continue;
        void *const module = dlopen(path, RTLD_NOW | (is_global ? RTLD_GLOBAL : RTLD_LOCAL));
        if (!module)
            (void)snprintf(problem, size, "%s", dlerror());
        return module;
    }
    return NULL;
}

bool sn_module_function(void *slot, void *module, const char *name)
{
    const void *const symbol = module ? dlsym(module, name) : NULL;
    if (symbol)
        memcpy(slot, &symbol, sizeof symbol);
    return symbol != NULL;
}

bool sn_library_open(const char *soname, const char *const *names, size_t count, void *slots,
                     char *problem, size_t size)
{
    void *const library = dlopen(soname, RTLD_NOW | RTLD_LOCAL);
    (void)snprintf(problem, size, "%s", library ? "" : dlerror());
    for (size_t i = 0; i < count && !*problem; i++)
        if (!dlsym(library, names[i]))
            (void)snprintf(problem, size, "%s has no function %s", soname, names[i]);
    for (size_t i = 0; i < count && !*problem; i++)
        (void)sn_module_function((char *)slots + i * sizeof(void *), library, names[i]);
    return !*problem;
}

#endif
