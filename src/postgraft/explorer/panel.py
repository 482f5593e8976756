"""How the what-if explorer looks, and the names that screen readers need.

What the what-if explorer shows beside its controls, as HTML that any page can hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from postgraft.analysis.what_if import Explored, PatientCounts, Step
from postgraft.exhibits.figure import DIAGNOSIS, ELIGIBLE, counted, number, percent, signed
from postgraft.exhibits.labels import label, words

CSS: Final = f"""
.postgraft-explorer {{ --own: {ELIGIBLE["facecolor"]}; --line: var(--jp-border-color2, #d0d4d8); overflow: visible; }}
.postgraft-explorer > .widget-hbox {{ flex-wrap: wrap; gap: 20px; align-items: flex-start; overflow: visible; }}
.postgraft-controls {{ flex: 1 1 340px; min-width: 300px; max-height: 820px; overflow: hidden auto; }}
.postgraft-controls > *, .postgraft-controls > .widget-vbox > * {{ flex: 0 0 auto; overflow: visible; }}
.postgraft-answers {{ flex: 1 1 400px; min-width: 380px; overflow: visible; }}
.postgraft-head {{ justify-content: space-between; align-items: center; gap: 12px; overflow: visible; }}
.postgraft-head .postgraft-said {{ flex: 1 1 auto; width: auto; min-height: 58px; }}
.postgraft-head .widget-button {{ flex: 0 0 auto; width: auto; }}
.postgraft-explorer .widget-html, .postgraft-explorer .widget-html-content {{ height: auto; overflow: visible; }}
.postgraft-explorer .widget-html-content {{ line-height: 1.4; white-space: normal; }}
.postgraft-explorer p {{ margin: 4px 0; }}
.postgraft-explorer h4 {{ margin: 10px 0 2px; font-size: 13px; }}
.postgraft-explorer small {{ color: var(--jp-ui-font-color1, #333); }}
.postgraft-said b {{ font-size: 22px; color: var(--jp-content-font-color1, #1c2126); }}
.postgraft-problem {{ border-left: 4px solid #b3261e; padding: 4px 10px; }}
.postgraft-said .postgraft-problem b {{ font-size: 14px; }}
.postgraft-explorer table {{ border-collapse: collapse; margin: 6px 0; width: 100%;
  table-layout: auto; font-size: 12px; }}
.postgraft-explorer caption {{ text-align: left; font-weight: 600; padding: 4px 0; }}
.postgraft-explorer th, .postgraft-explorer td {{ padding: 2px 6px; border-bottom: 1px solid var(--line); }}
.postgraft-explorer td, .postgraft-explorer thead th {{ text-align: right; font-variant-numeric: tabular-nums; }}
.postgraft-explorer tbody th, .postgraft-explorer thead th:first-child {{ text-align: left; font-weight: 400; }}
.postgraft-explorer thead th, .postgraft-explorer thead th:first-child {{ font-weight: 600; vertical-align: bottom; }}
.postgraft-funnel td:last-child {{ width: 14%; }}
.postgraft-funnel th, .postgraft-funnel td {{ padding: 2px 4px; }}
.postgraft-funnel tbody th {{ white-space: nowrap; }}
.postgraft-bar {{ display: flex; height: 10px; background: var(--jp-layout-color2, #eee); }}
.postgraft-bar span {{ display: block; height: 10px; }}
.postgraft-explorer pre {{ padding: 8px; margin: 2px 0; background: var(--jp-layout-color2, #f3f4f5); overflow: auto;
  white-space: pre-wrap; user-select: all; }}
.postgraft-explorer .postgraft-group {{ text-align: left; width: 100%; margin: 2px 0; font-weight: 600; }}
.postgraft-controls .widget-inline-hbox, .postgraft-controls .widget-button {{ margin-left: 0; margin-right: 0;
  max-width: 100%; }}
.postgraft-explorer input {{ min-width: 0; }}
.postgraft-row {{ border-bottom: 1px solid var(--line); padding: 4px 0 4px 8px; border-left: 3px solid transparent;
  overflow: visible; flex: 0 0 auto; }}
.postgraft-changed {{ border-left-color: var(--own); }}
.postgraft-row .widget-label {{ font-weight: 600; white-space: normal; line-height: 1.3;
  height: auto; max-width: none; flex: 0 1 auto; }}
.postgraft-row .widget-text {{ height: auto; align-items: center; justify-content: space-between; overflow: visible; }}
.postgraft-row .widget-text input[type="number"] {{ flex: 0 0 90px; width: 90px; }}
.postgraft-slider > .widget-label {{ display: none; }}
.postgraft-row .widget-hbox {{ overflow: visible; padding-left: 6px; }}
.postgraft-row .postgraft-stacked {{ height: auto; flex-direction: column; align-items: stretch; }}
.postgraft-row .postgraft-stacked .widget-label {{ text-align: left; }}
.postgraft-row .postgraft-stacked select, .postgraft-row .postgraft-stacked input {{ width: 100%; flex: 0 0 auto;
  margin: 0; }}
.postgraft-row .widget-button {{ max-width: 100%; overflow: hidden; text-overflow: ellipsis; }}
"""

NAME_SLIDERS: Final = """
(() => {
  const name = () => {
    for (const slider of document.querySelectorAll('.postgraft-slider')) {
      const label = slider.querySelector('.widget-label');
      const handle = slider.querySelector('.noUi-handle');
      if (label && handle) handle.setAttribute('aria-label', label.textContent);
    }
    for (const one of document.querySelectorAll('.postgraft-said')) one.setAttribute('aria-live', 'polite');
  };
  if (!window.postgraftNames) {
    window.postgraftNames = new MutationObserver(name);
    window.postgraftNames.observe(document.body, {childList: true, subtree: true});
  }
  name();
})();
"""
"""ipywidgets leaves the handle of a slider without a name: this gives it that of the slider's label."""


SURE, OPEN = str(ELIGIBLE["facecolor"]), str(DIAGNOSIS["facecolor"])

FUNNEL: Final = "Patients left when this and all earlier criteria hold on one day"

NEEDS_LAB: Final = (
    "The explorer needs JupyterLab: run this notebook there (<code>make lab</code>) to move thresholds and drop "
    "criteria. Here stand the counts of the protocol as it is."
)


def said(found: Explored) -> str:
    """The answer in one sentence, for the eye and for a screen reader."""
    if found.counts is None:
        lines = "<br>".join(escape(line) for line in found.problem.splitlines())
        return f'<div class="postgraft-problem"><b>The protocol does not allow this.</b><br>{lines}</div>'
    counts = found.counts
    return (
        f"<p><b>{number(counts.certain)}</b> eligible and "
        f"<b>{number(counts.possible)}</b> not ruled out, "
        f"of {counted(counts.of, 'patient')} with an allogeneic transplant.</p>"
    )


def counts_table(found: Explored) -> str:
    """Counts with gain and loss against the protocol; empty where there are none."""
    counts = found.counts
    if counts is None:
        return ""
    rows = [
        ("Eligible", counts.certain, counts.gained, counts.lost, counts.net),
        (
            "Eligible or not ruled out",
            counts.certain_or_possible,
            counts.gained_or_possible,
            counts.lost_or_possible,
            counts.net_or_possible,
        ),
    ]
    body = "".join(
        f'<tr><th scope="row">{name}</th><td>{number(count)}</td><td>{_share(count, counts)}</td>'
        f"<td>{number(gained)}</td><td>{number(lost)}</td><td>{signed(net)}</td></tr>"
        for name, count, gained, lost, net in rows
    )
    head = _head("", "Patients", "Share", "Gained", "Lost", "Net")
    return f"<table><caption>Against the protocol</caption>{head}<tbody>{body}</tbody></table>"


def _share(count: int, counts: PatientCounts) -> str:
    return percent(count / counts.of if counts.of else None)


def funnel_table(found: Explored, base: Explored) -> str:
    """Patients left at each criterion, with a bar, and the change against the protocol; empty without counts."""
    if found.counts is None or base.counts is None:
        return ""
    dropped = found.amendment.drop if found.amendment else ()
    body = "".join(
        _step(step, before, found.counts, step.criterion in dropped)
        for step, before in zip(found.counts.funnel, base.counts.funnel, strict=True)
    )
    head = _head("Criterion", "All met", "±", "Not failed", "±", "")
    return f'<table class="postgraft-funnel"><caption>{FUNNEL}</caption>{head}<tbody>{body}</tbody></table>'


def _head(*names: str) -> str:
    cells = "".join(f'<th scope="col">{name}</th>' if name else "<td></td>" for name in names)
    return f"<thead><tr>{cells}</tr></thead>"


def _step(step: Step, before: Step, counts: PatientCounts, dropped: bool) -> str:
    name = escape(label(step.criterion))
    shown = f"<s>{name}</s>, dropped" if dropped else name
    cells = "".join(
        f"<td>{number(now)}</td><td>{signed(now - then) if now != then else ''}</td>"
        for now, then in (
            (step.remaining_eligible, before.remaining_eligible),
            (step.remaining_possible, before.remaining_possible),
        )
    )
    parts = ((step.remaining_eligible, SURE), (step.remaining_possible - step.remaining_eligible, OPEN))
    bars = "".join(
        f'<span style="width:{100 * width / max(counts.of, 1):.2f}%;background:{colour}"></span>'
        for width, colour in parts
    )
    return (
        f'<tr><th scope="row">{shown}</th>{cells}'
        f'<td><div class="postgraft-bar" aria-hidden="true">{bars}</div></td></tr>'
    )


def changes_list(found: Explored) -> str:
    """What is changed, in words, and the amendment to copy."""
    if found.counts is None:
        return ""
    if found.amendment is None:
        return "<h4>Changes</h4><p>None: the protocol as it stands.</p>"
    entries = "".join(f"<li>{escape(words(change))}</li>" for change in found.changes.split("; "))
    return (
        f"<h4>Changes</h4><ul>{entries}</ul><h4>The amendment, for a study</h4>"
        f'<pre tabindex="0" aria-label="The amendment as YAML">{escape(found.as_yaml())}</pre>'
    )


def still(base: Explored) -> str:
    """What stands in place of the explorer where nothing is live: that it needs JupyterLab, and the base counts."""
    counts = base.counts
    if counts is None:
        return f"<p>{NEEDS_LAB}</p>"
    patients = _plain_table(
        "Patients",
        ("", "Patients", "Share"),
        [
            (name, number(count), _share(count, counts))
            for name, count in (("Eligible", counts.certain), ("Eligible or not ruled out", counts.certain_or_possible))
        ],
    )
    funnel = _plain_table(
        FUNNEL,
        ("Criterion", "All met", "Not failed"),
        [
            (escape(label(step.criterion)), number(step.remaining_eligible), number(step.remaining_possible))
            for step in counts.funnel
        ],
    )
    return f"<p>{NEEDS_LAB}</p>{said(base)}{patients}{funnel}"


def _plain_table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    body = "".join(
        f'<tr><th scope="row">{name}</th>{"".join(f"<td>{one}</td>" for one in rest)}</tr>' for name, *rest in rows
    )
    return f"<table><caption>{caption}</caption>{_head(*head)}<tbody>{body}</tbody></table>"
