"""Wrong options: each error is a sentence, and says what to write."""

from __future__ import annotations

import pytest

from hvtui.tui.cli.main import main

USAGE = 2


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (
            ("list", "--demo=one", "--nope=3"),
            "There is no option --nope. A name that begins with a dash follows “--”.",
        ),
        (
            ("create", "--demo=one", "web-01", "-x"),
            "There is no option -x. A name that begins with a dash follows",
        ),
        (
            ("stop", "--demo=one", "web-01", "--turn-of"),
            "There is no option --turn-of. Did you mean --turn-off?",
        ),
        (("list", "--demo=one", "--cluter", "cl1"), "There is no option --cluter. Did you mean --cluster?"),
        (("create", "--cluter", "cl1", "x"), "There is no option --cluter. A name"),
        (("backends", "--demo"), "There is no option --demo. See: hvtui backends --help"),
        (("--hosts",), "There is no option --hosts. See: hvtui --help"),
        (("--theme",), "--theme needs a value. Write --theme=NAME. See: hvtui --help"),
        (("list", "--demo", "--filter"), "--filter needs a value. Write --filter=WORDS."),
        (("list", "--cluster"), "--cluster needs a value. Write --cluster=NAME."),
        (("--theme", "it's [/]"), "--theme cannot be “it's [/]”. It is one of: dark, light, "),
        (("list", "--demo", "--no-header=3"), "--no-header takes no value. See: hvtui list --help"),
    ],
)
def test_a_wrong_option_is_one_sentence_with_what_to_do(
    capsys: pytest.CaptureFixture[str], argv: tuple[str, ...], words: str
) -> None:
    assert main(argv) == USAGE
    out, err = capsys.readouterr()
    assert err.startswith(f"hvtui: {words}")
    assert (err.count("\n"), out) == (1, "")
