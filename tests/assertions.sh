#!/bin/sh
# The tests in bats: none has an assertion that cannot fail. The shell goes on after a command behind "!" and
# after a list with "&&" whose first command fails, so that either decides only as a test's last command, or
# with "|| false" behind it.
#
#   assertions.sh PROJECT_FOLDER
set -eu
project=$1
found=$(find "$project/tests" -name '*.bats' -exec awk '
    function is_command(line) { return line !~ /^[[:space:]]*(#.*)?$/ }
    FNR == 1 { pending = "" }
    pending != "" && is_command($0) {
        if ($0 !~ /^}/)
            print pending
        pending = ""
    }
    /\|\|/ || /&& *(return|skip|break|continue|\{|[a-z_]+=)/ { next }
    /^[[:space:]]*!/ || /^[[:space:]]*(\[ |grep |"\$SEQNET" ).* && / { pending = FILENAME ":" FNR ":" $0 }
' {} +)
if [ -n "$found" ]; then
    printf '%s\n' "$found"
    echo 'assertions: these cannot fail; put || false behind !, and the commands of a list in lines of their own'
    exit 1
fi
echo "assertions: in order"
