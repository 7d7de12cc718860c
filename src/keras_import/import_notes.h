/* What an import assumed and folded, as sentences for people: kept for the training record, and
 * told when the import has succeeded, since a refusal is one sentence. */
#ifndef SN_NOTES_H
#define SN_NOTES_H

#include <stdbool.h>
#include <stddef.h>

enum { SN_MAX_NOTES = 64 };

typedef struct sn_notes {
    char *sentences[SN_MAX_NOTES];
    size_t count;
    /* Nothing is added: a translation is tried. */
    bool is_silent;
} sn_notes;

/* Adds a sentence, unless it is there. One for which there is no memory is lost. */
__attribute__((format(printf, 2, 3))) void sn_notes_add(sn_notes *notes, const char *format, ...);

void sn_notes_free(sn_notes *notes);

#endif
