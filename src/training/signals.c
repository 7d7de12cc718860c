#include "signals.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include <seqnet/status.h>

#include "figures.h"
#include "ranks.h"
#include "terminal.h"

static volatile sig_atomic_t phase, interrupted;

/* One of several processes: when one fails, the launcher ends the others by a signal. */
static bool has_others;

/* While loading and after saving, a signal ends the program: nothing is lost. Signals are not
 * blocked instead, because they would then go to a thread of OpenBLAS. */
static void on_signal(int number)
{
    static const char NOTHING[] =
        "seqnet: interrupted before the training began; nothing is saved\n";
    if (phase == PHASE_SAVING || (number == SIGXCPU && interrupted)) /* it comes every second */
        return;
    if (phase == PHASE_TRAINING && !interrupted) {
        interrupted = 1;
        return;
    }
    const ssize_t written = phase == PHASE_LOADING && !has_others
                                ? write(STDERR_FILENO, NOTHING, sizeof NOTHING - 1)
                                : 0;
    (void)written; /* a failure to print the sentence cannot be reported */
    _exit(SEQNET_INTERRUPTED);
}

/* Of several processes all are told to end when one has died, and then none can finish its work.
 * Launchers end for good what is still there a second after the signal. */
static void watch_others(void)
{
    static const double PATIENCE = 0.5;
    static double since;
    if (interrupted && since == 0.0)
        since = seconds_now();
    if (!interrupted || seconds_now() - since < PATIENCE)
        return;
    if (is_first_rank())
        complain("another of the %zu processes has ended, or takes too long to end, and nothing "
                 "more is saved; what --checkpoint has left goes on with --resume",
                 rank_count());
    _exit(SEQNET_INTERRUPTED);
}

void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART}, hangup;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    has_others = rank_count() > 1;
    seqnet_comm_watch(all_ranks(), watch_others);
    sigaction(SIGXCPU, &action, NULL); /* a limit on time: what there is so far is saved */
    signal(SIGPIPE, SIG_IGN);          /* the reader of --json may end; the result is still saved */
    /* A hangup that the parent process ignores, as nohup does, stays ignored. */
    if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN)
        sigaction(SIGHUP, &action, NULL);
}

void enter_phase(run_phase new_phase)
{
    phase = (sig_atomic_t)new_phase;
}

bool is_interrupted(void)
{
    return interrupted != 0;
}
