/*
 * A pickle is a program for a stack machine. This machine's values are numbers, strings that point
 * into the input, a few globals, and nodes: tuples, lists, dtypes, arrays. Nothing recurses. Memory
 * is bounded twice, for a zip of a few kilobytes can hold a gigabyte of opcodes: lists of plain
 * integers by the bytes present, everything else by a limit on what is kept. What the memo can
 * repeat, rows and encoded bytes, is counted each time it is used.
 *
 *     pickle_machine.c  the opcodes and the loop that runs them
 *     pickle_stack.c    stack, memo, nodes, tuples and lists
 *     pickle_objects.c  the globals that are allowed, and NumPy's objects
 *     pickle.c          from the result to rows; only this one is called from outside
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
    /* An unused place of the memo. */
    SN_PICKLE_ABSENT
} sn_pickle_kind;

typedef struct sn_pickle_node sn_pickle_node;

typedef struct sn_pickle_value {
    sn_pickle_kind kind;
    /* Of a string, in bytes. */
    uint32_t length;
    union {
        /* Integers; of a global its meaning. */
        int64_t integer;
        /* Strings: bytes or UTF-8, in the input or in a node. */
        const uint8_t *text;
        /* Tuples, lists, dtypes, arrays. */
        sn_pickle_node *node;
    };
} sn_pickle_value;

struct sn_pickle_node {
    /* The list of all nodes, for freeing. */
    sn_pickle_node *next;
    /* The elements of a list that holds nothing but small integers. */
    int32_t *integers;
    /* The elements of any other list or of a tuple. */
    sn_pickle_value *items;
    size_t count, capacity;
    /* Of a dtype or an array. */
    sn_npy_type type;
    /* How many elements an array has, once `rows` or `data` is set. */
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
    /* Bytes of the nodes, their values and the memo, which are limited. */
    size_t objects;
    /* Bytes made by _codecs.encode. */
    size_t encoded;
    sn_pickle_node *nodes;
    /* Scratch: a run of integers, or a row's ids. */
    int32_t *run;
    size_t run_capacity;
    bool stopped;
} sn_pickle;

/* ---- pickle_machine.c */

/* Runs the program to its STOP. */
seqnet_status sn_pickle_run(sn_pickle *m);

/* ---- pickle_stack.c. The errors are SEQNET_ERR_DATA with a sentence that begins with the
 * place. */

/* `what` says what is wrong at the cursor. */
seqnet_status sn_pickle_malformed(const sn_pickle *m, const char *what);
seqnet_status sn_pickle_cut_short(const sn_pickle *m);
seqnet_status sn_pickle_too_large(const sn_pickle *m);
seqnet_status sn_pickle_not_an_array(const sn_pickle *m);

seqnet_status sn_pickle_push(sn_pickle *m, sn_pickle_value v);
seqnet_status sn_pickle_push_integer(sn_pickle *m, int64_t integer);

/* Takes the topmost value off the stack; a mark is an error, as is an empty stack. */
seqnet_status sn_pickle_pop(sn_pickle *m, sn_pickle_value *v);

/* Makes an empty node, which the machine owns. */
seqnet_status sn_pickle_new_node(sn_pickle *m, sn_pickle_node **made);

/* Makes an empty node and pushes it as a value of this kind. */
seqnet_status sn_pickle_push_node(sn_pickle *m, sn_pickle_kind kind, sn_pickle_node **made);

/* Finds the place just above the topmost mark. */
seqnet_status sn_pickle_find_mark(const sn_pickle *m, size_t *above);

/* Stores the topmost value in the memo, and pushes what the memo holds. */
seqnet_status sn_pickle_memo_put(sn_pickle *m, uint64_t index);
seqnet_status sn_pickle_memo_get(sn_pickle *m, uint64_t index);

/* Makes a tuple of the topmost `count` values. */
seqnet_status sn_pickle_make_tuple(sn_pickle *m, size_t count);

/* Makes a tuple or a list, as `kind` says, of what is above the topmost mark. */
seqnet_status sn_pickle_make_marked(sn_pickle *m, size_t kind);

/* Append the topmost value, what is above the topmost mark, and integers to the list below. */
seqnet_status sn_pickle_append(sn_pickle *m, size_t unused);
seqnet_status sn_pickle_append_marked(sn_pickle *m, size_t unused);
seqnet_status sn_pickle_append_integers(sn_pickle *m, sn_pickle_node *list, const int32_t *numbers,
                                        size_t count);

/* Frees what the machine has made, not the machine itself. */
void sn_pickle_free(sn_pickle *m);

/* ---- pickle_objects.c: what the opcodes of the same names do. */

seqnet_status sn_pickle_global(sn_pickle *m, size_t unused);
seqnet_status sn_pickle_stack_global(sn_pickle *m, size_t unused);
seqnet_status sn_pickle_reduce(sn_pickle *m, size_t unused);
seqnet_status sn_pickle_build(sn_pickle *m, size_t unused);

#endif
