/* JSON on standard output. */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include <cjson/cJSON.h>

/* Prints the object on one line of standard output and deletes it. */
void print_json_line(cJSON *root);

/* Adds a number with a fixed count of decimals. */
void add_decimal(cJSON *object, const char *key, double value, int decimals);

#endif
