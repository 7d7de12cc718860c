/* The commands, one file cmd_NAME.c each. A command parses its own line, of which argv[0] is its
 * name, and returns an exit code (errors.h). To add a command: write its file, declare it
 * here, and add its row to the table in commands.c. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "command_table.h"

extern const command_table COMMANDS;

int command_load(int argc, char **argv);
int command_check(int argc, char **argv);
int command_pad(int argc, char **argv);
int command_prepare(int argc, char **argv);
int command_train(int argc, char **argv);
int command_tune(int argc, char **argv);
int command_predict(int argc, char **argv);
int command_compare(int argc, char **argv);
int command_evaluate(int argc, char **argv);
int command_report(int argc, char **argv);
int command_explain(int argc, char **argv);
int command_drift(int argc, char **argv);
int command_tokens(int argc, char **argv);
int command_history(int argc, char **argv);
int command_vectors(int argc, char **argv);
int command_import(int argc, char **argv);
int command_info(int argc, char **argv);
int command_export(int argc, char **argv);
int command_bench(int argc, char **argv);

#endif
