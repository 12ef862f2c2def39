"""The small part of Markdown that the report prints."""

from __future__ import annotations

import pytest

from cohort.outputs.markdown import split_title, to_html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("One\ntwo\n\nthree", "<p>One two</p>\n<p>three</p>"),
        ("# A\n\n### B", "<h3>A</h3>\n<h4>B</h4>"),
        ("- a\n- b\n  more", "<ul><li>a</li><li>b more</li></ul>"),
        ("- a\n\n- b\n\ntext", "<ul><li>a</li><li>b</li></ul>\n<p>text</p>"),
        ("1. a\n   - b\n   - c\n2. d", "<ol><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ol>"),
        ("3. a\n- b", '<ol start="3"><li>a</li></ol>\n<ul><li>b</li></ul>'),
        ("  - a\n- b", "<ul><li>a</li></ul>\n<ul><li>b</li></ul>"),
        ("- a\n    - b\n\n- c", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        (
            "**a** *b* `<c> **d**` e_f_g 2 * 3 * 4",
            "<p><strong>a</strong> <em>b</em> <code>&lt;c&gt; **d**</code> e_f_g 2 * 3 * 4</p>",
        ),
        ("<b>&amp;</b>", "<p>&lt;b&gt;&amp;amp;&lt;/b&gt;</p>"),
        ("```sql\nselect <1>\n```\nx", "<pre><code>select &lt;1&gt;</code></pre>\n<p>x</p>"),
        ("```\nnever closed", "<pre><code>never closed</code></pre>"),
        ("[a](javascript:b)", "<p>[a](javascript:b)</p>"),
        (
            "| a | b |\n|---|---|\n| c |\n\nx",
            '<table class="words"><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead>'
            '<tbody><tr><th scope="row">c</th><td></td></tr></tbody></table>\n<p>x</p>',
        ),
        ("| not a table", "<p>| not a table</p>"),
    ],
)
def test_blocks(text: str, html: str) -> None:
    assert to_html(text, deepest_above=2) == html


def test_title_is_taken_from_the_start_only() -> None:
    assert split_title("\n# The title #\nrest") == ("The title", "rest")
    assert split_title("## Not the first level\nrest")[0] is None
    assert split_title("text\n# Later")[0] is None
    assert split_title("")[0] is None
