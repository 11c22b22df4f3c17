"""A day that a refusal names is written as days are written elsewhere."""

from datetime import date

import pytest

from marketplace.certification.rules import RenewalTooEarly
from marketplace.web.refusals import in_words


@pytest.mark.parametrize(
    ("language", "shown"), [("zh-Hans-CN", "到 2027年3月1日 才到期"), ("en", "1 March 2027")]
)
def test_a_day_in_a_refusal_is_written_as_elsewhere(app, language, shown):
    with app.test_request_context("/"):
        from flask_babel import force_locale

        with force_locale(language.replace("-", "_")):
            refusal = RenewalTooEarly(name="香菇", until=date(2027, 3, 1))
            assert shown in in_words(refusal.message, refusal.params)
