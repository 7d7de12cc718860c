/*
 * What several test programs share: a temporary folder, small files in it, expected error
 * sentences, and Python with NumPy as an independent reader. Include it after <cmocka.h>.
 */
#ifndef SUPPORT_H
#define SUPPORT_H

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#if defined(__linux__)
#include <sys/sysmacros.h>
#endif
#include <unistd.h>

#include <seqnet/status.h>

static char test_folder[] = "/tmp/seqnet-test-XXXXXX";

/* A path as a value, which needs no freeing. */
typedef struct test_path {
    char text[128];
} test_path;

/* Group setup and teardown for programs that write files. */
static inline int make_folder(void **state)
{
    (void)state;
    return mkdtemp(test_folder) ? 0 : -1;
}

static inline int remove_entry(const char *path, const struct stat *info, int kind,
                               struct FTW *place)
{
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

static inline int remove_folder(void **state)
{
    (void)state;
    return nftw(test_folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static inline test_path in_folder(const char *name)
{
    test_path path;
    (void)snprintf(path.text, sizeof path.text, "%s/%s", test_folder, name);
    return path;
}

/* Writes a file of the temporary folder and returns its path. */
static inline test_path write_file(const char *name, const void *data, size_t size)
{
    const test_path path = in_folder(name);
    FILE *const file = fopen(path.text, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    return path;
}

static inline test_path write_text(const char *name, const char *text)
{
    return write_file(name, text, strlen(text));
}

/* Passes if the file holds exactly this text of less than 255 bytes. */
static inline void assert_file_is(const char *path, const char *text)
{
    char found[256];
    FILE *const file = fopen(path, "rb");
    assert_non_null(file);
    const size_t size = fread(found, 1, sizeof found - 1, file);
    fclose(file);
    found[size] = '\0';
    assert_string_equal(found, text);
}

/* Counts the entries of a folder without "." and "..". */
static inline size_t count_entries(const char *path)
{
    DIR *const folder = opendir(path);
    assert_non_null(folder);
    size_t count = 0;
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(folder);
    return count;
}

/* Passes if the call failed with the expected status and a sentence that holds `part`. */
static inline void assert_failure(seqnet_status status, const seqnet_error *err,
                                  seqnet_status expected, const char *part)
{
    assert_int_equal(status, expected);
    assert_int_equal(err->status, expected);
    if (!strstr(err->message, part))
        fail_msg("\"%s\" does not say \"%s\"", err->message, part);
}

/* Passes if the call succeeded; otherwise shows the sentence. */
static inline void assert_ok(seqnet_status status, const seqnet_error *err)
{
    if (status != SEQNET_OK)
        fail_msg("status %d: %s", (int)status, err->message);
}

/* Skips the rest of the test, saying what was missing. */
#define SKIP_WITHOUT(what)                                                                         \
    do {                                                                                           \
        print_message("skipped: needs %s\n", what);                                                \
        skip();                                                                                    \
    } while (0)

/* Returns the path of a memory device of Linux by its minor number: 3 is null, 7 is full. Root gets
 * a new node in the temporary folder, because faulty code could replace the one in /dev for the
 * whole machine. The path is empty if no device can be used without this risk. */
static inline test_path safe_device(const char *name, unsigned minor_number)
{
    test_path path = in_folder(name);
#if defined(__linux__)
    const dev_t device = makedev(1, minor_number);
    if (geteuid() != 0)
        (void)snprintf(path.text, sizeof path.text, "/dev/%s", name);
    else if (access(path.text, F_OK) != 0 && mknod(path.text, S_IFCHR | 0666, device) != 0)
        path.text[0] = '\0';
#else
    (void)minor_number;
#endif
    FILE *const probe = path.text[0] ? fopen(path.text, "r+") : NULL;
    if (!probe) /* for example on a file system that is mounted without devices */
        path.text[0] = '\0';
    else
        fclose(probe);
    return path;
}

/* Returns the command of a Python that has NumPy, or NULL. */
static inline const char *python_with_numpy(void)
{
    static const char *const names[] = {"python3", "/usr/bin/python3"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char command[128];
        (void)snprintf(command, sizeof command, "%s -c 'import numpy' 2>/dev/null", names[i]);
        if (system(command) == 0)
            return names[i];
    }
    return NULL;
}

#endif
