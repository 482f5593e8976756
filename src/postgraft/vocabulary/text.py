"""The type of a column of words, the same whatever options of pandas the user has set."""

from typing import Final

import numpy as np
import pandas as pd

TEXT: Final = pd.StringDtype("pyarrow", na_value=np.nan)
"""What pandas makes of words by default; ``"str"`` is plain objects, and a missing one "None", where a user says so."""
