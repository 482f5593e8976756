"""Disease status: codes, and answers to assessments."""

from unit.sources.bench import fates

from postgraft.sources.disease_status import disease_status


def test_a_row_a_code_and_day(bench):
    remission, relapse = bench.code(("disease_status", "remission")), bench.code(("disease_status", "relapse"))
    for code, day in (
        (remission, "2020-01-01"),
        (remission, "2020-01-01"),
        (relapse, "2020-01-01"),
        (remission, "2020-01-02"),
    ):
        bench.row(code, day)
    done = bench.made(disease_status)
    assert bench.written(done) == [
        ("a", "2020-01-01", "relapse"),
        ("a", "2020-01-01", "remission"),
        ("a", "2020-01-02", "remission"),
    ]
    assert fates(done)["remission", "joined", "the same status on that day"] == 1


def test_an_assessment_is_its_answer_by_code_or_text(bench):
    asked = bench.code(("disease_status", "assessment"))
    bench.mapped("disease_status", "remission", "SNOMED", "103338009")
    bench.mapped("disease_status", "relapse", "source", "Came back")
    bench.mapped("disease_status", "unstated", "SNOMED", "1")
    bench.row(asked, "2020-01-01", answer_system="SNOMED", answer_code="103338009")
    bench.row(asked, "2020-01-02", answer_text=" came BACK ")
    bench.row(asked, "2020-01-03", answer_system="SNOMED", answer_code="1")
    bench.row(asked, "2020-01-04")
    done = bench.made(disease_status)
    assert [row[2] for row in bench.written(done)] == ["remission", "relapse"]
    assert fates(done) == {("assessment", "written", ""): 2, ("assessment", "dropped", "answer is no status"): 2}
