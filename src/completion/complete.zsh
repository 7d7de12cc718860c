#compdef seqnet
# Completion of seqnet for zsh. The program itself says what may stand where the cursor is.

_seqnet() {
    local program=${(Q)words[1]} kind title tag=values
    local -a answer candidates options
    [[ ${program:t} == seqnet ]] || program=seqnet
    program=${program/#\~\//$HOME/}
    answer=("${(@f)$(command $program --complete zsh $((CURRENT - 2)) "${(@Q)words[2,CURRENT-1]}" \
        "${(Q)PREFIX}" "${(@Q)words[CURRENT+1,-1]}" 2> /dev/null)}")
    kind=${answer[1]%%$'\t'*}
    title=${${answer[1]#*$'\t'}//\%/%%}
    candidates=("${(@)answer[2,-1]}")
    [[ -n $kind ]] || return 1

    # What stands before the value in its word: "--cell=", names with commas behind them, and
    # the @ of a file with options.
    [[ $PREFIX == --*=* ]] && compset -P '--[^=]##='
    [[ $PREFIX == @\~* ]] && return 1 # no shell expands that
    [[ $PREFIX == @* && $kind == files ]] && compset -P '@'
    [[ ${words[CURRENT]} == *,* || ${words[CURRENT-1]} == --*-(column|key) ]] &&
        [[ $PREFIX == *,* ]] && compset -P '*,'
    [[ $kind == parts ]] && options=(-S '')
    [[ $candidates[1] == --* ]] && tag=options
    ((CURRENT == 2)) && tag=commands

    local found=1
    if (($#candidates > 0)); then
        _describe -t $tag "$title" candidates $options && found=0
    elif [[ $kind != files ]]; then
        _message -r "$title"
    fi
    [[ $kind == files ]] && _files && found=0
    return found
}

if [[ $funcstack[1] == _seqnet ]]; then
    _seqnet "$@"
else
    compdef _seqnet seqnet
fi
