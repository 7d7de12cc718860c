/*
 * Options that are not typed. They come, the first ones before the next ones, from files that
 * --options or @FILE name, the last file first; SEQNET_OPTIONS; SEQNET_THREADS; the user's file
 * (config_file.h). In a file those below a heading of the command, "[train]", come before those
 * above all headings, of which a command takes the ones that it knows. An option of a weaker source
 * gives way to one with the same target, or that excludes it (exclusions.h), of a stronger source.
 *
 * What a command prints as its result does not depend on the user's configuration where that is no
 * terminal: there SEQNET_OPTIONS and the user's file change no answers. Commands that make files
 * take them everywhere.
 */
#ifndef ARGUMENTS_CONFIGURATION_H
#define ARGUMENTS_CONFIGURATION_H

#include "option_list.h"

/* Sets the targets of options that no stronger source has given; `only`: those of these names,
 * with blanks between them; NULL: of any. Tells with --verbose what comes from where. Returns
 * PARSED, or prints what is wrong and returns an exit code. */
int take_configuration(const option_list *list, parsed_line *line, const char *only);

/* Notes which options a run that has failed had from where, unless that is told. */
void tell_configuration(void);

#endif
