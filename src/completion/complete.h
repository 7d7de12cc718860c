/*
 * `seqnet --complete`, which shells ask what may stand where the cursor is:
 *
 *     seqnet --complete bash BREAKS HEAD TAIL     the line before and behind the cursor
 *     seqnet --complete zsh INDEX WORD...         the words behind the program's name, and which of
 *     seqnet --complete fish INDEX WORD...        them the cursor is in; it ends there
 *
 * The answer (answer.h) comes from the option tables, the data and the model on the line. Nothing
 * is said about what is wrong, and an answer that takes long is given up.
 */
#ifndef COMPLETION_COMPLETE_H
#define COMPLETION_COMPLETE_H

#include "command_table.h"

/* argv[0] is "--complete". Returns an exit code. */
int complete(const command_table *commands, int argc, char **argv);

/* The scripts that make a shell ask, as `seqnet --generate` prints them; NULL: there is none for
 * this shell. */
const char *completion_script(const char *shell);

#endif
