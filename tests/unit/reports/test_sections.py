"""Which parts of a page are left out and which are folded, on pages of a few cells."""

import pytest
from bs4 import BeautifulSoup

from postgraft.exhibits.figure import nothing_said
from postgraft.reports.sections import settle_sections

NOBODY = nothing_said("Nobody was eligible.")


def text(inner, folded=False):
    tag = " celltag_details" if folded else ""
    return f'<div class="jp-Cell jp-MarkdownCell{tag}"><div class="jp-MarkdownOutput">{inner}</div></div>'


def code(inner, folded=False):
    tag = " celltag_details" if folded else ""
    return f'<div class="jp-Cell jp-CodeCell{tag}">{inner}</div>'


def settled(*cells):
    soup = BeautifulSoup(f"<main>{''.join(cells)}</main>", "html.parser")
    settle_sections(soup)
    return soup


def shown(soup):
    return soup.main.get_text("|", strip=True)


def test_a_folded_heading_takes_its_cells_with_it():
    soup = settled(text("<h2>One</h2>"), code("1"), text("<h2>All counts</h2><p>Each.</p>", folded=True), code("2"),
                   code("3"), text("<h2>Two</h2>"), code("4"))  # fmt: skip
    [folded] = soup.select("details")

    assert folded.summary.h2.get_text() == "All counts"
    assert folded.get_text("|", strip=True) == "All counts|Each.|2|3"
    assert folded["id"] == "all-counts"
    assert not folded.has_attr("open")
    assert shown(soup) == "One|1|All counts|Each.|2|3|Two|4"
    assert [one.name for one in soup.main.find_all(recursive=False)] == ["div", "div", "details", "div", "div"]


def test_the_tag_counts_wherever_the_page_has_it():
    marked = text("<h2>A</h2>").replace("jp-MarkdownOutput", "jp-MarkdownOutput celltag_details")

    assert settled(marked, code("1")).details.get_text("|", strip=True) == "A|1"


def test_a_heading_of_a_lower_rank_stays_within_the_fold():
    soup = settled(text("<h2>A</h2>", folded=True), text("<h3>B</h3>"), code("1"), text("<h2>C</h2>"))

    assert soup.details.get_text("|", strip=True) == "A|B|1"


@pytest.mark.parametrize(
    ("inner", "summary"),
    [
        ("<table><caption>Rates <b>a year</b></caption><tr><td>7</td></tr></table>", "Rates a year"),
        ("<p>7</p>", "The numbers"),
    ],
)
def test_a_folded_exhibit_stands_by_itself_under_its_own_title(inner, summary):
    soup = settled(text("<h2>A</h2>"), code(inner, folded=True), code("after"))

    assert soup.details.summary.get_text() == summary
    assert "7" in soup.details.get_text()
    assert "after" not in soup.details.get_text()
    assert not soup.details.has_attr("id")


def test_an_empty_exhibit_leaves_its_heading_out_and_the_texts_after_it():
    soup = settled(text("<h2>A</h2><p>Before.</p>"), code(NOBODY), text("<p>After.</p>"), text("<h2>B</h2>"), code("1"))

    assert shown(soup) == "B|1"


def test_a_section_with_something_left_to_show_stays():
    soup = settled(text("<h2>A</h2>"), code(NOBODY), code("1"), text("<h2>B</h2>"), code("2"))

    assert shown(soup) == "A|1|B|2"


def test_of_several_empty_exhibits_the_last_takes_the_heading_along():
    assert shown(settled(text("<h2>A</h2>"), code(NOBODY), code(NOBODY), text("<h2>B</h2>"), code("1"))) == "B|1"


def test_a_title_of_a_page_stays_without_anything_below_it():
    assert shown(settled(text("<h1>Page</h1>"), code(NOBODY))) == "Page"


def test_a_subsection_leaves_and_the_section_stays():
    soup = settled(text("<h2>A</h2>"), code("1"), text("<h3>B</h3>"), code(NOBODY), text("<h3>C</h3>"), code("2"))

    assert shown(soup) == "A|1|C|2"


def test_a_folded_section_without_content_is_no_fold():
    soup = settled(text("<h2>A</h2>", folded=True), code(NOBODY), text("<h2>B</h2>", folded=True), code("1"))

    assert [one.summary.get_text() for one in soup.select("details")] == ["B"]
    assert shown(soup) == "B|1"


def test_a_page_without_either_stays_as_it_is():
    cells = text("<h2>A</h2>"), code("1")

    assert str(settled(*cells)) == str(BeautifulSoup(f"<main>{''.join(cells)}</main>", "html.parser"))
