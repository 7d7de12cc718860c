/*
 * iconv for static programs, from common encodings to UTF-8: the C library's opens files of this
 * machine for most encodings, which may not be there, or be those of another C library. Known are
 * UTF-8, UTF-16, UTF-32, ASCII and the encodings of one byte in encoding_tables.h; those of East
 * Asia are not.
 */
#ifndef SN_OWN_ICONV_H
#define SN_OWN_ICONV_H

#include <stddef.h>

typedef struct sn_iconv sn_iconv;

/* NULL with EINVAL in errno for an encoding that is not known, with ENOMEM without memory. */
sn_iconv *sn_iconv_open(const char *encoding);

/* As POSIX has iconv(): E2BIG, EILSEQ or EINVAL in errno where it returns (size_t)-1. */
size_t sn_iconv_run(sn_iconv *converter, char **in, size_t *left, char **out, size_t *room);

void sn_iconv_close(sn_iconv *converter);

#endif
