#include "figures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

const char *plural(size_t number, const char *one, const char *many)
{
    return number == 1 ? one : many;
}

const char *grouped(size_t number, char buffer[GROUPED_NUMBER])
{
    char digits[GROUPED_NUMBER];
    const size_t length = (size_t)snprintf(digits, sizeof digits, "%zu", number);
    char *out = buffer;
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            *out++ = ',';
        *out++ = digits[i];
    }
    *out = '\0';
    return buffer;
}

double percent(size_t part, size_t whole)
{
    return whole ? 100.0 * (double)part / (double)whole : 0.0;
}

const char *exact_number(double number, char buffer[EXACT_NUMBER])
{
    *buffer = '\0';
    for (int digits = 15; digits <= 17 && !isnan(number); digits++) {
        (void)snprintf(buffer, EXACT_NUMBER, "%.*g", digits, number);
        if (strtod(buffer, NULL) == number)
            break;
    }
    return buffer;
}

const char *duration(double seconds, char text[DURATION_TEXT])
{
    const double whole = round(fmin(fmax(seconds, 0.0), 1e9));
    const unsigned long s = (unsigned long)whole;
    if (s < 60)
        (void)snprintf(text, DURATION_TEXT, "%lus", s);
    else if (s < 3600)
        (void)snprintf(text, DURATION_TEXT, "%lum%02lus", s / 60, s % 60);
    else
        (void)snprintf(text, DURATION_TEXT, "%luh%02lum", s / 3600, s / 60 % 60);
    return text;
}

double seconds_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}
