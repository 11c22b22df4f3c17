"""One row for every table that is only added to and that the county of the tests leaves empty."""

AN_INQUIRY = (
    "INSERT INTO inquiry (id, number, unit_id, title, state, answer_until, wanted_by, address,"
    " remark, asked_by, asked_at, choice_reason) VALUES (1, 'X', 1, 'a', 'ASKED', '2026-11-30',"
    " '2026-12-31', 'a', '', 1, '2026-11-01 00:00:00', '');"
    "INSERT INTO quotation (id, inquiry_id, producer_id, revision, freight_fen, delivery_days,"
    " valid_until, remark, answered_by, answered_at) VALUES (1, 1, 1, 1, 0, 1, '2026-12-31', '',"
    " 1, '2026-11-01 00:00:00')"
)
A_REVIEW = (
    "INSERT INTO review (id, order_id, product_id, producer_id, product_name, author_id,"
    " is_of_unit, rating,"
    " text, written_at, is_hidden) VALUES (1, 1, 1, 1, 'a', 1, false, 5, '', '2026-11-01 00:00:00',"
    " false)"
)
ONE_ROW = {
    "listing_step": "INSERT INTO listing_step (product_id, kind, at, actor_id, words)"
    " VALUES (1, 'SUBMITTED', '2026-11-01 00:00:00', 1, '')",
    "benefit_entry": "INSERT INTO benefit_household (id, producer_id, mark, name_sealed,"
    " identity_sealed) VALUES (1, 1, 'a', 'a', 'a');"
    "INSERT INTO benefit_list (id, producer_id, kind, period, sha256, told_by, told_at)"
    " VALUES (1, 1, 'WAGE', '2026-10', 'a', 1, '2026-11-01 00:00:00');"
    "INSERT INTO benefit_entry (list_id, household_id, village_code, period, amount_fen, words,"
    " told_by, told_at) SELECT 1, 1, min(code), '2026-10', 1, '', 1, '2026-11-01 00:00:00'"
    " FROM village",
    "entry_step": "INSERT INTO entry_application (id, applicant_id, turn, state, name, kind, uscc,"
    " village_code, phone, story, food_kind, food_number, legal_name, legal_tail, bank,"
    " bank_number, written_at) VALUES (1, 1, 1, 'DRAFT', '', '', '', '', '', '', '', '', '', '',"
    " '', '', '2026-11-01 00:00:00');"
    "INSERT INTO entry_step (application_id, at, kind, words)"
    " VALUES (1, '2026-11-01 00:00:00', 'SUBMITTED', '')",
    "review_word": f"{A_REVIEW};INSERT INTO review_word (review_id, kind, text, author_id,"
    " written_at) VALUES (1, 'ANSWER', 'a', 1, '2026-11-01 00:00:00')",
    "review_step": f"{A_REVIEW};INSERT INTO review_step (review_id, kind, ground, words, actor_id,"
    " at) VALUES (1, 'HIDDEN', 'INSULT', 'a', 1, '2026-11-01 00:00:00')",
    "inquiry_step": f"{AN_INQUIRY};INSERT INTO inquiry_step (inquiry_id, at, actor_id, kind, words)"
    " VALUES (1, '2026-11-01 00:00:00', 1, 'ASKED', '')",
    "quotation": AN_INQUIRY,
    "quotation_line": f"{AN_INQUIRY};INSERT INTO inquiry_line (id, inquiry_id, position, words,"
    " packs) VALUES (1, 1, 1, 'a', 1);INSERT INTO quotation_line (quotation_id, line_id,"
    " variant_id, price_fen) VALUES (1, 1, 1, 1)",
    "audit_link": "INSERT INTO audit_link (entry_id, position, previous_hash, hash)"
    " VALUES (1, 1, 'a', 'b')",
    "after_sale_step": "INSERT INTO refund (id, order_id, state, amount_fen, reason, requested_by,"
    " requested_at) VALUES (1, 1, 'REQUESTED', 1, '', 1, '2026-11-01 00:00:00');"
    "INSERT INTO after_sale_step (refund_id, at, kind, words, uploads)"
    " VALUES (1, '2026-11-01 00:00:00', 'ASKED', '', '[]')",
    "bank_match": "INSERT INTO bank_statement (id, name, sha256, layout, imported_by, imported_at)"
    " VALUES (1, 'a', 'a', 'a', 1, '2026-11-01 00:00:00');"
    "INSERT INTO bank_line (id, statement_id, reference, booked_on, amount_fen, other_name,"
    " other_number, text, state, reason) VALUES (1, 1, 'a', '2026-11-01', 1, '', '', '', 'MATCHED',"
    " ''); INSERT INTO bank_match (line_id, unit_id, amount_fen, matched_at)"
    " VALUES (1, 1, 1, '2026-11-01 00:00:00')",
    "filing_step": "INSERT INTO quota_filing (id, unit_id, year, revision, state, headcount,"
    " canteen_status, canteen_spend_fen, union_spend_fen, remark, effective_on, reason, filed_by,"
    " filed_at) VALUES (1, 1, 2026, 1, 'DRAFT', 1, 'OWN', 0, 0, '', '2026-01-01', '', 1,"
    " '2026-11-01 00:00:00');"
    "INSERT INTO filing_step (filing_id, at, actor_id, kind, words)"
    " VALUES (1, '2026-11-01 00:00:00', 1, 'WRITTEN', '')",
    "offline_step": "INSERT INTO offline_purchase (id, number, unit_id, producer_id, outlet,"
    " bought_on, fund, invoice_number, invoice_fen, goods_fen, remark, state, filed_by, filed_at)"
    " VALUES (1, 'a', 1, 1, 'FAIR', '2026-11-01', 'UNION', 'a', 1, 1, '', 'FILED', 1,"
    " '2026-11-01 00:00:00');"
    "INSERT INTO offline_step (offline_id, at, actor_id, kind, words)"
    " VALUES (1, '2026-11-01 00:00:00', 1, 'FILED', '')",
    "bulletin_issue": "INSERT INTO bulletin (id, county_code, period, state, title, words, reasons,"
    " facts, as_of, turn, edited_by, edited_at) VALUES (1, '420304', '2026-10', 'DRAFT', 'a', '',"
    " '{}', '{}', '2026-10-31', 1, 1, '2026-11-01 00:00:00');"
    "INSERT INTO bulletin_issue (bulletin_id, number, title, words, reasons, facts, as_of, sha256,"
    " edited_by, signed_by, signed_at) VALUES (1, 1, 'a', '', '{}', '{}', '2026-10-31', 'a', 1, 2,"
    " '2026-11-01 00:00:00')",
    "bulletin_step": "INSERT INTO bulletin (id, county_code, period, state, title, words, reasons,"
    " facts, as_of, turn, edited_by, edited_at) VALUES (1, '420304', '2026-10', 'DRAFT', 'a', '',"
    " '{}', '{}', '2026-10-31', 1, 1, '2026-11-01 00:00:00');"
    "INSERT INTO bulletin_step (bulletin_id, kind, at, actor_id, words)"
    " VALUES (1, 'a', '2026-11-01 00:00:00', 1, '')",
    "books_verdict": "INSERT INTO books_verdict (proved_at, took_ms, comparisons, breaks, found)"
    " VALUES ('2026-11-01 00:00:00', 1, '[]', 0, '[]')",
    "match_notice": "INSERT INTO match_notice (unit_id, village_code, week, gap_fen, people,"
    " sent_by, sent_at) SELECT 1, min(code), '2026-W44', 1, 1, 1, '2026-11-01 00:00:00'"
    " FROM village",
    "legal_text": "INSERT INTO legal_text (kind, version, title, body, reason, published_at,"
    " in_force_from) VALUES ('TERMS', 1, 'a', 'a', '', '2026-11-01 00:00:00', '2026-11-01')",
    "county_setting": "INSERT INTO county_setting (county_code, name, version, value, from_at,"
    " asked_by, decided_by, reason)"
    " VALUES ('420304', 'a', 1, '1', '2026-11-01 00:00:00', 1, 2, '')",
    "audit_verdict": "INSERT INTO audit_verdict (at, links, unsealed, heads)"
    " VALUES ('2026-11-01 00:00:00', 0, 0, '{}')",
    "signal_rule": "INSERT INTO signal_rule (kind, version, thresholds, from_at, decided_by,"
    " reason) VALUES ('YEAR_END', 2, '{}', '2026-11-01 00:00:00', 1, 'a')",
    "signal_step": "INSERT INTO signal (id, kind, version, key, subject_kind, subject_id,"
    " happened_on, found_at, evidence, state, unit_asked, producer_asked) VALUES (1, 'YEAR_END',"
    " 1, 'a', 'unit', 1, '2026-11-01', '2026-11-01 00:00:00', '{}', 'OPEN', '0', '0');"
    "INSERT INTO signal_step (signal_id, kind, at, words)"
    " VALUES (1, 'FOUND', '2026-11-01 00:00:00', '')",
    "outlet_cost": "INSERT INTO outlet_cost (outlet_id, month, kind, amount_fen, words, entered_by,"
    " entered_at) VALUES (1, '2026-11', 'RENT', 1, '', 1, '2026-11-01 00:00:00')",
    "outlet_sale": "INSERT INTO outlet_report (id, outlet_id, source, name, sha256, state, rows,"
    " reported_by, reported_at) VALUES (1, 1, 'API', '', '', 'WRITTEN', '[]', 1, '2026-11-01');"
    "INSERT INTO outlet_receipt (id, outlet_id, report_id, number, sold_on, counted_on, total_fen,"
    " goods_fen, eligible_fen, fund, state, counted_fen, reported_by, words)"
    " VALUES (1, 1, 1, 'a', '2026-11-01', '2026-11-01', 1, 1, 0, 'INDIVIDUAL', 'PAID', 0, 1, '');"
    "INSERT INTO outlet_sale (receipt_id, line_number, producer_id, product_id, product_name,"
    " variant_id, batch_id, packs, amount_fen, is_eligible)"
    " VALUES (1, 1, 1, 1, '', 1, 1, 1, 1, '0')",
    "host_step": "INSERT INTO host_step (host_id, kind, at, actor_id, words)"
    " VALUES (1, 'a', '2026-11-01 00:00:00', 1, '')",
    "livestream_rule": "INSERT INTO livestream_rule (county_code, version, window_days,"
    " grace_hours, code_beats_link, units_earn, from_at, reason)"
    " VALUES ('420304', 1, 7, 24, '1', '0', '2026-11-01 00:00:00', '')",
    "session_entry": "INSERT INTO session_entry (session_id, kind, at, words, facts)"
    " VALUES (1, 'a', '2026-11-01 00:00:00', '', '{}')",
    "dispute_step": "INSERT INTO commission_dispute (id, host_id, order_id, state, asked_by,"
    " asked_at, words, answer) VALUES (1, 1, 1, 'REFUSED', 1, '2026-11-01 00:00:00', '', '');"
    "INSERT INTO dispute_step (dispute_id, kind, at, actor_id, words)"
    " VALUES (1, 'a', '2026-11-01 00:00:00', 1, '')",
    "commission_settlement_line": "INSERT INTO commission_settlement (id, payee, host_id, period,"
    " number, carried_fen, amount_fen, closing_fen, tax_fen, invoice_number, frozen_at, frozen_by)"
    " VALUES (1, 'host:1', 1, '2026-10', 'a', 0, 1, 1, 0, '', '2026-11-01 00:00:00', 1);"
    "INSERT INTO commission_settlement_line (payee, entry_id, settlement_id, order_id, amount_fen)"
    " VALUES ('host', 1, 1, 1, 1)",
    "settlement_line": "INSERT INTO settlement (id, producer_id, period, number, carried_fen,"
    " amount_fen, closing_fen, frozen_at) VALUES (1, 1, '2026-10', 'a', 0, 1, 1,"
    " '2026-11-01 00:00:00');"
    "INSERT INTO settlement_line (entry_id, settlement_id, amount_fen) VALUES (1, 1, 1)",
}
