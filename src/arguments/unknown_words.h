/* What is said of words that are no option, or no command: which one is meant. */
#ifndef ARGUMENTS_UNKNOWN_WORDS_H
#define ARGUMENTS_UNKNOWN_WORDS_H

#include "option_list.h"

/* Prints that there is no such option, and what is meant by it; returns an exit code. `typed` has
 * its dashes, and perhaps =VALUE. */
int refuse_option(const option_list *list, const char *typed);

/* Prints that there is no such command, behind `place`, and what is meant by it; returns an exit
 * code. */
int refuse_command(const char *place, const char *typed);

/* Whether one dash stands before a long option, or before a synonym of one: -lr, -wordNgrams. */
bool is_long_with_one_dash(const option_list *list, const char *typed);

#endif
