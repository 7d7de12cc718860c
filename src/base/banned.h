/*
 * Functions that the library does not call, each because a safer one exists. Every .c file of the
 * library includes this header last (a test checks it), after the system headers that declare them.
 */
#ifndef SN_BANNED_H
#define SN_BANNED_H

#define SN_BANNED(name) sorry_##name##_is_banned

#undef strcpy
#define strcpy(dst, src) SN_BANNED(strcpy)
#undef strcat
#define strcat(dst, src) SN_BANNED(strcat)
#undef strncpy
#define strncpy(dst, src, n) SN_BANNED(strncpy)
#undef strtok
#define strtok(text, delimiters) SN_BANNED(strtok)
#undef sprintf
#define sprintf(...) SN_BANNED(sprintf)
#undef vsprintf
#define vsprintf(...) SN_BANNED(vsprintf)
#undef gets
#define gets(buffer) SN_BANNED(gets)
#undef atoi
#define atoi(text) SN_BANNED(atoi)
#undef atol
#define atol(text) SN_BANNED(atol)
#undef atof
#define atof(text) SN_BANNED(atof)
#undef rand
#define rand() SN_BANNED(rand)
#undef srand
#define srand(seed) SN_BANNED(srand)
#undef alloca
#define alloca(size) SN_BANNED(alloca)

#endif
