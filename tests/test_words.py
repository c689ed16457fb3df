"""One word per step, in whatever people read: what the buttons say, the sentences say too."""

import pytest

from tests.test_architecture import tracked

READ = ("app/*.py", "app/presets/*.toml", "pwa/src/words/zh/*.ts", "docs/guide/*.md")
# The loser → what is said instead. Documents of the field say the loser; the glossary names both.
SAID = {"交办": "派发", "签收": "接收"}


@pytest.mark.parametrize("loser", SAID)
def test_nobody_reads_two_words_for_one_step(loser: str) -> None:
    strays = [
        f"{path.name}: {line.strip()}"
        for path in tracked(*READ)
        for line in path.read_text().splitlines()
        if loser in line
    ]
    assert strays == [], f"say {SAID[loser]}"


def test_the_winners_are_what_the_buttons_say() -> None:
    words = "".join(path.read_text() for path in tracked("pwa/src/words/zh/common.ts"))
    assert "'action.assign': '派发'" in words
    assert "'action.sign_for': '接收'" in words
