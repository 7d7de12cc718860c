/* Chooses and loads the model that a command uses. */
#ifndef CLI_OPEN_MODEL_H
#define CLI_OPEN_MODEL_H

#include <seqnet/model.h>

/* Loads the model `named`, else $SEQNET_MODEL, else ./seqnet.safetensors, and registers its file as
 * an input (outputs.h). *path becomes the name of the file. Notes the name if the user did not give
 * it. Returns EXIT_DONE, or prints the error and returns an exit code; *model is NULL then. */
int open_model(seqnet_model **model, const char *named, const char **path);

/* The same, but where the user names no model and none is found it takes the one in the box, and
 * notes so. */
int open_model_or_builtin(seqnet_model **model, const char *named, const char **path);

#endif
