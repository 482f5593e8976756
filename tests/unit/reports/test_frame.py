"""What stands around every page: who it is for, and what a browser may do for it."""

import pytest
from bs4 import BeautifulSoup

from postgraft.reports.render import CLOSING, Frame, about_the_data, banner


def record(level="internal", identifiable=False, threshold=10, rounding=5):
    return {"disclosure": {"level": level, "threshold": threshold, "rounding": rounding}, "identifiable": identifiable}


def page(frame: Frame) -> BeautifulSoup:
    return BeautifulSoup(f"{frame.opening()}<h1>Title</h1></main>{CLOSING}", "html.parser")


@pytest.mark.parametrize(
    ("records", "kind"),
    [
        ([record()], "internal"),
        ([record("release")], "release"),
        ([record("release"), record("internal")], "internal"),
        ([record("release"), record("internal"), record("release", identifiable=True)], "identifiable"),
    ],
)
def test_the_strictest_of_what_a_page_shows_holds(records, kind):
    assert banner(*records).kind == kind


def test_a_released_page_says_what_its_counts_are():
    usual = banner(record("release"))
    several = banner(record("release", threshold=10, rounding=5), record("release", threshold=4, rounding=1))

    assert usual.sentence == (
        "Every count has noise of up to 3 patients in it. What is then 10 or less, also none, is printed as ≤ 10; the "
        "rest is rounded to multiples of 5. So parts need not add up. Shares are of what is printed."
    )
    assert usual.short == "For release, small counts printed as ≤ 10"
    assert "is printed as ≤ 4; the rest is printed as it is." in several.sentence  # no more than holds for each


def test_an_index_does_not_show_the_patients_that_its_reports_show():
    alone, index = banner(record(identifiable=True)), banner(record(identifiable=True), record())

    assert alone.sentence.startswith("This page shows single patients.")
    assert index.sentence.startswith("Reports beside this page show single patients.")


@pytest.mark.parametrize("kind", [record(), record("release"), record(identifiable=True)])
def test_the_banner_comes_first_and_on_each_printed_page(kind):
    told = banner(kind)
    soup = page(Frame("Title", "Cohort: A", told))

    section = soup.body.find(["section", "header", "main"])
    assert section["class"] == ["banner", told.kind]
    assert section.get_text() == f"{told.word} {told.sentence}"
    assert f'@top-right {{ content: "{told.short}"' in soup.style.get_text()


def test_no_name_ends_the_style_or_the_markup():
    evil = 'A</style><script>alert("1")</script>\\"; } body { display: none } @page { content: "'
    soup = page(Frame(evil, evil, banner(record())))

    assert soup.script is None
    assert len(soup.find_all("style")) == 1
    assert soup.title.get_text() == evil
    assert soup.header.p.get_text() == evil
    assert "display: none }" in soup.style.get_text()
    assert 'content: "A\\3c /style\\3e \\3c script\\3e ' in soup.style.get_text()


def test_a_long_name_leaves_room_for_the_level():
    style = page(Frame("Title", "Cohort: " + "x" * 300, banner(record()))).style.get_text()

    assert 'x…"; }' in style
    assert "x" * 90 not in style


def test_a_browser_loads_nothing_for_the_page_and_runs_nothing():
    policy = page(Frame("Title", "A", banner(record()))).find("meta", attrs={"http-equiv": True})["content"]

    assert policy.startswith("default-src 'none'; img-src data:")
    assert "script-src" not in policy


def of_cohort(name="A", **more):
    return {"cohort": {"name": name, **more}}


def test_a_page_begins_with_what_must_be_known_of_the_data():
    synthetic, doubted = (of_cohort(synthetic=True, doubts=[]), of_cohort("B", synthetic=False, doubts=["x <y"]))
    assert about_the_data(synthetic, synthetic) == ["Synthetic data: no real patients."]
    assert about_the_data(doubted) == ["Doubt about the data: x <y"]
    both = ["A: Synthetic data: no real patients.", "B: Doubt about the data: x <y"]
    assert about_the_data(synthetic, doubted) == both
    assert about_the_data(of_cohort()) == []  # as an earlier version wrote it

    soup = page(Frame("T", "S", banner(record()), both))
    assert [p.get_text() for p in soup.select(".banner.data p")] == both
    assert page(Frame("T", "S", banner(record()))).select(".banner.data") == []
