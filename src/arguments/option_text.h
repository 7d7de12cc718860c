/* What the help, the manual and completions say of an option: its value and its default in words.
 */
#ifndef ARGUMENTS_OPTION_TEXT_H
#define ARGUMENTS_OPTION_TEXT_H

#include "option_table.h"

/* A text about an option. */
typedef struct option_text {
    char text[240];
} option_text;

/* What stands behind the name: " N", "[=N]", " auto|keras|text"; nothing for a flag. */
option_text option_value_text(const option_spec *spec);

/* The default that is in force when the option is not typed; empty where there is none. The targets
 * hold the defaults. */
option_text option_default_text(const option_spec *spec);

#endif
