/* Notes that several commands make: about the machine, and about the data that was read. */
#ifndef CONSOLE_NOTES_H
#define CONSOLE_NOTES_H

#include <seqnet/dataset.h>

/* A note when the instruction set that the environment names is not used. */
void note_instruction_set_problem(void);

/* A note when matrix products are done without the library that makes them fast. */
void note_blas_problem(void);

/* Notes what was met while data was read: bad records, dropped rows, several labels, a word index
 * that does not fit. */
void note_reading(const seqnet_dataset *dataset);

#endif
