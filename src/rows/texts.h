/* Labelled texts in one growing buffer, the form in which text readers and generators hand data on.
 */
#ifndef SN_TEXTS_H
#define SN_TEXTS_H

#include <stddef.h>
#include <stdint.h>

#include "status.h"

/* What is known of a text besides its bytes. */
typedef struct sn_text_info {
    int32_t label; /* class index */
    float weight;  /* of the row in the loss */
    size_t source; /* number of the file it came from */
    size_t line;   /* where it begins there, from 1; 0: it is the whole file */
} sn_text_info;

typedef struct sn_texts {
    char *bytes;         /* all texts one after the other, not NUL-terminated */
    size_t *offsets;     /* text i is bytes[offsets[i]] .. bytes[offsets[i + 1] - 1] */
    sn_text_info *infos; /* of each text */
    size_t count;        /* number of texts */
    size_t bytes_capacity;
    size_t rows_capacity;
    size_t filled; /* sn_memory_fill's */
} sn_texts;

/* Appends one text; the bytes are copied. A zeroed struct is an empty, valid start.
 * SEQNET_ERR_MEMORY also when the machine has hardly any memory left. */
seqnet_status sn_texts_add(sn_texts *texts, const char *text, size_t length,
                           const sn_text_info *info, seqnet_error *err);
void sn_texts_free(sn_texts *texts);

static inline const char *sn_texts_get(const sn_texts *texts, size_t row, size_t *length)
{
    *length = texts->offsets[row + 1] - texts->offsets[row];
    return texts->bytes + texts->offsets[row];
}

#endif
