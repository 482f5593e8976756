"""The column of drugs: a name that carries a salt, a brand or a biosimilar's suffix is read as its ingredient."""

from collections.abc import Sequence
from dataclasses import dataclass

from postgraft.extract.cells import Words
from postgraft.extract.findings import Place
from postgraft.extract.kinds import OpenWord
from postgraft.vocabulary.drugs import read_drug, without_brackets
from postgraft.vocabulary.words import normal_word


@dataclass(frozen=True)
class Drug(OpenWord):
    """The ingredient, in whatever form its name is written (see ``vocabulary.drugs``)."""

    def meant(self, word: str) -> str:
        return read_drug(word)

    def note_meant(self, text: Words, meant: Sequence[str], place: Place) -> None:
        for code, (word, drug) in enumerate(zip(text.words, meant, strict=True)):
            if drug != normal_word(word):
                # All that is left beside the brackets is a known name with known parts.
                bare = without_brackets(word)
                brand = " (what stands in brackets left out)" if bare != word else ""
                found = f"{place.quoted(bare, public=True)}{brand} is read as {drug}"
                place.warning("drug-name", found, "", text.codes == code)

    def describe(self) -> str:
        parts = "a salt, an ester, a brand in brackets and a biosimilar's suffix are no part of the name"
        return f"{super().describe()}; {parts}"
