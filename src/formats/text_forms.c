/*
 * How formats spell texts and labels, for all who write them: the fields of CSV (seqnet/output.h)
 * and the labels of fastText (seqnet/reader.h).
 */
#include <string.h>

#include <seqnet/output.h>
#include <seqnet/reader.h>

#include "status.h"

#include "banned.h"

static bool needs_quotes(const char *text, size_t length, char delimiter)
{
    const char special[] = {delimiter, '"', '\n', '\r'};
    if (length == 0)
        return false;
    bool found = text[0] == ' ' || text[length - 1] == ' ';
    for (size_t i = 0; i < sizeof special && !found; i++)
        found = memchr(text, special[i], length) != NULL;
    return found;
}

seqnet_status seqnet_write_csv_field(seqnet_sink *sink, void *user, const char *text, size_t length,
                                     char delimiter, seqnet_error *err)
{
    if (!needs_quotes(text, length, delimiter))
        return sink(user, text, length, err);
    SN_TRY(sink(user, "\"", 1, err));
    for (const char *quote; length && (quote = memchr(text, '"', length)) != NULL;) {
        const size_t size = (size_t)(quote - text) + 1;
        SN_TRY(sink(user, text, size, err));
        SN_TRY(sink(user, "\"", 1, err));
        text += size;
        length -= size;
    }
    SN_TRY(sink(user, text, length, err));
    return sink(user, "\"", 1, err);
}

char seqnet_fasttext_label_character(char character)
{
    static const char blanks[] = " \t\n\r\v\f";
    return character && strchr(blanks, character) ? '_' : character;
}

bool seqnet_fasttext_same_label(const char *one, const char *other)
{
    while (*one &&
           seqnet_fasttext_label_character(*one) == seqnet_fasttext_label_character(*other)) {
        one++;
        other++;
    }
    return !*one && !*other;
}
