/* Values of options: texts become what the targets hold, or are refused. */
#ifndef ARGUMENTS_OPTION_VALUES_H
#define ARGUMENTS_OPTION_VALUES_H

#include "option_list.h"

/* Prints what is wrong with an option and the value that it has, or NULL; returns an exit code. */
int refuse_value(const option_list *list, const char *option, const char *value,
                 const char *remedy);

/* Sets the target of an option, and notes that this source has given it: 0 for the line that is
 * typed. Refuses a second value from the same source. Returns PARSED, or prints what is wrong and
 * returns an exit code. */
int give_value(const option_list *list, parsed_line *line, size_t index, const char *value,
               unsigned char source);

/* The bytes of an option's target. */
size_t value_size(const option_spec *spec);

#endif
