/* Prints JSON, one object per line. seqnet/json.h builds the objects. */
#ifndef CONSOLE_JSON_LINE_H
#define CONSOLE_JSON_LINE_H

#include <seqnet/json.h>

#include <stdio.h>

/* Prints the object on one line and frees it. SEQNET_ERR_MEMORY, with nothing printed, when a part
 * of the object could not be built. */
seqnet_status write_json_line(FILE *out, seqnet_json *json, seqnet_error *err);

/* write_json_line on standard output, but prints the error, too. Returns an exit code. */
int print_json_line(seqnet_json *json);

#endif
