"""How the what-if explorer looks, and the names that screen readers need."""

from __future__ import annotations

from typing import Final

from postgraft.exhibits.style import ELIGIBLE

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
