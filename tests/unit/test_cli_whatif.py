"""``postgraft whatif``: what it prints and writes, and how it answers a mistake."""

import pandas as pd
import pytest

import postgraft as pg
from postgraft.synthetic import write_cohort

pytestmark = pytest.mark.slow

TWO = """\
- {name: earlier, set: {days_since_transplant_min: 30}}
- {name: the same, set: {neutrophils_min: 1}}
"""


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    return write_cohort(tmp_path_factory.mktemp("cohorts") / "made-up", patients=40, seed=1, enrich=10)


@pytest.fixture
def amendments(tmp_path):
    path = tmp_path / "two.yaml"
    path.write_text(TWO, encoding="utf-8")
    return path


def test_a_row_an_amendment_the_protocol_first(run, cohort, amendments):
    status, out, err = run("whatif", cohort, amendments)
    assert (status, err) == (0, "")
    assert out.startswith("Of 40 patients with an allogeneic transplant; ")
    lines = [line.strip() for line in out.splitlines()]
    [base] = [line for line in lines if line.startswith("base ")]
    eligible = pg.compare(pg.read_extract(cohort), pg.load_protocol(), [])["certain"].item()
    assert eligible > 0
    assert base.split()[1] == str(eligible)
    [earlier] = [line for line in lines if line.startswith("earlier ")]
    assert earlier.endswith("days_since_transplant_min 45 → 30")
    [same] = [line for line in lines if line.startswith("the same ")]
    assert same.endswith("no change")


def test_the_file_holds_what_compare_gives(run, cohort, amendments, tmp_path):
    status, out, _ = run("whatif", cohort, amendments, "--out", tmp_path / "w.csv")
    assert status == 0
    assert out.endswith(f"Wrote {tmp_path / 'w.csv'}\n")
    written = pd.read_csv(tmp_path / "w.csv", keep_default_na=False)
    compared = pg.compare(pg.read_extract(cohort), pg.load_protocol(), str(amendments))
    assert written.columns.tolist() == compared.columns.tolist()
    for column in ("amendment", "changes", "certain", "possible", "gained", "lost", "net", "eligible_days"):
        assert written[column].tolist() == compared[column].tolist()


def test_without_amendments_it_is_the_menu(run, cohort):
    status, out, _ = run("whatif", cohort)
    assert status == 0
    for amendment in pg.load_amendments("menu"):
        assert any(line.strip().startswith(amendment.name) for line in out.splitlines())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- {name: a, set: {neutrophil_min: 1}}", "unknown parameter 'neutrophil_min'; nearest: neutrophils_min"),
        ("- {name: a, set: {xyzzy: 1}}", "'xyzzy'. All stand in postgraft/protocol/data/nct05873205.yaml; in Python, "),
        ("- {name: a, set: {neutrophils_min: -1}}", "at least 0 and at most 100"),
        ("- {name: a}", "it changes nothing"),
    ],
)  # fmt: skip
def test_a_bad_amendment_is_bad_input(run, cohort, tmp_path, text, message):
    path = tmp_path / "bad.yaml"
    path.write_text(text, encoding="utf-8")
    status, out, err = run("whatif", cohort, path, "--out", tmp_path / "w.csv")
    assert (status, out) == (2, "")
    assert message in err
    assert "Traceback" not in err
    assert not (tmp_path / "w.csv").exists()


def test_an_unknown_name_and_a_missing_cohort_are_bad_input(run, cohort, tmp_path):
    status, _, err = run("whatif", cohort, "menus")
    assert status == 2
    assert "no amendments 'menus'; shipped: menu" in err
    assert run("whatif", tmp_path / "nowhere")[0] == 2
