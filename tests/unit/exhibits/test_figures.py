"""Every figure says what it shows in words, and nothing in it is cut off, whatever the cohort."""

import base64
import re
from functools import cache
from itertools import pairwise

import evaluated
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.text import Text
from unit.cohorts import bare, eight
from unit.exhibits.drawing import laid_out

import postgraft as pg
from postgraft import exhibits
from postgraft.exhibits import figure as style

pytestmark = pytest.mark.slow

FIGURES = {
    "attrition": exhibits.attrition,
    "verdicts": exhibits.verdicts_by_criterion,
    "eligible": exhibits.cytopenia_by_route,
    "sites": exhibits.patients_by_site,
    "follow-up": lambda outcome: exhibits.observed_transplants(outcome.observations),
}


def generated():
    return evaluated.generated(120, seed=11)


COHORTS = {
    "generated": generated,
    "eight": eight,
    "nobody": lambda: pg.evaluate(bare(0), pg.load_protocol()),
    "one day": lambda: pg.evaluate(bare(2), pg.load_protocol()),
    "nothing recorded": lambda: pg.evaluate(bare(3, last_day=200), pg.load_protocol()),
}


@cache
def figure(name, cohort):
    return FIGURES[name](COHORTS[cohort]())


renderer_of = cache(laid_out)


def drawn(exhibit):
    """The texts of a figure with the pixels they take."""
    renderer = renderer_of(exhibit)
    texts = [text for text in exhibit.figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    return [(text.get_text(), text.get_window_extent(renderer)) for text in texts]


@pytest.mark.parametrize("cohort", COHORTS)
@pytest.mark.parametrize("name", FIGURES)
def test_nothing_is_cut_off(name, cohort):
    exhibit = figure(name, cohort)

    drawing = exhibit.figure.get_tightbbox(renderer_of(exhibit))  # inches
    width, height = exhibit.figure.get_size_inches()
    assert drawing.x0 >= -0.01
    assert drawing.y0 >= -0.01
    assert drawing.x1 <= width + 0.01
    assert drawing.y1 <= height + 0.01


@pytest.mark.parametrize("cohort", COHORTS)
@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_fits_an_a4_page_and_is_not_blank(name, cohort):
    exhibit = figure(name, cohort)

    assert exhibit.figure.get_figwidth() == style.WIDTH
    assert 0.5 <= exhibit.figure.get_figheight() <= 10.1  # 297 mm less two margins of 20 mm
    assert drawn(exhibit)
    assert exhibit.alt.endswith(".")


def test_texts_of_the_attrition_do_not_overlap():
    texts = drawn(figure("attrition", "generated"))
    boxes = np.array([box.extents for _, box in texts])

    over = (boxes[:, None, :2] < boxes[None, :, 2:] - 0.5).all(axis=2)
    both = np.argwhere(np.triu(over & over.T, k=1))
    assert [(texts[i][0], texts[j][0]) for i, j in both] == []


def test_the_attrition_has_a_box_for_every_criterion_that_loses_somebody_and_ends_with_the_eligible():
    outcome = generated()
    words = [text for text, _ in drawn(figure("attrition", "generated"))]

    found = outcome.attrition()
    lost = found["lost_eligible"] + found["lost_possible"]
    for criterion, patients in zip(found["criterion"], lost, strict=True):
        assert (exhibits.labels.label(criterion) in words) == (patients > 0)
    idle = int((lost == 0).sum())
    assert f"{idle} criteria lose nobody at their place in the order." in words
    eligible = (outcome.patients["status"] == "eligible").sum()
    possible = (outcome.patients["status"] == "possible").sum()
    last = words.index("All of them on 7 consecutive days")
    assert words[last + 1 : last + 3] == [str(eligible), str(eligible + possible)]


def test_each_branch_of_the_attrition_loses_what_it_has_less_of():
    """Beside a box stands what the box before it had more; who is at the end is in one of three boxes."""
    outcome = generated()
    words = [text for text, _ in drawn(figure("attrition", "generated"))]
    counts = outcome.summary().drop_duplicates("measure").set_index("measure")["count"]
    kinds = outcome.patients["possible_kind"].value_counts()

    before = {"eligible": counts["observed"], "possible": counts["observed"]}
    found = outcome.attrition()
    for row in found[found["lost_eligible"] + found["lost_possible"] > 0].itertuples():
        place = words.index(exhibits.labels.label(row.criterion))
        left = {"eligible": row.remaining_eligible, "possible": row.remaining_possible}
        lost = [str(before[lane] - left[lane]) for lane in left if before[lane] > left[lane]]
        numbers = [word for word in words[place + 1 : place + 6] if word.isdecimal()]
        assert numbers[: 2 + len(lost)] == [*map(str, left.values()), *lost]
        before = left
    of = outcome.patients.shape[0]
    assert [word.strip() for word in words if "%" in word] == [
        style.part((outcome.patients["status"] == "eligible").sum(), of),
        style.part(kinds.get("documentation", 0), of),
        style.part(kinds.get("diagnosis", 0), of),
    ]


def test_the_attrition_of_eight_patients_in_words():
    assert figure("attrition", "eight").alt == (
        "Flow through the 4 criteria that lose somebody, in protocol order. In the extract are 8 patients, 7 with an "
        "allogeneic transplant, 7 observed after it. At the end, eligible: 2 of 7 (29 %); not ruled out: one document "
        "missing: 1 of 7 (14 %); not ruled out: work-up missing: 1 of 7 (14 %). Most are lost, failed or unknown, at: "
        "Immune cytopenia (2), Days since transplant (1), Incomplete response (1). Most are ruled out at: Incomplete "
        "response (2), Days since transplant (1)."
    ).replace(" %", "\N{NO-BREAK SPACE}%")


@pytest.mark.parametrize(
    ("name", "alt"),
    [
        (
            "eligible",
            "2 eligible patients by cytopenia and kind of incomplete response. Largest groups: AIHA, refractory: 2.",
        ),
        (
            "sites",
            "Eligible patients by site (2). NJ1: 0 of 3 patients (0 %; 95 % CI 0 – 56 %); New York: 1 of 2 patients "
            "(50 %; 95 % CI 9 – 91 %); not recorded: 1 of 2 patients (50 %; 95 % CI 9 – 91 %).",
        ),
    ],
)
def test_what_a_figure_of_eight_patients_says(name, alt):
    assert figure(name, "eight").alt == alt.replace(" %", "\N{NO-BREAK SPACE}%")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("attrition", "At the end, eligible: 0 of 0 (–);"),
        ("verdicts", "No patient was observed"),
        ("eligible", "No patient is eligible"),
        ("sites", "No patient has a transplant"),
        ("follow-up", "No transplant is observed"),
    ],
)
def test_a_figure_of_nobody_says_so(name, said):
    assert said in figure(name, "nobody").alt


def test_an_axis_of_shares_says_so_also_where_nobody_has_a_cytopenia():
    texts = [text for text, _ in drawn(figure("verdicts", "nothing recorded"))]
    assert texts.count("Share (%)") == 2
    assert "no such patient" in texts


def test_a_cohort_of_one_day_has_no_eligible_patient_in_words():
    assert figure("eligible", "one day").alt == "No patient is eligible."
    assert "2 of 2 (100" in figure("follow-up", "one day").alt


def test_an_exhibit_shows_itself_with_its_words():
    exhibit = figure("sites", "eight")
    data, metadata = exhibit._repr_mimebundle_(include=None, exclude=None)

    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert metadata["image/png"]["alt"] == data["text/plain"] == exhibit.alt
    assert metadata["image/png"]["width"] == round(style.WIDTH * style.SHOWN_DPI)


def test_what_bars_mean_can_be_told_in_grey():
    """Neighbours in a bar differ in lightness (relative luminance, WCAG 2) or in hatching."""
    for looks in ((style.ELIGIBLE, style.DOCUMENTATION, style.DIAGNOSIS), (style.PASSED, style.UNCLEAR, style.FAILED)):
        for one, other in pairwise(looks):
            light, dark = sorted((luminance(one["facecolor"]), luminance(other["facecolor"])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 1.5 or one.get("hatch") != other.get("hatch")


def luminance(colour):
    channels = np.array(to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def test_drawing_leaves_the_users_own_style_alone():
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    exhibits.patients_by_site(eight())
    assert dict(mpl.rcParams) == before


def test_axes_tell_their_units():
    texts = [text for text, _ in drawn(figure("sites", "generated"))]
    assert "Eligible (% of the patients of the site, 95 % CI)" in texts
    assert any(re.search(r"\(%\)", text) for text, _ in drawn(figure("verdicts", "generated")))
