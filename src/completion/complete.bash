# Completion of seqnet for bash, with and without the package bash-completion. The program itself
# says what may stand where the cursor is.

_seqnet() {
    local program=seqnet file IFS=$'\n'
    [[ ${1##*/} == seqnet ]] && program=${1/#~\//$HOME/}
    local -a answer files
    mapfile -t answer <<< "$("$program" --complete bash "$COMP_WORDBREAKS" \
        "${COMP_LINE:0:COMP_POINT}" "${COMP_LINE:COMP_POINT}" 2> /dev/null)"
    COMPREPLY=("${answer[@]:1}")
    case ${answer[0]%%$'\t'*} in
        words) compopt +o default +o bashdefault ;;
        parts) compopt +o default +o bashdefault -o nospace ;;
        files)
            # Without candidates of ours bash completes files, which it does best by itself; but
            # behind @ it would look for hosts, not for files with options.
            if [[ $2 == @~* ]]; then # which no shell expands there
                compopt +o default +o bashdefault
            elif [[ $2 == @* ]]; then
                compopt +o default +o bashdefault
                mapfile -t files < <(compgen -f -- "${2:1}")
                for file in "${files[@]}"; do
                    [[ -d $file ]] && compopt -o nospace
                    COMPREPLY+=("@$(printf '%q' "$file")$([[ -d $file ]] && printf /)")
                done
            elif ((${#COMPREPLY[@]} > 0)); then
                mapfile -t files < <(compgen -f -- "$2")
                [[ ${#files[@]} -gt 0 ]] && compopt -o filenames
                COMPREPLY+=("${files[@]}")
            fi
            ;;
    esac
}

complete -o bashdefault -o default -F _seqnet seqnet
