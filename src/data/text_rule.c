#include "text_rule.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

#include "banned.h"

/* keras.preprocessing.text.Tokenizer's default `filters`. */
static const char KERAS_FILTERS[] = "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n";

static char normalise_byte(char byte)
{
    if (byte >= 'A' && byte <= 'Z')
        return (char)(byte - 'A' + 'a');
    return byte != '\0' && strchr(KERAS_FILTERS, byte) ? ' ' : byte;
}

seqnet_status sn_tokenizer_start(sn_tokenizer *tokenizer, const char *text, size_t length,
                                 seqnet_error *err)
{
    if (!tokenizer->text)
        for (int byte = 0; byte < 256; byte++)
            tokenizer->mapped[byte] = normalise_byte((char)byte);
    SN_TRY(sn_grow(&tokenizer->text, &tokenizer->capacity, length + 1, 1, err));
    for (size_t i = 0; i < length; i++)
        tokenizer->text[i] = tokenizer->mapped[(unsigned char)text[i]];
    tokenizer->length = length;
    tokenizer->pos = 0;
    return SEQNET_OK;
}

bool sn_tokenizer_next(sn_tokenizer *tokenizer, const char **token, size_t *length)
{
    const char *const text = tokenizer->text;
    size_t start = tokenizer->pos;
    while (start < tokenizer->length && text[start] == ' ')
        start++;
    if (start == tokenizer->length)
        return false;
    const char *const space = memchr(text + start, ' ', tokenizer->length - start);
    const size_t end = space ? (size_t)(space - text) : tokenizer->length;
    *token = text + start;
    *length = end - start;
    tokenizer->pos = end;
    return true;
}

void sn_tokenizer_free(sn_tokenizer *tokenizer)
{
    free(tokenizer->text);
    *tokenizer = (sn_tokenizer){0};
}
