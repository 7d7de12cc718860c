#include "open_model.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <seqnet/seqnet.h>

#include "errors.h"
#include "option_table.h"
#include "outputs.h"
#include "terminal.h"

static const char *from_environment(void)
{
    const char *const variable = getenv("SEQNET_MODEL");
    return variable && *variable ? variable : NULL;
}

/* Loads the model at `path` and tells its engine. */
static int load_model(seqnet_model **model, const char *path)
{
    seqnet_error err = {0};
    char engine[SEQNET_ENGINE_TEXT];
    if (strcmp(path, SEQNET_BUILTIN_REVIEWS) != 0)
        add_input(path);
    const int code = check_standard_output();
    if (code != PARSED)
        return code;
    if (seqnet_model_load(model, path, &err) != SEQNET_OK)
        return fail(&err);
    if (seqnet_model_layer_count(*model) == 0)
        return EXIT_DONE;
    seqnet_model_engine(*model, engine);
    detail("engine: %s; %s", engine, seqnet_instruction_set());
    return EXIT_DONE;
}

/* Finds the model that is meant when none is named; NULL: there is none. */
static const char *find_model(void)
{
    const char *const variable = from_environment();
    return variable ? variable : access(DEFAULT_MODEL, F_OK) == 0 ? DEFAULT_MODEL : NULL;
}

/* Loads the model at `path`, which find_model found unless it is `named`. */
static int open_at(seqnet_model **model, const char *named, const char *path)
{
    const int code = load_model(model, path);
    if (code == EXIT_DONE && !named)
        note("model: %s%s", path, from_environment() ? " (from SEQNET_MODEL)" : "");
    return code;
}

int open_model(seqnet_model **model, const char *named, const char **path)
{
    *model = NULL;
    *path = named ? named : find_model();
    if (*path)
        return open_at(model, named, *path);
    complain("no model: ./%s does not exist; train one with 'seqnet train imdb.npz' or 'seqnet "
             "train builtin:demo', or name one with -m FILE; -m %s is in the box",
             DEFAULT_MODEL, SEQNET_BUILTIN_REVIEWS);
    return SEQNET_ERR_MODEL;
}

int open_model_or_builtin(seqnet_model **model, const char *named, const char **path)
{
    *model = NULL;
    *path = named ? named : find_model();
    if (*path)
        return open_at(model, named, *path);
    *path = SEQNET_BUILTIN_REVIEWS;
    const int code = load_model(model, *path);
    if (code == EXIT_DONE)
        note("model: %s, the one in the box, for English reviews; 'seqnet train' makes your own",
             *path);
    return code;
}
