"""Types lines into an interactive shell, with real tabs in them, and prints what its line is then.

    type_keys.py bash|zsh SETUP [--screen] <lines

SETUP are commands that the shell runs first. With --screen, what the shell shows is printed instead,
without control sequences. The line is read by the shell itself: Ctrl-G appends it to a file.
"""
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time

PATIENCE = 60  # seconds, after which the shell is thought to hang

ASK = {
    "bash": """
bind 'set show-all-if-ambiguous on' 'set completion-query-items 0' 'set page-completions off' 2>/dev/null
bind 'set completion-query-items 0' 2>/dev/null
bind 'set page-completions off' 2>/dev/null
bind -x '"\\C-g": printf "%s\\n" "$READLINE_LINE" >>"$TYPED"'
printf 'ready\\n' >>"$TYPED"
""",
    "zsh": """
zstyle ':completion:*' insert-tab false
LISTMAX=10000
typed_line() { print -r -- "$BUFFER" >>"$TYPED" }
zle -N typed_line
bindkey '^G' typed_line
print ready >>"$TYPED"
""",
}


def start(shell, setup, folder):
    environment = dict(os.environ, TYPED=folder + "/typed", TERM="xterm", PS1="$ ")
    open(folder + "/typed", "w").close()
    with open(setup) as file:
        commands = file.read() + ASK[shell]
    name = "/.zshrc" if shell == "zsh" else "/rc"
    with open(folder + name, "w") as file:
        file.write(commands)
    if shell == "zsh":
        environment["ZDOTDIR"] = folder
        arguments = ["zsh", "-d", "-i"]
    else:
        arguments = ["bash", "--noprofile", "--rcfile", folder + "/rc", "-i"]
    mine, theirs = pty.openpty()
    fcntl.ioctl(mine, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 100, 0, 0))
    process = subprocess.Popen(arguments, stdin=theirs, stdout=theirs, stderr=theirs,
                               env=environment, start_new_session=True)
    os.close(theirs)
    return process, mine


def lines_of(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read().split("\n")[:-1]


def await_line(terminal, path, count):
    """Reads the screen until the file has so many lines."""
    shown, end = b"", time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if select.select([terminal], [], [], 0.02)[0]:
            try:
                shown += os.read(terminal, 65536)
            except OSError:
                break
        elif len(lines_of(path)) >= count:
            return shown.decode("utf-8", "replace")
    sys.exit("the shell does not answer; it shows: " + repr(shown))


def plain(screen):
    return re.sub(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[=>()][0B]?|[\a\x0f]", "", screen).replace("\r", "\n")


def main():
    shell, setup = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as folder:
        path = folder + "/typed"
        process, terminal = start(shell, setup, folder)
        try:
            await_line(terminal, path, 1)
            for number, line in enumerate(sys.stdin.read().split("\n")[:-1]):
                os.write(terminal, b"\x15" + line.encode() + b"\x07")
                screen = await_line(terminal, path, number + 2)
                print(plain(screen) if "--screen" in sys.argv else lines_of(path)[-1])
        finally:
            process.kill()
            process.wait()


main()
