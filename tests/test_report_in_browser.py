"""The HTML report in a real browser: on a desk and on a phone, by day and by night."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from proofs_check.report.html import write_html

from .proofs_check.report.samples import RUN, every_record, hostile_record

_BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_DRIVER = shutil.which("chromedriver")

pytestmark = pytest.mark.skipif(not (_BROWSER and _DRIVER), reason="Chromium or its driver is not installed")

_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_SIZES = """return [...document.querySelectorAll(arguments[0])].map(
    element => { const box = element.getBoundingClientRect(); return [box.width, box.height]; })"""
_SPILLING = """const wide = document.documentElement.clientWidth;
    return [...document.querySelectorAll('body *')].filter(element => element.getBoundingClientRect().right > wide + 1
        && !element.closest('.scroll, .formula, code, .hidden, .skip, dd')).map(element => element.outerHTML)"""
_CONTRAST = """
    const parse = text => { const parts = text.match(/[\\d.]+/g).map(Number);
        return text.startsWith('color(') ? parts.map((part, place) => place < 3 ? 255 * part : part) : parts; };
    const over = (top, under) => { const alpha = top.length > 3 ? top[3] : 1;
        return [0, 1, 2].map(place => top[place] * alpha + under[place] * (1 - alpha)); };
    const ground = element => element === null ? [255, 255, 255]
        : over(parse(getComputedStyle(element).backgroundColor), ground(element.parentElement));
    const light = colour => [0.2126, 0.7152, 0.0722].reduce((sum, weight, place) => { const part = colour[place] / 255;
        return sum + weight * (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4); }, 0);
    const ratio = element => { const below = ground(element);
        const [a, b] = [light(over(parse(getComputedStyle(element).color), below)), light(below)].sort((p, q) => q - p);
        return (a + 0.05) / (b + 0.05); };
    const speaks = element => [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    return [...document.querySelectorAll('body *')].filter(element => speaks(element) && !element.closest('svg')
        && ratio(element) < 4.5).map(element => [ratio(element), element.outerHTML.slice(0, 120)])"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    options = Options()
    options.binary_location = str(_BROWSER)
    for flag in (*_FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(executable_path=_DRIVER))
    try:
        yield driver
    finally:
        driver.quit()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("report")
    write_html([*every_record(), hostile_record()], folder, run=RUN)
    return sorted(folder.glob("*.html"))


@pytest.fixture(
    params=[(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")], ids=lambda seen: f"{seen[0]}-{seen[1]}"
)
def seen(request: pytest.FixtureRequest, browser: webdriver.Chrome) -> tuple[int, str]:
    width, scheme = request.param
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 600},
    )
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    return width, scheme


def test_pages_fit_the_screen_and_stay_silent(
    browser: webdriver.Chrome, pages: list[Path], seen: tuple[int, str]
) -> None:
    """False if a page scrolled sideways, wrote to the console, ran a script or asked the network for anything."""
    for page in pages:
        browser.get(page.as_uri())
        assert browser.execute_script("return window.innerWidth") == seen[0]
        assert browser.execute_script("return document.documentElement.scrollWidth") <= seen[0], page.name
        assert browser.execute_script(_SPILLING) == [], page.name
        assert browser.execute_script("return document.scripts.length") == 0
        assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
        assert browser.get_log("browser") == []


def test_formulas_and_plots_are_visible(browser: webdriver.Chrome, pages: list[Path], seen: tuple[int, str]) -> None:
    """False if a formula or a plot collapsed to nothing, or a plot left the screen."""
    browser.get(next(page for page in pages if page.name == "du_2019.html").as_uri())
    formulas, plots = (browser.execute_script(_SIZES, selector) for selector in ("math", "svg.plot"))
    assert len(formulas) == 7
    assert len(plots) == 3
    assert all(width > 20 and height > 12 for width, height in formulas)
    assert all(200 < width <= seen[0] and height > 120 for width, height in plots)
    fractions = browser.execute_script(_SIZES, "mfrac")
    lines = browser.execute_script(_SIZES, "mfrac > :first-child")
    assert all(whole > part for (_, whole), (_, part) in zip(fractions, lines, strict=True))


def test_colours_follow_the_scheme_with_contrast(
    browser: webdriver.Chrome, pages: list[Path], seen: tuple[int, str]
) -> None:
    """False if the page ignored the reader's scheme, or some text stood out from its ground by less than 4.5 to 1."""
    for page in pages:
        browser.get(page.as_uri())
        ground = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
        lightness = int(ground.split("(")[1].split(",")[0])
        assert lightness < 60 if seen[1] == "dark" else lightness > 200
        assert browser.execute_script(_CONTRAST) == [], page.name


def test_links_lead_to_their_claims(browser: webdriver.Chrome, pages: list[Path]) -> None:
    """False if a link of the summary led to a page or an anchor that does not exist."""
    index = next(page for page in pages if page.name == "index.html")
    browser.get(index.as_uri())
    links = browser.execute_script("return [...document.links].map(link => link.href)")
    assert len(links) > len(every_record())
    for link in sorted(set(links)):
        browser.get(link)
        target = browser.execute_script("return decodeURIComponent(location.hash.slice(1))")
        assert Path(browser.execute_script("return decodeURIComponent(location.pathname)")) in pages
        assert not target or browser.execute_script("return document.getElementById(arguments[0]) !== null", target)
