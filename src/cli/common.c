/* What several commands need: reporting errors, the clock, finding the model. */
#include "commands.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "options.h"
#include "outputs.h"
#include "terminal.h"

int fail(const seqnet_error *err)
{
    complain("%s", err->message);
    return exit_code(err->status);
}

int exit_code(seqnet_status status)
{
    return status == SEQNET_ERR_MEMORY ? SEQNET_ERR_DATA : (int)status;
}

int output_failed(int reason)
{
    static bool told;
    if (told)
        return SEQNET_ERR_WRITE;
    told = true;
    if (reason)
        complain("%s: cannot be written: %s", output_place(), strerror(reason));
    else
        complain("%s: cannot be written", output_place());
    return SEQNET_ERR_WRITE;
}

/* errno of the first flush that failed: what came later may have changed it. */
static int flush_error;

bool flush_output(void)
{
    if (fflush(stdout) != 0 && flush_error == 0)
        flush_error = errno;
    return flush_error == 0 && !ferror(stdout);
}

int close_output(int code)
{
    return flush_output() ? code : output_failed(flush_error);
}

double percent(size_t part, size_t whole)
{
    return whole ? 100.0 * (double)part / (double)whole : 0.0;
}

bool ends_with(const char *name, const char *ending)
{
    const size_t length = strlen(name), wanted = strlen(ending);
    return length >= wanted && strcasecmp(name + length - wanted, ending) == 0;
}

double seconds_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

int open_model(seqnet_model **model, const char *named, const char **path)
{
    seqnet_error err = {0};
    const char *const variable = getenv("SEQNET_MODEL");
    *model = NULL;
    *path = named ? named : variable && *variable ? variable : DEFAULT_MODEL;
    if (!named && !(variable && *variable) && access(DEFAULT_MODEL, F_OK) != 0) {
        complain("no model: ./%s does not exist; train one with 'seqnet train imdb.npz' or 'seqnet "
                 "train builtin:demo', or name one with -m FILE",
                 DEFAULT_MODEL);
        return SEQNET_ERR_MODEL;
    }
    add_input(*path);
    const int code = check_standard_output();
    if (code != PARSED)
        return code;
    if (seqnet_model_load(model, *path, &err) != SEQNET_OK)
        return fail(&err);
    if (!named)
        note("model: %s%s", *path, variable && *variable ? " (from SEQNET_MODEL)" : "");
    detail("engine: %s; %s", seqnet_model_engine(*model), seqnet_instruction_set());
    return EXIT_DONE;
}

void note_instruction_set_problem(void)
{
    const char *const problem = seqnet_instruction_set_problem();
    if (problem)
        note("%s", problem);
}

void note_blas_problem(void)
{
    const char *const problem = seqnet_blas_problem();
    if (problem)
        note("matrix products run in plain C, several times slower: %s", problem);
}
