/*
 * Strict number parsing, the same for options and for data: the whole text must be one number, and
 * the decimal point is a point whatever the locale.
 */
#ifndef SEQNET_NUMBER_H
#define SEQNET_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Parses a decimal integer with an optional sign. Returns false, leaving *value alone, for anything
 * else: no digits, spaces, trailing text, a value outside int64_t. */
bool seqnet_parse_int64(const char *text, int64_t *value);

/* Parses a finite decimal number such as "0.001", "1e-3" or "-.5". Returns false, leaving *value
 * alone, for anything else, "nan", "inf" and hexadecimal floats included. */
bool seqnet_parse_double(const char *text, double *value);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
