#include "word_roles.h"

#include <string.h>

static const option_spec *spec_at(const option_list *list, size_t index)
{
    return index < list->count ? list->specs[index] : NULL;
}

/* The option of a word that takes the next word as its value; NULL: none does. *spec becomes the
 * word's option, of several letters the last one that is known. */
static const option_spec *taker_of_next(const option_list *list, const char *text,
                                        const option_spec **spec)
{
    *spec = NULL;
    if (text[1] == '-') {
        const size_t length = strcspn(text + 2, "=");
        *spec = spec_at(list, find_long(list, text + 2, length));
        return *spec && needs_value(*spec) && !text[2 + length] ? *spec : NULL;
    }
    for (const char *letter = text + 1; *letter; letter++) {
        const option_spec *const found = spec_at(list, find_letter(list, *letter));
        *spec = found ? found : *spec;
        if (!found || needs_value(found))
            return found && !letter[1] ? found : NULL;
    }
    return NULL;
}

static word_role free_role(const option_list *list, const char *text)
{
    if (text[0] == '-' && text[1])
        return strcmp(text, "--") == 0 ? WORD_END : WORD_OPTION;
    return list->command->reads_arguments && text[0] == '@' && text[1] ? WORD_OPTION_FILE
                                                                       : WORD_ARGUMENT;
}

void read_word_roles(const option_list *list, int argc, char **argv, line_word *words)
{
    bool has_ended = false;
    const option_spec *taker = NULL;
    for (int i = 0; i < argc; i++) {
        line_word *const word = &words[i];
        *word = (line_word){.text = argv[i], .spec = taker};
        if (i == 0)
            word->role = WORD_COMMAND;
        else if (taker)
            word->role = WORD_VALUE;
        else if (has_ended)
            word->role = WORD_BEHIND_END;
        else
            word->role = free_role(list, argv[i]);
        has_ended |= word->role == WORD_END;
        taker = word->role == WORD_OPTION ? taker_of_next(list, argv[i], &word->spec) : NULL;
    }
}
