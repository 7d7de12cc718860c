# Completion of seqnet for fish. The program itself says what may stand where the cursor is.

function __seqnet_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -l program seqnet
    string match -qr '(^|/)seqnet$' -- $before[1]; and set program (string replace -r '^~/' "$HOME/" -- $before[1])
    set -l index (math (count $before) - 1)
    set -l answer ($program --complete fish $index $before[2..-1] "$current" 2>/dev/null)
    string match -qr '^files\t' -- $answer[1]
    set -l takes_files $status
    printf '%s\n' $answer[2..-1]
    if test $takes_files -eq 0
        # "--input=" stays in front of the files, and so does the @ of a file with options.
        set -l option (string match -r '^(?:--[^=]+=|@)' -- $current)
        __fish_complete_path (string replace -r '^(?:--[^=]+=|@)' '' -- $current) | string replace -r -- '^' "$option"
    end
end

complete -c seqnet -e
complete -c seqnet -f -a '(__seqnet_complete)'
