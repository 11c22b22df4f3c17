"""What strangers write becomes words of ours: nothing in it runs, leads away or is fetched."""

from html.parser import HTMLParser

import pytest

from marketplace.web.markdown import markdown

MAY_STAND = {
    *("p", "br", "hr", "em", "strong", "ul", "ol", "li", "blockquote"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
# Of a list its first number, and of a cell that it holds one.
MAY_SAY = {"start", "class"}


class Seen(HTMLParser):
    """The elements and attributes of a piece of HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _value in attrs}


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "[香菇](javascript:alert(1))",
        "[香菇](https://elsewhere.example/)",
        "![图](https://elsewhere.example/a.png)",
        "<https://elsewhere.example/>",
        "https://elsewhere.example/",
        "[香菇][1]\n\n[1]: javascript:alert(1)",
        "# 标题\n\n标题\n===",
        "```html\n<script>alert(1)</script>\n```",
        "    <script>alert(1)</script>",
        "`<script>`",
        "<!-- --><style>p{}</style>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "| a |\n|---|\n| <b onclick=alert(1)>x</b> |",
        "- <a href='//elsewhere.example'>x</a>",
        "**<iframe src=//elsewhere.example>**",
    ],
)
def test_markup_of_strangers_is_disarmed(words):
    seen = Seen(str(markdown(words)))
    assert seen.elements <= MAY_STAND
    assert seen.attributes == set()


def test_shape_that_does_no_harm_stays():
    table = "|价|量|名|\n|--:|--|:-:|\n|1|2|3|"
    seen = Seen(str(markdown(f"**新** 香菇\n\n- 一\n- 二\n\n3. 三\n\n{table}")))
    assert {"strong", "ul", "ol", "li", "table", "td"} <= seen.elements <= MAY_STAND
    assert seen.attributes == MAY_SAY
