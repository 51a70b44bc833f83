#!/usr/bin/env python3
"""Makes the documentation's pages from Markdown: see scripts/docs.sh.

    site.py prepare    what Doxygen reads: header, footer and main page of the API, in build/docs
    site.py guide      the pages of the guide, in build/site; behind Doxygen, to whose pages they may link

Every link is checked. A link to a file of the tree that is no page leads to a copy of the file.
"""
import html
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SITE = ROOT / "build/site"
TEMPLATE = (ROOT / "docs/site/page.html").read_text()
PAGES = {ROOT / "README.md": "index.html", ROOT / "CHANGELOG.md": "CHANGELOG.html",
         ROOT / "CONTRIBUTING.md": "CONTRIBUTING.html", ROOT / "SECURITY.md": "SECURITY.html",
         **{path: f"{path.stem}.html" for path in sorted((ROOT / "docs").glob("*.md"))}}


def page(title, root, content):
    return TEMPLATE.replace("$title", title).replace("$root", root).replace("$content", content)


def slug(heading):
    """The name of a heading in links, by the rule of the forges."""
    text = html.unescape(re.sub(r"<[^>]*>", "", heading)).lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def title_of(text):
    return re.search(r"^# (.*)", text, re.MULTILINE)[1].replace("`", "")


def prepare():
    header, footer = page("$title", "$relpath^..", "$content").split("$content")
    (ROOT / "build/docs/header.html").write_text(header)
    (ROOT / "build/docs/footer.html").write_text(footer)
    folders = {}
    for path in sorted((ROOT / "include/hebb").glob("*/*.h")):
        folders.setdefault(path.parent.name, []).append(f"hebb/{path.parent.name}/{path.name}")
    rooms = "".join(f"| {room} | {' '.join(headers)} |\n" for room, headers in folders.items())
    (ROOT / "build/docs/api.md").write_text(
        "# API\n\nEverything is in namespace hebb, and hebb/hebb.h includes all of it. A program that needs less "
        "includes the headers that it uses: each is complete by itself.\n\n"
        "| room | headers |\n| --- | --- |\n" + rooms)


def render(source):
    """The page of a Markdown file as HTML, its links still as in the tree."""
    text = re.sub(r"<!--.*?-->", "", source.read_text(), flags=re.DOTALL)
    body = subprocess.run(["cmark-gfm", "--unsafe", "-e", "table", "-e", "strikethrough"], input=text,
                          capture_output=True, text=True, check=True).stdout
    body = re.sub(r"<h([1-6])>(.*?)</h\1>", lambda h: f'<h{h[1]} id="{slug(h[2])}">{h[2]}</h{h[1]}>', body)
    # A figure that is there twice, side by side in light and dark, is shown as the reader's screen is.
    body = re.sub(r'<table>\s*<thead>\s*<tr>\s*<th>light</th>.*?(<img src="([^"]*)-light(\.\w+)"[^>]*>).*?</table>',
                  lambda t: f'<p><picture><source srcset="{t[2]}-dark{t[3]}" media="(prefers-color-scheme: dark)">'
                            f"{t[1]}</picture></p>", body, flags=re.DOTALL)
    return body.replace("<table>", '<div class="scroll" tabindex="0"><table>').replace("</table>", "</table></div>")


def placed(source, target):
    """Where the site has what `target` means in a file of the tree; None if there is no such thing."""
    path = (source.parent / target).resolve()
    if path in PAGES:
        return PAGES[path]
    if not path.exists() or ROOT not in path.parents:
        return None
    if path.is_dir():
        path = path / "README.md" if (path / "README.md").exists() else next(p for p in sorted(path.iterdir()) if p.is_file())
    copy = pathlib.Path("images" if path.parent == ROOT / "docs/images" else "files") / path.name
    (SITE / copy).parent.mkdir(exist_ok=True)
    shutil.copy(path, SITE / copy)
    return str(copy)


def guide():
    bodies = {source: render(source) for source in PAGES}
    names = {PAGES[source]: set(re.findall(r' id="([^"]*)"', body)) for source, body in bodies.items()}
    faults = []

    def link(source, attribute, target):
        target = html.unescape(target)
        if re.match(r"\w+:", target):
            return f'{attribute}="{html.escape(target)}"'
        path, _, name = target.partition("#")
        where = placed(source, path) if path else PAGES[source]
        if where is None or (name and name not in names.get(where, ())):
            faults.append(f"{source.relative_to(ROOT)}: nothing at {target}")
        return f'{attribute}="{where}{"#" + name if name else ""}"'

    for source, body in bodies.items():
        body = re.sub(r'\b(href|src|srcset)="([^"]*)"', lambda a: link(source, a[1], a[2]), body)
        (SITE / PAGES[source]).write_text(page(title_of(source.read_text()), ".", body))
    listed = "".join(f'<li><a href="{PAGES[source]}">{html.escape(title_of(source.read_text()))}</a></li>\n'
                     for source in PAGES if source.parent == ROOT / "docs")
    (SITE / "guide.html").write_text(page("Guide", ".", f"<h1>Guide</h1>\n<ul>\n{listed}</ul>"))
    shutil.copy(ROOT / "docs/site/style.css", SITE)
    for fault in faults:
        print(f"docs: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit({"prepare": prepare, "guide": guide}[sys.argv[1]]())
