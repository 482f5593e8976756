"""A notebook opened in JupyterLab in the browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from lab.jupyterlab import Lab
from playwright import sync_api
from playwright.sync_api import Browser

WIDTH, HEIGHT = 1280, 900
RUN_WITHIN = 120_000  # milliseconds
WAIT_WITHIN = 120_000  # for what the kernel answers; a busy machine is slow, and a wait that is met costs nothing

READY = """() => {
  const app = window.jupyterapp, panel = app && app.shell.currentWidget;
  return Boolean(panel && panel.sessionContext && panel.context.isReady && panel.sessionContext.isReady
    && panel.sessionContext.session && panel.sessionContext.session.kernel.status === 'idle');
}"""

RUN = """async (within) => {
  const app = window.jupyterapp;
  const late = new Promise((_, fail) => setTimeout(() => fail(new Error('the run took too long')), within));
  await Promise.race([app.commands.execute('notebook:run-all-cells'), late]);
}"""

IDLE = "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'"

CONTENT = "() => window.jupyterapp.shell.currentWidget.context.model.toJSON()"

END = "async () => { await window.jupyterapp.shell.currentWidget.sessionContext.shutdown(); }"


@dataclass
class Page:
    """``browser`` is playwright's page; ``errors`` what went wrong in it so far."""

    browser: sync_api.Page
    errors: list[str] = field(default_factory=list)

    def run(self) -> list[dict[str, Any]]:
        """Run every cell, and return the cells as they are then."""
        self.browser.evaluate(RUN, RUN_WITHIN)
        self.browser.wait_for_function(IDLE)
        cells: list[dict[str, Any]] = self.browser.evaluate(CONTENT)["cells"]
        return cells


@contextmanager
def opened(lab: Lab, browser: Browser) -> Iterator[Callable[[str], Page]]:
    """A function that opens a notebook; what it opened is closed at the end."""
    sync_api.expect.set_options(timeout=WAIT_WITHIN)
    with browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}) as context:
        context.set_default_timeout(WAIT_WITHIN)
        pages = []

        def open_(notebook: str) -> Page:
            page = Page(context.new_page())
            page.browser.on("pageerror", lambda error: page.errors.append(str(error)))
            page.browser.goto(lab.page(notebook))
            page.browser.wait_for_function(READY)
            pages.append(page)
            return page

        try:
            yield open_
        finally:
            for page in pages:
                page.browser.evaluate(END)
                page.browser.close()
