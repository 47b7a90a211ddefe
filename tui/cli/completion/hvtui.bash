# Completion of hvtui for bash. In ~/.bashrc:  eval "$(hvtui completion bash)"
_hvtui() {
    # bash splits words at "=", "@" and ":" too: join what no space separates.
    local rest=${COMP_LINE:0:COMP_POINT} part typed i last=-1 words=() line value
    for ((i = 0; i <= COMP_CWORD; i++)); do
        part=${COMP_WORDS[i]}
        if ((i == 0)) || [[ $rest == [[:space:]]* ]]; then
            words[++last]=
            rest=${rest#"${rest%%[![:space:]]*}"}
        fi
        ((i == COMP_CWORD)) && part=$rest typed=$rest
        words[last]+=$part
        rest=${rest#"$part"}
    done
    local current=${words[last]}
    [[ $typed == [=@:] ]] && typed=
    local kept=${current%"$typed"}
    kept=${kept%@}  # what bash completes begins with the "@", which is none of its words
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ $line == files ]]; then
            compopt -o filenames 2>/dev/null
            while IFS= read -r value; do COMPREPLY+=("$value"); done < <(compgen -f -- "$typed")
        elif [[ $line == *$'\t'* ]]; then
            value=${line%%$'\t'*}
            printf -v value %q "${value#"$kept"}"
            COMPREPLY+=("$value")
        fi
    done < <(hvtui __complete "=$current" "${words[@]:1:last-1}" 2>/dev/null)
}
complete -F _hvtui hvtui
