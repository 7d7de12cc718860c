/* Notes on standard error that several commands make: about the machine, and about the data that
 * was read. */
#ifndef CONSOLE_NOTES_H
#define CONSOLE_NOTES_H

#include <seqnet/dataset.h>
#include <seqnet/held_out.h>
#include <seqnet/reader.h>

/* Notes that this machine does not use the instruction set that the environment names, if so. */
void note_instruction_set_problem(void);

/* Notes that matrix products run without the library or the kernels that make them fast, if so. */
void note_blas_problem(void);

/* Notes which columns or keys a reader has taken: "text: subject + body, label: team"; nothing
 * where there are none. */
void note_fields(const seqnet_reader_options *found, bool with_label);

/* What is told of bytes and lines, by a note and by check. Each takes the place of the first one,
 * how many there are and, but for the last, "... is" or "... are". */
#define INVALID_NOTE                                                                               \
    "%s: %zu %s not UTF-8, here first, and read as U+FFFD; name the encoding with --encoding, "    \
    "WINDOWS-1252 for Western Europe, or convert with iconv"
#define REPLACED_NOTE                                                                              \
    "%s: %zu %s such as no text can hold (NULs, halves of surrogate pairs), here first, and read " \
    "as U+FFFD"
#define SWALLOWED_NOTE                                                                             \
    "%s: a quote opens a text that goes on over lines which look like rows (%zu in all); pass "    \
    "--no-quotes if quotes are ordinary characters"

/* The same of fields; the second takes the number of such texts and of all. */
#define QUANTITY_NOTE                                                                              \
    "the labels look like numbers or dates, not like classes; name the field that holds the class"
#define WORDLESS_NOTE "%zu of %zu texts have no letters; name the field that holds the text"

/* What is met in records: see seqnet_record. */
typedef struct record_tallies {
    seqnet_tally invalid, replaced, swallowed;
} record_tallies;

/* Counts what is met in a record of a file, which sentences call `file`. */
void count_record(record_tallies *tallies, const char *file, const seqnet_record *record);

/* Notes what was met, if anything. */
void note_tallies(const seqnet_tally *invalid, const seqnet_tally *replaced,
                  const seqnet_tally *swallowed);

/* Notes how the data was read, and what was unusual in it: bad records, dropped rows, several
 * labels, a word index that does not fit. */
void note_reading(const seqnet_dataset *dataset);

/* Notes what answers from a threshold on were like on held-out rows, of which there were `rows`. */
void note_answers_from(const seqnet_abstain_point *point, size_t rows);

/* Notes labels that are most likely meant to be the same, or stand for a missing value, and fields
 * that are hardly what they are taken for. Returns EXIT_DONE, or prints what is wrong and returns
 * an exit code. */
int note_suspicions(const seqnet_dataset *dataset);

#endif
