/*
 * From the encodings of texts to UTF-8, by the C library's iconv: bytes go in in pieces of any
 * size, UTF-8 comes out. A byte that the encoding does not have comes out as 0xff, which is no
 * UTF-8 either, so that whoever reads the text finds it in its place and counts it.
 */
#ifndef SN_DECODER_H
#define SN_DECODER_H

#include <stdbool.h>
#include <stddef.h>

#include "status.h"

typedef struct sn_decoder sn_decoder;

/* Opens a decoder of an encoding by its name as iconv spells it. SEQNET_ERR_USAGE for a name that
 * iconv does not know, SEQNET_ERR_MEMORY. */
seqnet_status sn_decoder_open(sn_decoder **decoder, const char *encoding, seqnet_error *err);

/* NULL is fine. */
void sn_decoder_free(sn_decoder *decoder);

/* Decodes from bytes[0 .. *length) to out[0 .. room), room >= 16. *length becomes the number of
 * bytes that are used up, *made that of the bytes that come out. With `is_last` nothing follows, so
 * that a character which is cut off is replaced; the end is reached when nothing is made. */
void sn_decoder_run(sn_decoder *decoder, const char *bytes, size_t *length, bool is_last, char *out,
                    size_t room, size_t *made);

/* The encoding that the first bytes of a file tell, by a byte order mark, whose length *mark
 * becomes, or by where the NULs of UTF-16 and UTF-32 stand; NULL: none, the text is in UTF-8 or
 * another encoding of bytes. */
const char *sn_encoding_guess(const void *bytes, size_t size, size_t *mark);

/* Whether the name is one of UTF-8. */
bool sn_encoding_is_utf8(const char *encoding);

#endif
