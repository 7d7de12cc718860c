/* Which model a command uses. */
#ifndef CLI_OPEN_MODEL_H
#define CLI_OPEN_MODEL_H

#include <seqnet/model.h>

#define DEFAULT_MODEL "seqnet.safetensors"

/* Loads the model to use: `named`, else $SEQNET_MODEL, else ./seqnet.safetensors. Says which one it
 * was when it was not named; prints the error when there is none. Returns an exit code. *path
 * becomes the file's name. */
int open_model(seqnet_model **model, const char *named, const char **path);

#endif
