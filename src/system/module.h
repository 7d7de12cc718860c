/*
 * Parts of seqnet that lie in files of their own, since the libraries that they need are loaded
 * only by those who use them: a module is beside the program in a build tree, and in a folder of
 * the libraries when installed. What a module has inside is up to the caller.
 */
#ifndef SN_MODULE_H
#define SN_MODULE_H

#include <stdbool.h>
#include <stddef.h>

/* Opens the module with this file name; `is_global`: its libraries see each other's symbols. Never
 * closed. NULL, with the reason in problem[0 .. size). */
void *sn_module_open(const char *name, bool is_global, char *problem, size_t size);

/* Opens a shared library by its soname, for a part of seqnet whose users alone need it, and stores
 * the addresses of its `count` functions in `slots`, an array of function pointers. Never closed.
 * False, with the reason in problem[0 .. size) and the slots as they are, where it or a function of
 * it is missing. */
bool sn_library_open(const char *soname, const char *const *names, size_t count, void *slots,
                     char *problem, size_t size);

/* Stores the address of a function of the module in the function pointer at `slot`; false when it
 * has none of that name. */
bool sn_module_function(void *slot, void *module, const char *name);

#endif
