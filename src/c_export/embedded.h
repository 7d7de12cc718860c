/* The texts that exported files are made of: sources of the runtime and of the library's text rule,
 * as the build embeds them, in the order of their use. */
#ifndef SN_C_EMBEDDED_H
#define SN_C_EMBEDDED_H

#include <stddef.h>

enum { SN_C_EMBEDDED = 18 };

extern const char *const sn_c_embedded[SN_C_EMBEDDED];

/* The head comment, declarations, and the functions that predict, with #if for what a model has. */
extern const char sn_text_c_head[], sn_text_c_declarations[], sn_text_c_predict[];

#endif
