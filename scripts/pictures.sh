#!/usr/bin/env bash
# pictures.sh - makes the README's pictures, scripts/figures/terminal.svg and report.png: trains a model on
# texts of the generated corpus, shows it in a terminal (tmux) and its report in a browser (Chromium).
#
#     pictures.sh
#
# The program is $SEQNET, else build/seqnet, else the one on the path.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/common.sh
source "$here/common.sh"

for needed in tmux chromium python3; do
    command -v "$needed" > /dev/null || fail 1 "$needed is not installed"
done
program=$(find_program)
figures=$here/figures
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ln -s "$program" "$work/seqnet"
cd "$work"
export PATH=$work:$PATH HOME=$work

seqnet load builtin:demo:4000 --part train --head 0 -q -o reviews.csv > /dev/null
seqnet load builtin:demo:4000 --part test --head 0 -q -o reviews_test.csv > /dev/null
run seqnet train reviews.csv --test reviews_test.csv -q -o reviews.safetensors

# typed COMMAND: shows it as if somebody had typed it, and what it prints.
cat > commands << 'END'
typed() {
    printf '\033[1m$ %s\033[0m\n' "$1"
    eval "$1"
    echo
}
sleep 1 # until the terminal has its size
typed 'seqnet predict -m builtin:reviews "a wonderful film" "two hours of boredom"'
typed 'seqnet explain -m builtin:reviews "a wonderful cast, but two dull hours"'
typed 'seqnet history reviews.safetensors --metric val_acc --width 74 -q'
touch finished
sleep 60
END
tmux -L pictures -f /dev/null new-session -d -x 78 -y 60 -s picture "bash commands"
trap 'tmux -L pictures kill-server; rm -rf "$work"' EXIT
for _ in {1..200}; do
    [[ ! -e finished ]] || break
    sleep 0.1
done
[[ -e finished ]] || fail 1 'the commands of the picture are not done after 20 seconds'
tmux -L pictures capture-pane -t picture -e -p > screen
"$here/terminal_to_svg.py" 'seqnet in a terminal' < screen > "$figures/terminal.svg"

seqnet report reviews_test.csv -m reviews.safetensors -q -o report.html
run chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=900,1000 \
    --screenshot="$figures/report.png" "file://$work/report.html" 2> chromium.log ||
    fail 1 "$(tail -1 chromium.log)"
ls -l "$figures"/{terminal.svg,report.png}
