# Completion of seqnet for fish. The program itself says what may stand where the cursor is.

# The program that is typed, where there is one, or that of the PATH; without either it fails.
function __seqnet_program
    set -l program $argv[1]
    # Variables and ~ are not expanded yet; what could run a command never is.
    string match -qr '^[\w/.~$+-]+$' -- $program; and eval set program $program
    string match -qr '(^|/)seqnet$' -- "$program"; or set program seqnet
    command -q "$program"; or set program seqnet
    command -q $program; and echo $program
end

# The files that fish itself has for a word, as it is typed. An @ may stand before their names; ~
# behind it is not expanded.
function __seqnet_files
    if not string match -qr '^["\']?@' -- $argv[1]
        complete -C "'' -- $argv[1]"
    else if not string match -qr '^@~' -- $argv[1]
        set -l file (string replace -r '^(["\']?)@' '$1' -- $argv[1])
        complete -C "'' -- $file" | string replace -r '^' '@'
    end
end

function __seqnet_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -l program (__seqnet_program $before[1]); or return
    set -l index (math (count $before) - 1)
    set -l answer (command $program --complete fish $index $before[2..-1] "$current" 2>/dev/null)
    string join \n -- $answer[2..-1]
    string match -qr '^files\t' -- $answer[1]; and __seqnet_files "$current"
end

complete -c seqnet -e
complete -c seqnet -f -a '(__seqnet_complete)'
