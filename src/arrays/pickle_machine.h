/*
 * A pickle is a program for a stack machine. This machine's values are numbers, strings that point
 * into the input, a few globals, and nodes: tuples, lists, dtypes, arrays. No
 * function recurses. Memory has two bounds, since a zip of a few kilobytes can hold a gigabyte of
 * opcodes: the size of the input bounds lists of plain integers, and a limit bounds everything else
 * that is kept. Rows and encoded bytes, which the memo can repeat, count each time they are used.
 *
 *     pickle_machine.c  the opcodes and the loop that runs them
 *     pickle_stack.c    stack, memo, nodes, tuples and lists
 *     pickle_objects.c  the globals that are allowed, and NumPy's objects
 *     pickle.c          from the result to rows; the only one that other files call
 */
#ifndef SN_PICKLE_MACHINE_H
#define SN_PICKLE_MACHINE_H

#include <stdbool.h>

#include "cursor.h"
#include "npy_type.h"
#include "status.h"

typedef enum sn_pickle_kind {
    SN_PICKLE_MARK,
    SN_PICKLE_NONE,
    SN_PICKLE_INTEGER,
    SN_PICKLE_STRING,
    SN_PICKLE_GLOBAL,
    SN_PICKLE_TUPLE,
    SN_PICKLE_LIST,
    SN_PICKLE_DTYPE,
    SN_PICKLE_ARRAY,
    /* An unused entry of the memo. */
    SN_PICKLE_ABSENT
} sn_pickle_kind;

typedef struct sn_pickle_node sn_pickle_node;

typedef struct sn_pickle_value {
    sn_pickle_kind kind;
    /* The bytes of a string. */
    uint32_t length;
    union {
        /* An integer, or the meaning of a global. */
        int64_t integer;
        /* A string of bytes or UTF-8, in the input or in a node. */
        const uint8_t *text;
        /* A tuple, list, dtype or array. */
        sn_pickle_node *node;
    };
} sn_pickle_value;

struct sn_pickle_node {
    /* The list of all nodes, for freeing. */
    sn_pickle_node *next;
    /* The elements of a list of small integers only. */
    int32_t *integers;
    /* The elements of any other list or of a tuple. */
    sn_pickle_value *items;
    size_t count, capacity;
    /* The type of a dtype or an array. */
    sn_npy_type type;
    /* The number of elements of an array, when `rows` or `data` is set. */
    size_t length;
    /* The list of an array of objects. */
    sn_pickle_node *rows;
    /* The elements of an array of integers. */
    const uint8_t *data;
    /* Bytes made by _codecs.encode. */
    uint8_t *owned;
};

/* A zeroed machine with cursor, place and err set is ready to run. */
typedef struct sn_pickle {
    sn_cursor *cursor;
    /* What error sentences begin with. */
    const char *place;
    seqnet_error *err;
    sn_pickle_value *stack, *memo;
    size_t depth, stack_capacity, memo_count, memo_capacity;
    /* Bytes of the nodes, their values and the memo, which have a limit. */
    size_t objects;
    /* Bytes made by _codecs.encode. */
    size_t encoded;
    sn_pickle_node *nodes;
    /* Scratch: a run of integers, or a row's ids. */
    int32_t *run;
    size_t run_capacity;
    /* The STOP opcode was reached. */
    bool stopped;
} sn_pickle;

/* ---- pickle_machine.c */

/* Runs the program to its STOP. */
seqnet_status sn_pickle_run(sn_pickle *m);

/* ---- pickle_stack.c. The errors are SEQNET_ERR_DATA with a sentence that begins with the
 * place. */

/* Report a malformed pickle, of which `what` says what is wrong at the cursor; one that ends too
 * early; one that takes too much memory; and one that is not an array of rows. */
seqnet_status sn_pickle_malformed(const sn_pickle *m, const char *what);
seqnet_status sn_pickle_cut_short(const sn_pickle *m);
seqnet_status sn_pickle_too_large(const sn_pickle *m);
seqnet_status sn_pickle_not_an_array(const sn_pickle *m);

seqnet_status sn_pickle_push(sn_pickle *m, sn_pickle_value v);
seqnet_status sn_pickle_push_integer(sn_pickle *m, int64_t integer);

/* Takes the topmost value off the stack. A mark and an empty stack are errors. */
seqnet_status sn_pickle_pop(sn_pickle *m, sn_pickle_value *v);

/* Makes an empty node, which the machine owns. */
seqnet_status sn_pickle_new_node(sn_pickle *m, sn_pickle_node **made);

/* Makes an empty node and pushes it as a value of this kind. */
seqnet_status sn_pickle_push_node(sn_pickle *m, sn_pickle_kind kind, sn_pickle_node **made);

/* Sets *above to the index of the first value above the topmost mark. */
seqnet_status sn_pickle_find_mark(const sn_pickle *m, size_t *above);

/* Store the topmost value in the memo, and push the value that the memo holds. */
seqnet_status sn_pickle_memo_put(sn_pickle *m, uint64_t index);
seqnet_status sn_pickle_memo_get(sn_pickle *m, uint64_t index);

/* Makes a tuple of the topmost `count` values. */
seqnet_status sn_pickle_make_tuple(sn_pickle *m, size_t count);

/* Makes a tuple or a list, as `kind` says, of the values above the topmost mark. */
seqnet_status sn_pickle_make_marked(sn_pickle *m, size_t kind);

/* Append the topmost value, the values above the topmost mark, and integers to the list below. */
seqnet_status sn_pickle_append(sn_pickle *m, size_t unused);
seqnet_status sn_pickle_append_marked(sn_pickle *m, size_t unused);
seqnet_status sn_pickle_append_integers(sn_pickle *m, sn_pickle_node *list, const int32_t *numbers,
                                        size_t count);

/* Frees all that the machine has allocated, but not the machine itself. */
void sn_pickle_free(sn_pickle *m);

/* ---- pickle_objects.c: the opcodes of the same names. */

seqnet_status sn_pickle_global(sn_pickle *m, size_t unused);
seqnet_status sn_pickle_stack_global(sn_pickle *m, size_t unused);
seqnet_status sn_pickle_reduce(sn_pickle *m, size_t unused);
seqnet_status sn_pickle_build(sn_pickle *m, size_t unused);

#endif
