# Completion of seqnet for bash, with and without the package bash-completion. The program itself
# says what may stand where the cursor is.

_seqnet() {
    local program=seqnet IFS=$'\n'
    [[ ${1##*/} == seqnet ]] && program=${1/#~\//$HOME/}
    local -a answer files
    mapfile -t answer <<< "$("$program" --complete bash "$COMP_WORDBREAKS" \
        "${COMP_LINE:0:COMP_POINT}" "${COMP_LINE:COMP_POINT}" 2> /dev/null)"
    COMPREPLY=("${answer[@]:1}")
    case ${answer[0]%%$'\t'*} in
        words) compopt +o default +o bashdefault ;;
        parts) compopt +o default +o bashdefault -o nospace ;;
        files)
            # Without candidates of ours bash completes files, which it does best by itself.
            if ((${#COMPREPLY[@]} > 0)); then
                mapfile -t files < <(compgen -f -- "$2")
                [[ ${#files[@]} -gt 0 ]] && compopt -o filenames
                COMPREPLY+=("${files[@]}")
            fi
            ;;
    esac
}

complete -o bashdefault -o default -F _seqnet seqnet
