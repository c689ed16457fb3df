"""What axe finds against WCAG 2.2 AA, and what does not fit at the largest letters."""

from collections.abc import Iterable

from playwright.sync_api import Page

from tests.running import ROOT

AXE = (ROOT / "pwa" / "node_modules" / "axe-core" / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What is in order need not be told in full; style sheets and films are fetched anew for rules alone
# that are not asked for.
BROKEN = {"resultTypes": ["violations"], "preload": False}
WHOLE = {"runOnly": {"type": "tag", "values": TAGS}, **BROKEN}
# A theme changes colours and edges, nothing else: the other rules need no second look.
COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    **BROKEN,
}
THEMES = ("sun", "dark")
_TURN = "theme => { document.documentElement.dataset.theme = theme }"
# Nothing moves any more, and for a while nothing has changed.
_STILL = """quiet => new Promise((done) => {
  const moves = (one) => one.playState === 'running'
    && one.effect.getComputedTiming().endTime !== Infinity
  let timer
  const look = () => {
    if (document.getAnimations().some(moves)) return wait()
    changes.disconnect()
    done()
  }
  const wait = () => { clearTimeout(timer); timer = setTimeout(look, quiet) }
  const changes = new MutationObserver(wait)
  changes.observe(document, {
    subtree: true, childList: true, attributes: true, characterData: true,
  })
  wait()
})"""
_HUGE = """size => {
  const root = document.documentElement
  root.dataset.text = size === 1 ? 'normal' : 'huge'
  root.toggleAttribute('data-large', size !== 1)
  root.style.setProperty('--text-scale', String(size))
}"""
# Shown controls whose words or edges stand outside the window to the right.
_CUT = """() => {
  const scrolls = (one) => one && (/auto|scroll/.test(getComputedStyle(one).overflowX)
    || scrolls(one.parentElement))
  const wide = document.documentElement.scrollWidth > window.innerWidth
  const out = [...document.querySelectorAll('a, button, input, h1, h2, h3, p')].filter((one) => {
    const box = one.getBoundingClientRect()
    const seen = box.width > 1 && box.height > 1 && getComputedStyle(one).visibility === 'visible'
    return seen && box.right > window.innerWidth + 1 && !scrolls(one)
  })
  return [...(wide ? ['the page is wider than the window'] : []),
          ...out.map((one) => `${one.tagName} ${one.textContent.trim().slice(0, 30)}`)]
}"""


def come_to_rest(page: Page, quiet_ms: int = 200) -> None:
    """Wait until the page has not changed for so long."""
    page.evaluate(_STILL, quiet_ms)


def violations(page: Page, themes: Iterable[str] = ()) -> list[str]:
    """Broken rules, and where; once more for the colours of each further theme."""
    come_to_rest(page)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = _run(page, WHOLE, "")
    for theme in themes:
        page.evaluate(_TURN, theme)
        found += _run(page, COLOURS, f" in {theme}")
    if themes:
        page.evaluate(_TURN, "light")
    return found


def cut_off(page: Page, scale: float) -> list[str]:
    """What does not fit into the window's width at this size of letters."""
    page.evaluate(_HUGE, scale)
    come_to_rest(page, 50)
    found = page.evaluate(_CUT)
    page.evaluate(_HUGE, 1)
    return [f"{page.url} at x{scale}: {what}" for what in found]


def _run(page: Page, rules: object, where: str) -> list[str]:
    broken = page.evaluate("rules => axe.run(document, rules)", rules)["violations"]
    return [f"{page.url}{where} {row['id']}: {row['nodes'][0]['html'][:160]}" for row in broken]
