/*
 * Standard input that arrives piece by piece: from a child process that sends it over a socket that
 * keeps packets apart, so that a read gets one piece at most; or from the test itself, over a pipe.
 * Include it after <cmocka.h>.
 */
#ifndef SENT_PIECES_H
#define SENT_PIECES_H

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* What stood for standard input before, and who sends. */
typedef struct pieces {
    int kept;
    pid_t sender;
} pieces;

static inline void send_pieces(int end, const char *bytes, size_t length, size_t piece)
{
    for (size_t done = 0; done < length; done += piece) {
        const size_t size = piece < length - done ? piece : length - done;
        if (send(end, bytes + done, size, MSG_NOSIGNAL) != (ssize_t)size)
            _exit(1);
    }
    _exit(0);
}

/* Puts another end where standard input was; returns what was there. */
static inline int replace_input(int end)
{
    const int kept = dup(STDIN_FILENO);
    assert_int_equal(dup2(end, STDIN_FILENO), STDIN_FILENO);
    close(end);
    return kept;
}

static inline void restore_input(int kept)
{
    if (kept < 0) {
        close(STDIN_FILENO);
        return;
    }
    assert_int_equal(dup2(kept, STDIN_FILENO), STDIN_FILENO);
    close(kept);
}

/* Puts the pieces where standard input was. */
static inline pieces begin_pieces(const void *bytes, size_t length, size_t piece)
{
    int ends[2];
    pieces p;
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
    p.sender = fork();
    assert_true(p.sender >= 0);
    if (p.sender == 0) {
        close(ends[0]);
        send_pieces(ends[1], bytes, length, piece);
    }
    close(ends[1]);
    p.kept = replace_input(ends[0]);
    return p;
}

/* Gives standard input back. */
static inline void end_pieces(pieces p)
{
    restore_input(p.kept);
    assert_int_equal(waitpid(p.sender, NULL, 0), p.sender);
}

/* A pipe where standard input was: what it returns is for writing; *kept is for restore_input. */
static inline int open_pipe(int *kept)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    *kept = replace_input(ends[0]);
    return ends[1];
}

#endif
