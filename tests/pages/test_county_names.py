"""The frame of every page and the first one name no county: the shop is opened for others too."""

import pytest


@pytest.mark.parametrize("path", ["/login", "/", "/enter/notice", "/certified"])
def test_no_page_is_said_to_be_of_a_county_that_it_may_not_be_of(visit, county, path):
    page = visit(None).see(path)
    footer = page.partition('<footer class="footer">')[2].partition("</footer>")[0]
    title = page.partition("<title>")[2].partition("</title>")[0]
    lead = page.partition("shopfront-lead")[2].partition("</p>")[0]
    head = page.partition("page-head")[2].partition("</header>")[0]
    assert footer
    assert "郧阳" not in footer + title + lead + head
