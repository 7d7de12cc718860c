/* Notes on standard error that several commands make: about the machine, and about the data that
 * was read. */
#ifndef CONSOLE_NOTES_H
#define CONSOLE_NOTES_H

#include <seqnet/dataset.h>
#include <seqnet/reader.h>

/* Notes that this machine does not use the instruction set that the environment names, if so. */
void note_instruction_set_problem(void);

/* Notes that matrix products run without the library that makes them fast, if so. */
void note_blas_problem(void);

/* Notes which columns or keys a reader has taken: "text: subject + body, label: team"; nothing
 * where there are none. */
void note_fields(const seqnet_reader_options *found, bool with_label);

/* Sequences of records that were read as U+FFFD, and where the first of them is, "PATH:LINE". */
typedef struct replaced_count {
    size_t count;
    char first[300];
} replaced_count;

/* Counts those of a record of a file, which sentences call `file`. */
void count_replaced(replaced_count *replaced, const char *file, const seqnet_record *record);

/* Notes them, if there are any. */
void note_replaced(const replaced_count *replaced);

/* Notes how the data was read, and what was unusual in it: bad records, dropped rows, several
 * labels, a word index that does not fit. */
void note_reading(const seqnet_dataset *dataset);

/* Notes labels that are most likely meant to be the same, or stand for a missing value, and fields
 * that are hardly what they are taken for. Returns EXIT_DONE, or prints what is wrong and returns
 * an exit code. */
int note_suspicions(const seqnet_dataset *dataset);

#endif
