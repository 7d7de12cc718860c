#include "json_line.h"

#include <stdio.h>
#include <stdlib.h>

#include "errors.h"
#include "terminal.h"

seqnet_status write_json_line(FILE *out, seqnet_json *json, seqnet_error *err)
{
    char *text;
    TRY(seqnet_json_end(json, &text, err));
    if (out == stdout)
        progress_yield();
    fputs(text, out);
    putc('\n', out);
    free(text);
    return SEQNET_OK;
}

int print_json_line(seqnet_json *json)
{
    seqnet_error err = {0};
    return write_json_line(stdout, json, &err) == SEQNET_OK ? EXIT_DONE : fail(&err);
}
