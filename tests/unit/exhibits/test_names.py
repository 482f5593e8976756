"""Names out of the data in figures: drawn as they are written, in any script, and within the page."""

import hashlib
import warnings

import matplotlib as mpl
import pytest
from unit import cohorts
from unit.exhibits.drawing import check_fits_the_page, texts

import postgraft as pg
from postgraft import exhibits
from postgraft.analysis.patient_record import PatientRecord
from postgraft.exhibits import figure as style
from postgraft.exhibits.labels import columns, fitted

pytestmark = pytest.mark.slow

LONG = "Department of Hematology, Oncology, Transplantation and Cell Therapy, University Hospital of Somewhere"


@pytest.fixture
def sites(monkeypatch):
    """The patients of the cohort of eight by site, the two sites having these names."""

    def draw(first, second="New Jersey"):
        monkeypatch.setitem(cohorts.DAYS, "sites", {"NYC": first, "NJ1": second})
        return exhibits.patients_by_site(pg.evaluate(cohorts.eight_extract(), cohorts.PROTOCOL))

    return draw


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Центральная больница № 5", "Νοσοκομείο Αθηνών"),
        ("北京大学人民医院血液科", "서울대학교병원"),
        ("مستشفى الملك فيصل", "תל אביב"),
        ("🏥 Clinic", "बेंगलुरु กรุงเทพ"),
        (LONG, "W" * 100),
        ("字" * 100, "$5 a $6 ward"),
        ("$$ Clinic", r"\alpha_{$"),
    ],
)
def test_any_name_is_drawn_as_it_is_and_fits(sites, first, second):
    exhibit = sites(first, second)

    assert exhibit.png().startswith(b"\x89PNG")  # a warning would be an error
    with style.styled():
        shown = {text.replace("\n", " ").partition(" (n =")[0] for text in texts(exhibit)}
        check_fits_the_page(exhibit)
    assert {fitted(name, 36, 3).replace("\n", " ") for name in (first, second)} <= shown
    assert not any(tick.get_parse_math() for tick in exhibit.figure.axes[0].get_yticklabels())


def test_a_long_name_of_an_amendment_drug_or_patient_is_cut_with_an_ellipsis():
    compared = pg.compare(
        cohorts.eight_extract(), cohorts.PROTOCOL, [{"name": "$" * 100, "drop": ["gvhd_controlled", "hiv"]}]
    )
    assert "$" * 56 + " …" in texts(exhibits.forest(compared))

    extract = cohorts.eight_extract(medications=[("sure", 50, 60, "$x" * 50, None, None, "oral", None)])
    exhibit = exhibits.patient_timeline(PatientRecord(pg.evaluate(extract, pg.load_protocol()), 0))
    assert any(text.endswith("$x$ …") and len(text) <= 29 for text in texts(exhibit))
    check_fits_the_page(exhibit)


def test_what_is_cut_and_where():
    assert fitted("New York", 20) == "New York"
    assert fitted("a\n b\t c", 20) == "a b c"
    assert fitted("one two three four", 12) == "one two …"
    assert fitted("x" * 30, 12) == "x" * 10 + " …"
    assert fitted("one two three four five", 9, 3) == "one two\nthree\nfour five"
    assert fitted("one two three four five six", 9, 3) == "one two\nthree\nfour …"
    assert fitted("字" * 9, 12) == "字" * 5 + " …"
    assert fitted("", 12) == ""
    assert (columns("e\N{COMBINING ACUTE ACCENT}"), columns("字a")) == (1, 3)


def test_a_script_that_the_font_lacks_is_drawn_in_a_font_of_the_machine(sites, monkeypatch):
    with_it, without = "\N{WATCH}", "Plain, Ελλάδα"
    before = [hashlib.sha256(sites(name).png()).digest() for name in (with_it, without)]
    # A font that comes with matplotlib stands in for one that a machine has.
    monkeypatch.setattr(style, "OTHER_SCRIPTS", ("Absent Sans", "STIXGeneral"))
    style._settings.cache_clear()
    try:
        after = [hashlib.sha256(sites(name).png()).digest() for name in (with_it, without)]
    finally:
        style._settings.cache_clear()

    assert before[0] != after[0]
    assert before[1] == after[1]


def test_the_users_settings_change_no_figure(sites):
    before = sites("A", "B").png()
    hostile = {
        "text.usetex": True,
        "axes.facecolor": "black",
        "savefig.facecolor": "black",
        "savefig.bbox": "tight",
        "font.family": "fantasy",
        "font.size": 30,
        "axes.grid": True,
        "timezone": "Pacific/Auckland",
        "image.cmap": "gray",
        "axes.formatter.use_locale": True,
    }
    with mpl.rc_context(hostile), warnings.catch_warnings(record=True) as said:
        assert sites("A", "B").png() == before
        assert mpl.rcParams["text.usetex"] is True
    assert said == []
