#include "import_notes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

#include "banned.h"

void sn_notes_add(sn_notes *notes, const char *format, ...)
{
    char sentence[600];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    if (notes->is_silent)
        return;
    for (size_t i = 0; i < notes->count; i++)
        if (strcmp(notes->sentences[i], sentence) == 0)
            return;
    if (notes->count < SN_MAX_NOTES && sn_copy_string(&notes->sentences[notes->count], sentence,
                                                      strlen(sentence), NULL) == SEQNET_OK)
        notes->count++;
}

void sn_notes_free(sn_notes *notes)
{
    for (size_t i = 0; i < notes->count; i++)
        free(notes->sentences[i]);
    notes->count = 0;
}
