/*
 * Pieces of the HTML page of a report: text of users, numbers in one form each, and the elements
 * that sections are made of. Text of users never becomes markup: it goes through put_html or
 * put_name.
 */
#ifndef REPORTING_HTML_H
#define REPORTING_HTML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <seqnet/metrics.h>

/* Prints any text as the inside of an element or of a quoted attribute. */
void put_html(FILE *out, const char *text);

/* Prints a name that users chose, such as a label's, whatever its writing direction is; what is
 * longer than NAME_CELLS cells is cut. */
enum { NAME_CELLS = 60 };
void put_name(FILE *out, const char *name);

/* Prints JSON as the inside of a script element. */
void put_script_json(FILE *out, const char *json);

/* Numbers. Each is a <data> element whose value has all digits: 88.5 %, 25,000, 0.2731. A number
 * that is not defined is a dash. */
void put_percent(FILE *out, double share);
void put_count(FILE *out, size_t count);
void put_decimal(FILE *out, double number);

/* Prints "88.1 to 88.9 %". */
void put_interval(FILE *out, seqnet_interval interval);

/* A section of the page with a heading of the second level. */
void open_section(FILE *out, const char *id, const char *title);
void close_section(FILE *out);

/* A table in a box of its own that scrolls where the page is narrow. */
typedef enum table_look {
    TABLE_PLAIN = 0,
    /* As wide as the page. */
    TABLE_WIDE = 1,
    /* The script makes it sortable. */
    TABLE_SORTABLE = 2,
    /* The box scrolls up and down, too, but not on paper. */
    TABLE_TALL = 4
} table_look;

void open_table(FILE *out, const char *caption, unsigned looks);

/* The header cell of a column; of numbers, they stand at the right. A table begins with them. */
typedef struct table_column {
    const char *title;
    bool is_number;
} table_column;
void put_columns(FILE *out, const table_column *columns, size_t count);
void close_table(FILE *out);

/* What a figure shows in numbers, closed until someone asks. */
void open_details(FILE *out, const char *summary);
void close_details(FILE *out);

#endif
