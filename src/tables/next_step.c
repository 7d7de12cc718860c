#include "next_step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "terminal.h"

bool tells_next_step(void)
{
    return !terminal.quiet && !terminal.is_relayed && isatty(STDOUT_FILENO) &&
           isatty(STDERR_FILENO);
}

void spell_file(spelled_line *line, const char *path)
{
    char *const inside = malloc(strlen(path) + 3);
    if (!inside) {
        line->has_failed = true;
        return;
    }
    /* A dash begins options, and @ names files of them. */
    (void)snprintf(inside, strlen(path) + 3, "%s%s", *path == '-' || *path == '@' ? "./" : "",
                   path);
    spell_word(line, inside);
    free(inside);
}

void spell_predict(spelled_line *line, const char *model)
{
    spell_raw(line, "seqnet predict -m");
    spell_word(line, model);
    spell_raw(line, "\"some text\"");
}

void tell_next_with(const char *command, const char *file)
{
    spelled_line line = {0};
    if (!tells_next_step())
        return;
    spell_raw(&line, command);
    spell_file(&line, file);
    tell_next_step(&line);
}

/* Prints the command lines, of which there may be two: each has a line, so that it can be copied.
 */
static void note_commands(char *text)
{
    static const char title[] = "next: ";
    char *const other = strstr(text, " or: seqnet ");
    if (other)
        *other = '\0';
    note_command(title, text);
    if (other)
        note_command("  or: ", other + strlen(" or: "));
}

void tell_next_step(spelled_line *line)
{
    if (!line->has_failed)
        note_commands(line->text);
    free(line->text);
    *line = (spelled_line){0};
}
