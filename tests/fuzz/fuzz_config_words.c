/*
 * Fuzz target: any bytes as a file of options, and as SEQNET_OPTIONS. Words lie in the text that
 * was read, in its order, and the file's last line is the last one that a word can be in.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "config_words.h"

static void check_words(const char *text, size_t length, size_t lines, const config_words *words)
{
    size_t line = 1;
    const char *place = text;
    for (size_t i = 0; i < words->count; i++) {
        const config_word *const word = &words->all[i];
        if (word->text < place || word->line < line || word->line > lines)
            abort();
        line = word->line;
        place = word->text + strlen(word->text) + 1;
        if (place > text + length + 1)
            abort();
    }
}

static void read_as(const uint8_t *data, size_t size, bool is_file)
{
    config_words words = {0};
    size_t line, lines = 1;
    char *const text = malloc(size + 1);
    if (!text)
        return;
    if (size)
        memcpy(text, data, size);
    text[size] = '\0';
    for (size_t i = 0; i < size; i++)
        lines += text[i] == '\n';
    const char *const wrong = read_config_words(text, size, is_file, &words, &line);
    if (wrong && (line < 1 || line > lines))
        abort();
    if (!wrong)
        check_words(text, size, lines, &words);
    free(words.all);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_as(data, size, true);
    read_as(data, size, false);
    return 0;
}
