/* The words of the command line, for a model's record: those that are typed, without the ones that
 * name files of options, and those that the configuration gives, behind --no-config. Typed as it
 * is told, the line does the same again, whatever the configuration has become. A process parses
 * one line, so it is kept here. */
#ifndef ARGUMENTS_RECORD_H
#define ARGUMENTS_RECORD_H

#include "word_roles.h"

/* Begins the record of a line, before parsing moves its arguments. Returns what its words are,
 * which the record owns; NULL without memory. */
const line_word *begin_record(const option_list *list, int argc, char **argv);

/* Adds an option that is not typed. Returns false without memory. */
bool record_given(const option_spec *spec, const char *value);

/* Takes a word; returns false to take no more. */
typedef bool word_taker(void *context, const char *word, bool is_argument);

/* Gives all words behind the command's name to `take`, until it returns false. Returns what it has
 * returned last. */
bool each_recorded_word(word_taker *take, void *context);

/* Prints the command with all words behind the one that is typed as what may be done next
 * (next_step.h). */
void tell_next_like_typed(const char *command);

/* The line as one text that a shell reads back, with "seqnet" in front. The caller frees it; NULL
 * without memory. */
char *recorded_command_line(void);

#endif
