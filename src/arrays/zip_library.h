/*
 * libzip, which is opened when the first archive is: libraries of cryptography come with it, and
 * loading them takes a quarter of the time in which a program that reads no archive scores a text.
 */
#ifndef SN_ZIP_LIBRARY_H
#define SN_ZIP_LIBRARY_H

#include <zip.h>

#include "status.h"

/* The functions that are used, without the prefix zip_. */
#define SN_ZIP_FUNCTIONS(X)                                                                        \
    X(close)                                                                                       \
    X(discard)                                                                                     \
    X(error_code_zip)                                                                              \
    X(error_fini)                                                                                  \
    X(error_init)                                                                                  \
    X(error_strerror)                                                                              \
    X(fclose)                                                                                      \
    X(file_add)                                                                                    \
    X(file_get_error)                                                                              \
    X(file_set_mtime)                                                                              \
    X(fopen_index)                                                                                 \
    X(fread)                                                                                       \
    X(get_error)                                                                                   \
    X(get_name)                                                                                    \
    X(get_num_entries)                                                                             \
    X(name_locate)                                                                                 \
    X(open_from_source)                                                                            \
    X(set_file_compression)                                                                        \
    X(source_buffer)                                                                               \
    X(source_buffer_create)                                                                        \
    X(source_close)                                                                                \
    X(source_free)                                                                                 \
    X(source_function)                                                                             \
    X(source_keep)                                                                                 \
    X(source_make_command_bitmap)                                                                  \
    X(source_open)                                                                                 \
    X(source_read)                                                                                 \
    X(source_stat)                                                                                 \
    X(stat)                                                                                        \
    X(stat_index)                                                                                  \
    X(stat_init)                                                                                   \
    X(strerror)

typedef struct sn_zip_library {
#define SN_ZIP_SLOT(name) __typeof__(zip_##name) *name;
    SN_ZIP_FUNCTIONS(SN_ZIP_SLOT)
#undef SN_ZIP_SLOT
} sn_zip_library;

/* Has its functions once sn_zip_library_open() has given SEQNET_OK. */
extern sn_zip_library sn_libzip;

/* Whoever begins with an archive opens the library first. Fails with this status where it is not
 * installed. */
seqnet_status sn_zip_library_open(seqnet_status failure, seqnet_error *err);

#endif
