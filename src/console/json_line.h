/* JSON on standard output, one object a line. How an object is built is in seqnet/json.h. */
#ifndef CONSOLE_JSON_LINE_H
#define CONSOLE_JSON_LINE_H

#include <seqnet/json.h>

/* Prints what was built on one line of standard output and forgets it. SEQNET_ERR_MEMORY, with
 * nothing printed, when a part of it could not be built. */
seqnet_status write_json_line(seqnet_json *json, seqnet_error *err);

/* Likewise, but prints the error too. Returns an exit code. */
int print_json_line(seqnet_json *json);

#endif
