/* The names of models in charts: as they are given, or those of their files without folder and
 * ending. */
#ifndef CHARTS_MODEL_NAMES_H
#define CHARTS_MODEL_NAMES_H

#include <stdbool.h>

/* Whether two models, in different folders, have files of the same name. */
bool share_file_name(const char *path, const char *other);

/* Makes the name of a model, followed by `suffix`: "lstm", "a/lstm (training)". It is the given
 * one, or if that is NULL the file's, with its folder or without. The caller frees it. NULL without
 * memory. */
char *make_model_name(const char *given, const char *path, bool with_folder, const char *suffix);

#endif
