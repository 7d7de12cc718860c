/* What an import assumed and folded, as sentences for people: told one by one, and kept for the
 * training record. */
#ifndef SN_NOTES_H
#define SN_NOTES_H

#include <stddef.h>

#include <seqnet/import.h>

enum { SN_MAX_NOTES = 64 };

typedef struct sn_notes {
    seqnet_import_note *callback;
    void *user;
    char *sentences[SN_MAX_NOTES];
    size_t count;
    /* Nothing is told: a translation is tried. */
    bool is_silent;
} sn_notes;

/* Tells a sentence, unless it has been told. Without memory for it, it is not kept. */
__attribute__((format(printf, 2, 3))) void sn_notes_add(sn_notes *notes, const char *format, ...);

void sn_notes_free(sn_notes *notes);

#endif
