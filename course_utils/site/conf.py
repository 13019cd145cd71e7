"""Sphinx's settings for the site; `python -m course_utils site` calls it."""

from importlib.util import find_spec
from pathlib import Path

MATHJAX = Path(find_spec("sphinx-mathjax-offline").origin).parent / "static/mathjax/tex-svg-full.js"

project = "From a GAN on a line to sentences you can steer"
html_title = project
language = "en"
extensions = ["myst_parser", "sphinx.ext.githubpages"]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
suppress_warnings = ["myst.header"]  # a lesson's exercises are one level deeper than its sections
html_theme = "furo"
html_static_path = ["static", str(MATHJAX)]
html_css_files = ["site.css"]
mathjax_path = MATHJAX.name
mathjax3_config = {"options": {"enableMenu": False}}  # its menu fetches what is not shipped
html_copy_source = False
html_show_copyright = False
html_show_search_summary = False  # it would fetch pages, which a browser forbids to files
html_show_sphinx = False
pygments_style = "friendly"
pygments_dark_style = "monokai"
html_theme_options = {"top_of_page_buttons": []}
