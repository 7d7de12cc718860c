/*
 * Several processes that a launcher starts for one command (seqnet/comm.h). The first one, rank 0,
 * speaks and writes files. The others do their share of the work and are silent: what they print
 * goes nowhere, and what they complain of is told for them when all end. One process runs one
 * command, so what belongs to it are static variables.
 */
#ifndef RANKS_RANKS_H
#define RANKS_RANKS_H

#include <seqnet/comm.h>

/* Joins the other processes, if there are any. Returns PARSED, or prints what is wrong and returns
 * an exit code. */
int join_ranks(void);

/* The processes; NULL before join_ranks. */
seqnet_comm *all_ranks(void);

size_t own_rank(void);
size_t rank_count(void);

/* Whether this process speaks. */
bool is_first_rank(void);

/* Whether this process does the work of a command that does not spread over several. Notes once
 * that the others are idle. */
bool works_alone(void);

/* Refuses to take standard input for a file that all processes read. Returns PARSED or an exit
 * code. */
int refuse_standard_input(const char *path);

/* Lets all go on as the first one does. Joint; returns the own code of a process that has failed,
 * else that of the first. */
int agree_with_first(int code);

/* Ends all processes at once when this one cannot go on; what it has complained of is told. Does
 * not return when there are others. */
void abandon_ranks(int code);

/* Ends the command in all processes, of which this one has an exit code. Returns that of the first
 * one that failed, else EXIT_DONE. When one has failed and others wait for it, it speaks and ends
 * all. */
int leave_ranks(int code);

#endif
