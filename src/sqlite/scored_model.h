/*
 * A model that scores one text at a time for the functions of SQL, and the models of a connection.
 * Values of SQL and errors of SQLite are in functions.c.
 */
#ifndef SQLITE_SCORED_MODEL_H
#define SQLITE_SCORED_MODEL_H

#include <seqnet/model.h>
#include <seqnet/predict.h>

typedef struct scored_model {
    struct scored_model *next;
    /* The name that it was asked for by. */
    char *path;
    seqnet_model *model;
    seqnet_predictor *predictor;
    /* Holds the text that was scored last, if any: several functions often ask about one text. */
    seqnet_batch *batch;
    char *text;
    size_t length, capacity;
} scored_model;

/* Loads a model and puts it in front of a list, in the place of the one with the same path. */
seqnet_status scored_model_load(scored_model **list, const char *path, seqnet_error *err);

/* The model of a list with this path; NULL: there is none. */
scored_model *scored_model_find(scored_model *list, const char *path);

/* Frees all models of a list. */
void scored_model_free_all(scored_model *list);

/* What the model says of a text, which may be any bytes; valid until the next call. NULL: it
 * failed, with the reason in *err. */
const seqnet_prediction *scored_model_score(scored_model *scored, const char *text, size_t length,
                                            seqnet_error *err);

#endif
