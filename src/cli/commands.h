/* The commands. Each parses its own line (argv[0] is the command's name) and returns an exit code
 * (errors.h). */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

int command_load(int argc, char **argv);
int command_check(int argc, char **argv);
int command_pad(int argc, char **argv);
int command_train(int argc, char **argv);
int command_predict(int argc, char **argv);
int command_evaluate(int argc, char **argv);
int command_tokens(int argc, char **argv);
int command_info(int argc, char **argv);
int command_bench(int argc, char **argv);

#endif
