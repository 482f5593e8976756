"""What is left of a report when its time stamps are taken away; these are all there may be."""

import json
import re
from pathlib import Path
from typing import Any

PAPERMILL_TIMES = ("start_time", "end_time", "duration")
RECORD_TIMES = ("started", "ended")
COMPUTED = re.compile(r"(<dt>Computed</dt>\s*<dd>)[^<]*(</dd>)")


def without_times(output: Path) -> dict[str, Any]:
    """Every file of an output by its path, whole but for the declared time stamps and what hashes them."""
    readers = {".ipynb": _notebook, ".html": _page, ".json": _record}
    return {
        path.relative_to(output).as_posix(): readers[path.suffix](path.read_text(encoding="utf-8"))
        for path in sorted(output.rglob("*"))
        if path.suffix in readers
    }


def _notebook(text: str) -> Any:
    notebook = json.loads(text)
    for holder in (notebook, *notebook["cells"]):
        for name in PAPERMILL_TIMES:
            del holder["metadata"]["papermill"][name]
        holder["metadata"].pop("execution", None)  # when the kernel got and answered each message
    return notebook


def _page(text: str) -> str:
    return COMPUTED.sub(r"\1\2", text)


def _record(text: str) -> Any:
    content = json.loads(text)
    if "files" in content:
        return content | {"files": list(content["files"])}
    for record in content.values():
        for name in RECORD_TIMES:
            del record[name]
        record["files"] = sorted(record["files"])
    return content
