/* What seqnet is: its commands by task, what DATA is, the environment, examples. */
#ifndef ARGUMENTS_OVERVIEW_H
#define ARGUMENTS_OVERVIEW_H

#include "command_table.h"
#include "help_page.h"

void put_overview(const help_page *page, const command_table *commands);

/* What goes on one screen: the commands of commands->brief, and the names of the others. */
void put_brief_overview(const help_page *page, const command_table *commands);

/* Its one sentence, and its examples, as command_spec has them. */
extern const char OVERVIEW_SUMMARY[], OVERVIEW_EXAMPLES[];

#endif
