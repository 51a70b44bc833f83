#include "report/page.h"

#include <array>
#include <cstdint>

#include "core/utf8.h"

namespace hebb {
namespace {

// The length in bytes of the first character; 0 if it is not allowed in a page.
std::size_t character_length(std::string_view text) {
  return text[0] == '\t' || text[0] == '\n' ? 1 : utf8_shown_length(text);
}

constexpr const char* kStyle = R"(
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --wash: #f6f8fa;
  --link: #0550ae; --good: #116329; --bad: #a40e26; --care: #7d4e00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171b; --ink: #e6e9ed; --soft: #a3adb8; --line: #3a424b; --wash: #1d2228;
    --link: #79b8ff; --good: #7ee2a0; --bad: #ff9a9a; --care: #f0c674;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif;
}
header, main, footer { max-width: 70rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.25rem 0 .75rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
p { margin: .5rem 0; max-width: 46rem; }
.lead { color: var(--soft); margin: 0; }
.verdict { border-left: .3rem solid var(--soft); background: var(--wash); padding: .7rem 1rem; margin: 1.25rem 0; max-width: none; }
.verdict strong { display: block; font-size: 1.1rem; }
.good { border-color: var(--good); } .good strong { color: var(--good); }
.over, .under { border-color: var(--bad); } .over strong, .under strong { color: var(--bad); }
.untold { border-color: var(--care); } .untold strong { color: var(--care); }
.cards { display: flex; flex-wrap: wrap; gap: .75rem; padding: 0; margin: 1.25rem 0 0; list-style: none; }
.cards li { border: 1px solid var(--line); border-radius: .4rem; padding: .6rem 1rem; min-width: 9rem; }
.cards b { display: block; font-size: 1.5rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.cards span { color: var(--soft); font-size: .875rem; }
.scroll { overflow-x: auto; margin: .75rem 0 1.25rem; }
.scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); font-size: .875rem; padding-bottom: .4rem; }
th, td { padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { color: var(--soft); font-weight: 600; font-size: .875rem; white-space: nowrap; }
tbody th { font-weight: 400; }
.beside { display: flex; flex-wrap: wrap; gap: 0 3rem; align-items: flex-start; }
.beside > .scroll { min-width: 0; max-width: 100%; }
.numbers td, .numbers thead th { text-align: right; padding-left: .9rem; }
.numbers thead th:first-child { padding-left: 0; }
.numbers .word { text-align: left; overflow-wrap: anywhere; }
.words td { overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.25rem; margin: .75rem 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.findings { padding: 0; margin: 0; list-style: none; }
.findings li { border: 1px solid var(--line); border-left: .3rem solid var(--care); border-radius: .25rem; padding: .6rem 1rem; margin: .6rem 0; }
.findings b { display: block; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr)); grid-auto-flow: dense; gap: 1.25rem; }
.figures .large { grid-column: 1 / -1; }
figure { margin: 0; border: 1px solid var(--line); border-radius: .4rem; padding: .5rem; min-width: 0; }
figure img { display: block; max-width: 100%; height: auto; margin: 0 auto; }
figcaption { color: var(--soft); font-size: .875rem; padding: .4rem .25rem 0; }
pre { background: var(--wash); border: 1px solid var(--line); border-radius: .4rem; padding: .8rem 1rem; margin: .5rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
code { font: .9rem/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
summary { cursor: pointer; color: var(--link); }
footer { color: var(--soft); font-size: .875rem; padding-top: 1.5rem; padding-bottom: 2.5rem; }
@media (max-width: 34rem) {
  header, main, footer { padding-left: 1rem; padding-right: 1rem; }
  header { padding-top: 1.25rem; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; }
  .cards li { flex: 1 1 40%; min-width: 0; }
  figure { overflow-x: auto; }
  figure img { max-width: max(100%, 34rem); margin: 0; }
}
@media print {
  :root {
    --paper: #ffffff; --ink: #000000; --soft: #444444; --line: #bbbbbb; --wash: #f4f4f4;
    --link: #000000; --good: #116329; --bad: #a40e26; --care: #7d4e00;
  }
  body { font-size: 10pt; }
  header, main, footer { max-width: none; padding: 0; }
  figure, tr, .findings li, .verdict { break-inside: avoid; }
  h2 { break-after: avoid; }
  .scroll { overflow: visible; }
}
)";

}  // namespace

std::string html_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    const std::string_view one = text.substr(0, length == 0 ? 1 : length);
    if (length == 0)
      out += "\xEF\xBF\xBD";
    else if (one == "&")
      out += "&amp;";
    else if (one == "<")
      out += "&lt;";
    else if (one == ">")
      out += "&gt;";
    else if (one == "\"")
      out += "&quot;";
    else
      out += one;
    text.remove_prefix(one.size());
  }
  return out;
}

// Source: RFC 4648, section 4.
std::string data_uri(std::string_view bytes, std::string_view type) {
  static constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out = "data:";
  out += type;
  out += ";base64,";
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t here = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t word = 0;
    for (std::size_t k = 0; k < 3; ++k)
      word = word << 8U | (k < here ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) out += k <= here ? digits[word >> (18 - 6 * k) & 63U] : '=';
  }
  return out;
}

std::string HtmlTable::html() const {
  // A scrolling region must be focusable by keyboard, and so needs a label.
  std::string out = "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"" +
                    html_text(caption) + "\"><table class=\"" + (numbers ? "numbers" : "words") +
                    "\"><caption>" + html_text(caption) + "</caption>\n<thead><tr>";
  const auto style = [&](std::size_t c) { return c < words ? " class=\"word\">" : ">"; };
  for (std::size_t c = 0; c < headings.size(); ++c)
    out += "<th scope=\"col\"" + (style(c) + headings[c]) + "</th>";
  out += "</tr></thead>\n<tbody>\n";
  for (const auto& row : rows) {
    out += "<tr>";
    for (std::size_t c = 0; c < row.size(); ++c)
      out +=
          c == 0 ? "<th scope=\"row\">" + row[c] + "</th>" : "<td" + (style(c) + row[c]) + "</td>";
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

std::string html_section(const std::string& id, const std::string& heading,
                         const std::string& body) {
  return "<section aria-labelledby=\"" + id + "\">\n<h2 id=\"" + id + "\">" + html_text(heading) +
         "</h2>\n" + body + "</section>\n";
}

std::string html_page(const std::string& title, const std::string& body) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
         "name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
         html_text(title) + "</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>" + kStyle +
         "</style>\n</head>\n<body>\n" + body + "</body>\n</html>\n";
}

}  // namespace hebb
