/* JSON on standard output. */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include <cjson/cJSON.h>

/* Prints the object on one line of standard output and deletes it. */
void print_json_line(cJSON *root);

/* Adds a number with a fixed count of decimals. */
void add_decimal(cJSON *object, const char *key, double value, int decimals);

/* The text as a JSON string, quotes included; NULL when there is no memory. free() it. */
char *quote_json(const char *text);

#endif
