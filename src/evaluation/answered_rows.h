/* Rows of a measurement on their way to a file, with values that are added to each. */
#ifndef EVALUATION_ANSWERED_ROWS_H
#define EVALUATION_ANSWERED_ROWS_H

#include "measured.h"

typedef struct answered_rows {
    seqnet_written_row *rows;
    /* [count, width]: allocated texts. */
    char **values;
    /* [count]: the texts of rows of ids, else NULL. */
    char **words;
    size_t count, width;
} answered_rows;

/* Makes room for rows with so many values each. The caller calls free_answered_rows whatever the
 * result. SEQNET_ERR_MEMORY. */
seqnet_status make_answered_rows(answered_rows *a, size_t room, size_t width, seqnet_error *err);
void free_answered_rows(answered_rows *a);

/* Appends a row. *values becomes its values, all NULL, which the caller fills with allocated texts
 * before the rows are written. SEQNET_ERR_MEMORY. */
seqnet_status append_answered_row(answered_rows *a, const measured *m, size_t row, char ***values,
                                  seqnet_error *err);

/* A probability as it is written, with six decimals; allocated, or NULL. */
char *probability_text(double probability);

/* Writes the rows, with as many added fields as they have values, and notes so. Statuses as of
 * seqnet_dataset_write_rows. */
seqnet_status write_answered_rows(const answered_rows *a, const measured *m,
                                  const seqnet_added_fields *added, const char *path,
                                  seqnet_error *err);

#endif
