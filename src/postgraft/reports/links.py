"""Links of a page to files beside it."""

from collections.abc import Container
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup


def without_links(html: str, there: Container[str] = ()) -> str:
    """The page with its links to files beside it taken off, but for those that are ``there``; their words stay.

    Files are named as a link names them, from the page's folder. Links within the page and to the web are kept.
    """
    soup = BeautifulSoup(html, "html.parser")
    for link in soup.select("a[href]"):
        target = urlsplit(str(link["href"]))
        if not target.scheme and target.path and unquote(target.path) not in there:
            del link["href"]
    return str(soup)
