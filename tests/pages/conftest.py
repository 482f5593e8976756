from browser import browser, chromium

__all__ = ["browser", "chromium"]
