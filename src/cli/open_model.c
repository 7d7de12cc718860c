#include "open_model.h"

#include <stdlib.h>
#include <unistd.h>

#include <seqnet/seqnet.h>

#include "errors.h"
#include "outputs.h"
#include "terminal.h"

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
    char engine[SEQNET_ENGINE_TEXT];
    const int code = check_standard_output();
    if (code != PARSED)
        return code;
    if (seqnet_model_load(model, *path, &err) != SEQNET_OK)
        return fail(&err);
    if (!named)
        note("model: %s%s", *path, variable && *variable ? " (from SEQNET_MODEL)" : "");
    seqnet_model_engine(*model, engine);
    detail("engine: %s; %s", engine, seqnet_instruction_set());
    return EXIT_DONE;
}
