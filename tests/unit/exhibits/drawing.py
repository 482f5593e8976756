"""What can be read off a figure or a table once it is drawn."""

from bs4 import BeautifulSoup
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from postgraft.exhibits import figure as style


def laid_out(exhibit):
    """What lays a figure out just as for a picture, and has done so; it makes none, which would take as long again."""
    canvas = FigureCanvasAgg(exhibit.figure)
    exhibit.figure.draw_without_rendering()
    return canvas.get_renderer()


def texts(exhibit):
    """The words that are drawn, in the order of drawing."""
    laid_out(exhibit)
    return [t.get_text() for t in exhibit.figure.findobj(Text) if t.get_visible() and t.get_text().strip()]


def check_fits_the_page(exhibit):
    """Nothing is cut off, it is as wide as an A4 page and no higher, and words stand for it."""
    drawing = exhibit.figure.get_tightbbox(laid_out(exhibit))  # inches
    width, height = exhibit.figure.get_size_inches()
    assert min(drawing.x0, drawing.y0) >= -0.01
    assert drawing.x1 <= width + 0.01
    assert drawing.y1 <= height + 0.01
    assert width == style.WIDTH
    assert 0.5 <= height <= 10.1  # 297 mm less two margins of 20 mm
    assert exhibit.alt.endswith(".")


def cells(table):
    """The rows of a table as lists of text, without its header and notes."""
    soup = BeautifulSoup(table.html, "html.parser")
    return [[cell.get_text(strip=True) for cell in row.select("td, th")] for row in soup.select("tbody tr")]


def notes(table):
    """The text below a table."""
    soup = BeautifulSoup(table.html, "html.parser")
    return " ".join(note.get_text(" ", strip=True) for note in soup.select(".gt_sourcenote"))
