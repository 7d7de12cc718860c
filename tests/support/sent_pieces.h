/*
 * Standard input that arrives piece by piece. A child process sends it over a socket that preserves
 * packets, so that a read gets at most one piece; or the test itself writes it to a pipe. Include
 * it after <cmocka.h>.
 */
#ifndef SENT_PIECES_H
#define SENT_PIECES_H

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct pieces {
    /* A descriptor of the former standard input. */
    int kept;
    /* The child process that sends. */
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

/* Makes the descriptor `end` standard input. Returns a descriptor of the former one. */
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

/* Makes the bytes standard input, in pieces of `piece` bytes. */
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

/* Restores standard input and waits for the sender. */
static inline void end_pieces(pieces p)
{
    restore_input(p.kept);
    assert_int_equal(waitpid(p.sender, NULL, 0), p.sender);
}

/* Makes a pipe standard input. Returns its end for writing. The caller passes *kept to
 * restore_input later. */
static inline int open_pipe(int *kept)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    *kept = replace_input(ends[0]);
    return ends[1];
}

#endif
