#compdef hvtui
# Completion of hvtui for zsh. In ~/.zshrc, after compinit:  eval "$(hvtui completion zsh)"
_hvtui() {
    local line
    local -a lines values shown
    lines=("${(@f)$(hvtui __complete "=${(Q)PREFIX}" "${(@Q)words[2,CURRENT-1]}" 2>/dev/null)}")
    if [[ $lines[1] == files ]]; then
        compset -P '--*='
        _files
        return
    fi
    for line in "${(@)lines[2,-1]}"; do
        values+=("${line%%$'\t'*}")
        shown+=("${${line/$'\t'/  }%  }")
    done
    compadd -l -d shown -a values
}
if [[ $funcstack[1] == _hvtui ]]; then
    _hvtui "$@"
else
    compdef _hvtui hvtui
fi
