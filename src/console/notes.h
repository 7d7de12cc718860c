/* Notes that several commands make: about the machine, and about the data that was read. */
#ifndef CONSOLE_NOTES_H
#define CONSOLE_NOTES_H

#include <seqnet/dataset.h>

/* A note when this machine does not use the instruction set that the environment names. */
void note_instruction_set_problem(void);

/* A note when matrix products run without the library that makes them fast. */
void note_blas_problem(void);

/* Notes what reading the data met: bad records, dropped rows, several labels, a word index
 * that does not fit. */
void note_reading(const seqnet_dataset *dataset);

#endif
