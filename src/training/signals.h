/* What signals do to a command that trains: the first one asks for an orderly end, a second one
 * ends the program. One process runs one command, so what the handler knows are static variables.
 */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

#include <stdbool.h>

/* What the program is doing, which decides what a signal does. */
typedef enum run_phase {
    PHASE_LOADING,
    PHASE_TRAINING,
    /* Signals wait: half a result is useless. */
    PHASE_SAVING,
    PHASE_SAVED
} run_phase;

/* Installs the handlers of SIGINT, SIGTERM, SIGXCPU and SIGHUP; the phase is PHASE_LOADING. A
 * closed pipe becomes an error of writing. */
void catch_signals(void);

void enter_phase(run_phase phase);

/* Whether a signal has asked for the end. */
bool is_interrupted(void);

#endif
