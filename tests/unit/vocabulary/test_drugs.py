"""What is no part of a drug's name: salts, esters, brands, suffixes of biosimilars."""

import pytest

from postgraft.vocabulary.codes import DRUGS
from postgraft.vocabulary.drugs import read_drug

INGREDIENT = [
    ("rituximab-abbs", "rituximab"),
    ("Rituximab_PVVR", "rituximab"),
    ("rituximab‑arrx", "rituximab"),
    ("rituximab (Rituxan)", "rituximab"),
    ("RITUXIMAB [Truxima (biosimilar)]", "rituximab"),
    ("rituximab and hyaluronidase", "rituximab"),
    ("daratumumab and hyaluronidase-fihj", "daratumumab"),
    ("Daratumumab/hyaluronidase", "daratumumab"),
    ("filgrastim-sndz", "filgrastim"),
    ("pegfilgrastim-jmdb", "pegfilgrastim"),
    ("epoetin alfa-epbx", "epoetin"),
    ("epoetin beta", "epoetin"),
    ("darbepoetin alfa (Aranesp)", "darbepoetin"),
    ("efgartigimod alfa-fcab", "efgartigimod"),
    ("eculizumab-aeeb", "eculizumab"),
    ("methylprednisolone sodium succinate", "methylprednisolone"),
    ("Methylprednisolone Acetate (Depo-Medrol)", "methylprednisolone"),
    ("hydrocortisone sodium phosphate", "hydrocortisone"),
    ("dexamethasone sodium phosphate", "dexamethasone"),
    ("triamcinolone acetonide", "triamcinolone"),
    ("mycophenolate mofetil", "mycophenolate"),
    ("MYCOPHENOLATE MOFETIL HYDROCHLORIDE", "mycophenolate"),
    ("mycophenolate sodium", "mycophenolate"),
    ("tenofovir disoproxil fumarate", "tenofovir"),
    ("tenofovir_alafenamide", "tenofovir"),
    ("adefovir dipivoxil", "adefovir"),
    ("eltrombopag olamine", "eltrombopag"),
    ("avatrombopag maleate", "avatrombopag"),
    ("fostamatinib disodium hexahydrate", "fostamatinib"),
    ("ruxolitinib phosphate", "ruxolitinib"),
    ("belumosudil mesylate", "belumosudil"),
    ("sorafenib tosylate", "sorafenib"),
    ("vincristine sulphate", "vincristine"),
    ("quizartinib dihydrochloride", "quizartinib"),
    ("tacrolimus anhydrous", "tacrolimus"),
    ("Prednisone®", "prednisone"),
]

WHOLE = [
    ("prednisone-held", "prednisone_held"),  # only a biological product has a suffix
    ("dexamethasone-drop", "dexamethasone_drop"),
    ("rituximab-abcde", "rituximab_abcde"),  # five letters
    ("rituximab-abc", "rituximab_abc"),
    ("rituximab-ab12", "rituximab_ab12"),
    ("rituximab abbs", "rituximab_abbs"),  # a blank is no hyphen: "rituximab held"
    ("sodium chloride", "sodium_chloride"),
    ("sodium", "sodium"),
    ("(prednisone)", "(prednisone)"),
    ("Rituxan (rituximab)", "rituxan_(rituximab)"),
    ("sofosbuvir/velpatasvir", "sofosbuvir/velpatasvir"),
    ("peginterferon alfa", "peginterferon_alfa"),
]


@pytest.mark.parametrize(("text", "drug"), INGREDIENT)
def test_what_is_left_is_the_drug(text, drug):
    assert read_drug(text) == drug


@pytest.mark.parametrize(("text", "name"), WHOLE)
def test_a_name_of_which_no_known_drug_is_left_stays_whole(text, name):
    assert read_drug(text) == name


def test_every_known_drug_is_its_own_name():
    assert [read_drug(drug) for drug in DRUGS] == list(DRUGS)
    assert [read_drug(drug.upper().replace("_", " ")) for drug in DRUGS] == list(DRUGS)
