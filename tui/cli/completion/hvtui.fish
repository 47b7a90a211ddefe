# Completion of hvtui for fish. In ~/.config/fish/config.fish:  hvtui completion fish | source
function __hvtui_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -l lines (hvtui __complete "=$current" $before[2..-1] 2>/dev/null)
    if test "$lines[1]" = files
        set -l flag (string match -r -- '^--[^=]*=' "$current")
        for file in (__fish_complete_path (string replace -- "$flag" '' "$current"))
            echo "$flag$file"
        end
    else
        string join \n -- $lines[2..-1]
    end
end
complete -c hvtui -f -a '(__hvtui_complete)'
