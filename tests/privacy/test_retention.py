"""What is too old is removed by its job, which notes what it did; what is young stays."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from config import Settings
from marketplace.accounts.commands import login as accounts
from marketplace.accounts.rules.throttling import FORGET_AFTER
from marketplace.catalogue.commands import changes
from marketplace.entering.commands import erasing as entering
from marketplace.entering.commands import refuse_entry, write_entry
from marketplace.entering.models import EntryApplication, EntryPaper
from marketplace.entering.rules.application import GivenEntry
from marketplace.hosts.commands import erasing as hosts
from marketplace.hosts.commands import refuse
from marketplace.hosts.models import HostApplication
from marketplace.jobs import list_jobs
from marketplace.livestream.commands import clicks
from marketplace.notices.commands import keeping
from marketplace.ordering.commands import draft_purchase, put_in_basket
from marketplace.ordering.commands import erasing as ordering
from marketplace.ordering.models import BasketLine, Purchase
from marketplace.outbox.commands import begin_schedules, messages, record_letter
from marketplace.outbox.models import SentMail
from marketplace.outbox.rules import Letter
from marketplace.privacy.commands.retention import SWEEPS, privacy_jobs
from marketplace.privacy.models import RetentionRun
from marketplace.privacy.queries.retention import runs_of_jobs
from marketplace.privacy.rules import FETCH_WITHIN
from marketplace.privacy.rules.retention import JOBS, TABLE
from marketplace.search import commands as search
from marketplace.uploads.models import Upload
from tests.county import START
from tests.entering.steps import LICENCE, officers, submitted
from tests.hosts.applying import SEALER, applied
from tests.ordering.steps import completed

YEAR = timedelta(days=365)


def run(session, job, now):
    privacy_jobs(SEALER)[job].effect(session, {}, now)
    session.commit()
    return session.get(RetentionRun, job, populate_existing=True)


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def test_every_job_of_the_table_runs_and_no_other(tmp_path):
    settings = Settings("sqlite:///x", "not-secret-" * 4, tmp_path, testing=True)
    jobs = list_jobs(settings)
    assert set(JOBS) == set(SWEEPS)
    assert all(jobs[name].every == timedelta(hours=1) for name in JOBS)


def test_the_table_says_what_the_jobs_do():
    told = {row.what: row.keep for _heading, rows in TABLE for row in rows if row.job}
    assert told == {
        "已注销的人的个人订单收货信息": ordering.DUTY_YEARS * YEAR,
        "被驳回的入驻申请:联系人、银行账号和证照扫描件": entering.KEEP_REFUSED,
        "被驳回或撤回的主播申请:姓名、身份证号、电话和照片": hosts.KEEP_REFUSED,
        "没有提交的入驻申请草稿": entering.KEEP_DRAFTS,
        "没有提交的采购草稿": ordering.KEEP_DRAFTS,
        "购物车里的商品": ordering.KEEP_BASKETS,
        "看过的消息": keeping.KEEP_READ,
        "没看过的消息": keeping.KEEP_ALL,
        "寄出的邮件:收件人和标题": messages.KEEP_LETTERS,
        "搜索过的词": search.KEEP_COUNTS,
        "直播链接的点击": clicks.KEEP,
        "登录失败的次数": FORGET_AFTER,
        "登录过的浏览器和登录记录:浏览器、网段、时间": accounts.KEEP_SESSIONS,
        "重设密码的链接、接口令牌": accounts.KEEP_SPENT,
        "接口请求的回答": messages.KEEP_ANSWERS,
        "商品变动的流水": changes.KEEP,
        "做好的个人资料包": FETCH_WITHIN,
    }


def test_a_job_notes_when_it_ran_and_how_much_it_removed(session, county):
    for goods, at in ((county.oil, START), (county.mushrooms, START + timedelta(days=1))):
        put_in_basket(session, county.shopper, goods.variant_id, 1, at)
    session.commit()
    ran = run(session, "ordering.forget", START + YEAR)
    assert (ran.removed, ran.removed_in_all) == (0, 0)
    ran = run(session, "ordering.forget", START + YEAR + timedelta(seconds=1))
    assert (ran.removed, ran.removed_in_all) == (1, 1)
    ran = run(session, "ordering.forget", START + YEAR + timedelta(days=2))
    assert (ran.removed, ran.removed_in_all, ran.ran_at) == (1, 2, START + YEAR + timedelta(days=2))
    assert count(session, BasketLine) == 0


def test_the_page_knows_the_next_turn(session, county):
    assert runs_of_jobs(session)["ordering.forget"].next_at is None
    begin_schedules(session, privacy_jobs(SEALER), START)
    run(session, "ordering.forget", START)
    view = runs_of_jobs(session)["ordering.forget"]
    assert (view.ran_at, view.next_at) == (START, START)


@pytest.mark.parametrize("job", sorted(SWEEPS))
def test_every_job_runs_where_there_is_nothing(session, county, job):
    assert run(session, job, START).removed == 0


def test_drafts_that_nobody_handed_in_go_after_two_years(session, county):
    wish = county.private_wish((county.oil, 1))
    draft_purchase(session, county.shopper, wish, START)
    completed(session, county, county.wish((county.mushrooms, 1)))
    session.commit()
    assert run(session, "ordering.forget", START + 2 * YEAR).removed == 0
    assert run(session, "ordering.forget", START + 2 * YEAR + timedelta(days=1)).removed == 1
    assert count(session, Purchase) == 1


def test_refused_host_applications_are_emptied_after_a_year(session, county):
    application = applied(session, county.shopper)
    refuse(session, county.operator, application.id, "照片看不清", START)
    session.commit()
    assert run(session, "hosts.forget", START + YEAR).removed == 0
    assert run(session, "hosts.forget", START + YEAR + timedelta(days=1)).removed == 1
    row = session.get(HostApplication, application.id, populate_existing=True)
    assert (row.identity_sealed, row.identity_mark, row.upload_id) == ("", "", None)
    assert (row.state, row.answer) == ("REFUSED", "照片看不清")
    assert count(session, Upload) == 0
    assert run(session, "hosts.forget", START + YEAR + timedelta(days=2)).removed == 0


def test_waiting_host_applications_stay(session, county):
    applied(session, county.shopper)
    session.commit()
    assert run(session, "hosts.forget", START + 9 * YEAR).removed == 0


def test_refused_entry_applications_lose_their_scans_after_a_year(session, county):
    three = officers(session, county)
    application = submitted(session, county, START)
    refuse_entry(session, three.township, application.id, "证照是别人的", START)
    session.commit()
    assert run(session, "entering.forget", START + YEAR).removed == 0
    assert run(session, "entering.forget", START + YEAR + timedelta(days=1)).removed == 1
    row = session.get(EntryApplication, application.id, populate_existing=True)
    assert (row.legal_name, row.bank_number_sealed, row.phone) == ("", "", "")
    assert row.name
    assert count(session, EntryPaper) == count(session, Upload) == 0


def test_a_draft_of_nothing_but_a_scan_goes_too(session, county):
    write_entry(session, county.shopper, GivenEntry(licence=LICENCE), START)
    session.commit()
    assert run(session, "entering.forget", START + 2 * YEAR).removed == 0
    assert run(session, "entering.forget", START + 2 * YEAR + timedelta(days=1)).removed == 1
    assert run(session, "entering.forget", START + 2 * YEAR + timedelta(days=2)).removed == 0
    assert count(session, EntryPaper) == count(session, Upload) == 0


def test_letters_are_forgotten_after_a_year(session, county):
    record_letter(session, Letter("x", "a@example.org", "s", "b"), START, keeps_body=False)
    session.commit()
    assert run(session, "outbox.forget", START + YEAR).removed == 0
    assert run(session, "outbox.forget", START + YEAR + timedelta(seconds=1)).removed == 1
    assert count(session, SentMail) == 0


def test_orders_and_books_stay_however_old(session, county):
    completed(session, county, county.wish((county.mushrooms, 1)))
    session.commit()
    for job in SWEEPS:
        run(session, job, START + 50 * YEAR)
    purchase = session.scalars(select(Purchase)).one()
    assert purchase.consignee_name
