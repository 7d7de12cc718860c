/* Text in XML: any bytes become characters that XML allows, and none of them is markup. */
#ifndef CHARTS_XML_H
#define CHARTS_XML_H

#include <stddef.h>
#include <stdio.h>

/* Prints the text for the inside of an element or of a quoted attribute. Controls, bytes that are
 * not UTF-8 and the two characters that XML forbids are spelt out, as put_text (terminal.h) spells
 * them. */
void put_xml(FILE *out, const char *text, size_t length);

#endif
