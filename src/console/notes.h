/* Notes on standard error that several commands make: about the machine, and about the data that
 * was read. */
#ifndef CONSOLE_NOTES_H
#define CONSOLE_NOTES_H

#include <seqnet/dataset.h>

/* Notes that this machine does not use the instruction set that the environment names, if so. */
void note_instruction_set_problem(void);

/* Notes that matrix products run without the library that makes them fast, if so. */
void note_blas_problem(void);

/* Notes what was unusual in the data: bad records, dropped rows, several labels, a word index that
 * does not fit. */
void note_reading(const seqnet_dataset *dataset);

#endif
