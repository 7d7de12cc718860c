/*
 * Strict parsing of numbers, the same for options and for data: the whole text must be one decimal
 * number, and the decimal point is a point in every locale. Ranges are up to the caller.
 */
#ifndef SEQNET_NUMBER_H
#define SEQNET_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Parses a decimal integer with an optional sign. Returns false and leaves *value as it is for any
 * other text: one without digits, with spaces or trailing text, or with a value outside int64_t. */
bool seqnet_parse_int64(const char *text, int64_t *value);

/* Parses a finite decimal number of at most 63 characters: "0.001", "1e-3", "-.5". Returns false
 * and leaves *value as it is for any other text, "nan", "inf" and hexadecimal floats included. */
bool seqnet_parse_double(const char *text, double *value);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
