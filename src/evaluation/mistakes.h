/* The rows that a model predicts wrong, the surest ones first: printed, and written to files with
 * all that the data says of them. */
#ifndef EVALUATION_MISTAKES_H
#define EVALUATION_MISTAKES_H

#include "measured.h"

typedef struct mistake {
    /* The number among the scored rows. */
    size_t row;
    /* Of the predicted label; of several labels a row, how far the most mistaken one is off. */
    double probability;
} mistake;

/* Lists all mistakes: those of higher probability first, then in the order of the rows. The caller
 * frees *list with free(). */
seqnet_status find_mistakes(const measured *m, mistake **list, size_t *count, seqnet_error *err);

/* Prints the first `most` of them: place, label, predicted label, probability and text. */
seqnet_status print_mistakes(const measured *m, const mistake *list, size_t count, size_t most,
                             seqnet_error *err);

/* The same as a list "errors" of a JSON object; of several labels a row "distance" is how far the
 * most mistaken one is off. */
seqnet_status add_mistakes(seqnet_json *json, const measured *m, const mistake *list, size_t count,
                           size_t most, seqnet_error *err);

/* Write the mistakes, and all rows in their order, as seqnet_dataset_write_rows does, with the
 * fields prediction, ? where the model leaves a row open, and probability: of the most probable
 * label, as predict says. */
seqnet_status write_mistakes(const measured *m, const mistake *list, size_t count, const char *path,
                             seqnet_error *err);
seqnet_status write_predictions(const measured *m, const char *path, seqnet_error *err);

/* Checks, before anything is printed, that the rows of a dataset can be written so.
 * SEQNET_ERR_USAGE, SEQNET_ERR_DATA, SEQNET_ERR_MEMORY. */
seqnet_status check_answers_file(const seqnet_dataset *dataset, const char *path,
                                 seqnet_error *err);

/* The labels of a row, and those that are predicted for it, joined by the model's separator. The
 * caller frees the texts with free(). */
typedef struct named_answer {
    char *label, *predicted;
} named_answer;
seqnet_status name_answer(const measured *m, size_t row, named_answer *answer, seqnet_error *err);
void free_answer(named_answer *answer);

/* "reviews.csv:17", the file alone where it is one text, or "row 17" of the part. The caller frees
 * *place with free(). */
seqnet_status name_place(const measured *m, size_t row, char **place, seqnet_error *err);

#endif
