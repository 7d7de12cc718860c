/*
 * The step between a file's bytes and whoever reads them as text: the first bytes tell what the
 * file is (file_kind.h), another kind than text is refused by its name, and other encodings than
 * UTF-8 are decoded (decoder.h). stream.c puts it behind gzip.
 */
#ifndef SN_TEXT_STEP_H
#define SN_TEXT_STEP_H

#include <stdbool.h>
#include <stddef.h>

#include "status.h"

typedef struct sn_text_step sn_text_step;

/* How a file's text is to be taken. */
typedef struct sn_text_options {
    /* The name of the encoding as iconv spells it. NULL or "auto": UTF-8, or UTF-16 or UTF-32 when
     * the first bytes tell. A byte order mark counts whatever the name is. */
    const char *encoding;
    /* The encoding is that of other data: UTF-8 is taken as such. */
    bool may_be_utf8;
    /* HTML, RTF and the like are text, too. */
    bool takes_marked;
} sn_text_options;

/* Where the step takes bytes from, as sn_stream_read does. */
typedef seqnet_status sn_byte_source(void *user, void *data, size_t capacity, size_t *got,
                                     seqnet_error *err);

/* Opens a step in front of a source, whose reads may wait for somebody who types; `place` is
 * borrowed and begins error sentences. */
seqnet_status sn_text_step_open(sn_text_step **step, const sn_text_options *options,
                                sn_byte_source *source, void *user, bool may_wait,
                                const char *place, seqnet_error *err);

/* NULL is fine. */
void sn_text_step_free(sn_text_step *step);

/* Reads text as sn_stream_read reads bytes. */
seqnet_status sn_text_step_read(sn_text_step *step, void *data, size_t capacity, size_t *got,
                                seqnet_error *err);

/* Whether text can be read without asking the source. */
bool sn_text_step_holds(const sn_text_step *step);

/* Whether the text differs from the source's bytes. */
bool sn_text_step_decodes(const sn_text_step *step);

#endif
